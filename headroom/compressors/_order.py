"""In which order passages are worth showing, once it is known what each says on the query.

Among plain passages neither scores alone decide nor the first that fits: half of the evidence for half of the price is as
good, and of two things that a query names, the second is worth more than another passage on the first. Above stands
`_extract`, below `_ranking`.
"""

from __future__ import annotations

from collections.abc import Sequence

from headroom.compressors._passages import Passage
from headroom.compressors._ranking import Ranking

_FOR_LENGTH = 0.15
"""To this power a passage is worth less the longer it is."""
_COVER = 0.4
"""What it is worth to hold all that the query asks for, where to be evidence for certain is worth 1."""
_FIRST = 24
"""Among so many of the best, those that hold what no better one does come first."""


def in_order(passages: Sequence[Passage], scores: Sequence[float], ranking: Ranking | None) -> list[tuple[int, float]]:
    """The passages, best first, each with its worth, by which they may be compared with one another and with nothing else.

    `scores` may differ from those of the ranking; None where there is no query.
    """
    if ranking is None or ranking.form != "passages":
        return [(i, scores[i]) for i in sorted(range(len(scores)), key=scores.__getitem__, reverse=True)]
    lengths = [p.end - p.start for p in passages]
    usual = sum(lengths) / len(lengths)
    short, whole = 0.3 * usual, 1.3 * usual
    worth = [s * (whole / (short + n)) ** _FOR_LENGTH for s, n in zip(scores, lengths, strict=True)]
    order = sorted(range(len(worth)), key=worth.__getitem__, reverse=True)
    above = [p.parent if p.parent >= 0 else i for i, p in enumerate(passages)]
    holds = [h | ranking.holds[i] for h, i in zip(ranking.holds, above, strict=True)]  # a passage shows its heading
    gained = _gained(order[:_FIRST], worth, holds, ranking.weights)
    values = [w + gained.get(i, 0.0) for i, w in enumerate(worth)]
    return [(i, worth[i]) for i in sorted(order, key=values.__getitem__, reverse=True)]


def _gained(
    candidates: Sequence[int], worth: Sequence[float], holds: Sequence[int], weights: Sequence[float]
) -> dict[int, float]:
    """What those passages gain that hold something of the query which no better one does."""
    out: dict[int, float] = {}
    gains: dict[int, float] = {}
    seen = 0
    bits = [(1 << number, w) for number, w in enumerate(weights)]
    left = [i for i in candidates if holds[i]]
    while left:
        best, most = -1, -1.0
        for i in left:
            new = holds[i] & ~seen
            gain = gains.get(new)
            if gain is None:
                gain = gains[new] = _COVER * sum([w for bit, w in bits if new & bit])
            if worth[i] + gain > most:
                best, most = i, worth[i] + gain
        out[best] = gains[holds[best] & ~seen]
        seen |= holds[best]
        left = [i for i in left if holds[i] & ~seen]
    return out
