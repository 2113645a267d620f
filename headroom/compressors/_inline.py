"""A line of a web page as markdown: links, code, pictures; other tags within the line go.

It reads what `_tags` left in the content of one block, all of it at once. Above stands `_html`, which knows the blocks;
beside it `_boilerplate`, for which the text of links is counted here.
"""

from __future__ import annotations

import re
from html import unescape

from headroom.compressors._boilerplate import Counts
from headroom.compressors._tags import LINKED

LINK, END = "\x02", "\x03"
"""A link in a block's text: `\\x02number\\x03text\\x02\\x03`; the number is its place among the page's links."""

MARKS = re.compile(rf"{LINK}\d*{END}?")
"""What marks links in a text."""

_LINKED = re.compile(LINKED)
_A = re.compile(r"<(/a\s*|a(?=[\s/>])[^<>]*)>?")
_IMAGE = re.compile(r"<img(?=[\s/>])([^<>]*)>?")
_CODE = re.compile(r"</?(?:code|kbd|samp|tt)(?=[\s/>])[^<>]*>?")
_LINKED_RAISED = re.compile(r"(<a\s[^<>]*>\s*)<sup[^<>]*>")
_RAISED = re.compile(r"<sup(?=[\s/>])[^<>]*>?")
_OTHER = re.compile(r"</?(?!/?a[\s/>])[A-Za-z][^<>]*>?")
_ANY = re.compile(r"</?[A-Za-z][^<>]*>?")
_QUOTED = re.compile(r"""=\s*(?:"[^"<>]*>[^"<]*"|'[^'<>]*>[^'<]*')""")
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ALT = re.compile(r"""\salt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_PERMALINK = frozenset(("#", "¶", "§", "", "🔗"))


class Inline:
    """The lines of one page. `links` are the addresses that its texts refer to; `marks` is how many characters of the
    texts since it was last set to 0 are marks of links."""

    def __init__(self, counts: Counts) -> None:
        self.links: list[str] = []
        self.marks = 0
        self._counts = counts
        self._numbers: dict[str, int] = {}
        self._open = ""

    def text(self, raw: str, *, links: bool = True) -> str:
        """The content of one block, white space collapsed."""
        if self._open:
            raw, self._open = self._open + raw, ""
        if "<" in raw:
            raw = self._read(raw, links)
        if "&" in raw:
            raw = _unescaped(raw)
        if "\n" in raw:
            raw = raw.replace("\n", " ")
        if "  " in raw or "\t" in raw or "\r" in raw or not raw.isascii():
            return " ".join(raw.split())
        return raw.strip()

    def code(self, raw: str) -> str:
        """The content of one block of code, white space kept."""
        self._open = ""
        if "<" in raw:
            raw = _even(raw)
            raw = _ANY.sub("", _RAISED.sub("^", raw) if "<sup" in raw else raw)
        return (_unescaped(raw) if "&" in raw else raw).strip("\r\n").rstrip()

    def is_rich(self, raw: str) -> bool:
        """Whether the content is more than words with single spaces."""
        return "<" in raw or "&" in raw or "\n" in raw or "  " in raw or not raw.isascii() or self._open != ""

    def _read(self, raw: str, links: bool) -> str:
        if "<code>" in raw:
            raw = raw.replace("<code>", "`").replace("</code>", "`")
        if "<img" in raw:
            raw = _IMAGE.sub(_alt, _even(raw))
        if "<sup" in raw:
            raw = _LINKED_RAISED.sub(r"\1", raw)
        if "<a" in raw:
            parts = _LINKED.split(raw)
            for n in range(1, len(parts), 3):
                parts[n + 1] = self.link(parts[n], parts[n + 1], marked=links)
                parts[n] = ""
            raw = "".join(parts)
        return self._rest(raw, links) if "<" in raw else raw

    def _rest(self, raw: str, links: bool) -> str:
        """Tags that are spelled, placed or closed in other ways."""
        raw = _plain(raw)
        if "<" not in raw:
            return raw
        parts = _A.split(raw)
        for n in range(1, len(parts), 2):
            tag = parts[n]
            if tag[0] != "/":
                if n == len(parts) - 2 and not parts[n + 1].strip():
                    self._open = f"<{tag}>"  # a link around blocks: the next one has its text
                label, mark, rest = parts[n + 1].partition(LINK)  # it ends where another one begins
                parts[n + 1] = self.link(_href(tag), label, marked=links) + mark + rest
            parts[n] = ""
        return "".join(parts)

    def link(self, href: str, label: str, *, marked: bool = True) -> str:
        """The content of a link, marked where it leads out of the page."""
        if "<code>" in label:
            label = label.replace("<code>", "`").replace("</code>", "`")
        bare = label.strip()
        if "<" in bare:
            bare = _ANY.sub("", bare).strip()
        size = len(bare)
        counts = self._counts
        counts.linked += size
        if "&" in href:
            href = unescape(href)
        href = href.strip()
        if not href or not bare:
            return label
        if href[0] == "#":
            counts.local += size
            return "" if bare in _PERMALINK else label
        if href[0] in "jJ" and href[:11].lower() == "javascript:":
            return label
        if not marked or (bare[0] == "`" and not bare.strip("`")):
            return label
        links = self.links
        number = self._numbers.setdefault(href, len(links))
        if number < len(links):
            counts.again += size
        else:
            links.append(href)
        mark = f"{LINK}{number}{END}"
        self.marks += len(mark) + 2
        return f"{mark}{label}{LINK}{END}"


def _plain(raw: str) -> str:
    """Code and raised text as markdown; of tags, only those of links are left."""
    raw = _even(raw)
    if "<sup" in raw:
        raw = _RAISED.sub("^", raw)
    if "<code" in raw or "<kbd" in raw or "<samp" in raw or "<tt" in raw:
        raw = _CODE.sub("`", raw)
    return _OTHER.sub("", raw)


def _unescaped(raw: str) -> str:
    """With the characters that are meant, the most common of them at once."""
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'")):
        raw = raw.replace(entity, character)
    return unescape(raw) if "&" in raw else raw


def _even(raw: str) -> str:
    """No ">" inside a tag."""
    if raw.count("<") == raw.count(">"):
        return raw
    return _QUOTED.sub(lambda m: m[0].replace(">", "&gt;"), raw)


def _alt(tag: re.Match[str]) -> str:
    m = _ALT.search(tag[1])
    alt = (m[1] or m[2] or "").strip() if m else ""
    return f" ![{alt}] " if alt else ""


def _href(tag: str) -> str:
    """The address in the inside of a tag, "" for none."""
    m = _HREF.search(tag)
    return next((g for g in m.groups() if g), "") if m else ""
