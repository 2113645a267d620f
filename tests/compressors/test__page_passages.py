"""Passages of a web page: what is shown or left out as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._boilerplate import Block
from headroom.compressors._page_passages import page_passages
from headroom.compressors._passages import Passage, Role

SENTENCE = "The harbour has nine berths and a crane that nobody has used for years. "
TEXTS = st.one_of(
    st.sampled_from(
        ["- a", "  - b", "1. c", "## Part", "```\ncode\n\n```", "| a | b |", "x", SENTENCE * 9, "水" * 500]
    ),
    st.text(min_size=1, max_size=30).filter(lambda text: bool(text.strip()) and not text[0].isspace()),
)


def page(blocks: Sequence[Block]) -> tuple[str, list[Passage]]:
    """The text that the blocks make, and its passages."""
    text, starts = "", []
    for block in blocks:
        text += ("\n" if block.tight else "\n\n") if text else ""
        starts.append(len(text))
        text += block.text
    return text, list(page_passages(text, blocks, starts))


def block(text: str, *, tight: bool = False) -> Block:
    """At some place of the page."""
    return Block(text, 0, 1, tight, text.startswith("#"))


@given(st.lists(st.builds(block, TEXTS, tight=st.booleans()), min_size=1, max_size=12))
def test_passages_cover_all_but_white_space_in_order(blocks: list[Block]) -> None:
    """Whatever the blocks are."""
    text, passages = page(blocks)
    at = 0
    for p in passages:
        assert not text[at : p.start].strip()
        assert at <= p.start < p.end
        assert p.parent < len(passages)
        at = p.end
    assert not text[at:].strip()


def test_roles_and_levels_are_those_of_the_blocks() -> None:
    """Without looking for them in the text."""
    texts = ["# T", "words", "### S", "```\n# no heading\n```", "| a | b |\n| c | d |", "- item"]
    _, passages = page([block(text) for text in texts])
    assert [p.role for p in passages] == [Role.HEADING, Role.TEXT, Role.HEADING, Role.CODE, Role.TABLE, Role.ITEM]
    assert [p.level for p in passages] == [1, 0, 3, 0, 0, 0]
    assert [p.parent for p in passages] == [-1, 0, 0, 2, 2, 2]


def test_lines_that_follow_closely_are_one_passage() -> None:
    """While they are few."""
    _, passages = page([block("Bring:"), *(block(f"- thing number {n} of them", tight=True) for n in range(40))])
    assert 2 <= len(passages) < 6
    assert all(p.end - p.start <= 530 for p in passages)


def test_only_a_long_paragraph_is_cut() -> None:
    """At the ends of its sentences."""
    text, passages = page([block(SENTENCE.strip()), block((SENTENCE * 9).strip())])
    assert len(passages) > 3
    assert text[passages[0].start : passages[0].end] == SENTENCE.strip()
    assert all(text[p.start : p.end].strip().endswith(".") for p in passages)


def test_long_code_and_long_tables_are_cut_between_their_lines() -> None:
    """As they are in plain text."""
    code = "```\n" + "\n".join(f"call({n}, {n})" for n in range(300)) + "\n```"
    text, passages = page([block("words"), block(code), block("| a |\n" + "| row with words |\n" * 150 + "| b |")])
    assert [p.role for p in passages[:2]] == [Role.TEXT, Role.CODE]
    assert passages[-1].role is Role.TABLE
    assert max(p.end - p.start for p in passages) < 700
    assert all(text[p.start - 1] == "\n" for p in passages[1:])


def test_what_a_term_means_is_cut_where_it_is_very_long() -> None:
    _, short = page([block("disk\n  Raw access."), block("  " + SENTENCE * 8)])
    assert len(short) == 2
    _, long = page([block("disk\n  Raw access."), block("  " + SENTENCE * 30)])
    assert len(long) > 2
