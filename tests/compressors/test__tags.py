"""Tags: where they are, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._tags import tokens

KNOWN = frozenset(("p", "a", "div"))


def read(page: str) -> list[tuple[str, str]]:
    """Names and texts, those without both left out."""
    return [(name, data) for name, _, data, _ in tokens(page, KNOWN) if name or data]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("x<p>y</P>z", [("", "x"), ("p", "y"), ("/p", "z")]),
        ("<b>y</b>", [("", "y")]),
        ("1 < 2 <3 </>", [("", "1 "), ("", "< 2 "), ("", "<3 "), ("", "</>")]),
        ("<!doctype html>x", [("", "x")]),
        ("<!-- <p> -->x", [("", "x")]),
        ("<!---->x", [("", "x")]),
        ("<script>a<b</script>x", [("", "x")]),
        ("<SCRIPT src=a>a<b</script >x", [("", "x")]),
        ("<script/>x", [("", "x")]),
        ("<script>x", [("", "x")]),
        ("<!-- x<p>y", [("p", "y")]),
        ("<a title='1>0'>x", [("a", "x")]),
        ('<a title="1>0" b="2>1">x', [("a", "x")]),
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
    for name, _, _, at in tokens(page, KNOWN):
        if name:
            assert page[at] == "<"
            assert page[at + 1 :].lower().startswith(name)


@pytest.mark.parametrize(
    "unit", ["<", "<a", "<!--", "<script>", "<a b='\">", '<a b=">', "<p>", "<script></scrip", "&amp;", "\0"]
)
def test_hostile_pages_take_linear_time(unit: str) -> None:
    """A hang here is quadratic time."""
    assert sum(1 for _ in tokens(unit * 60_000, KNOWN)) >= 1
