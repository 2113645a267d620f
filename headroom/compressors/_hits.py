"""Which search hits matter: definitions of what was searched, what the query is about, distinct texts.

Reads what was searched off the call. Knows nothing of how hits are written or shown; `search` stands above.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from headroom.messages import Hint
from headroom.relevance import matching_lines, terms

Hit = tuple[int, str, str]
"""Index of the line in the text, path, and `number:text`."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ARGUMENTS = ("pattern", "regex", "query", "search", "search_term", "search_pattern", "searchTerm", "q")
_SEARCHER = re.compile(r"(?:^|[|;&(\s/])(?:rg|[efz]?grep|ag|ack|ugrep)\s+([^|;&\n]*(?:\"[^\"]*\"|'[^']*')?[^|;\n]*)")
_TAKES_VALUE = _words(
    "-A -B -C -m -g -t -T -f -j -d --glob --iglob --type --type-not --context --after-context --before-context --max-count"
    " --include --exclude --exclude-dir --color --colors --sort --max-depth --threads --engine"
)
_ESCAPE = re.compile(r"\\[A-Za-z]")
_NAME = re.compile(r"[A-Za-z_][\w$]+")
_TEXT = 240
"""So many characters of a hit are looked at."""
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
_TYPES = re.compile(r"[\w:<>,\[\]*&?@. ]+\Z")
_RECEIVER = re.compile(r"(?:func|fn|def)\s*(?:\([^()]*\)|<[^<>]*>)\s*\Z")
_ASSIGNED = re.compile(r"\s*(?::=|=(?![=>])|\??:[^=(){]{1,60}=(?![=>])|\??:\s*(?:async\s*)?(?:function|\())")
_NAMED = re.compile(r"(?:^|\s)(?:def|class|func|function|fn|interface|type|struct|enum|trait|#define)\s+\w")
DEFINED, DECLARED = 10, 4
_BEST = 8
"""From this weight on a hit is a definition outside tests and documents."""

_IMPORT = re.compile(
    r"(?:import|from|use|pub use|pub\(crate\) use|using|require|include|#include|@import|extern crate)\b"
    r"|export\s+(?:type\s+)?(?:\*|\{).*\bfrom\b|.*\brequire\("
)
_COMMENT = re.compile(r"//|#(?!define|\[|include|if|el|end|!)|/?\*|<!--|--|;;|%|\"\"\"|'''|>>>")
_ASIDE = re.compile(
    r"(?:^|[/\\_.\-])(?:tests?|specs?|testing|__tests__|examples?|docs?|vendor|third_party|node_modules|dist|build|fixtures"
    r"|mocks?|changelog|changes|history|news|readme|release-notes)(?:[/\\_.\-]|$)|Tests?\.\w+$|\.(?:md|rst|txt|lock|min\.js|map|po|html|svg)$",
    re.IGNORECASE,
)
_PLAIN = str.maketrans("0123456789", "##########")


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
    try:
        words = shlex.split(command[m.start(1) :])
    except ValueError:
        words = m[1].split()
    at = 0
    while at < len(words):
        word = words[at]
        if word in ("-e", "--regexp") and at + 1 < len(words):
            return words[at + 1]
        if not word.startswith("-"):
            return word
        at += 2 if word in _TAKES_VALUE else 1
    return None


def _definition(text: str, around: re.Pattern[str] | None, names: Sequence[str]) -> int:
    """How much `text` looks like a definition of one of `names`: `DEFINED`, `DECLARED`, less for longer names, 0."""
    if around is None:
        return DEFINED if _NAMED.search(text) else 0
    for m in islice(around.finditer(text), 3):
        weight = _defines(text[: m.start()].rstrip(" *&"), text[m.end() :])
        if weight:
            return weight if m[0] in names else weight - 4
    return 0


def _defines(before: str, after: str) -> int:
    """The weight of a name that stands between `before` and `after`."""
    words = before.split()
    while words and words[-1].lower() in _MODIFIERS:
        words.pop()
    if words and words[-1].lower() in _KEYWORDS:
        return DEFINED
    called = after.lstrip()[:1]
    if called in ("(", "<"):
        if before.endswith((")", ">")):
            return DEFINED if _RECEIVER.search(before) or _typed(before, words) else 0
        if _typed(before, words) or (not before and after.rstrip().endswith(("{", "=>"))):
            return DECLARED if after.rstrip().endswith(";") else DEFINED
    bare = not before or before[-1] in ".:" or before.startswith(("export ", "readonly ", "private ", "public "))
    return DECLARED if bare and _ASSIGNED.match(after) else 0


def _typed(before: str, words: Sequence[str]) -> bool:
    """Whether `before` reads like the return type and modifiers of a function."""
    if not _TYPES.match(before) or (before[-1] in ".,[:" and not before.endswith("::")):
        return False
    return not any(word in _STATEMENTS for word in words[:2])


@dataclass(slots=True)
class Ranking:
    """What was asked for, and how to weigh a hit. `best` are the lines that stood out, once `choose` has run."""

    names: tuple[str, ...]
    words: tuple[str, ...]
    asked: set[int]
    best: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, hint: Hint, text: str) -> Ranking:
        """Names from the call; words from the query that are not those names, since every hit holds those."""
        names = searched(hint)
        known = {n.lower() for n in names}
        words = tuple(t for t in terms(hint.query or "") if t not in known and not any(n in t for n in known))
        if not names and hint.query:
            in_query = dict.fromkeys(_NAME.findall(hint.query[:2000]))
            names = tuple(n for n in in_query if 2 * text.count(n) > text.count("\n"))[:8]
            known = {n.lower() for n in names}
            words = tuple(w for w in words if w not in known)
        return cls(names=names, words=words, asked=set(matching_lines(text, " ".join(words))))

    def choose(self, hits: Sequence[Hit], budget: int) -> set[int]:
        """The lines of the best hits, as many as `budget` characters hold; definitions may take twice that."""
        weights = self._weigh(hits)
        order = sorted(range(len(hits)), key=lambda k: (-weights[k], k))
        chosen: set[int] = set()
        used = 0
        files: set[str] = set()
        for k in order:
            line, path, body = hits[k]
            cost = len(body) + 1 + (0 if path in files else len(path) + 1)
            if used + cost > (2 * budget if weights[k] >= _BEST else budget) and chosen:
                if weights[k] < _BEST:
                    break
                continue
            used += cost
            files.add(path)
            chosen.add(line)
        self.best = {hits[k][0] for k in order[:3] if weights[k] >= _BEST}
        return chosen

    def _weigh(self, hits: Sequence[Hit]) -> list[int]:
        around = re.compile(rf"\w*(?:{'|'.join(map(re.escape, self.names))})\w*") if self.names else None
        seen: set[str] = set()
        aside: dict[str, int] = {}
        weights: list[int] = []
        for _, path, body in hits:
            text = body[body.index(":") + 1 : _TEXT].strip()
            weight = 0
            if path not in aside:
                aside[path] = (-2 if _ASIDE.search(path) else 0) + (3 if self._about(path) else 0)
                weight = 1
            plain = text.translate(_PLAIN)
            weight += aside[path] - (2 if plain in seen else 0)
            seen.add(plain)
            if _COMMENT.match(text) or _IMPORT.match(text):
                weight -= 3
            else:
                weight += _definition(text, around, self.names)
            if len(body) > _LONG:
                weight -= 3
            if self._about(text):
                weight += 3
            weights.append(weight)
        return weights

    def _about(self, text: str) -> bool:
        if not self.words:
            return False
        low = text.lower()
        return any(w in low for w in self.words)
