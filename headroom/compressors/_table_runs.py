"""Where in a text tables stand among other output: what SQL clients draw, their records, columns below a header in capitals.

    shop=> select * from quay;          psql, mysql and sqlite in one session; `kubectl get pods; kubectl get svc`;
     id | name                          `docker ps; docker images`
    ----+------
    (0 rows)

`table_runs` gives spans of whole lines and reads no table: `_tables` and `_records` do. `_segments` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from headroom.compressors._tables import dialect

__all__ = ["table_runs"]

_END = r"(?:\n|\Z)"
_BOX = re.compile(
    rf"^([+┌╭╔])[-=+─┬═╦╤]+[+┐╮╗]{_END}(?:(?:[|│║][^\n]*[|│║┤╢+]{_END})+[+├└╰╠╚╞╟][-=+─┼┴═╬╩╪╧]+[+┤┘╯╣╝╡╢]{_END})+",
    re.MULTILINE,
)
_RULED = re.compile(
    rf"^[^\n|]*\|[^\n]*\n-+(?:\+-+)+{_END}(?:[^\n|]*\|[^\n]*{_END})*(?:\(\d+ rows?\){_END})?", re.MULTILINE
)
_RECORDS = re.compile(
    rf"^(?:-\[ RECORD 1 \][-+]*|\*{{10,}} 1\. row \*{{10,}})\n(?:(?!\n|\(?\d+ rows? in set)[^\n]+{_END})+", re.MULTILINE
)
_HEADER = re.compile(
    r"^[A-Z][A-Z0-9_%()/#.:-]*(?: [A-Z0-9_%()/#.:-]+)*(?: {2,}[A-Z][A-Z0-9_%()/#.:-]*(?: [A-Z0-9_%()/#.:-]+)*){2,} *$",
    re.MULTILINE,
)
_FIRST = re.compile(r"\n[A-Z][A-Z0-9_%()/#.: -]*  [A-Z]")
"""What such a header begins with; looked for first, since most texts hold none."""
_STOP = re.compile(r"\n(?:\n|\Z|---|===|###|\$ |==> |\+ )")
_HEAD = 40
_LONGEST_LINE = 400
_FEWEST = 4


def table_runs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of tables between these offsets, in no order; spans of one sort do not overlap."""
    patterns = []
    if "\n+-" in text or text.startswith("+-") or any(corner in text for corner in "┌╭╔"):
        patterns.append(_BOX)
    if "-+-" in text:
        patterns.append(_RULED)
    if "-[ RECORD 1 ]" in text or "** 1. row **" in text:
        patterns.append(_RECORDS)
    for pattern in patterns:
        for m in pattern.finditer(text, start, end):
            yield m.start(), m.end() - m[0].endswith("\n")
    if (
        _FIRST.search(text, max(0, start - 1), end) is not None
        or _HEADER.match(text[start : start + _LONGEST_LINE]) is not None
    ):
        yield from _aligned(text, start, end)


def _aligned(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Columns below a header in capitals, up to a blank line, a title or the next header."""
    heads = [m.start() for m in _HEADER.finditer(text, start, end)]
    for at, following in zip(heads, [*heads[1:], end + 1], strict=False):  # there may be no header
        below = _STOP.search(text, at, following - 1)
        stop = below.start() if below is not None else following - 1
        head = text[at:stop].split("\n", _HEAD)[:_HEAD]
        if len(head) >= _FEWEST and dialect(head) is not None:
            yield at, stop
