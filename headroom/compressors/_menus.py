"""Lists of nothing but links that are no content: tables of contents, and navigation before a page's first heading.

They are found before the page is read, because in many pages they are a third of all tags. What is found here is what
`_boilerplate` would say of such a list; lists that are spelled in other ways are left to it. Above stands `_html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from headroom.compressors._tags import LINKED

_RUN = re.compile(
    rf"<[uo]l(?:\s[^<>]*)?>\s*(?:(?:<li(?:\s[^<>]*)?>\s*{LINKED.replace('([', '(?:[')}|</li>|</?[uo]l(?:\s[^<>]*)?>)\s*)+"
)
_LIST = re.compile(r"<(/?)[uo]l[\s>]")
_TAG = re.compile(r"<[^<>]*>\s*")
_LOCAL_ITEMS, _ITEMS = 3, 2
"""Fewer are no list of links into the page, or to others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """A list with the lists in it: the characters `start` to `end` of the page, about `chars` of them text; `local` says
    that its links lead into the page."""

    start: int
    end: int
    chars: int
    local: bool


def menus(page: str) -> Iterator[Menu]:
    """The lists in the order of the page, none within another."""
    titled = min((at for at in (page.find("<h1"), page.find("<h2")) if at >= 0), default=0)
    for run in _RUN.finditer(page):
        depth, start = 0, run.start()
        for tag in _LIST.finditer(page, start, run.end()):
            if not tag[1]:
                start = start if depth else tag.start()
                depth += 1
            elif depth:  # else it ends a list that began before
                depth -= 1
                if depth == 0:
                    end = page.find(">", tag.start()) + 1
                    menu = _menu(page, start, end, end <= titled)
                    if menu is not None:
                        yield menu


def _menu(page: str, start: int, end: int, early: bool) -> Menu | None:
    links = page.count("<a ", start, end)
    local = links >= _LOCAL_ITEMS and page.count('href="#', start, end) == links
    if not local and (links < _ITEMS or not early):
        return None
    return Menu(start=start, end=end, chars=len(_TAG.sub("", page[start:end])), local=local)
