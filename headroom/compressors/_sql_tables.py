"""Definitions of tables on one line each, and columns that many tables have said once.

    ⋯ a column named alone in CREATE TABLE is: id bigint NOT NULL; created_at timestamp with time zone DEFAULT now() NOT NULL
    CREATE TABLE public.berths (id, created_at, depth_m numeric(5,2) NOT NULL);

Tables that a query does not touch keep names of columns and constraints: `depth_m …` is a column of which the type is not
shown. Which tables those are says `sql`, which stands above; `_sql_statements` cuts the script.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from headroom.lines import FOLD

__all__ = ["Column", "Table", "bare", "read", "shared", "shared_line", "tail_line", "tails"]

HEAD = re.compile(
    r"CREATE\s+(?:(?:GLOBAL|LOCAL)\s+)?(?:TEMP(?:ORARY)?\s+|UNLOGGED\s+|FOREIGN\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    r"(?P<name>(?:[\w$]+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])(?:\.(?:[\w$]+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\]))*)\s*\(",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"'[^'\\]*(?:\\.[^'\\]*)*'|\"[^\"]*\"|`[^`]*`|[(),]", re.DOTALL)
_COLUMN = re.compile(r"([\w$]+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])(?: (.*))?\Z", re.DOTALL)
_CONSTRAINT = re.compile(
    r"(?:CONSTRAINT\s|PRIMARY\s+KEY\b|UNIQUE\b|FOREIGN\s+KEY\b|CHECK\s*\(|EXCLUDE\b|LIKE\s|PARTITION\b|PERIOD\s+FOR\b"
    r"|(?:KEY|INDEX)\s+(?:[\w$]+|`[^`]+`|\"[^\"]+\")?\s*\(|(?:FULLTEXT|SPATIAL)\s)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r" AUTO_INCREMENT=\d+")
_QUOTES = '"`[]'
_FEWEST = 3
"""So many tables have a column alike before it is said once."""
_WORTH = 12
"""Characters of definitions that must be gained before they are left out."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by name and definition, or a constraint, which has no name here and stays whole."""

    name: str
    definition: str

    @property
    def text(self) -> str:
        """As the statement says it."""
        return f"{self.name} {self.definition}".strip()


@dataclass(frozen=True, slots=True)
class Table:
    """The definition of a table: `head` up to the bracket, its columns and constraints, `tail` from the closing bracket on."""

    name: str
    head: str
    columns: tuple[Column, ...]
    tail: str

    def line(self, alike: Mapping[str, str], usual: str, shown: Collection[str] | None = None) -> tuple[str, int]:
        """The definition on one line, and how many characters of it are left out. A column stands by its name alone where
        `alike` has its definition; of others only those in `shown` keep theirs, all where that is None. The tail goes where
        it is the `usual` one."""
        out: list[str] = []
        gone = 0
        for column in self.columns:
            if column.name and alike.get(column.name) == column.definition:
                out.append(column.name)
            elif shown is None or not column.name or not column.definition or column.name in shown:
                out.append(column.text)
            else:
                out.append(f"{column.name} …")
                gone += len(column.definition)
        return f"{self.head}({', '.join(out)}{self.tail_without(usual)}", gone

    def tail_without(self, usual: str) -> str:
        """What stands behind the columns, the usual options aside."""
        counted = _COUNTED.search(self.tail)
        plain = self.tail if counted is None else self.tail[: counted.start()] + self.tail[counted.end() :]
        return f"){counted[0] if counted else ''};" if usual and plain == usual else self.tail


def bare(name: str) -> str:
    """`public."Berths"` -> `Berths`."""
    return name.rpartition(".")[2].strip(_QUOTES)


def read(line: str) -> Table | None:
    """The table that a statement on one line defines; None for any other statement."""
    head = HEAD.match(line)
    if head is None:
        return None
    cells: list[str] = []
    depth = 1
    at = head.end()
    end = -1
    for m in _TOKEN.finditer(line, head.end()):
        sign = m[0]
        if sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if not depth:
                end = m.start()
                break
        elif sign == "," and depth == 1:
            cells.append(line[at : m.start()].strip())
            at = m.end()
    if end < 0:
        return None
    cells.append(line[at:end].strip())
    columns = [_cell(cell) for cell in cells]
    if None in columns:
        return None
    return Table(bare(head["name"]), line[: head.end() - 1], tuple(c for c in columns if c is not None), line[end:])


def _cell(cell: str) -> Column | None:
    if _CONSTRAINT.match(cell):
        return Column("", cell)
    m = _COLUMN.match(cell)
    return None if m is None else Column(m[1], m[2] or "")


def shared(tables: Sequence[Table]) -> dict[str, str]:
    """Definitions that columns of one name have in several tables, where it pays to say them once. A name that some table
    gives no type is not among them: there it would say what it does not."""
    counts: Counter[tuple[str, str]] = Counter((c.name, c.definition) for table in tables for c in table.columns)
    out: dict[str, str] = {}
    untyped = {name for name, definition in counts if name and not definition}
    for (name, definition), count in counts.most_common():
        if name and name not in out and name not in untyped and count >= _FEWEST:
            if (count - 1) * len(definition) > len(name) + _WORTH:
                out[name] = definition
            else:
                untyped.add(name)
    return out


def shared_line(alike: Mapping[str, str], tables: Sequence[Table]) -> str:
    """The line that says them, in the order in which they first stand."""
    order: dict[str, None] = dict.fromkeys(c.name for table in tables for c in table.columns if c.name in alike)
    return f"{FOLD} a column named alone in CREATE TABLE is: " + "; ".join(f"{name} {alike[name]}" for name in order)


def tail_line(tail: str) -> str:
    """The line that says what goes behind the columns of most tables."""
    return f"{FOLD} a table without options, AUTO_INCREMENT aside, has: {tail.strip(');').strip()}"


def tails(tables: Iterable[Table]) -> str:
    """What most tables have behind their columns, MySQL's counter aside; "" where that is little, or where some table has
    nothing there."""
    counts = Counter(_COUNTED.sub("", table.tail) for table in tables)
    if any(tail.strip(");") == "" for tail in counts):
        return ""
    tail, count = counts.most_common(1)[0] if counts else ("", 0)
    return tail if count >= _FEWEST and len(tail) > _WORTH and 2 * count > counts.total() else ""
