"""What of a web page is not its content: navigation, footers, tables of contents, menus.

A part is judged once its end was seen, by its tag, by its name, and by how much of its text is links; so a part that is
never closed stays. Nothing here reads HTML: `_html` reports what it meets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES = re.compile(r"""\s(?:class|id|role)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SURE_NAMES = re.compile(
    r"(?:\A|[\s_-])(?:nav|navbar|navigation|bread-?crumbs?|footer|cookie(?:s|-banner|-consent)?|toc|table-of-contents"
    r"|contentinfo|skip-?link|pagination|search-?(?:box|form)|advert(?:isement)?s?)(?:\Z|[\s_])",
    re.IGNORECASE,
)
_LIKELY_NAMES = re.compile(
    r"(?:\A|[\s_-])(?:menu|menubar|(?:main|side|sub|nav|top|search|mobile)-?_?menu|side-?bar|social|share|header|related)"
    r"(?:\Z|[\s_])",
    re.IGNORECASE,
)
_HINTS = re.compile(
    r"nav|crumb|foot|cookie|toc|contents|contentinfo|skip|pagination|search|adv|menu|bar|social|share|header|related"
)
"""What all of these names have in them: most tags have none of it."""
_SURE_TAGS, _LIKELY_TAGS = frozenset(("nav", "footer")), frozenset(("header", "aside"))
_LIKELY, _SURE = 1, 2
_MIN_ALIVE = 0.25
DEEPEST = 64
"""Parts that are nested deeper are not looked at one by one."""


@dataclass(slots=True)
class Block:
    """One or more lines of markdown, made of the characters `start` to `end` of the page. `tight` blocks follow the one
    before without a blank line. `dead` says that it is boilerplate."""

    text: str
    start: int
    end: int
    tight: bool = False
    heading: bool = False
    dead: bool = False


@dataclass(slots=True)
class Counts:
    """Characters of text so far: in blocks, in links, in links into the page itself, in links that were met before."""

    chars: int = 0
    linked: int = 0
    local: int = 0
    again: int = 0

    def copy(self) -> Counts:
        return Counts(self.chars, self.linked, self.local, self.again)


@dataclass(slots=True)
class _Part:
    """A part that is being read: its tag, how deep that is nested, its first block, and what was counted before it."""

    tag: str
    depth: int
    first: int
    sure: bool
    before: Counts


class Boilerplate:
    """Judges the parts of one page. `blocks` is the list that the reader adds to; `parts` are those that are open."""

    def __init__(self, blocks: list[Block]) -> None:
        self.counts = Counts()
        self._blocks = blocks
        self._depth: dict[str, int] = {}
        self._judged: dict[str, int] = {}
        self.parts: list[_Part] = []
        self._lists: list[tuple[int, Counts]] = []
        self._unplaced: list[tuple[int, int]] = []
        self._titled = False

    def begin(self, tag: str, head: str) -> bool:
        """A part opens, of which `head` is the inside of the tag. Says whether it will be judged."""
        judged = self._judged.get(head)
        if judged is None:
            judged = self._judged[head] = _judge(tag, head)
        if not judged and not self.parts:
            return False
        depth = self._depth[tag] = self._depth.get(tag, 0) + 1
        if not judged or len(self.parts) >= DEEPEST:
            return False
        self.parts.append(_Part(tag, depth, len(self._blocks), judged == _SURE, self.counts.copy()))
        return True

    def end(self, tag: str) -> bool:
        """A part closes: if it is boilerplate, its blocks are, but for the page's title, and headings in a header. Says
        whether it was judged."""
        if not self.parts:
            return False
        depth = self._depth.get(tag, 0)
        self._depth[tag] = max(0, depth - 1)
        for n in range(len(self.parts) - 1, max(-1, len(self.parts) - 9), -1):
            part = self.parts[n]
            if part.tag == tag and part.depth >= depth:
                del self.parts[n:]
                linked = self.counts.linked - part.before.linked
                if part.sure or 2 * linked > self.counts.chars - part.before.chars:
                    self._kill(part.first, len(self._blocks), headings="#" if tag == "header" else "# ")
                if not self.parts:
                    self._depth.clear()
                return True
        return False

    def begin_list(self) -> None:
        """A list opens; the reader calls this for as many lists as it ends."""
        self._lists.append((len(self._blocks), self.counts.copy()))

    def end_list(self, items: int) -> None:
        """A list closes. One of links into the page, or of links that were met before, is a table of contents; one of
        links before the first heading is navigation."""
        first, before = self._lists.pop()
        most = 0.9 * (self.counts.chars - before.chars)
        if items >= 3 and max(self.counts.local - before.local, self.counts.again - before.again) >= most:
            self._kill(first, len(self._blocks))
        elif not self._titled and items >= 2 and self.counts.linked - before.linked >= most:
            self._unplaced.append((first, len(self._blocks)))

    def title(self) -> None:
        """The page's first heading: lists of links before it are navigation."""
        if not self._titled:
            self._titled = True
            for first, end in self._unplaced:
                self._kill(first, end)

    def finish(self) -> None:
        """Where nearly all would be boilerplate, none is."""
        alive = sum(len(b.text) for b in self._blocks if not b.dead)
        if alive < _MIN_ALIVE * sum(len(b.text) for b in self._blocks):
            for block in self._blocks:
                block.dead = False

    def _kill(self, first: int, end: int, headings: str = "#") -> None:
        """Blocks `first` to `end` are none of the content, but for headings that begin so."""
        for n in range(first, end):
            block = self._blocks[n]
            block.dead = block.dead or not (block.heading and block.text.startswith(headings))


def _judge(tag: str, head: str) -> int:
    """How sure it is, by its tag and its names, that a part is boilerplate."""
    head = head[:400]
    names = [m[1] or m[2] or m[3] or "" for m in _NAMES.finditer(head)] if _HINTS.search(head.lower()) else []
    if tag in _SURE_TAGS or any(map(_SURE_NAMES.search, names)):
        return _SURE
    return _LIKELY if tag in _LIKELY_TAGS or any(map(_LIKELY_NAMES.search, names)) else 0
