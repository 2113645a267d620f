"""A learned scorer of passages: gradient-boosted trees over what the formula of `_ranking` has found.

It is for plain passages with a query: retrieved chunks, articles. The model is a few kilobytes of numbers that ship with
the package (`passage_model.json`); `scripts/train_passages.py` makes it, and says how it was judged. No text went into it.
Above stands `_ranking`, which computes the evidence; below `_bridges` and `_lexical`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from operator import add
from pathlib import Path
from typing import TypeAlias

from headroom.compressors._bridges import Bridges
from headroom.compressors._lexical import Index

FEATURES = (
    "score rank own own_share cover most terms group group_share group_rank group_best group_score title"
    " onward onward_share group_onward title_onward back length near place answer best_cover query_terms known"
).split()
"""What the trees see of a passage, in this order."""
_CANDIDATES = 64
"""So many of the best by the formula are scored; the others follow in the formula's order."""
_ONWARD = 0.3
_LAST_RANK, _LAST_GROUP, _LAST_PLACE, _NEAR = 30, 20, 10, 3
_MODEL = Path(__file__).with_name("passage_model.json")

Tree: TypeAlias = tuple[int, float, int, float, float, float, int, float, float, float]
"""A tree of depth two: feature and threshold of the root, then for each side feature, threshold and two values. A feature
that is at most its threshold goes left."""


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


def rescored(look: Look, value: Callable[[Sequence[Sequence[float]]], Sequence[float]]) -> list[float]:
    """The candidates by a model, which gives log odds for rows of `FEATURES`; the others below them, as they were."""
    top = max(look.scores)
    if top <= 0:
        return list(look.scores)
    first = [score / top + _ONWARD * onward for score, onward in zip(look.scores, look.lead.onward, strict=True)]
    order = sorted(range(len(first)), key=lambda i: (-first[i], i))
    candidates = order[:_CANDIDATES]
    out = [0.0] * len(first)
    for i, logit in zip(candidates, value(_features(look, candidates)), strict=True):
        out[i] = 1.0 / (1.0 + exp(-logit))
    least = min(out[i] for i in candidates)
    for i in order[_CANDIDATES:]:
        out[i] = least * first[i] / (1.0 + first[i])
    return out


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


def _log_odds(rows: Sequence[Sequence[float]]) -> list[float]:
    """The sum of the trees for each row. Tree by tree, over columns: half the time of row by row."""
    columns = list(zip(*rows, strict=True))
    totals = [0.0] * len(rows)
    for f, t, left, s, a, b, right, u, c, d in _trees():
        sides = zip(columns[f], columns[left], columns[right], strict=True)
        totals = list(map(add, totals, [(a if y <= s else b) if x <= t else (c if z <= u else d) for x, y, z in sides]))
    return totals


@lru_cache(maxsize=1)
def _trees() -> tuple[Tree, ...]:
    """The model; read at first use."""
    model = json.loads(_MODEL.read_text(encoding="utf-8"))
    if model["features"] != FEATURES:
        raise ValueError(f"{_MODEL.name} was made for other features: run scripts/train_passages.py")
    return tuple(tuple(tree) for tree in model["trees"])
