"""Rows as columns: what all rows share is said once, what one column repeats of another is not said again.

Takes rows apart (`flatten`), finds constants, columns built from other columns and groups of columns that repeat as
one, and spells the rest line by line. Everything here is exact: `tests/compressors/decode.py` is the inverse. Which
rows are shown is decided elsewhere (`_rows`); `crusher` and `table` stand above, `_flow` below.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeAlias

from headroom.compressors._flow import MISSING, Num, cell_text, flow, is_scalar, key_text, string_cells

__all__ = ["Column", "Grid", "flatten", "grid"]

_MAX_COLUMNS = 400
_MAX_REFERENCES = 80


@dataclass(slots=True)
class Column:
    """One column: its spelled name and the value of each row.

    After `grid`, exactly one of these holds: `fixed` (one value for all rows), `pattern` without a `<>` (built from
    other columns), `cells` (spelled per row, `pattern` says what stands around them).
    """

    name: str
    values: Sequence[Any]
    kinds: frozenset[type]
    fixed: str | None = None
    pattern: str | None = None
    as_str: bool = False
    group: int = 0
    cells: list[str] = field(default_factory=list)

    @property
    def in_rows(self) -> bool:
        """Whether the rows hold a cell for this column."""
        return self.fixed is None and (self.pattern is None or "<>" in self.pattern)


@dataclass(slots=True)
class Grid:
    """Columns in the order of the source's keys. `loose` maps rows that do not fit the columns to their own spelling."""

    columns: list[Column]
    rows: int
    sep: str
    loose: dict[int, str]

    def lines(self) -> list[str]:
        """The rows, spelled; before groups are formed."""
        shown = [c.cells for c in self.columns if c.in_rows]
        fitted = list(map(self.sep.join, zip(*shown, strict=False))) if shown else [""] * (self.rows - len(self.loose))
        return merge_loose(fitted, self.loose, self.rows)


def merge_loose(fitted: Sequence[str], loose: dict[int, str], total: int) -> list[str]:
    """Put the lines of loose rows between those of the others, in the order of the source."""
    if not loose:
        return list(fitted)
    rest = iter(fitted)
    return [loose[i] if i in loose else next(rest) for i in range(total)]


def _subsequence(keys: Sequence[str], order: dict[str, int]) -> bool:
    at = -1
    for key in keys:
        here = order[key]
        if here <= at:
            return False
        at = here
    return True


def _merged_order(shapes: Collection[tuple[str, ...]]) -> dict[str, int]:
    """Keys of all shapes; a key that is new comes behind the one that precedes it in its shape."""
    order: list[str] = []
    known: set[str] = set()
    for shape in shapes:
        at = 0
        for key in shape:
            if key in known:
                at = order.index(key) + 1
            elif len(order) < _MAX_COLUMNS:
                order.insert(at, key)
                known.add(key)
                at += 1
    return {key: i for i, key in enumerate(order)}


def flatten(rows: Sequence[Any], path: str = "") -> tuple[list[Column], list[int]] | None:
    """Columns of rows that are mostly objects, and the indices of rows that do not fit. None where columns make no sense.

    `rows` may hold MISSING, which fits everywhere. Objects inside become dotted columns where most rows have them with
    much the same keys.
    """
    keys: list[tuple[str, ...] | None]
    keys = (
        [*map(tuple, rows)] if set(map(type, rows)) == {dict} else [tuple(r) if type(r) is dict else None for r in rows]
    )
    shapes = Counter(shape for shape in keys if shape is not None)
    total = sum(shapes.values())
    if total < 2 or len(shapes) > 64 + total // 50:
        return None
    ranked = sorted(shapes, key=lambda s: -shapes[s])
    order = _merged_order(ranked[:64])
    width = sum(len(s) * k for s, k in shapes.items())
    if not order or len(order) * total > 4 * width:
        return None
    fit = {s for s in ranked if s and len(s) <= len(order) and all(k in order for k in s) and _subsequence(s, order)}
    loose: list[int] = []
    if not fit.issuperset(keys):
        loose = [i for i, shape in enumerate(keys) if shape not in fit and rows[i] is not MISSING]
    if 4 * len(loose) > len(rows):
        return None
    bad = set(loose)
    if not bad and len(shapes) == 1 and total == len(rows):
        columns: list[list[Any]] = [list(map(itemgetter(key), rows)) for key in order]
    else:
        fitting = [{} if row is MISSING or i in bad else row for i, row in enumerate(rows)]
        columns = [[row.get(key, MISSING) for row in fitting] for key in order]
    prefix = path + "." if path else ""
    out: list[Column] = []
    for key, values in zip(order, columns, strict=False):
        out.extend(_column(prefix + key_text(key), values))
    return out, loose


def _column(name: str, values: Sequence[Any]) -> list[Column]:
    kinds = frozenset(map(type, values))
    if dict in kinds:
        inner = flatten(values, name)
        if inner is not None:
            columns, loose = inner
            if loose:
                own: list[Any] = [MISSING] * len(values)
                for i in loose:
                    own[i] = values[i]
                columns.insert(0, Column(name, own, frozenset(map(type, own))))
            return columns
    return [Column(name, values, kinds)]


def grid(rows: Sequence[Any], keep_whole: Collection[str] = ()) -> Grid | None:
    """The rows of an array as a grid, or None where they are no table.

    Columns whose key is in `keep_whole` (lower case) are spelled in full even where another column says the same.
    """
    flat = flatten(rows)
    if flat is None:
        return None
    columns, loose = flat
    bad = set(loose)
    if bad:
        for c in columns:
            c.values = [v for i, v in enumerate(c.values) if i not in bad]
            c.kinds = frozenset(map(type, c.values))
    return spell(columns, len(rows), {i: "=" + flow(rows[i]) for i in loose}, keep_whole)


def spell(
    columns: list[Column], rows: int, loose: dict[int, str], keep_whole: Collection[str] = (), *, texts: bool = False
) -> Grid:
    """Find constants and patterns, choose the separator, spell the cells.

    With `texts` every cell is a text whatever it looks like, an empty one included; columns then hold strings only.
    """
    for c in columns:
        c.fixed = _fixed(c, texts)
    _find_patterns([c for c in columns if c.fixed is None], keep_whole)
    sep = _separator([c for c in columns if c.in_rows])
    for c in columns:
        if c.in_rows:
            _spell_cells(c, sep, texts)
    shown = [c for c in columns if c.in_rows]
    if len(shown) == 1:  # a row without its only cell would be an empty line
        shown[0].cells = [cell or "~" for cell in shown[0].cells]
    return Grid(columns, rows, sep, loose)


def _fixed(c: Column, texts: bool) -> str | None:
    """How the one value of all rows is spelled, or None where they differ."""
    if len(c.kinds) != 1 or MISSING in c.values[:1]:
        return None
    first = c.values[0]
    if first != c.values[-1] or c.values.count(first) != len(c.values):
        return None
    if not c.kinds <= {str, Num, bool, type(None)} and len(set(map(flow, c.values))) != 1:
        return None  # 1 == 1.0 == True does not hold for our values, but {"a": Num} == {"a": str} does
    return first if texts and _PLAIN_TEXT.match(first) else flow(first)


def _separator(columns: Sequence[Column]) -> str:
    """A comma, unless so many strings hold one that quoting them costs more than tabs do."""
    cells = commas = 0
    for c in columns:
        cells += len(c.values)
        if c.pattern is None and str in c.kinds:
            commas += sum(["," in v for v in c.values if type(v) is str])
    return "\t" if commas * 12 > cells else ","


def _spell_cells(c: Column, sep: str, texts: bool) -> None:
    if c.pattern is not None:
        c.cells, _ = string_cells(c.cells, sep, texts=texts)
        return
    if c.kinds == {str}:
        c.cells, marked = string_cells(c.values, sep, texts=texts)
        c.as_str = marked and not texts
    elif c.kinds == {Num}:
        c.cells = list(c.values)
    elif c.kinds == {str, type(MISSING)}:
        c.as_str = any(type(v) is str and is_scalar(v) for v in c.values)
        c.cells = [cell_text(v, sep, as_str=c.as_str) for v in c.values]
    else:
        c.cells = [cell_text(v, sep) for v in c.values]


# ---------------------------------------------------------------------------------------------------- patterns

_Pattern: TypeAlias = tuple[str, list[str], list[str]]
"""A pattern, what remains of each row, and the names of the columns it uses."""
_TEXTUAL = (frozenset((str,)), frozenset((Num,)))
_PLAIN_TEXT = re.compile(r"[\w.+-][\w.+:/ -]*(?<! )\Z", re.ASCII)
_PLAIN_NAME = re.compile(r"[\w.$@/-]+\Z", re.ASCII)
_TENTHS = re.compile(r"-?\d+\.(\d+)\Z")
_LINK_PREFIX = re.compile(r"[\s\S]*/|\d{4}-\d\d-\d\dT|[\s\S]{16,} ")


def _find_patterns(columns: Sequence[Column], keep_whole: Collection[str]) -> None:
    """Give a pattern to each column of strings that other columns spell already, in whole or in part.

    A column that a pattern names may be built from others itself, but never from one that needs it.
    """
    names = Counter(c.name for c in columns)
    sources = [c for c in columns if c.kinds in _TEXTUAL and names[c.name] == 1 and _PLAIN_NAME.match(c.name)]
    del sources[_MAX_REFERENCES:]
    needs: dict[str, set[str]] = {}
    # Long ones first: what is built from others should be the long text, not the id inside it.
    for c in sorted(columns, key=lambda c: -_weight(c)):
        if c.kinds != {str} or c.name.rpartition(".")[2].lower() in keep_whole:
            continue
        made = _pattern(c, [s for s in sources if s is not c and s.pattern is None])
        if made is None or c.name in _all_needs(made[2], needs):
            continue
        c.pattern, c.cells, named = made
        needs[c.name] = set(named)
        if not any(c.cells):
            c.pattern = c.pattern.replace("<>", "")


def _all_needs(names: Sequence[str], needs: dict[str, set[str]]) -> set[str]:
    """These columns and all that they are built from."""
    out: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in out:
            out.add(name)
            todo.extend(needs.get(name, ()))
    return out


def _weight(c: Column) -> int:
    return sum(map(len, (c.values[0], c.values[len(c.values) // 2], c.values[-1]))) if c.kinds == {str} else 0


def _pattern(c: Column, sources: Sequence[Column]) -> _Pattern | None:
    values = c.values
    n = len(values)
    probes = (0, n // 2, n - 1)
    sample = [values[i] for i in probes]
    if len(set(sample)) == 1 and n > 3:
        return None  # hardly changes: a group says it better
    if " " not in sample[0] and "/" not in sample[0]:
        return _slice(values, sources, probes)  # names and ids stay whole, only what repeats a part of one may go
    best: _Pattern | None = None
    gain = 12 + sum(map(len, sample)) // 8
    for s in sources:
        inside = [s.values[i] for i in probes]
        if "" in inside or not all(map(str.__contains__, sample, inside)):
            continue
        for found in (_whole(values, s, sample, inside), _ending(values, s), _starting(values, s)):
            if found is None:
                continue
            saved = sum(map(len, values[:50])) - sum(map(len, found[1][:50])) - len(found[0])
            if saved > gain:
                best, gain = found, saved
                break
    if best is None and 3 * len(set(values)) > n:  # few values are better said whole, by a group
        best = _affixes(values)
    return _resolved(best, sources) if best is not None else None


def _slice(values: Sequence[str], sources: Sequence[Column], probes: Sequence[int]) -> _Pattern | None:
    """The same first, or all but the first, characters of another column in every row."""
    first = values[0]
    if not first:
        return None
    for s in sources:
        other = s.values[0]
        at = len(other) - len(first)
        if at < 0 or "/" in other or " " in other or not all(values[i] in s.values[i] for i in probes):
            continue
        if list(values) == [v[at:] for v in s.values]:
            return f"<{s.name}[{at}:]>" if at else f"<{s.name}>", [""] * len(values), [s.name]
        if list(values) == [v[: len(first)] for v in s.values]:
            return f"<{s.name}[:{len(first)}]>", [""] * len(values), [s.name]
    return None


def _whole(values: Sequence[str], s: Column, sample: Sequence[str], inside: Sequence[str]) -> _Pattern | None:
    """`before<source>after` for every row, or a slice of the source."""
    before, _, after = sample[0].partition(inside[0])
    if "<" in before or "<" in after or not all(v == before + o + after for v, o in zip(sample, inside, strict=False)):
        return None
    if [before + o + after for o in s.values] != list(values):
        return None
    return f"{before}<{s.name}>{after}", [""] * len(values), [s.name]


def _ending(values: Sequence[str], s: Column) -> _Pattern | None:
    if not all(map(str.endswith, values, s.values)) or min(map(len, s.values)) == 0:
        return None
    cores = [v[: len(v) - len(o)] for v, o in zip(values, s.values, strict=False)]
    start, end = _common(cores)
    if "<" in start or "<" in end:
        return None
    rest = [v[len(start) : len(v) - len(end)] for v in cores]
    return f"{start}<>{end}<{s.name}>", rest, [s.name]


def _starting(values: Sequence[str], s: Column) -> _Pattern | None:
    if not all(map(str.startswith, values, s.values)) or min(map(len, s.values)) == 0:
        return None
    cores = [v[len(o) :] for v, o in zip(values, s.values, strict=False)]
    start, end = _common(cores)
    if "<" in start or "<" in end:
        return None
    rest = [v[len(start) : len(v) - len(end)] for v in cores]
    return f"<{s.name}>{start}<>{end}", rest, [s.name]


def _common(values: Sequence[str]) -> tuple[str, str]:
    """What all values begin with, and what they end with behind that."""
    low, high = min(values), max(values)
    short = min(map(len, values))
    start = 0
    while start < short and low[start] == high[start]:
        start += 1
    turned = [v[: start - 1 if start else None : -1] for v in values]
    low, high = min(turned), max(turned)
    short = min(map(len, turned))
    end = 0
    while end < short and low[end] == high[end]:
        end += 1
    return values[0][:start], values[0][len(values[0]) - end :] if end else ""


def _affixes(values: Sequence[str]) -> _Pattern | None:
    """A long beginning or end that all values share, cut where a path or date is, so that names and ids stay whole."""
    start, end = _common(values)
    cut = _LINK_PREFIX.match(start)
    start = cut[0] if cut else ""
    at = next((i for i, ch in enumerate(end) if ch in "/{?#" or (ch == " " and len(end) - i > 16)), len(end))
    end = end[at:]
    if (len(start) + len(end)) * len(values) < 30 or max(len(start), len(end)) < 12 or "<" in start or "<" in end:
        return None
    return f"{start}<>{end}", [v[len(start) : len(v) - len(end)] for v in values], []


def _resolved(found: _Pattern, sources: Sequence[Column]) -> _Pattern:
    """Put another column's name in place of `<>` where what remains is that column, as it is or rounded."""
    pattern, rest, named = found
    if "<>" not in pattern or not any(rest):
        return found
    first = _TENTHS.match(rest[0])
    spec = f".{len(first[1])}f" if first else ""
    for s in sources:
        if s.values[0] == rest[0] and list(s.values) == rest:
            return pattern.replace("<>", f"<{s.name}>"), [""] * len(rest), [*named, s.name]
        if spec and _rounds_to(s.values, rest, spec):
            return pattern.replace("<>", f"<{s.name}:{spec}>"), [""] * len(rest), [*named, s.name]
    return found


def _rounds_to(values: Sequence[str], rest: Sequence[str], spec: str) -> bool:
    try:
        return all(format(float(v), spec) == r for v, r in zip(values, rest, strict=True))
    except ValueError:
        return False
