"""Web pages: the content as markdown, and of a long page what the query asks for.

`WebPageCompressor` is for HTML that was fetched to be read. Tags, scripts, styles and navigation go; titles, headings,
paragraphs, lists, tables, code and links stay (`_html`). With a query, parts of a long page are left out (`_extract`),
with the lines of the source that they stand on. It is not for HTML that an agent edits: `policy` never asks it for such.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._asked_section import asked_sections, section_end
from headroom.compressors._boilerplate import Block
from headroom.compressors._extract import extract
from headroom.compressors._html import Page, Reader
from headroom.compressors._inline import END, LINK, MARKS
from headroom.compressors._page_passages import page_passages
from headroom.compressors._passages import Passage
from headroom.lines import FOLD, named, sample
from headroom.messages import Hint

_DOCUMENT = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE | re.DOTALL
)
_MARKUP = re.compile(
    r"</?(?:p|div|span|a|li|ul|td|tr|table|h[1-6]|br|img|script|section|body|head|meta|strong|em)\b[^<>]{0,400}>",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|~~~|\|.*\|[ \t]*$)", re.MULTILINE)
"""Markdown may begin with tags; read as HTML it would lose its lines."""
_LINKED = re.compile(rf"{LINK}(\d+){END}([^{LINK}]*){LINK}{END}")
_BLOCK = re.compile(r"\s*<(?:ol|ul|dl|div|p|section|article|main|table|h[1-6])\b", re.IGNORECASE)
_FEWEST = 8
_NOTE = "HTML as markdown, tags, scripts and navigation left out"
_PIECE = 1 << 16
_LONG_LINES = 400
"""Source lines that are longer on average are no use as coordinates."""


class WebPageCompressor:
    """HTML pages, read for their content."""

    name = "WebPageCompressor"
    kind = "web"

    def score(self, text: str, hint: Hint) -> float:
        """0.95 for what begins as an HTML document, 0.8 for text that is mostly tags."""
        head = text[:1_000]
        if "<" not in head and "<" not in text[len(text) // 2 :][:2_000]:
            return 0.0
        if _DOCUMENT.match(head):
            return 0.95
        part = sample(text, 4_000)
        if part.lstrip()[:1] != "<" or _MARKDOWN.search(part):
            return 0.0
        marked = [m.end() - m.start() for m in _MARKUP.finditer(part)]
        fragment = len(marked) >= _FEWEST and _BLOCK.match(head) is not None and text[-50:].rstrip()[-1:] == ">"
        return 0.8 if fragment or 5 * sum(marked) > len(part) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The page as markdown from MEDIUM on; below that nothing changes."""
        if limits.effort < Effort.MEDIUM:
            return Rendition(text=text)
        content, links = _read(text, hint.query, limits)
        if not content.text:
            return Rendition(text=text)
        kept = [(0, len(content.text))]
        if hint.query:
            size = len(content.text) * len(text) // content.until
            found = extract(
                content.text,
                hint.query,
                limits.effort,
                sentences=True,
                keep=limits.keep,
                cut=content.passages,
                size=size,
            )
            kept = found.kept if found is not None else kept
        body, gone = _render(text, content, kept, limits.first_line)
        body = _with_links(body, links)
        left_out = sum(b - a for a, b in gone)
        note = f"{_NOTE}, {FOLD} = left out, by lines of the HTML" if gone else _NOTE
        summary = "tags, scripts, styles, navigation" + (", parts that the query does not ask for" if gone else "")
        elision = Elision(ranges=tuple(gone), count=max(left_out, len(text) - len(body)), unit="chars", summary=summary)
        return Rendition(text=body, note=note, elisions=(elision,), lossless=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """A page as one markdown text, the blocks that it was made of, and where in the text each of them begins. It was read
    `until` that character of the source."""

    text: str
    blocks: Sequence[Block]
    starts: Sequence[int]
    until: int

    def passages(self) -> Sequence[Passage]:
        """What is shown or left out as a whole."""
        return page_passages(self.text, self.blocks, self.starts)


def _read(text: str, query: str | None, limits: Limits) -> tuple[_Content, Sequence[str]]:
    """The content of a page, up to the end of the section if the query asks for one and nothing else, and the page's links."""
    until = section_end(text, query) if query and limits.keep is None else len(text)
    if until < len(text):
        content, links = _content(Reader().read(text[:until]), until)
        if query and asked_sections(content.text, content.passages(), query):
            return content, links
    return _content(Reader().read(text), len(text))


def _content(page: Page, until: int) -> tuple[_Content, Sequence[str]]:
    """The live blocks of a page as one text, and the page's links."""
    blocks = [block for block in page.blocks if not block.dead]
    parts = [part for block in blocks for part in ("\n" if block.tight else "\n\n", block.text)][1:]
    starts = array("q", accumulate(map(len, parts), initial=0))[: 2 * len(blocks) : 2]
    return _Content(text="".join(parts), blocks=blocks, starts=starts, until=until), page.links


def _render(
    source: str, content: _Content, kept: Sequence[tuple[int, int]], first_line: int
) -> tuple[str, list[tuple[int, int]]]:
    """The kept spans, with a sign for each gap; and the gaps as ranges of characters of the source, ascending."""
    text = content.text
    if kept == [(0, len(text))] and content.until == len(source):
        return text.strip("\n"), []
    places = _Places(source, first_line)
    out: list[str] = []
    gone: list[tuple[int, int]] = []
    at = 0
    for a, b in [*kept, (len(text), len(text))]:
        unread = a == len(text) and content.until < len(source)
        if not text[at:a].strip() and not unread:
            out.append(text[at:a])
        else:
            gap = _gap(content, at, a, len(source) if unread else -1)
            begin = max(gap.start, gone[-1][1] if gone else 0)
            gone.append((begin, max(begin, gap.end)))
            before = "" if not gap.ahead else FOLD if text[at - 1].isspace() else f" {FOLD}"
            behind = f"{FOLD} " if gap.behind else ""
            if gap.whole:
                out.append(f"{before}\n{FOLD} {places.named(*gone[-1])}\n{behind}")
            elif gap.inner:
                hidden = text[at:a]
                lead = hidden[: len(hidden) - len(hidden.lstrip())]
                trail = " " if gap.behind else hidden[len(hidden.rstrip()) :]
                out.append(f"{before}{trail}" if gap.ahead else f"{lead}{behind}")
            else:
                out.append(f"{before}\n\n{behind}")
        out.append(text[a:b])
        at = b
    return "".join(out).strip("\n"), gone


class _Gap(NamedTuple):
    """What is not shown: `whole` blocks from the character `start` of the source to `end`, and parts of the blocks `ahead` of
    these and `behind`. It is `inner` if all of it lies within one block."""

    start: int
    end: int
    whole: bool
    ahead: bool
    behind: bool
    inner: bool


def _gap(content: _Content, a: int, b: int, unread: int) -> _Gap:
    """The gap from `a` to `b` of the content's text; it goes on to the character `unread` of the source, if that is not -1."""
    text, blocks, starts = content.text, content.blocks, content.starts
    if not text[a:b].strip():
        return _Gap(content.until, unread, True, False, False, False)
    first, last = _blocks_of(text, starts, a, b)
    ahead = text[starts[first] : a].strip() != ""
    behind = text[b : starts[last] + len(blocks[last].text)].strip() != ""
    whole = first + ahead <= last - behind or unread >= 0
    end = unread if unread >= 0 else blocks[last - behind if whole else last].end
    start = blocks[min(first + (ahead and whole), len(blocks) - 1)].start
    return _Gap(start, end, whole, ahead, behind, first == last and not whole)


class _Places:
    """Where in the source something stands: the gaps are asked for from the first to the last, and no line is named twice."""

    def __init__(self, source: str, first_line: int) -> None:
        self._source = source
        self._by_line = len(source) <= _LONG_LINES * (source.count("\n") + 1)
        self._line, self._at = first_line, 0
        self._told = first_line - 1

    def named(self, a: int, b: int) -> str:
        """`lines 3-7`, or how many characters where lines are no use."""
        if not self._by_line:
            return f"{b - a:,} characters of HTML"
        first, last = self._number(a), self._number(max(a, b - 1))
        first = max(first, min(self._told + 1, last))
        self._told = last
        return named([(first, last)])

    def _number(self, at: int) -> int:
        self._line += self._source.count("\n", self._at, at)
        self._at = max(at, self._at)
        return self._line


def _blocks_of(text: str, starts: Sequence[int], a: int, b: int) -> tuple[int, int]:
    """The first and the last block that the characters `a` to `b` of the text hold something of."""
    while a < b and text[a].isspace():
        a += 1
    return bisect_right(starts, a) - 1, bisect_left(starts, b) - 1


def _with_links(body: str, links: Sequence[str]) -> str:
    """Links as `[text](address)`, each address where it is first met."""
    if LINK not in body:
        return body
    seen = bytearray(len(links))

    def spelled(m: re.Match[str]) -> str:
        number, label = int(m[1]), m[2]
        if seen[number]:
            return label
        seen[number] = 1
        href = links[number]
        return f"[{label}]({href})" if label.strip() != href else label

    out: list[str] = []
    at = 0
    while at < len(body):  # no link goes over a line's end; piece by piece, since what `sub` joins takes much memory
        end = body.find("\n", at + _PIECE) + 1 or len(body)
        out.append(MARKS.sub("", _LINKED.sub(spelled, body[at:end])))
        at = end
    return "".join(out)
