"""Ranking: what the query names comes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._passages import take_apart
from headroom.compressors._ranking import Ranking, rank
from tests.generators import TEXT


def ranked(text: str, query: str) -> tuple[list[str], Ranking]:
    """The passages of a text, best first."""
    passages = take_apart(text, sentences=True)
    ranking = rank(text, passages, query)
    assert ranking is not None
    order = sorted(range(len(passages)), key=lambda i: -ranking.scores[i])
    return [text[passages[i].start : passages[i].end] for i in order], ranking


PARAGRAPHS = [
    "The museum opens at nine and closes at five.",
    "Workouts need not be intense, as long as they happen.",
    "In winter the ferry leaves from the eastern pier.",
    "Tickets for children cost half.",
    "Dogs must be kept on a lead.",
]


def test_the_passage_that_holds_the_words_wins() -> None:
    """In any of their forms."""
    assert ranked("\n\n".join(PARAGRAPHS), "How intensely should one work out in a workout?")[0][0] == PARAGRAPHS[1]
    assert ranked("\n\n".join(PARAGRAPHS), "ferries in winter")[0][0] == PARAGRAPHS[2]


def test_a_term_that_is_explained_is_known() -> None:
    """An option with its dashes is not another option that ends like it."""
    text = "--track::\n\tFollows.\n\n--no-track::\n\tDoes not follow.\n\n" + "\n\n".join(PARAGRAPHS)
    shown, ranking = ranked(text, "What does --track do?")
    assert shown[0].startswith("--track")
    assert ranking.titled == {0}


def test_a_section_can_be_called_what_is_said_everywhere() -> None:
    """Then only its heading tells where it is."""
    parts = [f"The name of number {n} is a name like any other name." for n in range(30)]
    text = (
        "# Guide\n\n" + "\n\n".join(parts[:20]) + "\n\n## NAME\n\nguide - leads the way\n\n" + "\n\n".join(parts[20:])
    )
    passages = take_apart(text, sentences=True)
    ranking = rank(text, passages, 'What does the section "NAME" say?')
    assert ranking is not None
    assert [text[passages[i].start : passages[i].end] for i in ranking.titled] == ["## NAME"]


def test_a_heading_with_a_link_in_it_is_known_by_its_words() -> None:
    """The marks of links stand among them, as the reader of pages puts them there."""
    text = (
        "## Uses of \x0212\x03Border\x02\x03 here\n\nOf all kinds.\n\n## Uses of Frame here\n\nNone.\n\n"
        + "\n\n".join(PARAGRAPHS)
    )
    passages = take_apart(text, sentences=True)
    ranking = rank(text, passages, 'the section "Uses of Border here"')
    assert ranking is not None
    assert ranking.titled == {0}


def test_a_heading_in_code_or_emphasis_is_known_by_its_words() -> None:
    """A reader of the page sees them without their marks."""
    text = "## `wave` - **Read** files\n\nOf all kinds.\n\n## Other\n\nNone.\n\n" + "\n\n".join(PARAGRAPHS)
    ranking = rank(text, take_apart(text, sentences=True), 'What does the section "wave - Read files" say?')
    assert ranking is not None
    assert ranking.titled == {0}


def test_a_document_that_the_best_one_names_comes_next() -> None:
    """The second step of a question."""
    documents = {
        "Anna Ort": "Anna Ort coached the Granite Bears for three seasons, before she retired.",
        "Granite Bears (club)": "They play at a stadium by the sea that has room for nine thousand.",
        "Silver Foxes": "They play in the capital, mostly on Sundays, and nearly always lose there.",
        "Copper Owls": "They play wherever somebody lets them, and have a choir of their own.",
    }
    text = "\n\n".join(f"Document [{n}] (Title: {t})\n{b}" for n, (t, b) in enumerate(documents.items()))
    shown, _ = ranked(text, "Where does the club that Anna Ort coached play?")
    bodies = [s for s in shown if not s.startswith("Document")]
    assert bodies[:2] == list(documents.values())[:2]


def test_words_that_are_everywhere_or_nowhere_tell_nothing() -> None:
    """Then there is no ranking."""
    text = "\n\n".join(f"The {w} museum." for w in "abcdefgh")
    passages = take_apart(text, sentences=True)
    assert rank(text, passages, "museum") is None
    assert rank(text, passages, "zeppelin") is None
    assert rank(text, passages, "what is it about?") is None


@given(TEXT, st.text(max_size=60))
def test_any_query_on_any_text(text: str, query: str) -> None:
    """One score for each passage, none below zero, the same each time."""
    passages = take_apart(text, sentences=True)
    ranking = rank(text, passages, query)
    if ranking is not None:
        assert len(ranking.scores) == len(passages)
        assert min(ranking.scores) >= 0
        assert rank(text, passages, query) == ranking


def test_chunks_below_headings_of_one_level_are_passages_and_long_sections_a_document() -> None:
    said = "The ferry leaves the northern quay every morning at twenty past six. "
    chunks = "\n\n".join(f"## Harbour {n}\n\n{said * 4}" for n in range(8))
    sections = "\n\n".join(f"## Harbour {n}\n\n{said * 50}" for n in range(4)) + "".join(
        f"\n\n## Isle {n}" for n in range(60)
    )
    for text, form in ((chunks, "passages"), (sections, "document")):
        found = rank(text, take_apart(text, sentences=True), "When does the ferry leave harbour 3?")
        assert found is not None
        assert found.form == form


def test_what_stands_above_a_paragraph_in_a_list_is_its_title() -> None:
    said = "The ferry leaves the northern quay every morning at twenty past six. "
    text = "\n".join(f"{n}. [Harbour {n}](https://notes.example/{n})\n   {said * 4}" for n in range(1, 12))
    found = rank(text, take_apart(text, sentences=True), "When does the ferry leave harbour 3?")
    assert found is not None
    assert found.form == "passages"


def test_in_a_dialogue_the_minutes_are_no_passage() -> None:
    """In a document they are what a section may be about."""
    things = [
        "ropes",
        "lamps",
        "cranes",
        "anchors",
        "buoys",
        "ferries",
        "pilots",
        "nets",
        "boats",
        "sails",
        "oars",
        "masts",
    ]
    talk = "\n".join(
        f"{('Ann', 'Ben')[n % 2]}: we decide on {thing}, with owners" for n, thing in enumerate(things * 2)
    )
    passages = take_apart(talk, sentences=False)
    assert rank(talk, passages, "Write the minutes: decisions on anchors, owners") is not None
    assert rank(talk, passages, "Write the minutes: decisions, owners") is None
    document = "\n\n".join(f"# {thing.title()}\n\nThe list of {thing} is below." for thing in things)
    document += "\n\n# Decisions\n\nAnn decides, the owners agree."
    assert rank(document, take_apart(document, sentences=False), "List the decisions, owners") is not None
