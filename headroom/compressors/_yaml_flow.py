"""Flow collections of YAML on one line that are no JSON: `{node: '>=18', os: [linux, darwin]}`, `[main, "release/*"]`.

Scalars are read by whoever asks. What is more than that (anchors, tags, comments, keys without a value) is refused. `_yaml`
stands above.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

__all__ = ["collection"]

_BLANKS = re.compile(r" *")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
_PLAIN = re.compile(r"(?:[^\s\"'#&*!|>%@`{}\[\],?:-]|-(?=[^\s,\[\]{}]))(?:[^,\[\]{}:#]|:(?=[^\s,\[\]{}])|(?<=\S)#)*")
_DEEPEST = 30


def collection(text: str, scalar: Callable[[str], Any]) -> Any:
    """The value of `text`, which begins with a bracket; `scalar` reads a plain or quoted one.

    Raises:
        ValueError: when it is no such collection, or more than is known here.
    """
    value, end = _value(text, 0, scalar, 0)
    if end != len(text):
        raise ValueError(f"text behind a flow collection: {text[end : end + 40]!r}")
    return value


def _value(text: str, at: int, scalar: Callable[[str], Any], depth: int) -> tuple[Any, int]:
    sign = text[at : at + 1]
    if depth > _DEEPEST:
        raise ValueError("a flow collection that is too deep")
    if sign == "{":
        return _mapping(text, at + 1, scalar, depth + 1)
    if sign == "[":
        return _sequence(text, at + 1, scalar, depth + 1)
    written, end = _written(text, at)
    return scalar(written), end


def _written(text: str, at: int) -> tuple[str, int]:
    """A scalar as it is written, and where the blanks behind it end."""
    m = _QUOTED.match(text, at) or _PLAIN.match(text, at)
    if m is None:
        raise ValueError(f"no scalar: {text[at : at + 40]!r}")
    return m[0].rstrip(" "), _skip(text, m.end())


def _sequence(text: str, at: int, scalar: Callable[[str], Any], depth: int) -> tuple[list[Any], int]:
    out: list[Any] = []
    at = _skip(text, at)
    while text[at : at + 1] != "]":
        value, at = _value(text, at, scalar, depth)
        out.append(value)
        at = _next(text, at, "]")
    return out, _skip(text, at + 1)


def _mapping(text: str, at: int, scalar: Callable[[str], Any], depth: int) -> tuple[dict[str, Any], int]:
    out: dict[str, Any] = {}
    at = _skip(text, at)
    while text[at : at + 1] != "}":
        key, at = _written(text, at)
        if text[at : at + 2] != ": " and not (key[0] in "\"'" and text[at : at + 1] == ":"):
            raise ValueError(f"no value: {key[:40]!r}")
        name = scalar(key) if key[0] in "\"'" else key
        if name in out:
            raise ValueError(f"a key that stands twice: {key[:40]!r}")
        out[name], at = _value(text, _skip(text, at + 1), scalar, depth)
        at = _next(text, at, "}")
    return out, _skip(text, at + 1)


def _next(text: str, at: int, close: str) -> int:
    """Where the next item begins, or the closing bracket stands."""
    if text[at : at + 1] == ",":
        return _skip(text, at + 1)
    if text[at : at + 1] != close:
        raise ValueError(f"no end of a flow collection: {text[at : at + 40]!r}")
    return at


def _skip(text: str, at: int) -> int:
    m = _BLANKS.match(text, at)
    return m.end() if m else at
