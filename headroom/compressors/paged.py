r"""Documents as `pdftotext` and printers lay them out, page behind page: heads and feet stand once, the rest is prose.

    Form 118-C (ed. 03/2024)                       Page 2 of 9
    \fNORDHAVN MUTUAL                              Policy schedule

A line is a head or a foot where most pages begin or end with it, numbers aside that count the pages; one that says something
else on each page (a balance carried forward) is none. Other lines stay as they are laid out: blanks tell columns apart, and
cost next to nothing. From MEDIUM on `prose` chooses by the query. Above stand the router and the engine.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from headroom import lines
from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors.prose import Kompress
from headroom.lines import FOLD
from headroom.messages import Hint

_BREAK = "\f"
_LOOK = 20_000
"""Characters within which the first page ends."""
_SAMPLE = 100_000
_FEWEST = 3
"""So many pages make a document of pages."""
_EDGE = 3
"""So many lines at the beginning and at the end of a page may be its head or foot."""
_LETTERS = 8
_NUMBER = re.compile(r"\d+")
_ASKS = re.compile(r"\bpages?\b|\bpp?\. ?\d", re.IGNORECASE)
_GAP = re.compile(r"\n(?:[ \t]*\n){2,}")
_WHAT = "heads and feet of pages"


class PagedCompressor:
    """Text with form feeds between pages that begin or end alike."""

    name = "PagedCompressor"
    kind = "paged"

    def __init__(self) -> None:
        self._prose = Kompress()

    def score(self, text: str, hint: Hint) -> float:
        """0.8 where several pages begin or end with the same line."""
        if text.find(_BREAK, 0, _LOOK) < 0:
            return 0.0
        return 0.8 if any(_repeated(lines.split(text[:_SAMPLE]))) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """Without the heads and feet of all pages but the first that has them; `text` itself at LOSSLESS."""
        source = lines.split(text)
        if limits.effort < Effort.LIGHT or text.startswith(FOLD) or f"\n{FOLD}" in text:
            return Rendition(text=text)
        keep = limits.keep
        asked = _ASKS.search(hint.query or "") is not None
        gone = set() if asked else {i for i in _repeated(source) if keep is None or not keep.search(source[i])}
        rest = "\n".join(["" if i in gone else row for i, row in enumerate(source)])
        made = Rendition(text=rest)
        if limits.effort >= Effort.MEDIUM and hint.query:
            made = self._prose.compress(rest, hint, limits)
        if made.text == text:
            return made
        return _with_heads_gone(made, sorted(i + limits.first_line for i in gone))


def _with_heads_gone(made: Rendition, gone: Sequence[int]) -> Rendition:
    """What was made of the text without these lines, as what was made of all of it."""
    hidden = {i for e in made.elisions if e.unit == "lines" for a, b in e.ranges for i in range(a, b + 1)}
    left = [i for i in gone if i not in hidden]
    if not left:
        return made
    elision = Elision(ranges=tuple(lines.runs(left)), count=len(left), summary=_WHAT)
    return replace(
        made,
        text=_GAP.sub("\n\n", made.text),
        note="; ".join(filter(None, [f"{_WHAT} only once", made.note])),
        elisions=(*made.elisions, elision),
        lossless=False,
    )


def _repeated(source: Sequence[str]) -> Iterator[int]:
    """The lines that are heads or feet and stand above already, numbers of pages aside."""
    pages = _pages(source)
    if len(pages) < _FEWEST:
        return
    for step in (1, -1):
        found: dict[str, dict[int, int]] = {}
        for number, rows in enumerate(pages):
            for i in rows[::step][:_EDGE]:
                found.setdefault(_pattern(source[i]), {})[number] = i
        alike = {
            i
            for places in found.values()
            if len(places) >= max(_FEWEST, len(pages) / 2)
            and _says_the_same([(n, source[i]) for n, i in places.items()])
            for i in list(places.values())[1:]
        }
        for rows in pages[1:]:
            yield from _edge(source, rows[::step][:_EDGE], alike, step)


def _edge(source: Sequence[str], rows: Sequence[int], alike: Container[int], step: int) -> list[int]:
    """Of the outer lines of a page, the outermost first, those that are alike, up to a blank line: what stands close to the
    text may be the titles of a table."""
    run = list(takewhile(alike.__contains__, rows))
    while run:
        inner = run[-1] + step
        if not 0 <= inner < len(source) or not source[inner].strip():
            break
        run.pop()
    return run


def _pages(source: Sequence[str]) -> list[list[int]]:
    """The lines of each page that are not blank."""
    pages: list[list[int]] = [[]]
    for i, row in enumerate(source):
        if row.startswith(_BREAK):
            pages.append([])
        if row.strip():
            pages[-1].append(i)
    return [page for page in pages if page]


def _pattern(row: str) -> str:
    return _NUMBER.sub("#", " ".join(row.split()))


def _says_the_same(rows: Sequence[tuple[int, str]]) -> bool:
    """Whether the numbers in these lines, of which the page is known, stay the same or count the pages. A line of few letters
    has to count them: a bracket that closes what a page holds is none of its feet."""
    numbers = [[int(digits[:9]) for digits in _NUMBER.findall(row)] for _, row in rows]
    first, page = numbers[0], rows[0][0]
    steps = [n - page for n, _ in rows]
    same = [all(values[k] == first[k] for values in numbers) for k in range(len(first))]
    counts = [
        all(values[k] == first[k] + step for values, step in zip(numbers, steps, strict=True))
        for k in range(len(first))
    ]
    worded = sum(map(str.isalpha, rows[0][1])) >= _LETTERS
    return all(a or b for a, b in zip(same, counts, strict=True)) and (worded or any(counts))
