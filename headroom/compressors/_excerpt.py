"""Any text, cut down to a token budget: the evidence lines and where the rest stood.

The last resort when a caller demands a budget; not a compressor, for it never competes in routing. Lines are chosen by
what they say, not by their place: what the query names, what must be kept, failures, rare shapes, then head and tail.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from headroom import lines as lines_
from headroom.compressors._api import Elision, Limits, Rendition
from headroom.lines import FOLD
from headroom.messages import Hint
from headroom.relevance import matching_lines

_FAILURE = re.compile(
    r"\b(?:error|errors|fail(?:ed|ure|ures)?|fatal|panic|exception|traceback|assert\w*|denied|refused|timeout|warn(?:ing)?"
    r"|critical|abort(?:ed)?|segfault|killed|cannot|unable|invalid|undefined|missing|not found)\b",
    re.IGNORECASE,
)
_DIGITS = str.maketrans("0123456789", "0000000000")


def excerpt(text: str, hint: Hint, limits: Limits, max_tokens: int, count: Callable[[str], int]) -> Rendition:
    """The most telling part of `text` that has at most `max_tokens` by `count`, header not included.

    The answer may be larger than asked for when nothing smaller can be said (one line of range); the caller checks.
    """
    source = lines_.split(text)
    if len(source) > 1 and not source[-1]:
        source.pop()  # what stands behind the last line end is no line
    order = list(_by_evidence(text, source, hint, limits))
    low, high = 0, len(order)
    best = _render(source, (), limits)
    while low < high:  # the most lines that fit: sizes grow with the number of lines, near enough for bisection
        middle = (low + high + 1) // 2
        candidate = _render(source, sorted(order[:middle]), limits)
        if count(candidate.text) <= max_tokens:
            low, best = middle, candidate
        else:
            high = middle - 1
    if low == 0 and len(text) > 2_000:
        return _chars(text, max_tokens, count, best)
    return best


def _by_evidence(text: str, source: list[str], hint: Hint, limits: Limits) -> Iterable[int]:
    """All line numbers (0-based), most telling first, each once."""
    seen: dict[int, None] = {}
    if limits.keep is not None:
        seen.update(dict.fromkeys(i for i, line in enumerate(source) if limits.keep.search(line)))
    seen.update(dict.fromkeys(matching_lines(text, hint.query)))
    shapes = Counter(line.translate(_DIGITS) for line in source)
    rare = [i for i, line in enumerate(source) if line.strip() and shapes[line.translate(_DIGITS)] <= _RARE]
    seen.update(dict.fromkeys(i for i in rare if _FAILURE.search(source[i])))
    ends = [i for pair in zip(range(len(source)), range(len(source) - 1, -1, -1), strict=True) for i in pair]
    seen.update(dict.fromkeys(ends[: 2 * _ENDS]))
    if len(rare) <= len(source) // 4:
        seen.update(dict.fromkeys(rare))
    seen.update(dict.fromkeys(ends))
    return seen


_RARE = 2
_ENDS = 4


def _render(source: list[str], shown: Iterable[int], limits: Limits) -> Rendition:
    visible = list(shown)
    body, note = lines_.sparse(source, visible, first_line=limits.first_line)
    missing = set(range(len(source))).difference(visible)
    ranges = tuple((a + limits.first_line, b + limits.first_line) for a, b in lines_.runs(sorted(missing)))
    if not body:
        body = f"{FOLD} {lines_.named(ranges)}"
    return Rendition(text=body, note=note, elisions=(Elision(ranges=ranges, count=len(missing)),), lossless=False)


def _chars(text: str, max_tokens: int, count: Callable[[str], int], least: Rendition) -> Rendition:
    """Head and tail of a text whose lines are too long to show one whole."""
    low, high = 0, len(text) // 2 - 1
    best = least
    while low < high:
        keep = (low + high + 1) // 2
        body = f"{text[:keep]}\n{FOLD} chars {keep:,}-{len(text) - keep:,} of {len(text):,}\n{text[len(text) - keep :]}"
        if count(body) <= max_tokens:
            low = keep
            gap = Elision(ranges=((keep, len(text) - keep),), count=len(text) - 2 * keep, unit="chars")
            best = Rendition(text=body, elisions=(gap,), lossless=False)
        else:
            high = keep - 1
    return best
