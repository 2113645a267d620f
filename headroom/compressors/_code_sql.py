"""Where SQL has bodies: routines between `$$` or `BEGIN` and `END`, and rows of data behind `VALUES`.

Beside `_code_defs`, which does this for languages that spell their structure by brackets and indentation, and whose
`Definition` this returns. No parser: what is not recognised is shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from headroom.compressors._code_lines import Source, indent

__all__ = ["body_at", "routine_end", "starts", "statement_end"]

_ROUTINE = re.compile(
    r"\s*create\s+(?:or\s+(?:replace|alter)\s+)?(?:definer\s*=\s*\S+\s+)?(?:constraint\s+)?"
    r"(?:function|procedure|trigger|event|package(?:\s+body)?)\s+(?:if\s+not\s+exists\s+)?(?P<name>[\w.\"`\[\]]+)",
    re.IGNORECASE,
)
_INSERT = re.compile(r"\s*(?:insert|replace)\s+(?:\w+\s+)?into\s+(?P<name>[\w.\"`\[\]]+)", re.IGNORECASE)
_DOLLAR = re.compile(r"(\$\w*\$)\s*$")
_DOLLARS = re.compile(r"\$\w*\$")
_BEGIN = re.compile(r"\s*(?:as\s+|is\s+)?begin\s*(?:--.*)?$", re.IGNORECASE)
_END = re.compile(r"\s*end\b", re.IGNORECASE)
_STATEMENT_END = re.compile(r";\s*(?:--.*)?$")
_HEADER = 60
"""Lines within which a routine's body begins."""
_FIRST = 3
"""So many rows of data are shown."""
_QUOTES = '"`[]'


def starts(source: Source) -> Sequence[int]:
    """The lines at which something with a body may begin, ascending."""
    return [i for i, line in enumerate(source.code) if _ROUTINE.match(line) or _INSERT.match(line)]


def body_at(source: Source, i: int, stop: int) -> tuple[str, int, int, int] | None:
    """Of what begins on line `i`: its name, its body's first line, the line behind the body, the one behind what closes it."""
    line = source.code[i]
    m = _ROUTINE.match(line)
    if m is not None:
        found = _routine(source.code, i, stop)
        return (_bare(m["name"]), *found) if found else None
    m = _INSERT.match(line)
    if m is None:
        return None
    rows = _rows(source.code, i, stop)
    return (_bare(m["name"]), *rows) if rows else None


def statement_end(source: Source, i: int, stop: int) -> int:
    """The line after the statement that begins on line `i`: it lasts until a semicolon ends a line."""
    ends = (k + 1 for k in range(i, stop) if not source.inside[k] and _STATEMENT_END.search(source.code[k]))
    return next(ends, stop)


def routine_end(source: Source, first: int, body: int, end: int) -> int:
    """The line after a routine whose header begins on line `first` and whose body ends before line `end`: a `$$` that the
    header opens is closed behind it."""
    quotes = _DOLLARS.findall("\n".join(source.code[first:body]))
    if len(quotes) % 2 == 0:
        return end
    closers = (k + 1 for k in range(end - 1, len(source.code)) if quotes[-1] in source.code[k])
    return next(closers, end)


def _bare(name: str) -> str:
    return name.rpartition(".")[2].strip(_QUOTES)


def _routine(code: Sequence[str], i: int, stop: int) -> tuple[int, int, int] | None:
    stop = next((k for k in range(i + 1, stop) if _ROUTINE.match(code[k])), stop)  # none stands in another
    for j in range(i, min(i + _HEADER, stop)):
        dollar = _DOLLAR.search(code[j])
        if dollar is not None:
            closer = next((k for k in range(j + 1, stop) if dollar[1] in code[k]), None)
            begin = next((k for k in range(j + 1, closer or j) if _BEGIN.match(code[k])), None)
            return _closed(j, closer) if begin is None else _block(code, begin, closer or stop)
        if _BEGIN.match(code[j]):
            return _block(code, j, stop)
        if code[j].rstrip().endswith(";"):
            return None
    return None


def _block(code: Sequence[str], begin: int, stop: int) -> tuple[int, int, int] | None:
    """From `BEGIN` to the `END` that is indented alike."""
    width = indent(code[begin])
    ends = (k for k in range(begin + 1, stop) if _END.match(code[k]) and indent(code[k]) == width)
    return _closed(begin, next(ends, None))


def _closed(opener: int, closer: int | None) -> tuple[int, int, int] | None:
    return None if closer is None or closer == opener + 1 else (opener + 1, closer, closer + 1)


def _rows(code: Sequence[str], i: int, stop: int) -> tuple[int, int, int] | None:
    """Rows below `VALUES`, all but the first ones and the last, which ends the statement."""
    first = i + 1
    while first < min(i + _HEADER, stop) and not code[first].lstrip().startswith("("):
        if code[first].rstrip().endswith(";"):
            return None
        first += 1
    end = first
    while end < stop and code[end].lstrip().startswith("(") and code[end].rstrip().endswith(("),", ");", ")")):
        end += 1
    return (first + _FIRST, end - 1, end) if end - first > 2 * _FIRST else None
