"""Trees that are drawn with lines: `tree`, `npm ls`, `cargo tree`, `gradle dependencies`, `mvn dependency:tree`.

    ├─┬ ajv@6.15.0                 ajv@6.15.0
    │ ├── fast-uri@3.0.1            fast-uri@3.0.1, json-traverse@0.4.1
    │ └── json-traverse@0.4.1

One blank per level stands for the drawing, neighbours without children share a line, and a sign stands for what many names
are said to be (`deduped`, `UNMET OPTIONAL DEPENDENCY`). Only what can be drawn again is shortened. Above stands `listing`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from headroom.compressors._api import Rendition

__all__ = ["BRANCHES", "is_drawn", "shorten_tree"]

BRANCHES = ("─ ", "-- ", "─\xa0", "--\xa0", "─┬ ", "+- ", "\\- ", "├───", "└───")
"""What rows of trees have before the name."""
_ROW = 50
"""So many names stand on one line."""
_OFTEN, _SOME = 40, 8
"""So many names must have a word, or a state before them, that a sign stands for."""
_STATE = re.compile(r"([A-Z]{3,}(?: [A-Z]{3,})*) \S")


@dataclass(frozen=True, slots=True)
class _Style:
    """What stands before a name: `bar` or `gap` per level above, then one of `tee` and `corner`, or of `open_tee` and
    `open_corner` where there are entries below. `start` stands before all of it."""

    bar: str
    gap: str
    tee: str
    corner: str
    open_tee: str
    open_corner: str
    start: str = ""

    def pattern(self) -> re.Pattern[str]:
        ends = "|".join(map(re.escape, dict.fromkeys((self.tee, self.corner, self.open_tee, self.open_corner))))
        start = re.escape(self.start)
        return re.compile(rf"{start}((?:{re.escape(self.bar)}|{re.escape(self.gap)})*)({ends})(?! )(.+)\Z")

    def more(self, row: re.Match[str]) -> list[bool]:
        """By level, whether the row is drawn as if more entries followed."""
        size = len(self.gap)
        above = [row[1][at : at + size] == self.bar for at in range(0, len(row[1]), size)]
        return [*above, row[2] in (self.tee, self.open_tee)]

    def draw(self, depths: Sequence[int], more: Sequence[bool]) -> list[str]:
        """What is drawn before names at these depths (1 = below the root, 0 = no entry) when `more` follow the last."""
        out = [""] * len(depths)
        later: list[bool] = list(more)
        for i in range(len(depths) - 1, -1, -1):
            depth = depths[i]
            if not depth:
                later = []
                continue
            is_open = i + 1 < len(depths) and depths[i + 1] > depth
            later = [*later[:depth], *[False] * (depth - len(later))]
            above = "".join([self.bar if more else self.gap for more in later[:-1]])
            own = (self.open_tee, self.open_corner) if is_open else (self.tee, self.corner)
            out[i] = above + own[0 if later[-1] else 1]
            later[-1] = True
        return out


def _plain(bar: str, gap: str, tee: str, corner: str, start: str = "") -> _Style:
    return _Style(bar, gap, tee, corner, tee, corner, start)


_STYLES = (
    _plain("│   ", "    ", "├── ", "└── "),
    _plain("│\xa0\xa0 ", "    ", "├── ", "└── "),
    _plain("│   ", "    ", "├───", "└───"),
    _plain("|   ", "    ", "|-- ", "`-- "),
    _plain("|\xa0\xa0 ", "    ", "|-- ", "`-- "),
    _Style("│ ", "  ", "├── ", "└── ", "├─┬ ", "└─┬ "),
    _Style("| ", "  ", "+-- ", "`-- ", "+-T ", "`-T "),
    _plain("|    ", "     ", "+--- ", "\\--- "),
    _plain("|  ", "   ", "+- ", "\\- ", "[INFO] "),
    _plain("|  ", "   ", "+- ", "\\- "),
)
_PATTERNS = tuple(style.pattern() for style in _STYLES)
_ROW_OF_ANY = re.compile("|".join(pattern.pattern for pattern in _PATTERNS))
_BEGUN = re.compile(r"(?:\[INFO\] )?[│| \xa0]*[├└|`+\\]")
"""How the rows of all styles begin."""


def is_drawn(line: str) -> bool:
    """Whether the line is a row of a tree."""
    return _BEGUN.match(line) is not None and _ROW_OF_ANY.match(line) is not None


def shorten_tree(lines: Sequence[str], text: str) -> Rendition:
    """The text with its trees written by blanks; itself where they could not be drawn again."""
    first = next((line for line in lines if is_drawn(line)), "")
    for style, pattern in zip(_STYLES, _PATTERNS, strict=True):
        if pattern.match(first):
            made = _short(lines, style, pattern)
            if made is not None and len(made.text) + len(made.note) < len(text):
                return made
    return Rendition(text=text)


def _short(lines: Sequence[str], style: _Style, pattern: re.Pattern[str]) -> Rendition | None:
    rows = [pattern.match(line) for line in lines]
    depths = [len(m[1]) // len(style.gap) + 1 if m is not None else 0 for m in rows]
    end = max(i for i, depth in enumerate(depths) if depth) + 1
    last = rows[end - 1]
    more = style.more(last) if last is not None else []
    if style.draw(depths[:end], more) != [m[1] + m[2] if m is not None else "" for m in rows[:end]]:
        return None
    if any(m is None and line[:1] == " " for m, line in zip(rows, lines, strict=True)):
        return None
    names, said = _shorter([m[3] if m is not None else "" for m in rows])
    spaced = any(" " in name for name in names)
    between = ", " if spaced else " "
    if any(name.startswith("\xa0") or (spaced and ", " in name) for name in names):
        return None
    out: list[str] = []
    beside: list[str] = []
    for i, (line, m, depth) in enumerate(zip(lines, rows, depths, strict=True)):
        if m is None:
            out.append(line)
            continue
        beside.append(names[i])
        alike = i + 1 < len(depths) and depths[i + 1] == depth and (i + 2 == len(depths) or depths[i + 2] <= depth)
        if not alike or len(beside) >= _ROW:
            out.append(" " * depth + between.join(beside))
            beside = []
    drawn = f"{style.start}{style.bar}{style.tee}".rstrip()
    note = f"one blank per level for {drawn}, names {'with commas ' if spaced else ''}side by side"
    note = "; ".join([note, *said])
    if any(more):
        note += f", cut off: more follows at level {', '.join([str(i) for i, flag in enumerate(more, 1) if flag])}"
    return Rendition(text="\n".join(out), note=note)


def _shorter(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The names with a sign for the word that many of them end with, and for what is said in capitals before many of them;
    and what the signs stand for."""
    out = list(names)
    said: list[str] = []
    ends = Counter(name.rpartition(" ")[2] for name in names if " " in name)
    end, often = max(ends.items(), key=lambda item: item[1], default=("", 0))
    sign = next((sign for sign in "*'" if not any(name.endswith(sign) for name in names)), "")
    if often >= _OFTEN and end.isalpha() and sign:
        out = [name[: -len(end) - 1] + sign if name.endswith(f" {end}") else name for name in out]
        said.append(f"`{sign}` = {end}")
    begins = Counter(m[1] for name in names if (m := _STATE.match(name)))
    begin, often = max(begins.items(), key=lambda item: item[1], default=("", 0))
    if often >= _SOME and not any(name.startswith("?") for name in names):
        out = [f"?{name[len(begin) + 1 :]}" if name.startswith(f"{begin} ") else name for name in out]
        said.append(f"`?` = {begin} ({often} of them)")
    return out, said
