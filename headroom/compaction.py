"""Compaction: when old tool results of a long conversation are reduced, and which.

Text is compressed once, when it is new, and then stays. Compaction is the exception: past a high-water mark old results are
reduced to their marker and evidence, all at once, down to a low-water mark, and then stay so. That rewrites the provider's
cache from the first of them on, so it happens when the cache is cold anyway, or when what the expected remaining turns
save exceeds the price of writing once. `decide` is a pure function of sizes and turns. The same conversation gets the
same answer everywhere, and one that goes on does not change it for what lies behind.

The rules of what is never touched are here as well: errors not yet solved, files under edit, what a later step has quoted.
Nothing here knows of stores, compressors or providers. Above stands `_compact`, which carries out what is decided.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headroom.exceptions import ConfigError
from headroom.messages import Hint

BYTES_PER_TOKEN = 3.5
"""Roughly, over prose, code, JSON and logs: water marks need no more."""
_MOST_TURNS = 50
_LEAST_GAIN = 150
"""Tokens that a reduction must save: the marker has its price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compaction:
    """When to compact, and how far. Sizes are in tokens, about.

    A conversation of more than `high` is compacted down to `low`, if it pays: `read` and `write` are the provider's prices
    of a token from and to its cache, in plain input tokens (`prices.cache_price`). The results of the last `turns` stay. An
    old result keeps `evidence`, and what later steps have quoted from it.

    Raises:
        ConfigError: the marks are not in order, or not positive.
    """

    high: int = 100_000
    low: int = 50_000
    turns: int = 6
    evidence: int = 150
    read: float = 0.1
    write: float = 1.25

    def __post_init__(self) -> None:
        if not 0 < self.low < self.high:
            raise ConfigError(f"compaction: low={self.low!r} must be positive and less than high={self.high!r}")
        if self.turns < 1 or self.evidence < 1 or not 0 <= self.read <= self.write:
            raise ConfigError(f"compaction: turns and evidence must be 1 or more, and 0 <= read <= write, not {self!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One text as it is shown now: its size, the turn in which it came (counted from 0), and to what size it may be
    reduced, None where it must stay."""

    size: int
    turn: int
    floor: int | None = None


def decide(pieces: Sequence[Piece], turn: int, settings: Compaction, *, cold: bool = False) -> tuple[int, ...]:
    """Which pieces to reduce before this turn, the oldest first; mostly none. `cold` says that the provider's cache holds
    nothing of the conversation any more.

    A step that would save less than half the way between the marks waits until there is more to save: many small steps
    would rewrite the cache many times.
    """
    total = sum(piece.size for piece in pieces)
    if total <= settings.high:
        return ()
    chosen: list[int] = []
    saved = 0
    for i, piece in enumerate(pieces):
        if total - saved <= settings.low or piece.turn > turn - settings.turns:
            break
        if piece.floor is not None and piece.size - piece.floor >= _LEAST_GAIN:
            chosen.append(i)
            saved += piece.size - piece.floor
    if not chosen or (not cold and saved < (settings.high - settings.low) / 2):
        return ()
    behind = sum(piece.size for piece in pieces[chosen[0] :])
    return tuple(chosen) if cold or _pays(saved, behind, turn, settings) else ()


def _pays(saved: int, behind: int, turn: int, settings: Compaction) -> bool:
    """A conversation is taken to go on for half as long as it has lasted. Each further turn reads `saved` tokens less from
    the cache; once, all that stands behind the first change is written instead of read."""
    gain = min(turn / 2, _MOST_TURNS) * settings.read * saved
    return gain > settings.write * (behind - saved) - settings.read * behind


def size_of(text: str) -> int:
    """Tokens, about."""
    return round(len(text.encode("utf-8", "surrogatepass")) / BYTES_PER_TOKEN)


def arguments_of(hint: Hint) -> Iterator[str]:
    """The texts that a call was given, at any depth."""
    stack: list[Any] = [hint.arguments]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            stack.extend(value.values())
        elif isinstance(value, (list, tuple)):
            stack.extend(value)


# What says in the head or the tail of a result that the step failed.
_FAILED = re.compile(
    r"(?:exit(?:ed with)?[ _-]?code:?|exit status|returncode>|\"exit_code\":)\s*-?[1-9]"
    r"|^Traceback \(most recent call last\)|\b[1-9]\d* (?:failed|failures?|errors?)\b|^(?:FAILED|FATAL|BUILD FAILED)\b"
    r"|^(?:\w+ )?error(?:\[\w+\])?:|^\w*(?:Error|Exception)(?::|$)",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNS = ("exit", "returncode", "traceback", "fail", "error", "fatal", "exception")  # one of them is in each match
_ENDS = 1_500


def failed(text: str, hint: Hint) -> bool:
    """Whether a result tells of a failure: the provider marks it, or its first or last lines say so."""
    return hint.is_error or any(map(_tells_failure, (text[:_ENDS], text[_ENDS:][-_ENDS:])))


def _tells_failure(text: str) -> bool:
    low = text.lower()
    return any(sign in low for sign in _SIGNS) and _FAILED.search(text) is not None


def step_of(hint: Hint) -> tuple[str, ...]:
    """What a call does, so that the same step can be known again when it is repeated."""
    about = hint.command or hint.path
    return (hint.tool or "", about) if about else (hint.tool or "", *arguments_of(hint))


_PATCHED = re.compile(r"^(?:\*\*\* (?:Update|Add|Delete) File: |\+\+\+ (?:b/)?|--- (?:a/)?)(\S.*)$", re.MULTILINE)


def touched(hint: Hint, read: str | None) -> Iterator[str]:
    """The files that a call which reads none (`read` is None) is about: written, edited, patched."""
    if read is not None:
        return
    if hint.path:
        yield hint.path
    for text in arguments_of(hint):
        yield from (path.strip() for path in _PATCHED.findall(text))


_WORD = re.compile(r"[^\s\"'`()\[\]{}<>,;|=]{6,200}")
_TELLING = re.compile(r"\d|[/\\_.:@-]\w|[a-z][A-Z]")
_RARE = 2
_MOST_QUOTES = 40


def telling_words(texts: Iterable[str]) -> set[str]:
    """The words in what was said later that can be a quotation: paths, ids, numbers, names of code."""
    found = (word.strip(".:!?*") for text in texts for word in _WORD.findall(text))
    return {word for word in found if len(word) >= 6 and _TELLING.search(word)}


def quoted(text: str, words: set[str]) -> tuple[str, ...]:
    """Those of `words` that come from this text: they stand in few of its places. In the order of the text."""
    if not words:
        return ()
    counts = Counter(word.strip(".:!?*") for word in _WORD.findall(text))
    return tuple(word for word, count in counts.items() if count <= _RARE and word in words)[:_MOST_QUOTES]
