"""Who says what: transcripts, chats, minutes. What a query asks about is talked about for a while, in many turns.

So a turn counts by what is said around it, near and far; sentences that merely hold a word of the query do not. Above
stands `_ranking`, below `_lexical`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import exp
from operator import add

from headroom.compressors._passages import SPEAKER, Passage, Role

_MOST_LOOKED_AT = 200
_FEWEST = 12
_SHARE = 0.4
_WORDS = 4
_REACH = 1_800
"""Characters after which what was said counts a third."""
_MOST_TERMS = 12
_ENOUGH = 3.0
"""A term that is heard so often, now and near, counts half of what it can."""
_OWN = 0.12
"""What a passage says itself, besides what is said around it."""


def is_dialogue(text: str, passages: Sequence[Passage]) -> bool:
    """Whether most lines begin with who speaks: not with the name of a field that never holds a few words."""
    heading = Role.HEADING
    turns = [
        p
        for p in passages[: 2 * _MOST_LOOKED_AT]
        if (not p.start or text[p.start - 1] == "\n") and p.role is not heading
    ][:_MOST_LOOKED_AT]
    if len(turns) < _FEWEST:
        return False
    openings: Counter[str] = Counter()
    talking: set[str] = set()
    least = _SHARE * len(turns)
    others = 0
    for p in turns:
        if len(turns) - others <= least:
            return False
        m = SPEAKER.match(text, p.start, min(p.end, p.start + 140))
        if m is None:
            others += 1
            continue
        opening = m[0]
        openings[opening] += 1
        if opening not in talking and len(text[m.end() : p.end].partition("\n")[0].split(None, _WORDS)) >= _WORDS:
            talking.add(opening)
    names = set(map(_name, talking))
    return sum([n for opening, n in openings.items() if _name(opening) in names]) > least


def _name(opening: str) -> str:
    """Who speaks, without the time and the signs around a name."""
    return "".join(filter(str.isalpha, opening))


def heard(
    lengths: Sequence[int], hits: Mapping[str, Mapping[int, int]], weights: Mapping[str, float], total: float
) -> list[float]:
    """A score for each passage: for each term how much of it is heard around, forgotten with distance."""
    size = len(lengths)
    out = [0.0] * size
    kept = [exp(-n / _REACH) for n in lengths]
    backwards = kept[::-1]
    for term in sorted(hits, key=lambda term: -weights[term])[:_MOST_TERMS]:
        weight = weights[term] / total
        said = [0.0] * size
        for i in hits[term]:
            said[i] = 1.0
        before, after = [], []
        level = 0.0
        for keep, now in zip(kept, said, strict=True):
            level = level * keep + now
            before.append(level)
        level = 0.0
        for keep, now in zip(backwards, reversed(said), strict=True):
            after.append(level)
            level = (level + now) * keep
        near = map(add, before, reversed(after))
        out = [value + weight * (n / (n + _ENOUGH) + _OWN * own) for value, n, own in zip(out, near, said, strict=True)]
    return out
