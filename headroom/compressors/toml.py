"""TOML that tools write (`Cargo.lock`, `poetry.lock`, `uv.lock`): the values of JSON, spelled as JSON is.

Tables that repeat (`[[package]]`) become grids, the rest an outline (`_respelled`); of many, rows are left out from MEDIUM on,
told by their lines. The comment at the top stays; any other one, dates and strings over several lines keep a text as it is. Files under edit never come here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from headroom import lines
from headroom.compressors._api import Limits, Rendition
from headroom.compressors._flow import scan
from headroom.compressors._places import Places
from headroom.compressors._respelled import Part, respelled
from headroom.messages import Hint

_TOP = re.compile(r"(?:#[^\n]*\n|\s*\n)*")
_LINE = re.compile(r"\s*(?:\[{1,2}[\w.\"'-]+\]{1,2}|[\w.\"-]+ = \S.*|[\"{].*,|\],?)\s*\Z")
_HEADER = re.compile(r"(\[\[?)((?:[\w-]+|\"[^\"\\]+\")(?:\.(?:[\w-]+|\"[^\"\\]+\"))*)(\]\]?)\Z")
_ENTRY = re.compile(r"([\w-]+|\"[^\"\\]+\") = (.+)\Z")
_PART = re.compile(r"[\w-]+|\"[^\"\\]+\"")
_TOKEN = re.compile(r"(\"(?:[^\"\\]|\\.)*\")|('[^']*')|([\w-]+)(?= = )| = |,(?=\s*[\]}])|(?P<odd>[#=])")
_FEWEST = 8


class TomlCompressor:
    """Re-encodes TOML so that keys, constants and repetitions stand once."""

    name = "TomlCompressor"
    kind = "toml"

    def score(self, text: str, hint: Hint) -> float:
        """By the share of lines that are headers and entries, of a text in which tables repeat."""
        if text.count("\n[[", 0, 20_000) < 2:
            return 0.0
        rows = [row for row in lines.sample(text).split("\n") if row.strip() and not row.startswith("#")]
        known = sum(_LINE.match(row) is not None for row in rows)
        return 0.9 if len(rows) >= _FEWEST and 10 * known >= 9 * len(rows) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The values of `text`, shorter; `text` itself where it is more than plain TOML or nothing is gained."""
        places: Places = {}
        return respelled(text, "TOML", lambda whole: _read(whole, places), hint, limits, places=places)


def _read(text: str, places: Places) -> list[Part]:
    """The values below the comments at the top."""
    top = _TOP.match(text)
    start = top.end() if top else 0
    above = [line for line in text[:start].split("\n") if line.strip()]
    return [(above, parse(text[start:], places, text.count("\n", 0, start)))]


def parse(text: str, places: Places | None = None, first: int = 0) -> dict[str, Any]:
    """The value of a TOML document. `places` take where the tables of its arrays stand; its first line is `first`.

    Raises:
        ValueError: when it is none, or uses more of TOML than tools write into lock files.
    """
    root: dict[str, Any] = {}
    here = root
    runs = _Runs()
    rows = enumerate(text.rstrip("\n").split("\n"), first)
    number = first
    for number, row in rows:
        line = row.strip()
        if not line:
            continue
        header = _HEADER.match(line)
        if header is not None and len(header[1]) == len(header[3]):
            path = [part.strip('"') for part in _PART.findall(header[2])]
            here = _table(root, path, repeats=len(header[1]) == 2)
            runs.begin(path[0], number, is_row=len(path) == 1 and len(header[1]) == 2)
            continue
        entry = _ENTRY.match(line)
        if entry is None:
            raise ValueError(f"no entry: {line[:60]!r}")
        value = entry[2] if entry[2] != "[" else "\n".join(["[", *_until_closed(row for _, row in rows)])
        key = entry[1].strip('"')
        if key in here:
            raise ValueError(f"{key!r} stands twice")
        here[key] = _value(value)
    if places is not None:
        runs.begin("", number + 1, is_row=False)
        places.update((id(root[name]), (root[name], starts)) for name, starts in runs.found.items())
    return root


class _Runs:
    """On which lines the tables of each array begin, and the line behind the last; only of arrays that stand in one piece."""

    def __init__(self) -> None:
        self.found: dict[str, list[int]] = {}
        self._open = ""
        self._seen: set[str] = set()

    def begin(self, name: str, line: int, *, is_row: bool) -> None:
        """A header under this name of the root."""
        if name != self._open:
            if self._open in self.found:
                self.found[self._open].append(line)
            if name in self._seen:
                self.found.pop(name, None)
            self._open = name
        if is_row and (name not in self._seen or name in self.found):
            self.found.setdefault(name, []).append(line)
        self._seen.add(name)


def _until_closed(rows: Iterator[str]) -> Iterator[str]:
    for row in rows:
        yield row.strip()
        if row.strip() == "]":
            return
    raise ValueError("an array that is not closed")


def _table(root: dict[str, Any], path: list[str], *, repeats: bool) -> dict[str, Any]:
    """The table that a header opens."""
    here: Any = root
    for part in path[:-1]:
        here = here.setdefault(part, {})
        here = here[-1] if isinstance(here, list) else here
    if type(here) is not dict:
        raise ValueError("a table inside a value")
    made: dict[str, Any] = {}
    if repeats:
        rows = here.setdefault(path[-1], [])
        if not isinstance(rows, list) or any(type(row) is not dict for row in rows[-1:]):
            raise ValueError(f"{path[-1]!r} is no array of tables")
        rows.append(made)
    elif path[-1] in here:
        raise ValueError(f"{path[-1]!r} stands twice")
    else:
        here[path[-1]] = made
    return made


def _value(text: str) -> Any:
    """A string, number, truth value, array or inline table; JSON but for its signs."""
    spelled = _TOKEN.sub(_as_json, text)
    try:
        value, end = scan(spelled, 0)
    except StopIteration as error:
        raise ValueError(f"no value: {text[:60]!r}") from error
    if end != len(spelled):
        raise ValueError(f"text behind a value: {text[:60]!r}")
    return value


def _as_json(m: re.Match[str]) -> str:
    if m["odd"]:
        raise ValueError("a comment, or a sign that stands alone")
    if m[1]:
        return m[1]
    if m[2]:
        return json.dumps(m[2][1:-1])
    return json.dumps(m[3]) if m[3] else ":" if m[0] == " = " else ""
