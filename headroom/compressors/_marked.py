"""Names with a mark of what they are, and their sizes, as MCP servers list a folder for an agent.

    [FILE] a.py                              1.20 KB        a.py 1.20 KB
    [DIR] lib                                               lib/

Nothing is lost; the note says what stood there. Knows nothing of folders; `listing` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from headroom.compressors._paths import AsPaths

__all__ = ["begins", "unmarked"]

_ROW = re.compile(r"\[(?:FILE|(DIR))\] ([^\s\[](?:.*\S)?)( *)\Z")
_OTHER = re.compile(r"\[(?!FILE\]|DIR\])[A-Z]+\] ")
"""What a server says of a name that it does not list as one or the other."""
_SIZED = re.compile(r"(.*?\S) +(\d[\d.]* [KMGT]?B)\Z")
_FEWEST = 3
_NAME, _SIZE = 30, 10
"""Widths of the columns of a listing with sizes."""


def begins(lines: Sequence[str]) -> bool:
    """Whether the text begins with marked names."""
    return len(lines) >= _FEWEST and all(_ROW.match(line) or _OTHER.match(line) for line in lines[:_FEWEST])


def unmarked(lines: Sequence[str]) -> AsPaths | None:
    """The names up to the first blank line, folders with a slash at their end.

    None where a name could not be told from another, or where not all sizes stand in the usual column.
    """
    out: list[str] = []
    end = next((i for i, line in enumerate(lines) if not line), len(lines))
    first = next((row for row in map(_ROW.match, lines[:end]) if row is not None), None)
    padded = first is not None and (first[3] != "" if first[1] else _SIZED.match(first[2]) is not None)
    for line in lines[:end]:
        row = _ROW.match(line)
        if row is None:
            if not _OTHER.match(line):
                return None
            out.append(line)
            continue
        name = row[2]
        size = _SIZED.match(name) if padded and not row[1] else None
        if size is not None:
            name = size[1]
        if name.endswith(("/", "\\")) or line != _written(name, row[1], size and size[2], padded=padded):
            return None
        out.append(f"{name}/" if row[1] else f"{name} {size[2]}" if size else name)
    note = "[DIR] x as x/, [FILE] x as x"
    note = f"{note}, sizes without the blanks above one another" if padded else note
    return AsPaths(first=0, end=end, lines=out, note=note)


def _written(name: str, folder: str | None, size: str | None, *, padded: bool) -> str:
    """The line of a name."""
    mark = "[DIR]" if folder else "[FILE]"
    return f"{mark} {name.ljust(_NAME)} {(size or '').rjust(_SIZE if size else 0)}" if padded else f"{mark} {name}"
