"""The number of the process that valgrind puts before each of its lines: said once.

    ==8082== Invalid read of size 1               Invalid read of size 1
    ==8082==    at 0x10939F: evict (cache.c:10)      at 0x10939F: evict (cache.c:10)
    get user:5                                    ║get user:5

What the program printed itself stands behind `║`. `test_run` stands above.
"""

from __future__ import annotations

import re

__all__ = ["without_pid"]

_FIRST = re.compile(r"(?:\A|\n)(==\d{1,7}== )\S")
_WHOLE = "║"
_MOSTLY = 0.6


def without_pid(text: str) -> tuple[str, str]:
    """The text without what most of its lines begin with, and how to read it; the text itself and "" where they do not."""
    m = _FIRST.search(text, 0, 4_000)
    if m is None or f"\n{_WHOLE}" in f"\n{text}":
        return text, ""
    prefix = m[1]
    lines = text.split("\n")
    own = [line.startswith(prefix) for line in lines]
    if sum(own) < _MOSTLY * len(lines):
        return text, ""
    cut = len(prefix)
    body = "\n".join([line[cut:] if said else _WHOLE + line for line, said in zip(lines, own, strict=True)])
    return body, f"lines without {_WHOLE} begin with `{prefix}`"
