"""Tags: where they are, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._tags import ITEM, tokens

KNOWN = frozenset(("p", "div", "li", "ul", "td", "tr"))


def read(page: str) -> list[tuple[str, str]]:
    """Names and texts, those without both left out."""
    return [(name, data) for name, _, data, *_ in tokens(page, KNOWN) if name or data]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("x<p>y</P>z", [("", "x"), ("p", "y"), ("/p", "z")]),
        ("<b>y</b>", [("", "<b>y</b>")]),
        ("<p>a <B Id=x>y</B></p>", [("p", "a "), ("", "<b Id=x>y"), ("", "</b>"), ("/p", "")]),
        ("<li>a</li>\n<li>b</li> c", [("li", "a"), ("li", "b"), ("/li", " c")]),
        ("<p>a</p><p>b</p><!-- --> c", [("p", "a"), ("p", "b"), ("/p", ""), ("", " c")]),
        ("<tr><td>a</td>\n<td>b</td>\n</tr>", [("tr", ""), ("td", "a"), ("td", "b"), ("/tr", "")]),
        ("<ul><li><a href='x'>y</a>", [("ul", ""), ("li", "<a href='x'>y</a>")]),
        ("1 < 2 <3 </>", [("", "1 "), ("", "< 2 "), ("", "<3 "), ("", "</>")]),
        ("<!doctype html>x", [("", "x")]),
        ("<!-- <p> -->x", [("", "x")]),
        ("<!---->x", [("", "x")]),
        ("<script>a<b</script>x", [("", "x")]),
        ("<SCRIPT src=a>a<b</script >x", [("", "x")]),
        ("<script/>x", [("", "x")]),
        ("<script>x", [("", "x")]),
        ("<!-- x<p>y", [("p", "y")]),
        ("<p title='1>0'>x", [("p", "x")]),
        ('<p title="1>0" b="2>1">x', [("p", "x")]),
        ('<p title=">">x', [("p", "x")]),
        ("<A title='1>0'>x", [("", "<a title='1>0'>x")]),
        ("<p", [("p", "")]),
    ],
)
def test_tags_and_texts(page: str, found: list[tuple[str, str]]) -> None:
    """Well-formed or not."""
    assert read(page) == found


@given(
    st.lists(
        st.sampled_from(["<p>", "<", ">", "<!--", "-->", "<script>", "</script>", '"', "'", "x", " ", "<a b='"]),
        max_size=40,
    )
)
def test_positions_are_where_tags_begin(parts: list[str]) -> None:
    """And ascend, but for a part that is read again because it has no end."""
    page = "".join(parts)
    for name, _, _, end, at, stop in tokens(page, KNOWN):
        assert end <= at <= stop
        if name:
            assert page[at] == "<"
            assert page[at + 1 :].lower().startswith(name)


def test_an_item_that_is_but_a_link_is_one_token() -> None:
    """With its address and the link's text; a word beside the link, and it is none."""
    page = '<ul>\n<li class="x"><a id="y" href="/z">a <b>b</b></a></li>\n<li><a href="/z">c</a> d</li></ul>'
    found = [(name, head, data) for name, head, data, *_ in tokens(page, KNOWN)]
    assert found[1:3] == [(ITEM, "/z", "a <b>b</b>"), ("li", "li", '<a href="/z">c</a> d')]


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a",
        "<!--",
        "<script>",
        "<a b='\">",
        '<a b=">',
        "<p>",
        "<script></scrip",
        "&amp;",
        "\0",
        "</p> ",
        '<li><a href="x">',
        "<li><a x",
    ],
)
def test_hostile_pages_take_linear_time(unit: str) -> None:
    """A hang here is quadratic time."""
    assert sum(1 for _ in tokens(unit * 60_000, KNOWN)) >= 1
