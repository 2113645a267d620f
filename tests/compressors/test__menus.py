"""Lists of links that are no content."""

from __future__ import annotations

import pytest

from headroom.compressors._menus import menus

LOCAL = '<ul class="toc">\n<li><a href="#a">A</a>\n<ul><li><a href="#b">B</a></li></ul></li><li><a href="#c"><code>C</code></a>\n</ul>'
LINKS = '<ul><li><a href="/a">First</a></li><li><a href="/b">Second</a></li></ul>'


def found(page: str) -> list[str]:
    return [page[menu.start : menu.end] for menu in menus(page)]


@pytest.mark.parametrize(
    ("page", "gone"),
    [
        (f"<h1>T</h1>{LOCAL}<p>x", [LOCAL]),
        (f"{LINKS}<h1>T</h1>{LINKS}", [LINKS]),
        (f"{LINKS}{LOCAL}", [LOCAL]),
        (f"{LOCAL}{LOCAL}</ul>{LOCAL}", [LOCAL, LOCAL, LOCAL]),
        (LOCAL.replace("</a>", "</a> and more", 1), []),
        (LOCAL.replace("</ul>", ""), []),
        ('<ul><li><a href="#a">A</a></ul><h2>T</h2>', []),
        ("<ul><li>a<li>b</ul><h1>T</h1>", []),
    ],
)
def test_tables_of_contents_and_early_navigation_are_found(page: str, gone: list[str]) -> None:
    """Not lists that say anything, or that are not closed."""
    assert found(page) == gone


def test_its_text_is_counted() -> None:
    """Without tags."""
    assert [(menu.chars, menu.local) for menu in menus(LOCAL)] == [(3, True)]


@pytest.mark.parametrize(
    "unit", ["<ul>", "<ul><li>", '<ul><li><a href="#a">', '<li><a href="#a">A</a>', "</ul>", "<ul> "]
)
def test_hostile_pages_take_linear_time(unit: str) -> None:
    """A hang here is quadratic time."""
    assert found("<ul>" + unit * 40_000) == []
