"""Tables: CSV, TSV, markdown, SQL clients' output, aligned columns (`kubectl get`, `docker ps`).

Tables may stand among other lines (`top`, `readelf`); those stay as they are. Padding, rules and quotes go; constants, what repeats together and what other columns say already stand once, as in JSON
arrays (`_columns`, `_groups`). Every cell is a text, whatever it looks like. Rows are left out from MEDIUM on (`_rows`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile

from headroom import lines, relevance
from headroom.compressors import _blocks, _field_sections, _nested_tables
from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._columns import OWN, Column, Grid, spell
from headroom.compressors._flow import dumps, flow, key_text
from headroom.compressors._metrics import metrics, share
from headroom.compressors._pieces import WHOLE, joined, size_of
from headroom.compressors._plain_tables import Found, Layout, tables
from headroom.compressors._records import begins, records
from headroom.compressors._respelled import respelled
from headroom.compressors._rows import ALL, Part
from headroom.compressors._spell import spelled
from headroom.compressors._table_runs import table_runs
from headroom.compressors._tables import Table, dialect, parse, pieces
from headroom.lines import FOLD
from headroom.messages import Hint

_SURE = {
    "box": 0.9,
    "markdown": 0.85,
    "sql": 0.9,
    "tsv": 0.85,
    "columns": 0.8,
    "words": 0.95,
    "ruled": 0.9,
    "gaps": 0.8,
}
_CERTAIN = 0.95
_MANY = 20
_RULES = {"tsv": 0, "csv": 0, "csv;": 0, "csv|": 0, "sql": 1, "markdown": 0}
"""Dialects in which a sign parts the cells of each row, and how many lines have none."""
_SIGNS = {"tsv": "\t", "csv": ",", "csv;": ";", "columns": " ", "words": " ", "ruled": " ", "gaps": " "}
"""What parts the cells; a bar where nothing else is said."""
_HEAD_LINES = 40
_HEAD_CHARS = 6000
_WORTH = 0.85
"""What is left of a table that has no header must be no more than this: rows are harder to read without names."""
_SHARED = "all rows"
"""What lines begin with that say what all rows have in common."""
_MOSTLY = 0.9
"""Share of lines that are samples of metrics."""
_WHAT = {
    "columns": "aligned table",
    "words": "aligned table",
    "ruled": "aligned table",
    "gaps": "aligned table",
    "sql": "SQL result",
    "box": "SQL result",
    "markdown": "markdown table",
}

_PARAGRAPH = 200
_OF_TEXTS = 0.6
"""Records of which the fields are paragraphs: prose, where its compressor says so."""


class TableCompressor:
    """Re-encodes tables so that padding, constants and repetitions stand once."""

    name = "TableCompressor"
    kind = "table"

    def score(self, text: str, hint: Hint) -> float:
        """How sure it is that the text is one table from its first line on."""
        head, kind = _begin(text)
        if kind is None:
            if share(head) >= _MOSTLY or begins(head):
                return _OF_TEXTS if _of_long_lines(head) else 0.9
            if _field_sections.begins(head):
                return 0.9
            return _CERTAIN if _blocks.begins(head) or _nested_tables.begins(head) else _share_score(text, head)
        if not _goes_on(text, head, kind):
            return 0.0
        named = re.search(r"\.(?:[ct]sv|psv)\b", (hint.path or "") + " " + (hint.command or "")) is not None
        return _CERTAIN if named or _of_rows_only(text, kind) else _SURE.get(kind, 0.8)

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The cells of `text`, shorter; `text` itself where it is no table or nothing is gained."""
        _, kind = _begin(text)
        made = None
        if kind and len(text) > WHOLE:
            with suppress(ValueError):
                made = in_pieces(text, kind, hint, limits)
        elif kind is None:
            made = _of_no_dialect(text, hint, limits)
        elif (table := parse(text, kind)) is not None and len(table.rows) > 1 and len(table.tail) <= 6:
            made = render(table, hint, limits, _place(text, table, limits))
        if (
            made is None
            or len(made.text) >= len(text)
            or not (limits.keep is None or all(m[0] in made.text for m in limits.keep.finditer(text)))
        ):
            return Rendition(text=text)
        return made


def _begin(text: str) -> tuple[list[str], str | None]:
    """The first lines, each whole, without blank ones at the end; and which dialect they are of."""
    return _known(text[:_HEAD_CHARS], len(text) > _HEAD_CHARS)


@lru_cache(maxsize=4)  # who scores a text is asked to compress it
def _known(start: str, is_cut: bool) -> tuple[list[str], str | None]:
    head = start.split("\n", _HEAD_LINES)
    if is_cut or len(head) > _HEAD_LINES:
        head.pop()
    while head and not head[-1].strip():
        head.pop()
    return head, dialect(head)


def _of_long_lines(head: list[str]) -> bool:
    """Whether most of it stands in lines that are paragraphs."""
    return 2 * sum([len(line) for line in head if len(line) > _PARAGRAPH]) > sum(map(len, head))


_BOX_STARTS = frozenset("|│║+├╞╠└╰╚")


def _goes_on(text: str, head: list[str], kind: str) -> bool:
    """Whether the middle and the end look like the beginning."""
    if len(text) <= _HEAD_CHARS:
        return True
    mark = _SIGNS.get(kind, "|")
    if kind == "box":
        rest = lines.sample(text[_HEAD_CHARS:]).split("\n")[1:-1]
        return sum(line[:1] in _BOX_STARTS for line in rest) >= 0.8 * len(rest)
    want = head[1].count(mark) if mark != " " else 1 if kind == "ruled" else 2
    rest = lines.sample(text[_HEAD_CHARS:]).split("\n")[1:-1]
    return sum(line.count(mark) >= want for line in rest) >= 0.8 * len(rest)


def _of_rows_only(text: str, kind: str) -> bool:
    """Whether every line has as many cells as the first one, by their signs: then it is nothing but a table."""
    if len(text) > WHOLE or kind not in _RULES:
        return False
    body = text.rstrip("\n")
    count = body.count("\n") + 1 - _RULES[kind]
    if kind == "sql" and body.endswith((" rows)", " row)")):
        count -= 1
    sign = _SIGNS.get(kind, "|")
    return count >= _MANY and body.count(sign) == count * body.count(sign, 0, body.find("\n"))


def _share_score(text: str, head: list[str]) -> float:
    """For text whose first line begins no table: by how much tables make up of its beginning, or of its middle."""
    every = list(tables(head))
    if every:
        start = "\n".join(head)
        if any(table_runs(start, 0, len(start))):
            return 0.35  # tables with a header of their own are read each by itself
        rows = sum(found.end - found.above for found in every)
        sure = 0.62 if any(found.layout.named for found in every) else 0.55  # what has levels is a log
        return sure if 3 * rows >= 2 * len(head) else 0.35
    if len(text) < 3 * _HEAD_CHARS:
        return 0.0
    at = len(text) // 2
    return 0.35 if any(tables(text[at : at + _HEAD_CHARS].split("\n")[1:-1])) else 0.0


def _of_no_dialect(text: str, hint: Hint, limits: Limits) -> Rendition | None:
    head, _ = _begin(text)
    if share(head) >= _MOSTLY:
        return metrics(text, hint, limits)
    if begins(head):
        made = respelled(text, "records, all values are texts", lambda whole: [records(whole)], hint, limits)
        if made.text != text:
            return made
    if _field_sections.begins(head):
        return _sections(text, hint, limits)
    if _nested_tables.begins(head):
        return respelled(
            text, "nested tables, all values are texts", lambda whole: [_nested_tables.sections(whole)], hint, limits
        )
    if _blocks.begins(head):
        return respelled(text, "blocks, all values are texts", lambda whole: [_blocks.blocks(whole)], hint, limits)
    return _among(text, hint, limits)


def _sections(text: str, hint: Hint, limits: Limits) -> Rendition | None:
    """Sections of fields as rows, between what stands above and below them."""
    lines = text.split("\n")
    found = _field_sections.sections(lines)
    if found is None:
        return None
    what = f"sections as rows, {found.spelled}, all values are texts"
    inner = "\n".join(lines[found.first : found.end])
    made = respelled(inner, what, lambda _: [([], found.rows)], hint, limits)
    if made.text == inner:
        return None
    return replace(made, text="\n".join([*lines[: found.first], made.text, *lines[found.end :]]))


def _among(text: str, hint: Hint, limits: Limits) -> Rendition | None:
    """The text with each table that nothing rules as a grid in its place."""
    if text.startswith(FOLD) or f"\n{FOLD}" in text:
        return None
    source = text.split("\n")
    out: list[str] = []
    notes: dict[str, None] = {}
    elisions: list[Elision] = []
    at = 0
    every = list(tables(source))
    mostly = 2 * sum(found.end - found.above for found in every) >= len(source)
    for found in every:
        if not (mostly or found.layout.named):
            continue  # aligned lines of something else
        made = _placed(source, found, len(text), hint, limits)
        size = sum(map(len, source[found.above : found.end]))
        if len(made.text) < (size if found.layout.named else _WORTH * size):
            out += [*source[at : found.above], made.text]
            at = found.end
            notes.update(dict.fromkeys(filter(None, made.note.split("; "))))
            elisions += made.elisions
    body = "\n".join([*out, *source[at:]])
    return Rendition(text=body, note="; ".join(notes), elisions=tuple(elisions), lossless=not elisions)


def _placed(source: Sequence[str], found: Found, size: int, hint: Hint, limits: Limits) -> Rendition:
    """One of the tables in a text of `size` characters, in pieces where it is large."""
    cut = found.layout.cells
    if found.layout.told:
        limits = replace(limits, effort=Effort.LOSSLESS)
    parts: list[tuple[str, Rendition]] = []
    for first, end in _stretches(source, found):
        rows = [cut(line) or line for line in source[first:end]]
        table = Table(dialect="columns", names=found.layout.names, rows=rows, tail=[])
        share = sum(map(len, source[first:end])) / size
        parts.append(
            (
                f"lines {limits.first_line + first}-{limits.first_line + end - 1}",
                _body(table, hint, limits, Part(limits.first_line + first, min(1.0, share), lines=True), found.layout),
            )
        )
    title = "aligned tables, cells unpadded" if found.layout.gutters else "$1 = first cell of a line"
    if len(parts) > 1:
        return joined(parts, title)
    return replace(parts[0][1], note="; ".join(filter(None, [title, parts[0][1].note])))


def _stretches(source: Sequence[str], found: Found) -> Iterator[tuple[int, int]]:
    """The lines of a table, so many at a time as are read as a whole."""
    first, size = found.first, 0
    for i in range(found.first, found.end):
        size += len(source[i]) + 1
        if size > WHOLE:
            yield first, i
            first, size = i, 0
    yield first, found.end


def grid_of(table: Table, keep_whole: frozenset[str]) -> Grid:
    """The table as a grid of texts."""
    width = len(table.names)
    loose = {
        i: "=" + (dumps(row) if isinstance(row, str) else flow(row))
        for i, row in enumerate(table.rows)
        if isinstance(row, str) or len(row) != width
    }
    fitted = [row for i, row in enumerate(table.rows) if i not in loose] if loose else table.rows
    names = list(map(key_text, table.names))
    columns = [
        Column(name, values, frozenset((str,))) for name, values in zip(names, zip(*fitted, strict=False), strict=True)
    ]
    return spell(columns, len(table.rows), loose, keep_whole, texts=True)


def in_pieces(text: str, kind: str, hint: Hint, limits: Limits, size: int = 0) -> Rendition:
    """The rendition of a large table, made of pieces of about `size` characters (0: by the memory that they take).

    Raises:
        ValueError: when a piece is no table of this dialect.
    """
    size = size or size_of(text, signs=_SIGNS.get(kind, "|") + "\n")
    share = min(1.0, size / len(text))
    above = 2 if kind in {"markdown", "sql", "ruled"} else 1
    by_line = kind != "box" and (above == 2 or '"' not in text)  # a field in quotes may span lines
    unit = "lines" if by_line else "rows"

    def parts() -> Iterator[tuple[str, Rendition]]:
        first = limits.first_line + above if by_line else 0
        for table in pieces(text, kind, size):
            count = len(table.rows)
            yield f"{unit} {first}-{first + count - 1}", _body(table, hint, limits, Part(first, share, by_line))
            first += count
            del table

    return joined(parts(), _title(kind))


def render(table: Table, hint: Hint, limits: Limits, part: Part = ALL) -> Rendition:
    """The table's grid, with what stands below it. `part` says where in the text its rows stand; without it rows are
    numbered by themselves."""
    made = _body(table, hint, limits, part)
    return replace(made, note="; ".join(filter(None, [_title(table.dialect), made.note])))


def _place(text: str, table: Table, limits: Limits) -> Part:
    """The lines of the text in which the rows of a table stand."""
    if table.starts:
        return Part(lines=True, starts=[limits.first_line + line for line in table.starts])
    first = _first_row(text, table)
    return ALL if first is None else Part(limits.first_line + first, lines=True)


def _first_row(text: str, table: Table) -> int | None:
    """The line (from 0) at which the rows of a table begin, or None where a row is not just one line."""
    if table.dialect in {"csv", "tsv"}:
        return 1
    if table.dialect != "box":
        return 1 if table.dialect == "columns" else 2
    lined = text.split("\n", len(table.rows) + 4)
    return 3 if all(line[:1] == lined[1][:1] for line in lined[3 : 3 + len(table.rows)]) else None


def _title(kind: str) -> str:
    return f"{_WHAT.get(kind, kind[:3].upper())}, cells unpadded"


def _body(table: Table, hint: Hint, limits: Limits, part: Part, layout: Layout | None = None) -> Rendition:
    asked = frozenset(relevance.terms(hint.query or ""))
    grid = grid_of(table, asked)
    made = spelled(grid, hint, limits, elide=limits.effort >= Effort.MEDIUM, part=part)
    if layout is not None and not layout.named and not layout.sep:
        made = _as_a_line(made, grid)
    return replace(made, text="\n".join([made.text, *table.tail])) if table.tail else made


def _as_a_line(made: Rendition, grid: Grid) -> Rendition:
    """What all rows have in common in its place among the other cells, as a line reads: no header says what it is."""
    above = list(takewhile(lambda line: line.startswith(_SHARED), made.text.split("\n", len(grid.columns))))
    cells = [_cell(column) for column in grid.columns]
    if not above or None in cells:
        return made
    rest = made.text[sum(map(len, above)) + len(above) - 1 :]
    return replace(made, text=f"each line: {' '.join(filter(None, cells))}{rest}")


def _cell(column: Column) -> str | None:
    """What stands in each row's place of the column, where that is not built of other columns."""
    if column.fixed is not None:
        return str(column.values[0])
    if column.pattern is None:
        return column.name
    if all(term == OWN or term.startswith('"') for term in column.pattern):
        return "".join([column.name + OWN if term == OWN else json.loads(term) for term in column.pattern])
    return None
