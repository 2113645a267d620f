"""Values that do not fit their column: of another kind than the others, spelled like no other, far too long, there twice.

Looks at all values at once, not at one after the other, and knows nothing of what they mean: rare values among few and
extreme numbers are found by `_rows`, which stands above.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

__all__ = ["strange"]

_MOST = 12
_PERCENT = 100
_KINDS = 64
"""Where there are more kinds than so many, none of them is an exception."""
_LONGER = 3
_SHORT = 24
"""Lengths below this do not stand out."""
_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))


def strange(values: Sequence[Any]) -> list[int]:
    """Indices of the values that do not fit; at most a dozen, none where they are no exception."""
    few = max(2, len(values) // _PERCENT)
    kinds = list(map(type, values))
    found = _rare(kinds, few)
    if all(issubclass(kind, str) for kind in set(kinds)):
        found += _texts(values, few)
    elif str in kinds:
        found += _empty(values, few)
    return list(dict.fromkeys(found))[:_MOST]


def _rare(keys: Sequence[Any], few: int) -> list[int]:
    """Indices of keys that no more than `few` values have, where most values have another one."""
    if not 1 < len(set(keys)) <= _KINDS:
        return []
    counts = Counter(keys)
    rare = {key for key, n in counts.items() if n <= few}
    hits = sum(counts[key] for key in rare)
    return [i for i, key in enumerate(keys) if key in rare] if 0 < hits <= _MOST else []


def _empty(values: Sequence[Any], few: int) -> list[int]:
    n = values.count("")
    return [i for i, v in enumerate(values) if v == ""] if 0 < n <= few else []


def _texts(values: Sequence[str], few: int) -> list[int]:
    found = _empty(values, few)
    joined = "\n".join(values)
    if joined.count("\n") == len(values) - 1:
        found += _rare(joined.translate(_NO_DIGITS).split("\n"), few)
    if not joined.isascii():
        plain = list(map(str.isascii, values))
        found += [i for i, ascii_only in enumerate(plain) if not ascii_only] if plain.count(False) <= few else []
    sizes = list(map(len, values))
    longest = max(sizes)
    if longest > _SHORT and sum(size * _LONGER > longest for size in sizes) * 20 <= len(sizes):
        found.append(sizes.index(longest))
    first, last = min(values), max(values)
    if first[:1].isdigit() and last[:1].isdigit() and len(first) == len(last) > 9:  # times
        found += [values.index(first), values.index(last)]
    if 0 < len(values) - len(set(values)) <= 2:
        counts = Counter(values)
        found += [i for i, v in enumerate(values) if counts[v] > 1]
    return found
