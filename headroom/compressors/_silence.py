"""Stretches of time in which a log says nothing, although it mostly speaks.

Reads clocks (`16:13:46`) that stand in the same column of nearly all lines, to the minute, within one day. Anything else
has no silences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_CLOCK = re.compile(r"(?<!\d)[012]\d:[0-5]\d:[0-5]\d(?![:\d])")
_REACH = 60
_LEAST = 10
_TIMES = 10
_MOST = 2


def silences(lines: Sequence[str]) -> list[tuple[int, int, int]]:
    """(line before, line after, minutes) of each silence, in order; none when they are not few.

    A silence lasts at least ten minutes and ten times as long as the usual pause between two minutes that have lines.
    """
    found = _CLOCK.search(lines[0], 0, _REACH)
    if found is None:
        return []
    at = found.start()
    hour, minute, end = at + 2, at + 5, at + 8
    timed = [i for i, line in enumerate(lines) if line[hour : hour + 1] == ":" == line[minute : minute + 1]]
    if 2 * len(timed) < len(lines):
        return []
    changes = [(a, b) for a, b in pairwise(timed) if lines[a][at:minute] != lines[b][at:minute]]
    pauses = []
    for a, b in changes:
        before, after = lines[a], lines[b]
        if before[:at] == after[:at] and (before[at:hour] + after[at:hour]).isdecimal():
            clocks = before[hour + 1 : minute] + after[hour + 1 : minute] + before[minute + 1 : end]
            if clocks.isdecimal():
                pauses.append((_minutes(after, at) - _minutes(before, at), a, b))
    if not pauses:
        return []
    usual = sorted(pauses)[len(pauses) // 2][0]
    long = [(a, b, n) for n, a, b in pauses if n >= _LEAST and n >= _TIMES * usual]
    return long if len(long) <= _MOST else []


def _minutes(line: str, at: int) -> int:
    return 60 * int(line[at : at + 2]) + int(line[at + 3 : at + 5])
