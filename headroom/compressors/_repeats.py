"""Runs of lines that stand above already, word for word: shown once, then referred to.

Frames of tracebacks repeat in every test that fails for the same reason. What tells failures apart (assertion lines,
messages, locations of errors) is never taken into a run. Addresses (`0x7f3a…`) do not count as a difference, and the
label says so.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from headroom.compressors._folds import Fold
from headroom.lines import clipped

_TELLS = re.compile(
    r"E  |(?=[^\s>#]).*(?:Error|Exception|FAIL|ERROR|[Ee]rror|panicked|[Ww]arning|[Aa]ssert)|\s*(?:[✖✗✕✘●]|not ok) "
)
_FIRST_FRAME = re.compile(r"\s+(?:at |#0 )")
"""Follows a line that says what happened, where that line is not indented."""
_TITLE = re.compile(r"_{3,} (\S.*\S|\S) _{3,}\s*\Z|(?:●|✕|✗|FAIL:|ERROR:|---- ) ?(\S.*?)(?: stdout ----)?\s*\Z")
_WORD = re.compile(r"[^\W\d_]{3}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_MIN_LINES = 3
_MIN_CHARS = 120
_LONGEST = 2_000
_BEGINNING, _WORTH_A_NAME = 32, 240
"""Characters of how lines begin, and of a run from which on that is worth to be said."""


def repeats(source: Sequence[str], pins: set[int], taken: bytearray, first_line: int) -> Iterator[Fold]:
    """Folds for runs of at least three lines that repeat shown lines above. `taken` marks lines that are folded already."""
    plain = [_ADDRESS.sub("0x", line) if "0x" in line else line for line in source]
    used = bytearray(taken)
    for i in pins:
        used[i] = 1
    seen: dict[tuple[str, str, str], int] = {}
    told: set[int] = set()
    titles = [i for i, line in enumerate(source) if line[:1] in "_●✕✗FE-" and line and _TITLE.match(line)]
    i, end = 0, len(source) - 2
    while i < end:
        if used[i] or not plain[i] or used[i + 1] or used[i + 2]:
            i += 1
            continue
        at = seen.setdefault((plain[i], plain[i + 1], plain[i + 2]), i)
        if at == i:
            i += 1
            continue
        length = _length(plain, used, at, i)
        if length >= _MIN_LINES and sum(map(len, plain[i : i + length])) >= _MIN_CHARS:
            label = f"same as {at + first_line}-{at + first_line + length - 1}"
            unknown = at not in told and sum(map(len, plain[i : i + length])) >= _WORTH_A_NAME
            yield Fold(i, i + length - 1, label + _details(source, titles, at, i, length, unknown=unknown))
            told.add(at)
            used[i : i + length] = b"\1" * length
        i += max(1, length)


def _length(plain: Sequence[str], used: bytearray, at: int, i: int) -> int:
    """How many lines from `i` repeat those from `at`, up to the first that tells a failure or is not shown above."""
    n = 0
    stop = min(i - at, len(plain) - i)
    while n < stop and plain[at + n] == plain[i + n] and not used[at + n] and not used[i + n]:
        if _TELLS.match(plain[i + n][:_LONGEST]) or _is_title(plain, i + n):
            break
        n += 1
    return n


def _is_title(plain: Sequence[str], i: int) -> bool:
    """Whether a line says what happened where the frames below it say."""
    return plain[i][:1] not in ("", " ", "\t") and i + 1 < len(plain) and _FIRST_FRAME.match(plain[i + 1]) is not None


def _details(source: Sequence[str], titles: Sequence[int], at: int, i: int, length: int, *, unknown: bool) -> str:
    """Whose lines they are, where a title says it, or else how they begin where that is `unknown`, for nobody could count up
    to lines without numbers; and whether addresses differ."""
    label = ""
    above = bisect_right(titles, at) - 1
    if above >= 0 and bisect_right(titles, i) - 1 != above:
        m = _TITLE.match(source[titles[above]])
        name = (m[1] or m[2]) if m else None
        if name and len(name) <= 60:
            label += f", in {name}"
    if unknown and not label:
        begin = next((" ".join(line.split()) for line in source[at : at + length] if _WORD.search(line)), "")
        label = f" ({clipped(begin, _BEGINNING)})" if begin else ""
    if any(source[at + n] != source[i + n] for n in range(length)):
        label += ", but for addresses"
    return label
