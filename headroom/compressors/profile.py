"""Profiles: tables of functions sorted by what they cost (cProfile, pprof, perf, gprof), and stacks with their counts.

       ncalls  tottime  percall  cumtime  percall filename:lineno(function)
            1    0.010    0.010    0.770    0.770 prof.py:11(main)             1 0.010 0.010 0.770 0.770 prof.py:11(main)
           12    0.179    0.015    0.245    0.020 prof.py:7(checksum)          12 0.179 0.015 0.245 0.020 prof.py:7(checksum)
            9    0.000    0.000    0.001    0.000 re.py:99(_compile)           ⋯ lines 4-90 (87 × little cost: tottime 0.003)

Padding goes. Where effort allows, so do rows of little cost, of which the sum is told; what the query names stays, and what
is called most. Stacks become a tree (`_stacks`). Above stand the router and the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from headroom import lines as lines_
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._folds import Fold, pinned, render
from headroom.compressors._stacks import are_stacks, tree
from headroom.lines import FOLD
from headroom.messages import Hint

_SIGNS = ("cumtime", "flat%", "# Overhead", "seconds   seconds", "ticks  ")
"""One of these stands above each such table."""
_HEAD = 6_000
_MOSTLY = 0.6
_FEWEST, _ALWAYS, _CALLED = 24, 10, 3
"""Rows of a table that may lose some, rows at its beginning that stay, rows with the most calls that stay."""
_LITTLE = 0.01
"""Share of the greatest cost in a column below which a cost is little."""
_COST = re.compile(r"(\d[\d.,]*)(%|[a-zA-Zµ]{1,5})?\Z")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "mins": 60.0, "hrs": 3600.0, "kB": 1e3, "MB": 1e6, "GB": 1e9}
_GAP = re.compile(r"(?<=\S) {2,}")


@dataclass(frozen=True, slots=True)
class _Sort:
    """How a sort of table looks: its header, words before the name of a function, and which of them are costs; the last
    of `sums` are added up for rows that are left out, as (name, place). `calls` is the place of how often it was called."""

    header: re.Pattern[str]
    words: int
    costs: tuple[int, ...]
    told: tuple[str, int]
    calls: int | None = None


_SORTS = (
    _Sort(re.compile(r"\s*ncalls\s+tottime\s+percall\s+cumtime\s+percall\s+filename:"), 5, (1, 3), ("tottime", 1), 0),
    _Sort(re.compile(r"\s*flat\s+flat%\s+sum%\s+cum\s+cum%"), 5, (0, 3), ("flat", 0)),
    _Sort(
        re.compile(r"#\s*(?:Children\s+Self|Overhead)\s+(?:Samples\s+)?Command\s+Shared Object\s+Symbol"),
        2,
        (0,),
        ("overhead", 0),
    ),
    _Sort(re.compile(r"\s*time\s+seconds\s+seconds\s+calls\s+\S+/call\s+\S+/call\s+name"), 6, (0,), ("% time", 0), 3),
    _Sort(re.compile(r"\s*ticks\s+total\s+nonlib\s+name"), 3, (0,), ("ticks", 0)),
)


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows `first` to `end` (exclusive) of one sort."""

    sort: _Sort
    header: int
    first: int
    end: int


class ProfileCompressor:
    """What profilers print: where the time goes stands at the top."""

    name = "ProfileCompressor"
    kind = "table"

    def score(self, text: str, hint: Hint) -> float:
        """0.95 for stacks and for one table; less where a table stands among much else."""
        head = text[:_HEAD]
        if are_stacks(head, len(text) > _HEAD):
            return 0.95
        if not any(map(head.__contains__, _SIGNS)):
            return 0.0
        lines = lines_.sample(text).split("\n")
        found = [n for n, line in enumerate(lines) if _sort(line) is not None]
        if not found:
            return 0.0
        return 0.95 if found[0] < _FEWEST and sum(_is_row(line) for line in lines) >= _MOSTLY * len(lines) else 0.5

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The tables without padding and without what costs little; stacks as a tree; itself where a line looks like one
        of ours."""
        if text.startswith(FOLD) or f"\n{FOLD}" in text:
            return Rendition(text=text)
        made = tree(text, hint, limits) if are_stacks(text[:_HEAD], len(text) > _HEAD) else _tables(text, hint, limits)
        if made is None or len(made.text) >= len(text):
            return Rendition(text=text)
        if limits.keep is not None and any(m[0] not in made.text for m in limits.keep.finditer(text)):
            return Rendition(text=text)
        return made


def _sort(line: str) -> _Sort | None:
    """Of which sort the table is that this line heads."""
    return next((sort for sort in _SORTS if sort.header.match(line)), None)


def _is_row(line: str) -> bool:
    """Whether the line begins with two numbers, as rows of all sorts do; perf gives one."""
    words = line.split(None, 2)[:2]
    return len(words) == 2 and _COST.match(words[0].partition("/")[0]) is not None


def _found(lines: Sequence[str]) -> Iterator[_Table]:
    """The tables of a text."""
    at = 0
    while at < len(lines):
        sort = _sort(lines[at]) if "  " in lines[at] else None
        if sort is None:
            at += 1
            continue
        first = end = at + 1
        while first < len(lines) and (not lines[first].strip("# .\r") or set(lines[first]) <= set("#. ")):
            first += 1
        end = first
        while end < len(lines) and _cells(sort, lines[end]) is not None:
            end += 1
        yield _Table(sort, at, first, end)
        at = max(end, at + 1)


def _cells(sort: _Sort, line: str) -> list[str] | None:
    """The words before the name and the name; None for a line that is no row."""
    cells = line.split(None, sort.words)
    if len(cells) <= max(sort.costs) + 1 or any(_COST.match(cells[i]) is None for i in sort.costs):
        return None
    return cells


def _tables(text: str, hint: Hint, limits: Limits) -> Rendition | None:
    """The text with its tables unpadded, and the rows of little cost folded."""
    source = text.split("\n")
    lines = list(source)
    folds: list[Fold] = []
    pins = pinned(text, source, hint, limits) if limits.effort >= Effort.MEDIUM else set()
    unpadded = False
    for table in _found(source):
        rows = [_cells(table.sort, source[n]) or [] for n in range(table.first, table.end)]
        if len({len(row) for row in rows}) == 1:  # an empty cell shows by its place alone
            unpadded = True
            for n in (table.header, *range(table.first, table.end)):
                lines[n] = _GAP.sub(" ", source[n].strip(" ")) if n == table.header else " ".join(source[n].split())
        if limits.effort >= Effort.MEDIUM and len(rows) >= _FEWEST:
            folds += _folds(table, rows, pins)
    if not unpadded and not folds:
        return None
    return render(lines, folds, limits.first_line, "cells unpadded" if unpadded else "")


def _folds(table: _Table, rows: Sequence[Sequence[str]], pins: set[int]) -> list[Fold]:
    """Rows of little cost, run by run; each says how much that is together."""
    costs = {at: [_cost(row[at]) for row in rows] for at in table.sort.costs}
    little = {at: _LITTLE * max(column) for at, column in costs.items()}
    shown = set(range(_ALWAYS)) | {n - table.first for n in pins}
    shown.update(n for at, column in costs.items() for n, cost in enumerate(column) if cost > little[at])
    if table.sort.calls is not None:
        calls = [_cost(row[table.sort.calls].partition("/")[0]) for row in rows]
        shown.update(sorted(range(len(rows)), key=lambda n: -calls[n])[:_CALLED])
    name, place = table.sort.told
    unit = next((m[2] or "" for row in rows if (m := _COST.match(row[place]))), "")
    out = []
    for first, last in lines_.runs(n for n in range(len(rows)) if n not in shown):
        own = [_cost(rows[n][place]) for n in range(first, last + 1)]
        factor = _UNITS.get(unit, 1.0)
        label = f"{len(own)} × little cost: {name} {round(sum(own) / factor, 3):g}{unit}"
        out.append(Fold(table.first + first, table.first + last, label))
    return out


def _cost(word: str) -> float:
    """A cost in seconds, bytes, percent or without a unit."""
    m = _COST.match(word)
    return float(m[1].replace(",", "")) * _UNITS.get(m[2] or "", 1.0) if m is not None else 0.0
