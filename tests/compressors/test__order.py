"""What of two passages comes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._order import in_order
from headroom.compressors._passages import Passage, take_apart
from headroom.compressors._ranking import Ranking, rank
from tests.generators import TEXT


def _order(ranking: Ranking, lengths: list[int]) -> list[int]:
    starts = [sum(lengths[:n]) for n in range(len(lengths))]
    passages = [Passage(a, a + n, group=i) for i, (a, n) in enumerate(zip(starts, lengths, strict=True))]
    return [i for i, _ in in_order(passages, ranking.scores, ranking)]


def test_the_better_one_comes_first() -> None:
    ranking = Ranking(scores=[0.2, 0.9, 0.5], form="passages")
    assert _order(ranking, [100, 100, 100]) == [1, 2, 0]


def test_of_two_that_say_nearly_as_much_the_short_one_comes_first() -> None:
    ranking = Ranking(scores=[0.52, 0.5], form="passages")
    assert _order(ranking, [300, 40]) == [1, 0]
    assert _order(ranking, [100, 100]) == [0, 1]


def test_without_a_query_and_in_documents_scores_alone_decide() -> None:
    passages = [Passage(0, 500), Passage(501, 520)]
    assert in_order(passages, [0.5, 0.49], None) == [(0, 0.5), (1, 0.49)]
    ranking = Ranking(scores=[0.5, 0.49], form="document")
    assert in_order(passages, ranking.scores, ranking) == [(0, 0.5), (1, 0.49)]


@given(TEXT, st.text(max_size=40))
def test_each_passage_stands_in_the_order_once(text: str, query: str) -> None:
    passages = take_apart(text, sentences=True)
    ranking = rank(text, passages, query)
    scores = ranking.scores if ranking is not None else [0.0] * len(passages)
    order = [i for i, _ in in_order(passages, scores, ranking)]
    assert sorted(order) == list(range(len(passages)))
