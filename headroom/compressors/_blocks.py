r"""Titled blocks of fields without a colon: `yarn.lock`.

    quay@^1.0.0, quay@^1.2.0:             2 entries: key,version,dependencies.pier
      version "1.2.4"                     "quay@^1.0.0, quay@^1.2.0",1.2.4,^3.0.0
      dependencies:                       pier@^3.0.0,3.1.0,
        pier "^3.0.0"

    pier@^3.0.0:
      version "3.1.0"

Lines that begin with `#` above the first block stay. Knows nothing of grids; `table` stands above.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

__all__ = ["begins", "blocks"]

_TITLE = re.compile(r"([^\s#-][^\n]*):\Z")
_FIELD = re.compile(r'(  (?:  )?)("[^"\n]+"|[^\s":]+)(?: (\S.*)|:)\Z')
_FEWEST_BLOCKS, _FEWEST_SHARED = 3, 2


def begins(head: Sequence[str]) -> bool:
    """Whether the lines begin with blocks of which the first ones share names of fields."""
    first = _above(head)
    if first + 1 >= len(head) or head[first + 1][:2] != "  " or _TITLE.match(head[first]) is None:
        return False
    try:
        found = [fields for _, fields in islice(_read(head[first:]), _FEWEST_BLOCKS)]
    except ValueError:
        return False
    return len(found) == _FEWEST_BLOCKS and len(set.intersection(*map(set, found[:2]))) >= _FEWEST_SHARED


def blocks(text: str) -> tuple[list[str], dict[str, Any]]:
    """What stands above the blocks, and the fields of each block by its title.

    Raises:
        ValueError: when there is anything else in the text, or a title or a field stands twice.
    """
    lines = text.rstrip("\n").split("\n")
    first = _above(lines)
    found: dict[str, Any] = {}
    for title, fields in _read(lines[first:]):
        if title in found:
            raise ValueError(f"a second block: {title[:60]!r}")
        found[title] = fields
    return [line for line in lines[:first] if line], found


def _above(lines: Sequence[str]) -> int:
    """The number of lines above the first block."""
    return next((i for i, line in enumerate(lines) if line and line[0] != "#"), len(lines))


def _read(lines: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Title and fields of each block; a field without a value has fields of its own."""
    title = ""
    fields: dict[str, Any] = {}
    inner: dict[str, Any] | None = None
    for line in lines:
        if not line:
            continue
        if line[0] != " ":
            if title:
                yield title, fields
            title, fields, inner = _titled(line), {}, None
            continue
        field = _FIELD.match(line)
        if field is None or not title:
            raise ValueError(f"no field: {line[:60]!r}")
        deep = len(field[1]) > 2
        name, here = _text(field[2]), inner if deep else fields
        if here is None or name in here or (deep and field[3] is None):
            raise ValueError(f"not the field of anything: {line[:60]!r}")
        if field[3] is not None:
            here[name] = _text(field[3])
        else:
            inner = fields[name] = {}
        if not deep and field[3] is not None:
            inner = None
    if title:
        yield title, fields


def _titled(line: str) -> str:
    m = _TITLE.match(line)
    if m is None:
        raise ValueError(f"no title: {line[:60]!r}")
    return _text(m[1]) if m[1].count('"') == 2 and m[1][-1] == '"' else m[1]


def _text(written: str) -> str:
    """A name or a value without its quotes."""
    if written[0] != '"':
        return written
    value = json.loads(written)
    if type(value) is not str:
        raise ValueError(f"no text: {written[:60]!r}")
    return value
