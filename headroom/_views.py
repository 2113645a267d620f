"""The lines of a text as they can be compared with those of another, and which of them a shortened text still shows.

Line numbers that a tool has printed, and the signs in a patch, are no part of a line: a file is recognised although its
lines have moved. Nothing here decides what is worth a reference; `dedupe` does, above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from headroom.lines import BAR, FOLD, format_ranges, named, split, stub

_NUMBERED = re.compile(r"[ \t]*L?0*([1-9]\d{0,6})(?:\t|→|:|│|\|)(.*)", re.DOTALL)
"""A line as `cat -n`, `nl` and the agents' own tools print it."""
PATCH = re.compile(r"^\*\*\* Begin Patch$|^@@ .*@@", re.MULTILINE)
"""What an agent writes to change files: behind a sign in front of them, lines stand in it as they will stand in the file."""
_GAP = re.compile(rf"{FOLD} lines? (\d+)(?:-(\d+))?(?![\d,-])")
_NOTE = re.compile(rf"{FOLD} (?:\+\d|×\d)")
NOTED = -2
"""The place of a line that says something about the line above it."""
_GLANCE = 24
_LONGEST_SOURCE = 200_000
"""Characters of a shortened result beyond which its lines are not looked up again."""
_LONGEST_HEAD = 4_000


@dataclass(frozen=True, slots=True)
class View:
    """The lines of a text, as they are (`raw`) and without their printed numbers (`lines`). `numbers` holds the number of
    each line, 0 for a line without one; None where the text is not numbered. The lines `hidden` cannot be referred to.
    `signed`: before each line stands `+` or a blank."""

    raw: list[str]
    lines: list[str]
    numbers: list[int] | None = None
    hidden: frozenset[int] = frozenset()
    signed: bool = False

    @classmethod
    def of_patch(cls, text: str) -> View:
        """A patch that an agent wrote, as the lines that it puts into files."""
        raw = split(text)
        hidden = frozenset(n for n, line in enumerate(raw) if line[:1] not in {"+", " "} or line.startswith("+++ "))
        return cls(raw, [line[1:] for line in raw], None, hidden, signed=True)

    @classmethod
    def of(cls, text: str, hidden: frozenset[int] = frozenset()) -> View:
        """The lines of a text, without the numbers that a tool has printed before them, where it has."""
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

    @property
    def bare(self) -> bool:
        """Whether lines are all there is to compare: no numbers, nothing hidden."""
        return self.numbers is None and not self.hidden

    def number(self, at: int) -> int:
        """The printed number of a line, 0 for none."""
        return self.numbers[at] if self.numbers else 0

    def follows(self, at: int, start: int) -> bool:
        """Whether the model sees line `at`, and the printed numbers run on to it from line `start` or neither has one."""
        if at in self.hidden:
            return False
        first = self.number(start)
        return self.number(at) == (first + at - start if first else 0)

    def where(self, start: int, length: int, within: str) -> str:
        """These lines as a reader finds them: by their printed numbers, or else by their place."""
        first = self.number(start)
        if first:
            return f"numbered {format_ranges([(first, first + length - 1)])} in {within}"
        signs = ", behind their signs," if self.signed else ""
        return f"{named([(start + 1, start + length)])}{signs} of {within}"


def not_shown(body: str, text: str) -> frozenset[int] | None:
    """The lines (from 0) of a text that its body does not show; None where the body is not made of the text's own lines."""
    if len(text) > _LONGEST_SOURCE or not _begins_within(body, text):
        return None
    shown = places(split(body), text)
    return None if shown is None else frozenset(range(text.count("\n") + 1)).difference(shown)


def places(body: Sequence[str], text: str) -> list[int] | None:
    """For each line of a body the place (from 0) where it stands in the text, -1 for those that stand for lines not shown,
    `NOTED` for those about the line above; None where the others are not the text's own, each whole and in its place:
    between `⋯ lines 3-8 …`, or behind `9│`."""
    raw = split(text)
    found: list[int] = []
    at = 0
    shown = False
    for line in body:
        gap = stub(line)
        m = _GAP.match(line) if gap is None and line.startswith(FOLD) else None
        if m is not None:
            gap = int(m[1]), int(m[2] or m[1])
        if gap is not None and gap[0] == at + 1:
            at = gap[1]
            found.append(-1)
            continue
        if line.startswith(FOLD):
            if m is not None or not shown or not _NOTE.match(line):
                return None
            found.append(NOTED)
            continue
        number, bar, rest = line.partition(BAR)
        if bar and number.isdecimal() and at <= int(number) - 1 < len(raw) and raw[int(number) - 1] == rest:
            at = int(number) - 1
        elif not (at < len(raw) and raw[at] == line):
            return None
        found.append(at)
        shown = True
        at += 1
    return found if shown else None


def _begins_within(body: str, text: str) -> bool:
    """Whether the first line of a body that is none of ours stands in the text: cheaper than to take the text apart."""
    for line in body[:_LONGEST_HEAD].split("\n"):
        if not line.startswith(FOLD):
            number, bar, rest = line.partition(BAR)
            return (rest if bar and number.isdecimal() else line) in text
    return False
