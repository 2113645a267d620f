"""Texts that were retrieved for one query, shortened together: a passage must be worth its place among all of them.

Alone, each text would keep its own best passages, however little they say on the query, and a short one would stay whole.
Prose compressors see the texts as one document, in order, and what they show of it is put back, text by text. Works on the
decisions of a `Pass`; below stand the router and `spans`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

from headroom import policy, spans
from headroom._decision import Decision, marker_of
from headroom._pass import Pass
from headroom._settings import Settings
from headroom.compressors._api import Effort, Elision, Rendition, Room
from headroom.compressors._router import Routed
from headroom.lines import FOLD
from headroom.messages import Hint
from headroom.overlaps import Span
from headroom.policy import Verdict

_KINDS = frozenset({"prose", "raw"})
"""Texts that take part: prose, and what is too short to be of a kind. Those that must stay whole are ranked as well: what
they say leads to what another one should show."""
_PROSE = Verdict(verbatim=False, kinds=frozenset({"prose"}))
_HEAD = re.compile(r"^Document \[\d+\]$", re.MULTILINE)
_FOLDS = re.compile(rf"^{FOLD}.*\n?", re.MULTILINE)
_MARKER = 24
"""Tokens that a text costs as soon as a part of it is shown, besides those of that part."""
_TRIES, _SLACK = 6, 6
_FEW_LINES = 8
_OPENING = re.compile(r"\w[^\n·\[\]\"]{1,26}(?!\w)")
_ACCOUNTED = 0.8
"""A body of which less can be found in the source is no selection of its lines and sentences."""


def may(settings: Settings) -> bool:
    """Whether there is a query to rank by, and whether prose may be left out."""
    return bool(settings.query) and settings.elide and policy.effort(settings.profile, "prose") >= Effort.MEDIUM


def fit(run: Pass, decisions: Sequence[Decision]) -> dict[int, tuple[Span, ...]]:
    """Show of each prose text what the query needs of all of them. Texts of other kinds stay as they were decided.

    Returns the spans that are shown of each decision that was changed, by its index.
    """
    joint = _Joint.of(decisions) if may(run.settings) else None
    found = joint.selected(run) if joint is not None and any(decisions[n].key for n in joint.texts) else None
    shown: dict[int, tuple[Span, ...]] = {}
    for n, kept in (found or {}).items():
        if decisions[n].key is None:
            continue
        _show(run, decisions[n], kept)
        if decisions[n].action != "unchanged":
            shown[n] = tuple(kept)
    return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What fits of several texts: by index, the `spans` that are shown of those that were changed, and which are left out
    as a whole; their decisions hold what gives them back."""

    spans: dict[int, tuple[Span, ...]]
    left_out: frozenset[int]


def fill(run: Pass, decisions: Sequence[Decision], budget: int, count: Callable[[str], int]) -> Filled | None:
    """Show as much of the texts as fits into `budget` tokens, what the query needs most first; a text of which nothing fits
    is left out. None where prose is not what stands in the way, or where nothing would be left; decisions then stay.
    A budget is stronger than a profile.
    """
    joint = _Joint.of(decisions) if run.settings.elide else None
    if joint is None:
        return None
    others = sum(count(d.text) for n, d in enumerate(decisions) if n not in joint.texts)
    before = [replace(decisions[n]) for n in joint.texts]
    memo: dict[str, Any] = {}
    fitting: Mapping[int, list[Span]] = {}
    free = asked = budget - others
    fits, over, less, least = 0, 0, 0, free
    for _ in range(_TRIES if free > 0 else 0):
        room = Room(tokens=asked, count=lambda text: count(text) + _MARKER * len(_HEAD.findall(text)), memo=memo)
        kept = joint.selected(run, room)
        if not kept or not any(kept.values()):
            break
        left = free - sum(map(count, joint.show(run, decisions, kept)))
        if 0 <= left < least:
            fitting, least = kept, left
        if 0 <= left <= _SLACK:
            break
        fits, over = (asked, over) if left > 0 else (fits, asked)
        if fits and over:
            asked = (fits + over) // 2
        elif fits:
            asked += left
        else:  # ever more at once: what is shown grows by whole texts
            less = max(2 * less, _SLACK)
            asked = min(max(asked + left, asked * free // (free - left)), asked - less)
        if asked in {fits, over}:
            break
    if not fitting:
        for n, old in zip(joint.texts, before, strict=True):
            for item in fields(old):
                setattr(decisions[n], item.name, getattr(old, item.name))
        return None
    joint.show(run, decisions, fitting)
    left_out = frozenset(n for n, kept in fitting.items() if not kept)
    spans_of = {n: tuple(kept) for n, kept in fitting.items() if decisions[n].action != "unchanged"}
    run.commit([decisions[n] for n in left_out if decisions[n].key is None])
    return Filled(spans=spans_of, left_out=left_out)


@dataclass(frozen=True, slots=True)
class _Joint:
    """Texts that take part, by their index, as one document with a heading for each."""

    texts: dict[int, str]
    joined: str

    @classmethod
    def of(cls, decisions: Sequence[Decision]) -> _Joint | None:
        """None where there is nothing to choose among."""
        those = [n for n, d in enumerate(decisions) if d.key is None or (d.kind in _KINDS and not d.decided)]
        if len(those) < 2:
            return None
        texts = {n: decisions[n].block.text for n in those}
        joined = "\n\n".join(_heading(n) + text for n, text in texts.items())
        return cls(texts, joined.replace(FOLD, " "))  # a mark of an earlier cut is no word

    def selected(self, run: Pass, room: Room | None = None) -> dict[int, list[Span]] | None:
        """What to show of each text; None where prose compressors have no answer that can be put back."""
        effort = None if room is None else Effort.STRONG
        routed = run.route(self.joined, run.asked(Hint()), _PROSE, effort, room)
        run.warnings.extend(f"{fault} (the texts were shortened each by itself)" for fault in routed.faults)
        found = spans.shown(self.joined, routed.rendition.text) if routed.kind == "prose" else []
        if sum(b - a for a, b in found) < _ACCOUNTED * len(_FOLDS.sub("", routed.rendition.text)):
            return None
        out: dict[int, list[Span]] = {}
        at = 0
        for n, text in self.texts.items():
            start = at + len(_heading(n))
            end = start + len(text)
            kept = [(max(a, start) - start, min(b, end) - start) for a, b in found if a < end and start < b]
            out[n] = [(a, b) for a, b in kept if text[a:b].strip()]
            at = end + 2
        return out

    def show(self, run: Pass, decisions: Sequence[Decision], kept: Mapping[int, Sequence[Span]]) -> list[str]:
        """Set the decisions, and say what of the texts is to be read. Short ones are shown whole or not at all."""
        out: list[str] = []
        for n, parts in kept.items():
            decision = decisions[n]
            if not parts:
                elision = Elision(ranges=((0, len(self.texts[n])),), count=len(self.texts[n]), unit="chars")
                marker = marker_of(self.texts[n], Rendition(text="", elisions=(elision,), lossless=False))
                decision.show(marker, "", "compressed")
                decision.elisions, decision.lossless = (elision,), False
                decision.kind, decision.compressor = "prose", "Kompress"
                continue
            if decision.key is None:
                decision.leave(decision.verdict.reason)
            else:
                _show(run, decision, parts)
                decision.shorten_marker()
            out.append(decision.text)
        return out


def _heading(n: int) -> str:
    return f"Document [{n + 1}]\n"


def _show(run: Pass, decision: Decision, kept: Sequence[Span]) -> None:
    text = decision.block.text
    run.take(decision, Routed(rendition=_rendition(text, kept), name="Kompress", kind="prose"))
    if text.count("\n") < _FEW_LINES:  # by lines nobody would ask for a part of it
        decision.shorten_marker()


def _rendition(text: str, kept: Sequence[Span]) -> Rendition:
    """What is kept of a text, with marks where something is left out."""
    edges = [(0, 0), *kept, (len(text), len(text))]
    gaps = [(a, b) for (_, a), (b, _) in pairwise(edges) if text[a:b].strip()]
    if not gaps:
        return Rendition(text=text)
    body, _ = spans.join(text, kept, before=True, behind=True)
    count = sum(b - a for a, b in gaps)
    elision = Elision(ranges=tuple(gaps), count=count, unit="chars", summary="what the query does not ask for")
    return Rendition(text=body, note="" if kept else _about(text), elisions=(elision,), lossless=False)


def _about(text: str) -> str:
    """With which words a text begins of which nothing is shown."""
    opening = _OPENING.search(text)
    return f'begins "{opening[0].strip()}"' if opening else ""
