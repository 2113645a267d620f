"""Who says what: transcripts, chats, minutes. What a query asks about is talked about for a while, in many turns.

So a turn counts by what is said around it, near and far; sentences that merely hold a word of the query do not. Above
stands `_ranking`, below `_lexical`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp

from headroom.compressors._passages import SPEAKER, Passage, Role

_MOST_LOOKED_AT = 200
_FEWEST = 12
_SHARE = 0.4
_REACH = 1_800
"""Characters after which what was said counts a third."""
_ENOUGH = 3.0
"""A term that is heard so often, now and near, counts half of what it can."""
_OWN = 0.12
"""What a passage says itself, besides what is said around it."""


def is_dialogue(text: str, passages: Sequence[Passage]) -> bool:
    """Whether most lines begin with who speaks."""
    turns = [p for p in passages[: 2 * _MOST_LOOKED_AT] if p.role is not Role.HEADING and _begins_line(text, p)]
    turns = turns[:_MOST_LOOKED_AT]
    if len(turns) < _FEWEST:
        return False
    return sum([SPEAKER.match(text, p.start, min(p.end, p.start + 140)) is not None for p in turns]) > _SHARE * len(
        turns
    )


def _begins_line(text: str, p: Passage) -> bool:
    return p.start == 0 or text[p.start - 1] == "\n"


def heard(
    lengths: Sequence[int], hits: Mapping[str, Mapping[int, int]], weights: Mapping[str, float], total: float
) -> list[float]:
    """A score for each passage: for each term how much of it is heard around, forgotten with distance."""
    out = [0.0] * len(lengths)
    kept = [exp(-n / _REACH) for n in lengths]
    for term, found in hits.items():
        weight = weights[term] / total
        said = [0.0] * len(lengths)
        level = 0.0
        for i, keep in enumerate(kept):
            level = level * keep + (i in found)
            said[i] = level
        level = 0.0
        for at in range(len(kept) - 1, -1, -1):
            near = said[at] + level
            out[at] += weight * near / (near + _ENOUGH) + (_OWN * weight if at in found else 0.0)
            level = (level + (at in found)) * kept[at]
    return out
