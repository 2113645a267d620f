"""Passages scored by a query: BM25 per passage and per group, smoothed over neighbours, with what stands in headings.

`rank` gives each passage a number; only their order and their ratios mean anything. Terms are found in the text, not the
text in terms: time grows with the text, and with the hits. Above stands `_extract`, below `_passages` and `relevance`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from headroom.compressors._passages import Passage, Role
from headroom.relevance import is_identifier, is_stop_word, terms

_MOST_TERMS = 48
_K1, _B = 1.2, 0.75
_FEEDBACK_FROM, _FEEDBACK_TERMS, _FEEDBACK_WEIGHT = 3, 8, 0.5
_WORD = re.compile(r"[^\W\d_]{4,}")
_ENDINGS = frozenset(
    " s es ed d e ing er ers or ors ly ion ions al ment ments y ies ied able ation ations ive ity 's ’s ting ted ning ned"
    " ping ped".split(" ")
)
_SUFFIX = re.compile(r"(?:ations?|ions?|ings?|edly|ed|ies|ied|ers?|ors?|es|s|e|y)\Z")
_PHRASE = re.compile(
    r"(?<!\S)(--?[A-Za-z][\w-]*)|`([^`\n]{2,80})`|\"([^\"\n]{2,80})\"|“([^”\n]{2,80})”"
    r"|(?<![^\W_])((?:[A-Za-z_]\w*[.:/]+)+\w+(?:\(\))?|[A-Za-z]\w*_\w+|[A-Za-z_]\w*\(\))"
)
_NAME = re.compile(r"[^\W_]{3,}")
_LINK_FROM = 4
_ASKS = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(looks))
    for asks, looks in (
        (r"\bwhen\b|\bwhat (?:year|date|day|time)\b", r"\b\d{4}\b|\b\d{1,2}:\d\d\b|\b\d{1,2}(?:st|nd|rd|th)\b"),
        (r"\bhow (?:many|much|long|old|far|often)\b|\bwhat (?:number|price|percent\w*)\b", r"\d"),
        (r"\bwhy\b", r"\b(?:because|since|due to|so that|reason|in order to)\b"),
        (
            r"\bwho\b|\bwhose\b|\bwhere\b|\bwhich\b|\bwhat (?:city|state|country|company|name|place)\b",
            r"(?<![.!?] )(?<!\A)\b[A-Z][a-z]+",
        ),
    )
)
"""What a question asks for, and what an answer to it looks like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """`scores` by passage. `sure` (0 to 1) says how much of what the query asks for one place of the text holds.
    `named` are passages that hold, word for word, an identifier or a quotation of the query that is rare in the text.
    `titled` are headings and list terms that are what the query names."""

    scores: list[float]
    sure: float
    named: frozenset[int] = frozenset()
    titled: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Index:
    """The text in lower case, where its passages begin, and how long they and their groups are."""

    low: str
    starts: list[int]
    lengths: list[int]
    average: float
    groups: list[int]
    group_lengths: list[int]
    group_average: float
    scored: list[float] = field(default_factory=list)


def rank(text: str, passages: Sequence[Passage], query: str) -> Ranking | None:
    """Score every passage; None when the query holds no word that tells passages apart."""
    wanted = terms(query)[:_MOST_TERMS]
    if not wanted or len(passages) < 2:
        return None
    index = _index(text, passages)
    hits: dict[str, Counter[int]] = {}
    weights: dict[str, float] = {}
    unknown = 0.0
    for term in wanted:
        found = _hits(index, term)
        if found is None:
            continue
        if not found:
            unknown += log(1 + len(passages))
            continue
        hits[term] = found
        weights[term] = _idf(len(found), len(passages)) * (1.5 if is_identifier(term) else 1.0)
    total = sum(weights.values())
    named, titled = _literal(index, passages, _phrases(query))
    if total < 1.0 and not titled:
        return None
    total = max(total, 1.0)
    scores, cover = _scores(index, passages, hits, weights, total)
    _feed_back(index, scores, wanted, total)
    _link(index, passages, scores)
    scores = _smooth(passages, scores, cover, index.groups)
    _headings(passages, _titles(passages, hits, weights, total, titled), scores)
    _answers(text, passages, query, scores)
    sure = max(cover) * total / (total + 0.5 * unknown) if cover else 0.0
    return Ranking(scores=scores, sure=min(1.0, sure), named=frozenset(named), titled=frozenset(titled))


def _index(text: str, passages: Sequence[Passage]) -> _Index:
    low = text.lower()
    if len(low) != len(text):
        low = text
    lengths = [p.end - p.start for p in passages]
    groups = [p.group for p in passages]
    group_lengths = [0] * (groups[-1] + 1)
    for g, n in zip(groups, lengths, strict=True):
        group_lengths[g] += n
    filled = [n for n in group_lengths if n]
    return _Index(
        low=low,
        starts=[p.start for p in passages],
        lengths=lengths,
        average=sum(lengths) / len(lengths),
        groups=groups,
        group_lengths=group_lengths,
        group_average=sum(filled) / len(filled),
    )


def _stem(term: str) -> str:
    """`workouts` -> `workout`: what the forms of a word share. Short words and identifiers are left as they are."""
    if len(term) < 5 or not term.isalpha():
        return term
    stem = _SUFFIX.sub("", term)
    return stem if len(stem) >= 4 else term.removesuffix("s")


def _hits(index: _Index, term: str) -> Counter[int] | None:
    """How often each passage holds the term or a form of it; None for a term that is everywhere."""
    low, starts = index.low, index.starts
    stem = _stem(term)
    if low.count(stem) > max(40, len(starts)):
        return None
    size, edge = len(stem), stem[0].isalnum()
    found: Counter[int] = Counter()
    at = low.find(stem)
    while at >= 0:
        end = at + size
        if not (at and edge and low[at - 1].isalnum()):
            after = low[end : end + 6]
            if not after[:1].isalnum() or (term.isalpha() and _ending(after) in _ENDINGS):
                found[bisect_right(starts, at) - 1] += 1
        at = low.find(stem, end)
    return found if 2 * len(found) <= max(4, len(starts)) else None


def _ending(after: str) -> str:
    n = 0
    while n < len(after) and after[n].isalpha():
        n += 1
    return after[:n]


def _idf(holders: int, total: int) -> float:
    return log(1 + (total - holders + 0.5) / (holders + 0.5))


def _scores(
    index: _Index,
    passages: Sequence[Passage],
    hits: Mapping[str, Counter[int]],
    weights: Mapping[str, float],
    total: float,
) -> tuple[list[float], list[float]]:
    """BM25 of passages and, at half the weight, of their groups; and by group the share of the query that it holds."""
    own = [0.0] * len(passages)
    group = [0.0] * len(index.group_lengths)
    cover = [0.0] * len(index.group_lengths)
    for term, found in hits.items():
        weight = weights[term] / total
        in_groups: defaultdict[int, int] = defaultdict(int)
        for number, times in found.items():
            own[number] += weight * _saturated(times, index.lengths[number] / index.average)
            in_groups[index.groups[number]] += times
        for number, times in in_groups.items():
            group[number] += weight * _saturated(times, index.group_lengths[number] / index.group_average)
            cover[number] += weight
    index.scored = own
    return [s + 0.5 * group[g] for s, g in zip(own, index.groups, strict=True)], cover


def _saturated(times: int, relative_length: float) -> float:
    return times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * relative_length))


def _phrases(query: str) -> list[str]:
    """What the query quotes or spells as an identifier, each once."""
    found = (next(g for g in m.groups() if g) for m in _PHRASE.finditer(query[:4_000]))
    return list(dict.fromkeys(p.strip().strip("`\"'").lower() for p in found))[:24]


def _literal(index: _Index, passages: Sequence[Passage], phrases: Sequence[str]) -> tuple[set[int], set[int]]:
    """Passages that hold a phrase of the query as it is, and those that it heads."""
    named: set[int] = set()
    titled: set[int] = set()
    low, starts = index.low, index.starts
    for phrase in phrases:
        if len(phrase) < 2 or low.count(phrase) > max(12, len(starts) // 8):
            continue
        at = low.find(phrase)
        while at >= 0:
            end = at + len(phrase)
            if not (_joins(low, at - 1, phrase[0]) or _joins(low, end, phrase[-1])):
                number = bisect_right(starts, at) - 1
                named.add(number)
                if _heads(low, passages[number], at, end):
                    titled.add(number)
            at = low.find(phrase, end)
    return named, titled


def _joins(low: str, at: int, edge: str) -> bool:
    """Whether the character at `at` goes on with the word or the option that ends in `edge`."""
    return 0 <= at < len(low) and (low[at].isalnum() or low[at] in "-_") and (edge.isalnum() or edge in "-_")


def _heads(low: str, p: Passage, at: int, end: int) -> bool:
    """Whether what stands at `at` is most of a heading, or opens a paragraph or an item as the term that it explains."""
    before = low[p.start : at].strip(" \t#*+-`'\"[(0123456789.:|")
    if p.role is Role.HEADING:
        return len(before) + len(low[end : p.end].strip(" \t\r\n#=-~^`'\"()[]:")) <= end - at + 12
    line_start = low.rfind("\n", p.start, at) + 1 or p.start
    return not low[line_start:at].strip(" \t#*+-`'\"[(|,") and (p.role is not Role.CODE)


def _feed_back(index: _Index, scores: list[float], wanted: Sequence[str], total: float) -> None:
    """Words of the best passages count as well: what answers often stands where the question's own words do not."""
    best = sorted(range(len(scores)), key=lambda i: (-scores[i], i))[:_FEEDBACK_FROM]
    floor = scores[best[0]] * 0.5
    words: Counter[str] = Counter()
    for i in best:
        if scores[i] >= floor:
            start = index.starts[i]
            words.update(list(dict.fromkeys(_WORD.findall(index.low, start, start + min(index.lengths[i], 1_000)))))
    known = {_stem(t) for t in wanted}
    likely = sorted(words, key=lambda w: (-words[w], -len(w)))[: 2 * _FEEDBACK_TERMS]  # long words are the rarer ones
    candidates = [w for w in likely if _stem(w) not in known and not is_stop_word(w)]
    found = {w: index.low.count(w) for w in candidates}
    useful = [w for w in candidates if 1 < found[w] <= max(3, len(scores) // 20)]
    useful.sort(key=lambda w: (-words[w] * _idf(found[w], len(scores)), w))
    for word in useful[:_FEEDBACK_TERMS]:
        hits = _hits(index, word)
        if not hits:
            continue
        weight = _FEEDBACK_WEIGHT * _idf(len(hits), len(scores)) / total / 2
        for i, times in hits.items():
            scores[i] += weight * _saturated(times, index.lengths[i] / index.average)


def _link(index: _Index, passages: Sequence[Passage], scores: list[float]) -> None:
    """A retrieved document that the best ones name by its title counts nearly as much as they do: the second step of a
    question often leads there. Most of a title's rare words are enough, for titles are spelled in many ways."""
    titles: dict[int, list[str]] = {}
    low = index.low
    for p in passages:
        at = low.find("title:", p.start, p.end) if p.role is Role.HEADING else -1
        if at >= 0 and p.group not in titles:
            title = low[at + 6 : min(p.end, at + 200)].partition(" (")[0]
            titles[p.group] = [w for w in dict.fromkeys(_NAME.findall(title)) if not is_stop_word(w)]
    if len(titles) < 2:
        return
    best: dict[int, float] = {}
    spans: dict[int, tuple[int, int]] = {}
    for p, score in zip(passages, scores, strict=True):
        best[p.group] = max(best.get(p.group, 0.0), score)
        spans[p.group] = (spans.get(p.group, (p.start, 0))[0], p.end)
    gained: dict[int, float] = {}
    rarity: dict[str, float] = {}
    names = sorted({w for words in titles.values() for w in words})
    for top in sorted(best, key=lambda g: (-best[g], g))[:_LINK_FROM]:
        text = low[slice(*spans[top])]
        said = {w for w in names if w in text}
        for group, words in titles.items():
            if group == top or said.isdisjoint(words):
                continue
            for w in words:
                rarity[w] = rarity.get(w) or 1 / low.count(w)
            share = sum([rarity[w] for w in words if w in said]) / sum([rarity[w] for w in words])
            if share >= 0.5:
                gained[group] = max(gained.get(group, 0.0), 0.6 * share * best[top])
    for i, g in enumerate(index.groups):
        scores[i] += gained.get(g, 0.0)


def _smooth(
    passages: Sequence[Passage], scores: Sequence[float], cover: Sequence[float], groups: Sequence[int]
) -> list[float]:
    """A quarter of the passage before, less of the one after, within a group; how well the group covers the query; and a
    little for a group's first passages, which say what it is about."""
    out = list(scores)
    last = len(out) - 1
    for i, g in enumerate(groups):
        first = i == 0 or groups[i - 1] != g
        if not first:
            out[i] += 0.25 * scores[i - 1]
        if i < last and groups[i + 1] == g:
            out[i] += 0.15 * scores[i + 1]
        if cover[g]:
            out[i] += 0.5 * cover[g] + (0.1 if first or (i and passages[i - 1].role is Role.HEADING) else 0.0)
    return out


def _titles(
    passages: Sequence[Passage],
    hits: Mapping[str, Counter[int]],
    weights: Mapping[str, float],
    total: float,
    titled: set[int],
) -> dict[int, float]:
    """By heading, the share of the query that it names; 1 at least for those that are what the query names."""
    title: defaultdict[int, float] = defaultdict(float)
    for term, found in hits.items():
        for i in found:
            if passages[i].role is Role.HEADING:
                title[i] += weights[term] / total
    for i in titled:
        title[i] = max(1.0, title[i])
    return title


def _headings(passages: Sequence[Passage], title: Mapping[int, float], scores: list[float]) -> None:
    """What a heading says of the query counts for all that stands below it, most for what comes first."""
    if not title:
        return
    gained = [0.0] * len(passages)
    after: Counter[int] = Counter()
    for i, p in enumerate(passages):
        own = title.get(i, 0.0)
        inherited = 0.0
        if p.parent >= 0:
            inherited = gained[p.parent] * (0.9 if p.role is Role.HEADING else max(0.6, 1.0 - 0.05 * after[p.parent]))
            after[p.parent] += 1
        gained[i] = own + inherited * (0.8 if own else 1.0)
        scores[i] += 1.2 * gained[i]


def _answers(text: str, passages: Sequence[Passage], query: str, scores: list[float]) -> None:
    """A small bonus for passages that have what an answer to such a question looks like."""
    for asks, looks in _ASKS:
        if asks.search(query[:1_000]):
            for i, p in enumerate(passages):
                if scores[i] > 0 and looks.search(text, p.start, p.end):
                    scores[i] *= 1.08
            return
