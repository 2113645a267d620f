"""Text in units that are shown whole or not at all: sentences, and lines where lines stand for themselves.

Whether something ends at a place depends on a few characters around it, so two pieces of one text fall into the same
units, but for what their ends cut off. Offsets are characters. Below `overlaps`; knows of no chunks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "\u202f": " "})
"""Kinds of quotes, dashes and blanks that make no difference; one character for one, so that offsets stay as they are."""
_END = re.compile(
    r"""[.!?…。！？؟۔।\n](?:       # one set of signs in front: that is quick to look for
        (?<=[.!?…])(?=\s+["'(\[*_`«]*(?:[A-Z0-9\u00c0-\u00de]|[^\W\d_a-zA-Z]))   # a sentence ends, one begins; a quoted
                                                                             # one within a sentence does not end it
      | (?<=[。！？؟۔।])["')\]»”』」）]*
      | (?<=\n)
    )""",
    re.VERBOSE,
)
_ABBREVIATIONS = frozenset(
    "Dr dr Mr mr Mrs mrs Ms ms Prof prof St st Jr jr Sr sr Vs vs Cf cf No no Nos nos Fig fig Figs figs Eq eq Eqs eqs Vol vol p pp"
    " ed ca al approx e.g i.e etc Inc Ltd Co Corp Gen Col Lt Sgt Rev Gov Sen Rep".split()
)
_SENTENCE = re.compile(r"""[.!?…。！？؟۔।]["')\]*_`»”』」）]*\Z""")
_CLOSERS = 8
_HEADING = re.compile(r"[^\s\-+|}\])`][^\n]{0,120}\Z|.*:\Z", re.DOTALL)
_BLANK = re.compile(r"[ \t\r]*\n[ \t\r]*\n")
_NEXT_LINE = re.compile(r"[^\S\n]*(?:\n|\Z|[^\w\"'(\s])")
"""A blank line, or a line that begins like an item, a row of a table, a rule, a comment."""
_RECORD = re.compile(r"\[?\d+[-:/.]\d|[^\s,;|]+[,;|\t]\S|[\w.\"'-]+\s*[:=](?!:)")
"""A line that looks like a row, a log line or a setting."""


def units(text: str) -> Iterator[tuple[int, int]]:
    """The units, in order; they cover all but white space."""
    at = 0
    for m in _END.finditer(text):
        end = m.end()
        if text[end - 1] == "\n":
            if not _line_ends(text, end - 1):
                continue
        elif text[end - 1] == "." and _abbreviates(text, end - 1):
            continue
        piece = text[at:end].lstrip()
        if piece:
            yield end - len(piece), end - len(piece) + len(piece.rstrip())
            at = end
    piece = text[at:].lstrip()
    if piece:
        yield len(text) - len(piece), len(text) - len(piece) + len(piece.rstrip())


def _abbreviates(text: str, at: int) -> bool:
    """Whether the full stop at `at` stands behind an abbreviation, an initial, or the number of an item."""
    before = text[max(0, at - 8) : at]
    if before[-1:].isspace():
        return False
    word = before.split()[-1] if before else ""
    if word.isdigit():
        line = text.rfind("\n", 0, at) + 1
        return len(word) <= 3 and text[line:at].strip() == word
    word = word.lstrip("(['\"")
    return word in _ABBREVIATIONS or (word[-1:].isupper() and (len(word) == 1 or not word[-2].isalnum()))


def _line_ends(text: str, at: int) -> bool:
    """Whether the line end at `at` ends a unit: what a line of running text says goes on in the next one."""
    if _NEXT_LINE.match(text, at + 1):
        return True
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not (before.isalnum() or before in ("_", ",", "-", '"', "'", "")):
        return not after.islower()
    start = text.rfind("\n", 0, at) + 1
    if text.startswith("#", start):  # a heading
        return True
    return _RECORD.match(text, start, at) is not None and _RECORD.match(text, at + 1) is not None


def parted(text: str, start: int, end: int) -> bool:
    """Whether what follows a unit is another matter: it ends a sentence or a paragraph, and is no heading."""
    if _SENTENCE.search(text, max(start, end - _CLOSERS), end):
        return True
    if _BLANK.match(text, end) is None:
        return False
    at_line_start = start == 0 or text[start - 1] == "\n"
    return not (at_line_start and _HEADING.match(text, start, end))
