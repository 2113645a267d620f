"""Relevance: rare terms of a query pick lines, common ones pick none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom import relevance

LOG = "\n".join(
    [*(f"10:00 block rdd_2_{n} found" for n in range(100)), "10:01 partition rdd_16_0 lost", "the log ends"]
)


def test_an_identifier_finds_its_line() -> None:
    """As a whole word: `rdd_16_0` is not in `rdd_16_01`."""
    assert relevance.matching_lines(LOG, "What does the log say about rdd_16_0?") == [100, 101]
    assert relevance.matching_lines("x rdd_16_01", "rdd_16_0") == []
    assert relevance.matching_lines("17", "7") == []


def test_terms_on_most_lines_pick_nothing() -> None:
    """`block` tells nothing here."""
    assert relevance.matching_lines(LOG, "block found") == []


def test_no_query_picks_nothing() -> None:
    """Absent and empty are the same."""
    assert relevance.matching_lines(LOG, None) == relevance.matching_lines(LOG, "") == []
    assert relevance.terms("What is the value of it?") == ()


def test_identifiers_are_told_from_words() -> None:
    """By what stands in them."""
    assert relevance.is_identifier("rdd_16_0")
    assert relevance.is_identifier("a.b")
    assert not relevance.is_identifier("partition")


@given(st.text(), st.text(max_size=60))
def test_matches_are_lines_of_the_text(text: str, query: str) -> None:
    """For any text, also where lower case has another length."""
    found = relevance.matching_lines(text, query)
    assert found == sorted(set(found))
    assert all(0 <= i <= text.count("\n") for i in found)


def test_stop_words_say_nothing() -> None:
    """In lower case; names and rarer words are none."""
    assert relevance.is_stop_word("which")
    assert not relevance.is_stop_word("heron")
