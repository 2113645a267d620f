"""Runs of lines that are folded in place: `⋯ lines 14-402 (389 × PASSED)`, everything else as it stands.

Used by compressors that know what a run of lines is and say so in its label; `lines.sparse` serves those that only know
which lines to show. Nothing here knows a kind of content.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from headroom.compressors._api import Elision, Limits, Rendition
from headroom.lines import BAR, FOLD
from headroom.messages import Hint
from headroom.relevance import matching_lines

_PAYS = 2.5
"""Characters that a fold must save per character of its mark: marks are digits and signs, dear in tokens."""
_LEAST = 5
"""The shortest mark costs as much as one of so many characters."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines `first` to `last` (0-based, inclusive) and what they are. `label` goes into the mark, in brackets.

    A `silent` fold has no mark: the note must say which lines are left out everywhere. A `brief` one is marked by its
    number of lines alone, `⋯12`: for short runs of which the lines around tell the place.
    """

    first: int
    last: int
    label: str = ""
    silent: bool = False
    brief: bool = False


def pinned(text: str, source: Sequence[str], hint: Hint, limits: Limits) -> set[int]:
    """Numbers of the lines that must be shown whatever they are: the query names them or `keep` matches them."""
    found = set(matching_lines(text, hint.query))
    if limits.keep is not None:
        search = limits.keep.search
        found.update(i for i, line in enumerate(source) if search(line))
    return found


def without(folds: Sequence[Fold], pins: Collection[int]) -> list[Fold]:
    """The folds with the pinned lines cut out of them; for labels that stay true of every part."""
    if not pins:
        return list(folds)
    out: list[Fold] = []
    for fold in folds:
        first = fold.first
        for i in (
            sorted(n for n in pins if fold.first <= n <= fold.last)
            if len(pins) < 64
            else range(fold.first, fold.last + 1)
        ):
            if i in pins:
                if i > first:
                    out.append(replace(fold, first=first, last=i - 1))
                first = i + 1
        if first <= fold.last:
            out.append(replace(fold, first=first))
    return out


def render(
    source: Sequence[str], folds: Sequence[Fold], first_line: int, note: str = "", *, numbered: bool = False
) -> Rendition:
    """The visible text: folds are ascending and do not overlap; one that would not pay is not made.

    Where a shown line starts like a fold of ours, or where `numbered` asks for it, all shown lines are numbered, so that
    nobody's text passes for ours.
    """
    made: list[tuple[Fold, str]] = []
    for fold in folds:
        mark = "" if fold.silent else _mark(fold, first_line)
        if fold.silent or _pays(source, fold, mark):
            made.append((fold, mark))
    if not made:
        return Rendition(text="\n".join(source), note=note)
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for fold, _ in made:
        spans.append((at, fold.first))
        at = fold.last + 1
    spans.append((at, len(source)))
    foreign = numbered or any(line.startswith(FOLD) for a, b in spans for line in source[a:b])
    for n, (a, b) in enumerate(spans):
        if foreign:
            out.extend(f"{i + first_line}{BAR}{source[i]}" for i in range(a, b))
        else:
            out.extend(source[a:b])
        if n < len(made) and made[n][1]:
            out.append(made[n][1])
    if foreign:
        note = f"{note}; N{BAR} = line N" if note else f"N{BAR} = line N"
    return Rendition(
        text="\n".join(out), note=note, elisions=elisions([f for f, _ in made], first_line), lossless=False
    )


def elisions(folds: Sequence[Fold], first_line: int) -> tuple[Elision, ...]:
    """One elision per label, its ranges ascending."""
    by_label: dict[str, list[tuple[int, int]]] = {}
    for fold in folds:
        by_label.setdefault(fold.label, []).append((fold.first + first_line, fold.last + first_line))
    return tuple(
        Elision(ranges=tuple(ranges), count=sum(b - a + 1 for a, b in ranges), summary=label)
        for label, ranges in by_label.items()
    )


def _mark(fold: Fold, first_line: int) -> str:
    if fold.brief:
        return f"{FOLD}{fold.last - fold.first + 1}"
    a, b = fold.first + first_line, fold.last + first_line
    where = f"line {a}" if a == b else f"lines {a}-{b}"
    return f"{FOLD} {where} ({fold.label})" if fold.label else f"{FOLD} {where}"


def _pays(source: Sequence[str], fold: Fold, mark: str) -> bool:
    need = _PAYS * max(len(mark), _LEAST)
    for i in range(fold.first, fold.last + 1):
        need -= len(source[i]) + 1
        if need <= 0:
            return True
    return False
