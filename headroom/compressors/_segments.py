"""Mixed text, cut into segments of one kind each: a command's output with a JSON document inside, fenced code in markdown,
several outputs one below the other, what an agent put around an output.

Segments are runs of whole lines and cover the text without gaps, so coordinates stay those of the source.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import islice

from headroom import lines
from headroom.compressors._table_runs import table_runs
from headroom.compressors._wrappers import beside, inside

_MIN_SEGMENT = 400
_PRINTED = frozenset(
    (
        "",
        "json",
        "jsonl",
        "ndjson",
        "log",
        "text",
        "txt",
        "console",
        "output",
        "terminal",
        "shell",
        "csv",
        "tsv",
        "diff",
    )
)
"""What a fence calls something that a program printed; other names are those of languages, whose code stays as it is."""
_MAX_TRIES = 24
# What begins with a line end is looked for at the speed of `str.find`; a pattern that begins with "^" is tried everywhere.
_JSON_FIRST = re.compile(r"([ \t]{0,8}[\[{])(?=\s|[\"\[{\-\dtfn\]}])")
_JSON_START = re.compile(rf"\n{_JSON_FIRST.pattern}")
_FENCED = re.compile(r"\n {0,3}(?:```|~~~)")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n`]*$", re.MULTILINE)
_TITLE = re.compile(
    r"^(?:(={3,}|-{3,}|#{3,}|\*{3,}|>{3,}|==>)(?: .{1,160} (?:={3,}|-{3,}|#{3,}|\*{3,}|<{3,}|<==))?|== [^\s=][^=\n]{0,120}|\$ \S.{0,400}|\+{1,3} \S.{0,400})\r?$",
    re.MULTILINE,
)
"""What a script prints between one output and the next: `=== title ===`, `== title`, `---`, `$ command`, `==> file <==`."""
_TITLED = re.compile(r"\n(?:==|---|###|\*\*\*|>>>|\$ |\+{1,3} )")
"""What titles begin with; looked for first, since most texts hold none."""
_BY_HAND = re.compile(
    r"\n(?:={3,5} .{1,160} ={3,5}|-{3,5} .{1,160} -{3,5}|#{3,5} .{1,160} #{3,5}|==> .{1,160} <==|== [^\s=][^=\n]{0,120}|\$ \S.{0,400})\r?$",
    re.MULTILINE,
)
_MODES = ("\n-rw", "\ndrw", "\nlrw")
_LISTED = re.compile(
    r"^(?:(?:\n?[^\n:]{1,200}:\n(?=total ))?(?:[bcdlps-][rwxsStT-]{9}[^\n]{20,}|total \d[^\n]{0,20})(?:\n|\Z)){5,}",
    re.MULTILINE,
)
"""Rows of `ls -l`, of one directory or several."""
_BLAMED = re.compile(r"\n\^?[0-9a-f]{7,40} (?:\S+ +)?\([^\n)]{4,100}\) ")
_BLAME = re.compile(r"^(?:\^?[0-9a-f]{7,40} (?:\S+ +)?\([^\n)]{4,100}\)[^\n]*(?:\n|\Z)){5,}", re.MULTILINE)
_PATHS = re.compile(r"^(?:(?:[\w.@+-]*/)+[\w.@+-]*(?: \(\d+ matches\))?(?:\n|\Z)){8,}", re.MULTILINE)
_DRAWN = re.compile(r"^[^\n]{1,200}\n(?:[│| \xa0]*(?:[├└]─|[|`]-- )[^\n]+(?:\n|\Z)){8,}", re.MULTILINE)
"""A tree below its root."""
_DRAWINGS = ("\n├─", "\n└─", "\n|-- ", "\n`-- ")
_SLASHES = 100
"""One slash in fewer characters, where there is a run of paths."""
_FIRST_GAP = re.compile(r"\n[;,\t ]*\r?\n")
_IN_QUOTES = re.compile(r'"[^"\n]*"')
_MOST_ABOVE, _FIRST_ROWS = 1_500, 4_000
_LONGEST_TITLE = 500
_MAX_SECTIONS = 24
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class Segment:
    """Lines `first` (0-based) and following of a text. `special` marks those that were recognised inside it."""

    first: int
    text: str
    special: bool


def cut(text: str, *, sections: bool = True) -> list[Segment]:
    r"""The segments of a text, in order; one segment where nothing is mixed. Joined with "\n" they give the text.

    Without `sections` titles and rules (`=== x ===`, `---`) do not cut: for text that somebody knows to be of one kind.
    """
    start, end = inside(text)
    spans = _json_spans(text)
    spans = _beside(text, spans, start, end) if spans else _fenced_spans(text)
    if not spans:
        runs = _runs(text, start, end)
        spans = (_beside(text, runs, start, end) if sections else runs) or [(start, end)]
    if spans == [(0, len(text))]:
        return [Segment(0, text, False)]
    out: list[Segment] = []
    at = line = 0
    for start, end in spans:
        if start > at:
            line = _push(out, text[at : start - 1], line, special=False)
        line = _push(out, text[start:end], line, special=True)
        at = end + 1
    if at <= len(text):
        _push(out, text[at:], line, special=False)
    return out


def cut_beside(text: str) -> list[Segment] | None:
    """What stands around an output that begins or ends within a line, and the output between; None where it does not.

    Joined they give the text, but for line ends between them.
    """
    found = beside(text)
    if found is None:
        return None
    start, end = found
    above = start - 1 if text[start - 1 : start] == "\n" else start
    out = [Segment(0, text[:above], False)] if above > 0 else []
    out.append(Segment(text.count("\n", 0, start), text[start:end], True))
    if end == len(text):
        return out
    below = end + 1 if text[end] == "\n" else end
    return [*out, Segment(text.count("\n", 0, below), text[below:], False)]


def unwrapped(text: str) -> str | None:
    """The output around which an agent has put something; None where it has not."""
    start, end = inside(text)
    return text[start:end] if (start, end) != (0, len(text)) else None


def titled(text: str) -> bool:
    """Whether somebody has put titles between outputs: whoever claims such a text may know only one of them."""
    return _begins(_BY_HAND, text, 0, len(text))


def _begins(pattern: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Whether a line of this part of a text begins as `pattern` says, which begins with a line end."""
    return (
        pattern.search(text, max(0, start - 1), end) is not None
        or pattern.match(f"\n{text[start : start + _LONGEST_TITLE]}") is not None
    )


def _push(out: list[Segment], part: str, line: int, *, special: bool) -> int:
    out.append(Segment(line, part, special))
    return line + part.count("\n") + 1


def _json_spans(text: str) -> list[tuple[int, int]]:
    """Line-aligned spans that hold one JSON document each, or JSON Lines. Tries are bounded, so hostile text costs no more
    than a few scans."""
    spans: list[tuple[int, int]] = []
    at = tries = 0
    last_is_line = False
    effort = 2 * len(text) + 10_000
    while tries < _MAX_TRIES and effort > 0:
        m = (_JSON_FIRST.match(text) if not at else None) or _JSON_START.search(text, at)
        if m is None:
            break
        tries += 1
        start = m.start(1)
        begin = m.end() - 1
        try:
            _, end = _DECODER.raw_decode(text, begin)
        except RecursionError:
            break
        except ValueError as problem:
            stop = getattr(problem, "pos", begin)
            effort -= stop - begin + 100
            at = m.end()
            continue
        effort -= end - begin
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        if text[end:line_end].strip() == "":
            one_line = "\n" not in text[start:end]
            if one_line and spans and spans[-1][1] + 1 == start and last_is_line:
                spans[-1] = (spans[-1][0], line_end)
            else:
                spans.append((start, line_end))
            last_is_line = one_line
            at = line_end
            tries = 0
        else:
            at = max(m.end(), end)
    return [(start, end) for start, end in spans if end - start >= _MIN_SEGMENT]


def _fenced_spans(text: str) -> list[tuple[int, int]]:
    """The inside of fenced blocks that are long enough to be worth a compressor of their own."""
    spans: list[tuple[int, int]] = []
    if not _begins(_FENCED, text, 0, len(text)):
        return spans
    opened: re.Match[str] | None = None
    for m in _FENCE.finditer(text):
        if opened is None:
            opened = m
        elif m[1].startswith(opened[1]) and m[0].strip() == m[1]:
            start, end = opened.end() + 1, m.start() - 1
            if end - start >= _MIN_SEGMENT and opened[0].strip(" `~").lower() in _PRINTED:
                spans.append((start, end))
            opened = None
    return spans


def _sections(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """What stands between titles, within the offsets given. Text of very many sections is of one kind: a document."""
    if not _begins(_TITLED, text, start, end):
        return []
    titles = [m.span() for m in islice(_TITLE.finditer(text, start, end), _MAX_SECTIONS + 1)]
    if not titles or len(titles) > _MAX_SECTIONS:
        return []
    begins = [start, *(stop + 1 for _, stop in titles)]
    ends = [*(first - 1 for first, _ in titles), end]
    return [(a, b) for a, b in zip(begins, ends, strict=True) if b - a >= _MIN_SEGMENT]


def _runs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Runs of rows that a command has printed between the output of others: `pwd && ls -l && git log`."""
    patterns = [_LISTED] if any(map(text.__contains__, _MODES)) else []
    if _BLAMED.search(text) is not None:
        patterns.append(_BLAME)
    if any(map(text.__contains__, _DRAWINGS)):
        patterns.append(_DRAWN)
    if _SLASHES * text.count("/") > len(text):
        patterns.append(_PATHS)
    found = [(m.start(), m.end() - m[0].endswith("\n")) for p in patterns for m in p.finditer(text, start, end)]
    found += table_runs(text, start, end)
    spans: list[tuple[int, int]] = []
    for a, b in sorted(found):
        if b - a >= _MIN_SEGMENT and (not spans or a > spans[-1][1]):
            spans.append((a, b))
    return _below(text, start, end) if not spans else [] if spans == [(start, end)] else spans


def _below(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Rows of cells below a few lines that say what they are, as banks and measuring devices export them."""
    gap = _FIRST_GAP.search(text, start, min(end, start + _MOST_ABOVE))
    if gap is None:
        return []
    lines = [_IN_QUOTES.sub("", line) for line in text[gap.end() : gap.end() + _FIRST_ROWS].split("\n")[:6]]
    for sign in ";,\t|":
        counts = {line.count(sign) for line in lines[:-1]}
        if len(lines) == 6 and len(counts) == 1 and min(counts) > 1:
            return [(gap.end(), end)]
    return []


def _beside(text: str, spans: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """The spans, and the sections before, between and after them."""
    out: list[tuple[int, int]] = []
    for a, b in [*spans, (end + 1, end + 1)]:
        if start < a - 1:
            out += _sections(text, start, a - 1)
        if a <= end:
            out.append((a, b))
        start = b + 1
    return out


def numbered_from(segment: Segment, first_line: int) -> str:
    """`lines 3-40` or `line 3`, in the coordinates of a text whose first line has the number `first_line`."""
    a = first_line + segment.first
    b = a + segment.text.count("\n")
    return f"line{'s' if a < b else ''} {lines.format_ranges([(a, b)])}"
