"""What pandas and numpy print: frames and series without padding, arrays with a row per line.

       order_id region  qty                  order_id region qty
    0    700001  north    4                  0 700001 north 4
    1    700002  south    5                  1 700002 south 5

    [[ 1.67e-01  1.71e-01                    [[1.67e-01 1.71e-01 2.11e+00]
       2.11e+00]                             [1.33e+00 3.07e+00 2.28e+00]
     [ 1.33e+00  3.07e+00  2.28e+00]         ⋯ lines 5-300 (98 rows: -7.30e-02 to 1.40e+01)

Only frames lose their padding in which each row has as many words: an empty cell shows by its place alone. Where effort
allows, long arrays keep their first and last rows, those with the least and the greatest number, and with what is no number.
Above stand the router and the engine.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from headroom import lines as lines_
from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._folds import pinned
from headroom.lines import FOLD
from headroom.messages import Hint

_SIGNS = (" columns]", "\ndtype: ", ", dtype: ", "RangeIndex: ", "[[", "\nDatetimeIndex: ", "\nIndex: ")
_FRAME = re.compile(
    r"^(?:\[\d+ rows x \d+ columns\]|(?:Name: .*, |Length: \d+, |Freq: \S+, )*dtype: \w+|RangeIndex: \d+ entries.*|\w*Index: \d+ entries.*)$",
    re.MULTILINE,
)
_NUMBER = r"(?:[+-]?(?:\d[\d.]*(?:e[+-]?\d+)?|\.\d+|nan|inf)j?|True|False|\.\.\.)"
_ARRAY = re.compile(rf"^ *(?:\w+\(\[{{2,}} *{_NUMBER}[ ,\]]|\[{{2,}} *{_NUMBER}[ \]](?! *,))", re.MULTILINE)
_ARRAY_LINE = re.compile(
    rf"(?:\w+\()?[\[ ]*{_NUMBER}(?:,? +{_NUMBER})*,? *[\]),]*(?: ?(?:dtype|device)=[\w.':]+\)?)?\Z"
)
_WORD = re.compile(_NUMBER)
_CELL = re.compile(r"\S+")
_WIDE = re.compile(r"(?<=\S)  +(?=\S)")
_FEWEST, _ENDS = 3, 3
_MANY = 24
"""Rows of an array beyond which some go."""
_TOLD = 8
_LAST, _SHORT = 200, 12_000
"""Characters in which the last line stands, and of a text that ends as a frame does and is one, likely."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of an array: its lines `first` to `last`, what it says, its numbers."""

    first: int
    last: int
    text: str
    numbers: tuple[float, ...]


class FrameCompressor:
    """Frames, series and arrays among whatever a script prints."""

    name = "FrameCompressor"
    kind = "table"

    def score(self, text: str, hint: Hint) -> float:
        """By what pandas writes below a frame, or by the beginning of an array, somewhere in a sample."""
        sample = lines_.sample(text)
        if not any(map(sample.__contains__, _SIGNS)):
            return 0.0
        last = text[-_LAST:].rstrip().rpartition("\n")[2]
        if len(text) < _SHORT and _FRAME.match(last):
            return 0.94
        return 0.65 if _FRAME.search(sample) or _holds_array(sample) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The same without padding, with fewer rows of long arrays; itself where a line looks like one of ours."""
        if text.startswith(FOLD) or f"\n{FOLD}" in text:
            return Rendition(text=text)
        source = text.split("\n")
        pins = pinned(text, source, hint, limits) if limits.effort >= Effort.MEDIUM else set()
        made = _Made(source, pins, limits)
        at = 0
        while at < len(source):
            array = _array(source, at)
            if array:
                made.array(array)
                at = array[-1].last + 1
                continue
            end = _block_end(source, at)
            made.block(at, end)
            at = end
        body = "\n".join(made.lines)
        if len(body) >= len(text) or (
            limits.keep is not None and any(m[0] not in body for m in limits.keep.finditer(text))
        ):
            return Rendition(text=text)
        return Rendition(text=body, note="; ".join(made.notes), elisions=made.elisions(), lossless=not made.gone)


def _holds_array(text: str) -> bool:
    """Whether an array begins somewhere: its first line holds nothing but numbers."""
    begin = _ARRAY.search(text)
    return begin is not None and _ARRAY_LINE.match(text[begin.start() :].partition("\n")[0].strip()) is not None


class _Made:
    """The lines so far, and what is left out."""

    def __init__(self, source: Sequence[str], pins: set[int], limits: Limits) -> None:
        self.lines: list[str] = []
        self.notes: dict[str, None] = {}
        self.gone: list[tuple[int, int]] = []
        self._source = source
        self._pins = pins
        self._limits = limits

    def elisions(self) -> tuple[Elision, ...]:
        """The rows of arrays that are not shown."""
        count = sum(b - a + 1 for a, b in self.gone)
        return (Elision(ranges=tuple(self.gone), count=count, summary="rows of arrays"),) if self.gone else ()

    def block(self, first: int, end: int) -> None:
        """Lines up to a blank one, unpadded where they are a frame."""
        own = self._source[first:end]
        made = _unpadded(own) if any(map(_WIDE.search, own)) else None
        if made is not None:
            self.notes["cells unpadded, the first of a row may be its index"] = None
        self.lines += own if made is None else made

    def array(self, rows: Sequence[_Row]) -> None:
        """An array with a row per line."""
        self.notes["arrays: a row per line"] = None
        some = self._limits.effort >= Effort.MEDIUM and len(rows) > _MANY
        shown = sorted(self._telling(rows)) if some else list(range(len(rows)))
        at = 0
        for n in [*shown, len(rows)]:
            if n > at:
                self._fold(rows[at:n])
            if n < len(rows):
                self.lines.append(rows[n].text)
            at = n + 1

    def _telling(self, rows: Sequence[_Row]) -> set[int]:
        """The rows to show."""
        out = {*range(_ENDS), *range(len(rows) - _ENDS, len(rows))}
        finite = [(x, n) for n, row in enumerate(rows) for x in row.numbers if math.isfinite(x)]
        if finite:
            out.update((min(finite)[1], max(finite)[1]))
        odd = [n for n, row in enumerate(rows) if not all(map(math.isfinite, row.numbers))]
        out.update(odd[:_TOLD] if 2 * len(odd) < len(rows) else ())
        out.update(n for n, row in enumerate(rows) if not self._pins.isdisjoint(range(row.first, row.last + 1)))
        return out

    def _fold(self, rows: Sequence[_Row]) -> None:
        a, b = (n + self._limits.first_line for n in (rows[0].first, rows[-1].last))
        self.gone.append((a, b))
        finite = [x for row in rows for x in row.numbers if math.isfinite(x)]
        told = f": {min(finite):g} to {max(finite):g}" if finite else ""
        count = f"{len(rows)} row{'s' if len(rows) > 1 else ''}"
        self.lines.append(f"{FOLD} {lines_.named([(a, b)])} ({count}{told})")


def _block_end(source: Sequence[str], at: int) -> int:
    """Behind the lines that stand together with this one: a blank line or an array ends them."""
    if not source[at].strip():
        return at + 1
    end = at + 1
    while end < len(source) and source[end].strip() and not _ARRAY.match(source[end]):
        end += 1
    return end


def _unpadded(block: Sequence[str]) -> list[str] | None:
    """The lines with one blank between the cells of each run of aligned rows; None where there is no such run."""
    words = [[m.span() for m in _CELL.finditer(line)] for line in block]
    out = list(block)
    found = False
    at = 0
    while at < len(block):
        end = at + 1
        edges = [({a}, {b}) for a, b in words[at]]
        while end < len(block) and len(words[end]) == len(words[at]):
            both = [(starts & {a}, ends & {b}) for (starts, ends), (a, b) in zip(edges, words[end], strict=True)]
            if not all(starts or ends for starts, ends in both):
                break
            edges = both
            end += 1
        if end - at >= _FEWEST and len(edges) > 1 and any(_WIDE.search(line) for line in block[at:end]):
            found = True
            header = (
                at - 1 if at and len(words[at - 1]) in (len(edges) - 1, len(edges)) and len(words[at - 1]) > 1 else at
            )
            for n in range(header, end):
                out[n] = " ".join(block[n].split())
        at = end
    return out if found else None


def _array(source: Sequence[str], at: int) -> list[_Row]:
    """The rows of the array that begins on a line; none where there is none."""
    if not _ARRAY.match(source[at]):
        return []
    rows: list[_Row] = []
    parts: list[str] = []
    first, depth = at, 0
    for n in range(at, len(source)):
        line = source[n].strip()
        if not line and depth > 0:
            continue  # between the parts of an array of three dimensions
        if not _ARRAY_LINE.match(line):
            return []
        depth += line.count("[") - line.count("]")
        if line == "...":  # stands for rows that numpy has left out
            rows.append(_Row(n, n, line, (math.nan,)))
            first = n + 1
            continue
        parts.append(line)
        if line.rstrip("),").endswith("]") or depth <= 0:
            whole = re.sub(r"\[ +", "[", " ".join(" ".join(parts).split()))
            rows.append(_Row(first, n, whole, _numbers(whole)))
            parts, first = [], n + 1
        if depth <= 0:
            return rows if len(rows) >= _FEWEST else []
    return []


def _numbers(row: str) -> tuple[float, ...]:
    return tuple([float(w) for w in _WORD.findall(row) if w not in ("...", "True", "False") and not w.endswith("j")])
