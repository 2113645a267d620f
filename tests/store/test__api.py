"""Ids are content addresses: the same text has the same id everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.store._api import MAX_DIGITS, MIN_DIGITS, content_id

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "hr_cae66941d9ef"), ("abc", "hr_cf4ab791c62b"), ("\ud800\x00", None)],
)
def test_the_id_of_a_text_never_changes(text: str, expected: str | None) -> None:
    assert expected is None or content_id(text) == expected
    assert len(content_id(text)) == len("hr_") + MIN_DIGITS


@given(ANY_TEXT, st.integers(MIN_DIGITS, MAX_DIGITS))
def test_a_longer_id_begins_with_the_shorter_one(text: str, digits: int) -> None:
    assert content_id(text, digits).startswith(content_id(text))
    assert len(content_id(text, digits)) == len("hr_") + digits


@given(ANY_TEXT, ANY_TEXT)
def test_different_texts_have_different_ids(one: str, two: str) -> None:
    assert (content_id(one) == content_id(two)) == (one == two)
