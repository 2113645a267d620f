"""Numbers of alike lines that stand out: a rare value among few, an extreme one among many.

Works on columns: the i-th number of every line of one form. Times and what stands before them are no columns. Nothing here
knows what the numbers mean.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

FEW = 8
"""So many different values make a column one of categories: status codes, exit codes, shards."""
_DIGITS = 15
"""Longer numbers are ids."""
_STAMP = re.compile(rb".{0,80}(?:0[:.]0[:.]0(?:[.,]0)?|0-0-0|\[ *0\.0\])|[IWEF]?0 0 ", re.DOTALL)


def stamp_numbers(mask: bytes) -> int:
    """How many numbers of a masked line belong to its time and what stands before it."""
    found = _STAMP.match(mask)
    return found[0].count(b"0") if found else 0


def odd_rows(numbers: Sequence[bytes], width: int, skip: int, most: int) -> set[int]:
    """Rows that stand out, given each row's numbers separated by blanks, `width` of them, the first `skip` left aside.

    At most `most` rows for each value. Empty when the rows are too few to tell or not of this width.
    """
    total = len(numbers)
    if total < FEW:
        return set()
    flat = b" ".join(numbers).split()
    if len(flat) != width * total:
        return set()
    out: set[int] = set()
    for i in range(skip, width):
        column = flat[i::width]
        if column.count(column[0]) != total:
            out.update(_odd(column, most))
    return out


def _odd(column: list[bytes], most: int) -> list[int]:
    counts = Counter(column)
    total = len(column)
    if len(counts) <= FEW:
        rare = [v for v, n in counts.items() if 20 * n <= total or (n == 1 and len(counts) == 2)]
        return [i for v in rare for i in [i for i, w in enumerate(column) if w == v][:most]]
    if max(map(len, counts)) > _DIGITS:
        return []
    ranked = sorted(column, key=int)
    out = []
    if int(ranked[-1]) > 10 * max(1, int(ranked[total * 9 // 10])):
        out.append(column.index(ranked[-1]))
    tenth = int(ranked[total // 10])
    fractions = any(v[:1] == b"0" and len(v) > 1 for v in counts)
    if tenth >= 1000 and 100 * int(ranked[0]) < tenth and not fractions:
        out.append(column.index(ranked[0]))
    return out
