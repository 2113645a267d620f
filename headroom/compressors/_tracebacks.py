"""The middle of long tracebacks: the frames between where a test failed and where the error arose.

The first frame, the innermost frame and every line of an assertion stay; the mark names the places in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from headroom.compressors._folds import Fold

_RULER = re.compile(r"(?:_ ){2,}_?\s*\Z")
_TITLE = re.compile(r"_{3,} \S.* _{3,}\s*\Z|=+ .* =+\s*\Z|-{3,} .* -{3,}\s*\Z")
_PLACE = re.compile(r"([^\s:][^:\n]{0,200}:\d+): ?")
_FAILURE = re.compile(r"E(?: |\Z)|\S.{0,400}(?: FAILED|: error:)|\s*--- FAIL")
_STACK = re.compile(r"\s*(?:at \S|File \".*\", line \d+, in |\d+: +0x[0-9a-f]+ - )")
_IN = re.compile(r"[^\s:][^:\n]{0,200}:\d+: in \S")
_KEEP = 3
_NAMED = 6


def frames(text: str, lines: Sequence[str]) -> int:
    """How many of the lines of a text name a frame of a stack."""
    if "    at " not in text and "\tat " not in text and '  File "' not in text:
        return 0
    return sum(1 for line in lines if _STACK.match(line))


def middle_frames(source: Sequence[str], pins: set[int], taken: bytearray) -> Iterator[Fold]:
    """Folds for pytest's long tracebacks and for stacks of one line, or of line and excerpt, per frame."""
    yield from _long_form(source, pins, taken)
    yield from _stacks(source, pins, taken)


def _long_form(source: Sequence[str], pins: set[int], taken: bytearray) -> Iterator[Fold]:
    """Pytest's `--tb=long`: frames are separated by rulers."""
    rulers: list[int] = []
    for i in range(len(source) + 1):
        line = source[i] if i < len(source) else "=== end ==="
        head = line[:1]
        if head == "_" and _RULER.match(line):
            rulers.append(i)
        elif head in ("_", "=", "-") and head and _TITLE.match(line):
            yield from _between(source, rulers, pins, taken)
            rulers = []


def _between(source: Sequence[str], rulers: Sequence[int], pins: set[int], taken: bytearray) -> Iterator[Fold]:
    """Frames between rulers, but for those that hold a failure, a pinned or a folded line, and for the one after."""
    start = -1
    previous_ends = False
    for a, b in pairwise(rulers):
        ends = any(taken[i] or i in pins or _FAILURE.match(source[i]) for i in range(a, b))
        ends = ends or not any(_PLACE.match(source[i]) for i in range(a, b))
        if ends or previous_ends:
            if start >= 0:
                yield _fold(source, start, a - 1)
            start = -1
        elif start < 0:
            start = a
        previous_ends = ends
    if start >= 0:
        yield _fold(source, start, rulers[-1] - 1)


def _fold(source: Sequence[str], first: int, last: int) -> Fold:
    places = [m[1] for i in range(first, last + 1) if (m := _PLACE.match(source[i]))]
    noun = "frame" if len(places) == 1 else "frames"
    return Fold(first, last, f"{len(places)} {noun}: {_listed(places)}" if places else "frames")


def _listed(places: Sequence[str]) -> str:
    more = f", … {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    return ", ".join(places[:_NAMED]) + more


def _stacks(source: Sequence[str], pins: set[int], taken: bytearray) -> Iterator[Fold]:
    """Stacks of many frames: the first and the last three stay."""
    heads: list[int] = []
    for i in range(len(source) + 1):
        line = source[i] if i < len(source) else ""
        if i < len(source) and not taken[i] and i not in pins and ("at " in line or " in " in line or heads):
            if _STACK.match(line) or _IN.match(line):
                heads.append(i)
                continue
            if heads and line[:4] == "    " and i - heads[-1] <= 2:
                continue
        if heads and len(heads) > 2 * _KEEP + 2:
            yield Fold(heads[_KEEP], heads[-_KEEP] - 1, f"{len(heads) - 2 * _KEEP} frames")
        heads = []
