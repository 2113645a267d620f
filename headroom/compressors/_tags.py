"""HTML cut at the tags that structure it: what each of them is, and the content that follows it.

Tags that stand within a line of text (links, code, emphasis) are left in the content, for `_inline` to read. A closing
tag that tells no more than the tag behind it is passed over. Scripts, styles, comments and the like are skipped with
what they hold. Pages are often malformed: a part that is never closed is not skipped, a "<" that begins no tag is text.
Linear in the page, with as few steps per tag as can be. Above stands `_html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import TypeAlias

ITEM = "li>a"
"""The name of a list item that is nothing but a link; its inside is the address, its content the link's text."""
Token: TypeAlias = tuple[str, str, str, int, int, int]
"""A tag's name ("p", "/p", "" for one that means nothing here), its inside ('p class="x"'), the content that follows,
where in the page what stands before the tag ends, where the tag begins, and where the content ends."""

INLINE = "[abiqsu]|code|em|s(?:pan|trong|mall|u[bp]|amp)|i(?:mg|ns)|kbd|t(?:t|ime)|var|cite|dfn|font|label|a(?:bbr|cronym)|wbr|mark|del"
"""Names of tags within a line, as a pattern. In the content they are spelled in lower case."""
LINKED = (
    r"""<a(?:\s(?!href=)[\w:-]+="[^"<>]*")*\shref="([^"<>]*)"(?:\s[\w:-]+="[^"<>]*")*>"""
    r"""([^<]*(?:<(?!/?(?:a|li)[\s>])[^<]*)*)</a>"""
)
"""A link as most pages spell it, as a pattern: its address, its text."""
_NEXT = r"(?=/?(?:p|li|[uo]l|div|h[1-6]|t[dhr]|table|d[dlt]|section)[\s>])"
_CLOSING = (
    rf"/p>\s*<{_NEXT}|/li>\s*<(?=li[\s>]|/[uo]l>)|/t[dh]>\s*<(?=t[dhr][\s>]|/tr>)|/tr>\s*<(?=tr[\s>]|/t)"
    r"|/dt>\s*<(?=dd[\s>])|/dd>\s*<(?=dt[\s>]|/dl>)"
)
_CUT = re.compile(
    rf"(<(?:(?:{_CLOSING})(?:{_CLOSING}|)|))"
    rf"(?:(li(?:\s[^<>]*|)>\s*{LINKED}(?=\s*</?(?:li|[uo]l)[\s>]))|(?!/?(?:{INLINE})[\s/>]))"
)
"""Where a page is cut: closing tags that are passed over with the "<" of the next one; and the rest of a list item that
is nothing but a link, its address, its text."""
_TAG = re.compile(r"/?[A-Za-z][\w:-]*")
_WITHIN = re.compile(rf"/?(?:{INLINE})\Z")
_COMMENT, _NO_TAG, _INNER = "!--", "<", "<>"
_SKIPPED = frozenset(
    "script style svg noscript template iframe object select textarea button canvas video audio map".split()
)
_CACHED, _MOST_CACHED = 60, 4_000
_LONGEST_TAG = 4_000
_PIECE = 1 << 15
"""About so many characters are cut at a time, so that memory stays bounded."""


def tokens(text: str, known: AbstractSet[str]) -> Iterator[Token]:
    """The tags of a page, in order, each with the content behind it. Names that are not `known` are given as ""."""
    at, skipping, opened = 0, "", 0
    never: frozenset[str] = frozenset()
    cache: dict[str, str] = {}
    while at < len(text):
        stop = text.find("<", at + _PIECE)
        pieces = iter(_CUT.split(text[at : stop if stop >= 0 else len(text)]))
        first = next(pieces)
        if first:
            rest = _after(first, skipping) if skipping else first
            skipping = skipping if rest is None else ""
            at += len(first)
            yield "", "", rest or "", at - len(first), at - len(first), at
        for cut, item, href, label, piece in zip(pieces, pieces, pieces, pieces, pieces, strict=True):
            end = at
            at += len(cut)
            here = at - 1
            at += len(piece)
            if item:
                at += len(item)
                if not skipping:
                    yield ITEM, href, label, end, here, at - len(piece)
                    continue
            if skipping:
                rest = _after((item or "") + piece, skipping)
                if rest is not None:
                    skipping = ""
                    yield "", "", rest, end, here, at
                continue
            head, _, data = piece.partition(">")
            name = cache.get(head)
            if name is None:
                name = head.partition(" ")[0]
                if name in known and head[-1] == '"' and head[-2] != "=":
                    yield name, head, data, end, here, at
                    continue
                name, head, rest = _read(piece, known, never)
                if rest is None:
                    skipping, opened = name, here
                    continue
                data = rest
                if name and len(head) < _CACHED and len(cache) < _MOST_CACHED:
                    cache[head] = name
            yield name, head, data, end, here, at
        if skipping and at >= len(text):  # what is never closed is not skipped: read on behind its beginning
            at, never, skipping = opened, never | {skipping}, ""


def _read(piece: str, known: AbstractSet[str], never: AbstractSet[str]) -> tuple[str, str, str | None]:
    """The name and the inside of a tag, and the content behind it; None for a part to skip whose end is not there."""
    head, closed, data = piece.partition(">")
    name = _name(head, known)
    if name in never:
        return "", head, data
    if name == _NO_TAG:
        return "", "", "<" + piece
    if name == _COMMENT:
        rest = _after(piece[3:], name)
        return name if rest is None else "", head, rest
    if closed and (head[-1:] != '"' or head[-2:] == '="'):
        head, data = _whole(head, data)
    if name == _INNER:
        m = _TAG.match(head)
        spelled = m[0].lower() + head[m.end() :] if m else head
        return "", head, f"<{spelled}>{data}"
    if name in _SKIPPED:
        return ("", head, data) if head.endswith("/") else (name, head, None)
    return name, head, data


def _name(head: str, known: AbstractSet[str]) -> str:
    if head.startswith("!--"):
        return _COMMENT
    m = _TAG.match(head)
    if m is None:
        return "" if head[:1] in ("!", "?", "/") and head[1:] else _NO_TAG
    name = m[0].lower()
    if name.lstrip("/") in known or name in _SKIPPED:
        return name
    return _INNER if _WITHIN.match(name) else ""


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
