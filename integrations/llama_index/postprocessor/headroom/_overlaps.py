"""What retrieved chunks say twice: duplicates, and the overlap that splitters leave between neighbours.

A pure function on texts. It knows no framework, no query and no engine, and it shortens nothing: it only finds which parts
of a chunk stand, whole, in a chunk before it. Cuts fall between sentences or lines, so every sentence stays whole in some
chunk. Above stands the postprocessor.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""Characters `start` to `end` (exclusive) of a chunk."""

_KIN = 24
"""Characters that an overlap of kin must have: what is shorter may be chance."""
_STRANGERS = 200
"""The same between chunks of different documents: two products may well have the same price."""
_TRIES = 32
"""How often the start of a chunk is looked for in another one; bounds the work on text that repeats itself."""
_SENTENCE = 600
"""Within how many characters a sentence should end; where none does, the text is made of lines."""
_WINDOW = 2_000
"""How far from the end of an overlap a place to cut is looked for."""
_BOUNDARY = re.compile(
    r"""[.!?…:][\"'”’)\]*_`]*(?P<gap>[ \t]+|[ \t\r]*\n\s*)(?=[^\sa-z])   # a sentence, and what does not go on with it
      | (?P<none>(?<=[。！？]))
      | [ \t\r]*(?P<blank>\n(?:[ \t\r]*\n)+)
      | [ \t\r]*(?P<line>\n)""",
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:\b[A-Za-z]|\b(?:[Dd]r|[Mm]rs?|[Mm]s|[Pp]rof|[Ss]t|[Jj]r|[Ss]r|[Vv]s|[Cc]f|[Nn]os?|[Ff]igs?|[Ee]qs?|[Vv]ol|pp?|ed|ca|al"
    r"|e\.g|i\.e|etc|Inc|Ltd|Co|Corp|Gen|Col|Lt|Sgt|Rev|Gov|Sen|Rep))\Z"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of a document. `source` names the document and `start` says where in it the text begins, if known.

    `label` is what the reader sees besides the text: two chunks of the same source, or with the same label, are kin.
    """

    text: str
    source: str | None = None
    start: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What stays of a chunk. `kept` is ascending and empty where all of it stands elsewhere; `elsewhere` says where: a
    span of this chunk, and the index of the chunk that shows it."""

    kept: tuple[Span, ...]
    elsewhere: tuple[tuple[Span, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Overlap:
    """Characters `start` to `end` of a chunk stand in another one, `shift` characters further on."""

    start: int
    end: int
    shift: int


@dataclass(frozen=True, slots=True)
class _Fragment:
    """Part of a sentence at the edge of chunk `of` that chunk `whole` shows with the rest of the sentence."""

    of: int
    span: Span
    whole: int
    shown: Span


def cut(chunks: Sequence[Chunk]) -> list[Cut]:
    """For each chunk what no earlier one shows. Text without overlap stays whole.

    The first chunk that has a sentence whole shows it. Pieces of that sentence at the edges of others go as well.
    """
    out: list[Cut] = []
    fragments: list[_Fragment] = []
    by_words: dict[str, list[int]] = {}
    for number, chunk in enumerate(chunks):
        words = " ".join(chunk.text.split())
        same = by_words.setdefault(words, [])
        twin = next((n for n in same if _may_merge(chunk, chunks[n])), None)
        same.append(number)
        if twin is not None and words:
            span = (0, len(chunk.text))
            out.append(Cut(kept=(), elsewhere=((span, twin),)))
        else:
            out.append(_cut(chunks, number, fragments))
    for fragment in fragments:
        _drop(chunks, out, fragment)
    return out


def _may_merge(chunk: Chunk, other: Chunk) -> bool:
    return _kin(chunk, other) or len(chunk.text) >= _STRANGERS


def _kin(chunk: Chunk, other: Chunk) -> bool:
    return (chunk.source is not None and chunk.source == other.source) or chunk.label == other.label


def _cut(chunks: Sequence[Chunk], number: int, fragments: list[_Fragment]) -> Cut:
    text = chunks[number].text
    elsewhere: list[tuple[Span, int]] = []
    for n in range(number):
        found = _overlap(chunks[number], chunks[n])
        if found is None:
            continue
        span = _between_sentences(text, (found.start, found.end))
        if span is not None:
            elsewhere.append((span, n))
        start, end = span or ((found.start,) * 2 if found.start == 0 else (found.end,) * 2)
        for a, b in ((found.start, start), (end, found.end)):
            whole_lines = "\n" in text[max(0, a - 1) : a] or "\n" in text[b : b + 1]
            if 0 < b - a <= _SENTENCE and not whole_lines:
                fragments.append(_Fragment(n, (a + found.shift, b + found.shift), number, (a, b)))
    kept = tuple(_rest(text, [span for span, _ in elsewhere])) if elsewhere else ((0, len(text)),)
    return Cut(kept=kept, elsewhere=tuple(elsewhere))


def _drop(chunks: Sequence[Chunk], cuts: list[Cut], fragment: _Fragment) -> None:
    """Take a fragment off the edge of its chunk, if more than that remains and the other chunk does show it."""
    made, text, whole = cuts[fragment.of], chunks[fragment.of].text, chunks[fragment.whole].text
    (a, b), (start, end) = fragment.span, fragment.shown
    shown = any(x <= start < y and not whole[y:end].strip() for x, y in cuts[fragment.whole].kept)
    # What remains must end, or begin, between two sentences as its own chunk has them.
    clean = _last_gap(text, a, b) == b if a == 0 else b == len(text) and _first_gap(text, a, b) == a
    if not shown or not clean:
        return
    gone = [span for span, _ in made.elsewhere]
    kept = _rest(text, [*gone, (a, b)])
    if kept and any(x <= a and b <= y for x, y in made.kept):
        cuts[fragment.of] = Cut(kept=tuple(kept), elsewhere=(*made.elsewhere, ((a, b), fragment.whole)))


def _overlap(chunk: Chunk, other: Chunk) -> _Overlap | None:
    """The part of `chunk` that `other` holds. It begins where one of them begins and ends where one of them ends, as the
    overlap of two pieces of one text does."""
    text, there = chunk.text, other.text
    kin = _kin(chunk, other)
    if (
        chunk.source is not None
        and chunk.source == other.source
        and chunk.start is not None
        and other.start is not None
    ):
        found = _matched(text, there, chunk.start - other.start)
        if found is not None:
            return found
    least = _KIN if kin else _STRANGERS
    if min(len(text), len(there)) < least:
        return None
    for at in _places(there, text[:least]):
        found = _matched(text, there, at)
        if found is not None:
            return found
    for at in _places(text, there[:least]):
        found = _matched(text, there, -at)
        if found is not None:
            return found
    return None


def _matched(text: str, there: str, at: int) -> _Overlap | None:
    """The overlap if `text` begins at `at` in the coordinates of `there`, and the two agree all along it."""
    start, end = max(0, -at), min(len(text), len(there) - at)
    if start < end and text[start:end] == there[start + at : end + at]:
        return _Overlap(start, end, at)
    return None


def _places(text: str, needle: str) -> list[int]:
    found: list[int] = []
    at = text.find(needle)
    while at >= 0 and len(found) < _TRIES:
        found.append(at)
        at = text.find(needle, at + 1)
    return found


def _between_sentences(text: str, span: Span) -> Span | None:
    """The largest part of the span that begins and ends between two sentences, or else between two lines, of the text."""
    start, end = span
    if start > 0:
        start = _first_gap(text, start, end)
    if end < len(text):
        end = _last_gap(text, start, end)
    return (start, end) if text[start:end].strip() else None


def _first_gap(text: str, start: int, end: int) -> int:
    """Where the first sentence from `start` on begins, `end` if none does."""
    strong, weak = _gaps(text, start, min(end, start + _WINDOW))
    for gaps, limit in ((strong, start + _SENTENCE), (weak, end), (strong, end)):
        for a, b in gaps:
            if a <= start <= b:
                return start
            if start < b <= limit:
                return b
    return end


def _last_gap(text: str, start: int, end: int) -> int:
    """Where the last sentence before `end` ends and the next begins, `start` if none does."""
    strong, weak = _gaps(text, max(start, end - _WINDOW), end)
    for gaps, limit in ((strong, end - _SENTENCE), (weak, start), (strong, start)):
        for a, b in reversed(gaps):
            if max(limit, start) <= a <= end:
                return b
    return start


def _gaps(text: str, start: int, end: int) -> tuple[list[Span], list[Span]]:
    """What separates sentences, and what separates lines, around `start` to `end`: from the last character of the one to
    the first of the other."""
    strong: list[Span] = []
    weak: list[Span] = []
    for m in _BOUNDARY.finditer(text, max(0, start - _KIN), min(len(text), end + _KIN)):
        kind = m.lastgroup or "none"
        if kind == "line":
            weak.append(m.span(kind))
        elif text[m.start()] != "." or not _ABBREVIATION.search(text, max(0, m.start() - 8), m.start()):
            strong.append(m.span(kind))
    return strong, weak


def _rest(text: str, gone: Sequence[Span]) -> list[Span]:
    """What the spans do not cover, without the blank space around it."""
    out: list[Span] = []
    at = 0
    for start, end in [*sorted(gone), (len(text), len(text))]:
        if start > at and text[at:start].strip():
            out.append((at, len(text[:start].rstrip()) if start < len(text) else start))
        at = max(at, end)
    return out
