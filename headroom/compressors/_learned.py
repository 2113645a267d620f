"""A learned scorer of passages: gradient-boosted trees over what the formula of `_ranking` has found.

It is for plain passages with a query: retrieved chunks, articles. The model is `_passage_model`, a few kilobytes of numbers;
`scripts/train_passages.py` makes it, and says how it was judged. No text went into it. Above stands `_ranking`, which
computes the evidence; below the model, `_bridges` and `_lexical`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import TypeAlias

from headroom.compressors._bridges import Bridges
from headroom.compressors._lexical import Index
from headroom.compressors._passage_model import log_odds

FEATURES = (
    "score rank own own_share cover most terms group group_share group_rank group_best group_score title"
    " onward onward_share group_onward title_onward back length near place answer best_cover query_terms known"
).split()
"""What the trees see of a passage, in this order."""
CANDIDATES, FEWER = 56, 46
"""So many of the best by the formula are scored; the others follow in the formula's order. Fewer where few are shown."""
_LAST_RANK, _LAST_GROUP, _LAST_PLACE, _NEAR = 30, 20, 10, 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What passages and groups hold of a query, all of which weighs 1.

    By passage: `own` is BM25, `cover` the weight of the terms that it holds, `most` that of the weightiest, `terms` their
    number. By group: BM25, weight of the terms, and weight of those in its first passage. `total` is the weight of all
    terms before it was set to 1, `known` how many terms the text holds.
    """

    own: list[float]
    cover: list[float]
    most: list[float]
    terms: list[int]
    group: list[float]
    group_cover: list[float]
    title: list[float]
    total: float
    known: int
    asked: int

    @classmethod
    def empty(cls, passages: int, groups: int, *, total: float, known: int, asked: int) -> Evidence:
        """Nothing found so far."""
        zeros = [[0.0] * n for n in (passages, passages, passages, groups, groups, groups)]
        own, cover, most, group, group_cover, title = zeros
        return cls(own, cover, most, [0] * passages, group, group_cover, title, total, known, asked)


@dataclass(frozen=True, slots=True)
class Look:
    """All that is known of the passages of one text: the evidence, the formula's scores, what leads on, and which look
    like answers (empty where the question does not tell)."""

    index: Index
    evidence: Evidence
    scores: Sequence[float]
    lead: Bridges
    answers: Sequence[bool]


Scorer: TypeAlias = Callable[[Look], list[float]]
"""What scores passages anew."""


def learned_scores(look: Look) -> list[float]:
    """Scores between 0 and 1; those of the candidates say how likely a passage is evidence, if as many are as are not."""
    return rescored(look, _log_odds)


def quickly_learned_scores(look: Look) -> list[float]:
    """The same with fewer candidates."""
    return rescored(look, _log_odds, most=FEWER)


def _log_odds(rows: Sequence[Sequence[float]]) -> list[float]:
    return list(map(log_odds, rows))


def rescored(
    look: Look, value: Callable[[Sequence[Sequence[float]]], Sequence[float]], *, most: int = CANDIDATES
) -> list[float]:
    """The candidates by a model, which gives log odds for rows of `FEATURES`; the others below them, as they were."""
    top = max(look.scores)
    if top <= 0:
        return list(look.scores)
    first = _first(look, top)
    order = sorted(range(len(first)), key=lambda i: (-first[i], i))
    candidates = order[:most]
    out = [0.0] * len(first)
    for i, logit in zip(candidates, value(_features(look, candidates)), strict=True):
        out[i] = 1.0 / (1.0 + exp(-logit))
    least = min(out[i] for i in candidates)
    for i in order[most:]:
        out[i] = least * first[i] / (1.0 + first[i])
    return out


def _first(look: Look, top: float) -> list[float]:
    """By which candidates are picked: their own score, and whatever leads to them or to their group."""
    onward, groups = look.lead.onward, look.index.groups
    best = [0.0] * len(look.index.heads)
    for value, group in zip(onward, groups, strict=True):
        best[group] = max(best[group], value)
    found = zip(look.scores, onward, look.lead.back, groups, strict=True)
    return [score / top + 0.5 * on + 0.2 * back + 0.3 * best[group] for score, on, back, group in found]


def _features(look: Look, candidates: Sequence[int]) -> list[tuple[float, ...]]:
    """A row of `FEATURES` for each candidate, which are given best first."""
    e, scores, lead, answers = look.evidence, look.scores, look.lead, look.answers
    groups, heads, lengths = look.index.groups, look.index.heads, look.index.lengths
    top, most_own, most_group = max(scores) or 1.0, max(e.own) or 1.0, max(e.group) or 1.0
    most_onward = max(lead.onward) or 1.0
    best_cover = max(e.cover)
    by_group = sorted(range(len(heads)), key=lambda g: -(e.group[g] + e.group_cover[g]))
    group_rank = [0] * len(heads)
    for rank, g in enumerate(by_group):
        group_rank[g] = rank
    group_best, group_score, group_onward = ([0.0] * len(heads) for _ in range(3))
    for own, score, onward, g in zip(e.own, scores, lead.onward, groups, strict=True):
        group_best[g] = max(group_best[g], own)
        group_score[g] = max(group_score[g], score)
        group_onward[g] = max(group_onward[g], onward)
    terms = max(1, e.known)
    rows: list[tuple[float, ...]] = []
    for rank, i in enumerate(candidates):
        g = groups[i]
        rows.append(
            (
                scores[i] / top,
                min(rank, _LAST_RANK) / _LAST_RANK,
                e.own[i],
                e.own[i] / most_own,
                e.cover[i],
                e.most[i],
                e.terms[i] / terms,
                e.group[g],
                e.group[g] / most_group,
                min(group_rank[g], _LAST_GROUP) / _LAST_GROUP,
                group_best[g],
                group_score[g] / top,
                e.title[g],
                lead.onward[i],
                lead.onward[i] / most_onward,
                group_onward[g],
                lead.onward[heads[g]],
                lead.back[i],
                log(lengths[i] + 1),
                sum(e.cover[max(0, i - _NEAR) : i + _NEAR + 1]) / (2 * _NEAR + 1),
                min(i - heads[g], _LAST_PLACE) / _LAST_PLACE,
                float(answers[i]) if answers else 0.0,
                best_cover,
                e.asked / 10,
                e.known / e.asked,
            )
        )
    return rows
