"""A query that asks for one section of a text and for nothing else: `What does the section "Options" say?`

Then nothing has to be compared: the section is shown from its beginning. A query that says more than what the section is
called is none such, and is ranked. Above stands `_extract`, below `_passages`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import unescape

from headroom.compressors._inline import MARKS
from headroom.compressors._lexical import query_terms, tells_of_the_whole
from headroom.compressors._passages import Passage, Role

__all__ = ["asked_sections", "section_end"]

_QUOTED = re.compile(r"[\"“`].{2,200}[\"”`]")
_WORDS = re.compile(r"\w+")
_HEADING = re.compile(r"<h([1-6])(?:\s[^<>]*)?>([^<]{0,300}(?:<(?!/?h[1-6])[^<]{0,300}){0,24})</h\1\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_MOST = 3
"""A title that more headings have tells less than the rest of the query."""
_SPOKEN = frozenset(
    "under below beneath according contain contains heading headings headed title titled titles called named readme documentation manual guide tutorial say says said tell"
    " tells state states describe describes described explain explains explained read written write quote copy verbatim"
    " cover covers covered mean means".split()
)


def section_end(page: str, query: str) -> int:
    """Where in an HTML page the section ends that is all that the query asks for: what comes behind need not be read. The
    page's end for any other query, and where none or several are called so."""
    title = _title(query)
    headings = list(_HEADING.finditer(page)) if title else []
    found = _called([_words(unescape(_TAG.sub("", m[2]))) for m in headings], title)
    if len(found) != 1:
        return len(page)
    level = headings[found[0]][1]
    return next((m.start() for m in headings[found[0] + 1 :] if m[1] <= level), len(page))


def asked_sections(text: str, passages: Sequence[Passage], query: str) -> list[int]:
    """The headings, by their numbers among the passages, of the sections that are all that the query asks for; none for any
    other query, and where nothing stands below them."""
    title = _title(query)
    if not title:
        return []
    headings = [i for i, p in enumerate(passages) if p.role is Role.HEADING]
    called = _called([_words(MARKS.sub("", text[passages[i].start : passages[i].end])) for i in headings], title)
    found = [headings[n] for n in called if _heads_something(passages, headings[n])]
    return found if len(found) <= _MOST else []


def _heads_something(passages: Sequence[Passage], heading: int) -> bool:
    """Whether anything stands below a heading."""
    if heading + 1 == len(passages):
        return False
    below = passages[heading + 1]
    return below.role is not Role.HEADING or below.level > passages[heading].level


@lru_cache(maxsize=64)
def _title(query: str) -> tuple[str, ...]:
    """The words that the query quotes, if it says nothing else that tells one part of a text from another."""
    m = _QUOTED.search(query[:4_000])
    if m is None:
        return ()
    rest = query_terms(f"{query[: m.start()]} {query[m.end() : 4_000]}")
    if not all(term in _SPOKEN or tells_of_the_whole(term) for term in rest):
        return ()
    return _words(m[0])


def _called(headings: Sequence[tuple[str, ...]], title: tuple[str, ...]) -> list[int]:
    """Which headings are that title; the numbers in front count where that tells them apart."""
    whole = "".join(title)
    found = [n for n, words in enumerate(headings) if "".join(words) == whole]
    if found or not title:
        return found
    bare = _unnumbered(title)
    return [n for n, words in enumerate(headings) if _unnumbered(words) == bare]


def _words(heading: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(heading.lower()))


def _unnumbered(words: tuple[str, ...]) -> str:
    """A title without the number that it may begin with, in one piece: marks may part its words."""
    first = 0
    while first < len(words) - 1 and words[first].isdecimal():
        first += 1
    return "".join(words[first:])
