"""Excerpts: the evidence that fits, with its coordinates."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Limits
from headroom.compressors._excerpt import excerpt
from headroom.messages import NO_HINT, Hint
from tests.generators import TEXT

LINES = [f"step {n} went well" for n in range(500)]


def words(text: str) -> int:
    return len(text.split())


def test_a_failure_in_the_middle_is_shown_before_the_ends() -> None:
    """By what it says, not by its place."""
    source = [*LINES[:250], "step 250 failed: no space left", *LINES[251:]]
    rendition = excerpt("\n".join(source), NO_HINT, Limits(), 20, words)
    assert "251│step 250 failed: no space left" in rendition.text.split("\n")


def test_what_must_be_kept_and_what_is_asked_for_come_first() -> None:
    """Both survive the smallest budget that can hold them."""
    limits = Limits(keep=re.compile("step 77 "))
    rendition = excerpt("\n".join(LINES), Hint(query="step 401"), limits, 16, words)
    shown = rendition.text.split("\n")
    assert "78│step 77 went well" in shown
    assert "402│step 401 went well" in shown


@given(TEXT, st.integers(5, 200))
def test_what_is_shown_and_what_is_said_to_be_gone_make_up_the_text(text: str, budget: int) -> None:
    """No line is missing without a trace."""
    rendition = excerpt(text, NO_HINT, Limits(), budget, words)
    (elision,) = rendition.elisions or (None,)
    if elision is not None and elision.unit == "lines":
        gone = sum(b - a + 1 for a, b in elision.ranges)
        assert gone == elision.count <= text.count("\n") + 1


def test_what_stands_behind_the_last_line_end_is_no_line() -> None:
    """The count of lines is that of the text, whether or not it ends its last line."""
    bare, ended = (excerpt(text, NO_HINT, Limits(), 30, words) for text in ("\n".join(LINES), "\n".join(LINES) + "\n"))
    assert ended.text == bare.text
    assert ended.elisions == bare.elisions
