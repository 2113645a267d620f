"""XML that a command prints or a service answers: records, reports, settings. The values of JSON, spelled as JSON is.

Elements that repeat become grids, the rest an outline (`_respelled`). White space between elements is left out, and from
MEDIUM on rows of a long list, told by their lines; prose with markup and what else `_xml` does not know keep a text as it is. Files under edit never come
here, and web pages have a compressor of their own.
"""

from __future__ import annotations

import re

from headroom.compressors._api import Limits, Rendition
from headroom.compressors._places import Places
from headroom.compressors._respelled import respelled
from headroom.compressors._xml import parse
from headroom.messages import Hint

_HEAD = re.compile(r"\ufeff?\s*(?:<\?xml\s|<!--|<!DOCTYPE\s+(?!html)|<([A-Za-z_][\w:.-]*)[\s/>])", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|body|head|div|table|p|span|svg)\b", re.IGNORECASE)
_QUOTED = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
"""Texts in which tags are no elements."""
_TAG = re.compile(r"</?[A-Za-z_][\w:.-]*(?:\s|/?>)")
_FEWEST = 8
_SPARSE = 5
"""Where tags are less than one character in so many, it is texts that they hold."""


class XmlCompressor:
    """Re-encodes XML so that tags, constants and repetitions stand once."""

    name = "XmlCompressor"
    kind = "xml"

    def score(self, text: str, hint: Hint) -> float:
        """0.9 for a document of tags from its first character to its last, unless it is a page; 0.6 where the tags hold texts
        of some length, which are prose where its compressor says so."""
        if "<" not in text[:200] or not _HEAD.match(text[:400]):
            return 0.0
        head = _QUOTED.sub("", text[:4000])
        if _HTML.search(head[:1000]):
            return 0.0
        tags = [m.end() - m.start() for m in _TAG.finditer(head)]
        if len(tags) < _FEWEST or text.rstrip()[-1:] != ">":
            return 0.0
        return 0.9 if _SPARSE * sum(tags) > len(head) else 0.6

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The values of `text`, shorter; `text` itself where it is more than data or nothing is gained."""
        places: Places = {}
        name = "XML, all values are texts, @a: attribute"
        return respelled(text, name, lambda whole: [parse(whole, places)], hint, limits, places=places)
