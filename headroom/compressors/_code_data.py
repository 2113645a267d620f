"""Where source code holds data: long tables, lists and texts that are assigned outside of functions, and runs of constants.

    HANDLERS = {            static const char *names[] = {            const page = `
        ...                     ...                                       ...
    }                       };                                        `

By brackets, indentation and quotes, like `_code_defs`, which finds functions; no parser. Above stands `code`, which folds what
lies inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from headroom.compressors._code_lines import Source, indent

__all__ = ["SHOWN", "Data", "constants_in", "data_in", "macros_in"]

_TABLE = re.compile(
    r"[ \t]*(?!(?:type|interface|class|struct|enum|union|trait|impl|namespace|module|using|typedef|return)\s)"
    r"[^()=\n\"'`#]{1,160}=(?![=>~])(?![^\n]*(?:=>|\bfunction\b|\bfunc\())[^\n]{0,200}[{\[(]$|[ \t]*\}[ \t]*\{$"
)
"""What opens a table; the second part of a literal in Go, behind its type, opens one as well."""
_CONSTANT = re.compile(
    r"[ \t]*(?:#[ \t]*(?:define|undef)[ \t]+(?P<macro>\w+)"
    r"|(?:(?:export|public|private|protected|internal|static|final|const|constexpr|let|var|val|readonly|pub|inline)[ \t]+){0,5}"
    r"(?:[\w<>\[\].*&:]{1,60}[ \t]+){0,2}(?P<name>[A-Za-z_$][\w$]*)[ \t]*(?::[^=(){}\n]{1,60})?=(?![=>~])[^\n]*[^{(\[\\\n]$)"
)
_REMARK = re.compile(r"[ \t]*(?://|#(?![ \t]*\w)|#[ \t]+(?!if|el|endif)|/\*[^\n]*\*/[ \t]*$|$)")
_TEXT = re.compile(r"[^=\n]{0,160}=[^\n]{0,200}(?P<quote>\"\"\"|'''|`)")
_CLOSES = re.compile(r"[})\]]+")
SHOWN = 2
"""So many lines of a table, and so many constants of a run, show what all of them are like."""
_MACRO = re.compile(r"[ \t]*#[ \t]*define[ \t]+\w+(?P<parameters>\(?)[^\n]*\\$")
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


def macros_in(source: Source, first: int, end: int, least: int) -> Iterator[Data]:
    """The bodies of macros that have at least so many lines behind the one that ends their parameters."""
    code = source.code
    i = first
    while i < end:
        here, m = i, _MACRO.match(code[i][:_WIDTH]) if code[i].endswith("\\") else None
        i += 1
        if m is None:
            continue
        ended = not m["parameters"] or ")" in code[here]
        while i < end and not ended and code[i - 1].endswith("\\"):
            ended = ")" in code[i]
            i += 1
        body = i
        while i < end and code[i - 1].endswith("\\"):
            i += 1
        if i - body >= least:
            yield Data(here, body, i)


def _end(source: Source, at: int, end: int, width: int) -> int:
    """The line that closes a table whose header is indented by `width`; 0 where none does."""
    code, inside = source.code, source.inside
    for j in range(at, end):
        line = code[j]
        if inside[j] or not line or line[: width + 1].isspace() or line[0] == "#":
            continue
        return j if indent(line) == width and _CLOSES.match(line, width) else 0
    return 0


def constants_in(source: Source, first: int, end: int, least: int, used: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """Of runs of at least so many constants and macros of a line or little more, at the same indentation, what follows the
    first ones, without those whose names are `used`. As lines (first, exclusive end)."""
    code, inside = source.code, source.inside
    i = first
    while i < end:
        run: list[tuple[int, str]] = []
        width, last = -1, i
        while i < end:
            line = code[i][:_WIDTH]
            m = None if inside[i] else _CONSTANT.match(line)
            if m is not None and (width < 0 or indent(line) == width):
                width = indent(line)
                run.append((i, m["macro"] or m["name"]))
                while i + 1 < end and code[i].endswith("\\"):
                    i += 1
                last = i + 1
            elif not run or not (inside[i] or _REMARK.match(line)):
                break
            i += 1
        if not run:
            i += 1
        if len(run) >= least:
            at = run[SHOWN][0]
            for number, name in [*run[SHOWN:], (last, "")]:
                if number == last or name in used:
                    if number > at:
                        yield at, number
                    at = number + 1
