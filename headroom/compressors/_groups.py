"""Columns that repeat as one: `model`, `maker` and `seats` of a hundred aircraft are a dozen triples and a letter per row.

Works on spelled cells, so it is exact by construction. Above stands `_spell`; below only `_columns`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product
from string import ascii_lowercase

from headroom.compressors._columns import Column

__all__ = ["Group", "find_groups"]

_MAX_GROUPS = 3
_SAMPLE = 1500
_MIN_GAIN = 40.0
_MIN_SHARE = 0.25


@dataclass(slots=True)
class Group:
    """Some columns, the code of each row, and the cells that each code stands for, in order of first use."""

    columns: list[Column]
    codes: list[str]
    legend: dict[str, tuple[str, ...]]


def _names(count: int) -> list[str]:
    if count <= 26:
        return list(ascii_lowercase[:count])
    digits = 2
    while 26**digits < count:
        digits += 1
    return ["".join(p) for _, p in zip(range(count), product(ascii_lowercase, repeat=digits), strict=False)]


def _cost(cells: Collection[str]) -> float:
    """Tokens of the cells, roughly, separators included."""
    return len(cells) + sum(map(len, cells)) / 3.6


def find_groups(columns: Sequence[Column]) -> list[Group]:
    """The groups that pay, in the order of their first column. Sets `group` of their columns (1, 2, …)."""
    free = list(columns)
    groups: list[Group] = []
    while len(groups) < _MAX_GROUPS:
        chosen = _best(free)
        if not chosen:
            break
        taken = set(map(id, chosen))
        free = [c for c in free if id(c) not in taken]
        ordered = [c for c in columns if id(c) in taken]
        rows = list(zip(*[c.cells for c in ordered], strict=False))
        legend = dict.fromkeys(rows)
        names = dict(zip(legend, _names(len(legend)), strict=False))
        groups.append(Group(ordered, [names[r] for r in rows], {name: row for row, name in names.items()}))
    place = {id(c): i for i, c in enumerate(columns)}
    groups.sort(key=lambda g: place[id(g.columns[0])])
    for number, g in enumerate(groups, 1):
        for c in g.columns:
            c.group = number
    return groups


def _best(columns: Sequence[Column]) -> list[Column]:
    """Columns that save most when one code stands for all of them: the best single one, then whatever adds to it."""
    rest: list[tuple[float, float, list[str]]] = []
    by_cells: dict[int, Column] = {}
    for c in columns:
        cells = c.cells[:_SAMPLE]
        distinct = set(cells)
        cost = _cost(cells)
        if c.pattern is None and 3 * len(distinct) <= len(cells) and cost > 1.4 * len(cells):
            rest.append((cost - _cost(distinct), cost, cells))
            by_cells[id(cells)] = c
    if not rest:
        return []
    rest.sort(key=lambda item: -item[0])
    gain, total, joint = rest[0]
    chosen = [by_cells[id(joint)]]
    seen = set(joint)
    price = _cost(seen)
    for _, cost, cells in rest[1:]:
        both = list(map(str.__add__, joint, cells))
        grown = set(both)
        grown_price = _cost(grown) + len(grown) * len(chosen)
        more = cost - grown_price + price
        if more > 0.3 * cost and 3 * len(grown) <= len(cells):
            chosen.append(by_cells[id(cells)])
            total += cost
            joint, seen, price, gain = both, grown, grown_price, gain + more
    gain -= _price_of_codes(len(joint), len(seen))
    return chosen if gain > max(_MIN_GAIN, _MIN_SHARE * total) else []  # a legend is a detour: it has to pay


def _price_of_codes(rows: int, count: int) -> float:
    return rows * (1.1 if count <= 26 else 1.6) + 3.0 * count
