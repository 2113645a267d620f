"""Large texts piece by piece: parsed values take ten times the memory of their text, so only a piece of them lives at once.

    == rows 0-4816
    4817 rows: id,name
    …
    == rows 4817-9640

Each piece stands for itself: its own names, its own legend. Cuts an array or JSON Lines between its values; `_tables` cuts
tables between their lines. Knows nothing of grids and outlines; `crusher` and `table` stand above, `_flow` below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from headroom.compressors._api import Elision, Rendition
from headroom.compressors._flow import parse_lines, scan

__all__ = ["SIZE", "WHOLE", "joined", "values"]

WHOLE: Final = 700_000
"""Characters up to which a text is read as a whole."""
SIZE: Final = 500_000
"""Characters of a piece, about. A single value may take four times that."""

_GAP = re.compile(r"[ \t\r\n]*")
_AFTER = re.compile(r"[ \t\r\n]*([,\]])[ \t\r\n]*")


def values(text: str, size: int = SIZE) -> Iterator[list[Any]]:
    """The values of a JSON array or of JSON Lines, a list per piece of about `size` characters.

    Raises:
        ValueError: when the text is neither, or one value is too large; only after the pieces before it.
    """
    start = _begin(text, text.startswith("\ufeff"))
    if is_lines(text, size):
        return _of_lines(text, start, size)
    if not text.startswith("[", start):
        raise ValueError("neither an array nor JSON Lines")
    return _of_array(text, start + 1, size)


def is_lines(text: str, size: int = SIZE) -> bool:
    """Whether the first line is a whole JSON value, and more lines follow."""
    start = _begin(text, text.startswith("\ufeff"))
    end = text.find("\n", start, start + 4 * size)
    try:
        return end > 0 and len(parse_lines(text[start:end])) == 1
    except (ValueError, RecursionError):
        return False


def _begin(text: str, at: int) -> int:
    """Where white space ends."""
    return _GAP.match(text, at).end()  # type: ignore[union-attr]  # matches everywhere


def _of_lines(text: str, at: int, size: int) -> Iterator[list[Any]]:
    while at < len(text):
        end = text.rfind("\n", at, at + size) if at + size < len(text) else len(text)
        if end < at:
            end = text.find("\n", at, at + 4 * size)
        if end < 0:
            raise ValueError("a line is too long")
        found = parse_lines(text[at:end])
        at = end + 1
        if found:
            yield found
        found = []  # or two pieces would live at once


def _of_array(text: str, at: int, size: int) -> Iterator[list[Any]]:
    at = _begin(text, at)
    closed = False
    while not closed:
        found, end, closed = _window(text[at : at + size])
        if not found:
            found, end, closed = _window(text[at : at + 4 * size])
        if not found:
            raise ValueError("a value is too long, or none")
        at += end
        yield found
        found = []  # or two pieces would live at once
    if text[at : at + 100].strip(" \t\r\n") or text[at:].strip(" \t\r\n"):
        raise ValueError("text behind the array")


def _window(text: str) -> tuple[list[Any], int, bool]:
    """The whole values at the beginning of `text`, where the next one begins, and whether the array ends there."""
    found: list[Any] = []
    at = _begin(text, 0)
    try:
        while True:
            value, end = scan(text, at)
            after = _AFTER.match(text, end)
            if after is None:  # a number may go on behind the window
                return found, at, False
            found.append(value)
            at = after.end()
            if after[1] == "]":
                return found, at, True
    except (StopIteration, ValueError, RecursionError):
        return found, at, False


def joined(parts: Iterable[tuple[int, Rendition]], what: str) -> Rendition:
    """One body of the pieces; each comes with the number of its rows.

    Coordinates in the pieces count through already. `what` is said in the note.
    """
    bodies: list[str] = []
    notes: dict[str, None] = {what: None}
    elisions: list[Elision] = []
    first = 0
    for rows, made in parts:
        bodies.append(f"== rows {first}-{first + rows - 1}")
        bodies.append(made.text)
        notes.update(dict.fromkeys(filter(None, made.note.split("; "))))
        elisions.extend(made.elisions)
        first += rows
    whole = [e for e in elisions if e.unit == "rows" and not e.summary.startswith("[")]
    if len(whole) > 1:
        ranges = tuple(r for e in whole for r in e.ranges)
        one = Elision(ranges=ranges, count=sum(e.count for e in whole), unit="rows", summary=whole[0].summary)
        elisions = [
            replace(one, summary=f"in the first piece: {one.summary}"),
            *(e for e in elisions if e not in whole),
        ]
    return Rendition(text="\n".join(bodies), note="; ".join(notes), elisions=tuple(elisions), lossless=not elisions)
