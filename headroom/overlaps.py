"""What several chunks of text say: copies, and the overlap that splitters leave between neighbours.

`dedupe` tells for each chunk which spans of it no other chunk shows, and where the rest stands. A chunk is taken apart
into sentences, or lines where lines stand for themselves; a sentence is shown whole or not at all, and one that a chunk's
end has cut off stands in the chunk that has it whole. Nothing is rewritten and no sentence is lost. What may be chance
stays: a short sentence that two texts happen to share, the same price of two products.

Texts only: no documents, no query, no engine. Time grows linearly with the text, near enough. Above stands `chunks`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import TypeAlias

from headroom._sentences import SAME, parted
from headroom._sentences import units as sentences

Span: TypeAlias = tuple[int, int]
"""Characters `start` to `end` (exclusive) of a text."""
_Place: TypeAlias = tuple[int, int]
"""Chunk and unit."""

MAX_CHARS = 4_000_000
"""Of more text in all, only chunks that are the same as a whole are found."""
_ENDS = 40
"""Characters that the overlap of two ends has between different documents; within one it may have any number."""
_REPEAT = 100
"""Characters of any other repeat within one document: what is shorter ("Yes.", "return None") means what it means there."""
_STRANGERS = 200
"""The same between different documents."""
_ALIKE = 20
"""The same between two chunks of which half is the same: versions of one text."""
_PLACES = 8
"""Of a unit that stands in many places, so many are looked at."""
_DANGLING = 2
"""So many headings or the like stay with the text that follows, though another chunk shows them with another text."""
_LOOK = 64
"""Characters by which units are looked up that may begin or end with a piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A text that was retrieved. `source` names the document it was cut from, if that is known; `label` is what the reader
    sees beside the text. Short texts with different labels are facts about different things, even if they are the same."""

    text: str
    source: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is shown of a chunk: ascending `spans`, none where all of it stands elsewhere. `elsewhere` names the rest: a span
    of this chunk, and the index of the chunk that shows it."""

    spans: tuple[Span, ...]
    elsewhere: tuple[tuple[Span, int], ...] = ()


def dedupe(chunks: Sequence[Chunk]) -> list[Kept]:
    """What to show of each chunk, in order. Of what stands in several, the first that has it whole shows it.

    A text without words stays as it is. At least one chunk is shown, unless there is none.
    """
    twins = _twins(chunks)
    if sum(len(chunk.text) for chunk in chunks) > MAX_CHARS:
        parts = [_Parts(chunk, [], []) for chunk in chunks]
    else:
        parts = _take_apart(chunks, twins)
        places: defaultdict[str, list[_Place]] = defaultdict(list)
        for number, part in enumerate(parts):
            if number not in twins:
                _leave_out(parts, number, places)
                _remember(part, number, places)
        _trim_ends(parts, twins, places)
    return [_kept(parts, number, twins) for number in range(len(chunks))]


@dataclass(slots=True)
class _Parts:
    """A chunk in units: where they lie in the text, and what they say without regard to blanks and kinds of quotes."""

    chunk: Chunk
    units: list[Span]
    said: list[str]
    gone: dict[int, _Place] = field(default_factory=dict)
    """Unit left out -> where it stands."""
    fixed: set[int] = field(default_factory=set)
    """Units that must stay, for others have left them out in favour of them."""


def _take_apart(chunks: Sequence[Chunk], twins: dict[int, int]) -> list[_Parts]:
    out: list[_Parts] = []
    for number, chunk in enumerate(chunks):
        plain = chunk.text if chunk.text.isascii() else chunk.text.translate(SAME)
        units = [] if number in twins else list(sentences(plain))
        out.append(_Parts(chunk, units, [" ".join(plain[a:b].split()) for a, b in units]))
    return out


# ------------------------------------------------------------------------------------------------------------ copies


def _twins(chunks: Sequence[Chunk]) -> dict[int, int]:
    """Chunks that say the same as an earlier one as a whole, and which."""
    first: dict[tuple[str, ...], int] = {}
    twins: dict[int, int] = {}
    for number, chunk in enumerate(chunks):
        text = chunk.text if chunk.text.isascii() else chunk.text.translate(SAME)
        said = " ".join(text.split())
        if not said:
            continue
        keys = [(said, "label", chunk.label)]
        if chunk.source is not None:
            keys.append((said, "source", chunk.source))
        if len(said) >= _STRANGERS:
            keys.append((said, "", ""))
        twin = next((first[key] for key in keys if key in first), None)
        if twin is None:
            for key in keys:
                first[key] = number
        else:
            twins[number] = twin
    return twins


def _kin(one: Chunk, other: Chunk) -> bool:
    """Whether both are known to be of one document, or nothing is known of them and the reader sees no difference."""
    if one.source is None or other.source is None:
        return one.label == other.label
    return one.source == other.source


# ---------------------------------------------------------------------------------------------------------- overlaps


@dataclass(slots=True)
class _Run:
    """Units `first` to `last` (exclusive) of a chunk are those of chunk `other` from `there` on. `ends` says that it goes
    on, on either side, as far as one of the two texts does: all that the overlap of two pieces of one text can be."""

    first: int
    last: int
    other: int
    there: int
    ends: bool


def _remember(part: _Parts, number: int, places: dict[str, list[_Place]]) -> None:
    """Where each unit stands: the first places and the latest, so that neighbours are among them."""
    for i, said in enumerate(part.said):
        known = places[said]
        known.append((number, i))
        if len(known) > _PLACES:
            del known[_PLACES // 2]


def _leave_out(parts: Sequence[_Parts], number: int, places: dict[str, list[_Place]]) -> None:
    """Leave out the units of a chunk that an earlier one has, in runs that are no chance."""
    part = parts[number]
    alike = _alike(parts, part, places)
    i = 0
    while i < len(part.said):
        known = places.get(part.said[i])
        if known is None:
            i += 1
            continue
        runs = [_run(parts, part, i, other, there) for other, there in known]
        best = max((run for run in runs if _worth(parts, part, run, alike)), key=_length, default=None)
        if best is None:
            i += 1
            continue
        first, last = _between_sentences(parts, number, best)
        for unit in range(first, last):
            if unit not in part.fixed:
                part.gone.setdefault(unit, (best.other, best.there + unit - best.first))
        i = best.last


def _between_sentences(parts: Sequence[_Parts], number: int, run: _Run) -> tuple[int, int]:
    """The part of a run to leave out so that what is cut apart is parted anyway: a heading stays with the text below it,
    what introduces a list with the list, and code of one block stays together. Where the other chunk ends, or begins, in
    the midst of such a thing, it is the other chunk that leaves it out.
    """
    part, other = parts[number], parts[run.other]
    text = part.chunk.text
    shift = run.there - run.first
    first, last = run.first, run.last
    end = last + shift
    begins, opens = _edge(part.said, first - 1, other.said, run.there - 1, at_start=True)
    finishes, closes = _edge(part.said, last, other.said, end, at_start=False)
    if not finishes:
        while last > first and not parted(text, *part.units[last - 1]):
            last -= 1
    if not begins and first < last and not parted(text, *part.units[first - 1]):
        first = next((i + 1 for i in range(first, last) if parted(text, *part.units[i])), last)
    if not closes and (run.last - last > _DANGLING or last <= first):
        last = run.last
    if not opens and (first - run.first > _DANGLING or last <= first):
        first = run.first
    _swap(parts, number, run, range(run.first, first if opens else run.first))
    _swap(parts, number, run, range(last if closes else run.last, run.last))
    return first, last


def _edge(said: Sequence[str], i: int, other: Sequence[str], j: int, *, at_start: bool) -> tuple[bool, bool]:
    """Whether the one text, and the other, begins (or ends) where a run does, but for a piece of a unit: `i` and `j` are the
    units next to the run."""
    here, there = 0 <= i < len(said), 0 <= j < len(other)
    if not (here and there):
        return not here, not there
    fits = str.endswith if at_start else str.startswith
    edge, edge_there = (0, 0) if at_start else (len(said) - 1, len(other) - 1)
    return i == edge and fits(other[j], said[i]), j == edge_there and fits(said[i], other[j])


def _swap(parts: Sequence[_Parts], number: int, run: _Run, units: Iterable[int]) -> None:
    """Units of a run stay in this chunk, and the other one leaves them out, unless it had to keep them, or has not."""
    part, other = parts[number], parts[run.other]
    for unit in units:
        there = unit + run.there - run.first
        if unit in part.gone or unit in part.fixed:
            continue
        if there in other.fixed or there in other.gone:
            part.gone[unit] = run.other, there
        else:
            part.fixed.add(unit)
            other.gone[there] = number, unit


def _alike(parts: Sequence[_Parts], part: _Parts, places: dict[str, list[_Place]]) -> set[int]:
    """Earlier chunks of which this one may be another version: several sentences, half of the shorter one, are the same."""
    shared: defaultdict[int, list[int]] = defaultdict(list)
    for said in set(part.said):
        known = places.get(said) if len(said) >= _ALIKE else None
        if known is not None:
            for other in {n for n, _ in known}:
                shared[other].append(len(said))
    size = len(part.chunk.text)
    return {
        n
        for n, those in shared.items()
        if len(those) > 1 and sum(those) >= max(_REPEAT, min(size, len(parts[n].chunk.text)) // 2)
    }


def _length(run: _Run) -> int:
    return run.last - run.first


def _run(parts: Sequence[_Parts], part: _Parts, i: int, number: int, j: int) -> _Run:
    """The longest agreement around unit `i` of a chunk and unit `j` of another."""
    said, other = part.said, parts[number].said
    first, begin, last, end = i, j, i + 1, j + 1
    while first > 0 and begin > 0 and said[first - 1] == other[begin - 1]:
        first, begin = first - 1, begin - 1
    while last < len(said) and end < len(other) and said[last] == other[end]:
        last, end = last + 1, end + 1
    ends = _meet_before(said, first, other, begin) and _meet_after(said, last, other, end)
    return _Run(first, last, number, begin, ends)


def _meet_before(said: Sequence[str], i: int, other: Sequence[str], j: int) -> bool:
    """Whether what stands before unit `i` of the one and unit `j` of the other agrees as far as there is any in both."""
    if i == 0 or j == 0:
        return True
    one, two = said[i - 1], other[j - 1]
    return one == two or (i == 1 and two.endswith(one)) or (j == 1 and one.endswith(two))


def _meet_after(said: Sequence[str], i: int, other: Sequence[str], j: int) -> bool:
    """The same for what stands from units `i` and `j` on."""
    if i == len(said) or j == len(other):
        return True
    one, two = said[i], other[j]
    last, last_there = i + 1 == len(said), j + 1 == len(other)
    return one == two or (last and two.startswith(one)) or (last_there and one.startswith(two))


def _worth(parts: Sequence[_Parts], part: _Parts, run: _Run, alike: set[int]) -> bool:
    chars = part.units[run.last - 1][1] - part.units[run.first][0]
    if run.other in alike and chars >= _ALIKE:
        return True
    if _kin(part.chunk, parts[run.other].chunk):
        return run.ends or chars >= _REPEAT
    return chars >= (_ENDS if run.ends else _STRANGERS)


def _trim_ends(parts: Sequence[_Parts], twins: dict[int, int], places: dict[str, list[_Place]]) -> None:
    """Leave out the first or last unit of a chunk where it is the end or start of a longer one that another chunk has."""
    whole = [(n, i) for n, part in enumerate(parts) if n not in twins for i in range(len(part.said))]
    heads = _Sorted((parts[n].said[i][:_LOOK], (n, i)) for n, i in whole)
    tails = _Sorted((parts[n].said[i][: -_LOOK - 1 : -1], (n, i)) for n, i in whole)
    for number, part in enumerate(parts):
        said = part.said
        if not said:
            continue
        last = len(said) - 1
        after = [(n, j - 1) for n, j in places.get(said[1], ()) if j > 0] if last > 0 else []
        before = [(n, j + 1) for n, j in places.get(said[-2], ()) if j + 1 < len(parts[n].said)] if last > 0 else []
        if 0 not in part.gone and 0 not in part.fixed:
            _trim(parts, number, 0, [*after, *tails.beginning(said[0][: -_LOOK - 1 : -1])])
        if last not in part.gone and last not in part.fixed:
            _trim(parts, number, last, [*before, *heads.beginning(said[last][:_LOOK])])


def _trim(parts: Sequence[_Parts], number: int, i: int, candidates: Iterable[_Place]) -> None:
    part, piece = parts[number], parts[number].said[i]
    for n, j in candidates:
        other = parts[n].said
        if n == number or len(other[j]) <= len(piece) or not (len(piece) >= _ENDS or _kin(part.chunk, parts[n].chunk)):
            continue
        is_end = i == 0 and other[j].endswith(piece) and _meet_after(part.said, 1, other, j + 1)
        is_start = i + 1 == len(part.said) and other[j].startswith(piece) and _meet_before(part.said, i, other, j)
        if is_end or is_start:
            part.gone[i] = (n, j)
            return


class _Sorted:
    """Texts in order, to find those that begin with another."""

    def __init__(self, entries: Iterable[tuple[str, _Place]]) -> None:
        self._entries = sorted(entries)

    def beginning(self, piece: str) -> Iterator[_Place]:
        """Some of the texts that begin with `piece`."""
        first = bisect_left(self._entries, (piece,))
        for said, place in islice(self._entries, first, first + 2 * _PLACES):
            if not said.startswith(piece):
                return
            yield place


# ------------------------------------------------------------------------------------------------------------- answers


def _kept(parts: Sequence[_Parts], number: int, twins: dict[int, int]) -> Kept:
    part = parts[number]
    text = part.chunk.text
    if number in twins:
        return Kept(spans=(), elsewhere=_of_twin(parts, text, twins[number]))
    if not part.gone:
        return Kept(spans=((0, len(text)),))
    holders = [_holder(parts, part.gone[i]) if i in part.gone else number for i in range(len(part.units))]
    places = list(_joined(text, part.units, holders))
    return Kept(
        spans=tuple(span for span, holder in places if holder == number),
        elsewhere=tuple((span, holder) for span, holder in places if holder != number),
    )


def _of_twin(parts: Sequence[_Parts], text: str, twin: int) -> tuple[tuple[Span, int], ...]:
    """Where a copy stands: in its twin, and where the twin has left something out, in the chunks that show that."""
    like = parts[twin]
    units = list(sentences(text)) if like.gone else []
    if len(units) != len(like.units):  # a copy with other line ends
        units = []
    holders = [_holder(parts, like.gone[i]) if i in like.gone else twin for i in range(len(units))]
    return tuple(_joined(text, units, holders)) if units else (((0, len(text)), twin),)


def _joined(text: str, units: Sequence[Span], holders: Sequence[int]) -> Iterator[tuple[Span, int]]:
    """Neighbours with the same holder as one span."""
    for holder, group in groupby(range(len(units)), key=holders.__getitem__):
        those = list(group)
        yield (_with_indent(text, units[those[0]][0]), units[those[-1]][1]), holder


def _holder(parts: Sequence[_Parts], place: _Place) -> int:
    """The chunk that shows a unit in the end, where the one that it was found in has left it out as well."""
    number, unit = place
    while unit in parts[number].gone:
        number, unit = parts[number].gone[unit]
    return number


def _with_indent(text: str, start: int) -> int:
    """A span that starts a line starts with the line's indent."""
    line = text.rfind("\n", 0, start) + 1
    return start if text[line:start].strip(" \t") else line
