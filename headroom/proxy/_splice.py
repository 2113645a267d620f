"""Changes in a JSON text that leave every other character as it was: spelling of numbers, key order, duplicate keys, space.

`spans` finds where values stand, `splice` replaces and inserts. What is walked over is read by the standard library's own
scanner, so this takes about as long as reading the text once. Nothing here knows of messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Path: TypeAlias = tuple["int | str", ...]
Span: TypeAlias = tuple[int, int]

_space = re.compile(r"[ \t\n\r]*").match
_read = json.JSONDecoder().raw_decode


class NotFoundError(ValueError):
    """There is no value at a path."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


def spans(source: str, paths: Iterable[Path]) -> dict[Path, Span]:
    """Where the value at each path stands in `source`, which must be valid JSON. No path may lead into another one's
    value. Of duplicate keys the last one counts, as it does for whoever reads the text.

    Raises:
        NotFoundError: a path leads nowhere.
    """
    tree: dict[Any, Any] = {}
    wanted = set(paths)
    for path in wanted:
        node = tree
        for key in path[:-1]:
            node = node.setdefault(key, {})
        node[path[-1]] = None
    found: dict[Path, Span] = {}
    try:
        _walk(source, _after_space(source, 0), tree, (), found)
    except (ValueError, IndexError) as e:
        raise NotFoundError(f"the text is no JSON: {e!r}") from e
    if len(found) != len(wanted):
        raise NotFoundError(f"no value at {min(wanted - found.keys(), key=repr)!r}")
    return found


def splice(source: str, edits: Iterable[Edit]) -> str:
    """Apply the edits, which must not overlap. Of two at one place the first stands first."""
    out: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: e.start):
        out += (source[at : edit.start], edit.text)
        at = edit.end
    out.append(source[at:])
    return "".join(out)


def quoted(text: str) -> str:
    """A string as JSON that can be written as UTF-8."""
    spelled = json.dumps(text, ensure_ascii=False)
    return spelled if spelled.isascii() or not _has_surrogate(spelled) else json.dumps(text)


def replaced(source: str, changed: Mapping[Path, str]) -> list[Edit]:
    """The edits that put other strings at these paths.

    Raises:
        NotFoundError: there is no string at one of them.
    """
    edits = []
    for path, (start, end) in spans(source, changed).items():
        if source[start] != '"':
            raise NotFoundError(f"no string at {path!r}")
        edits.append(Edit(start, end, quoted(changed[path])))
    return edits


def put_first(source: str, path: Path, item: str) -> Edit:
    """The edit that puts `item`, JSON, before all others into the array at `path`, which must not be empty."""
    return _into_array(source, path, f"{item},", last=False)


def put_last(source: str, path: Path, items: Sequence[str]) -> Edit:
    """The edit that puts `items`, each of them JSON, behind all others into the array at `path`, which must not be empty."""
    return _into_array(source, path, "".join(f",{item}" for item in items), last=True)


def _into_array(source: str, path: Path, text: str, *, last: bool) -> Edit:
    ((start, end),) = spans(source, [path]).values()
    if source[start] != "[":
        raise NotFoundError(f"no array at {path!r}")
    at = len(source[: end - 1].rstrip(" \t\n\r")) if last else start + 1
    return Edit(at, at, text)


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _after_space(source: str, at: int) -> int:
    match = _space(source, at)
    assert match is not None
    return match.end()


def _walk(source: str, at: int, tree: Mapping[Any, Any], path: Path, found: dict[Path, Span]) -> int:
    """Follow `tree` into the container at `at`; returns where it ends."""
    closing = {"{": "}", "[": "]"}.get(source[at])
    if closing is None:
        return _read(source, at)[1]
    at = _after_space(source, at + 1)
    index = 0
    while source[at] != closing:
        key: int | str = index
        if closing == "}":
            key, at = _read(source, at)
            at = _after_space(source, _after_space(source, at) + 1)  # behind the colon
        if key in tree:
            at = _member(source, at, tree[key], (*path, key), found)
        else:
            at = _read(source, at)[1]
        index += 1
        at = _after_space(source, at)
        if source[at] == ",":
            at = _after_space(source, at + 1)
    return at + 1


def _member(source: str, at: int, below: Mapping[Any, Any] | None, path: Path, found: dict[Path, Span]) -> int:
    if below is None:
        end = _read(source, at)[1]
        found[path] = (at, end)
        return end
    for known in [known for known in found if known[: len(path)] == path]:
        del found[known]  # an earlier duplicate of this key, which nobody reads
    return _walk(source, at, below, path, found)
