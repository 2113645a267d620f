"""Values that do not fit their column: of another kind than the others, spelled like no other, far too long, there twice.

Looks at all values at once, not at one after the other, and knows nothing of what they mean: rare values among few and
extreme numbers are found by `_rows`, which stands above.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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
    found = _empty(values, few) if "" in distinct else []
    own = (
        list(distinct) if 2 * len(distinct) < len(values) else values
    )  # what holds for a value holds wherever it stands
    joined = "\n".join(own)
    if joined.count("\n") == len(own) - 1:
        shapes = joined.encode("utf-8", "surrogatepass").translate(None, _DIGITS).split(b"\n")
        found += _rare(shapes, few) if own is values else _rare_among(dict(zip(own, shapes, strict=True)), column, few)
    if not joined.isascii():
        plain = list(map(str.isascii, values))
        found += [i for i, ascii_only in enumerate(plain) if not ascii_only] if plain.count(False) <= few else []
    longest = max(map(len, own))
    if longest > _SHORT:
        sizes = list(map(len, values))
        if 20 * len([1 for size in sizes if size * _LONGER > longest]) <= len(sizes):
            found.append(sizes.index(longest))
    if values[0][:1].isdigit() and values[-1][:1].isdigit():
        first, last = min(own), max(own)
        if first[:1].isdigit() and last[:1].isdigit() and len(first) == len(last) > 9:  # times
            found += [values.index(first), values.index(last)]
    if 0 < len(values) - len(distinct) <= 2:
        counts = column.counts
        found += [i for i, v in enumerate(values) if counts[v] > 1]
    return found


def _rare_among(keys: Mapping[str, bytes], column: Column, few: int) -> list[int]:
    """The same as `_rare`, where each different value has its key."""
    if not 1 < len(set(keys.values())) <= _KINDS:
        return []
    counts: Counter[bytes] = Counter()
    for value, n in column.counts.items():
        counts[keys[value]] += n
    rare = {key for key, n in counts.items() if n <= few}
    hits = sum([counts[key] for key in rare])
    return [i for i, value in enumerate(column.values) if keys[value] in rare] if 0 < hits <= _MOST else []
