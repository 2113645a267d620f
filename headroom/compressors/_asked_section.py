"""A query that asks for one section of a text and for nothing else: `What does the section "Options" say?`

Then nothing has to be compared: the section is shown from its beginning. A query that says more than what the section is
called is none such, and is ranked. Above stands `_extract`, below `_passages`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from headroom.compressors._inline import MARKS
from headroom.compressors._lexical import query_terms, tells_of_the_whole
from headroom.compressors._passages import Passage, Role

__all__ = ["asked_sections", "asks_for_a_section"]

_QUOTED = re.compile(r"[\"“`].{2,200}[\"”`]")
_WORDS = re.compile(r"\w+")
_MOST = 3
"""A title that more headings have tells less than the rest of the query."""
_SPOKEN = frozenset(
    "under below beneath according contain contains heading headings headed title titled titles called named readme documentation manual guide tutorial say says said tell"
    " tells state states describe describes described explain explains explained read written write quote copy verbatim"
    " cover covers covered mean means".split()
)


def asks_for_a_section(query: str) -> bool:
    """Whether the query asks for nothing but what is called so, if there is such a section."""
    return bool(_title(query))


def asked_sections(text: str, passages: Sequence[Passage], query: str) -> list[int]:
    """The headings, by their numbers among the passages, of the sections that are all that the query asks for; none for any
    other query, and where nothing stands below them."""
    title = _title(query)
    if not title:
        return []
    found: list[int] = []
    for i, p in enumerate(passages[:-1]):
        if p.role is Role.HEADING and _words(MARKS.sub("", text[p.start : p.end])) == title:
            below = passages[i + 1]
            if below.role is not Role.HEADING or below.level > p.level:
                found.append(i)
    return found if len(found) <= _MOST else []


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


def _words(heading: str) -> tuple[str, ...]:
    """The words of a heading, without the number that it may begin with."""
    words = _WORDS.findall(heading.lower())
    while len(words) > 1 and words[0].isdecimal():
        words = words[1:]
    return tuple(words)
