"""Where source code holds data: long tables, lists and texts that are assigned outside of functions.

    HANDLERS = {            static const char *names[] = {            const page = `
        ...                     ...                                       ...
    }                       };                                        `

By brackets, indentation and quotes, like `_code_defs`, which finds functions; no parser. Above stands `code`, which folds what
lies inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from headroom.compressors._code_lines import Source, indent

__all__ = ["Data", "data_in"]

_TABLE = re.compile(
    r"[ \t]*(?!(?:type|interface|class|struct|enum|union|trait|impl|namespace|module|using|typedef|return)\s)"
    r"[^()=\n\"'`#]{1,160}=(?![=>~])(?![^\n]*(?:=>|\bfunction\b|\bfunc\())[^\n]{0,200}[{\[(]$|[ \t]*\}[ \t]*\{$"
)
"""What opens a table; the second part of a literal in Go, behind its type, opens one as well."""
_TEXT = re.compile(r"[^=\n]{0,160}=[^\n]{0,200}(?P<quote>\"\"\"|'''|`)")
_CLOSES = re.compile(r"[})\]]+")
_WIDTH = 400


@dataclass(frozen=True, slots=True)
class Data:
    """What is assigned on line `header` fills the lines from `first` to `end`, exclusive. `within` is what ends a text, "" for a
    table."""

    header: int
    first: int
    end: int
    within: str = ""


def data_in(source: Source, first: int, end: int, least: int) -> Iterator[Data]:
    """Tables and texts of at least so many lines between the lines `first` and `end`, exclusive."""
    code, inside = source.code, source.inside
    i = first
    while i < end:
        line, here = code[i], i
        i += 1
        if inside[here]:
            continue
        if i < end and inside[i]:
            m = _TEXT.match(line[:_WIDTH])
            while i < end and inside[i]:
                i += 1
            if m is not None and i - 1 - (here + 1) >= least:
                yield Data(here, here + 1, i - 1, m["quote"])
            continue
        if line[-1:] in ("{", "[", "(") and len(line) < _WIDTH and _TABLE.match(line):
            stop = _end(source, i, end, indent(line))
            if stop - i >= least:
                yield Data(here, i, stop)
                i = stop


def _end(source: Source, at: int, end: int, width: int) -> int:
    """The line that closes a table whose header is indented by `width`; 0 where none does."""
    code, inside = source.code, source.inside
    for j in range(at, end):
        line = code[j]
        if inside[j] or not line or line[: width + 1].isspace() or line[0] == "#":
            continue
        return j if indent(line) == width and _CLOSES.match(line, width) else 0
    return 0
