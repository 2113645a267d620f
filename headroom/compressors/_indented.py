"""Folders that agents' tools list by indents, as paths: the names of one folder can share a line then.

    - /src/                /src/
      - quay/              /src/quay/
        - berth.py         /src/quay/berth.py

Folders end in a slash. Nothing is lost; the note says how the lines began. Above stands `listing`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from headroom.compressors._paths import AsPaths

__all__ = ["as_paths", "begins"]

_ROW = re.compile(r"((?:  )*)((?:- )?)([^\s:*?\"<>|,;(){}=\-][^\s:*?\"<>|,;(){}=]*)\Z")
_FEWEST = 12
_MOSTLY = 0.9
_NAMED = 0.7
"""So many names have an extension or a slash: others are words of a list."""
_ABOVE, _BELOW = 3, 6
"""So many lines may stand above the names, and below."""


def begins(lines: Sequence[str]) -> bool:
    """Whether most of these lines are names by indents, folders among them."""
    rows = [m for m in map(_ROW.match, lines) if m is not None]
    if len(rows) < _MOSTLY * len(lines) or not any(m[1] for m in rows):
        return False
    return any(m[3].endswith("/") for m in rows) and _are_names([m[3] for m in rows])


def as_paths(lines: Sequence[str]) -> AsPaths | None:
    """The path of each name; None where a name stands below none that is a folder, or where other lines are among them."""
    first = next((i for i, line in enumerate(lines[: _ABOVE + 1]) if _ROW.match(line)), None)
    if first is None:
        return None
    paths: list[str] = []
    folders: list[str] = []
    names: list[str] = []
    sign = ""
    for line in lines[first:]:
        row = _ROW.match(line)
        if row is None:
            break
        depth, name = len(row[1]) // 2, row[3]
        if not paths:
            sign = row[2]
        if row[2] != sign or depth > len(folders) or ("/" in name[:-1] and paths):
            return None
        del folders[depth:]
        paths.append("".join(folders) + name)
        names.append(name)
        if name.endswith("/"):
            folders.append(name)
    end = first + len(paths)
    rest = [line for line in lines[end:] if line]
    nested = any(line[:1] == " " for line in lines[first:end])
    if len(paths) < _FEWEST or len(rest) > _BELOW or not nested or not _are_names(names):
        return None
    if not all(" " in line or line.endswith(":") for line in [*filter(None, lines[:first]), *rest]):
        return None  # they could be taken for names
    before = f', "{sign}" before each,' if sign else ""
    return AsPaths(first=first, end=end, lines=paths, note=f"names by indents{before} as paths")


def _are_names(names: Sequence[str]) -> bool:
    return sum(["." in name or name.endswith("/") for name in names]) >= _NAMED * len(names)
