"""Sections of a markdown text that hold fields only, as servers for models print records.

    ## Issue HRB-7                  2 rows: "##",Status,Users
    **Status**: open                Issue HRB-7,open,4
    **Users**: 4                    Issue HRB-8,open,9

    ## Issue HRB-8
    …

What stands above the first and below the last of them stays. Knows nothing of grids; `table` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headroom.compressors._flow import Num, is_scalar

__all__ = ["Sections", "begins", "sections"]

_TITLE = re.compile(r"(#{1,6}) (\S.*)\Z")
_FIELD = re.compile(r"((?:[-*] )?\*\*)([^*:\n]{1,60})(:\*\*|\*\*:) (\S.*)\Z")
_FEWEST, _FEWEST_FIELDS = 3, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """Lines `first` to `end` (exclusive) as rows, and how a line of a field was spelled."""

    first: int
    end: int
    rows: list[dict[str, Any]]
    spelled: str


@dataclass(frozen=True, slots=True)
class _Form:
    """What all sections of a run have alike."""

    level: str
    before: str
    after: str
    gap: int
    between: int


def begins(head: Sequence[str]) -> bool:
    """Whether two sections of fields stand one below the other among the first lines."""
    found = _runs(head)
    return bool(found) and max(len(rows) for _, _, rows, _ in found) > 1


def sections(lines: Sequence[str]) -> Sections | None:
    """The longest run of sections that are spelled alike; None where it is short."""
    found = _runs(lines)
    if not found:
        return None
    first, end, rows, form = max(found, key=lambda run: run[1] - run[0])
    if len(rows) < _FEWEST:
        return None
    return Sections(first=first, end=end, rows=rows, spelled=f'"{form.before}key{form.after} value"')


def _runs(lines: Sequence[str]) -> list[tuple[int, int, list[dict[str, Any]], _Form]]:
    """Runs of sections: the lines they take, their rows and their form."""
    found: list[tuple[int, int, list[dict[str, Any]], _Form]] = []
    at = 0
    while at < len(lines):
        read = _section(lines, at) if lines[at][:1] == "#" else None
        if read is None:
            at += 1
            continue
        row, end, form = read
        last = found[-1] if found else None
        between = at - last[1] if last is not None else -1
        if last is not None and _is_blank(lines, last[1], at) and _goes_on(last, form, between, row):
            last[2].append(row)
            found[-1] = (last[0], end, last[2], _Form(form.level, form.before, form.after, form.gap, between))
        else:
            found.append((at, end, [row], form))
        at = end
    return found


def _goes_on(run: tuple[int, int, list[dict[str, Any]], _Form], form: _Form, between: int, row: dict[str, Any]) -> bool:
    """Whether a section is spelled like the run above it, and holds much the same."""
    above = run[3]
    alike = (above.level, above.before, above.after, above.gap) == (form.level, form.before, form.after, form.gap)
    shared = len(row.keys() & run[2][-1].keys())
    return alike and above.between in (-1, between) and 2 * shared >= len(row)


def _section(lines: Sequence[str], at: int) -> tuple[dict[str, Any], int, _Form] | None:
    """The fields of the section that begins here, and the line behind it; None where it holds anything else."""
    title = _TITLE.match(lines[at])
    if title is None:
        return None
    i = at + 1
    while i < len(lines) and not lines[i]:
        i += 1
    gap = i - at - 1
    row: dict[str, Any] = {title[1]: title[2]}
    marks: tuple[str, str] | None = None
    while i < len(lines) and (m := _FIELD.match(lines[i])) is not None:
        if m[2] in row or (marks is not None and marks != (m[1], m[3])):
            return None
        marks = (m[1], m[3])
        row[m[2]] = Num(m[4]) if is_scalar(m[4]) else m[4]
        i += 1
    if marks is None or len(row) <= _FEWEST_FIELDS:
        return None
    after = next((line for line in lines[i : i + 4] if line), "#")
    if after[:1] != "#" and not (i < len(lines) and not lines[i]):
        return None
    return row, i, _Form(title[1], *marks, gap, -1)


def _is_blank(lines: Sequence[str], start: int, end: int) -> bool:
    return not any(lines[start:end])
