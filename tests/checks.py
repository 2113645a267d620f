"""The invariants as functions over an input and a result; used by the property tests and over recorded conversations."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from headroom import Headroom, markers, wire
from headroom.lines import BAR, FOLD, stub
from headroom.messages import Path
from headroom.result import CompressResult
from headroom.terminal import left_out, plain

_NUMBERED = re.compile(rf"(\d+)(?:\+\d+→\d+)?([{BAR}║»])(.*)", re.DOTALL)
_BURST = re.compile(rf'{FOLD} » = ("(?:[^"\\]|\\.)*")')
_HOISTED = re.compile(rf'N{BAR} = line N after ("(?:[^"\\]|\\.)*")')


def at(messages: Any, path: Path) -> str:
    """The text at a block's path."""
    value: Any = messages
    for key in path:
        value = value[key]
    assert isinstance(value, str)
    return value


def pairs(before: list[Any], after: list[Any]) -> Iterator[tuple[Path, str, str]]:
    """Each block's path with its text before and after."""
    for message in wire.detect(before).parse(before).messages:
        for block in message.blocks:
            yield block.path, block.text, at(after, block.path)


def reversible(engine: Headroom, messages: list[Any], result: CompressResult[Any]) -> None:
    """Each changed block comes back exactly, by the id in the report and by the id in its text."""
    for block in result.changed:
        original, visible = at(messages, block.path), at(result.messages, block.path)
        assert block.id is not None
        assert engine.retrieve(block.id) == original
        head = markers.head(visible)
        assert head is not None
        assert engine.store.get(head.id) == original


def never_larger(messages: list[Any], result: CompressResult[Any], count: Callable[[str], int]) -> None:
    """Fewer tokens in each changed block; not one byte changed in the others."""
    changed = {b.path for b in result.changed}
    for path, before, after in pairs(messages, result.messages):
        if path in changed:
            assert count(after) < count(before)
        else:
            assert after == before


def protocol_safe(messages: list[Any], result: CompressResult[Any]) -> None:
    """Put the original texts back: then both conversations are equal, field for field."""
    originals = {b.path: at(messages, b.path) for b in result.changed}
    assert wire.detect(messages).render(result.messages, originals) == messages
    assert all(b.role == "tool" for b in result.changed)


def atomic_lines(messages: list[Any], result: CompressResult[Any]) -> None:
    """`14│text` shows line 14, whole, after the prefix that the note hoists is put back; `14║text` without it, `14»text`
    with what the last line above that defines `»` says behind it. Where the note says that codes for the terminal are left
    out, the lines are those that a terminal shows."""
    for block in result.changed:
        original, visible = at(messages, block.path), at(result.messages, block.path)
        marker = markers.head(visible)
        if marker is None:
            continue
        if f"{FOLD} N-M = " in marker.note:
            in_place(original, visible)
        if f"N{BAR} = line N" not in marker.note:
            continue
        hoisted = _HOISTED.search(marker.note)
        prefix = json.loads(hoisted[1]) if hoisted else ""
        gone = left_out(original, plain(original))
        source = (plain(original) if gone and marker.note.endswith(gone) else original).split("\n")
        burst = ""
        for line in visible.split("\n")[1:]:
            said = _BURST.fullmatch(line)
            burst = json.loads(said[1]) if said else burst
            shown = _NUMBERED.fullmatch(line)
            if shown is None:
                assert line.startswith(FOLD), f"{line!r} has no number"
            else:
                text = {BAR: prefix, "║": "", "»": prefix + burst}[shown[2]] + shown[3]
                assert text == source[int(shown[1]) - 1], f"line {shown[1]} is not {text!r}"


def in_place(original: str, visible: str) -> None:
    """Lines of source code stand as they are, in their order; the marks between them name all others."""
    gone = left_out(original, plain(original))
    marker = markers.head(visible)
    source = (plain(original) if gone and marker and marker.note.endswith(gone) else original).split("\n")
    next_one = 0
    for line in visible.split("\n")[1:]:
        folded = stub(line)
        if folded is not None and folded[0] == next_one + 1 and line != source[next_one]:
            next_one = folded[1]
        else:
            assert line == source[next_one], f"line {next_one + 1} is not {line!r}"
            next_one += 1
    assert next_one == len(source)
