r"""Rows of data in a script of SQL, as the rows of a table: what stands behind `COPY … FROM stdin` and behind `VALUES`.

    COPY public.berths: 20 rows: id,label,depth_m
    1,B1,8.00

Cells of `COPY` are texts, `\N` is no value, as in the source. Cells of `INSERT` are what their literals say: numbers, texts
without quotes, `null`. What is no plain literal keeps a block as it is. Stands on the grids of tables (`_spell`, `_rows`);
`sql` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from headroom import relevance
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._columns import grid
from headroom.compressors._flow import NUMBER, Num
from headroom.compressors._pieces import WHOLE
from headroom.compressors._rows import Part as Rows
from headroom.compressors._spell import spelled
from headroom.compressors._sql_statements import Part
from headroom.compressors._sql_tables import bare
from headroom.compressors._tables import Table
from headroom.compressors.table import grid_of
from headroom.messages import Hint

__all__ = ["Inserted", "copied", "insert_of", "inserted", "spelled_rows", "together"]

_COPY = re.compile(r"COPY\s+(\S+)\s*\(([^()]*)\)\s+FROM\s+stdin\s*;\s*\Z", re.IGNORECASE)
_INSERT = re.compile(
    r"(INSERT\s+(?:IGNORE\s+)?INTO|REPLACE\s+INTO)\s+((?:[\w$]+|\"[^\"]+\"|`[^`]+`)(?:\.(?:[\w$]+|\"[^\"]+\"|`[^`]+`))?)"
    r"\s*(?:\(([^()]*)\)\s*)?VALUES\s*(?=\()",
    re.IGNORECASE,
)
_CELLS = {
    False: re.compile(r"\s*(?:'([^']*(?:''[^']*)*)'|([^\s'(),;]+))\s*(?:,|(\)\s*[,;]?\s*\(?))|(.+)", re.DOTALL),
    True: re.compile(
        r"\s*(?:'([^'\\]*(?:(?:\\.|'')[^'\\]*)*)'|([^\s'(),;]+))\s*(?:,|(\)\s*[,;]?\s*\(?))|(.+)", re.DOTALL
    ),
}
"""A text, another literal, what ends a row; and what is none of these."""
_NUMBER = re.compile(rf"(?:{NUMBER})\Z")
_WORDS: Mapping[str, Any] = {"null": None, "true": True, "false": False}
_ESCAPES = {"%": "\\%", "_": "\\_", "0": "\0", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "Z": "\x1a"}
_ESCAPE = re.compile(r"\\(.)|''", re.DOTALL)
_QUOTES = '"` '
_FEWEST = 4
_MOST, _LONGEST = 300_000, 1_200_000
"""Characters of statements that are read together, and of one that is read at all."""


@dataclass(frozen=True, slots=True)
class Inserted:
    """The rows of `INSERT` statements of one table that follow one another, read. `lines` has the line (0-based) of each row
    where each has one of its own."""

    head: str
    names: tuple[str, ...]
    rows: list[list[Any]]
    lines: Sequence[int]


def copied(part: Part, source: Sequence[str], hint: Hint, limits: Limits) -> list[Rendition] | None:
    """The rows behind a `COPY`, as long a stretch at a time as is read as a whole; None where nothing is gained."""
    first = part.first
    while not source[first].rstrip().endswith(";"):
        first += 1
    m = _COPY.match("\n".join(source[part.first : first + 1]))
    if m is not None and part.last == first + 1:
        return [Rendition(text=f"COPY {m[1]}: 0 rows")]
    if m is None or part.last - first - 1 < _FEWEST:
        return None
    names = [name.strip(_QUOTES) for name in m[2].split(",")]
    total = sum(map(len, source[first + 1 : part.last])) + 1
    out: list[Rendition] = []
    for a, b in _stretches(source, first + 1, part.last):
        rows: list[list[str] | str] = [line.split("\t") for line in source[a:b]]
        table = Table(dialect="tsv", names=names, rows=rows, tail=[])
        share = sum(map(len, source[a:b])) / total
        place = Rows(limits.first_line + a, min(1.0, share), lines=True)
        asked = frozenset(relevance.terms(hint.query or ""))
        elide = limits.effort >= Effort.MEDIUM
        made = spelled(grid_of(table, asked), hint, limits, elide=elide, part=place, what="rows")
        head = (
            f"COPY {m[1]}"
            if a == first + 1
            else f"COPY {m[1]}, lines {a + limits.first_line}-{b - 1 + limits.first_line}"
        )
        out.append(replace(made, text=f"{head}:\n{made.text}"))
    return out if sum(len(r.text) for r in out) < len(part.text) else None


def _stretches(source: Sequence[str], first: int, end: int) -> Iterator[tuple[int, int]]:
    start, size = first, 0
    for i in range(first, end):
        size += len(source[i]) + 1
        if size > WHOLE:
            yield start, i + 1
            start, size = i + 1, 0
    if start < end:
        yield start, end


def insert_of(text: str) -> tuple[str, str, str] | None:
    """Verb, table and names of columns ("" where there are none) of an `INSERT … VALUES`."""
    m = _INSERT.match(text)
    return (m[1].upper(), m[2], m[3] or "") if m is not None else None


def together(statements: Sequence[Part]) -> Iterator[Sequence[Part]]:
    """Statements that insert alike, so many at a time as are read together; one of many rows stands for itself."""
    run: list[Part] = []
    size = 0
    for statement in statements:
        many = "),(" in statement.text and "\n" not in statement.text
        if run and (many or size > _MOST):
            yield run
            run, size = [], 0
        run.append(statement)
        size += _MOST + 1 if many else len(statement.text)
    yield run


def inserted(
    statements: Sequence[Part], columns: Mapping[str, Sequence[str]], escapes: bool, first_line: int
) -> Inserted | None:
    """The rows of these statements, which insert alike; None where one of them holds more than plain literals."""
    told = insert_of(statements[0].text)
    if told is None or sum(len(s.text) for s in statements) > _LONGEST:
        return None
    verb, table, listed = told
    rows: list[list[Any]] = []
    lines: list[int] = []
    known: dict[str, Any] = {}
    own = True
    for statement in statements:
        m = _INSERT.match(statement.text)
        read = _values(statement.text, m.end(), escapes, known) if m is not None else None
        if m is None or read is None:
            return None
        rows += read[0]
        line = statement.first + statement.text.count("\n", 0, m.end())
        for end in read[1]:
            lines.append(line)
            line += end.count("\n")
        own = own and line == statement.last
    names = [name.strip().strip(_QUOTES) for name in listed.split(",")] if listed else columns.get(bare(table), ())
    width = len(rows[0])
    if any(len(row) != width for row in rows):
        return None
    if len(names) != width or len(set(names)) < width:
        names = [f"${n}" for n in range(1, width + 1)]
    own = own and all(b == a + 1 for a, b in pairwise(lines))
    where = f", line {statements[0].first + first_line}" if len(statements) == 1 and not own else ""
    return Inserted(f"{verb} {table}{where}", tuple(names), rows, lines if own else ())


def _values(text: str, at: int, escapes: bool, known: dict[str, Any]) -> tuple[list[list[Any]], list[str]] | None:
    """The rows behind `VALUES`, and what ends each; None where a cell is no plain literal."""
    rows: list[list[Any]] = []
    ends: list[str] = []
    cells: list[Any] = []
    for string, literal, end, odd in _CELLS[escapes].findall(text, at + 1):
        if odd:
            return None
        if literal:
            if literal not in known:
                known[literal] = _WORDS.get(literal.lower(), Num(literal) if _NUMBER.match(literal) else _WORDS)
            if known[literal] is _WORDS:
                return None
            cells.append(known[literal])
        else:
            cells.append(_text(string, escapes) if "'" in string or "\\" in string else string)
        if end:
            rows.append(cells)
            ends.append(end)
            cells = []
    signs = {"".join(end.split()) for end in ends[:-1]}
    return (rows, ends) if not cells and signs <= {"),("} and "".join(ends[-1:]).strip() == ");" else None


def _text(written: str, escapes: bool) -> str:
    if not escapes:
        return written.replace("''", "'")
    return _ESCAPE.sub(lambda m: "'" if m[1] is None else _ESCAPES.get(m[1], m[1]), written)


def spelled_rows(found: Inserted, hint: Hint, limits: Limits, length: int, share: float) -> Rendition | None:
    """The rows, which are a share of all that are inserted alike, as a table; None where they are few or nothing of their
    `length` is gained."""
    if len(found.rows) < _FEWEST:
        return None
    asked = frozenset(relevance.terms(hint.query or ""))
    made = grid([dict(zip(found.names, row, strict=True)) for row in found.rows], asked)
    if made is None:
        return None
    part = Rows(limits.first_line + found.lines[0] if found.lines else 0, share, lines=bool(found.lines))
    shown = spelled(made, hint, limits, elide=limits.effort >= Effort.MEDIUM, part=part)
    text = f"{found.head}:\n{shown.text}"
    return replace(shown, text=text) if len(text) < length else None
