"""Retrieved chunks: what stands in more than one of them is kept once.

Splitters cut with overlap, indexes hold a page twice, versions of a document differ in a sentence. `dedupe` finds runs of
words that an earlier chunk shows already and leaves out the sentences that lie wholly within one such run. A sentence
that a chunk's end has cut off is left out where another chunk shows it whole. Nothing is rewritten, and no sentence is
lost: what a chunk leaves out stands, whole, in the chunk that is named.

Texts only: nothing here knows of documents, of a framework or of the engine.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]

GRAM = 3
"""Words that must agree before a longer agreement is looked for."""
MIN_REPEAT = 40
"""Characters of a repeat that is no overlap of two ends: what is shorter ("Yes.", "return None") means what it means here."""
MAX_CHARS = 4_000_000
"""Of more text in all, only chunks that are the same as a whole are found."""
_PLACES = 16

# One character for one, so that offsets stay as they are.
_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "\u202f": " "})
_WORD = re.compile(r"\S+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_WIDE_WORD = re.compile(rf"{_WIDE.pattern}|[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]+")
_END = re.compile(
    r"""[.!?…]["')\]*_`»]*(?=\s+["'(\[*_`«]*(?:[A-Z0-9\u00c0-\u00de]|[^\W\d_a-zA-Z]))   # a sentence ends, one begins
      | [。！？][”』」）]*
      | \n(?=[^\S\n]*\n)                                                               # a blank line
      | (?<=[^\w,\-])\n | \n(?=[^\S\n]*[^\w"'(\s])                                         # a line of a list, table, code
    """,
    re.VERBOSE,
)
_CLOSED = re.compile(r"""[.!?…。！？:;}\])|>]["')\]*_`»”』」）]*\s*\Z""")


@dataclass(frozen=True, slots=True)
class Merged:
    """`span` of the text of chunk `chunk` stands in the chunk that holds this, too, and was left out there."""

    chunk: int
    span: Span


@dataclass(frozen=True, slots=True)
class Kept:
    """What is shown of a chunk: `spans` of its text, ascending; none where all of it stands elsewhere."""

    spans: tuple[Span, ...]
    merged: tuple[Merged, ...] = ()


@dataclass(slots=True)
class _Run:
    """Words `first` to `last` (exclusive) of a chunk are words of chunk `other`, from `there` on.

    `opens` and `closes` say that they start or end the other chunk.
    """

    first: int
    last: int
    other: int
    there: int
    opens: bool
    closes: bool


@dataclass
class _Chunk:
    text: str
    plain: str
    words: list[str]
    gone: dict[int, tuple[int, int]] = field(default_factory=dict)  # unit left out -> the chunk that shows it, its word

    @cached_property
    def places(self) -> list[Span]:
        """The words' offsets in the text."""
        return [m.span() for m in _word(self.plain).finditer(self.plain)]

    @cached_property
    def units(self) -> list[Span]:
        """Sentences, or lines where lines stand for themselves, as ranges of words."""
        ends = [m.end() for m in _END.finditer(self.plain)]
        units: list[Span] = []
        first = at = 0
        for i, (_, end) in enumerate(self.places):
            following = self.places[i + 1][0] if i + 1 < len(self.places) else len(self.text) + 1
            while at < len(ends) and ends[at] < end:
                at += 1
            if (at < len(ends) and ends[at] <= following) or i + 1 == len(self.places):
                units.append((first, i + 1))
                first = i + 1
        return units

    def span(self, first: int, last: int) -> Span:
        """Of words, in characters."""
        return self.places[first][0], self.places[last - 1][1]

    def shown(self) -> Iterator[Span]:
        """Runs of words that are still shown."""
        first = 0
        for i, (a, b) in enumerate(self.units if self.gone else ()):
            if i in self.gone:
                if first < a:
                    yield first, a
                first = b
        if first < len(self.words):
            yield first, len(self.words)


def dedupe(texts: Sequence[str]) -> list[Kept]:
    """What to show of each text, in order; of what stands in several, the first one shows it.

    A text without words stays as it is. At least one text is shown, unless there is none.
    """
    chunks = [_chunk(text) for text in texts]
    same = _repeats(chunks)
    if sum(map(len, texts)) <= MAX_CHARS:
        index: dict[tuple[str, ...], list[Span]] = {}
        for number, chunk in enumerate(chunks):
            if number not in same:
                _leave_out(chunks, number, index)
                _remember(chunk, number, index)
        _trim_ends(chunks, same, index)
    merged = _merged(chunks, same)
    return [_kept(chunks, number, same, merged[number]) for number in range(len(chunks))]


def _chunk(text: str) -> _Chunk:
    plain = text if text.isascii() else text.translate(_SAME)
    return _Chunk(text, plain, plain.split() if _word(plain) is _WORD else _WIDE_WORD.findall(plain))


def _word(plain: str) -> re.Pattern[str]:
    return _WORD if plain.isascii() or not _WIDE.search(plain) else _WIDE_WORD


def _repeats(chunks: Sequence[_Chunk]) -> dict[int, int]:
    """Chunks that have the same words as an earlier one, and which."""
    first: dict[tuple[str, ...], int] = {}
    same: dict[int, int] = {}
    for number, chunk in enumerate(chunks):
        if chunk.words:
            earlier = first.setdefault(tuple(chunk.words), number)
            if earlier != number:
                same[number] = earlier
    return same


def _grams(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[i:] for i in range(GRAM)), strict=False)


def _remember(chunk: _Chunk, number: int, index: dict[tuple[str, ...], list[Span]]) -> None:
    """Where the words stand that this chunk shows; those that it leaves out are known from elsewhere."""
    for first, last in chunk.shown():
        for at, gram in enumerate(_grams(chunk.words[first:last]), first):
            places = index.setdefault(gram, [])
            if len(places) < _PLACES:
                places.append((number, at))


def _leave_out(chunks: Sequence[_Chunk], number: int, index: dict[tuple[str, ...], list[Span]]) -> None:
    """Leave out the units of a chunk that lie within a run of words which an earlier chunk shows."""
    chunk = chunks[number]
    done = 0
    for at, gram in enumerate(_grams(chunk.words)):
        if at < done or gram not in index:
            continue
        runs = [_run(chunks, number, at, other, there) for other, there in index[gram]]
        done = max(run.last for run in runs) - GRAM + 1
        for run in runs:
            if _worth(chunk, run):
                for i in _within(chunk.units, run.first, run.last):
                    a, b = (word + run.there - run.first for word in chunk.units[i])
                    if _in_one_place(chunks[run.other], a, b):
                        chunk.gone.setdefault(i, (run.other, a))


def _within(units: Sequence[Span], first: int, last: int) -> range:
    """The units that lie wholly within words `first` to `last`."""
    return range(bisect_left(units, (first, first)), bisect_left(units, last + 1, key=itemgetter(1)))


def _in_one_place(chunk: _Chunk, first: int, last: int) -> bool:
    """Whether a chunk shows all of these words, or all of them stand in one other chunk."""
    if not chunk.gone:
        return True
    i = bisect_right(chunk.units, first, key=itemgetter(0)) - 1
    homes = set()
    while i < len(chunk.units) and chunk.units[i][0] < last:
        homes.add(chunk.gone[i][0] if i in chunk.gone else None)
        i += 1
    return len(homes) == 1


def _run(chunks: Sequence[_Chunk], number: int, at: int, other: int, there: int) -> _Run:
    """The longest agreement around word `at` of a chunk and word `there` of another."""
    words, others = chunks[number].words, chunks[other].words
    first, last = at, at + GRAM
    begin, end = there, there + GRAM
    while first > 0 and begin > 0 and words[first - 1] == others[begin - 1]:
        first, begin = first - 1, begin - 1
    while last < len(words) and end < len(others) and words[last] == others[end]:
        last, end = last + 1, end + 1
    if first == 1 and begin > 0 and others[begin - 1].endswith(words[0]):  # a word that the chunk's start has cut
        first, begin = 0, begin - 1
    if last == len(words) - 1 and end < len(others) and others[end].startswith(words[last]):
        last += 1
    return _Run(first, last, other, begin, opens=begin == 0, closes=begin + last - first == len(others))


def _worth(chunk: _Chunk, run: _Run) -> bool:
    """A run counts when it is long, or when it is the end of one chunk and the start of the other."""
    if (run.first == 0 and run.closes) or (run.last == len(chunk.words) and run.opens):
        return True
    a, b = chunk.span(run.first, run.last)
    return b - a >= MIN_REPEAT


def _trim_ends(chunks: Sequence[_Chunk], same: dict[int, int], index: dict[tuple[str, ...], list[Span]]) -> None:
    """Leave out the first or last piece of a chunk where it is the end or start of a sentence that another shows whole."""
    found: list[tuple[_Chunk, int, tuple[int, int]]] = []
    for number, chunk in enumerate(chunks):
        if number in same or len(chunk.words) < GRAM:
            continue
        end = len(chunk.words) - GRAM
        for is_last, at in ((False, 0), (False, min(1, end)), (True, max(0, end - 1)), (True, end)):
            for other, there in index.get(tuple(chunk.words[at : at + GRAM]), ()):
                if other == number:
                    continue
                piece = len(chunk.units) - 1 if is_last else 0
                place = _longer(chunk, piece, chunks[other], _run(chunks, number, at, other, there))
                if place is not None:
                    found.append((chunk, piece, (other, place)))
    for chunk, piece, where in found:
        chunk.gone.setdefault(piece, where)


def _longer(chunk: _Chunk, piece: int, whole: _Chunk, run: _Run) -> int | None:
    """Where a longer sentence of the other chunk holds the piece at its end (a first piece) or its start (a last one)."""
    a, b = chunk.units[piece]
    if a < run.first or run.last < b:
        return None
    x, y = a + run.there - run.first, b + run.there - run.first
    j = bisect_right(whole.units, x, key=itemgetter(0)) - 1
    low, high = whole.units[j]
    held = low <= x and y <= high and high - low > b - a and j not in whole.gone
    return x if held and ((piece == 0 and y == high) or (b == len(chunk.words) and x == low)) else None


def _kept(chunks: Sequence[_Chunk], number: int, same: dict[int, int], merged: Sequence[Merged]) -> Kept:
    chunk = chunks[number]
    if number in same:
        return Kept((), ())
    if not chunk.gone:
        return Kept(((0, len(chunk.text)),), tuple(merged))
    return Kept(tuple(_with_indent(chunk.text, *chunk.span(a, b)) for a, b in chunk.shown()), tuple(merged))


def _with_indent(text: str, start: int, end: int) -> Span:
    """A span that starts a line starts with the line's indent."""
    indent = len(text[:start]) - len(text[:start].rstrip(" \t"))
    at_line_start = indent == start or text[start - indent - 1] == "\n"
    return (start - indent if at_line_start else start), end


def _merged(chunks: Sequence[_Chunk], same: dict[int, int]) -> defaultdict[int, list[Merged]]:
    """What stands in each chunk that was left out elsewhere."""
    merged: defaultdict[int, list[Merged]] = defaultdict(list)
    for number, chunk in enumerate(chunks):
        like = chunks[same.get(number, number)]
        places = [(like.units[i], _holder(chunks, like.gone[i])) for i in like.gone]
        if number in same:
            places += [(words, same[number]) for words in like.shown()]
        for (first, last), holder in sorted(places):
            a, b = chunk.span(first, last)
            before = merged[holder][-1] if merged[holder] else None
            if before is not None and before.chunk == number and not chunk.text[before.span[1] : a].strip():
                merged[holder][-1] = Merged(number, (before.span[0], b))
            else:
                merged[holder].append(Merged(number, (a, b)))
    return merged


def _holder(chunks: Sequence[_Chunk], place: tuple[int, int]) -> int:
    """The chunk that shows a word in the end, where the one that it was found in has left it out since."""
    for _ in chunks:
        other, there = place
        chunk = chunks[other]
        if not chunk.gone:
            break
        j = bisect_right(chunk.units, there, key=itemgetter(0)) - 1
        if j not in chunk.gone:
            break
        place = chunk.gone[j][0], chunk.gone[j][1] + there - chunk.units[j][0]
    return place[0]
