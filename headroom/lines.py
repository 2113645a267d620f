r"""Lines and line ranges: the coordinates that compressors print and that retrieval reads.

A line ends at "\n" and nowhere else; "\r", form feeds and Unicode separators belong to their line. Line numbers are
1-based. Nothing here knows of kinds, stores or messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from headroom.exceptions import SliceError

FOLD = "⋯"
"""Starts each line of visible text that stands for lines which are not shown."""
BAR = "│"
"""Separates a source line's number from its text where visible lines are numbered."""

_STUB = re.compile(
    r"[ \t]*(?:\d{1,7}(?:\t|→|:[ ]?|[ ]?[|│][ ]?))?[ \t]*(?:(?:\.\.\.|pass|discard|:|null)[ ]{1,2})?(?:(?:#|//|--|\*)[ ])?"
    rf"{FOLD} (\d{{1,12}})(?:-(\d{{1,12}}))?(?:: [^\n]{{1,400}})?(?: \*/|\"\"\"|'''|`)?\Z"
)
_RANGE = re.compile(r"\s*(\d+)?\s*(?:(-|:|\.\.)\s*(\d+)?)?\s*\Z")


def split(text: str) -> list[str]:
    r"""Split at "\n". `"\n".join(split(text)) == text` for every text."""
    return text.split("\n")


def sample(text: str, limit: int = 4096) -> str:
    """Head, middle and tail of a long text, cut at line ends where there are any: what a `score` should look at."""
    if len(text) <= limit:
        return text
    third = limit // 3
    middle = (len(text) - third) // 2
    parts = (text[:third], text[middle : middle + third], text[-third:])
    head = parts[0].rpartition("\n")[0] or parts[0]
    mid = parts[1].partition("\n")[2].rpartition("\n")[0] or parts[1]
    tail = parts[2].partition("\n")[2] or parts[2]
    return f"{head}\n{mid}\n{tail}"


def clipped(line: str, most: int) -> str:
    """The line, or its beginning and `…`; at most so many characters."""
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as inclusive ranges: `[1, 2, 3, 7] -> [(1, 3), (7, 7)]`."""
    out: list[tuple[int, int]] = []
    first = last = None
    for n in numbers:
        if last is not None and n == last + 1:
            last = n
            continue
        if first is not None and last is not None:
            out.append((first, last))
        first = last = n
    if first is not None and last is not None:
        out.append((first, last))
    return out


def format_ranges(ranges: Iterable[tuple[int, int]]) -> str:
    """`[(14, 402), (611, 611)] -> "14-402, 611"`."""
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)


def named(ranges: Sequence[tuple[int, int]]) -> str:
    """`[(14, 402), (611, 611)] -> "lines 14-402, 611"`, and "line 36" where it is only one."""
    one = len(ranges) == 1 and ranges[0][0] == ranges[0][1]
    return f"{'line' if one else 'lines'} {format_ranges(ranges)}"


def parse_ranges(spec: str) -> list[tuple[int, int | None]]:
    """Read `"120-180, 400, 900-"` as inclusive ranges; an open end is None.

    Raises:
        SliceError: when a part is no number or range, or runs backwards.
    """
    out: list[tuple[int, int | None]] = []
    for part in spec.split(","):
        m = _RANGE.match(part)
        if m is None or (m[1] is None and m[3] is None):
            raise SliceError(f"lines={spec!r}: {part.strip()!r} is no line range; write e.g. lines='120-180,400'")
        a = int(m[1]) if m[1] else 1
        b = (int(m[3]) if m[3] else None) if m[2] else a
        if a < 1 or (b is not None and b < a):
            raise SliceError(f"lines={spec!r}: {part.strip()!r} runs backwards or starts below 1")
        out.append((a, b))
    return out


def stub(line: str) -> tuple[int, int] | None:
    """The lines that a mark within source code stands for: `    // ⋯ 41-60` -> (41, 60); None for any other line."""
    m = _STUB.match(line) if FOLD in line else None
    return (int(m[1]), int(m[2] or m[1])) if m else None


def sparse(
    lines: Sequence[str], shown: Sequence[int], *, first_line: int = 1, notes: Mapping[int, str] | None = None
) -> tuple[str, str]:
    """Render some of the lines so that each keeps its coordinates. Returns (body, note for the header).

    `shown` holds ascending 0-based indices of lines to show whole. `notes` maps an index of a shown line (or -1 for the
    top) to text that is printed below it behind `FOLD`. Two spellings; the cheaper one is chosen:

    * in place: every gap is a line `⋯ lines 14-402`, lines in between stand as they are;
    * numbered: every shown line is `14│text`, gaps show in the numbers.

    A text that itself holds a line starting with `FOLD` is always numbered, so nobody's text can pass for ours.
    """
    notes = notes or {}
    gaps = _gaps(shown, len(lines))
    foreign = any(lines[i].startswith(FOLD) for i in shown)
    if not foreign and 7 * len(gaps) <= 3 * len(shown):
        return _in_place(lines, shown, gaps, first_line, notes), ""
    out = [f"{FOLD} {notes[-1]}"] if -1 in notes else []
    for i in shown:
        out.append(f"{first_line + i}{BAR}{lines[i]}")
        if i in notes:
            out.append(f"{FOLD} {notes[i]}")
    return "\n".join(out), f"N{BAR} = line N"


def _gaps(shown: Sequence[int], total: int) -> list[tuple[int, int]]:
    gaps: list[tuple[int, int]] = []
    at = 0
    for i in shown:
        if i > at:
            gaps.append((at, i - 1))
        at = i + 1
    if at < total:
        gaps.append((at, total - 1))
    return gaps


def _in_place(
    lines: Sequence[str],
    shown: Sequence[int],
    gaps: Sequence[tuple[int, int]],
    first_line: int,
    notes: Mapping[int, str],
) -> str:
    out = [f"{FOLD} {notes[-1]}"] if -1 in notes else []
    at = 0
    pending = list(reversed(gaps))
    for i in shown:
        if i > at:
            a, b = pending.pop()
            out.append(f"{FOLD} {named([(a + first_line, b + first_line)])}")
        out.append(lines[i])
        if i in notes:
            out.append(f"{FOLD} {notes[i]}")
        at = i + 1
    if pending:
        a, b = pending.pop()
        out.append(f"{FOLD} {named([(a + first_line, b + first_line)])}")
    return "\n".join(out)
