"""Where the words of a query stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._lexical import asks_for_the_whole, hits, idf, index, query_terms, saturated, stem
from headroom.compressors._passages import take_apart
from tests.generators import TEXT

LINES = ["The owl lives in oaks.", "Owls hunt at night.", "A bowl of soup.", "Dew falls.", "Rain falls.", "Snow falls."]


def found(text: str, term: str) -> dict[int, int] | None:
    holders = hits(index(text, take_apart(text, sentences=True)), term)
    return None if holders is None else dict(holders)


def test_forms_of_a_word_are_hits_and_other_words_are_not() -> None:
    text = "\n\n".join(LINES)
    assert set(found(text, "owl") or ()) == {0, 1}
    assert found(text, "hunting") == {1: 1}
    assert found(text, "heron") == {}


def test_a_term_that_is_everywhere_is_none() -> None:
    text = "\n\n".join(f"The owl sits on branch {n}." for n in range(20))
    assert found(text, "owl") is None


@pytest.mark.parametrize(
    ("term", "expected"), [("workouts", "workout"), ("hunted", "hunt"), ("rdd_16", "rdd_16"), ("sea", "sea")]
)
def test_stems_are_what_the_forms_share(term: str, expected: str) -> None:
    assert stem(term) == expected


@pytest.mark.parametrize(
    ("query", "whole"),
    [
        ("Summarise this document.", True),
        ("Please give me an overview of the key points", True),
        ("Translate this page into German, please.", True),
        ("tl;dr of the thread below", True),
        ("What is this text about?", True),
        ("Summarise what Anna said about the budget.", False),
        ("Which language is the parser written in?", False),
        ('What does the section "Overview" say?', False),
        ("context", False),
        ("key points", False),
        ("Who wrote it?", False),
    ],
)
def test_a_text_as_a_whole_is_asked_for_without_a_word_on_what_it_is_about(query: str, whole: bool) -> None:
    assert asks_for_the_whole(query) is whole


@pytest.mark.parametrize(
    ("query", "whole"),
    [
        ("Write the minutes: decisions, dates, owners.", True),
        ("List the action items", True),
        ("What are the action items and who owns them?", True),
        ("List each decision with its owner and due date", True),
        ("Create a to-do list for each participant", True),
        ("Summarise the call: key decisions, open questions, next steps and follow-ups", True),
        ("Read calls/2026-03-12.vtt and write the minutes", True),
        ("Who attended the meeting?", True),
        ("Summarise this document.", True),
        ("What was decided about the crane?", False),
        ("List the action items for Jonas", False),
        ("What will they talk about in the next meeting?", False),
        ("When is the deadline?", False),
        ("Who is the owner?", False),
        ("Who is responsible for the deployment?", False),
        ("Which questions did the auditors ask?", False),
        ('Who said "minutes"?', False),
        ("action items", False),
    ],
)
def test_of_a_meeting_the_minutes_are_all_of_it(query: str, whole: bool) -> None:
    assert asks_for_the_whole(query, spoken=True) is whole
    assert asks_for_the_whole(query) is (query == "Summarise this document.")


def test_scripts_without_blanks_are_asked_by_pairs_of_characters() -> None:
    assert query_terms("铁路什么时候建成?") == ("铁路", "路什", "什么", "么时", "时候", "候建", "建成")
    text = "这条铁路于一八九二年建成。\n\n车站在河边。\n\n镇上有一座桥。\n\n冬天很冷。\n\n夏天很热。"
    assert found(text, "铁路") == {0: 1}


def test_rare_terms_weigh_more_and_repetition_saturates() -> None:
    assert idf(1, 100) > idf(10, 100) > 0
    assert saturated(1, 1.0) < saturated(2, 1.0) < 2 * saturated(1, 1.0)
    assert saturated(1, 2.0) < saturated(1, 1.0)


@given(TEXT, st.text(min_size=1, max_size=12))
def test_any_term_in_any_text(text: str, term: str) -> None:
    """Hits are passages of the text."""
    passages = take_apart(text, sentences=True)
    if passages:
        for word in query_terms(term):
            assert set(hits(index(text, passages), word) or ()) <= set(range(len(passages)))
