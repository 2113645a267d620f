"""Settings in files that are made of lines: TOML, flat YAML, `.env`. One value read, written or removed.

A top-level value is one line, a TOML table one block of lines; all other lines stay as they are, byte for byte. TOML is
read back after each change: where anything but the one value has changed, the change is refused. Knows no files.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


# ----------------------------------------------------------------------------------------------------------------- TOML


def read_toml(text: str, keys: Sequence[str]) -> Any:
    """The value at `keys`.

    Raises:
        KeyError: there is none.
        ValueError: the text is no TOML.
    """
    found: Any = _toml(text)
    for key in keys:
        if not isinstance(found, Mapping):
            raise KeyError(key)
        found = found[key]
    return found


def write_toml(text: str, keys: Sequence[str], value: Any) -> str:
    """The text with a top-level value, or with a table of plain values, at `keys`.

    Raises:
        ValueError: the text is no TOML, or spells what is there in a way that a line cannot replace.
    """
    expected = _toml(text)
    inner = expected
    for key in keys[:-1]:
        inner = inner.setdefault(key, {})
        if not isinstance(inner, dict):
            raise ValueError(f"{key} is no table")  # noqa: TRY004  # it is the text that is wrong, not the caller
    inner[keys[-1]] = value
    bare = remove_toml(text, keys)
    end = "\r\n" if "\r\n" in text else "\n"
    if isinstance(value, Mapping):
        lines = [
            f"[{'.'.join(map(_toml_key, keys))}]",
            *(f"{_toml_key(k)} = {_toml_value(v)}" for k, v in value.items()),
        ]
        gap = end * ((not bare.endswith("\n")) + 1) if bare else ""
        new = bare + gap + "".join(line + end for line in lines)
    else:
        new = f"{_toml_key(keys[0])} = {_toml_value(value)}{end}{bare}"
    return _same(new, expected)


def remove_toml(text: str, keys: Sequence[str]) -> str:
    """The text without the value or the table at `keys`; unchanged where there is none.

    Raises:
        ValueError: as in `write_toml`.
    """
    expected = _toml(text)
    inner: Any = expected
    for key in keys[:-1]:
        inner = inner.get(key, {}) if isinstance(inner, dict) else {}
    if not isinstance(inner, dict) or keys[-1] not in inner:
        return text
    is_table = isinstance(inner.pop(keys[-1]), dict)
    start, end = _table_span(text, keys) if is_table else _line_span(text, keys[0], "=", _top(text))
    return _same(text[:start] + text[end:], expected)


def _toml(text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = _parser().loads(text.removeprefix("\ufeff"))
    except ValueError as error:
        raise ValueError(f"no TOML: {error}") from error
    return found


def _parser() -> Any:
    try:
        return importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    except ModuleNotFoundError as error:
        raise ValueError("to read TOML, Python 3.10 needs a package: pip install tomli") from error


def _same(text: str, expected: Mapping[str, Any]) -> str:
    """The text, where it says what is expected; empty tables count for nothing, as a header of one may come and go."""
    if _pruned(_toml(text)) != _pruned(expected):
        raise ValueError("the setting is spelled in a way that cannot be changed line by line")
    return text


def _pruned(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    members = {key: _pruned(inner) for key, inner in value.items()}
    return {key: inner for key, inner in members.items() if inner != {}}


def _top(text: str) -> int:
    """Where the top-level values end: at the first table."""
    match = _TABLE.search(text)
    return match.start() if match else len(text)


def _table_span(text: str, keys: Sequence[str]) -> tuple[int, int]:
    name = r"[ \t]*\.[ \t]*".join(rf"(?:{re.escape(k)}|{re.escape(json.dumps(k))})" for k in keys)
    match = re.search(rf"(?:^[ \t]*\r?\n)?^[ \t]*\[[ \t]*{name}[ \t]*\][^\n]*(?:\n|\Z)", text, re.MULTILINE)
    if match is None:
        raise ValueError(f"[{'.'.join(keys)}] is spelled in a way that cannot be changed line by line")
    after = _TABLE.search(text, match.end())
    if after is None:
        return match.start(), len(text)
    block = text[match.end() : after.start()].splitlines(keepends=True)
    while block and re.match(r"[ \t]*(?:#|\r?\n|\Z)", block[-1]):  # what stands before a table belongs to it
        block.pop()
    return match.start(), match.end() + sum(map(len, block))


def _toml_key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _toml_value(value: Any) -> str:
    """Strings, numbers, booleans, lists of them, and maps as inline tables. JSON spells all but the last alike."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_toml_key(k)} = {_toml_value(v)}' for k, v in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)


# ---------------------------------------------------------------------------------------------------- flat YAML and .env


def read_line(text: str, key: str, sign: str) -> str:
    """The value of `key: value` or `KEY=value`, without quotes.

    Raises:
        KeyError: no line has this key.
    """
    start, end = _line_span(text, key, sign, len(text))
    if start == end:
        raise KeyError(key)
    value = text[start:end].partition(sign)[2].strip()
    quoted = re.fullmatch(r"(['\"])(.*)\1", value)
    return quoted[2] if quoted else value


def write_line(text: str, key: str, sign: str, value: str) -> str:
    """The text with this value: in the place of the old one, or in a new last line."""
    start, end = _line_span(text, key, sign, len(text))
    line_end = "\r\n" if "\r\n" in text else "\n"
    line = f"{key}{sign}{' ' if sign == ':' else ''}{value}{line_end}"
    if start != end:
        return text[:start] + line + text[end:]
    return text + (line_end if text and not text.endswith("\n") else "") + line


def remove_line(text: str, key: str, sign: str) -> str:
    """The text without the line of `key`; unchanged where there is none."""
    start, end = _line_span(text, key, sign, len(text))
    return text[:start] + text[end:]


def _line_span(text: str, key: str, sign: str, limit: int) -> tuple[int, int]:
    prefix = "(?:export[ \t]+)?" if sign == "=" else ""
    spelled = rf"(?:{re.escape(key)}|\"{re.escape(key)}\")"
    match = re.compile(rf"^{prefix}{spelled}[ \t]*{sign}[^\n]*(?:\n|\Z)", re.MULTILINE).search(text, 0, limit)
    return match.span() if match else (0, 0)
