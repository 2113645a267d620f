"""What this conversation has said already, and how to refer to it instead of saying it again.

`Said` remembers the tool results that stand before a block, in order. A later text that is identical becomes a reference
(`whole`); one that shares long runs of lines, such as a file read again after an edit or overlapping chunks, shows its
own lines and refers to the rest by line ranges (`overlap`). Only text that is provably in this conversation, unchanged,
is referred to by lines. Nothing here knows of stores, markers or compressors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headroom.lines import FOLD, format_ranges, split
from headroom.messages import Hint

_MIN_KEY = 24
"""Shorter lines ("}", "", "return None") occur everywhere and start no run."""
_MIN_RUN = 320
"""Characters a run must have: below that the reference costs about as much as the text."""
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

    def overlap(self, text: str) -> Overlap | None:
        """Refer to runs of lines that earlier visible results hold, or None where there are none worth it."""
        if not self._sources or (not self._by_line and not self._pending):
            return None
        self._index()
        lines = split(text)
        if any(line.startswith(FOLD) for line in lines):
            return None  # somebody's text could pass for a reference of ours
        return self._fold(lines)

    def _index(self) -> None:
        for number, text in self._pending:
            lines = split(text)
            self._sources[number] = _Source(self._sources[number].label, lines)
            for at, line in enumerate(lines):
                if len(line) >= _MIN_KEY:
                    self._by_line[line] = (number, at)
        self._pending.clear()

    def _fold(self, lines: list[str]) -> Overlap | None:
        out: list[str] = []
        ranges: list[tuple[int, int]] = []
        at = 0
        get = self._by_line.get
        while at < len(lines):
            hit = get(lines[at])
            length = self._run(lines, at, hit) if hit else 0
            if not hit or not length:
                out.append(lines[at])
                at += 1
                continue
            number, start = hit
            here = format_ranges([(at + 1, at + length)])
            there = format_ranges([(start + 1, start + length)])
            out.append(f"{FOLD} lines {here} = lines {there} of {self._sources[number].label}")
            ranges.append((at + 1, at + length))
            at += length
        if not ranges:
            return None
        return Overlap(body="\n".join(out), ranges=tuple(ranges), count=sum(b - a + 1 for a, b in ranges))

    def _run(self, lines: list[str], at: int, hit: tuple[int, int]) -> int:
        """How many lines from `at` on stand in the same order in the source, or 0 when that is too little."""
        number, start = hit
        source = self._sources[number].lines or []
        length = chars = 0
        most = min(len(lines) - at, len(source) - start)
        while length < most and lines[at + length] == source[start + length]:
            chars += len(lines[at + length]) + 1
            length += 1
        return length if chars >= _MIN_RUN else 0


def _label(number: int, hint: Hint) -> str:
    """`result #3 above, read_file(src/app.py)`."""
    about = hint.path or hint.command or _first(hint.arguments)
    about = " ".join(about.split())
    if len(about) > _LABEL:
        about = about[: _LABEL - 1] + "…"
    call = f"{hint.tool or 'tool'}({about})" if (hint.tool or about) else ""
    return f"result #{number} above" + (f", {call}" if call else "")


def _first(arguments: Mapping[str, Any]) -> str:
    return next((v for v in arguments.values() if isinstance(v, str)), "")
