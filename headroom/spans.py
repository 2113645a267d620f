"""Which characters of a text its shortened form shows word for word, so that citations resolve to the source.

The shortened text is read line by line, as a reader would: `14│text` is line 14, a line that starts with `⋯` stands for
what is left out, `⋯` within a line for what stands between. Nothing is taken on trust: a span is in the answer only if the
source has these very characters there. What is spelled in another way (a table made from JSON) has no spans.

Pure functions on texts; `result` and `chunks` stand above.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from headroom import markers
from headroom.lines import BAR, FOLD, stub
from headroom.overlaps import Span

_NUMBERED = re.compile(rf"(\d{{1,12}})(?:\+\d+→\d+)?{BAR}")
"""The number of a line; a log also says how many more are like it, and which one is the last."""
_FOLDED = re.compile(rf"{FOLD} lines? (?:.*[^\d])?(\d{{1,12}})\Z")


def shown(text: str, visible: str) -> list[Span]:
    """Ascending spans of `text` that `visible`, which was made from it, shows as they are."""
    if visible == text:
        return [(0, len(text))] if text else []
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    where: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        where.setdefault(line, []).append(number)
    found: list[Span] = []
    at = 0  # the line that would come next
    shown_lines = visible.split("\n")
    for line in shown_lines[1:] if markers.head(visible) else shown_lines:
        folded, gap = _FOLDED.match(line), stub(line)
        numbered = _NUMBERED.match(line)
        if folded or (gap is not None and gap[0] == at + 1):
            at = int(folded[1]) if folded else gap[1] if gap else at
            continue
        if numbered and 0 < int(numbered[1]) <= len(lines):
            number, line = int(numbered[1]) - 1, line[numbered.end() :]  # noqa: PLW2901  # what stands behind the number
        else:
            same = where.get(line, ())
            next_one = bisect_left(same, at)
            if next_one == len(same):
                continue
            number = same[next_one]
        spans = [(starts[number] + a, starts[number] + b) for a, b in _pieces(lines[number], line)]
        if spans or line == lines[number]:
            at = number + 1
            found += spans
    return united(text, found)


def _pieces(line: str, visible: str) -> Iterator[Span]:
    """The parts of a line that `visible` shows; none where one of its pieces is not in the line."""
    if line == visible:
        yield 0, len(line)
        return
    if FOLD not in visible:
        return
    spans: list[Span] = []
    at = 0
    for piece in visible.split(FOLD):
        words = piece.strip()
        here = line.find(words, at)
        if here < 0:
            return
        at = here + len(words)
        spans.append((here, at))
    yield from spans


def united(text: str, spans: Sequence[Span]) -> list[Span]:
    """In order, without empty ones, and as one where only blank space is between them."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if start == end or (out and end <= out[-1][1]):
            continue
        if out and (start <= out[-1][1] or text[out[-1][1] : start].isspace()):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def join(text: str, spans: Sequence[Span], *, before: bool = False, behind: bool = False) -> tuple[str, list[Span]]:
    """The spans as one text, and where each begins and ends in it. A mark stands where something between them is left out;
    `before` and `behind` ask for one where something in front of the first or after the last is."""
    parts: list[str] = []
    places: list[Span] = []
    at = size = 0
    for i, (start, end) in enumerate(spans):
        between = text[at:start]
        if i or (before and between.strip()):
            blank = "\n" if "\n" in between else " "
            parts.append(f"{blank if i else ''}{FOLD}{blank}")
            size += len(parts[-1])
        parts.append(text[start:end])
        places.append((size, size + end - start))
        size += end - start
        at = end
    if behind and spans and text[at:].strip():
        parts.append(f"\n{FOLD}" if "\n" in text[at:] else f" {FOLD}")
    return "".join(parts), places


def back(found: Sequence[Span], places: Sequence[Span], spans: Sequence[Span]) -> list[Span]:
    """Ascending spans of a joined text as spans of the text that it was joined from; `places` and `spans` as in `join`."""
    out: list[Span] = []
    i = 0
    for a, b in found:
        while i < len(places) and places[i][1] <= a:
            i += 1
        j = i
        while j < len(places) and places[j][0] < b:
            shift = spans[j][0] - places[j][0]
            out.append((max(a, places[j][0]) + shift, min(b, places[j][1]) + shift))
            j += 1
    return out
