"""What this conversation has said already, and how to refer to it instead of saying it again.

`Said` remembers the tool results that stand before a block, in order. A later text that is identical becomes a reference
(`whole`); one that shares long runs of lines, such as a file read again after an edit or overlapping chunks, shows its
own lines and refers to the rest by line ranges (`overlap`). Line numbers that a tool prints do not count, so a file is
recognised although its lines have moved. Only text that is provably in this conversation, unchanged, is referred to by
lines. Nothing here knows of stores, markers or compressors.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from headroom.lines import BAR, FOLD, format_ranges, split
from headroom.messages import NO_HINT, Hint

_MIN_KEY = 24
"""Shorter lines ("}", "", "return None") occur everywhere and start no run."""
_LONG = re.compile(rf"^.{{{_MIN_KEY},}}$", re.MULTILINE)
_WORTH = 320
"""Characters that a text must have in common with a source: below that naming it costs about as much as the text."""
_MIN_RUN = 160
"""Characters that a run of them must have."""
_MOSTLY_DISTINCT = 0.95
"""A text with a greater share of distinct lines repeats nothing worth looking for."""
_SHORTEST = 4
"""Lines of fewer characters, on average, are no text in which runs are worth a reference."""
_JSON = re.compile(r"\s*(?:\{\s*\"|\[\s*[\[{\"\d])")
_NUMBERED = re.compile(r"[ \t]*([1-9]\d{0,6})(?:\t|→|:|│|\|)(.*)", re.DOTALL)
"""A line as `cat -n`, `nl` and the agents' own tools print it."""
_GAP = re.compile(rf"{FOLD} lines? (\d+)(?:-(\d+))?(?![\d,-])")
_NOTE = re.compile(rf"{FOLD} (?:\+\d|×\d)")
_GLANCE = 24
_LONGEST_SOURCE = 200_000
"""Characters of a shortened result beyond which its lines are not looked up again."""
_LONGEST_HEAD = 4_000
_LABEL = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A text of which runs stand earlier. `body` is what to show, `ranges` the 1-based line ranges that it refers away."""

    body: str
    ranges: tuple[tuple[int, int], ...]
    count: int


@dataclass(frozen=True, slots=True)
class _View:
    """The lines of a text, as they are (`raw`) and without their printed numbers (`lines`). `numbers` holds the number of
    each line, 0 for a line without one; None where the text is not numbered. The model does not see the lines `hidden`."""

    raw: list[str]
    lines: list[str]
    numbers: list[int] | None = None
    hidden: frozenset[int] = frozenset()

    @classmethod
    def of(cls, text: str, hidden: frozenset[int] = frozenset()) -> _View:
        raw = split(text)
        glance = raw[:_GLANCE]
        if 2 * sum(map(bool, map(_NUMBERED.match, glance))) < len(glance):
            return cls(raw, raw, None, hidden)
        found = list(map(_NUMBERED.match, raw))
        numbers = [int(m[1]) if m else 0 for m in found]
        steps = sum(b == a + 1 for a, b in pairwise(n for n in numbers if n))
        if 10 * (steps + 1) < 9 * sum(map(bool, numbers)):
            return cls(raw, raw, None, hidden)  # numbers of another sort
        return cls(raw, [m[2] if m else line for m, line in zip(found, raw, strict=True)], numbers, hidden)

    def number(self, at: int) -> int:
        return self.numbers[at] if self.numbers else 0

    def follows(self, at: int, start: int) -> bool:
        """Whether the model sees line `at`, and the printed numbers run on to it from line `start` or neither has one."""
        if at in self.hidden:
            return False
        first = self.number(start)
        return self.number(at) == (first + at - start if first else 0)

    def where(self, start: int, length: int, within: str) -> str:
        """These lines as a reader finds them: by their printed numbers, or else by their place."""
        first = self.number(start) or start + 1
        told = format_ranges([(first, first + length - 1)])
        return f"numbered {told} in {within}" if self.number(start) else f"lines {told} of {within}"


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
    label: str
    short: str
    view: _View | None  # None where the text is not visible as it was


class Said:
    """The tool results before the block at hand. `add` each one in order; ask before adding."""

    __slots__ = ("_by_line", "_by_text", "_pending", "_results", "_sources")

    def __init__(self) -> None:
        self._results = 0
        self._sources: list[_Source] = []
        self._by_text: dict[str, int] = {}
        self._by_line: dict[str, tuple[int, int]] = {}
        self._pending: list[tuple[int, str, frozenset[int]]] = []

    def add(self, text: str, hint: Hint, *, visible: bool, body: str | None = None) -> None:
        """Remember a result, and the command that led to it. `visible` says that the model sees the text as it is.

        `body` is what it sees instead, below the header: lines of the text that stand in it as they are can be referred to.
        """
        self._results += 1
        short = f"result #{self._results}"
        self._add_command(hint.command, f"the command of {short}")
        self._by_text[text] = len(self._sources)
        hidden = frozenset[int]() if visible or body is None else _not_shown(body, text)
        seen = visible or (body is not None and hidden is not None)
        self._add(_label(self._results, hint), short, text if seen else None, hidden or frozenset())

    def _add_command(self, command: str | None, name: str) -> None:
        """What an agent wrote is often shown to it again."""
        if command is not None and len(command) >= _WORTH and "\n" in command:
            self._add(name, name, command)

    def _add(self, label: str, short: str, text: str | None, hidden: frozenset[int] = frozenset()) -> None:
        if text is not None:
            self._pending.append((len(self._sources), text, hidden))
        self._sources.append(_Source(label, short, None))

    def whole(self, text: str) -> str | None:
        """How to call the earlier result that has the same text, or None. The latest one is named."""
        number = self._by_text.get(text)
        return None if number is None else self._sources[number].label

    def overlap(self, text: str, *, within: bool = False, hint: Hint = NO_HINT) -> Overlap | None:
        """Refer to runs of lines that earlier visible results hold, or None where there are none worth it.

        With `within`, also to runs that stand further up in the text itself: chunks that overlap, a block printed twice.
        With `hint`, also to what stands in the command to which this text is the answer.
        """
        within = within and not _JSON.match(text)  # it says itself what repeats, and its lines would take much memory
        if text.count("\n") * _SHORTEST > len(text):
            return None
        self._add_command(hint.command, "the command of this call")
        if not (self._by_line or self._pending) and not (within and _may_repeat(text)):
            return None
        if text.startswith(FOLD) or f"\n{FOLD}" in text:
            return None  # somebody's text could pass for a reference of ours
        self._index()
        return _Folding(_View.of(text), self._sources, self._by_line, within=within).fold()

    def _index(self) -> None:
        for number, text, hidden in self._pending:
            source = self._sources[number]
            view = _View.of(text, hidden)
            self._sources[number] = _Source(source.label, source.short, view)
            for at, line in enumerate(view.lines):
                if len(line) >= _MIN_KEY and at not in hidden:
                    self._by_line[line] = (number, at)
        self._pending.clear()


def _not_shown(body: str, text: str) -> frozenset[int] | None:
    """The lines (from 0) of a text that its body does not show; None where the body is not made of the text's own lines,
    each whole and in its place: between `⋯ lines 3-8 …`, or behind `9│`."""
    if len(text) > _LONGEST_SOURCE or not _begins_within(body, text):
        return None
    raw = split(text)
    shown: set[int] = set()
    at = 0
    for line in split(body):
        if line.startswith(FOLD):
            m = _GAP.match(line)
            if m is not None and int(m[1]) == at + 1:
                at = int(m[2] or m[1])
            elif m is not None or not shown or not _NOTE.match(line):
                return None
            continue
        number, bar, rest = line.partition(BAR)
        if bar and number.isdecimal() and at <= int(number) - 1 < len(raw) and raw[int(number) - 1] == rest:
            at = int(number) - 1
        elif not (at < len(raw) and raw[at] == line):
            return None
        shown.add(at)
        at += 1
    return frozenset(range(len(raw))) - shown if shown else None


def _begins_within(body: str, text: str) -> bool:
    """Whether the first line of a body that is none of ours stands in the text: cheaper than to take the text apart."""
    for line in body[:_LONGEST_HEAD].split("\n"):
        if not line.startswith(FOLD):
            number, bar, rest = line.partition(BAR)
            return (rest if bar and number.isdecimal() else line) in text
    return False


def _may_repeat(text: str) -> bool:
    """Whether enough lines stand twice to fill a run. Those with which a run can begin come first: often there are few."""
    longer = _LONG.findall(text)
    if len(set(longer)) == len(longer):
        return False
    lines = split(text)
    distinct = set(lines)
    if len(distinct) > _MOSTLY_DISTINCT * len(lines):
        return False
    twice = sum(map(len, lines)) + len(lines) - sum(map(len, distinct)) - len(distinct)
    return twice >= _WORTH


class _Folding:
    """The lines of one text on their way to an `Overlap`."""

    def __init__(
        self, view: _View, sources: list[_Source], by_line: dict[str, tuple[int, int]], *, within: bool
    ) -> None:
        self._view = view
        self._lines = view.lines
        self._sources = sources
        self._by_line = by_line
        self._own: dict[str, int] = {}
        self._within = within
        self._shown = bytearray(b"\x01" * len(view.lines))  # only what stands in the body can be referred to

    def fold(self) -> Overlap | None:
        runs = self._runs()
        total = Counter[int | None]()
        for run in runs:
            total[run.source] += run.chars
        runs = [run for run in runs if (run.chars if run.source is None else total[run.source]) >= _WORTH]
        if not runs:
            return None
        out: list[str] = []
        done = 0
        named: set[int | None] = set()
        for run in runs:
            out += self._view.raw[done : run.at]
            out.append(self._said(run, short=run.source in named))
            named.add(run.source)
            done = run.at + run.length
        out += self._view.raw[done:]
        ranges = tuple((run.at + 1, run.at + run.length) for run in runs)
        return Overlap(body="\n".join(out), ranges=ranges, count=sum(run.length for run in runs))

    def _runs(self) -> list[_Run]:
        runs: list[_Run] = []
        done = 0
        for at in self._starts():
            if at < done:
                continue
            run = self._found(at)
            if run is None:
                self._own[self._lines[at]] = at
                continue
            runs.append(run)
            done = at + run.length
            self._shown[at:done] = bytes(run.length)
        return runs

    def _starts(self) -> list[int]:
        """The lines with which a run may begin: those that stand elsewhere."""
        keys: set[str] = set()
        if self._within:
            keys = {line for line, times in Counter(self._lines).items() if times > 1 and len(line) >= _MIN_KEY}
        keys.update(self._by_line.keys() & set(self._lines))
        return [at for at, line in enumerate(self._lines) if line in keys] if keys else []

    def _found(self, at: int) -> _Run | None:
        """The run from `at` on that stands elsewhere; None when it is too short."""
        line = self._lines[at]
        if line in self._by_line:
            number, start = self._by_line[line]
            source = self._sources[number].view
            run = self._run(at, source, number, start) if source is not None else None
            if run is not None:
                return run
        own = self._own.get(line) if self._within else None
        return None if own is None else self._run(at, self._view, None, own)

    def _run(self, at: int, source: _View, number: int | None, start: int) -> _Run | None:
        length = chars = 0
        most = min(len(self._lines) - at, (len(source.lines) if number is not None else at) - start)
        while length < most and self._lines[at + length] == source.lines[start + length]:
            if not (self._view.follows(at + length, at) and source.follows(start + length, start)):
                break
            if number is None and not self._shown[start + length]:
                break
            chars += len(self._lines[at + length]) + 1
            length += 1
        return _Run(at, length, chars, number, start) if chars >= _MIN_RUN else None

    def _said(self, run: _Run, *, short: bool) -> str:
        """`⋯ lines 1-6 = lines 3-8 of result #2 above`; with the numbers that a tool printed where these tell more."""
        here = format_ranges([(run.at + 1, run.at + run.length)])
        source = None if run.source is None else self._sources[run.source]
        view = self._view if source is None or source.view is None else source.view
        if source is None:
            there = f"lines {format_ranges([(run.start + 1, run.start + run.length)])} above"
        else:
            there = view.where(run.start, run.length, source.short if short else source.label)
        number = self._view.number(run.at)
        how = ""
        if number != view.number(run.start):
            how = (
                f", numbered {format_ranges([(number, number + run.length - 1)])}," if number else ", without numbers,"
            )
        return f"{FOLD} lines {here}{how} = {there}"


def _label(number: int, hint: Hint) -> str:
    """`result #3 above, read_file(src/app.py)`."""
    about = hint.path or hint.command or _first(hint.arguments)
    about = " ".join(about.split()).replace("·", ".")  # a marker's separator
    if len(about) > _LABEL:
        about = about[: _LABEL - 1] + "…"
    call = f"{hint.tool or 'tool'}({about})" if (hint.tool or about) else ""
    return f"result #{number} above" + (f", {call}" if call else "")


def _first(arguments: Mapping[str, Any]) -> str:
    return next((v for v in arguments.values() if isinstance(v, str)), "")
