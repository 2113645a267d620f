"""What this conversation has said already, and how to refer to it instead of saying it again.

`Said` remembers the tool results that stand before a block, in order. A later text that is identical becomes a reference
(`whole`); one that shares long runs of lines, such as a file read again after an edit or overlapping chunks, shows its
own lines and refers to the rest by line ranges (`overlap`). Only text that is provably in this conversation, unchanged,
is referred to by lines. Nothing here knows of stores, markers or compressors.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headroom.lines import FOLD, format_ranges, split
from headroom.messages import Hint

_MIN_KEY = 24
"""Shorter lines ("}", "", "return None") occur everywhere and start no run."""
_MIN_RUN = 320
"""Characters a run must have: below that the reference costs about as much as the text."""
_MOSTLY_DISTINCT = 0.95
"""A text with a greater share of distinct lines repeats nothing worth looking for."""
_SHORTEST = 4
"""Lines of fewer characters, on average, are no text in which runs are worth a reference."""
_JSON = re.compile(r"\s*(?:\{\s*\"|\[\s*[\[{\"\d])")
_LABEL = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A text of which runs stand earlier. `body` is what to show, `ranges` the 1-based line ranges that it refers away."""

    body: str
    ranges: tuple[tuple[int, int], ...]
    count: int


@dataclass(frozen=True, slots=True)
class _Source:
    label: str
    lines: list[str] | None  # None where the text is not visible as it was


class Said:
    """The tool results before the block at hand. `add` each one in order; ask before adding."""

    __slots__ = ("_by_line", "_by_text", "_pending", "_sources")

    def __init__(self) -> None:
        self._sources: list[_Source] = []
        self._by_text: dict[str, int] = {}
        self._by_line: dict[str, tuple[int, int]] = {}
        self._pending: list[tuple[int, str]] = []

    def add(self, text: str, hint: Hint, *, visible: bool) -> None:
        """Remember a result. `visible` says that the model sees the text exactly as it is."""
        number = len(self._sources)
        self._sources.append(_Source(_label(number + 1, hint), None))
        self._by_text[text] = number
        if visible:
            self._pending.append((number, text))

    def whole(self, text: str) -> str | None:
        """How to call the earlier result that has the same text, or None. The latest one is named."""
        number = self._by_text.get(text)
        return None if number is None else self._sources[number].label

    def overlap(self, text: str, *, within: bool = False) -> Overlap | None:
        """Refer to runs of lines that earlier visible results hold, or None where there are none worth it.

        With `within`, also to runs that stand further up in the text itself: chunks that overlap, a block printed twice.
        """
        earlier = bool(self._by_line or self._pending)
        within = within and not _JSON.match(text)  # it says itself what repeats, and its lines would take much memory
        if not earlier and not within:
            return None
        if text.count("\n") * _SHORTEST > len(text):
            return None
        lines = split(text)
        if not earlier and not _may_repeat(lines):
            return None
        if text.startswith(FOLD) or f"\n{FOLD}" in text:
            return None  # somebody's text could pass for a reference of ours
        self._index()
        return _Folding(lines, self._sources, self._by_line, within=within).fold()

    def _index(self) -> None:
        for number, text in self._pending:
            lines = split(text)
            self._sources[number] = _Source(self._sources[number].label, lines)
            for at, line in enumerate(lines):
                if len(line) >= _MIN_KEY:
                    self._by_line[line] = (number, at)
        self._pending.clear()


def _may_repeat(lines: list[str]) -> bool:
    """Whether enough lines stand twice to fill a run."""
    distinct = set(lines)
    if len(distinct) > _MOSTLY_DISTINCT * len(lines):
        return False
    longer = [line for line in lines if len(line) >= _MIN_KEY]
    keys = set(longer)
    if len(keys) == len(longer):
        return False
    twice = sum(map(len, lines)) + len(lines) - sum(map(len, distinct)) - len(distinct)
    return twice >= _MIN_RUN


class _Folding:
    """The lines of one text on their way to an `Overlap`."""

    def __init__(
        self, lines: list[str], sources: list[_Source], by_line: dict[str, tuple[int, int]], *, within: bool
    ) -> None:
        self._lines = lines
        self._sources = sources
        self._by_line = by_line
        self._own: dict[str, int] = {}
        self._within = within
        self._shown = bytearray(b"\x01" * len(lines))  # only what stands in the body can be referred to

    def fold(self) -> Overlap | None:
        out: list[str] = []
        ranges: list[tuple[int, int]] = []
        done = 0
        for at in self._starts():
            if at < done:
                continue
            length, reference = self._reference(at)
            if not length:
                self._own[self._lines[at]] = at
                continue
            out += self._lines[done:at]
            out.append(f"{FOLD} lines {format_ranges([(at + 1, at + length)])} = {reference}")
            ranges.append((at + 1, at + length))
            done = at + length
            self._shown[at:done] = bytes(length)
        if not ranges:
            return None
        out += self._lines[done:]
        return Overlap(body="\n".join(out), ranges=tuple(ranges), count=sum(b - a + 1 for a, b in ranges))

    def _starts(self) -> list[int]:
        """The lines with which a run may begin: those that stand elsewhere."""
        keys: set[str] = set()
        if self._within:
            keys = {line for line, times in Counter(self._lines).items() if times > 1 and len(line) >= _MIN_KEY}
        keys.update(self._by_line.keys() & set(self._lines))
        return [at for at, line in enumerate(self._lines) if line in keys] if keys else []

    def _reference(self, at: int) -> tuple[int, str]:
        """How many lines from `at` on stand elsewhere, and where; 0 when that is too little."""
        line = self._lines[at]
        hit = self._by_line.get(line)
        if hit is not None:
            number, start = hit
            source = self._sources[number]
            length = self._run(at, source.lines or [], start)
            if length:
                return length, f"lines {format_ranges([(start + 1, start + length)])} of {source.label}"
        own = self._own.get(line)
        if self._within and own is not None:
            length = self._run(at, self._lines, own, within=at)
            if length:
                return length, f"lines {format_ranges([(own + 1, own + length)])} above"
        return 0, ""

    def _run(self, at: int, source: list[str], start: int, within: int | None = None) -> int:
        """The length of the run; `within` is set where the source is the text itself, above that line."""
        length = chars = 0
        most = min(len(self._lines) - at, (len(source) if within is None else within) - start)
        while length < most and self._lines[at + length] == source[start + length]:
            if within is not None and not self._shown[start + length]:
                break
            chars += len(source[start + length]) + 1
            length += 1
        return length if chars >= _MIN_RUN else 0


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
