"""Columns that repeat as one: `maker`, `model` and `seats` of a hundred aircraft are a dozen triples and a letter per row.

Only columns that stand next to each other: a code stands in their place, so a row still reads from left to right.

Works on spelled cells, so it is exact by construction. Above stands `_spell`; below only `_columns`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice, product
from string import ascii_letters, ascii_lowercase, digits

from headroom.compressors._columns import Column

__all__ = ["Group", "find_groups"]

_MAX_GROUPS = 3
_MAX_TRIES = 6
_SAMPLE = 1500
_MIN_GAIN = 40.0
_MIN_SHARE = 0.25
_FEW = 2
"""What stands in so few rows is written out in its place: it may be the one error."""
WRITTEN = "|"
"""Before and between cells that are written out where a code could stand."""
_NUMBER = re.compile(r"-?[\d.,]+%?\Z")
_CLASSES = bytes(
    b"a"[0] if chr(b) in ascii_letters or b > 127 else b"0"[0] if chr(b) in digits else b" "[0] for b in range(256)
)


@dataclass(slots=True)
class Group:
    """Neighbouring columns, the code of each row, and the cells that each code stands for, in order of first use. A row
    whose cells hardly any other has holds those in place of a code, behind and between `WRITTEN`."""

    columns: list[Column]
    codes: list[str]
    legend: dict[str, tuple[str, ...]]


def _names(count: int) -> list[str]:
    if count <= 26:
        return list(ascii_lowercase[:count])
    size = 2
    while 26**size < count:
        size += 1
    return ["".join(p) for p in islice(product(ascii_lowercase, repeat=size), count)]


def _cost(cells: Collection[str]) -> float:
    """Tokens of the cells, roughly, separators included."""
    text = b" " + ",".join(cells).encode("utf-8", "surrogatepass").translate(_CLASSES)
    count = text.count
    letters, numerals = count(b"a"), count(b"0")
    runs = count(b" a") + count(b"0a") + count(b" 0") + count(b"a0")
    return 0.9 * runs + 0.04 * letters + 0.1 * numerals + 0.6 * (len(text) - 1 - letters - numerals)


def find_groups(columns: Sequence[Column], sep: str) -> list[Group]:
    """The groups that pay, in the order of their columns. `columns` are those with a cell per row; `sep` parts cells."""
    cells = [c.cells[:_SAMPLE] for c in columns]
    distinct = [set(own) if c.pattern is None else set() for c, own in zip(columns, cells, strict=True)]
    free = [0 < 3 * len(seen) <= len(own) for seen, own in zip(distinct, cells, strict=True)]
    spans: list[tuple[int, int]] = []
    costs = [
        (_cost(own), _cost(seen)) if ok else (0.0, 0.0) for own, seen, ok in zip(cells, distinct, free, strict=True)
    ]
    for at in sorted(range(len(columns)), key=lambda i: costs[i][1] - costs[i][0])[:_MAX_TRIES]:
        if free[at] and len(spans) < _MAX_GROUPS:
            span = _grown(cells, costs, free, at)
            if span is not None:
                spans.append(span)
                free[span[0] : span[1]] = [False] * (span[1] - span[0])
    groups: list[Group] = []
    letters = 0
    for a, b in sorted(spans):
        groups.append(_group(columns[a:b], letters, sep))
        letters += len(groups[-1].legend)
    return groups


def _group(columns: Sequence[Column], letters: int, sep: str) -> Group:
    """One group; its codes go on behind the first `letters` of the alphabet while that suffices, so that a letter
    stands for one thing only."""
    rows = list(zip(*[c.cells for c in columns], strict=True))
    counts = Counter(rows)  # in the order of first use
    written = {row: _written(row, sep) for row, times in counts.items() if times <= _FEW}
    legend = [row for row in counts if not written.get(row)]
    first = letters if letters + len(legend) <= 26 else 0
    names = dict(zip(legend, _names(first + len(legend))[first:], strict=True))
    codes = {**written, **names}
    return Group(list(columns), [codes[row] for row in rows], {name: row for row, name in names.items()})


def _written(row: Sequence[str], sep: str) -> str:
    """The cells as they stand in place of a code; "" where they could be misread."""
    cells = "".join(row)
    if not cells or WRITTEN in cells or '"' in cells or sep in cells or "\n" in cells:
        return ""
    return WRITTEN + WRITTEN.join(row)


def _grown(
    cells: Sequence[list[str]], costs: Sequence[tuple[float, float]], free: Sequence[bool], at: int
) -> tuple[int, int] | None:
    """The span around a column for which one code saves most; None where a code does not pay. `costs` are those of each
    column's cells, and of the different ones among them."""
    first, behind = at, at + 1
    joint = cells[at]
    seen = set(joint)
    total, price = costs[at]
    gain = total - price
    growing = True
    while growing:
        growing = False
        for near in (first - 1, behind):
            if not (0 <= near < len(cells) and free[near]):
                continue
            both = list(map(str.__add__, joint, cells[near]))
            grown = set(both)
            if 3 * len(grown) > len(joint):
                continue
            cost, grown_price = costs[near][0], _cost(grown) + len(grown) * (behind - first)
            more = cost - grown_price + price
            if more > 0.3 * cost:
                joint, seen, price = both, grown, grown_price
                total, gain = total + cost, gain + more
                first, behind = min(first, near), max(behind, near + 1)
                growing = True
    gain -= _price_of_codes(len(joint), len(seen))
    alone = list(Counter(joint).values()).count(1)
    if behind - first == 1 and all(map(_NUMBER.match, seen)):
        return None  # a reader compares and adds figures
    # A legend is a detour for the reader: it has to pay, and not to hide what is told of one row only.
    return (first, behind) if 3 * alone <= 2 * len(seen) and gain > max(_MIN_GAIN, _MIN_SHARE * total) else None


def _price_of_codes(rows: int, count: int) -> float:
    return rows * (1.1 if count <= 26 else 1.6) + 3.0 * count
