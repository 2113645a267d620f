"""What a query asks of source code: the functions that it names, the lines that it is about.

A name that is quoted or spelled like an identifier counts wherever it stands; a plain word counts as the name of a
function, and several of them together tell which function a sentence describes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from headroom.relevance import matching_lines, terms

__all__ = ["Asked", "asked"]

_QUOTED = re.compile(r"`([^`\n]{1,120})`")
_WORD = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|#|->)[A-Za-z_$][\w$]*)*(?=(\()?)")
_IDENTIFIER = re.compile(r"\w*[a-z0-9][A-Z]\w*|\w+_\w+|_\w+|[A-Za-z]+\d\w*|\w+(?:::|\.|#|->)\w+")
_FILE = re.compile(r"[\w.-]*\.[a-z]{1,4}\Z")
_FEW = 6
"""A name on so many lines tells which functions are meant; on more it is everywhere."""
_BEST = 2
_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class Asked:
    """`names` are identifiers, `words` plain words in lower case. `telling` are lines (0-based, ascending) that hold a
    rare identifier, `pins` all lines that must be shown; `about` maps a pinned line to the words on it."""

    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    telling: Sequence[int] = ()
    pins: Sequence[int] = ()
    about: Sequence[frozenset[str]] = ()

    def names_it(self, name: str) -> bool:
        """Whether the query names a function of this name."""
        return bool(name) and (name in self.names or name.lower() in self.words)

    def tells(self, first: int, end: int) -> bool:
        """Whether a telling line lies between `first` and `end`, exclusive."""
        at = bisect_left(self.telling, first)
        return at < len(self.telling) and self.telling[at] < end

    def weight(self, first: int, end: int) -> int:
        """How many different words of the query stand on pinned lines between `first` and `end`, exclusive."""
        a, b = bisect_left(self.pins, first), bisect_left(self.pins, end)
        return len(frozenset().union(*self.about[a:b])) if b > a else 0


def asked(text: str, query: str | None, lines: Sequence[str], starts: Sequence[int]) -> Asked:
    """Read a query with regard to one text and its lines, which begin at the offsets `starts`."""
    if not query:
        return Asked()
    query = query[-_CHARS:]
    words = terms(query)
    names = _names(query)
    pins = matching_lines(text, query, starts=starts)
    lows = [lines[i][:1_000].lower() for i in pins]
    about = [frozenset(word for word in words[:64] if word in low) for low in lows]
    known = {name.lower() for name in names}
    hidden = [name for name in known.difference(words) if len(name) > 3]
    telling: set[int] = (
        set(matching_lines(text, " ".join(sorted(hidden)), limit=_FEW, starts=starts)) if hidden else set()
    )
    for name in known.intersection(words):
        held = [i for i, said in zip(pins, about, strict=True) if name in said]
        if len(name) > 3 and len(held) <= _FEW:
            telling.update(held)
    plain = frozenset(word for word in words if len(word) > 2)
    return Asked(names, plain, sorted(telling), pins, about)


def _names(query: str) -> frozenset[str]:
    """Identifiers in a query: what is quoted, called, or spelled with underscores, capitals inside or qualifiers."""
    found: set[str] = set()
    for m in _QUOTED.finditer(query):
        found.update(_last(word[0]) for word in _WORD.finditer(m[1]) if not _FILE.match(m[1]))
    for m in _WORD.finditer(query):
        if (m[1] or _IDENTIFIER.fullmatch(m[0])) and not _FILE.match(m[0]):
            found.add(_last(m[0]))
    return frozenset(found)


def _last(name: str) -> str:
    """`Client.send` -> `send`."""
    return re.split(r"\.|::|#|->", name)[-1]
