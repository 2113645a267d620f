r"""Records that are printed a line per field: `psql \x`, `mysql \G`, `sqlite3 -line`, `/proc/cpuinfo`.

    -[ RECORD 1 ]----
    id    | 1                2 rows: id,name
    name  | Gull             1,Gull
    -[ RECORD 2 ]----        2,Tern
    id    | 2
    name  | Tern

A record's fields stand below a title, or blank lines part the records. Knows nothing of grids; `table` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from headroom.compressors._flow import Num, is_scalar

__all__ = ["begins", "records"]

_TITLE = re.compile(r"-\[ RECORD \d+ \][-+]*\Z|\*{3,} \d+\. row \*{3,}\Z")
_FIELD = re.compile(r"([A-Za-z_#@(][^:|=\t\n]{0,60}?) *(?:\t+: ?|: | \| ?| = ?|:\Z)(.*)\Z")
_COUNT = re.compile(r"\(?\d+ rows?(?: in set.*|\))\Z")
_FEWEST_RECORDS, _FEWEST_FIELDS = 3, 3


def begins(head: Sequence[str]) -> bool:
    """Whether the lines begin a list of records: titles or blank lines part fields, and the first two share names."""
    if not head or (not _TITLE.match(head[0]) and _FIELD.match(head[0].lstrip()) is None):
        return False
    try:
        first = [record for _, record in zip(range(3), _read(head), strict=False)][:2]
    except ValueError:
        return False
    return (
        len(first) == 2
        and len(first[0]) >= _FEWEST_FIELDS
        and 2 * len(first[0].keys() & first[1].keys()) >= len(first[0])
    )


def records(text: str) -> tuple[list[str], list[dict[str, Any]]]:
    """The records of a text, and the line below that says how many there are, where there is one.

    Raises:
        ValueError: when it is no list of records with fields of one line each.
    """
    lines = text.rstrip().split("\n")
    count = [lines.pop()] if _COUNT.match(lines[-1]) else []
    found = list(_read(lines))
    if len(found) < _FEWEST_RECORDS:
        raise ValueError("too few records")
    names = {name for record in found for name in record}
    if sum(map(len, found)) * 2 < len(names) * len(found):
        raise ValueError("records of different sorts")
    return count, found


def _read(lines: Sequence[str]) -> Iterator[dict[str, Any]]:
    here: dict[str, Any] = {}
    titled = bool(lines) and _TITLE.match(lines[0]) is not None
    for line in lines:
        if not line.strip() if not titled else _TITLE.match(line):
            if here:
                yield here
            here = {}
            continue
        own = titled or line[:1] not in " \t" or " = " in line
        field = _FIELD.match(line.lstrip()) if own else None
        if field is None or field[1] in here:
            raise ValueError(f"no field: {line[:60]!r}")
        value = field[2].strip()
        here[field[1]] = Num(value) if value and is_scalar(value) else value
    if here:
        yield here
