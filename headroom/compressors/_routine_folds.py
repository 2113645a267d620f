"""Runs of lines that went as expected, as folds that say how many of what: `12 × PASSED tests/…`.

What a line is, `_routine` says; a line that announces a test goes with it unless what follows is shown. Tests that were not
run are named where they are few. What passing tests printed goes, too. `test_run` stands above.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from headroom.compressors import _ctest, _plays, _rspec
from headroom.compressors._api import Effort
from headroom.compressors._folds import Fold
from headroom.compressors._routine import DETAIL, DOTS, OUTPUT, PATHS, START, routine
from headroom.compressors._suites import SKIPPED, names
from headroom.compressors._tap import blocks
from headroom.compressors._test_events import labels as events_of

__all__ = ["passes", "routine_folds"]

_FAILURE = re.compile(r"^E  |FAIL|[Ee]rror\b|ERROR|Exception\b|panicked")
_PASSES = re.compile(r"=+ PASSES =+\s*\Z")
_SECTION = re.compile(r"=+ .+ =+\s*\Z")
_TEST = re.compile(r"_{3,} \S.* _{3,}\s*\Z")
_SKIPPED = re.compile(
    r"(?:\S.*::.* |\[gw\d+\] \[ *\d+%\] )?(?:SKIPPED|XFAIL)\b.*|test .* \.\.\. ignored.*|\s*(?:○|↓|- skipped) .*"
)
_PERCENT = re.compile(r"\s*\[ *\d+%\]\s*\Z")
_SKIPS = ("SKIPPED", "XFAIL", "ignored", "○", "↓", "- skipped")
_UNRUN = frozenset((SKIPPED, "xfailed"))
_NAMED, _NAME = 3, 120
"""So few tests that were not run are named, with so many characters of their lines."""
_WIDE = 1_000
_MIN_PATHS = 8


def routine_folds(source: Sequence[str], pins: set[int], effort: Effort) -> Iterator[Fold]:
    """Runs of routine lines; blank lines within a run go with it."""
    labels = _labels(source, effort)
    for i in pins:
        labels[i] = None
    if not any(labels):
        return
    first = -1
    last = -1
    for i, label in enumerate(labels):
        if label == "":
            continue
        if label is None:
            if first >= 0:
                yield from _fold_of(source, labels, first, last)
                first = -1
        elif first >= 0 or label != DETAIL:  # details of a line that is shown are shown
            first = i if first < 0 else first
            last = i
    if first >= 0:
        yield from _fold_of(source, labels, first, last)


def _labels(source: Sequence[str], effort: Effort) -> list[str | None]:
    """Per line: what routine it is, "" for a blank line, None for what is shown."""
    events = events_of(source)
    if events is not None:
        return events
    labels: list[str | None] = [routine(line) if line else "" for line in source]
    if effort >= Effort.MEDIUM and any(map("\n".join(source).__contains__, _SKIPS)):
        for i, line in enumerate(source):
            if labels[i] is None and len(line) < 300 and _SKIPPED.match(line):
                labels[i] = "xfailed" if "XFAIL" in line else SKIPPED
    for start, end, goes in blocks(source, labels):
        labels[start : end + 1] = [DETAIL if goes else None] * (end + 1 - start)
    for i in names(source, labels):
        labels[i] = START
    if any(line.startswith(_plays.SIGN) for line in source):
        _plays.plays(source, labels)
    if any(line.startswith(_rspec.SIGN) for line in source):
        _rspec.documented(source, labels)
    if START in labels:
        _show_starts(source, labels)
    if any(line.startswith(_ctest.SIGN) for line in source):
        _ctest.printed(source, labels)
    return labels


def _show_starts(source: Sequence[str], labels: list[str | None]) -> None:
    """The line that announces what a shown line belongs to is shown, and so are those above it with smaller indents."""
    following: str | None = None
    indent = _WIDE
    for i in range(len(labels) - 1, -1, -1):
        if labels[i] != START:
            if labels[i] != "":
                following, indent = labels[i], _WIDE
        elif following is None:
            own = len(source[i]) - len(source[i].lstrip(" "))
            if own < indent:
                labels[i], indent = None, own


def _fold_of(source: Sequence[str], labels: Sequence[str | None], first: int, last: int) -> Iterator[Fold]:
    counts = Counter(label for label in labels[first : last + 1] if label)
    if last == first or (set(counts) == {PATHS} and counts[PATHS] < _MIN_PATHS):
        return
    started = counts.pop(START, 0)
    counts.pop(DETAIL, None)
    counts.pop(OUTPUT, None)
    if started > 2 * sum(counts.values()):
        counts["started"] = started
    words = [
        f"{n} × {label}" + (_named(source, labels, first, last, label) if label in _UNRUN and n <= _NAMED else "")
        for label, n in counts.items()
    ]
    if len(counts) == 1 and "started" not in counts and max(counts.values()) > 1:
        shared = _shared_start([source[i] for i in range(first, last + 1) if labels[i] not in ("", START, DETAIL)])
        shared = shared[: max(shared.rfind("/") + 1, shared.find("::") + 2 if "::" in shared else 0)].strip()
        shared = shared.removeprefix(f"--- {next(iter(counts))}: ")
        if 3 < len(shared) <= 80 and DOTS not in counts:
            words[0] += f" {shared}…"
    yield Fold(first, last, ", ".join(words) or OUTPUT)


def _named(source: Sequence[str], labels: Sequence[str | None], first: int, last: int, label: str) -> str:
    """`: what was skipped, and why`"""
    lines = [_PERCENT.sub("", source[i]).strip()[:_NAME] for i in range(first, last + 1) if labels[i] == label]
    return f": {'; '.join(lines)}"


def _shared_start(some: Sequence[str]) -> str:
    low, high = min(some), max(some)
    n = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low[:n]


def passes(source: Sequence[str], pins: set[int], taken: bytearray) -> Iterator[Fold]:
    """What passing tests printed (`pytest -rA`, `-rP`), but for lines that speak of a failure and the names of their tests."""
    starts = [i for i, line in enumerate(source) if line[:1] == "=" and _PASSES.match(line)]
    for start in starts:
        first = start + 1
        end = next(
            (i for i in range(first, len(source)) if source[i][:1] == "=" and _SECTION.match(source[i])), len(source)
        )
        shown: set[int] = {end}
        name = -1
        for i in range(first, end):
            if source[i][:1] == "_" and _TEST.match(source[i]):
                name = i
            if i in pins or taken[i] or _FAILURE.search(source[i]):
                shown.update((i,) if name < 0 else (name, i))
        for i in sorted(shown):
            if i > first:
                yield Fold(first, i - 1, OUTPUT)
            first = i + 1
