"""Tables within tables, as `aws --output table` draws them: each section has a bar more at its sides than the one it is part of.

    ------------------------------
    |       DescribeGroups       |
    +----------------------------+
    ||          Groups          ||      {DescribeGroups:{Groups:{Name:web,
    |+-------+------------------+|      Rules:{Port:443}}}}
    ||  Name |  web             ||
    |+-------+------------------+|
    |||         Rules          |||
    ||+---------+--------------+||
    |||  Port   |  443         |||
    ||+---------+--------------+||

A section holds names with values, or rows below a line of names, and other sections; those of one name are a list. What is
drawn in another way is refused. Padding and rules do not survive. Knows nothing of grids; `table` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from headroom.compressors._flow import Num, is_scalar

__all__ = ["begins", "sections"]

_TOP = re.compile(r"-{8,}\Z")
_RULE = re.compile(r"(\|*)\+(-[-+]*-)\+(\|*)\Z")
_DEEPEST = 20


@dataclass(slots=True)
class _Section:
    name: str
    depth: int
    head: list[list[str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    rules: int = 0
    joints: list[int] = field(default_factory=list)
    inside: list[_Section] = field(default_factory=list)

    def value(self) -> Any:
        """What stands in it: an object, a list of rows, or a list of texts."""
        found: Any = {}
        if self.rows:
            names = self.head[0]
            if len(self.head) > 1 or len(set(names)) < len(names):
                raise ValueError("no line of names")
            listed = [dict(zip(names, map(_text, row), strict=True)) for row in self.rows]
            found = listed if len(listed) > 1 else listed[0]
        elif self.head and not self.joints:
            found = [_text(row[0]) for row in self.head]
        elif self.head:
            if any(len(row) != 2 for row in self.head) or len({row[0] for row in self.head}) < len(self.head):
                raise ValueError("no names with values")
            found = {name: _text(value) for name, value in self.head}
        if self.inside and type(found) is not dict:
            raise ValueError("a section within rows")
        for name, alike in groupby(self.inside, key=lambda section: section.name):
            values = [section.value() for section in alike]
            if name in found:
                raise ValueError(f"{name} stands in two places")
            found[name] = values[0] if len(values) == 1 else values
        return found


def begins(head: Sequence[str]) -> bool:
    """Whether such a drawing begins here."""
    return len(head) > 3 and _TOP.match(head[0]) is not None and _is_line(head[1]) and _RULE.match(head[2]) is not None


def sections(text: str) -> tuple[list[str], dict[str, Any]]:
    """No lines above, and the outermost section as `{name: value}`.

    Raises:
        ValueError: when the text is drawn in another way.
    """
    lines = text.rstrip().split("\n")
    if not begins(lines[:4]):
        raise ValueError("no title between rules")
    top = _Section("", -1)
    path = [top]
    for line in map(str.rstrip, lines[1:]):
        rule = _RULE.match(line)
        if rule is not None:
            _ruled(path[-1], len(rule[1]), rule[2])
        elif _is_line(line):
            _take(path, line)
        else:
            raise ValueError(f"no line of a table: {line[:40]!r}")
    return [], top.value()


def _is_line(line: str) -> bool:
    return len(line) > 4 and line[0] == "|" == line[-1]


def _ruled(here: _Section, depth: int, rule: str) -> None:
    if depth != here.depth:
        raise ValueError("a rule of another section")
    here.rules += 1
    here.joints = [i for i, sign in enumerate(rule) if sign == "+"]


def _take(path: list[_Section], line: str) -> None:
    """A line of a section, or the name of another one."""
    bars = len(line) - len(line.lstrip("|"))
    if not line.endswith("|" * bars) or bars > _DEEPEST:
        raise ValueError("bars that do not close")
    here, inner = path[-1], line[bars:-bars]
    if bars - 1 == here.depth and here.rules and _is_row(inner, here):
        cells = [
            inner[a:b].strip() for a, b in zip([0, *[j + 1 for j in here.joints]], [*here.joints, None], strict=True)
        ]
        if here.rules > 2:
            raise ValueError("rows behind the end of a section")
        (here.head if here.rules == 1 else here.rows).append(cells)
        return
    while path[-1].depth >= bars - 1:
        path.pop()
    if path[-1].depth != bars - 2:
        raise ValueError("a section within nothing")
    made = _Section(inner.strip(), bars - 1)
    path[-1].inside.append(made)
    path.append(made)


def _is_row(inner: str, here: _Section) -> bool:
    """Whether the line has bars below the joints of the rule; without any, whether it is set to the left, as no name is."""
    if here.joints:
        return all(inner[at : at + 1] == "|" for at in here.joints)
    return here.rules == 1 and inner[:2] == "  " and inner[2:3] != " "


def _text(cell: str) -> str:
    return Num(cell) if cell and is_scalar(cell) else cell
