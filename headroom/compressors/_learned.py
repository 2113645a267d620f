"""A learned scorer of passages: gradient-boosted trees over what the formula of `_ranking` has found.

It is for plain passages with a query: retrieved chunks, articles. The model is `_passage_model`, a few kilobytes of numbers;
`scripts/train_passages.py` makes it, and says how it was judged. No text went into it. Above stands `_ranking`, which
computes the evidence; below the model and `_lexical`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp
from typing import TypeAlias

from headroom.compressors._lexical import Index
from headroom.compressors._passage_model import log_odds

FEATURES = (
    "score rank own_share cover group_share group_rank group_score onward group_onward title_onward length place best_cover"
    " repeated title_named"
).split()
"""What the trees see of a passage, in this order."""
CANDIDATES = 48
"""So many of the best by the formula are scored; the others follow in the formula's order."""
_NAMED, _ITS_OPENING, _ITS_REST = 0.5, 0.5, 0.25
"""A group of whose title the best passages name so much is likely to be what the question goes on to: what follows the title has
this chance on top of its own, and what follows that has half of it."""
_SHORT_TITLE = 80


@dataclass(frozen=True, slots=True)
class Evidence:
    """What passages and groups hold of a query, all of which weighs 1: BM25 by passage and by group, the weight of the terms
    that each of them holds, and by passage a bit for each term."""

    own: list[float]
    cover: list[float]
    terms: list[int]
    group: list[float]
    group_cover: list[float]

    @classmethod
    def empty(cls, passages: int, groups: int) -> Evidence:
        """Nothing found so far."""
        own, cover, group, group_cover = ([0.0] * n for n in (passages, passages, groups, groups))
        return cls(own, cover, [0] * passages, group, group_cover)


@dataclass(frozen=True, slots=True)
class Look:
    """All that is known of the passages of one text: the evidence, the formula's scores, how much each names of what the
    best ones lead on to, and by group how much of its title they name. `density` is that of the script, in bytes for a character."""

    index: Index
    evidence: Evidence
    scores: Sequence[float]
    onward: Sequence[float]
    titles: Sequence[float]
    density: float = 1.0


Scorer: TypeAlias = Callable[[Look], list[float]]
"""What scores passages anew."""


def learned_scores(look: Look) -> list[float]:
    """Scores between 0 and 1; those of the candidates say how likely a passage is evidence, if as many are as are not.

    A question of two steps is answered below a title that the answer to the first step names.
    """
    scores = rescored(look, log_odds)
    index, ends = look.index, [*look.index.heads[1:], len(scores)]
    for head, end, named in zip(index.heads, ends, look.titles, strict=True):
        if named >= _NAMED:
            first = head + (index.lengths[head] <= _SHORT_TITLE)
            for i in range(first, end):
                chance = named * (_ITS_OPENING if i == first else _ITS_REST)
                scores[i] = 1.0 - (1.0 - scores[i]) * (1.0 - chance)
    return scores


def rescored(look: Look, value: Callable[[Sequence[Sequence[float]]], Sequence[float]]) -> list[float]:
    """The candidates by a model, which gives log odds for rows of `FEATURES`; the others below them, as they were."""
    top = max(look.scores)
    if top <= 0:
        return list(look.scores)
    best = _best(look.onward, look.index)
    first = [
        s / top + 0.5 * on + 0.3 * best[g] for s, on, g in zip(look.scores, look.onward, look.index.groups, strict=True)
    ]
    order = sorted(range(len(first)), key=first.__getitem__, reverse=True)
    out = [0.0] * len(first)
    candidates = order[:CANDIDATES]
    for i, logit in zip(candidates, value(_features(look, candidates, best)), strict=True):
        out[i] = 1.0 / (1.0 + exp(-logit))
    least = min([out[i] for i in candidates])
    for i in order[CANDIDATES:]:
        out[i] = least * first[i] / (1.0 + first[i])
    return out


def _best(values: Sequence[float], index: Index) -> list[float]:
    """By group, the highest value of its passages."""
    return [max(values[a:b]) for a, b in pairwise([*index.heads, len(values)])]


def _features(look: Look, candidates: Sequence[int], group_onward: Sequence[float]) -> list[tuple[float, ...]]:
    """A row of `FEATURES` for each candidate, which are given best first."""
    e, scores, onward = look.evidence, look.scores, look.onward
    groups, heads, lengths = look.index.groups, look.index.heads, look.index.lengths
    own, cover, group = e.own, e.cover, e.group
    top, most_own, most_group = max(scores) or 1.0, max(own) or 1.0, max(group) or 1.0
    best_cover = max(cover)
    group_score = _best(scores, look.index)
    group_rank = [0] * len(heads)
    for rank, g in enumerate(sorted(range(len(heads)), key=lambda g: -(group[g] + e.group_cover[g]))):
        group_rank[g] = rank
    rows: list[tuple[float, ...]] = []
    told: dict[int, int] = {}
    for rank, i in enumerate(candidates):
        g = groups[i]
        head = heads[g]
        holds = e.terms[i] | e.terms[head]
        repeated = sum([times for better, times in told.items() if better & holds == holds])
        told[holds] = told.get(holds, 0) + 1
        rows.append(
            (
                scores[i] / top,
                rank,
                own[i] / most_own,
                cover[i],
                group[g] / most_group,
                group_rank[g],
                group_score[g] / top,
                onward[i],
                group_onward[g],
                onward[head],
                lengths[i] * look.density,
                i - head,
                best_cover,
                repeated,
                look.titles[g],
            )
        )
    return rows
