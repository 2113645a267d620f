"""What changes from request to request by its nature: times, dates, ids, counters.

`spans` finds them in a text, `masked` takes them out so that two texts can be compared without; `moving` and `difference`
say where a line of a prompt changes. A part of `cache_aligner`. Time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["time", "date", "id", "number"]

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)?"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s?[AaPp](?:\.[Mm]\.|[Mm]\b))?"
_ZONE = r"(?:\s?(?:Z\b|UTC|GMT|[+-]\d\d:?\d\d\b))?"
_DATE = (
    rf"\d{{4}}[-/.]\d\d?[-/.]\d\d?|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{4}}"
    rf"|{_DAY}(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}})"
)
_SPAN = re.compile(
    rf"(?<![\w.])(?:(?P<time>(?:{_DATE})(?:T|,?\s+(?:at\s+)?){_CLOCK}{_ZONE}|{_DAY}{_MONTH}\s+\d{{1,2}}\s+{_CLOCK}{_ZONE}"
    rf"(?:\s+\d{{4}})?|{_CLOCK}{_ZONE}|1[5-9]\d{{8}}(?:\d{{3}}|\.\d+)?(?!\w|\.\d))"
    rf"|(?P<date>{_DATE})"
    r"|(?P<id>[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|(?=[a-f]{0,64}\d)(?=\d{0,64}[a-f])[0-9a-f]{5,64}(?!\w)"
    r"|(?=[A-Za-z_-]{0,80}\d)(?=[\d_-]{0,80}[A-Za-z])[A-Za-z0-9]{0,12}[_-]?[A-Za-z0-9]{16,64}(?!\w))"
    r"|(?P<number>\d+(?:[.,]\d+)*))"
)
# A line states something about this moment or session if one of these words stands before it, and nothing that speaks of
# forms, examples or history.
_NOW = re.compile(
    r"(?<![a-z])(?:today|now|current|currently|date|time|timestamp|clock|as of|generated|started|updated|session|request"
    r"|trace|conversation|thread|nonce|uuid|turn)(?![a-z])",
    re.IGNORECASE,
)
_STATES = re.compile(r"(?:[:=>]|\b(?:is|as of|at|on))[\s*_`\"'(]*\Z", re.IGNORECASE)
_SPEAKS = re.compile(
    r"\b(?:formats?|formatted as|examples?|e\.g|such as|like|cut-?off|versions?|released|since|until|before|after)\b",
    re.IGNORECASE,
)
_BILLING = "x-anthropic-billing-header"
_LONGEST = 300
"""A longer line is an instruction rather than a statement of a date or an id."""


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is of this kind."""

    start: int
    end: int
    kind: Kind


def spans(text: str) -> Iterator[Span]:
    """The parts of a text that may change by their nature, in order."""
    for m in _SPAN.finditer(text):
        yield Span(m.start(), m.end(), m.lastgroup)  # type: ignore[arg-type]  # the groups are named after the kinds


def masked(text: str) -> tuple[str, list[tuple[Kind, str]]]:
    """The text with a placeholder for each span, and what stood there."""
    out: list[str] = []
    found: list[tuple[Kind, str]] = []
    at = 0
    for span in spans(text):
        out += (text[at : span.start], "\0")
        found.append((span.kind, text[span.start : span.end]))
        at = span.end
    return "".join([*out, text[at:]]), found


def moving(line: str) -> tuple[int, int] | None:
    """Where in a line stands what it says about this moment or session, or None where it says nothing of the kind.

    A date alone does not: it must be called today's, current or the like. Numbers never do. A provider's own bookkeeping
    line is not ours to move.
    """
    if len(line) > _LONGEST or line.startswith(_BILLING) or not _NOW.search(line) or _SPEAKS.search(line):
        return None
    found = [s for s in spans(line) if s.kind != "number"]
    if not found:
        return None
    head = line[: found[0].start]
    return (found[0].start, found[-1].end) if _NOW.search(head) and _STATES.search(head) else None


def difference(line: str, other: str) -> tuple[int, int] | None:
    """Where in `line` stands what changes by nature and differs from `other`; None where more than that differs."""
    if line.startswith(_BILLING) or masked(line)[0] != masked(other)[0]:
        return None
    mine, theirs = list(spans(line)), list(spans(other))
    changed = [s for s, o in zip(mine, theirs, strict=True) if line[s.start : s.end] != other[o.start : o.end]]
    return (changed[0].start, changed[-1].end) if changed else None
