"""Names lead from one passage to another."""

from __future__ import annotations

from hypothesis import given

from headroom.compressors._bridges import onward, titles_named
from headroom.compressors._lexical import index
from headroom.compressors._passages import take_apart
from tests.generators import TEXT

PARAGRAPHS = [
    "The ferry on the lake was designed by Erik Tolland in his youth.",
    "The harbour has room for nine boats and one crane.",
    "Sailors call the north wind by many names.",
    "In winter Tolland skated to the works, where he was born in a shed.",
    "The bakery next door sells bread and tar.",
    "Nobody counts the gulls.",
]


def test_a_passage_that_names_what_the_best_one_names_is_led_to() -> None:
    text = "\n\n".join(PARAGRAPHS)
    passages = take_apart(text, sentences=True)
    for n, p in enumerate(passages):
        p.group = n
    lead = onward(text, index(text, passages), [1.0, 0.1, 0, 0, 0, 0], "Where was the designer of the ferry born?")
    assert lead[3] > 0
    assert [n for n, value in enumerate(lead) if value] == [3]


def test_names_that_the_query_holds_lead_nowhere() -> None:
    text = "\n\n".join(PARAGRAPHS)
    passages = take_apart(text, sentences=True)
    for n, p in enumerate(passages):
        p.group = n
    lead = onward(text, index(text, passages), [1.0, 0.1, 0, 0, 0, 0], "What did Tolland do?")
    assert not any(lead)


def test_a_name_within_another_word_is_not_that_name() -> None:
    paragraphs = [*PARAGRAPHS, "A Tollander is a cake, and so is New-Tolland, and neither was born anywhere."]
    text = "\n\n".join(paragraphs)
    passages = take_apart(text, sentences=True)
    for n, p in enumerate(passages):
        p.group = n
    lead = onward(text, index(text, passages), [1.0, *[0.0] * 6], "Where was the designer of the ferry born?")
    assert [n for n, value in enumerate(lead) if value] == [3]


@given(TEXT)
def test_any_text_gives_one_value_for_each_passage(text: str) -> None:
    passages = take_apart(text, sentences=True)
    if passages:
        lead = onward(text, index(text, passages), [float(n % 3) for n in range(len(passages))], "who")
        assert len(lead) == len(passages)
        assert min(lead) >= 0


TITLED = """\
Document [1] (Title: The Lake)

The ferry on the lake was designed by Erik Tolland, who kept a green stein on the bridge.

Document [2] (Title: Erik Tolland)

He was born in a shed.

Document [3] (Title: Beer stein)

It is a mug made of stoneware.

Document [4] (Title: The Harbour)

It has room for nine boats and one crane."""


def test_a_title_that_the_best_passage_of_another_group_names_is_seen() -> None:
    """`Document` and `Title` stand in all of them, `lake` stands in the query: they tell nothing."""
    passages = take_apart(TITLED, sentences=True)
    for p in passages:
        p.group = TITLED.count("Document", 0, p.end) - 1
    scores = [1.0 if "ferry" in TITLED[p.start : p.end] else 0.0 for p in passages]
    named = titles_named(index(TITLED, passages), scores, "Where was the designer of the lake's ferry born?")
    assert named == [0.0, 1.0, 5 / 9, 0.0]


@given(TEXT)
def test_any_text_gives_one_share_for_each_title(text: str) -> None:
    passages = take_apart(text, sentences=True)
    if passages:
        idx = index(text, passages)
        named = titles_named(idx, [float(n % 3) for n in range(len(passages))], "who")
        assert len(named) == len(idx.heads)
        assert all(0 <= share <= 1 for share in named)
