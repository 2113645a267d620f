"""One text, put to the compressors in order: who claims it, who makes something of it.

A winner that finds nothing to gain passes the text to the next. Knows nothing of segments; the router stands above.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from headroom.compressors._api import Compressor, Effort, Limits, Rendition
from headroom.compressors._claims import CERTAIN, Claims, likely_first
from headroom.compressors._texts import NOTE as TEXTS_BELOW
from headroom.compressors._texts import Lifted, below, lift
from headroom.compressors.blob import fold_blobs
from headroom.lines import FOLD
from headroom.messages import Hint

__all__ = ["LimitsFor", "Question", "Routed"]

LimitsFor: TypeAlias = Callable[[str], Limits]
"""Kind of content -> what a compressor of that kind may do."""

_SURE = 0.6
_CONFIDENT = 0.75
_PLAUSIBLE = 0.3
_OF_THE_WHOLE = frozenset(
    "json web snapshot yaml toml xml sql paged table diff search listing test log terminal code prose".split()
)
"""Kinds of which a text is one or another; blobs stand in texts of any kind, and of outsiders' kinds nothing is known."""
_TRIES = 3
_LONG_STRING = 1_000
_DEEPEST = 2
"""Texts in texts in texts: so far down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """A rendition and who made it. `faults` names compressors that raised on the way, with the error. `several` says that parts
    of it are of different kinds."""

    rendition: Rendition
    name: str
    kind: str
    faults: tuple[str, ...] = ()
    several: bool = False


class Question:
    """One text, put to the compressors in order. Who is certain ends the questioning: a clear case should cost little.

    `known` holds what was said before of texts with the same hint, and takes what is said now.
    """

    def __init__(
        self,
        text: str,
        hint: Hint,
        limits_for: LimitsFor,
        compressors: Sequence[Compressor],
        known: dict[str, Claims],
    ) -> None:
        self.text = text
        self.hint = hint
        self.limits_for = limits_for
        self.known = known
        self._warnings: list[str] = []  # of those who changed nothing
        if text not in known:
            known[text] = Claims.on(text, hint, likely_first(compressors, hint))
        self.claims = known[text]
        self.faults = list(self.claims.faults)

    @property
    def _best(self) -> float:
        """The highest score; of a text that nobody could score, more than any."""
        return self.claims.ranking[0][0] if self.claims.ranking else math.inf

    @property
    def plausible(self) -> bool:
        """Whether anybody has a chance to make something of the text."""
        return self._best >= _PLAUSIBLE

    @property
    def unsure(self) -> bool:
        """Whether nobody claims the text with confidence."""
        return self._best < _SURE

    @property
    def first(self) -> Compressor | None:
        """Who claims the text most."""
        return self.claims.ranking[0][1] if self.claims.ranking else None

    @property
    def certain(self) -> bool:
        """Whether somebody knows the text to be of his kind, all of it."""
        return CERTAIN <= self._best < math.inf

    @property
    def guesses(self) -> bool:
        """Whether the text is claimed, but not with much confidence."""
        return _SURE <= self._best < _CONFIDENT

    def tells_no_more_than(self, whole: Question) -> bool:
        """Whether of this part of a text nothing is known that is not known of all of it."""
        return self.unsure and (self.first is whole.first or not self.plausible)

    def answer(self, *, told: bool = False) -> Routed:
        """The first of the ranking that makes the text another one; the unasked are asked when none of it does. Who is `told`
        to answer does so, whatever he takes the text for."""
        first, claims = self.first, self.claims
        alone = self.certain and first is not None and first.kind in _OF_THE_WHOLE
        while claims.ranking:
            for score, compressor in claims.ranking[:_TRIES]:
                if score < _PLAUSIBLE and not told:
                    break
                rendition = self._try(compressor)
                if rendition is not None and rendition.text != self.text:
                    return self._routed(rendition, compressor)
            others = claims.unasked
            if alone:  # then it is of no other kind, whether there is something to gain or not
                others = [c for c in others if c.kind not in _OF_THE_WHOLE]
            claims = Claims.on(self.text, self.hint, others)
            self.faults += claims.faults
        return self._routed(Rendition(text=self.text), first)

    def _try(self, compressor: Compressor) -> Rendition | None:
        try:
            made = self._without_blobs(compressor) or self._compress(compressor, self.text)
            if made.text == self.text:
                self._warnings.extend(made.warnings)
            return self._texts_below(compressor, made) if compressor.kind == "json" and made.lossless else made
        except Exception as error:  # noqa: BLE001  # fail towards the original; the fault is reported
            self.faults.append(f"{compressor.name}: {type(error).__name__}: {error}")
            return None

    def _compress(self, compressor: Compressor, text: str) -> Rendition:
        return compressor.compress(text, self.hint, self.limits_for(compressor.kind))

    def _without_blobs(self, compressor: Compressor) -> Rendition | None:
        """JSON of which long strings are pictures or the like: those are folded first, and the rest is JSON still."""
        if compressor.kind != "json" or self.limits_for("blob").effort == Effort.LOSSLESS or FOLD in self.text:
            return None
        if not _has_long_string(self.text):
            return None
        folded = fold_blobs(self.text, self.hint, self.limits_for("blob"))
        if folded.text == self.text or any(e.unit != "chars" for e in folded.elisions):
            return None
        rest = self._compress(compressor, folded.text)
        return Rendition(
            text=rest.text,
            note=" · ".join(note for note in (rest.note, folded.note) if note),
            elisions=(*rest.elisions, *folded.elisions),
            lossless=False,
        )

    def _texts_below(self, compressor: Compressor, made: Rendition) -> Rendition:
        """The same without loss, long texts in strings written below: where that is shorter."""
        limits = replace(self.limits_for(compressor.kind), effort=Effort.LOSSLESS)

        def crush(text: str, prefix: str) -> tuple[str, str]:
            lifted = lift(text, prefix) if prefix.count(".") <= _DEEPEST else None
            return crushed(lifted, text) if lifted else plain(text)

        def crushed(lifted: Lifted, text: str) -> tuple[str, str]:
            rest, note = plain(lifted.rest)
            return (text, "") if rest == lifted.rest else (f"{rest}\n{below(lifted.texts, crush)}", note)

        def plain(text: str) -> tuple[str, str]:
            rest = compressor.compress(text, self.hint, limits)
            return (rest.text, rest.note) if rest.lossless else (text, "")

        top = lift(self.text)
        if top is None:
            return made
        body, note = crushed(top, self.text)
        if body == self.text or len(body) + len(note) + len(TEXTS_BELOW) >= len(made.text) + len(made.note):
            return made
        if limits.keep is not None and any(m[0] not in body for m in limits.keep.finditer(self.text)):
            return made
        return Rendition(text=body, note=" · ".join(part for part in (note, TEXTS_BELOW) if part))

    def _routed(self, rendition: Rendition, compressor: Compressor | None) -> Routed:
        name, kind = (compressor.name, compressor.kind) if compressor else ("Raw", "raw")
        if self._warnings:
            rendition = replace(rendition, warnings=(*self._warnings, *rendition.warnings))
        return Routed(rendition=rendition, name=name, kind=kind, faults=tuple(self.faults))


def _has_long_string(text: str) -> bool:
    """Whether somewhere no quote follows for long. Not by `split`, which takes eight times the text's memory."""
    at = 0
    while len(text) - at >= _LONG_STRING:
        last = text.rfind('"', at, at + _LONG_STRING)
        if last < 0:
            return True
        at = last + 1
    return False
