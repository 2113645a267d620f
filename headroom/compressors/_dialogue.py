"""Who says what: transcripts, chats, minutes. What a query asks about is talked about for a while, in many turns.

So a turn counts by what is said around it, near and far; sentences that merely hold a word of the query do not. Above
stands `_ranking`, below `_lexical`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from math import exp
from operator import add, mul

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
    out = [0.0] * len(lengths)
    kept = [exp(-n / _REACH) for n in lengths]
    for term in sorted(hits, key=lambda term: -weights[term])[:_MOST_TERMS]:
        weight, said = weights[term] / total, sorted(hits[term])
        near = list(map(add, _before(kept, said), _behind(kept, said)))
        new = [value + weight * (n / (n + _ENOUGH)) for value, n in zip(out, near, strict=True)]
        for i in said:
            new[i] = out[i] + weight * (near[i] / (near[i] + _ENOUGH) + _OWN)
        out = new
    return out


def _before(kept: Sequence[float], said: Sequence[int]) -> list[float]:
    """By passage, how much of what was said in some, itself included, is still heard."""
    out = [0.0] * said[0]
    level = 0.0
    for i, following in pairwise([*said, len(kept)]):
        out += accumulate(kept[i + 1 : following], mul, initial=level * kept[i] + 1.0)
        level = out[-1]
    return out


def _behind(kept: Sequence[float], said: Sequence[int]) -> list[float]:
    """The same backwards, without what a passage says itself."""
    out = [0.0] * (len(kept) - said[-1])
    level = 0.0
    for i, previous in pairwise([*reversed(said), 0]):
        if i:
            out += accumulate(kept[i - 1 : previous : -1], mul, initial=(level + 1.0) * kept[i])
            level = out[-1]
    return out[::-1]
