"""Rows as columns: what all rows share is said once, what one column repeats of another is not said again.

Takes rows apart (`flatten`), finds constants and columns built from others (`_patterns`), and spells the cells of the
rest. Everything here is exact: `tests/compressors/decode.py` is the inverse. Which rows are shown is decided elsewhere
(`_rows`); `_spell` prints the grid, `crusher` and `table` stand above, `_flow` below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headroom.compressors._flow import (
    MISSING,
    Num,
    Odd,
    cell_text,
    dumps,
    flow,
    is_scalar,
    key_text,
    mixed_cells,
    string_cells,
)
from headroom.compressors._patterns import OWN, Column, find_patterns, shorten_fixed
from headroom.lines import FOLD

__all__ = ["OWN", "Column", "Grid", "flatten", "grid", "map_grid", "spell"]

ODD = f"{FOLD} no JSON:"
"""Before a line among JSON Lines that is none."""
CUT_OFF = f"{FOLD} cut off here:"
"""Before the last of them, where it begins like the others."""
_MAX_COLUMNS = 400
_PLACES = 6
_FEWEST_KEYS, _MAX_KEYS = 3, 60
"""Keys of an object in a list, at least, and of all of them: pairs of a name and a value read best in their list."""
_PLACE = 4
"""Characters of a place in a list, with the point behind it."""
_OBJECTS = frozenset((dict,))
_WORTH = 150
"""Characters of keys, said again and again in the lists of a column, that are worth to be told how to read it without."""
_LINK = "://"
"""An object with links in it is taken apart: they may be built from one another."""


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
    if not rows:
        return None
    keys = (
        [*map(tuple, rows)] if set(map(type, rows)) == {dict} else [tuple(r) if type(r) is dict else None for r in rows]
    )
    first = keys[0]
    if first and len(rows) > 1 and len(first) <= _MAX_COLUMNS and keys.count(first) == len(keys):
        return _named(path, first, zip(*map(dict.values, rows), strict=True)), []
    shapes = Counter([shape for shape in keys if shape is not None])
    total = sum(shapes.values())
    if total < 2 or len(shapes) > 64 + total // 50:
        return None
    ranked = sorted(shapes, key=lambda s: -shapes[s])
    order = _merged_order(ranked[:64])
    width = sum([len(s) * k for s, k in shapes.items()])
    if not order or len(order) * total > 4 * width:
        return None
    fit = {s for s in ranked if s and len(s) <= len(order) and all(k in order for k in s) and _subsequence(s, order)}
    loose: list[int] = []
    if not fit.issuperset(shapes) or total < len(rows):
        loose = [i for i, shape in enumerate(keys) if shape not in fit and rows[i] is not MISSING]
    if 4 * len(loose) > len(rows):
        return None
    bad = set(loose)
    fitting = (
        [{} if row is MISSING or i in bad else row for i, row in enumerate(rows)] if total < len(rows) or bad else rows
    )
    return _named(path, order, [[row.get(key, MISSING) for row in fitting] for key in order]), loose


def _named(path: str, keys: Iterable[str], columns: Iterable[Sequence[Any]]) -> list[Column]:
    """The columns of the objects at a path."""
    prefix = path + "." if path else ""
    out: list[Column] = []
    for key, values in zip(keys, columns, strict=False):
        out.extend(_column(prefix + key_text(key), values))
    return out


def _column(name: str, values: Sequence[Any]) -> list[Column]:
    kinds = frozenset(map(type, values))
    if kinds == _OBJECTS and _are_one(values) and _LINK not in flow(values[0]):
        return [Column(name, values, kinds)]
    if dict in kinds:
        inner = flatten(values, name)
        if inner is not None:
            columns, loose = inner
            return [*_own(name, values, loose), *columns]
    if list in kinds:
        return _spread(name, values) or [Column(name, values, kinds, inner=_inner(values))]
    return [Column(name, values, kinds)]


def _inner(values: Sequence[Any]) -> tuple[str, ...]:
    """The keys that most objects in these lists have; none where the lists hold something else, or few objects."""
    shapes: Counter[tuple[str, ...]] = Counter()
    for value in values:
        for own in value if type(value) is list else ():
            if type(own) is not dict:
                return ()
            shapes[tuple(own)] += 1
    keys, often = shapes.most_common(1)[0] if shapes else ((), 0)
    usual = 3 * often >= 2 * shapes.total() and len(keys) > 1
    return keys if usual and (often - 1) * (sum(map(len, keys)) + len(keys)) >= _WORTH else ()


def _are_one(values: Sequence[Any]) -> bool:
    """Whether all objects are the same one, of several keys."""
    first = values[0]
    return len(first) > 1 and first == values[-1] and values.count(first) == len(values)


def _own(name: str, values: Sequence[Any], loose: Sequence[int]) -> list[Column]:
    """A column for the values that do not fit in those of what is inside."""
    if not loose:
        return []
    own: list[Any] = [MISSING] * len(values)
    for i in loose:
        own[i] = values[i]
    return [Column(name, own, frozenset(map(type, own)))]


def _spread(name: str, values: Sequence[Any]) -> list[Column]:
    """Columns of what is inside lists of objects, by their places in the list; none where most rows have no lists of one
    length, or their names would cost more than the keys do."""
    length = Counter([len(v) for v in values if type(v) is list]).most_common(1)[0][0]
    if not 0 < length <= _PLACES:
        return []
    fits = [type(v) is list and len(v) == length and set(map(type, v)) == _OBJECTS for v in values]
    loose = [i for i, v in enumerate(values) if not fits[i] and v is not MISSING]
    first = next((v for v, fit in zip(values, fits, strict=True) if fit), None)
    if first is None or 4 * len(loose) > len(values):
        return []
    keys = [key for inner in first for key in inner]
    if not _FEWEST_KEYS * length <= len(keys) <= _MAX_KEYS or sum(map(len, keys)) * len(values) < len(keys) * (
        len(name) + _PLACE
    ):
        return []
    out = _own(name, values, loose)
    for at in range(length):
        out += _column(f"{name}[{at}]", [v[at] if fit else MISSING for v, fit in zip(values, fits, strict=True)])
    return out


def grid(rows: Sequence[Any], keep_whole: Collection[str] = ()) -> Grid | None:
    """The rows of an array as a grid, or None where they are no table.

    Columns whose key is in `keep_whole` (lower case) are spelled in full even where another column says the same.
    """
    flat = flatten(rows)
    if flat is None:
        return None
    columns, loose = flat
    _leave_out(columns, set(loose))
    return spell(columns, len(rows), {i: _apart(rows[i], last=i == len(rows) - 1) for i in loose}, keep_whole)


def _apart(row: Any, *, last: bool) -> str:
    """The line of a row that does not fit the columns."""
    if type(row) is Odd:
        return f"{CUT_OFF if last and row.lstrip()[:1] == '{' else ODD} {row}"
    return "=" + flow(row)


def map_grid(value: Mapping[str, Any], keep_whole: Collection[str] = ()) -> Grid | None:
    """An object of objects with much the same keys as a grid: a row for each, its own key in the first column."""
    flat = flatten(list(value.values()))
    if flat is None:
        return None
    columns, loose = flat
    keys = list(value)
    name = "key" if all(c.name != "key" for c in columns) else dumps("(key)")
    columns.insert(0, Column(name, keys, frozenset((str,)), is_key=True))
    _leave_out(columns, set(loose))
    return spell(columns, len(keys), {i: "=" + flow({keys[i]: value[keys[i]]}) for i in loose}, keep_whole)


def scalar_grid(value: Mapping[str, Any] | Sequence[Any]) -> Grid:
    """Many values of one place as a grid with a row for each: an object's with their keys, a list's by themselves. Lists
    among them are texts."""
    own = value.values() if isinstance(value, Mapping) else value
    cells = [flow(v) if type(v) is list else v for v in own]
    columns = [Column("value", cells, frozenset(map(type, cells)))]
    if isinstance(value, Mapping):
        columns.insert(0, Column("key", list(value), frozenset((str,)), is_key=True))
    return spell(columns, len(cells), {})


def _leave_out(columns: Sequence[Column], bad: Collection[int]) -> None:
    """Without the rows of these numbers."""
    if bad:
        for c in columns:
            c.values = [v for i, v in enumerate(c.values) if i not in bad]
            c.kinds = frozenset(map(type, c.values))


def spell(
    columns: list[Column], rows: int, loose: dict[int, str], keep_whole: Collection[str] = (), *, texts: bool = False
) -> Grid:
    """Find constants and patterns, choose the separator, spell the cells.

    With `texts` every cell is a text whatever it looks like, an empty one included; columns then hold strings only.
    """
    if len({c.name for c in columns}) == len(columns):  # what is said once is placed by the names around it
        for c in columns:
            c.fixed = _fixed(c)
        shorten_fixed(columns, keep_whole)
        find_patterns([c for c in columns if c.fixed is None], keep_whole)
    sep = _separator([c for c in columns if c.in_rows])
    for c in columns:
        if c.in_rows:
            _spell_cells(c, sep, texts)
    shown = [c for c in columns if c.in_rows]
    if len(shown) == 1:  # a row without its only cell would be an empty line
        shown[0].cells = [cell or "~" for cell in shown[0].cells]
    return Grid(columns, rows, sep, loose)


def _fixed(c: Column) -> str | None:
    """How the one value of all rows is spelled, or None where they differ."""
    if len(c.kinds) != 1 or MISSING in c.values[:1]:
        return None
    first = c.values[0]
    if first != c.values[-1] or c.values.count(first) != len(c.values):
        return None
    if not c.kinds <= {str, Num, bool, type(None)} and len(set(map(flow, c.values))) != 1:
        return None  # 1 == 1.0 == True does not hold for our values, but {"a": Num} == {"a": str} does
    return dumps(first) if type(first) is str else flow(first)


def _separator(columns: Sequence[Column]) -> str:
    """A comma, unless so many strings hold one that quoting them costs more than tabs do."""
    cells = commas = 0
    for c in columns:
        cells += len(c.values)
        if c.pattern is None and str in c.kinds:
            texts = c.values if len(c.kinds) == 1 else [v for v in c.values if type(v) is str]
            if "," in "".join(texts):
                commas += sum([1 for v in texts if "," in v])
    return "\t" if commas * 12 > cells else ","


def _spell_cells(c: Column, sep: str, texts: bool) -> None:
    if c.pattern is not None:
        c.cells, _ = string_cells(c.cells, sep, texts=texts)
        return
    if c.kinds == {str}:
        c.cells, marked = string_cells(c.values, sep, texts=texts, distinct=c.distinct)
        c.as_str = marked and not texts
    elif c.inner:
        c.cells = [_by_place(v, c.inner, sep) for v in c.values]
    elif c.kinds == {Num}:
        c.cells = list(c.values)
    elif c.kinds == {str, type(MISSING)}:
        c.as_str = any(type(v) is str and is_scalar(v) for v in set(c.values))
        c.cells = mixed_cells(c.values, sep, as_str=c.as_str)
    else:
        c.cells = mixed_cells(c.values, sep)


def _by_place(value: Any, keys: tuple[str, ...], sep: str) -> str:
    """A list of objects without their keys; one with other keys keeps them, behind a sign."""
    if type(value) is not list:
        return cell_text(value, sep)
    rows = ["{" + ",".join(map(flow, own.values())) + "}" if tuple(own) == keys else f"={flow(own)}" for own in value]
    return f"[{','.join(rows)}]"
