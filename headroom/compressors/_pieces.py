"""Large texts piece by piece: parsed values take ten times the memory of their text, so only a piece of them lives at once.

    == keys 0-1
    {type:collection,
    count:9641}
    == items rows 0-4816
    4817 rows: id,name
    …
    == items rows 4817-9640

Each piece stands for itself: its own names, its own legend. JSON is cut between the rows of an array, between lines, or
between the keys of an object; `_tables` cuts tables between their lines. Knows nothing of grids and outlines; `crusher`
and `table` stand above, `_flow` below.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from headroom.compressors._api import Elision, Rendition
from headroom.compressors._flow import Pairs, key_text, object_of, parse_lines, scan

__all__ = ["SIZE", "WHOLE", "Piece", "begins_with_rows", "cut", "is_lines", "joined", "size_of"]

WHOLE: Final = 51_200
"""Characters up to which a text is read as a whole: what that takes is little, however often it is the text's size."""
SIZE: Final = 500_000
"""Characters of a piece, at most. A single value may take four times that."""
_LEAST = 8_000
_ROOM = 4.6
"""Memory that a piece may take, as a multiple of the whole text's characters. The shortened text comes on top."""
_BY_ROW, _BY_VALUE, _BY_CELL = 85, 200, 180
"""Bytes per sign of structure: in rows that become columns, in other JSON, in tables. Measured."""

_GAP = re.compile(r"[ \t\r\n]*")
_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_AFTER = {end: re.compile(rf"[ \t\r\n]*([,\{end}])[ \t\r\n]*") for end in ("]", "}")}
_DEEP = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of an array or of JSON Lines (a list), or some keys of an object, and the number of the first one.

    `path` leads to that array or object; it is empty at the top.
    """

    path: str
    first: int
    value: list[Any] | dict[str, Any] | Pairs

    @property
    def title(self) -> str:
        """`items rows 0-99`"""
        unit = "rows" if type(self.value) is list else "keys"
        return f"{self.path} {unit} {self.first}-{self.first + len(self.value) - 1}".lstrip()


def size_of(text: str, *, rows: bool = False, signs: str = ",:{[") -> int:
    """Characters that a piece of this text may have, for the memory that its values take while it is read.

    `rows` says that it is made of objects with much the same keys; `signs` are those that part its values.
    """
    per_sign = _BY_CELL if ":" not in signs else _BY_ROW if rows else _BY_VALUE
    taken = per_sign * sum(map(text.count, signs))
    return SIZE if not taken else max(_LEAST, min(SIZE, int(_ROOM * len(text) ** 2 / taken)))


def begins_with_rows(text: str) -> bool:
    """Whether the first lines, or the first rows of the first array, are objects with keys in common."""
    found = _first_lines(text[:_LEAST])
    if not found and 0 <= (at := text.find("[")) < _LEAST:
        found = _rows(text[at + 1 : at + _LEAST])[0]
    keys = [frozenset(row) for row in found if type(row) is dict]
    return len(keys) > 1 and 2 * len(frozenset.intersection(*keys)) >= len(frozenset.union(*keys))


def _first_lines(window: str) -> list[Any]:
    try:
        return parse_lines(window.removeprefix("\ufeff").rpartition("\n")[0])
    except (ValueError, RecursionError):
        return []


_Pieces: TypeAlias = Generator[Piece, None, int]
"""Pieces; returns the offset behind the value that they make up."""


def cut(text: str, size: int = SIZE) -> Iterator[Piece]:
    """The values of a JSON array, object or of JSON Lines in pieces of about `size` characters.

    Raises:
        ValueError: when the text is none of these, or one value cannot be cut; only after the pieces before it.
    """
    start = _begin(text, text.startswith("\ufeff"))
    if is_lines(text, size):
        yield from _lines(text, start, size)
        return
    end = yield from _value(text, start, "", size)
    if _begin(text, end) != len(text):
        raise ValueError("text behind the value")


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


def _lines(text: str, at: int, size: int) -> Iterator[Piece]:
    first = 0
    while at < len(text):
        end = text.rfind("\n", at, at + size) if at + size < len(text) else len(text)
        if end < at:
            end = text.find("\n", at, at + 4 * size)
        if end < 0:
            raise ValueError("a line is too long")
        found = parse_lines(text[at:end])
        at = end + 1
        if found:
            yield Piece("", first, found)
        first += len(found)
        del found  # or two pieces would live at once


def _value(text: str, at: int, path: str, size: int) -> _Pieces:
    """The pieces of a large array or object that begins at `at`."""
    if path.count(".") > _DEEP or text[at : at + 1] not in {"[", "{"}:
        raise ValueError("a value is too long")
    return (yield from (_array if text[at] == "[" else _object)(text, at + 1, path, size))


def _array(text: str, at: int, path: str, size: int) -> _Pieces:
    first = 0
    closed = False
    while not closed:
        found, end, closed = _rows(text[at : at + size])
        if not found:
            found, end, closed = _rows(text[at : at + 4 * size])
        if not found:
            raise ValueError("a row is too long, or none")
        at += end
        yield Piece(path, first, found)
        first += len(found)
        del found
    return at


def _rows(window: str) -> tuple[list[Any], int, bool]:
    """The whole values at the beginning of a window, where the next one begins, and whether the array ends there."""
    found: list[Any] = []
    at = _begin(window, 0)
    try:
        while True:
            value, end = scan(window, at)
            after = _AFTER["]"].match(window, end)
            if after is None:  # a number may go on behind the window
                return found, at, False
            found.append(value)
            at = after.end()
            if after[1] == "]":
                return found, at, True
    except (StopIteration, ValueError, RecursionError):
        return found, at, False


def _object(text: str, at: int, path: str, size: int) -> _Pieces:
    first = 0
    closed = False
    while not closed:
        found, end, closed = _pairs(text[at : at + size])
        at += end
        if found:
            yield Piece(path, first, object_of(found))
            first += len(found)
            del found
            continue
        key, at = _key(text, at, size)
        at = yield from _value(text, at, f"{path}.{key_text(key)}" if path else key_text(key), size)
        after = _AFTER["}"].match(text, at)
        if after is None:
            raise ValueError("no end of an object")
        first, at, closed = first + 1, after.end(), after[1] == "}"
    return at


def _pairs(window: str) -> tuple[list[tuple[str, Any]], int, bool]:
    """As `_rows`, for the pairs of an object."""
    found: list[tuple[str, Any]] = []
    at = _begin(window, 0)
    try:
        while True:
            key, colon = _key(window, at, len(window))
            value, end = scan(window, colon)
            after = _AFTER["}"].match(window, end)
            if after is None:
                return found, at, False
            found.append((key, value))
            at = after.end()
            if after[1] == "}":
                return found, at, True
    except (StopIteration, ValueError, RecursionError):
        return found, at, False


def _key(text: str, at: int, size: int) -> tuple[str, int]:
    """The key at an offset, and where its value begins."""
    if not text.startswith('"', at):
        raise ValueError("no key of an object")
    try:
        key, end = scan(text, at)
    except StopIteration as error:
        raise ValueError("no key of an object") from error
    colon = _COLON.match(text, end)
    if colon is None or end - at > size:
        raise ValueError("no key of an object")
    return key, colon.end()


def joined(parts: Iterable[tuple[str, Rendition]], what: str) -> Rendition:
    """One body of the pieces, each with its title. Coordinates in the pieces count through already.

    `what` is said in the note.
    """
    bodies: list[str] = []
    notes: dict[str, None] = {what: None}
    elisions: list[Elision] = []
    for title, made in parts:
        bodies.append(f"== {title}")
        bodies.append(made.text)
        notes.update(dict.fromkeys(filter(None, made.note.split("; "))))
        elisions.extend([replace(e, summary=f"{title}: {e.summary}") for e in made.elisions])
    return Rendition(text="\n".join(bodies), note="; ".join(notes), elisions=tuple(elisions), lossless=not elisions)
