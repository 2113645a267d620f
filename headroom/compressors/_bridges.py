"""The second step of a question: names that the best passages bring up, and where else they stand.

"Where was the director of X born?" finds a passage about X; what it calls its director leads to the one that answers.
Names are words with a capital; works for scripts that have capitals, finds nothing elsewhere. Above stand `_ranking` and
`_learned`, below `_lexical`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headroom.compressors._lexical import Index, idf
from headroom.relevance import is_stop_word

_FROM = 4
"""So many of the best passages lead on."""
_LEAST = 0.4
"""Of the best score: a passage below it leads nowhere."""
_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞΑ-ΩА-Я][\w-]{3,}")
_MOST_NAMES = 24
_FEW = 6
_TITLES = 4
_TITLE_NAMES = 4
_SCALE = 5.0


@dataclass(frozen=True, slots=True)
class Bridges:
    """By passage: how much of what it names stands in the best passages of other groups (`onward`), and how much of the
    titles of the best groups it names (`back`). About 0 to 3; a rare name counts most."""

    onward: list[float]
    back: list[float]


def bridges(text: str, index: Index, scores: Sequence[float], query: str) -> Bridges:
    """What leads on from the passages with the best scores."""
    named, holders = _names(text, index)
    groups = index.groups
    onward = [0.0] * len(scores)
    for name, sources in _leading(index, scores, named, query.lower()).items():
        found, weight = _rare(name, holders, len(scores))
        for i in found:
            onward[i] += weight * max((s for g, s in sources.items() if g != groups[i]), default=0.0)
    back = [0.0] * len(scores)
    best = [0.0] * len(index.heads)
    for score, group in zip(scores, groups, strict=True):
        best[group] = max(best[group], score)
    top = max(best) or 1.0
    for group in sorted(range(len(best)), key=lambda g: (-best[g], g))[:_TITLES]:
        for name in dict.fromkeys(named[index.heads[group]][:_TITLE_NAMES]):
            found, weight = _rare(name, holders, len(scores))
            for i in found:
                if groups[i] != group:
                    back[i] += best[group] / top * weight
    return Bridges(onward, back)


def _names(text: str, index: Index) -> tuple[list[list[str]], dict[str, list[int]]]:
    """The names in each passage, as often as they stand there, and the passages that hold each name."""
    find = _NAME.findall
    named = [find(text, start, start + length) for start, length in zip(index.starts, index.lengths, strict=True)]
    holders: dict[str, list[int]] = {}
    for i, names in enumerate(named):
        for name in dict.fromkeys(names):
            if name in holders:
                holders[name].append(i)
            else:
                holders[name] = [i]
    return named, holders


def _rare(name: str, holders: Mapping[str, Sequence[int]], total: int) -> tuple[Sequence[int], float]:
    """The passages that hold a name, where these are few, and how much it weighs."""
    found = holders[name]
    if len(found) > max(_FEW, total // 10) or is_stop_word(name.lower()):
        return (), 0.0
    return found, idf(len(found), total) / _SCALE


def _leading(
    index: Index, scores: Sequence[float], named: Sequence[Sequence[str]], known: str
) -> dict[str, dict[int, float]]:
    """Names in the best passages that the query does not hold: name -> group -> score as a share of the best."""
    best = sorted(range(len(scores)), key=lambda i: (-scores[i], i))[:_FROM]
    top = scores[best[0]]
    names: dict[str, dict[int, float]] = {}
    for i in best:
        if scores[i] < _LEAST * top or not top:
            break
        for name in named[i][:_MOST_NAMES]:
            if name.lower() not in known:
                sources = names.setdefault(name, {})
                sources[index.groups[i]] = max(sources.get(index.groups[i], 0.0), scores[i] / top)
    return names
