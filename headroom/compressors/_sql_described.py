r"""Descriptions of tables as psql's `\d` prints them: a line per column as SQL would define it, what stands below as it is.

     arrived_at | timestamp with time zone |           | not null | now()   | plain        arrived_at timestamp with time zone not null default now() plain

No table of texts: cells that are empty say nothing. `sql` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from headroom.compressors._api import Rendition

__all__ = ["begins", "described"]

_TITLE = re.compile(r" *[A-Z][a-z]+(?: [a-z]+)? \"[^\"\n]+\"\s*\Z")
_HEADER = re.compile(r" +Column +\| +Type +\| ")
_RULE = re.compile(r"-+(?:\+-+)+\s*\Z")
_SAID = {
    "Type": "{}",
    "Nullable": "{}",
    "Modifiers": "{}",
    "Storage": "{}",
    "Default": "default {}",
    "Collation": "collate {}",
    "Description": "-- {}",
}
"""How a cell is said; of other columns with their names."""


def begins(head: str) -> bool:
    """Whether a text begins with such a description."""
    rows = head.lstrip("\n").split("\n", 3)
    return len(rows) > 3 and _is_title(rows, 0)


def _is_title(rows: Sequence[str], at: int) -> bool:
    return bool(
        at + 2 < len(rows) and _TITLE.match(rows[at]) and _HEADER.match(rows[at + 1]) and _RULE.match(rows[at + 2])
    )


def described(source: Sequence[str]) -> Rendition:
    """All descriptions in these lines, one below the other, with what stands between them."""
    return Rendition(text="\n".join(_lines(source)), note="psql, a column per line, default named")


def _lines(source: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(source):
        if not _is_title(source, at):
            if source[at].strip():
                yield source[at].rstrip()
            at += 1
            continue
        yield source[at].strip()
        rule = source[at + 2]
        names = [name.strip() for name in source[at + 1].split("|")]
        at += 3
        while at < len(source) and (cells := _cells(source[at], rule)) is not None:
            yield _column(names, cells) if len(cells) == len(names) else source[at]
            at += 1


def _cells(row: str, rule: str) -> list[str] | None:
    """The cells of a line, cut where the rule has its crossings; None for a line that is no row. Wide characters move the
    cuts, so then bars are counted."""
    if not row.startswith(" ") or "|" not in row:
        return None
    cuts = [i for i, sign in enumerate(rule) if sign == "+"]
    if all(row[i : i + 1] == "|" for i in cuts):
        return [row[a + 1 : b].strip() for a, b in zip([-1, *cuts], [*cuts, len(row)], strict=True)]
    return [cell.strip() for cell in row.split("|")]


def _column(names: Sequence[str], cells: Sequence[str]) -> str:
    said = [
        _SAID.get(name, f"{name.lower()} {{}}").format(cell)
        for name, cell in zip(names[1:], cells[1:], strict=True)
        if cell
    ]
    return " ".join([cells[0], *said])
