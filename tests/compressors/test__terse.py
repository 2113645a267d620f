"""Fewer words: what may go, and what never does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._terse import terse

SENTENCES = [
    "The ferry is operated by a family of shipwrights and it was never late.",
    "It is not the fastest boat, but a few people really love it.",
    "An engine from the yard in Sennport has 318 horsepower and is cooled by the lake.",
    'The sign says "The boat is full", which is quite true of the summer months.',
    "Read `the manual is here` or https://example.org/the/an/is before you are allowed to steer.",
    "The rules that are written on the wall have not been changed since 1921.",
]
TEXT = "\n\n".join(SENTENCES)
TURNS = [
    "Project Manager: Um , so the the budget is fifty Euro . {vocalsound}",
    "Industrial Designer: Mm-hmm .",
    "Project Manager: Is it final ?",
    "Industrial Designer: Yeah .",
    "Industrial Designer: We uh we had not planned for a third screen [inaudible] in 2004 .",
    "Marketing: Okay .",
]
MEETING = "\n".join(TURNS * 8)


def shown(text: str) -> str:
    found = terse(text, None)
    assert found is not None
    return found.text


def test_articles_go_and_what_carries_meaning_stays() -> None:
    text = shown(TEXT)
    assert "ferry operated by family of shipwrights and it was never late." in text
    assert "It is not fastest boat, but a few people love it." in text
    assert "engine from yard in Sennport has 318 horsepower" in text
    assert "have not been changed since 1921." in text


@pytest.mark.parametrize("span", ['"The boat is full"', "`the manual is here`", "https://example.org/the/an/is"])
def test_quotations_code_and_links_stay_as_they_are(span: str) -> None:
    assert span in shown(TEXT)


def test_structure_is_not_touched() -> None:
    """Headings, fences and tables."""
    parts = ["## The rules of the house", "```\nthe code is here\n```", "| the | a |\n|---|---|\n| is | are |"]
    text = "\n\n".join([TEXT, *parts, TEXT])
    assert all(part in shown(text) for part in parts)


def test_a_transcript_loses_noises_and_turns_of_listeners_but_no_answer() -> None:
    text = shown(MEETING)
    assert text.startswith("PM: so budget is fifty Euro .")
    assert "ID: Mm-hmm" not in text
    assert "PM: Is it final ?\nID: Yeah ." in text
    assert "had not planned for third screen in 2004 ." in text
    assert "Okay" not in text
    found = terse(MEETING, None)
    assert found is not None
    assert "PM = Project Manager, ID = Industrial Designer" in found.note


def test_lines_that_must_be_kept_stay_exact() -> None:
    found = terse(TEXT + "\n\n" + TEXT, re.compile("Sennport"))
    assert found is not None
    assert SENTENCES[2] in found.text
    assert SENTENCES[0] not in found.text


@pytest.mark.parametrize(
    "text", ["", "Der Fährmann ist nie zu spät, und das Boot ist alt. " * 9, "铁路于一八九二年建成。" * 40]
)
def test_other_languages_are_left_alone(text: str) -> None:
    assert terse(text, None) is None


@given(
    st.lists(
        st.sampled_from([*SENTENCES, *TURNS, "", "Not the 7 of 9.", "- an item is 3.5 %"]), min_size=5, max_size=40
    )
)
def test_figures_names_and_negation_survive_and_all_that_is_gone_is_named(parts: list[str]) -> None:
    text = "\n".join(parts)
    found = terse(text, None)
    if found is None:
        return
    left = [text[b:a] for (_, b), (a, _) in zip([(0, 0), *found.gone], [*found.gone, (len(text), 0)], strict=True)]
    if "=" not in found.note:
        assert found.text == "".join(left)
    words = " ".join(text[a:b] for a, b in found.gone)
    assert not re.search(r"\b(?:not|never|no|without)\b|[A-Z][a-z]{3,}nport", words)
    assert re.findall(r"\d+", "".join(left)) == re.findall(r"\d+", text)
