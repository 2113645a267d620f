"""In which order passages are worth showing, once it is known what each says on the query.

Among plain passages scores alone do not decide: half of the evidence for half of the price is as good. Above stands
`_extract`, below `_ranking`.
"""

from __future__ import annotations

from collections.abc import Sequence

from headroom.compressors._passages import Passage
from headroom.compressors._ranking import Ranking

_FOR_LENGTH = 0.15
"""To this power a passage is worth less the longer it is."""


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
    return [(i, worth[i]) for i in sorted(range(len(worth)), key=worth.__getitem__, reverse=True)]
