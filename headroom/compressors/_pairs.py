"""Values of `name=value` pairs in the lines of a log, as far as they are ordinary.

What stands behind an equals sign varies from line to line without saying what the line is about. So ordinary values are
taken out before lines are compared: those of names that have many, and those that are common among the values of names
that have some. Levels, failures, negative numbers, messages, and rare values of names that have few stay. Above stands
`_templates`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

__all__ = ["without_values"]

_PAIR = re.compile(rb'(?<![^\s,;{(\[])([A-Za-z_][\w.\-]*)=("[^"]*"|[^\s,;"]*)')
_TEXTS = frozenset(
    b"msg message event err error reason level lvl severity sev logger caller component action op state result".split()
)
"""Names of what says what a line is about."""
_FEW, _MANY = 4, 30
"""Distinct values up to which each is told from the others, and beyond which none is."""
_COMMON = 0.05
_WORDS = 3


def without_values(masks: Sequence[bytes], telling: Callable[[bytes], bool]) -> tuple[Sequence[bytes], set[bytes]]:
    """The masks with "0" in place of ordinary values, and the values that stay although their names have few; the masks
    themselves where fewer than half of them have pairs.

    What is `telling` never goes.
    """
    if 2 * sum([m.count(b"=") > 1 for m in masks]) < len(masks):
        return masks, set()
    values: defaultdict[bytes, Counter[bytes]] = defaultdict(Counter)
    for m in masks:
        for name, value in _PAIR.findall(m):
            values[name][value] += 1
    gone: set[tuple[bytes, bytes]] = set()
    kept: set[bytes] = set()
    for name, counts in values.items():
        ordinary = [v for v in _ordinary(name, counts) if not telling(v)]
        gone.update((name, v) for v in ordinary)
        if len(counts) <= _MANY:
            kept.update(counts.keys() - ordinary)

    def cut(pair: re.Match[bytes]) -> bytes:
        return pair[1] + b"=0" if (pair[1], pair[2]) in gone else pair[0]

    return ([_PAIR.sub(cut, m) for m in masks] if gone else masks), kept


def _ordinary(name: bytes, counts: Counter[bytes]) -> list[bytes]:
    if len(counts) <= _FEW or name.lower() in _TEXTS:
        return []
    if 4 * sum([len(v.split(None, _WORDS)) > _WORDS for v in counts]) > len(counts):
        return []  # sentences
    least = 0.0 if len(counts) > _MANY else _COMMON * sum(counts.values())
    return [v for v, n in counts.items() if n >= least and v[:1] != b"-"]
