"""Passages scored by a query: BM25 per passage and per group, smoothed over neighbours, with what stands in headings.

`rank` gives each passage a number; only their order and their ratios mean anything. In a dialogue what is said around a
passage decides (`_dialogue`); among plain passages names lead on to others (`_bridges`), and where the caller has the
time a learned scorer (`_learned`) has the last word. Above stands `_extract`, below `_lexical`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, TypeAlias

from headroom.compressors._bridges import onward, titles_named
from headroom.compressors._dialogue import heard, is_dialogue
from headroom.compressors._inline import MARKS
from headroom.compressors._learned import Evidence, Look, Scorer
from headroom.compressors._lexical import (
    K1,
    B,
    Index,
    asks_for_the_whole,
    hits,
    idf,
    index,
    query_terms,
    saturated,
    stem,
)
from headroom.compressors._passages import Passage, Role, density
from headroom.relevance import is_identifier, is_stop_word

_FEEDBACK_FROM, _FEEDBACK_TERMS, _FEEDBACK_WEIGHT = 3, 8, 0.5
_BRIDGE = 0.3
_GOOD = 0.3
_PARAGRAPH, _CHUNK = 200, 2_500
_STRUCTURE = frozenset((Role.CODE, Role.TABLE, Role.ITEM))
_WORD = re.compile(r"[^\W\d_]{4,}")
_PHRASE = re.compile(
    r"(?<!\S)(--?[A-Za-z][\w-]*)|`([^`\n]{2,80})`|\"([^\"\n]{2,80})\"|“([^”\n]{2,80})”"
    r"|(?<![^\W_])((?:[A-Za-z_]\w*[.:/]+)+\w+(?:\(\))?|[A-Za-z]\w*_\w+|[A-Za-z_]\w*\(\))"
)
_DRESS = re.compile(r"[`*]+")
_ASKS = tuple(
    (re.compile(asks), re.compile(looks))
    for asks, looks in (
        (r"\bwh(?:en|at (?:year|date|day|time))\b", r"\b\d{4}\b|\b\d{1,2}:\d\d\b|\b\d{1,2}(?:st|nd|rd|th)\b"),
        (r"\b(?:how (?:many|much|long|old|far|often)|what (?:number|price|percent\w*))\b", r"\d"),
        (r"\bwhy\b", r"\b(?:because|since|due to|so that|reason|in order to)\b"),
        (
            r"\bwh(?:o|ose|ere|ich|at (?:city|state|country|company|name|place))\b",
            r"[A-Z](?<![.!?] .)(?<!\A.)(?<!\w.)[a-z]",  # the set of letters in front is quick to look for
        ),
    )
)
"""What a question asks for, and what an answer to it looks like."""


Form: TypeAlias = Literal["document", "passages", "dialogue"]
"""Sections, lists, code; plain paragraphs, each below a title at most; turns of speakers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """`scores` by passage. `named` are passages that hold, word for word, an identifier or a quotation of the query that is rare in the text.
    `titled` are headings and list terms that are what the query names. `form` says how the text is made."""

    scores: list[float]
    form: Form = "document"
    named: frozenset[int] = frozenset()
    titled: frozenset[int] = frozenset()


def rank(text: str, passages: Sequence[Passage], query: str, *, scorer: Scorer | None = None) -> Ranking | None:
    """Score every passage; None when the query holds no word that tells passages apart, or asks for the text as a whole.

    Among plain passages `scorer` has the last word, where one is given. It costs about as much as all else.
    """
    wanted = query_terms(query)
    if not wanted or len(passages) < 2 or asks_for_the_whole(query):
        return None
    form = _form(text, passages)
    if form == "dialogue" and asks_for_the_whole(query, spoken=True):
        return None
    idx = index(text, passages)
    found: dict[str, dict[int, int]] = {}
    weights: dict[str, float] = {}
    for term in wanted:
        holders = hits(idx, term)
        if not holders:
            continue
        found[term] = holders
        weights[term] = idf(len(holders), len(passages)) * (1.5 if is_identifier(term) else 1.0)
    total = sum(weights.values())
    named, titled = _literal(idx, passages, _phrases(query))
    if total < 1.0 and not titled:
        return None
    total = max(total, 1.0)
    evidence = _evidence(idx, found, {term: weight / total for term, weight in weights.items()})
    if form == "dialogue":
        scores = heard(idx.lengths, found, weights, total)
    else:
        scores = [own + 0.5 * evidence.group[g] for own, g in zip(evidence.own, idx.groups, strict=True)]
        if form == "document" and not titled:  # what the query names needs no other words to be found
            _feed_back(idx, scores, wanted, total)
        scores = _smooth(passages, scores, evidence.group_cover, idx.groups)
        _headings(passages, _titles(passages, found, weights, total, titled), scores)
        _answers(text, passages, query, scores)
        if form == "passages":
            leads, titles = onward(text, idx, scores, query), titles_named(idx, scores, query)
            scores = (scorer or _led_on)(Look(idx, evidence, scores, leads, titles, density(text)))
    return Ranking(
        scores=scores,
        named=frozenset(named),
        titled=frozenset(titled),
        form=form,
    )


def _form(text: str, passages: Sequence[Passage]) -> Form:
    above = {p.parent for p in passages}
    top = _level_of_chunks(text, passages)
    other = sum(
        [
            p.level > top or (p.role in _STRUCTURE and not _is_paragraph(text, p, i in above))
            for i, p in enumerate(passages)
        ]
    )
    if 3 * other < len(passages) and is_dialogue(text, passages):
        return "dialogue"
    return "passages" if 10 * other < len(passages) else "document"


def _level_of_chunks(text: str, passages: Sequence[Passage]) -> int:
    """The level of headings that part one passage from the next and not the sections of a document: 1, or the highest there
    is where little stands below each."""
    heads = [p for p in passages if p.level]
    starts = [*(p.start for p in heads), len(text)]
    if not heads or max(b - a for a, b in pairwise(starts)) > _CHUNK:
        return 1
    return min(p.level for p in heads)


def _is_paragraph(text: str, p: Passage, is_title: bool) -> bool:
    """Whether an item of a list is a passage in its own right, a part of one, or what stands above one."""
    if p.role is not Role.ITEM:
        return False
    return is_title or p.part or (p.end - p.start > _PARAGRAPH and text.find("\n", p.start, p.end) < 0)


def _led_on(look: Look) -> list[float]:
    """The formula's scores, and those of passages that the best ones lead to."""
    top = _BRIDGE * max(look.scores)
    return [score + top * onward for score, onward in zip(look.scores, look.onward, strict=True)]


def _evidence(idx: Index, found: Mapping[str, Mapping[int, int]], weights: Mapping[str, float]) -> Evidence:
    """What passages and groups hold of the query; all of it is 1."""
    e = Evidence.empty(len(idx.starts), len(idx.group_lengths))
    own, cover, terms, groups, lengths = e.own, e.cover, e.terms, idx.groups, idx.lengths
    relative, group_relative, most, flat = 1 / idx.average, 1 / idx.group_average, K1 + 1, 1 - B
    for number, (term, holders) in enumerate(found.items()):
        weight, bit = weights[term], 1 << number
        in_groups: dict[int, int] = {}
        for i, times in holders.items():
            # as `saturated`, which would be called for each hit
            own[i] += weight * (times * most / (times + K1 * (flat + B * (lengths[i] * relative))))
            cover[i] += weight
            terms[i] |= bit
            g = groups[i]
            in_groups[g] = in_groups.get(g, 0) + times
        for g, times in in_groups.items():
            e.group[g] += weight * saturated(times, idx.group_lengths[g] * group_relative)
            e.group_cover[g] += weight
    return e


@lru_cache(maxsize=64)
def _phrases(query: str) -> tuple[str, ...]:
    """What the query quotes or spells as an identifier, each once."""
    found = (next(g for g in m.groups() if g) for m in _PHRASE.finditer(query[:4_000]))
    return tuple(dict.fromkeys(p.strip().strip("`\"'").lower() for p in found))[:24]


def _literal(index: Index, passages: Sequence[Passage], phrases: Sequence[str]) -> tuple[set[int], set[int]]:
    """Passages that hold a phrase of the query as it is, and those that it heads."""
    named: set[int] = set()
    titled: set[int] = set()
    low, starts = index.low, index.starts
    phrases = [phrase for phrase in phrases if len(phrase) > 1]
    for phrase in phrases:
        if low.count(phrase) > max(12, len(starts) // 8):
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
    if not any(passages[i].role is Role.HEADING for i in titled):  # a section can be called what stands everywhere
        headings = [i for i, p in enumerate(passages) if p.role is Role.HEADING] if phrases else []
        titled.update(i for phrase in phrases for i in headings if _is_title(low, passages[i], phrase))
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


def _is_title(low: str, p: Passage, phrase: str) -> bool:
    """Whether a heading is this phrase, or little else; marks of links, code and emphasis are looked through."""
    words = _DRESS.sub("", MARKS.sub("", low[p.start : p.end]))
    phrase = _DRESS.sub("", phrase)
    at = words.find(phrase) if phrase else -1
    end = at + len(phrase)
    if at < 0 or _joins(words, at - 1, phrase[0]) or _joins(words, end, phrase[-1]):
        return False
    return _heads(words, Passage(0, len(words), Role.HEADING), at, end)


def _feed_back(index: Index, scores: list[float], wanted: Sequence[str], total: float) -> None:
    """Words of the best passages count as well: what answers often stands where the question's own words do not."""
    best = sorted(range(len(scores)), key=lambda i: (-scores[i], i))[:_FEEDBACK_FROM]
    floor = scores[best[0]] * 0.5
    words: Counter[str] = Counter()
    for i in best:
        if scores[i] >= floor:
            start = index.starts[i]
            words.update(list(dict.fromkeys(_WORD.findall(index.low, start, start + min(index.lengths[i], 1_000)))))
    known = {stem(t) for t in wanted}
    likely = sorted(words, key=lambda w: (-words[w], -len(w)))[: 2 * _FEEDBACK_TERMS]  # long words are the rarer ones
    candidates = [w for w in likely if stem(w) not in known and not is_stop_word(w)]
    found = {w: index.low.count(w) for w in candidates}
    useful = [w for w in candidates if 1 < found[w] <= max(3, len(scores) // 20)]
    useful.sort(key=lambda w: (-words[w] * idf(found[w], len(scores)), w))
    for word in useful[:_FEEDBACK_TERMS]:
        holders = hits(index, word)
        if not holders:
            continue
        weight = _FEEDBACK_WEIGHT * idf(len(holders), len(scores)) / total / 2
        for i, times in holders.items():
            scores[i] += weight * saturated(times, index.lengths[i] / index.average)


def _smooth(
    passages: Sequence[Passage], scores: Sequence[float], cover: Sequence[float], groups: Sequence[int]
) -> list[float]:
    """A quarter of the passage before, less of the one after, within a group; how well the group covers the query; and a
    little for a group's first passages, which say what it is about."""
    out: list[float] = []
    heading = Role.HEADING
    previous, behind = -1, [*groups[1:], -1]
    for i, (own, g, following) in enumerate(zip(scores, groups, behind, strict=True)):
        first = previous != g
        score = own
        if not first and scores[i - 1]:
            score += 0.25 * scores[i - 1]
        if following == g and scores[i + 1]:
            score += 0.15 * scores[i + 1]
        if cover[g]:
            score += 0.5 * cover[g] + (0.1 if first or passages[i - 1].role is heading else 0.0)
        out.append(score)
        previous = g
    return out


def _titles(
    passages: Sequence[Passage],
    found: Mapping[str, Mapping[int, int]],
    weights: Mapping[str, float],
    total: float,
    titled: set[int],
) -> dict[int, float]:
    """By heading, the share of the query that it names; 1 at least for those that are what the query names."""
    title: defaultdict[int, float] = defaultdict(float)
    heading = Role.HEADING
    headings = {i for i, p in enumerate(passages) if p.role is heading}
    for term, holders in found.items():
        for i in headings & holders.keys():
            title[i] += weights[term] / total
    for i in titled:
        title[i] = max(1.0, title[i])
    return title


def _headings(passages: Sequence[Passage], title: Mapping[int, float], scores: list[float]) -> None:
    """What a heading says of the query counts for all that stands below it, most for what comes first."""
    if not title:
        return
    gained = [0.0] * len(passages)
    after = [0] * len(passages)
    heading = Role.HEADING
    for i, p in enumerate(passages):
        gain = title.get(i, 0.0)
        parent = p.parent
        if parent >= 0 and gained[parent]:
            part = 0.9 if p.role is heading else max(0.6, 1.0 - 0.05 * after[parent])
            gain += gained[parent] * part * (0.8 if gain else 1.0)
            after[parent] += 1
        if gain:
            gained[i] = gain
            scores[i] += 1.2 * gain


def _answers(text: str, passages: Sequence[Passage], query: str, scores: list[float]) -> None:
    """Good passages that have what an answer to such a question looks like get a small bonus."""
    looks = _answer_to(query)
    if looks is not None:
        floor = _GOOD * max(scores)
        scores[:] = [
            score * 1.08 if score > floor and looks.search(text, p.start, p.end) else score
            for score, p in zip(scores, passages, strict=True)
        ]


@lru_cache(maxsize=64)
def _answer_to(query: str) -> re.Pattern[str] | None:
    """What an answer to a question looks like; None for queries that do not tell."""
    low = query[:1_000].lower()
    return next((looks for asks, looks in _ASKS if asks.search(low)), None)
