"""Stacks with how often each was seen, a line per stack: what py-spy, perf, async-profiler write for a flame graph.

    main (a.py:9);load (a.py:3) 12              main (a.py:9)
    main (a.py:9);load (a.py:3);parse 3           load (a.py:3) 12
    main (a.py:9);save (a.py:5);dump 40             parse 3
                                                  save (a.py:5);dump 40

Frames that stacks begin with stand once, in the order in which they come first. Where effort allows, what was seldom seen
is counted. `profile` stands above.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from headroom import relevance
from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.lines import FOLD, runs
from headroom.messages import Hint

__all__ = ["are_stacks", "tree"]

_STACK = re.compile(r"(\S.*;.*\S|\S[^;]*?) (\d+)\Z")
_COUNTED = re.compile(r".* \d+\Z")
_FEWEST = 6
_SELDOM = 0.005
"""Share of all samples below which a frame with all that it calls is counted only."""
_MOSTLY = 0.9
_ODD = 4
"""So many lines may be no stacks."""
NOTE = "stacks as a tree, indented below the frames that they share; N behind a frame: samples that end there"


@dataclass(slots=True)
class _Frame:
    """One frame below others: samples that end in it (None: no stack does), what it calls; of all of that the samples and
    the lines that tell of them."""

    own: int | None = None
    seen: int = 0
    lines: list[int] = field(default_factory=list)
    calls: dict[str, _Frame] = field(default_factory=dict)


def are_stacks(head: str, is_cut: bool) -> bool:
    """Whether most lines are stacks of several frames, each with a number."""
    if 2 * head.count(";") < 3 * head.count("\n"):
        return False  # most texts, seen at once
    lines = [line for line in head.split("\n")[: -1 if is_cut else None] if line]
    if len(lines) < _FEWEST and not (is_cut and lines):
        return False
    several = sum(["; " not in line and _STACK.match(line) is not None for line in lines])
    return several >= _MOSTLY * len(lines) - 1 and 2 * sum(line.count(";") for line in lines) >= 3 * len(lines)


def tree(text: str, hint: Hint, limits: Limits) -> Rendition | None:
    """The stacks as a tree; None where the lines are none, or where the tree could be read in two ways."""
    lines = text.split("\n")
    read = _read(lines)
    if read is None:
        return None
    root, above = read
    least = _SELDOM * root.seen if limits.effort >= Effort.MEDIUM else 0.0
    asked = set(relevance.matching_lines(text, hint.query)) if hint.query and least else set()
    if limits.keep is not None:
        asked.update(n for n, line in enumerate(lines) if limits.keep.search(line))
    written = _Written(least, asked)
    written.below(root)
    in_order = written.order == sorted(written.order) and above == lines[: len(above)]
    if not in_order and limits.effort < Effort.MEDIUM:
        return None
    ranges = tuple((a + limits.first_line, b + limits.first_line) for a, b in runs(sorted(written.gone)))
    gone = (Elision(ranges=ranges, count=len(written.gone), summary="stacks that were seldom seen"),) if ranges else ()
    note = NOTE if in_order else f"{NOTE}; in the order of what comes first"
    return Rendition(text="\n".join([*above, *written.lines]), note=note, elisions=gone, lossless=in_order and not gone)


def _read(lines: list[str]) -> tuple[_Frame, list[str]] | None:
    """The tree of the stacks, and the lines that are none."""
    root = _Frame()
    odd: list[str] = []
    for number, line in enumerate(lines):
        m = _STACK.match(line)
        if m is None:
            odd += [line] if line else []
            if len(odd) > _ODD or ";" in line or FOLD in line:
                return None
            continue
        here, count = root, int(m[2])
        here.seen += count
        for name in m[1].split(";"):
            if not name or name[0] in {" ", FOLD} or (name[-1].isdigit() and _COUNTED.match(name)):
                return None  # it would read as something else
            here = here.calls.setdefault(name, _Frame())
            here.seen += count
            here.lines.append(number)
        if here.own is not None:
            return None  # the same stack twice
        here.own = count
    return root, odd


class _Written:
    """The lines of the tree so far, the order of the stacks in it, and those that are only counted."""

    def __init__(self, least: float, asked: set[int]) -> None:
        self.lines: list[str] = []
        self.order: list[int] = []
        self.gone: list[int] = []
        self._least = least
        self._asked = asked

    def below(self, root: _Frame) -> None:
        """Write what a frame calls."""
        todo: list[tuple[int, str, _Frame]] = []
        self._open(root, 0, todo)
        while todo:
            depth, name, frame = todo.pop()
            names = [name]
            while frame.own is None and len(frame.calls) == 1:
                name, frame = next(iter(frame.calls.items()))
                names.append(name)
            if frame.own is not None:
                self.order.append(min(frame.lines))
            count = "" if frame.own is None else f" {frame.own}"
            self.lines.append(f"{' ' * depth}{';'.join(names)}{count}")
            self._open(frame, depth + 1, todo)

    def _open(self, frame: _Frame, depth: int, todo: list[tuple[int, str, _Frame]]) -> None:
        """Put what a frame calls on the list of what is to be written; count what was seldom seen."""
        seldom = [f for f in frame.calls.values() if f.seen < self._least and self._asked.isdisjoint(f.lines)]
        if seldom:
            gone = [line for f in seldom for line in f.lines]
            self.gone += gone
            samples = sum(f.seen for f in seldom)
            what = f"{len(gone)} stack{'s' if len(gone) > 1 else ''}, {samples} sample{'s' if samples > 1 else ''}"
            self.lines.append(f"{' ' * depth}{FOLD} {what}")
        left = {id(f) for f in seldom}
        todo += reversed([(depth, name, f) for name, f in frame.calls.items() if id(f) not in left])
