"""Boilerplate: judged by its end, its name and its links."""

from __future__ import annotations

import pytest

from headroom.compressors._boilerplate import Block, Boilerplate


def judge(tag: str, head: str, *, chars: int, linked: int, closed: bool = True) -> bool:
    """Whether a part of so many characters is taken for boilerplate, in a page with much else."""
    blocks = [Block("x" * 1_000, 0, 1_000)]
    page = Boilerplate(blocks)
    page.begin(tag, head)
    blocks.append(Block("y" * chars, 1_000, 1_000 + chars))
    page.counts.chars += chars
    page.counts.linked += linked
    if closed:
        page.end(tag)
    page.finish()
    assert not blocks[0].dead
    return blocks[1].dead


@pytest.mark.parametrize(
    ("tag", "head", "linked", "gone"),
    [
        ("nav", "nav", 0, True),
        ("footer", "footer", 0, True),
        ("div", "div class='page-footer'", 0, True),
        ("div", 'div id="toc"', 0, True),
        ("header", "header", 60, True),
        ("header", "header", 10, False),
        ("div", "div class=sidebar", 60, True),
        ("div", "div class=sidebar", 10, False),
        ("div", "div id=menu", 10, False),
        ("div", "div id=search", 60, False),
        ("div", "div class='navigator-of-the-seas'", 60, False),
        ("div", "div", 100, False),
    ],
)
def test_parts_are_judged_by_tag_name_and_links(tag: str, head: str, linked: int, gone: bool) -> None:
    """Menus of restaurants and boxes at the side are content, unless they are links."""
    assert judge(tag, head, chars=100, linked=linked) == gone


def test_what_is_not_closed_is_content() -> None:
    """Its end was not seen."""
    assert not judge("nav", "nav", chars=100, linked=100, closed=False)


def test_titles_survive() -> None:
    """A page's title may stand in its navigation; a heading of nothing would be taken for that of what follows."""
    blocks = [Block("x" * 1_000, 0, 1_000)]
    page = Boilerplate(blocks)
    page.begin("nav", "nav")
    blocks += [Block("# Title", 1_000, 1_007, heading=True), Block("## More", 1_007, 1_014, heading=True)]
    page.end("nav")
    assert [b.dead for b in blocks] == [False, False, True]


def test_headings_in_a_header_survive() -> None:
    """They are what it is there for."""
    blocks = [Block("x" * 1_000, 0, 1_000)]
    page = Boilerplate(blocks)
    page.begin("header", "header")
    blocks += [Block("## Title", 1_000, 1_007, heading=True), Block("Home", 1_007, 1_011)]
    page.counts.chars += 4
    page.counts.linked += 4
    page.end("header")
    assert [b.dead for b in blocks] == [False, False, True]
