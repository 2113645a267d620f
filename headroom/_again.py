"""What a rewritten result says that an earlier one has said: a page in a browser that an agent looks at after each step.

Such texts do not consist of their source's lines, so `dedupe` cannot refer to them by line numbers: lines of what was shown
are compared, and a reference quotes how the first and the last of a run begin. Only texts that are read in the same way, by
the same note, are compared. Above stands `_pass`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headroom._calls import about
from headroom.lines import FOLD, clipped
from headroom.messages import Hint

_MIN_RUN = 160
"""Characters that a run of lines must have to be referred to."""
_BEGINNING = 40


@dataclass(frozen=True, slots=True)
class _Shown:
    """Lines of the result with this number, counted from 1, and which call it was."""

    number: int
    call: str
    lines: Sequence[str]


class Again:
    """The rewritten results before the one at hand. `add` each one in order; ask before adding."""

    __slots__ = ("_latest", "_shown")

    def __init__(self) -> None:
        self._shown: list[_Shown] = []
        self._latest: dict[tuple[str, str], tuple[int, int]] = {}  # note and line -> where it was shown last

    def add(self, number: int, hint: Hint, note: str, body: str) -> None:
        """Remember what result `number` shows below its marker, which is read by `note`."""
        lines = body.split("\n")
        self._shown.append(_Shown(number, about(hint), lines))
        for at, line in enumerate(lines):
            if not line.startswith(FOLD):
                self._latest[note, line] = (len(self._shown) - 1, at)

    def fold(self, note: str, body: str) -> str | None:
        """The body with references in place of what stands in earlier ones; None where there are no runs worth it."""
        lines = body.split("\n")
        out: list[str] = []
        at = found = 0
        while at < len(lines):
            place = self._latest.get((note, lines[at]))
            length = 0 if place is None else self._run(lines, at, *place)
            run = lines[at : at + length]
            if place is None or sum(map(len, run)) + length < _MIN_RUN:
                out += run or [lines[at]]
                at += length or 1
                continue
            out.append(_reference(self._shown[place[0]], run))
            found += 1
            at += length
        return "\n".join(out) if found else None

    def _run(self, lines: Sequence[str], at: int, number: int, start: int) -> int:
        """How many lines from `at` on are those of an earlier text from `start` on."""
        theirs = self._shown[number].lines
        n = 0
        while (
            at + n < len(lines)
            and start + n < len(theirs)
            and lines[at + n] == theirs[start + n]
            and not lines[at + n].startswith(FOLD)
        ):
            n += 1
        return n


def _reference(shown: _Shown, run: Sequence[str]) -> str:
    """`⋯ 38 lines as in result #1 above, browser_snapshot(), from: navigation "Main" to: table`"""
    first, last = (clipped(" ".join(line.split()), _BEGINNING) for line in (run[0], run[-1]))
    return f"{FOLD} {len(run)} lines as in result #{shown.number} above{shown.call}, from: {first} to: {last}"
