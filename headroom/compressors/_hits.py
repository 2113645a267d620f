"""Which search hits matter: definitions of what was searched, what the query is about, distinct texts.

Reads what was searched off the call. Knows nothing of how hits are written or shown; `search` stands above.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_letters, digits

from headroom.messages import Hint
from headroom.relevance import matching_lines, terms

Hit = tuple[int, str, str]
"""Index of the line in the text, path, and `number:text`."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ARGUMENTS = ("pattern", "regex", "query", "search", "search_term", "search_pattern", "searchTerm", "q")
_SEARCHER = re.compile(r"(?:^|[|;&(\s/])(?:rg|[efz]?grep|ag|ack|ugrep)\s")
_SHELL_WORD = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|([^\s'\"]+)")
_TAKES_VALUE = _words(
    "-A -B -C -m -g -t -T -f -j -d --glob --iglob --type --type-not --context --after-context --before-context --max-count"
    " --include --exclude --exclude-dir --color --colors --sort --max-depth --threads --engine"
)
_ESCAPE = re.compile(r"\\[A-Za-z]")
_NAME = re.compile(r"[A-Za-z_][\w$]+")
_TEXT = 240
"""So many characters of a hit are looked at."""
_START = 16
"""Hits that begin with the same so many characters are of one sort; the only one of its sort is rare."""
_SORT = 4
_WORDS = f"{ascii_letters}{digits}_".encode()
"""Hits that begin alike and differ only in such characters are of one sort: calls with other arguments, mostly."""
_LONGER = 4
_ASKED = 16
"""A word of the query that more hits hold than this tells nothing."""
_LONG = 400
"""A longer hit lies in data or in minified code more often than not."""

_KEYWORDS = _words(
    "def class function function* func fun fn interface type struct enum union trait mod module package namespace protocol"
    " extension record object macro macro_rules! define #define const let var val static final typedef sub proc procedure"
    " method table view index trigger message service rpc resource data newtype defn defun defmacro global local property"
    " database schema sequence impl alias param"
)
_MODIFIERS = _words(
    "mut async unsafe inline constexpr abstract rec default unsigned signed int long short char void bool boolean double"
    " float auto string if not exists pub sealed open override suspend"
)
_STATEMENTS = _words(
    "return else new throw raise case await yield if elif while for import assert echo print and or not in is goto del from"
    " with use include delete do typeof lambda export default"
)
_INTRODUCING = _KEYWORDS | _MODIFIERS
_DEFINING = frozenset("(<,:=?")
"""What stands behind a name that is defined, unless a keyword stands in front of it."""
_CALLING = frozenset("=.,[({!|+-/%^~;\"'`")
"""What stands in front of a name that is called, and is not of a type that a function returns."""
_TYPES = re.compile(r"[\w:<>,\[\]*&?@. ]+\Z")
_RECEIVER = re.compile(r"(?:func|fn|def)\s*(?:\([^()]*\)|<[^<>]*>)\s*\Z")
_ASSIGNED = re.compile(
    r"\s*(?:,\s*[\w.]+\s*){0,8}(?::=|=(?![=>])|\??:[^=(){]{1,60}=(?![=>])|\??:\s*(?:async\s*)?(?:function|\())"
)
_TARGETS = re.compile(r"(?:[\w.]+,\s*){1,8}\Z")
"""Other names that are assigned to with one."""
_NAMED = re.compile(r"(?:^|\s)(?:def|class|func|function|fn|interface|type|struct|enum|trait|#define)\s+\w")
_WITHIN = frozenset("([{,!\"'`=+/|$%^~")
"""What stands right before a name only where it is used."""
DEFINED, DECLARED = 10, 4
_BEST = 8
"""From this weight on a hit is a definition of the very name that was searched."""

_MINOR = re.compile(
    r"(?:import|from|use|pub use|using|extern crate)\s|(?:require|require_relative|include|#include|@import)\b"
    r"|pub\(crate\) use\b|export\s+(?:type\s+)?[*{][^;]*\bfrom\b|(?:const|let|var)\s[^=]{1,200}=\s*require\("
    r"|//|#(?!define|\[|include|if|el|end|!)|/?\*|<!--|--|;;|%|\"\"\"|'''|>>>"
)
"""Imports and comments."""
_ASIDE = _words(
    "test tests spec specs testing __tests__ example examples doc docs vendor third node_modules dist build fixture fixtures"
    " mock mocks changelog changes history news readme notes min md rst txt lock map po html svg"
)
"""Parts of a path that say: not the code itself."""
_EDGES = "\\_.-"
"""Besides the slash, what parts the words of a path."""


def searched(hint: Hint) -> tuple[str, ...]:
    """The names in the pattern that was searched for, each once; empty where the call does not tell."""
    pattern = next((v for k in _ARGUMENTS if isinstance(v := hint.arguments.get(k), str)), None)
    if pattern is None and hint.command is not None:
        pattern = _pattern(hint.command)
    return tuple(dict.fromkeys(_NAME.findall(_ESCAPE.sub(" ", pattern[:1000]))))[:8] if pattern else ()


def _pattern(command: str) -> str | None:
    m = _SEARCHER.search(command)
    if m is None:
        return None
    words = ("".join(m.groups("")) for m in _SHELL_WORD.finditer(command, m.end()))
    for word in words:
        if word in ("-e", "--regexp"):
            return next(words, None)
        if not word.startswith("-"):
            return word
        if word in _TAKES_VALUE:
            next(words, None)
    return None


def _definition(text: str, names: Sequence[str]) -> int:
    """How much `text`, in which words stand apart by one blank, looks like a definition of one of `names`: `DEFINED`, `DECLARED`, less for longer names, 0."""
    if not names:
        return DEFINED if _NAMED.search(text) else 0
    for name in names:
        end = 0
        for _ in range(3):
            start = text.find(name, end)
            if start < 0:
                break
            end = start + len(name)
            if text[start - 1 : start] in _WITHIN:
                continue
            while start and (text[start - 1].isalnum() or text[start - 1] == "_"):
                start -= 1
            while end < len(text) and (text[end].isalnum() or text[end] == "_"):
                end += 1
            before, behind = text[:start].rstrip(" *&"), text[end:].lstrip()
            last = before[before.rfind(" ") + 1 :].lower()
            follows = behind[:1]
            if last not in _INTRODUCING and (
                follows not in _DEFINING or (follows in "(<" and before[-1:] in _CALLING)
            ):  # so it is for most
                continue
            weight = _defines(before, behind)
            if weight:
                return weight if end - start == len(name) else weight - 4  # a longer name is another one
    return 0


def _asked_everywhere(hint: Hint, text: str) -> tuple[str, ...]:
    """Names in the query that most lines of the text hold: they must be what was searched for."""
    if not hint.query:
        return ()
    least = text.count("\n") // 2
    return tuple([name for name in _names(hint.query[:2000]) if text.count(name) > least])[:8]


@lru_cache(maxsize=256)
def _names(query: str) -> tuple[str, ...]:
    """All names in a query, each once."""
    return tuple(dict.fromkeys(_NAME.findall(query)))


def defining(lines: Sequence[str], hint: Hint) -> list[int]:
    """Of lines that were found by a name, those that define it; none where no name is on most of them."""
    names = _asked_everywhere(hint, "\n".join(lines))
    return [i for i, line in enumerate(lines) if _definition(" ".join(line.split()), names) >= _BEST] if names else []


def _inflects(word: str, name: str) -> bool:
    """Whether a word says no more than a name: `timeouts` does not, `readtimeout` does."""
    return name in word and len(word) - len(name) < _LONGER


def _is_aside(path: str) -> bool:
    low = path.lower()
    for edge in _EDGES:
        low = low.replace(edge, "/")
    parts = low.split("/")
    return not _ASIDE.isdisjoint(parts) or (len(parts) > 1 and parts[-2].endswith(("test", "tests")))


def _defines(before: str, after: str) -> int:
    """The weight of a name that stands between `before` and `after`, blanks aside."""
    words = before.split()
    while words and words[-1].lower() in _MODIFIERS:
        words.pop()
    if words and words[-1].lower() in _KEYWORDS:
        return DEFINED
    called = after[:1]
    if called in ("(", "<"):
        if before.endswith((")", ">")):
            return DEFINED if _RECEIVER.search(before) or _typed(before, words) else 0
        if _typed(before, words) or (not before and after.rstrip().endswith(("{", "=>"))):
            return DECLARED if after.rstrip().endswith(";") else DEFINED
    if _ASSIGNED.match(after) is None:
        return 0
    bare = not before or before[-1] in ".:" or before.startswith(("export ", "readonly ", "private ", "public "))
    return DECLARED if bare or _TARGETS.match(before) else 0


def _typed(before: str, words: Sequence[str]) -> bool:
    """Whether `before` reads like the return type and modifiers of a function."""
    if not _TYPES.match(before) or (before[-1] in ".,[:" and not before.endswith("::")):
        return False
    return not any(word in _STATEMENTS for word in words[:2])


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was asked for, and how to weigh a hit. `asked` are the lines that the query names."""

    names: tuple[str, ...]
    words: tuple[str, ...]
    asked: set[int]

    @classmethod
    def of(cls, hint: Hint, text: str) -> Ranking:
        """Names from the call; words from the query that are not those names, since every hit holds those."""
        names = searched(hint)
        known = {n.lower() for n in names}
        words = tuple(t for t in terms(hint.query or "") if not any(_inflects(t, n) for n in known))
        if not names:
            names = _asked_everywhere(hint, text)
            known = {n.lower() for n in names}
            words = tuple(w for w in words if w not in known)
        low = text.lower() if words else ""
        words = tuple(w for w in words if w in low)
        asked = set(matching_lines(text, " ".join(words), limit=_ASKED)) if words else set()
        return cls(names=names, words=words, asked=asked)

    def choose(self, hits: Sequence[Hit], budget: int) -> tuple[list[int], int]:
        """The lines of the best hits, best first, as many as `budget` characters hold, and what is left of it.

        Definitions may take twice the budget; imports, comments and repeats come only while half of it is free. A hit that
        is long for its weight leaves its place to the next one.
        """
        weights = self._weigh(hits)
        order = sorted(range(len(hits)), key=weights.__getitem__, reverse=True)  # those of one weight in their order
        chosen: list[int] = []
        used = 0
        files: set[str] = set()
        for k in order:
            line, path, body = hits[k]
            cost = len(body) + 1 + (0 if path in files else len(path) + 1)
            most = 2 * budget if weights[k] >= _BEST else budget if weights[k] > 0 else budget // 2
            if used + cost > most or (weights[k] < 0 and 10 * cost > budget):
                continue
            used += cost
            files.add(path)
            chosen.append(line)
        return chosen, budget - used

    def _weigh(self, hits: Sequence[Hit]) -> list[int]:
        names, words, minor = self.names, self.words, _MINOR.match
        seen: set[tuple[str, bytes]] = set()
        worths: dict[str, int] = {}
        aside: dict[str, int] = {}
        weights: list[int] = []
        texts = [" ".join(body[body.index(":") + 1 : _TEXT].split()) for _, _, body in hits]
        starts = [text[:_START] for text in texts]
        alike = Counter(starts)
        sorts = "\n".join(texts).encode("utf-8", "surrogatepass").translate(None, _WORDS).split(b"\n")
        for (_, path, body), text, start, punctuation in zip(hits, texts, starts, sorts, strict=True):
            weight = 1
            if path in aside:
                weight = aside[path]
            else:
                aside[path] = (-3 if _is_aside(path) else 0) + (3 if words and self._about(path) else 0)
                weight += aside[path]
            if alike[start] == 1:
                weight += 1
            worth = worths.get(text)
            if worth is None:
                worth = worths[text] = -4 if minor(text) else _definition(text, names)
            sort = (text[:_SORT], punctuation)
            weight += worth if worth > 0 or sort not in seen else worth - 2
            seen.add(sort)
            if len(body) > _LONG:
                weight -= 3
            if words and self._about(text):
                weight += 3
            weights.append(weight)
        return weights

    def _about(self, text: str) -> bool:
        low = text.lower()
        return any(w in low for w in self.words)
