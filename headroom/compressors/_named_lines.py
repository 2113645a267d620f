r"""Records that hold the text of a file and say something of its lines: reports of linters.

    {filePath:a.js,messages:[{line:3,…},{line:9,…}],source:"<the file>"}     source:"3│  key = 1\n9│  var key"

Of such a text the lines stay that its record names; the file is where it was. Works on a parsed document; `crusher`
stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from headroom.compressors._api import Elision, Limits
from headroom.compressors._flow import Num, key_text
from headroom.lines import BAR

__all__ = ["Named", "may_name_lines", "with_named_lines"]

_LINE = re.compile(r"(?:start_?|begin_?)?line(?:_?no|_?number|_?start)?\Z", re.IGNORECASE)
_GLANCE = re.compile(r'"(?:start_?|begin_?)?line(?:_?no|_?number|_?start)?" ?:', re.IGNORECASE)
_TEXTS = frozenset("source sourcecode source_code content contents code output".split())
"""Keys of the text of a file, in lower case."""
_SAYS = re.compile(r"message|msg|text|rule|ruleid|rule_id|severity|level|code|description\Z", re.IGNORECASE)
_ELSEWHERE = re.compile(r".*(?:path|file|filename|uri|url)\Z", re.IGNORECASE)
"""Keys of an object whose lines may be those of another text."""
_FEWEST_LINES = 12
_MOST_NAMED = 0.5
"""Share of its lines: where a record names more of them, its text stays."""
_DEEPEST = 6
_LONG = 200
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Named:
    """How texts of which only the named lines are left are to be read, how to ask for all of one, how much is left out."""

    note: str
    ask: str
    elision: Elision


def may_name_lines(text: str) -> bool:
    """Whether there are long texts in strings, and numbers of lines."""
    return (
        text.count("\\n") >= _FEWEST_LINES
        and any(map(text.__contains__, ("line", "Line", "LINE")))
        and _GLANCE.search(text) is not None
    )


def with_named_lines(value: Any, limits: Limits, at: str = "", first: int = 0) -> Named | None:
    """Change a document so that of such texts the named lines are left; None where it has none. `at` is its path in a
    larger one, `first` the number of its first row there."""
    gone = 0
    where: dict[str, str] = {}
    for path, record in _records(value, at, first):
        for key, text in [(k, v) for k, v in record.items() if k.lower() in _TEXTS and _is_long(v)]:
            lines = text.split("\n")
            named = sorted({n for n in _named(record) if 0 < n <= len(lines)})
            if not named or len(named) > _MOST_NAMED * len(lines):
                continue
            record[key] = "\n".join([f"{n}{BAR}{lines[n - 1]}" for n in named])
            gone += len(lines) - len(named)
            where.setdefault(key, f"{path}.{key_text(key)}".lstrip("."))
    if not where:
        return None
    names = ", ".join(where)
    path = next(iter(where.values()))
    ask = f'all of one: fields=["{path}"]' if limits.first_line == 1 and '"' not in path and " " not in path else ""
    note = f"{names}: only lines that the record names, N{BAR} = line N"
    elision = Elision(ranges=(), count=gone, unit="values", summary=f"lines of {names} that no message names")
    return Named(note, ask, elision)


def _records(value: Any, path: str, first: int, depth: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    """Objects with lists or objects in them, and their paths."""
    if type(value) is dict:
        if any(type(v) in (list, dict) for v in value.values()):
            yield path, value
        inner = [(f"{path}.{key_text(k)}".lstrip("."), v) for k, v in value.items() if type(v) in (list, dict)]
    elif type(value) is list:
        inner = [(f"{path}[{i}]", v) for i, v in enumerate(value, first) if type(v) in (list, dict)]
    else:
        return
    for where, own in inner if depth < _DEEPEST else ():
        yield from _records(own, where, 0, depth + 1)


def _is_long(value: Any) -> bool:
    return type(value) is str and len(value) >= _LONG and value.count("\n") >= _FEWEST_LINES


def _named(record: dict[str, Any]) -> Iterator[int]:
    """The lines that messages in a record name."""
    for own in record.values():
        for message in own if type(own) is list else ():
            if type(message) is dict and any(map(_SAYS.match, message)) and not any(map(_ELSEWHERE.match, message)):
                yield from _numbers(message, 0)


def _numbers(value: Any, depth: int) -> Iterator[int]:
    """The numbers of lines within a message."""
    for key, own in value.items() if depth < _DEEPEST else ():
        if type(own) is Num and _LINE.match(key) and own.isdigit() and len(own) < _DIGITS:
            yield int(own)
        elif type(own) is dict:
            yield from _numbers(own, depth + 1)
