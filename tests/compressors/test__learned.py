"""The learned scorer: what ships is what was trained, and it does what it is for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._learned import CANDIDATES, Look, learned_scores, rescored
from headroom.compressors._passages import take_apart
from headroom.compressors._ranking import rank
from tests.generators import TEXT

DOCUMENTS = [
    "Anna Ort coached the Granite Bears for three seasons before she retired to the coast.",
    "Silver Foxes play in the capital. They nearly always lose there, and their choir sings anyway.",
    "Granite Bears play at Harbour Field. It was built on an old quay and holds nine thousand.",
    "Copper Owls play wherever somebody lets them. Their coach is a retired dentist.",
    "The league was founded in a pub. Nobody remembers by whom.",
]
QUERY = "Where does the club that Anna Ort coached play?"


def test_scores_are_probabilities_and_the_evidence_comes_first() -> None:
    text = "\n\n".join(DOCUMENTS)
    passages = take_apart(text, sentences=True)
    ranking = rank(text, passages, QUERY, scorer=learned_scores)
    assert ranking is not None
    assert all(0 <= score <= 1 for score in ranking.scores)
    best = sorted(range(len(passages)), key=lambda i: -ranking.scores[i])[:2]
    shown = " ".join(text[passages[i].start : passages[i].end] for i in best)
    assert "Granite Bears" in shown


def test_candidates_come_before_all_others() -> None:
    text = "\n\n".join(
        f"The {n}th oak stands by the river. Owls number {n} nest there in spring and autumn, as ever."
        for n in range(90)
    )
    passages = take_apart(text, sentences=True)
    seen: list[int] = []

    def scorer(look: Look) -> list[float]:
        def value(rows: object) -> list[float]:
            assert isinstance(rows, list)
            seen.append(len(rows))
            return [-1.0] * len(rows)

        return rescored(look, value)

    ranking = rank(text, passages, "oak 17th", scorer=scorer)
    assert ranking is not None
    assert len(passages) > seen[0]
    assert sum(score > 0.26 for score in ranking.scores) == seen[0] == CANDIDATES


@given(TEXT, st.text(max_size=40))
def test_any_text_any_query(text: str, query: str) -> None:
    """One score for each passage, the same each time."""
    passages = take_apart(text, sentences=True)
    ranking = rank(text, passages, query, scorer=learned_scores)
    if ranking is not None:
        assert len(ranking.scores) == len(passages)
        assert rank(text, passages, query, scorer=learned_scores) == ranking
