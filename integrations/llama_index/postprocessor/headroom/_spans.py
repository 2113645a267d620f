"""Which characters of a text its shortened form shows word for word, so that citations resolve to the source.

The shortened text is read line by line, as a reader would: `14│text` is line 14, a line that starts with `⋯` stands for
what is left out, `⋯` within a line for the sentences between. Nothing is taken on trust: a span is in the answer only if
the source has these very characters there. Text that is spelled in another way (a table made from JSON) has no spans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from llama_index.postprocessor.headroom._overlaps import Span

_FOLD = "⋯"
_NUMBERED = re.compile(r"(\d{1,9})│")


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
    at = 0
    for line in visible.split("\n")[1:]:  # the first one is the marker
        numbered = _NUMBERED.match(line)
        if numbered is not None and 0 < int(numbered[1]) <= len(lines):
            number, shown_line = int(numbered[1]) - 1, line[numbered.end() :]
            spans = list(_pieces(lines[number], shown_line))
        else:
            number = next((n for n in where.get(line, ()) if n >= at), -1)
            spans = [(0, len(line))] if number >= 0 else []
        if spans:
            at = number + 1
            found += [(starts[number] + a, starts[number] + b) for a, b in spans]
    return _joined(text, found)


def _pieces(line: str, visible: str) -> Iterator[Span]:
    """The parts of a line that `visible` shows; nothing where one of its pieces is not in the line."""
    if line == visible:
        yield 0, len(line)
        return
    spans: list[Span] = []
    at = 0
    for piece in visible.split(_FOLD):
        words = piece.strip()
        if not words:
            continue
        at = line.find(words, at)
        if at < 0:
            return
        spans.append((at, at + len(words)))
        at += len(words)
    if len(spans) > 1 or _FOLD in visible:
        yield from spans


def _joined(text: str, spans: list[Span]) -> list[Span]:
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
