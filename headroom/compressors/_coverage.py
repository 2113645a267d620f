"""Tables of coverage, of coverage.py and of jest, c8 and nyc, without what aligns their cells. The lines keep their numbers.

    Name          Stmts   Miss  Cover   Missing         Name Stmts Miss Cover Missing
    -------------------------------------------         ---
    app/main.py      73     16    76%   110-136         app/main.py 73 16 76% 110-136

`test_run` stands above.
"""

from __future__ import annotations

import re

__all__ = ["NOTE", "unpadded"]

NOTE = "coverage: cells unpadded"
_HEADER = re.compile(r"^(?:Name +Stmts +Miss +(?:\S+ +)*Cover\b.*|File +\| +% Stmts +\|.*)$", re.MULTILINE)
_LEAST = 6
_PADDING = re.compile(r"(?<=\S) {2,}(?=\S)| +$", re.MULTILINE)
_RULE = re.compile(r"-{4,}")


def unpadded(text: str) -> tuple[str, str]:
    """The text with the cells of its tables of coverage one blank apart, and `NOTE`; itself and "" without such a table."""
    parts: list[str] = []
    at = 0
    for header in _HEADER.finditer(text):
        if header.start() < at:
            continue
        end = text.find("\n\n", header.end())
        table = text[header.start() : end if end >= 0 else len(text)]
        if table.count("\n") >= _LEAST:
            parts += [text[at : header.start()], _PADDING.sub(_blank, _RULE.sub("---", table))]
            at = header.start() + len(table)
    return ("".join([*parts, text[at:]]), NOTE) if parts else (text, "")


def _blank(padding: re.Match[str]) -> str:
    return " " if padding.end() < len(padding.string) and padding.string[padding.end()] != "\n" else ""
