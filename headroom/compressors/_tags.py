"""HTML cut at its tags: what each tag is, and the text that follows it.

Scripts, styles, comments and the like are skipped with what they hold. Pages are often malformed: a part that is never
closed is not skipped, a "<" that begins no tag is text. Linear in the page. Above stands `_html`.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from collections.abc import Set as AbstractSet
from typing import TypeAlias

Token: TypeAlias = tuple[str, str, str, int]
"""A tag's name ("p", "/p", "" for one that means nothing here), its inside ('p class="x"'), the text that follows, and
where in the page the tag begins."""

_TAG = re.compile(r"/?[A-Za-z][\w:-]*")
_COMMENT, _NO_TAG = "!--", "<"
_SKIPPED = frozenset(
    "script style svg noscript template iframe object select textarea button canvas video audio map".split()
)
_SPECIAL = _SKIPPED | {_COMMENT, _NO_TAG}
_CACHED, _MOST_CACHED = 60, 4_000
_LONGEST_TAG = 4_000
_PIECE = 1 << 18
"""About so many characters are cut at a time, so that memory stays bounded."""


def tokens(text: str, known: AbstractSet[str]) -> Iterator[Token]:
    """The tags of a page, in order, each with the text behind it. Names that are not `known` are given as ""."""
    at = text.find("<")
    at = len(text) if at < 0 else at
    yield "", "", text[:at], 0
    never: frozenset[str] = frozenset()
    while at < len(text):
        at, unclosed = yield from _from(text, at, known, never)
        never |= {unclosed}  # what is never closed is not skipped: read on behind its beginning


def _from(
    text: str, at: int, known: AbstractSet[str], never: AbstractSet[str]
) -> Generator[Token, None, tuple[int, str]]:
    """Tokens from the "<" at `at` on. Returns where to go on, and what is not to be skipped then."""
    skipping, opened = "", 0
    cache: dict[str, str] = {}
    while at < len(text):
        stop = text.find("<", at + _PIECE)
        for piece in text[at + 1 : stop if stop >= 0 else len(text)].split("<"):
            here, at = at, at + len(piece) + 1
            if skipping:
                rest = _after(piece, skipping)
                if rest is not None:
                    skipping = ""
                    yield "", "", rest, here
                continue
            head, closed, data = piece.partition(">")
            name = cache.get(head)
            if name is not None:
                yield name, head, data, here
                continue
            name = _name(head, known)
            if name == _COMMENT or name in never:
                name = name if name not in never else ""
            elif closed:
                head, data = _whole(head, data)
            if name not in _SPECIAL and len(head) < _CACHED and len(cache) < _MOST_CACHED:
                cache[head] = name
            if name == _NO_TAG:
                name, data = "", "<" + piece
            elif name == _COMMENT or name in _SKIPPED:
                rest = _after(piece[3:], name) if name == _COMMENT else data if head.endswith("/") else None
                if rest is None:
                    skipping, opened = name, here
                    continue
                name, data = "", rest
            yield name, head, data, here
    return (opened, skipping) if skipping else (len(text), "")


def _name(head: str, known: AbstractSet[str]) -> str:
    if head.startswith("!--"):
        return _COMMENT
    m = _TAG.match(head)
    if m is None:
        return "" if head[:1] in ("!", "?", "/") and head[1:] else _NO_TAG
    name = m[0].lower()
    return name if name.lstrip("/") in known or name in _SKIPPED else ""


def _after(piece: str, skipping: str) -> str | None:
    """What follows the end of a skipped part, if `piece` holds that end."""
    if skipping == _COMMENT:
        at = piece.find("-->")
        return piece[at + 3 :] if at >= 0 else None
    if piece[:1] == "/" and piece[1 : 1 + len(skipping)].lower() == skipping:
        return piece.partition(">")[2]
    return None


def _whole(head: str, data: str) -> tuple[str, str]:
    """A tag ends at the first ">" that is not in quotes."""
    for quote in ('"', "'"):
        for _ in range(4):
            if head.count(quote) % 2 == 0:
                break
            at = data.find(quote)
            end = data.find(">", at + 1) if at >= 0 else -1
            if end < 0 or end > _LONGEST_TAG:
                return head, data
            head, data = f"{head}>{data[:end]}", data[end + 1 :]
    return head, data
