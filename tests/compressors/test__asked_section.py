"""Queries that ask for one section and for nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Effort
from headroom.compressors._asked_section import asked_sections, section_end
from headroom.compressors._extract import extract
from headroom.compressors._passages import Role, take_apart
from tests.generators import TEXT

SECTIONS = ["Getting started", "`moor` - tie a boat", "2. Options", "Options of the crane", "3.1 Exit status"]
GUIDE = "# Guide\n\n" + "\n\n".join(
    f"## {title}\n\n"
    + "\n\n".join(f"The {n}th thing to know of options, boats and quays is said here." for n in range(12))
    for title in SECTIONS
)


def asked(query: str, text: str = GUIDE) -> list[str]:
    passages = take_apart(text, sentences=False)
    return [text[passages[i].start : passages[i].end] for i in asked_sections(text, passages, query)]


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ('What does the section "Getting started" of this page say?', "## Getting started"),
        ('What does the documentation say under "2. Options"?', "## 2. Options"),
        ('show me the chapter called "Options"', "## 2. Options"),
        ("Please read the section “Exit status” and tell me what it says", "## 3.1 Exit status"),
        ('what is said under ""moor" - tie a boat"?', "## `moor` - tie a boat"),
        ("the `Getting started` part", ""),
    ],
)
def test_the_section_is_the_one_that_is_called_so(query: str, heading: str) -> None:
    """Whatever its heading is numbered with or dressed in."""
    assert asked(query) == ([heading] if heading else [])


@pytest.mark.parametrize(
    "query",
    [
        'How do the "Options" differ from the exit status?',
        'What does "Getting started" say about quays?',
        "What do the options do?",
        'What does the section "Crane" say?',
        "",
    ],
)
def test_a_query_that_says_more_or_names_none_is_ranked(query: str) -> None:
    """Its other words tell parts of the text from others."""
    assert asked(query) == []


PAGE = (
    "<title>Guide</title><h1>Guide</h1><p>Hello.</p><h2 id=o>2. <code>Crane</code> &amp; boat<a href=#o>¶</a></h2><p>It lifts.</p>"
    "<h3>Arm</h3><p>It turns.</p><h2>Crane</h2><p>Another.</p>"
)


@pytest.mark.parametrize(
    ("query", "end"),
    [
        ('What does the section "Crane & boat" of this page say?', "<h2>Crane</h2>"),
        ('the section "Arm"', "<h2>Crane</h2>"),
        ('the section "2. Crane & boat"', "<h2>Crane</h2>"),
        ('the section "Crane"', ""),
        ('the section "Anchor"', ""),
        ('What does "Arm" say of herrings?', ""),
    ],
)
def test_what_comes_behind_the_section_of_a_page_need_not_be_read(query: str, end: str) -> None:
    """Where it is the only one that is called so."""
    assert section_end(PAGE, query) == (PAGE.index(end) if end else len(PAGE))
    assert section_end(PAGE + "<h4>Arm</h4>", 'the section "Arm"') == len(PAGE) + len("<h4>Arm</h4>")


def test_numbers_tell_sections_apart_that_are_called_the_same() -> None:
    """And are passed over where the query gives none."""
    text = "# Crane\n\nAll of it.\n\n## 2. Crane\n\nIts arm.\n\n## 5. Crane\n\nIts foot."
    assert asked('the section "5. Crane"', text) == ["## 5. Crane"]
    assert asked('the section "Crane"', text) == ["# Crane"]
    assert asked('the section "Crane"', text.removeprefix("# Crane\n\n")) == ["## 2. Crane", "## 5. Crane"]


def test_a_title_that_many_sections_have_or_that_heads_nothing_tells_nothing() -> None:
    """What else the query says has to tell."""
    examples = [f"## Example\n\nNumber {n} of them." for n in range(5)]
    assert asked('the section "Example"', "\n\n".join(examples)) == []
    assert asked('the section "Example"', "\n\n".join(examples[:3])) == ["## Example"] * 3
    assert asked('the section "Crane"', "## Crane\n\n## Boat\n\nIt floats.") == []
    assert asked('the section "Crane"', "## Crane\n\n### Arm\n\nIt lifts.") == ["## Crane"]


def test_a_heading_with_a_link_in_it_is_known_by_its_words() -> None:
    """The reader of pages marks where a link stands."""
    assert len(asked('the section "Uses of Crane"', "## Uses of \x0212\x03Crane\x02\x03\n\nMany.\n\nMore.")) == 1


def test_the_section_is_shown_from_its_beginning_and_little_else() -> None:
    """No other part, although it holds the query's words as well."""
    found = extract(GUIDE, 'What does the section "2. Options" say?', Effort.MEDIUM, sentences=False)
    assert found is not None
    kept = "".join(GUIDE[a:b] for a, b in found.kept)
    section = GUIDE[GUIDE.index("## 2. Options") : GUIDE.index("## Options of the crane")]
    assert kept.startswith("# Guide")
    assert section.strip() in kept
    assert kept.count("The 3th thing") == 1
    assert len(kept) < 0.35 * len(GUIDE)


@given(TEXT, st.sampled_from(['the section "a"', '"', 'read "a b" below', "``x``"]))
def test_what_is_found_are_headings(text: str, query: str) -> None:
    """Of any text."""
    passages = take_apart(text, sentences=False)
    if passages:
        assert all(passages[i].role is Role.HEADING for i in asked_sections(text, passages, query))
