"""Where a series of numbers jumps, and which of them are far out. Numbers in, places out; nothing else is known here.

Above stands `_series`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

__all__ = ["jumps", "outliers"]

_FEWEST = 3
"""Points on each side of a jump."""
_STEEP = 6.0
"""A jump is so many times what neighbours differ by, usually."""
_NOTABLE = 0.1
"""A jump is such a share of what all points differ by, at least."""
_FAR = 8.0
_MOST = 4
_SCALE = 1.4826


def jumps(numbers: Sequence[float]) -> list[int]:
    """Places (ascending) at which a new level begins: the numbers around are far apart, measured by their neighbours."""
    near = sorted([abs(b - a) for a, b in pairwise(numbers)])
    if len(near) < 2 * _FEWEST:
        return []
    least = max(_STEEP * near[len(near) // 2], _NOTABLE * (max(numbers) - min(numbers)))
    found: list[int] = []
    todo = [(0, len(numbers))]
    while todo and len(found) < _MOST:
        first, end = todo.pop(0)
        at = _split(numbers, first, end)
        if at is None or not _is_steep(numbers, first, at, end, least):
            continue
        found.append(at)
        todo += [(first, at), (at, end)]
    return sorted(found)


def _split(numbers: Sequence[float], first: int, end: int) -> int | None:
    """Where the means of both sides differ most, weighed by how many points they are of."""
    total = end - first
    if total < 2 * _FEWEST:
        return None
    mean = sum(numbers[first:end]) / total
    sums = list(accumulate([n - mean for n in numbers[first:end]]))
    weighed = [sums[k - 1] * sums[k - 1] / (k * (total - k)) for k in range(_FEWEST, total - _FEWEST + 1)]
    best = max(range(len(weighed)), key=weighed.__getitem__)
    return first + _FEWEST + best if weighed[best] > 0 else None


def _is_steep(numbers: Sequence[float], first: int, at: int, end: int, least: float) -> bool:
    """Whether the points on both sides of a place are farther apart than that."""
    before, after = numbers[max(first, at - _FEWEST) : at], numbers[at : min(end, at + _FEWEST)]
    return abs(_middle(after) - _middle(before)) > least


def _middle(numbers: Sequence[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]


def outliers(numbers: Sequence[float], levels: Sequence[int]) -> list[int]:
    """Places of numbers that are far from the middle of their level; `levels` are the places at which new ones begin."""
    out: list[int] = []
    for first, end in pairwise([0, *levels, len(numbers)]):
        own = numbers[first:end]
        if len(own) < 2 * _FEWEST:
            continue
        middle = _middle(own)
        spread = _middle([abs(n - middle) for n in own]) * _SCALE
        far = [i for i, n in enumerate(own, first) if abs(n - middle) > _FAR * spread]
        out += far if spread or 8 * len(far) <= len(own) else []
    return out
