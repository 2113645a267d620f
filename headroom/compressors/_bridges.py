"""The second step of a question: names that the best passages bring up, and where else they stand.

"Where was the director of X born?" finds a passage about X; what it calls its director leads to the one that answers.
Names are words with a capital; works for scripts that have capitals, finds nothing elsewhere. Above stand `_ranking` and
`_learned`, below `_lexical`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from headroom.compressors._lexical import Index, idf
from headroom.relevance import is_stop_word

_FROM = 4
"""So many of the best passages lead on."""
_LEAST = 0.4
"""Of the best score: a passage below it leads nowhere."""
_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞΑ-ΩА-Я][\w-]{3,}")
_MOST_NAMES = 24
_TITLE = 160
"""A longer passage at the head of a group is no title."""
_FIRST_TITLES = 64
"""So many tell which words most of them hold."""
_WORD = re.compile(r"[^\W_]{4,}")
_FEW = 6
_SCALE = 5.0
_JOINING = frozenset("_-")
"""Besides letters and digits, what goes on with a word."""


def onward(text: str, index: Index, scores: Sequence[float], query: str) -> list[float]:
    """By passage, how much it holds of what the best passages of other groups name and the query does not.

    About 0 to 3; a rare name counts most.
    """
    out = [0.0] * len(scores)
    groups, total = index.groups, len(scores)
    for name, sources in _leading(text, index, scores, query.lower()).items():
        found = _holders(text, index, name, max(_FEW, total // 10))
        if not found or (len(sources) == 1 and all(groups[i] in sources for i in found)):
            continue  # it stands nowhere else
        weight = idf(len(found), total) / _SCALE
        most = max(sources.values())
        for i in found:
            g = groups[i]
            if g not in sources:
                out[i] += weight * most
            elif len(sources) > 1:
                out[i] += weight * max([s for other, s in sources.items() if other != g])
    return out


def titles_named(index: Index, scores: Sequence[float], query: str) -> list[float]:
    """By group, the share of its title's own words that stand in the best passages of other groups: 0 to 1.

    What the query holds already counts for nothing, nor does what most titles hold, such as "Document" in front of each.
    """
    known, low, starts, lengths = query.lower(), index.low, index.starts, index.lengths
    best = [(index.groups[i], set(_WORD.findall(low, starts[i], starts[i] + lengths[i]))) for i in _best(scores)]
    titles = [
        _WORD.findall(low, starts[i], starts[i] + lengths[i]) if lengths[i] <= _TITLE else [] for i in index.heads
    ]
    first = titles[:_FIRST_TITLES]
    usual = {word for word, times in Counter(w for t in first for w in set(t)).items() if 2 * times > len(first)}
    telling = set().union(*(words for _, words in best)) - usual
    out = [0.0] * len(titles)
    for g, (head, title) in enumerate(zip(index.heads, titles, strict=True)):
        if telling.isdisjoint(title):
            continue
        own = [w for w in title if not (w in usual or w in known or is_stop_word(w))]
        others = [words for other, words in best if other != index.groups[head]]
        most = max([sum([len(w) for w in own if w in words]) for words in others], default=0)
        out[g] = most / sum(map(len, own)) if own else 0.0
    return out


def _best(scores: Sequence[float]) -> list[int]:
    """The passages that lead on, best first."""
    best = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[:_FROM]
    top = scores[best[0]]
    return [i for i in best if scores[i] >= _LEAST * top] if top else []


def _leading(text: str, index: Index, scores: Sequence[float], known: str) -> dict[str, dict[int, float]]:
    """Names in the best passages that the query does not hold: name -> group -> score as a share of the best."""
    best = _best(scores)
    top = scores[best[0]] if best else 0.0
    names: dict[str, dict[int, float]] = {}
    for i in best:
        start = index.starts[i]
        for name in _NAME.findall(text, start, start + index.lengths[i])[:_MOST_NAMES]:
            low = name.lower()
            if low not in known and not is_stop_word(low):
                sources = names.setdefault(name, {})
                sources[index.groups[i]] = max(sources.get(index.groups[i], 0.0), scores[i] / top)
    return names


def _holders(text: str, index: Index, name: str, most: int) -> list[int]:
    """The passages that hold a name; none where they are more than `most`."""
    found: list[int] = []
    starts, find, size = index.starts, text.find, len(name)
    at = find(name)
    while at >= 0:
        end = at + size
        before, behind = text[at - 1 : at], text[end : end + 1]
        if not (before.isalnum() or behind.isalnum() or before in _JOINING or behind in _JOINING):
            number = bisect_right(starts, at) - 1
            if not found or found[-1] != number:
                found.append(number)
                if len(found) > most:
                    return []
        at = find(name, end)
    return found
