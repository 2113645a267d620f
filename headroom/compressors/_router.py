"""Which compressor answers. Every one scores the text, the highest wins, `Raw` always answers.

A winner that finds nothing to gain passes the text to the next. Text in which nobody is sure is cut into segments and
each segment is routed by itself. Nothing here stores, counts tokens or knows of messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from headroom.compressors._api import Compressor, Elision, Limits, Rendition
from headroom.compressors._segments import Segment, cut, numbered_from
from headroom.lines import FOLD
from headroom.messages import Hint

LimitsFor: TypeAlias = Callable[[str], Limits]
"""Kind of content -> what a compressor of that kind may do."""

_CERTAIN = 0.95
_SURE = 0.6
_PLAUSIBLE = 0.3
_MIN_PART = 400
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """A rendition and who made it. `faults` names compressors that raised on the way, with the error."""

    rendition: Rendition
    name: str
    kind: str
    faults: tuple[str, ...] = ()


class ContentRouter:
    """Chooses among compressors; holds no state between texts."""

    def __init__(self, compressors: Sequence[Compressor]) -> None:
        self._compressors = tuple(compressors)

    def compress(self, text: str, hint: Hint, limits_for: LimitsFor, *, kinds: frozenset[str] | None = None) -> Routed:
        """The best rendition of the text, by compressors of `kinds` only where that is given.

        Falls back towards the text itself; never raises for a compressor's fault.
        """
        faults: list[str] = []
        if kinds is not None:
            able = [c for c in self._compressors if c.kind in kinds]
            ranking, unasked = self._ask(text, hint, able, faults)
            return self._first_gain(text, hint, limits_for, ranking, unasked, faults)
        ranking, unasked = self._ask(text, hint, self._compressors, faults)
        if ranking and ranking[0][0] < _SURE:
            mixed = self._mixed(text, hint, limits_for, faults)
            if mixed is not None:
                return mixed
        return self._first_gain(text, hint, limits_for, ranking, unasked, faults)

    def _ask(
        self, text: str, hint: Hint, compressors: Sequence[Compressor], faults: list[str]
    ) -> tuple[list[tuple[float, Compressor]], Sequence[Compressor]]:
        """Compressors by score, best first, ties in the order given; and those that were not asked, because somebody was
        certain: a clear case should cost little."""
        scored: list[tuple[float, Compressor]] = []
        unasked: Sequence[Compressor] = ()
        for number, compressor in enumerate(compressors):
            try:
                score = compressor.score(text, hint)
            except Exception as error:  # noqa: BLE001  # an outsider's compressor must not stop the others; it is reported
                faults.append(f"{compressor.name}.score: {type(error).__name__}: {error}")
                continue
            scored.append((score, compressor))
            if score >= _CERTAIN:
                unasked = compressors[number + 1 :]
                break
        scored.sort(key=lambda pair: -pair[0])
        return scored, unasked

    def _first_gain(
        self,
        text: str,
        hint: Hint,
        limits_for: LimitsFor,
        ranking: list[tuple[float, Compressor]],
        unasked: Sequence[Compressor],
        faults: list[str],
    ) -> Routed:
        """The first of the ranking that makes the text another one; the others are asked when none of it does."""
        name, kind = (ranking[0][1].name, ranking[0][1].kind) if ranking else ("Raw", "raw")
        while ranking:
            for score, compressor in ranking[:_TRIES]:
                if score < _PLAUSIBLE:
                    break
                try:
                    rendition = compressor.compress(text, hint, limits_for(compressor.kind))
                except Exception as error:  # noqa: BLE001  # fail towards the original; the fault is reported
                    faults.append(f"{compressor.name}: {type(error).__name__}: {error}")
                    continue
                if rendition.text != text:
                    return Routed(rendition=rendition, name=compressor.name, kind=compressor.kind, faults=tuple(faults))
            ranking, unasked = self._ask(text, hint, unasked, faults)
        return Routed(rendition=Rendition(text=text), name=name, kind=kind, faults=tuple(faults))

    def _mixed(self, text: str, hint: Hint, limits_for: LimitsFor, faults: list[str]) -> Routed | None:
        segments = cut(text)
        if len(segments) == 1:
            return None
        first_line = limits_for("mixed").first_line
        parts: list[tuple[Segment, Routed | None]] = []
        for segment in segments:
            routed = None
            if len(segment.text) >= _MIN_PART:
                ranking, unasked = self._ask(segment.text, hint, self._compressors, faults)
                here = _starting_at(first_line + segment.first, limits_for)
                routed = self._first_gain(segment.text, hint, here, ranking, unasked, faults)
                if routed.rendition.text == segment.text:
                    routed = None
            parts.append((segment, routed))
        changed = [routed for _, routed in parts if routed is not None]
        if not changed or any(_foreign(segment.text) for segment, routed in parts if routed is None):
            return None
        main = max(changed, key=lambda routed: len(routed.rendition.text))
        return Routed(rendition=_join(parts, first_line), name=main.name, kind=main.kind, faults=tuple(faults))


def _starting_at(first_line: int, limits_for: LimitsFor) -> LimitsFor:
    return lambda kind: replace(limits_for(kind), first_line=first_line)


def _foreign(text: str) -> bool:
    return text.startswith(FOLD) or f"\n{FOLD}" in text


def _join(parts: Sequence[tuple[Segment, Routed | None]], first_line: int) -> Rendition:
    """Segments one below the other; a line above each compressed one says which lines it stands for, and how to read it."""
    out: list[str] = []
    elisions: list[Elision] = []
    lossless = True
    after_changed = False
    for segment, routed in parts:
        where = numbered_from(segment, first_line)
        if routed is None:
            if after_changed:
                out.append(f"{FOLD} {where} as they are:")
            out.append(segment.text)
        else:
            note = f" ({routed.rendition.note})" if routed.rendition.note else ""
            out.append(f"{FOLD} {where} as {routed.kind}{note}:")
            out.append(routed.rendition.text)
            elisions.extend(routed.rendition.elisions)
            lossless = lossless and routed.rendition.lossless
        after_changed = routed is not None
    return Rendition(text="\n".join(out), elisions=tuple(elisions), lossless=lossless)
