"""JSON with comments: one value read, written or removed, every other byte left as it is.

Comments (`//`, `/* */`) and trailing commas are read, as the agents whose files these are read them. A new member goes to
the front of its object, where neither a comment nor a trailing comma can get in its way. Knows no files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SCALAR = re.compile(r"[^\s,\]}/]+")
_INDENT = re.compile(r"\n([ \t]+)\S")
_MAX_DEPTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """A member of an object, by offsets: its key, its value."""

    key: str
    start: int
    value: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Object:
    """An object from its `{` to behind its `}`."""

    start: int
    end: int
    members: tuple[_Member, ...]


def read(text: str, keys: Sequence[str]) -> Any:
    """The value at `keys`.

    Raises:
        KeyError: there is none.
        ValueError: the text is no JSON.
    """
    at = _start(text)
    found = None
    for key in keys:
        found = _member(_object(text, at), key)
        if found is None:
            raise KeyError(key)
        at = found.value
    return _value(text[at : found.end] if found else text[at:])


def write(text: str, keys: Sequence[str], value: Any) -> str:
    """The text with `value` at `keys`; objects on the way are made where there are none.

    Raises:
        ValueError: the text is no JSON object, or something on the way is none.
    """
    if not text.strip():
        text = "{}\n"
    at, depth = _start(text), 0
    step = (_INDENT.search(text) or [None, "  "])[1] or "  "
    for n, key in enumerate(keys):
        here = _object(text, at)
        found = _member(here, key)
        if found is None:
            inner = value
            for missing in reversed(keys[n + 1 :]):
                inner = {missing: inner}
            return _inserted(text, here, (key, inner), step, depth)
        if n == len(keys) - 1:
            return text[: found.value] + _dumped(value, step, depth + 1, text) + text[found.end :]
        at, depth = found.value, depth + 1
    raise ValueError("no key was named")


def remove(text: str, keys: Sequence[str]) -> str:
    """The text without the member at `keys`; unchanged where there is none."""
    at = _start(text)
    for key in keys[:-1]:
        found = _member(_object(text, at), key)
        if found is None:
            return text
        at = found.value
    here = _object(text, at)
    found = _member(here, keys[-1])
    if found is None:
        return text
    after = _skip(text, found.end)
    if text[after] == ",":
        start, end = _line_start(text, found.start), after + 1
        if start == found.start and text[end : end + 1] == " ":  # several on one line
            end += 1
    else:  # the last member: the comma before it goes as well
        end = found.end
        before = [m for m in here.members if m.end <= found.start]
        start = text.index(",", _skip(text, before[-1].end)) if before else here.start + 1
        if not before and not text[end : here.end - 1].strip():
            end = here.end - 1
    return text[:start] + text[end:]


# ------------------------------------------------------------------------------------------------------------- scanning


def _start(text: str) -> int:
    return _skip(text, 1 if text.startswith("\ufeff") else 0)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _object(text: str, at: int) -> _Object:
    if text[at : at + 1] != "{":
        raise ValueError(f"an object is expected at character {at}")
    members = []
    start, at = at, _skip(text, at + 1)
    while text[at : at + 1] != "}":
        key = _STRING.match(text, at)
        if key is None:
            raise ValueError(f"a name in quotes is expected at character {at}")
        colon = _skip(text, key.end())
        if text[colon : colon + 1] != ":":
            raise ValueError(f"a colon is expected at character {colon}")
        value = _skip(text, colon + 1)
        end = _end(text, value)
        members.append(_Member(key=json.loads(key[0], strict=False), start=at, value=value, end=end))
        at = _next(text, end, "}")
    return _Object(start=start, end=at + 1, members=tuple(members))


def _next(text: str, at: int, close: str) -> int:
    """Behind the comma that follows a value, or at the bracket that closes."""
    at = _skip(text, at)
    if text[at : at + 1] == ",":
        return _skip(text, at + 1)
    if text[at : at + 1] != close:
        raise ValueError(f"a comma or {close!r} is expected at character {at}")
    return at


def _end(text: str, at: int, depth: int = 0) -> int:
    """Where the value that starts at `at` ends."""
    first = text[at : at + 1]
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deeply")
    if first == '"':
        match = _STRING.match(text, at)
    elif first not in ("{", "["):
        match = _SCALAR.match(text, at)
    else:
        close = "}" if first == "{" else "]"
        at = _skip(text, at + 1)
        while text[at : at + 1] != close:
            if close == "}":
                key = _STRING.match(text, at)
                colon = _skip(text, key.end()) if key else at
                if text[colon : colon + 1] != ":":
                    raise ValueError(f"a name and a colon are expected at character {at}")
                at = _skip(text, colon + 1)
            at = _next(text, _end(text, at, depth + 1), close)
        return at + 1
    if match is None:
        raise ValueError(f"a value is expected at character {at}")
    return match.end()


def _member(here: _Object, key: str) -> _Member | None:
    return next((m for m in reversed(here.members) if m.key == key), None)  # of doubles the last one counts


def _value(raw: str) -> Any:
    """The value that the text spells, comments and trailing commas left out."""
    bare = re.sub(
        r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', lambda m: m[1] or " ", raw.lstrip("\ufeff"), flags=re.DOTALL
    )
    bare = re.sub(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', lambda m: m[1] or "", bare, flags=re.DOTALL)
    return json.loads(bare, strict=False)


# -------------------------------------------------------------------------------------------------------------- writing


def _inserted(text: str, here: _Object, member: tuple[str, Any], step: str, depth: int) -> str:
    key, value = member
    inside = text[here.start + 1 : here.end - 1]
    line_end = "\r\n" if "\r\n" in text else "\n"
    new = f"{json.dumps(key)}: {_dumped(value, step, depth + 1, text)}"
    pad = line_end + step * (depth + 1)
    if here.members and "\n" not in text[here.start : here.members[0].start]:
        put = f"{json.dumps({key: value}, ensure_ascii=False)[1:-1]}, "
    elif here.members:
        put = f"{pad}{new},"
    else:
        put = pad + new + (line_end + step * depth if "\n" not in inside else "")
    return text[: here.start + 1] + put + text[here.start + 1 :]


def _dumped(value: Any, step: str, depth: int, text: str) -> str:
    lines = json.dumps(value, indent=step, ensure_ascii=False).split("\n")
    return ("\r\n" if "\r\n" in text else "\n").join([lines[0], *(step * depth + line for line in lines[1:])])


def _line_start(text: str, at: int) -> int:
    """Before the white space and the line end in front of `at`, where a member stands on a line of its own."""
    start = at
    while start and text[start - 1] in " \t":
        start -= 1
    if start and text[start - 1] == "\n":
        return start - (2 if text[start - 2 : start] == "\r\n" else 1)
    return at
