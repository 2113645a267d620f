"""What a query asks of source code: the functions that it names, the lines that it is about.

A name that is quoted or spelled like an identifier counts wherever it stands; a plain word counts as the name of a
function, and several of them together tell which function a sentence describes.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice

from headroom.compressors._code_lines import language_of
from headroom.relevance import matching_lines, terms

__all__ = ["Asked", "asked", "between"]

_QUOTED = re.compile(r"`([^`\n]{1,120})`")
_WORD = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|#|->)[A-Za-z_$][\w$]*)*(?=(\()?)")
_IDENTIFIER = re.compile(r"\w*[a-z0-9][A-Z]\w*|\w+_\w+|_\w+|[A-Za-z]+\d\w*|\w+(?:::|\.|#|->)\w+")
_PATH = re.compile(r"[^\s`\"'()]*[/\\][^\s`\"'()]*\.\w{1,8}\b")
_OUTLINE = re.compile(r"\b(?:signatures?|outline|overview|top[- ]level|declarations)\b", re.IGNORECASE)
_TOP_LEVEL = re.compile(r"\btop[- ]level\b", re.IGNORECASE)
_TEXT_FILE = re.compile(r"\.(?:md|rst|txt|json|ya?ml|toml|cfg|ini|lock|html?|css|xml|csv|log|sql)\Z")
_OF_CODE = frozenset(
    "function functions method methods class classes type types define defines defined signature signatures top-level"
    " code source implementation implement implements implemented argument arguments parameter parameters variable"
    " test tests call calls called work works working return returns error bug fix module import line read write"
    " explain understand change update add remove new".split()
)
_ENDING = re.compile(r"(?:ing|ed|es|s)\Z")
_SUBJECT = re.compile(
    r"\b(?:how does|what does|where is|explain|(?:function|method|class|struct|type|table))[ ]([A-Za-z_]\w{3,})\b",
    re.IGNORECASE,
)
"""A plain word where the name of a function stands."""
_WHICH = re.compile(
    r"\b(?:which|what)(?:\s+\w+)?\s+(?:functions?|methods?|class(?:es)?|types?|tables?)\b", re.IGNORECASE
)
"""Who asks so does not know the name."""
_FAULT = re.compile(
    r"\b(?:bugs?|buggy|why|wrong(?:ly)?|mistakes?|faults?|faulty|broken|incorrect(?:ly)?|hangs?|hanging|stuck|never|leaks?|crash(?:es|ed)?"
    r"|fails?|failing|root cause|debug(?:ging)?|instead of|does(?: not|n't) work|misbehav\w+|race condition|deadlocks?)\b",
    re.IGNORECASE,
)
"""Who asks so wants to see what else takes part."""
_MANY = 6
"""A query that holds more names, such as a report of a fault, does not ask about one of them."""
_SENTENCE = re.compile(r"[\"“]([^\"”\n]{16,400})[\"”]")
_PLAIN = re.compile(r"\w+")
_SHORT, _LONG = 4, 16
_FEW = 6
"""A name on so many lines tells which functions are meant; on more it is everywhere."""
_OFTEN, _RARE = 16, 8
"""A name, and a plain word, on more lines than this says nothing about the lines that hold it."""
_COMMON = 24
"""A word on more lines than this describes no function."""
_WORDS = 12
_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class Asked:
    """`names` are identifiers and `words` plain words, both in lower case. `telling` are lines (0-based, ascending) that hold a
    rare identifier, `pins` all lines that must be shown; `about` are the lines of each plain word that is rare here. `outline`
    says that signatures are asked for; `subjects` are the names that the query cannot mean otherwise, and line `stands` (0-based) begins
    with a sentence that it quotes; `top` says that it asks for the top level only,
    `fault` that it looks for what goes wrong."""

    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    telling: Sequence[int] = ()
    pins: Sequence[int] = ()
    about: Sequence[Sequence[int]] = ()
    outline: bool = False
    subjects: frozenset[str] = frozenset()
    stands: int | None = None
    top: bool = False
    fault: bool = False

    def asks_for(self, name: str) -> bool:
        """Whether the query is about a function or a type of this name, and does not only hold the word."""
        low = name.lower().rstrip("?!").lstrip("~")
        return low in self.subjects or (low.startswith("operator") and low.replace(" ", "") in self.subjects)

    def names_it(self, name: str) -> bool:
        """Whether the query names a function of this name."""
        low = name.lower().rstrip("?!")  # which Ruby's names may end in
        return bool(low) and (low in self.names or low in self.words)

    def mentioned(self, line: str) -> bool:
        """Whether a line holds a name that the query gives."""
        low = line[:1_000].lower()
        return any(name in low for name in self.names)

    def telling_of(self, lines: Sequence[str], defined: AbstractSet[str]) -> Sequence[int]:
        """The telling lines that hold more than names of functions which are `defined` in the text: those are shown where they
        stand, and a line that calls one does not tell that its surroundings are meant."""
        others = self.names - defined
        if len(others) == len(self.names):
            return self.telling
        return [i for i in self.telling if any(name in lines[i][:1_000].lower() for name in others)]

    def pinned(self, first: int, end: int) -> bool:
        """Whether a line that must be shown lies between `first` and `end`, exclusive."""
        return between(self.pins, first, end)

    def weight(self, first: int, end: int) -> tuple[int, float]:
        """How many of the query's words stand between `first` and `end`, exclusive, and how rare they are."""
        found = [1 / len(lines) for lines in self.about if between(lines, first, end)]
        return len(found), sum(found)


def asked(text: str, query: str | None, lines: Sequence[str], starts: Sequence[int]) -> Asked:
    """Read a query with regard to one text and its lines, which begin at the offsets `starts`."""
    if not query:
        return Asked()
    query = query[-_CHARS:]
    words = terms(query)
    names = frozenset(name.lower() for name in _names(query))
    known = {name for name in names if len(name) > 3}
    plain = [word for word in words if len(word) > 2 and word not in known]
    pins = sorted(
        {
            *matching_lines(text, " ".join([word for word in words if word in names]), limit=_OFTEN, starts=starts),
            *matching_lines(text, " ".join(_ordinary(words, names)), limit=_RARE, starts=starts),
        }
    )
    hidden = " ".join(sorted(known.difference(words)))
    telling = set(matching_lines(text, hidden, limit=_FEW, starts=starts)) if hidden else set()
    lows = [lines[i][:1_000].lower() for i in pins] if known else []
    for name in known.intersection(words):
        held = [i for i, low in zip(pins, lows, strict=True) if name in low]
        if len(held) <= _FEW:
            telling.update(held)
    about = _lines_about(text, plain, starts) if len(plain) > 1 else ()
    outline = _OUTLINE.search(query) is not None
    top = outline and _TOP_LEVEL.search(query) is not None
    subjects = _subjects(query, names)
    stands = _stands(text, query, starts)
    fault = _FAULT.search(query) is not None
    return Asked(names, frozenset(plain), sorted(telling), pins, about, outline, subjects, stands, top, fault)


def _subjects(query: str, names: AbstractSet[str]) -> frozenset[str]:
    if len(names) > _MANY or _WHICH.search(query):
        return frozenset()
    found = {m[1].lower() for m in _SUBJECT.finditer(query)}
    operators = {m[1].replace(" ", "").lower() for m in _QUOTED.finditer(query) if m[1].startswith("operator")}
    return frozenset({*names, *found, *operators})


def _stands(text: str, query: str, starts: Sequence[int]) -> int | None:
    """The line on which a sentence begins that the query quotes and the text holds once, however it is broken into lines."""
    for m in _SENTENCE.finditer(query):
        words = _PLAIN.findall(m[1])[:_LONG]
        if len(words) < _SHORT:
            continue
        found = list(islice(re.finditer(r"\W{1,40}".join(words), text), 2))
        if len(found) == 1:
            return bisect_right(starts, found[0].start()) - 1
    return None


def _ordinary(words: Sequence[str], names: AbstractSet[str]) -> Sequence[str]:
    """The words of a query that are no names, without those that any question about code has."""
    return [word for word in words if word not in names and word not in _OF_CODE]


def _lines_about(text: str, words: Sequence[str], starts: Sequence[int]) -> Sequence[Sequence[int]]:
    """For each word that is rare here the lines that hold it, also as a part of a longer name: `boats` in `isBoat`."""
    low = text.lower()
    if len(low) != len(text):  # a few code points change length in lower case, offsets would be wrong
        return ()
    found: list[Sequence[int]] = []
    for word in [word for word in _ordinary(words, frozenset()) if "/" not in word][:_WORDS]:
        stem = _ENDING.sub("", word) if len(word) > 4 else word
        lines: list[int] = []
        at = low.find(stem) if len(stem) > 3 else -1
        while at >= 0 and len(lines) <= _COMMON:
            line = bisect_right(starts, at)
            lines.append(line - 1)
            at = low.find(stem, starts[line])
        if 0 < len(lines) <= _COMMON:
            found.append(lines)
    return found


def between(lines: Sequence[int], first: int, end: int) -> bool:
    """Whether one of the ascending `lines` lies between `first` and `end`, exclusive."""
    at = bisect_left(lines, first)
    return at < len(lines) and lines[at] < end


def _names(query: str) -> frozenset[str]:
    """Identifiers in a query: what is quoted, called, or spelled with underscores, capitals inside or qualifiers."""
    found: set[str] = set()
    for m in _QUOTED.finditer(query):
        found.update(_last(word[0]) for word in _WORD.finditer(m[1]) if not _is_file(m[1]))
    for m in _WORD.finditer(_PATH.sub(" ", query)):
        if (m[1] or _IDENTIFIER.fullmatch(m[0])) and not _is_file(m[0]):
            found.add(_last(m[0]))
    return frozenset(found)


def _last(name: str) -> str:
    """`Client.send` -> `send`."""
    return re.split(r"\.|::|#|->", name)[-1]


def _is_file(name: str) -> bool:
    return language_of(name) is not None or _TEXT_FILE.search(name) is not None
