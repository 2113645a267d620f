"""Values that do not fit their column: of another kind than the others, spelled like no other, far too long, there twice.

Looks at all values at once, not at one after the other, and knows nothing of what they mean: rare values among few and
extreme numbers are found by `_rows`, which stands above.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from headroom.compressors._flow import Num
from headroom.compressors._patterns import Column

__all__ = ["strange"]

_MOST = 12
_PERCENT = 100
_KINDS = 64
"""Where there are more kinds than so many, none of them is an exception."""
_LONGER = 3
_SHORT = 24
"""Lengths below this do not stand out."""
_TIME = 9
"""A time has more characters."""
_TEXTS = frozenset((str, Num))
_DIGITS = b"0123456789"


def strange(column: Column) -> list[int]:
    """Indices of the values that do not fit; at most a dozen, none where they are no exception."""
    values = column.values
    few = max(2, len(values) // _PERCENT)
    found = _rare(list(map(type, values)), few) if len(column.kinds) > 1 else []
    if column.kinds <= _TEXTS:
        found += _texts(column, few)
    elif str in column.kinds:
        found += _empty(values, few)
    return list(dict.fromkeys(found))[:_MOST]


def _rare(keys: Sequence[Any], few: int) -> list[int]:
    """Indices of keys that no more than `few` values have, where most values have another one."""
    if not 1 < len(set(keys)) <= _KINDS:
        return []
    counts = Counter(keys)
    rare = {key for key, n in counts.items() if n <= few}
    hits = sum([counts[key] for key in rare])
    return [i for i, key in enumerate(keys) if key in rare] if 0 < hits <= _MOST else []


def _empty(values: Sequence[Any], few: int) -> list[int]:
    n = values.count("")
    return [i for i, v in enumerate(values) if v == ""] if 0 < n <= few else []


def _texts(column: Column, few: int) -> list[int]:
    values, distinct = column.values, column.distinct
    if column.has_kinds and column.numbers is None and Num not in column.kinds:
        return _longest(values, max(map(len, distinct)))  # a value that is rare is told by that
    found = _empty(values, few) if "" in distinct else []
    joined = "\n".join(values)
    bare = joined.encode("utf-8", "surrogatepass").translate(None, _DIGITS) + b"\n"
    column.alike = bare == bare[: bare.index(b"\n") + 1] * len(values)
    if not column.alike:
        shapes = bare[:-1].split(b"\n")
        found += _rare(shapes, few) if len(shapes) == len(values) else []
    elif column.numbers is None:
        found += _shorter_or_longer(values, few)
    if not joined.isascii():
        plain = list(map(str.isascii, values))
        found += [i for i, ascii_only in enumerate(plain) if not ascii_only] if plain.count(False) <= few else []
    longest = max(map(len, values))
    found += _longest(values, longest)
    if longest > _TIME and values[0][:1].isdigit() and values[-1][:1].isdigit():
        first, last = min(values), max(values)
        if first[:1].isdigit() and last[:1].isdigit() and len(first) == len(last) > _TIME:  # times
            found += [values.index(first), values.index(last)]
    if 0 < len(values) - len(distinct) <= 2:
        counts = column.counts
        found += [i for i, v in enumerate(values) if counts[v] > 1]
    return found


def _shorter_or_longer(values: Sequence[str], few: int) -> list[int]:
    """Where the length is another than that of nearly all: of names with a number, which all have as many digits."""
    sizes = list(map(len, values))
    usual = sizes[len(sizes) // 2]
    return [i for i, n in enumerate(sizes) if n != usual] if 0 < len(sizes) - sizes.count(usual) <= few else []


def _longest(values: Sequence[str], longest: int) -> list[int]:
    """The longest value, where few are nearly as long."""
    if longest <= _SHORT:
        return []
    sizes = list(map(len, values))
    return [sizes.index(longest)] if 20 * len([1 for n in sizes if n * _LONGER > longest]) <= len(sizes) else []
