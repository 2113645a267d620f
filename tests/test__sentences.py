"""Units: what is shown whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom._sentences import parted, units


def said(text: str) -> list[str]:
    return [text[a:b] for a, b in units(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["One stands here.", "Two does not!", "Is three here?"],
        ["It was signed by Dr. Smith and J. Doe of Acme Inc. in May.", "Nobody else came."],
        ["See e.g. Figure 3.", "It shows i.e. Nothing."],
        ["He said “I am here.” Then he left.", "So did she."],
        ["申请退款的期限为十四天。", "逾期不予受理。"],
        ["هل هذا صحيح؟", "نعم."],
        ["The pump, which was built in John\nSmith's time, is wet.", "The valve is dry."],
    ],
)
def test_running_text_falls_into_its_sentences(expected: list[str]) -> None:
    assert said(" ".join(expected)) == expected
    assert said("\n".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["1. Open the lid.", "2. Close it."],
        ["- one item", "- another item", "* a third one"],
        ["| a | b |", "|---|---|", "| 1 | 2 |"],
        ["# Heading", "The text below it."],
        ["7,pump,blue", "8,valve,red"],
        ["10:00:01 INFO started", "10:00:02 INFO done"],
        ["name: pump", "size: 7"],
        ["total = sum(rows);", "}"],
    ],
)
def test_lines_that_stand_for_themselves_are_units(expected: list[str]) -> None:
    assert said("\n".join(expected)) == expected


def test_a_blank_line_ends_a_unit_and_running_text_does_not_end_at_its_line_ends() -> None:
    assert said("a heading\n\nThe report was written by John\nSmith at noon") == [
        "a heading",
        "The report was written by John\nSmith at noon",
    ]


@given(st.text(st.sampled_from("ab. \n\tA'“–。-#:1,")))
def test_units_cover_all_but_white_space_in_order(text: str) -> None:
    at = 0
    for start, end in units(text):
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        at = end
    assert not text[at:].strip()


def test_what_follows_a_heading_or_an_introduction_belongs_to_it() -> None:
    text = "It ends here. Refunds\n\nThese are the rules:\n\n- one\n- two\n\nA heading\n\nwhat stands below it\n\nlast"
    found = {text[a:b]: parted(text, a, b) for a, b in units(text)}
    assert found == {
        "It ends here.": True,
        "Refunds": True,  # in the midst of a line: no heading
        "These are the rules:": False,
        "- one": False,
        "- two": True,
        "A heading": False,
        "what stands below it": False,
        "last": False,
    }
