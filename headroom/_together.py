"""Texts that were retrieved for one query, shortened together: a passage must be worth its place among all of them.

Alone, each text would keep its own best passages, however little they say on the query, and a short one would stay whole.
Prose compressors see the texts as one document, in order, and what they show of it is put back, text by text. Works on the
decisions of a `Pass`; below stand the router and `spans`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from headroom import policy, spans
from headroom._decision import Decision
from headroom._pass import Pass
from headroom._settings import Settings
from headroom.compressors._api import Effort, Elision, Rendition
from headroom.compressors._router import Routed
from headroom.lines import FOLD
from headroom.messages import Hint
from headroom.overlaps import Span
from headroom.policy import Verdict

_KINDS = frozenset({"prose", "raw"})
"""Texts that take part: prose, and what is too short to be of a kind. Those that must stay whole are ranked as well: what
they say leads to what another one should show."""
_PROSE = Verdict(verbatim=False, kinds=frozenset({"prose"}))
_ACCOUNTED = 0.8
"""A body of which less can be found in the source is no selection of its lines and sentences."""


def may(settings: Settings) -> bool:
    """Whether there is a query to rank by, and whether prose may be left out."""
    return bool(settings.query) and settings.elide and policy.effort(settings.profile, "prose") >= Effort.MEDIUM


def fit(run: Pass, decisions: Sequence[Decision]) -> dict[int, tuple[Span, ...]]:
    """Show of each prose text what the query needs of all of them. Texts of other kinds stay as they were decided.

    Returns the spans that are shown of each decision that was changed, by its index.
    """
    if not may(run.settings):
        return {}
    those = [n for n, d in enumerate(decisions) if d.key is None or (d.kind in _KINDS and not d.decided)]
    if len(those) < 2 or not any(decisions[n].key for n in those):
        return {}
    texts = [decisions[n].block.text for n in those]
    heads = [f"Document [{n + 1}]\n" for n in those]
    joined = "\n\n".join(head + text for head, text in zip(heads, texts, strict=True))
    joined = joined.replace(FOLD, " ")  # a mark of an earlier cut is no word
    routed = run.route(joined, run.asked(Hint()), _PROSE)
    run.warnings.extend(f"{fault} (the texts were shortened each by itself)" for fault in routed.faults)
    found = spans.shown(joined, routed.rendition.text) if routed.kind == "prose" else []
    if sum(b - a for a, b in found) < _ACCOUNTED * len(routed.rendition.text):
        return {}
    shown: dict[int, tuple[Span, ...]] = {}
    at = 0
    for n, head, text in zip(those, heads, texts, strict=True):
        start = at + len(head)
        end = start + len(text)
        kept = [(max(a, start) - start, min(b, end) - start) for a, b in found if a < end and start < b]
        at = end + 2
        if decisions[n].key is None:
            continue
        kept = [(a, b) for a, b in kept if text[a:b].strip()]
        run.take(decisions[n], Routed(rendition=_rendition(text, kept), name=routed.name, kind=routed.kind))
        if decisions[n].action != "unchanged":
            shown[n] = tuple(kept)
    return shown


def _rendition(text: str, kept: Sequence[Span]) -> Rendition:
    """What is kept of a text, with marks where something is left out."""
    edges = [(0, 0), *kept, (len(text), len(text))]
    gaps = [(a, b) for (_, a), (b, _) in pairwise(edges) if text[a:b].strip()]
    if not gaps:
        return Rendition(text=text)
    body, _ = spans.join(text, kept, before=True, behind=True)
    count = sum(b - a for a, b in gaps)
    elision = Elision(ranges=tuple(gaps), count=count, unit="chars", summary="what the query does not ask for")
    return Rendition(text=body, elisions=(elision,), lossless=False)
