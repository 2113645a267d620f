"""Numbers of alike lines that stand out: a rare value among few, an extreme one among many.

Works on columns: the i-th number of every line of one form. Times and what stands before them are no columns. Nothing here
knows what the numbers mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

FEW = 8
"""So many different values make a column one of categories: status codes, exit codes, shards."""
_BLOCK = 512
_DIGITS = 15
"""Longer numbers are ids."""
_STATUS = 3
"""A column of numbers below 600 of this length may be of status codes, which come first."""
_STAMP = re.compile(
    rb"[IWEF]?0 0 (?:0 (?=[A-Z]))?"
    rb"|.{0,80}?0:0:0(?:[.,:]0)?(?:.{0,16}?0:0:0(?:[.,]0)?)?"
    rb"|.{0,80}?(?:0-0-0(?:[-_T ]0[.:]0(?:[.:]0){0,2})?|\[ *0\.0\])|.{0,12}?0\.0\.0",
    re.DOTALL,
)
_ADDRESS = re.compile(rb"(?<![0.])0\.0\.0\.0(?![0.])")
_ALONE = re.compile(rb"(?<![^\s,;:=()\[\]<>\"'|/])0(?:\.0)?(?![^\s,;:=()\[\]<>\"'|a-z%])")


def places(mask: bytes) -> tuple[int, ...]:
    """Which numbers of a masked line may tell something: not those of its time, of what stands before it, of addresses."""
    stamp = _STAMP.match(mask)
    first = stamp[0].count(b"0") if stamp else 0
    skipped: set[int] = set()
    if b"0.0.0.0" in mask:
        for found in _ADDRESS.finditer(mask):
            at = mask.count(b"0", 0, found.start())
            skipped.update(range(at, at + 4))
    return tuple(i for i in range(first, mask.count(b"0")) if i not in skipped)


def alone(mask: bytes) -> tuple[int, ...]:
    """Those of `places` that are words of their own. Lines with hexadecimal ids, where the other numbers come and go,
    have these in common."""
    at = {mask.count(b"0", 0, found.start()) for found in _ALONE.finditer(mask)}
    return tuple(i for i in places(mask) if i in at)


def odd_rows(numbers: Sequence[bytes], width: int, columns: Iterable[int]) -> list[tuple[int, int]]:
    """The rows that stand out, as (how little, row), given each row's numbers separated by blanks.

    `width` is how many numbers a row has, `columns` which of them count. Empty when the rows are too few to tell or not
    of this width.
    """
    total = len(numbers)
    if total < FEW:
        return []
    wanted: dict[int, list[bytes]] = {i: [] for i in columns}
    for at in range(0, total, _BLOCK):  # the numbers of the other columns are let go block by block
        rows = numbers[at : at + _BLOCK]
        flat = b" ".join(rows).split()
        if len(flat) != width * len(rows):
            return []
        for i, column in wanted.items():
            column.extend(flat[i::width])
    found: list[tuple[int, int]] = []
    for column in wanted.values():
        if column.count(column[0]) != total:
            found.extend(_odd(column))
    return found


def _odd(column: list[bytes]) -> list[tuple[int, int]]:
    total = len(column)
    values = set(column)
    if len(values) <= FEW:
        status = all(len(v) == _STATUS and v[:1] < b"6" for v in values)
        counts = [(v, column.count(v)) for v in values]
        rare = {v: 0 if status else n for v, n in counts if 20 * n <= total or (n == 1 and len(values) == 2)}
        return [(rare[v], i) for i, v in enumerate(column) if v in rare] if rare else []
    sizes = sorted(map(len, column))
    higher = sizes[-1] > sizes[total * 9 // 10]
    lower = sizes[0] + 1 < sizes[total // 10]
    if sizes[-1] > _DIGITS:
        return []
    if sizes[total // 10] > 1 and column.count(b"0") in (1, 2):  # nothing where there always was something
        return [(0, i) for i, v in enumerate(column) if v == b"0"]
    return _extremes(column, values) if higher or lower else []


def _extremes(column: list[bytes], values: set[bytes]) -> list[tuple[int, int]]:
    ranked = sorted(column, key=int)
    out = []
    if int(ranked[-1]) > 10 * max(1, int(ranked[len(ranked) * 9 // 10])):
        out.append((0, column.index(ranked[-1])))
    tenth = int(ranked[len(ranked) // 10])
    fractions = any(v[:1] == b"0" and len(v) > 1 for v in values)
    if tenth >= 1000 and 100 * int(ranked[0]) < tenth and not fractions:
        out.append((0, column.index(ranked[0])))
    return out
