"""What this conversation has said already, and how to refer to it instead of saying it again.

`Said` remembers the tool results that stand before a block, in order, and what the agent wrote in the calls that led to
them. A later text that is identical becomes a reference (`whole`); one that shares long runs of lines, such as a file read
again after an edit, a file that the agent has just written or overlapping chunks, shows its own lines and refers to the
rest by line ranges (`overlap`). Line numbers that a tool prints do not count, so a file is recognised although its lines
have moved. Only text that is provably in this conversation, unchanged, is referred to by lines. Nothing here knows of
stores, markers or compressors.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from headroom._calls import COMMAND, about, written
from headroom._views import NOTED, PATCH, View, not_shown, places
from headroom.lines import BAR, FOLD, clipped, format_ranges, named, split
from headroom.messages import NO_HINT, Hint

_MIN_KEY = 24
"""Shorter lines ("}", "", "return None") occur everywhere and start no run."""
_MIN_RUN = 160
"""Characters that a run of lines must have to be referred to."""
_BEGINNING = 32
_REFERENCE, _SOURCE, _HEADER = 90, 80, 120
"""Characters of text that cost a reader as much as a reference, as one more place to look at (besides what names it), and as
the header above the text."""
_OWN = 240
"""Characters that a run must have of which the source is the text itself."""
_MOSTLY_DISTINCT = 0.95
"""A text with a greater share of distinct lines repeats nothing worth looking for."""
_SHORTEST = 4
"""Lines of fewer characters, on average, are no text in which runs are worth a reference."""
_JSON = re.compile(r"\s*(?:\{\s*\"|\[\s*[\[{\"\d])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A text of which runs stand earlier. `body` is what to show, `ranges` the 1-based line ranges that it refers away."""

    body: str
    ranges: tuple[tuple[int, int], ...]
    count: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines `at` and following of a text stand in a source from line `start` on; `source` is None for the text itself."""

    at: int
    length: int
    chars: int
    source: int | None
    start: int


@dataclass(frozen=True, slots=True)
class _Source:
    """The result with this number, counted from 1, or, where `written` names an argument, what its call gave there.
    `hint` says which call it was; `view` is None where the text is not visible as it was."""

    number: int
    hint: Hint
    written: str = ""
    view: View | None = None

    @property
    def about(self) -> str:
        """Which call it was, behind its number."""
        return about(self.hint)

    def name(self, now: int, *, short: bool) -> str:
        """How to call it in the result with the number `now`: `result #3 above, Read(src/app.py)`; `short` after that."""
        call = "" if short else self.about
        if not self.written:
            return f"result #{self.number}" + ("" if short else f" above{call}")
        if self.number == now:
            return f"the {self.written} of this call"
        if self.written == COMMAND:
            return f"the command of result #{self.number}"
        return f"the {self.written} of the call of result #{self.number}{call}"


class Said:
    """The tool results before the block at hand. `add` each one in order; ask before adding."""

    __slots__ = ("_asked", "_by_line", "_by_text", "_first", "_pending", "_results", "_sources", "_written")

    def __init__(self) -> None:
        self._results = 0
        self._written = 0  # the result whose call's arguments were added last
        self._sources: list[_Source] = []
        self._by_text: dict[str, int] = {}
        self._by_line: dict[str, tuple[int, int]] = {}
        self._first: dict[str, tuple[int, int]] = {}  # of lines that stand in several places
        self._pending: list[tuple[int, str, str | None]] = []  # source, text, and what is shown of a shortened one
        self._asked: tuple[str, View] | None = None  # the latest text, which is mostly added next

    def add(self, text: str, hint: Hint, *, visible: bool, body: str | None = None) -> None:
        """Remember a result, and the call that led to it. `visible` says that the model sees the text as it is.

        `body` is what it sees instead, below the header: lines of the text that stand in it as they are can be referred to.
        """
        self._add_call(hint)
        self._results += 1
        self._by_text[text] = len(self._sources)
        seen = visible or body is not None
        self._add(_Source(self._results, hint), text if seen else None, None if visible else body)

    def _add_call(self, hint: Hint) -> None:
        """What an agent wrote is often shown to it again."""
        number = self._results + 1
        if self._written == number:
            return
        self._written = number
        for name, text in written(hint):
            self._add(_Source(number, hint, name), text)

    def _add(self, source: _Source, text: str | None, body: str | None = None) -> None:
        if text is not None:
            self._pending.append((len(self._sources), text, body))
        self._sources.append(source)

    def whole(self, text: str) -> str | None:
        """How to call the earlier result that has the same text, or None. The latest one is named."""
        number = self._by_text.get(text)
        return None if number is None else self._sources[number].name(0, short=False)

    def overlap(self, text: str, *, within: bool = False, hint: Hint = NO_HINT, least: int = 0) -> Overlap | None:
        """Refer to runs of lines that earlier visible results hold, or None where there are none worth it.

        With `within`, also to runs that stand further up in the text itself: chunks that overlap, a block printed twice.
        With `hint`, also to what stands in the call to which this text is the answer. Who has a use only for an answer
        that spares so many characters says so by `least`: others are not looked for where that is cheap to know.
        """
        within = within and not _JSON.match(text)  # it says itself what repeats, and its lines would take much memory
        self._add_call(hint)
        self._index()
        if not self._by_line and not (within and _may_repeat(text, least)):
            return None
        if text.count("\n") * _SHORTEST > len(text):
            return None
        if text.startswith(FOLD) or f"\n{FOLD}" in text:
            return None  # somebody's text could pass for a reference of ours
        view = View.of(text)
        self._asked = text, view
        if self._by_line and not self.known(view.lines) and not (within and _may_repeat(text, least)):
            return None  # nothing was said before, and nothing here is said twice
        return _Folding(view, self, within=within).fold()

    def again(self, text: str, body: str) -> Overlap | None:
        """The same for what a compressor shows of the text: `body`, where it is made of the text's own lines. A failure that
        stands in each run of the tests is shown once."""
        self._index()
        if not self._by_line:
            return None
        shown = split(body)
        if not self.known(line.partition(BAR)[2] or line for line in shown):
            return None
        where = places(shown, text)
        if where is None:
            return None
        noted = {before for before, place in pairwise(where) if place == NOTED}
        hidden = frozenset(range(text.count("\n") + 1)).difference(set(where) - noted)
        return _Folding(View.of(text, hidden), self, within=False).fold_within(shown, where)

    def _index(self) -> None:
        for number, text, body in self._pending:
            view = self._view(self._sources[number], text, body)
            if view is None:
                continue
            self._sources[number] = replace(self._sources[number], view=view)
            for at, line in enumerate(view.lines):
                if len(line) >= _MIN_KEY and at not in view.hidden:
                    if line in self._by_line:
                        self._first.setdefault(line, self._by_line[line])
                    self._by_line[line] = (number, at)
        self._pending.clear()

    def _view(self, source: _Source, text: str, body: str | None) -> View | None:
        """The lines of a source; None where what is shown of it is not made of them."""
        if source.written and PATCH.search(text):
            return View.of_patch(text)
        hidden = frozenset[int]() if body is None else not_shown(body, text)
        if hidden is None:
            return None
        view = self._asked[1] if self._asked is not None and self._asked[0] is text else View.of(text)
        return replace(view, hidden=hidden) if hidden else view

    def places(self, line: str) -> Iterator[tuple[int, View, int]]:
        """Where a line stands that runs may begin with: the first place and the latest, as number and view of the source
        and the line's place in it."""
        for known in (self._first, self._by_line):
            if line in known:
                number, at = known[line]
                view = self._sources[number].view
                if view is not None:
                    yield number, view, at

    def known(self, lines: Iterable[str]) -> set[str]:
        """Those of the lines that runs may begin with."""
        return self._by_line.keys() & set(lines)

    def source(self, number: int) -> _Source:
        """The source with this number, counted from 0."""
        return self._sources[number]

    @property
    def now(self) -> int:
        """The number, counted from 1, that the next result will have."""
        return self._results + 1


def _may_repeat(text: str, least: int) -> bool:
    """Whether lines that stand twice fill a run somewhere, and what is said again has so many characters at least."""
    lines = split(text)
    distinct = set(lines)
    if len(distinct) > _MOSTLY_DISTINCT * len(lines):
        return False
    if len(text) + 1 - sum(map(len, distinct)) - len(distinct) < least:
        return False
    times = Counter(lines)
    chars = 0
    for line in lines:
        chars = chars + len(line) + 1 if times[line] > 1 else 0
        if chars >= _OWN:
            return True
    return False


class _Folding:
    """The lines of one text on their way to an `Overlap`."""

    def __init__(self, view: View, said: Said, *, within: bool) -> None:
        self._view = view
        self._lines = view.lines
        self._said = said
        self._own: dict[str, int] = {}
        self._named: set[int | None] = set()
        self._within = within
        self._shown = bytearray()  # of each line whether it stands in the body: only such can be referred to

    def fold(self) -> Overlap | None:
        """The whole text, with references in place of what stands elsewhere."""
        return self.fold_within(self._view.raw, range(len(self._view.raw)))

    def fold_within(self, body: Sequence[str], places: Sequence[int]) -> Overlap | None:
        """The same for a body that shows some of the lines; `places` says which, and is negative for what is none."""
        runs = self._runs(None)
        worth = self._worth(runs)
        if 0 < len(worth) < len(runs):
            worth = self._worth(self._runs({run.source for run in worth}))  # one of these may hold the rest as well
        if not worth:
            return None
        where = {place: n for n, place in enumerate(places)}
        out: list[str] = []
        done = 0
        told: set[int | None] = set()
        for run in worth:
            n = where[run.at]
            out += body[done:n]
            out.append(self._reference(run, short=run.source in told))
            told.add(run.source)
            done = n + run.length
        out += body[done:]
        ranges = tuple((run.at + 1, run.at + run.length) for run in worth)
        return Overlap(body="\n".join(out), ranges=ranges, count=sum(run.length for run in worth))

    def _worth(self, runs: list[_Run]) -> list[_Run]:
        """Those with a source that saves more than naming it costs; none where all of them save less than the header."""
        gains = Counter[int | None]()
        for run in runs:
            gains[run.source] += run.chars - _REFERENCE
        for number in gains:
            if number is not None:
                gains[number] -= len(self._said.source(number).about) + _SOURCE
        worth = [run for run in runs if gains[run.source] > 0]
        return worth if sum(gains[number] for number in {run.source for run in worth}) > _HEADER else []

    def _runs(self, among: set[int | None] | None) -> list[_Run]:
        """Runs from these sources, or from all, in the order of the text; none lies in another."""
        self._own.clear()
        self._named.clear()
        self._shown = bytearray(b"\x01" * len(self._lines))
        runs: list[_Run] = []
        done = 0
        for at in self._starts():
            if at < done:
                continue
            run = self._found(at, done, among)
            if run is None:
                self._own[self._lines[at]] = at
                continue
            runs.append(run)
            self._named.add(run.source)
            done = run.at + run.length
            self._shown[run.at : done] = bytes(run.length)
        return runs

    def _starts(self) -> list[int]:
        """The lines at which a run is looked for: those that stand elsewhere."""
        keys: set[str] = set()
        if self._within:
            keys = {line for line, times in Counter(self._lines).items() if times > 1 and len(line) >= _MIN_KEY}
        keys |= self._said.known(self._lines)
        return [at for at, line in enumerate(self._lines) if line in keys] if keys else []

    def _found(self, at: int, done: int, among: set[int | None] | None) -> _Run | None:
        """The longest run around `at`, but not before `done`, that stands elsewhere; None when it is too short."""
        best: _Run | None = None
        for number, view, start in self._said.places(self._lines[at]):
            if not self._may_run(at, done, view.lines, start):
                continue
            run = self._run(at, done, view, number, start) if among is None or number in among else None
            if run is not None and (best is None or self._rank(run) > self._rank(best)):
                best = run
        own = self._own.get(self._lines[at]) if self._within and best is None else None
        return best if own is None else self._run(at, done, self._view, None, own)

    def _may_run(self, at: int, done: int, theirs: list[str], start: int) -> bool:
        """Whether a line beside this one is the same as well, where this one is no run by itself."""
        mine = self._lines
        return (
            len(mine[at]) >= _MIN_RUN
            or (at + 1 < len(mine) and start + 1 < len(theirs) and mine[at + 1] == theirs[start + 1])
            or (at > done and start > 0 and mine[at - 1] == theirs[start - 1])
        )

    def _rank(self, run: _Run) -> int:
        return run.chars + (_SOURCE if run.source in self._named else 0)

    def _run(self, at: int, done: int, source: View, number: int | None, start: int) -> _Run | None:
        """The run of line `at` and those around it, but not before `done`, that stands around line `start` of the source."""
        mine, theirs = self._lines, source.lines
        by_lines = self._view.bare and source.bare

        def same(here: int, there: int) -> bool:
            return (by_lines or (self._view.follows(here, at) and source.follows(there, start))) and (
                number is not None or self._shown[there] == 1
            )

        least = _OWN if number is None else _MIN_RUN
        end = min(len(mine) - at, (len(theirs) if number is not None else at) - start)
        begin = max(done - at, -start)
        chars = after = 0
        while after < end and mine[at + after] == theirs[start + after] and same(at + after, start + after):
            chars += len(mine[at + after]) + 1
            after += 1
        if after == 0:
            return None
        if number is None:
            begin = max(begin, after - (at - start))  # what is referred to stands before what refers to it
        before = 0
        while before > begin and mine[at + before - 1] == theirs[start + before - 1]:
            if not same(at + before - 1, start + before - 1):
                break
            before -= 1
            chars += len(mine[at + before]) + 1
        return _Run(at + before, after - before, chars, number, start + before) if chars >= least else None

    def _beginning(self, run: _Run) -> str:
        """How the lines begin that are referred to: in a text without numbers nobody could count up to them."""
        lines = self._lines[run.start : run.start + run.length]
        return clipped(next((" ".join(line.split()) for line in lines if line.strip()), ""), _BEGINNING)

    def _reference(self, run: _Run, *, short: bool) -> str:
        """`⋯ lines 1-6 = lines 3-8 of result #2 above`, `⋯ lines 9-12 = lines 1-4 above (begin)`; with the numbers that a tool
        printed where these tell more."""
        here = named([(run.at + 1, run.at + run.length)])
        source = None if run.source is None else self._said.source(run.source)
        view = self._view if source is None or source.view is None else source.view
        if source is None:
            there = f"{named([(run.start + 1, run.start + run.length)])} above ({self._beginning(run)})"
        else:
            there = view.where(run.start, run.length, source.name(self._said.now, short=short))
        number = self._view.number(run.at)
        how = ""
        if number != view.number(run.start):
            how = (
                f", numbered {format_ranges([(number, number + run.length - 1)])}," if number else ", without numbers,"
            )
        return f"{FOLD} {here}{how} = {there}"
