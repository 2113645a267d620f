"""Which lines a query is about. Lexical, deterministic, linear; used by compressors and by retrieval.

A term counts by its rarity in the text at hand: "log" says nothing in a log, `rdd_16_0` says everything.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[^\W_][\w.\-:/@]*[^\W_]|[^\W_]")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_STOP = frozenset(
    "a about above after again all also an and any are as at be been before but by can could did do does each either"
    " everything find for from get give had has have here how i if in into is it its just let like look make many may"
    " me most my name no not now of on one only or other our out over please report return run say says see should show"
    " so some summarise summarize tell than that the their them then there these they thing things this through to up us"
    " use was we were what when where whether which who whose why will with would you your value file files line lines"
    " give list task project help using based".split()
)
_PIECE = 1 << 18
_FEW = 8
"""A term on so many lines can still tell them apart, however short the text."""


@lru_cache(maxsize=256)
def terms(query: str) -> tuple[str, ...]:
    """The words of a query that can tell lines apart, in order, each once, in lower case. Stop words are left out."""
    seen: dict[str, None] = {}
    for m in _WORD.finditer(query[:20_000]):
        word = m[0].strip(".:-/").lower()
        if len(word) > 1 and word not in _STOP:
            seen[word] = None
    return tuple(seen)


def is_stop_word(word: str) -> bool:
    """True for words, in lower case, that say nothing about what a text is about."""
    return word in _STOP


def is_identifier(term: str) -> bool:
    """True for terms that look like a name or an id rather than a word: digits, underscores, dots, slashes inside."""
    return not term.isalpha() and any(c.isdigit() or c in "_./:-@" for c in term)


def line_starts(text: str) -> list[int]:
    """Offsets at which the lines of `text` begin."""
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def matching_lines(text: str, query: str | None, *, limit: int = 40, starts: Sequence[int] | None = None) -> list[int]:
    """0-based numbers of lines that hold a rare term of the query, ascending.

    A term picks lines only when it occurs on at most `limit` of them, and in a short text on at most a quarter (or eight):
    a term on every line tells nothing. Matching is case-insensitive and on whole words, so `7` does not match `17`.
    """
    wanted = terms(query) if query else ()
    if not wanted:
        return []
    low = _lower(text)
    if len(low) != len(text):  # a few code points change length in lower case, offsets would be wrong
        low = text
    starts = starts if starts is not None else line_starts(text)
    limit = min(limit, max(_FEW, len(starts) // 4))
    found: set[int] = set()
    for term in wanted[:64]:
        lines = _lines_with(low, term, starts, limit)
        if lines is not None:
            found |= lines
    return sorted(found)


def _lower(text: str) -> str:
    """In lower case, piece by piece: of text beyond ASCII, `str.lower` takes twelve bytes a character on its way."""
    if text.isascii():
        return text.lower()
    return "".join(text[at : at + _PIECE].lower() for at in range(0, len(text), _PIECE))


def _lines_with(low: str, term: str, starts: Sequence[int], limit: int) -> set[int] | None:
    """Line numbers that hold `term` as a word, or None when there are more than `limit`."""
    lines: set[int] = set()
    at = low.find(term)
    while at >= 0:
        end = at + len(term)
        if not (at and _inside(low[at - 1], term[0])) and not (end < len(low) and _inside(low[end], term[-1])):
            line = bisect_right(starts, at)
            lines.add(line - 1)
            if len(lines) > limit:
                return None
            end = starts[line] if line < len(starts) else len(low)  # one hit in a line is enough
        at = low.find(term, end)
    return lines


def _inside(neighbour: str, edge: str) -> bool:
    """Whether `neighbour` continues the word that ends in `edge`: letters go with letters, digits with digits."""
    if edge.isdigit():
        return neighbour.isdigit()
    return neighbour.isalpha()
