"""Rows and fields of a JSON text as spans of that text, so that every value keeps its own spelling.

Nothing is re-encoded: numbers, escapes, duplicate keys and key order stand as in the source. JSON Lines are read as an
array of their lines, and so are values that stand behind one another. Lists and dicts as Python prints them are read as
the JSON that says the same. Pure functions on a text; used by `retrieval`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from headroom._literals import as_json, looks_like
from headroom.exceptions import SliceError

Span: TypeAlias = tuple[int, int]

# Numbers stay strings: an integer of 5,000 digits is no error here.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)
_WS = re.compile(r"[ \t\n\r]*")
_STEPS = re.compile(r"\[(?:(\d+)(?:(-)(\d+)?)?|(\"(?:[^\"\\]|\\.)*\"))?\]")
_PLAIN_KEY = re.compile(r"[^\s.\[\]\"]+\Z")
_OUTSIDE_STRINGS = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\n\r]+', re.DOTALL)
_DIVIDED = re.compile(r"[.\[]")
_DEEPEST = 16
"""What is not at the top is looked for so deep."""
_PROBED_LINES = 10


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON text: the span of its one value, or for JSON Lines the spans of its lines, for several values those of each
    (`rows`). Spans are those of `text`, which is JSON where the source is Python's."""

    text: str
    span: Span
    value: Any = None
    rows: Sequence[Span] | None = None


def document(text: str) -> Document | None:
    """Read `text` as one JSON object or array, or as JSON Lines, or as several of them one behind the other; None when it
    is neither, or is nested too deeply."""
    if looks_like(text[:200]):
        try:
            text = as_json(text)
        except ValueError:
            return None
    start = _skip(text, 1 if text.startswith("\ufeff") else 0)
    if text[start : start + 1] not in ("{", "["):
        return None
    try:
        value, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return _json_lines(text)
    if _skip(text, end) < len(text):
        return _json_lines(text) or _json_values(text, start)
    return Document(text, (start, end), value)


def rows(doc: Document) -> tuple[str, list[Span]] | None:
    """The array that `doc` is mostly about: (its path, the spans of its elements); None when there is no array.

    That is the document itself, or the longest array that is reached through objects alone, the first of equals.
    """
    if doc.rows is not None:
        return "", list(doc.rows)
    path, span = _longest_array(doc)
    return None if span is None else (path, [s for _, s in _elements(doc.text, span)])


def fields(doc: Document, paths: Sequence[str], within: Sequence[int] | None = None) -> list[tuple[str, Span]]:
    """The values at `paths`, each once and in source order, with the full path of each.

    `a.b`, `items[].id`, `rows[3-9].name`, `["a.b"]`; an array on the way is entered without `[]`, too. `within` limits
    a document that is an array to those of its elements. What is nowhere from the top is looked for below any value, and in
    all members of objects, so that the columns of a table in the document are paths as they stand above it.

    Raises:
        SliceError: a path cannot be read.
    """
    found: dict[Span, str] = {}
    for path in paths:
        rest = path.strip().removeprefix("$")
        at = list(_find(doc, doc.span, rest, "", within)) or list(_anywhere(doc, doc.span, rest, within))
        for label, span in at:
            found.setdefault(span, label)
    return sorted(((label, span) for span, label in found.items()), key=lambda item: item[1])


def keys(doc: Document) -> list[str]:
    """The distinct keys of the document, or of its first rows: what a path may start with."""
    if doc.rows is None and doc.text[doc.span[0]] == "{":
        return list(dict.fromkeys(k for k, _ in _members(doc.text, doc.span)))
    seen: dict[str, None] = {}
    for _, child in islice(_children(doc, doc.span, None), _PROBED_LINES):
        if doc.text[child[0]] == "{":
            seen |= dict.fromkeys(k for k, _ in _members(doc.text, child))
    return list(seen)


def one_line(raw: str) -> str:
    """A value without the whitespace between its tokens where it spans several lines; else as it is."""
    return _OUTSIDE_STRINGS.sub(r"\1", raw) if "\n" in raw else raw


def _skip(text: str, at: int) -> int:
    match = _WS.match(text, at)
    return match.end() if match else at


def _json_values(text: str, at: int) -> Document | None:
    """Values on many lines, each of which begins a line, as `jq` prints them."""
    spans: list[Span] = []
    while at < len(text):
        if text[at] not in "{[" or (spans and "\n" not in text[spans[-1][1] : at]):
            return None
        try:
            end = _DECODER.raw_decode(text, at)[1]
        except (ValueError, RecursionError):
            return None
        spans.append((at, end))
        at = _skip(text, end)
    return Document(text, (0, len(text)), None, spans)


def _json_lines(text: str) -> Document | None:
    """Records on lines of their own; the last one may be cut off."""
    spans: list[Span] = []
    at = 0
    for line in text.split("\n"):
        body = line.strip(" \t\r\ufeff")
        if body:
            if body[0] not in "{[":
                return None
            start = at + line.index(body[0])
            spans.append((start, start + len(body)))
        at += len(line) + 1
    if len(spans) < 2 or not all(_is_json(text[a:b]) for a, b in spans[:-1][:_PROBED_LINES]):
        return None
    return Document(text, (0, len(text)), None, spans)


def _is_json(raw: str) -> bool:
    try:
        return _DECODER.raw_decode(raw)[1] == len(raw)
    except (ValueError, RecursionError):
        return False


def _members(text: str, span: Span) -> Iterator[tuple[str, Span]]:
    """Keys and value spans of the object at `span`."""
    at = _skip(text, span[0] + 1)
    while at < span[1] and text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        end = _DECODER.raw_decode(text, start)[1]
        yield key, (start, end)
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at


def _elements(text: str, span: Span) -> Iterator[tuple[int, Span]]:
    """Indices and spans of the elements of the array at `span`."""
    at, i = _skip(text, span[0] + 1), 0
    while at < span[1] and text[at] != "]":
        end = _DECODER.raw_decode(text, at)[1]
        yield i, (at, end)
        at, i = _skip(text, end), i + 1
        at = _skip(text, at + 1) if text[at] == "," else at


def _children(doc: Document, span: Span, within: Sequence[int] | None) -> Iterator[tuple[int, Span]]:
    """The elements of an array; of the document itself only those in `within`."""
    is_root = span == doc.span
    lines = doc.rows is not None and is_root
    found = enumerate(doc.rows or ()) if lines else _elements(doc.text, span)
    wanted = set(within) if within is not None and is_root else None
    for i, child in found:
        if (wanted is None or i in wanted) and not (lines and not _is_json(doc.text[child[0] : child[1]])):
            yield i, child


def _find(doc: Document, span: Span, rest: str, label: str, within: Sequence[int] | None) -> Iterator[tuple[str, Span]]:
    """The values at `rest` below the value at `span`, whose own path is `label`."""
    is_array = doc.text[span[0]] == "[" or (doc.rows is not None and span == doc.span)
    if span == doc.span and is_array and (rest == "rows" or rest.startswith(("rows[", "rows."))):
        rest = rest.removeprefix("rows") or "[]"
    if not rest:
        yield label, span
    elif is_array:
        step = _STEPS.match(rest)
        if rest[0] == "[" and (step is None or step[4]):
            if step is None:
                raise _unreadable(rest)
            step, low, high, below = None, 0, None, rest  # a quoted key: of every element
        elif step is not None:
            low, high = int(step[1] or 0), _last(step)
            below = rest[step.end() :]
        else:
            low, high, below = 0, None, rest
        for i, child in _children(doc, span, within):
            if i >= low and (high is None or i <= high):
                yield from _find(doc, child, below, f"{label}[{i}]", within)
    elif doc.text[span[0]] == "{":
        yield from _find_key(doc, span, rest.removeprefix("."), label, within)


def _last(step: re.Match[str]) -> int | None:
    """The last index that a step like `[3]`, `[3-9]`, `[3-]` or `[]` picks; None for the end."""
    if step[1] is None or (step[2] and not step[3]):
        return None
    return int(step[3] or step[1])


def _find_key(
    doc: Document, span: Span, rest: str, label: str, within: Sequence[int] | None
) -> Iterator[tuple[str, Span]]:
    """Below an object: a quoted key, or the longest key that `rest` starts with, so that a key with dots wins."""
    if not rest:
        raise _unreadable(".")
    members = list(_members(doc.text, span))
    step = _STEPS.match(rest)
    if step is not None and step[4]:
        key, below = json.loads(step[4], strict=False), rest[step.end() :]
    elif rest[0] == "[":
        if step is None:
            raise _unreadable(rest)
        return  # an index into an object
    else:
        fitting = [k for k, _ in members if rest == k or (k and rest.startswith(k) and rest[len(k)] in ".[")]
        key = max(fitting, key=len, default=None)
        below = rest[len(key) :] if key is not None else ""
    for k, child in members:
        if k == key:
            name = _name(k, [other for other, _ in members])
            yield from _find(doc, child, below, (label + name).removeprefix("."), within)


def _anywhere(doc: Document, span: Span, rest: str, within: Sequence[int] | None) -> Iterator[tuple[str, Span]]:
    """The values at `rest` from the outermost objects below the document that have any; of `a.b` also each `b` that stands
    anywhere below an object `a`."""
    first, _, last = rest.removeprefix(".").partition(".")
    todo: list[tuple[str, Span, int, str]] = [("", span, 0, rest)]
    while todo:
        label, span, depth, wanted = todo.pop()
        children: list[tuple[str, Span, int, str]] = []
        if doc.text[span[0]] == "[" or (doc.rows is not None and span == doc.span):
            children = [(f"{label}[{i}]", c, depth + 1, wanted) for i, c in _children(doc, span, within)]
        elif doc.text[span[0]] == "{":
            at = list(_find(doc, span, wanted, label, within)) if span != doc.span else []
            if at:
                yield from at
                continue
            members = list(_members(doc.text, span))
            longer = {k[: m.start()] for k, _ in members for m in _DIVIDED.finditer(k)}
            for key, child in members:
                below = (label + _step(key, longer=key in longer)).removeprefix(".")
                inside = last if last and key == first and doc.text[child[0]] == "{" else wanted
                children.append((below, child, depth + 1, inside))
        if depth < _DEEPEST:
            todo += reversed(children)


def _unreadable(rest: str) -> SliceError:
    return SliceError(
        f"fields: {rest[:80]!r} is no path; write e.g. 'a.b', 'items[].id', 'rows[3-9].name', '[\"a.b\"]'"
    )


def _longest_array(doc: Document) -> tuple[str, Span | None]:
    """Path and span of the longest array that is reached through objects alone."""
    if isinstance(doc.value, list):
        return "", doc.span
    longest = -1
    best: tuple[str, ...] = ()
    todo: list[tuple[tuple[str, ...], dict[str, Any]]] = [((), doc.value)]
    for path, node in todo:  # grows while it is read
        for key, child in node.items():
            if isinstance(child, dict):
                todo.append(((*path, key), child))
            elif isinstance(child, list) and len(child) > longest:
                longest, best = len(child), (*path, key)
    if longest < 0:
        return "", None
    span, label = doc.span, ""
    for key in best:
        members = list(_members(doc.text, span))
        span = [s for k, s in members if k == key][-1]  # the value that a parser keeps
        label += _name(key, [other for other, _ in members])
    return label.removeprefix("."), span


def _name(key: str, keys: Sequence[str]) -> str:
    """A key as a step of a path, in quotes where a path that goes on could be read as another of the object's `keys`."""
    return _step(key, longer=any(other.startswith((f"{key}.", f"{key}[")) for other in keys))


def _step(key: str, *, longer: bool) -> str:
    """The same where it is known whether another key of the object goes on where this one ends."""
    return f".{key}" if _PLAIN_KEY.match(key) and not longer else f"[{json.dumps(key, ensure_ascii=False)}]"
