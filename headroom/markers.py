"""The one spelling of a marker: the line that heads a text which the engine has changed.

    [headroom hr_9f2c41d07ab3 · 61 of 2,000 lines · N│ = line N · headroom_retrieve(id, lines|grep|query)]

`render` and `find` are inverses. A marker proves nothing by itself: whether the engine has produced a text is a question
for the store's ledger, because anybody can write such a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TOOL_NAME = "headroom_retrieve"
SEPARATOR = " · "

_MARKER = re.compile(
    r"^\[headroom (?P<id>hr_[0-9a-f]{12,24}) · (?P<summary>[^\n·]+?)"
    r"(?: · (?P<note>[^\n]+?))??"
    r"(?: · headroom_retrieve\(id, (?P<selectors>[a-z|]+)\))?\]$",
    re.MULTILINE,
)
_SHOWN = re.compile(r"([\d,]+) of ([\d,]+) (lines)")
_FOLDED = re.compile(r"([\d,]+) (\w+) folded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What a marker says: `id` of the original, `summary` of what was done, `note` on how to read the text below it,
    `selectors` with which slices can be asked for (none where everything is visible)."""

    id: str
    summary: str
    note: str = ""
    selectors: tuple[str, ...] = ()


def render(marker: Marker) -> str:
    """One line, without line end."""
    parts = [f"[headroom {marker.id}", marker.summary]
    if marker.note:
        parts.append(marker.note)
    if marker.selectors:
        parts.append(f"{TOOL_NAME}(id, {'|'.join(marker.selectors)})")
    return SEPARATOR.join(parts) + "]"


def find(text: str) -> list[Marker]:
    """All markers in a text, in order. Lines that merely look similar are no markers."""
    if "[headroom hr_" not in text:
        return []
    return [_read(m) for m in _MARKER.finditer(text)]


def head(text: str) -> Marker | None:
    """The marker that heads the text, if its first line is one."""
    m = _MARKER.match(text) if text.startswith("[headroom hr_") else None
    return _read(m) if m else None


def left_out(marker: Marker) -> dict[str, int]:
    """How many units a marker's summary says are not visible: `61 of 2,000 lines, 7 rows folded` -> 1,939 lines, 7 rows."""
    found = {m[3]: _number(m[2]) - _number(m[1]) for m in _SHOWN.finditer(marker.summary)}
    found |= {f"{m[2].removesuffix('s')}s": _number(m[1]) for m in _FOLDED.finditer(marker.summary)}
    return found


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _read(m: re.Match[str]) -> Marker:
    selectors = tuple(m["selectors"].split("|")) if m["selectors"] else ()
    return Marker(id=m["id"], summary=m["summary"], note=m["note"] or "", selectors=selectors)
