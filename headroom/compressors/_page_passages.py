"""The passages of a web page: its blocks, which `_html` has told apart already.

A heading, a fence or a table is one passage; so are lines that follow each other closely, as long as they are few. Only
a long paragraph is cut at sentence ends. Above stands `web_page`, below `_passages`, which does the same for plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from headroom.compressors._boilerplate import Block
from headroom.compressors._passages import Passage, Role, density, pieces, relate, take_apart

_TOGETHER = 500
"""Lines without a blank line between them are one passage up to so many characters."""
_LONG = 400
"""A longer paragraph is cut."""
_DEFINED = 3
"""What a term means is cut where it is so many times as long."""


def page_passages(text: str, blocks: Iterable[Block], starts: Iterable[int]) -> Sequence[Passage]:
    """The passages of `text`, which is made of the blocks; they begin at `starts`."""
    dense = density(text)
    together, long = int(_TOGETHER / dense), int(_LONG / dense)
    out: list[Passage] = []
    last = Passage(0, 0, Role.HEADING)
    for block, start in zip(blocks, starts, strict=True):
        end = start + len(block.text)
        if block.heading:
            last = Passage(start, end, Role.HEADING, level=_level(block.text))
        elif block.tight and last.role in (Role.TEXT, Role.ITEM) and end - last.start <= together:
            last.end = end
            continue
        else:
            role, indent = _role(block.text)
            if end - start > (_DEFINED * long if indent else long) and role in (Role.TEXT, Role.ITEM):
                out += _pieces(block.text, start)
                last = out[-1]
                continue
            if role in (Role.CODE, Role.TABLE):
                out += pieces(text, start, end, role)
                last = out[-1]
                continue
            last = Passage(start, end, role, indent=indent)
        out.append(last)
    relate(out, dense)
    return out


def _level(heading: str) -> int:
    return len(heading) - len(heading.lstrip("#")) or 1


def _role(text: str) -> tuple[Role, int]:
    """What a block is, and how far it is indented."""
    first = text[0]
    if first == "`" and text.startswith("```"):
        return Role.CODE, 0
    if first == "|" and text.startswith("| "):
        return Role.TABLE, 0
    indent = len(text) - len(text.lstrip(" ")) if first == " " else 0
    begins = text[indent : indent + 6]
    is_item = begins.startswith("- ") or (begins[:1].isdecimal() and ". " in begins)
    return (Role.ITEM if is_item else Role.TEXT), indent


def _pieces(text: str, start: int) -> list[Passage]:
    """A long paragraph, sentence by sentence."""
    pieces = take_apart(text, sentences=True)
    for piece in pieces:
        piece.start += start
        piece.end += start
    return pieces
