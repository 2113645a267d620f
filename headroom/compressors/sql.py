"""SQL that tools dump (`pg_dump`, `mysqldump`, `sqlite3 .schema`): each statement on one line, what all tables have in common once.

Headings that repeat the statement below go; statements that differ in nothing but their table stand once (`_sql_alike`), and
so do columns that tables share (`_sql_tables`). Keys, indexes and all that names a table of the query stay whole. From MEDIUM on types go of
columns that a query does not touch, bodies of routines, and rows of data (`_sql_rows`). A file under edit never comes here: `policy` keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from headroom import lines
from headroom.compressors import _sql_described as described
from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._sql_alike import Names, folded, relates
from headroom.compressors._sql_asked import Asked, asked
from headroom.compressors._sql_rows import copied, insert_of, inserted, spelled_rows, together
from headroom.compressors._sql_statements import START, Part, has_escapes, parts, shows_tables, squeezed, unwrapped
from headroom.compressors._sql_tables import Table, bare, read, shared, shared_line, tail_line, tails
from headroom.lines import FOLD
from headroom.messages import Hint

_BANNER = re.compile(
    r"(?:--\s*\n)?-- (?:PostgreSQL database (?:cluster )?dump|MySQL dump |MariaDB dump )|PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;"
)
_DEFINES = re.compile(
    r"^(?:CREATE (?:\w+ )*(?:TABLE|INDEX|VIEW|TYPE)|ALTER TABLE|INSERT INTO|COPY) ", re.MULTILINE | re.IGNORECASE
)
_FIRST = re.compile(r"(?:--[^\n]*\n|[ \t\r]*\n|\\restrict[^\n]*\n)*(?=[A-Za-z/ ])")
_HEAD = 6_000
_TITLE = 300
_SHOWS = frozenset("*T")
_COUNTS = (" rows)\n", "\n(1 row)\n")
"""What stands below the answer of a query: with descriptions above it is a session, of which each part is read by itself."""
_FEWEST = 3
_ODD = 0.1
"""Lines of which nothing is known, by share: of more, a text is no script."""
_NAMED = re.compile(
    r"--\n-- (?:(?:Data for )?Name: (?P<pg>[^;\n]+); Type: [^;\n]+; Schema: [^;\n]+; Owner: [^;\n]+(?:; Tablespace: [^;\n]+)?"
    r"|(?:Table structure for table|Dumping data for table|Temporary (?:table|view) structure for view"
    r"|Final view structure for view) (?P<my>\S+))\n--\Z"
)
"""What tools say above a statement that says it again."""
_USUAL = re.compile(
    r"SET (?:statement_timeout|lock_timeout|idle_in_transaction_session_timeout|transaction_timeout) = 0;"
    r"|SET (?:client_encoding = 'UTF8'|standard_conforming_strings = on|check_function_bodies = false|xmloption = content"
    r"|client_min_messages = warning|row_security = off|default_tablespace = ''|default_table_access_method = heap);"
    r"|SELECT pg_catalog\.set_config\('search_path', '', false\);"
    r"|/\*!\d{5} SET (?:@(?:OLD_|saved_)\w+|\w+) *= *(?:@(?:OLD_|saved_)\w+|@@\w+|utf8mb4) *\*/;"
    r"|/\*!\d{5} SET @OLD_\w+=@@\w+, \w+='?\w+'? \*/;"
    r"|SET @saved_cs_client += @@character_set_client;"
    r"|SET NAMES utf8(?:mb4)?;|/\*!\d{5} SET NAMES utf8(?:mb4)? \*/;"
)
"""Settings with which every dump begins and ends."""
_SETTING = ("SET ", "SELECT pg_catalog.set_config", "/*!")
_SETS = re.compile(r"SET (default_\w+) = ")
"""What is set for what follows, and may be set again."""
_TOKEN = re.compile(r"\\(?:un)?restrict \S+\Z")
_OTHERS = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:MATERIALIZED\s+)?(?:VIEW|SEQUENCE|TYPE|DOMAIN)\s+(?:IF\s+NOT\s+EXISTS\s+)?(\S+)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"CREATE\s|INSERT\s|REPLACE\s", re.IGNORECASE)
_SEQUENCE = re.compile(r"CREATE\s+SEQUENCE\s", re.IGNORECASE)
_ROUTINE = re.compile(r"CREATE\s[^;]*?\b(?:FUNCTION|PROCEDURE|TRIGGER|EVENT)\b", re.IGNORECASE)
_LEAST, _SHARE = 600, 0.1
"""Characters of types that must go before any do, and their share of all statements."""
_LONG_LIST = 60
"""Characters of columns that are said again where another table has the same."""
_BODY = 6
_LONG = 600
"""A line of more characters is read in pieces."""
_NAME = re.compile(r"[A-Za-z_][\w$]*")
_WORTH = 0.95


class SqlCompressor:
    """Scripts of SQL that tools write: schemas, dumps."""

    name = "SqlCompressor"
    kind = "sql"

    def score(self, text: str, hint: Hint) -> float:
        """0.95 for what says of itself that it is a dump and for descriptions of tables, 0.5 where answers of queries stand
        between those, 0.9 where its lines are statements that define tables."""
        if text[:1] in _SHOWS and shows_tables(text[:_TITLE]):
            return 0.95
        first = _FIRST.match(text, 0, _HEAD)
        if first is None:
            return 0.0
        if text[0] in " \n" and ' "' in text[:_TITLE] and described.begins(text[:_HEAD]):
            return 0.5 if any(count in text for count in _COUNTS) else 0.95
        if _BANNER.match(text):
            return 0.95
        head = text[:_HEAD]
        if not (START.match(text, first.end()) and _DEFINES.search(head)):
            return 0.0
        rows = lines.sample(text).split("\n")
        odd = sum([_is_odd(row) for row in rows])
        return 0.9 if odd <= _ODD * len(rows) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The statements of `text`, shorter; `text` itself where it is no script or nothing is gained."""
        if text.startswith(FOLD) or f"\n{FOLD}" in text:
            return Rendition(text=text)
        source = lines.split(text)
        if described.begins(text[:_HEAD]):
            return _worth(text, described.described(source), limits)
        if shows_tables(text[:_TITLE]):
            inner = unwrapped(text)
            source = lines.split(inner)
            made = _Script(inner, source, parts(inner, source), hint, limits).made()
            return _worth(text, made, limits)
        found = parts(text, source)
        odd = sum(part.last - part.first + 1 for part in found if part.sort == "other")
        if sum(part.sort != "comment" for part in found) - odd < _FEWEST or odd > _ODD * len(source):
            return Rendition(text=text)
        return _worth(text, _Script(text, source, found, hint, limits).made(), limits)


def _worth(text: str, made: Rendition, limits: Limits) -> Rendition:
    """What was made of a text, or that itself where too little is gained or something is gone that must be kept."""
    if len(made.text) + len(made.note) > _WORTH * len(text):
        return Rendition(text=text)
    if limits.keep is not None and any(m[0] not in made.text for m in limits.keep.finditer(text)):
        return Rendition(text=text)
    return made


def _is_odd(row: str) -> bool:
    return bool(row.strip()) and row[0] not in " \t)(-'`\"" and not START.match(row)


@dataclass(slots=True)
class _Script:
    """One script on its way to what is shown of it."""

    text: str
    source: Sequence[str]
    parts: Sequence[Part]
    hint: Hint
    limits: Limits
    escapes: bool = False
    elisions: list[Elision] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    tables: dict[int, Table] = field(default_factory=dict)
    shapes: dict[str, Table] = field(default_factory=dict)
    """The first table with columns like these."""
    plain: dict[int, str] = field(default_factory=dict)
    """Statements on one line, by the numbers of their parts."""

    def made(self) -> Rendition:
        """All of it."""
        self.escapes = has_escapes(self.text)
        for number, part in enumerate(self.parts):
            line = self._line(part)
            if line is None:
                continue
            self.plain[number] = line
            table = read(line) if line[:6].upper() == "CREATE" else None
            if table is not None:
                self.tables[number] = table
        body = "\n".join(self._shown())
        bare = any(self.text.count(sign) > body.count(sign) for sign in '`"' if sign in self.text)
        quotes = "; plain names without quotes" if bare else ""
        note = f"SQL, a statement per line, headings left out{quotes}"
        return Rendition(
            text=body,
            note="; ".join([note, *self.notes]),
            elisions=tuple(self.elisions),
            lossless=not self.elisions,
        )

    def _line(self, part: Part) -> str | None:
        if part.sort != "statement" or insert_of(part.text) is not None:
            return None
        return squeezed(part, self.escapes)

    def _shown(self) -> Iterator[str]:
        tables = list(self.tables.values())
        others = [m[1] for line in self._creating() if (m := _OTHERS.match(line)) is not None]
        names = Names.of([table.name for table in tables], [bare(name.rstrip(";(")) for name in others])
        about = asked(self.hint.query, tables, list(self.plain.values()), self.limits.effort)
        usual = self._usual()
        alike = shared(list({table.columns: table for table in tables}.values()))
        tail = tails(tables)
        instead, gone = folded(self._foldable(about, usual), names)
        about = self._paying(about, tables, alike, tail)
        told = False
        number = 0
        while number < len(self.parts):
            part = self.parts[number]
            if number in self.tables:
                if not told:
                    told = True
                    yield from self._above(alike, tables, tail)
                yield self._table(part, self.tables[number], about, alike, tail)
            elif number in usual:
                if usual[number]:
                    yield usual[number]
            elif number in gone:
                if number in instead:
                    yield instead[number]
            elif number in self.plain:
                yield self.plain[number]
            elif part.sort == "rows":
                yield from self._copied(part)
            elif part.sort == "statement" and insert_of(part.text) is not None:
                end = self._alike_inserts(number)
                yield from self._inserted(self.parts[number:end])
                number = end
                continue
            elif part.sort == "comment":
                yield from self._comment(part, number)
            else:
                yield from self._verbatim(part, about)
            number += 1

    def _creating(self) -> list[str]:
        return [line for line in self.plain.values() if line[:6].upper() == "CREATE"]

    def _paying(self, about: Asked, tables: Sequence[Table], alike: Mapping[str, str], tail: str) -> Asked:
        """The same; where little would go of the tables that the query does not touch, nothing goes."""
        gone = sum([table.line(alike, tail, about.columns_of(table))[1] for table in tables])
        total = sum(map(len, self.plain.values()))
        return about if gone >= max(_LEAST, _SHARE * total) else replace(about, narrow=False)

    def _above(self, alike: Mapping[str, str], tables: Sequence[Table], tail: str) -> Iterator[str]:
        """What is said once, before the first table."""
        if alike:
            yield shared_line(alike, tables)
        if tail:
            yield tail_line(tail)

    def _foldable(self, about: Asked, usual: Mapping[int, str]) -> dict[int, str]:
        """Statements that may stand for others: none that relates a table of the query to something."""
        out: dict[int, str] = {}
        for number, line in self.plain.items():
            if number in usual or number in self.tables or len(line) > _LONG:
                continue
            related = relates(line)
            if related and about.touches(line):
                continue
            if related or not _ALONE.match(line) or _SEQUENCE.match(line):
                out[number] = line
        return out

    def _usual(self) -> dict[int, str]:
        """Settings that every dump has: one line says which lines they are, the others go. At LOSSLESS they stay."""
        if self.limits.effort == Effort.LOSSLESS:
            return {}
        found = [
            number
            for number, part in enumerate(self.parts)
            if (part.text.startswith(_SETTING) and number in self.plain and _USUAL.fullmatch(self.plain[number]))
            or (part.sort == "other" and _TOKEN.match(part.text))
        ]
        sets = [line for line in self.plain.values() if line.startswith("SET default_")]
        others = {m[1] for line in sets if (m := _SETS.match(line)) and not _USUAL.fullmatch(line)}
        found = [
            n for n in found if n not in self.plain or (m := _SETS.match(self.plain[n])) is None or m[1] not in others
        ]
        if len(found) < _FEWEST:
            return {}
        first = self.limits.first_line
        ranges = tuple((self.parts[n].first + first, self.parts[n].last + first) for n in found)
        joined = lines.runs([i for a, b in ranges for i in range(a, b + 1)])
        self.elisions.append(
            Elision(ranges=tuple(joined), count=sum(b - a + 1 for a, b in joined), summary="usual settings")
        )
        said = f"{FOLD} {len(found)} settings as in every dump: {lines.named(joined)}"
        return {number: said if number == found[0] else "" for number in found}

    def _table(self, part: Part, table: Table, about: Asked, alike: Mapping[str, str], tail: str) -> str:
        line, gone = table.line(alike, tail, about.columns_of(table))
        if not gone:
            columns = line[len(table.head) :]
            like = self.shapes.setdefault(columns, table)
            return line if like is table or len(columns) < _LONG_LIST else f"{table.head}({FOLD} as in {like.name});"
        whole, _ = table.line(alike, tail)
        first, last = part.first + self.limits.first_line, part.last + self.limits.first_line
        mark = f"{FOLD} {first}-{last} " if first < last else f"{FOLD} {first} "
        if len(whole) - len(line) < len(mark):
            return whole
        self.notes[f"name …: a column's type not shown, table of lines {FOLD} N-M"] = None
        self.elisions.append(Elision(ranges=((first, last),), count=last - first + 1, summary=f"types of {table.name}"))
        return mark + line

    def _copied(self, part: Part) -> Iterator[str]:
        made = copied(part, self.source, self.hint, self.limits)
        if made is None:
            yield from part.text.split("\n")
        for rendition in made or ():
            yield self._taken(rendition)

    def _taken(self, rendition: Rendition) -> str:
        self.elisions += rendition.elisions
        self.notes.update(dict.fromkeys(filter(None, rendition.note.split("; "))))
        return rendition.text

    def _alike_inserts(self, number: int) -> int:
        """The number behind the last of the statements from this one on that insert alike."""
        told = insert_of(self.parts[number].text)
        end = number + 1
        while end < len(self.parts):
            part = self.parts[end]
            if part.sort != "statement" or insert_of(part.text) != told:
                break
            end += 1
        return end

    def _inserted(self, statements: Sequence[Part]) -> Iterator[str]:
        columns = {t.name: [c.name.strip('"`[]') for c in t.columns if c.name] for t in self.tables.values()}
        total = sum(len(s.text) for s in statements)
        for run in together(statements):
            rows = inserted(run, columns, self.escapes, self.limits.first_line)
            length = sum(len(s.text) for s in run)
            made = None if rows is None else spelled_rows(rows, self.hint, self.limits, length, length / total)
            if made is not None:
                yield self._taken(made)
                continue
            for statement in run:
                yield from statement.text.split("\n")

    def _comment(self, part: Part, number: int) -> Iterator[str]:
        """A comment without its frame; nothing of one that says what the statement below it says."""
        m = _NAMED.match(part.text) if part.text.startswith("--\n") else None
        if m is not None:
            words = _NAME.findall((m["pg"] or m["my"]).partition("(")[0])
            below = next((p for p in self.parts[number + 1 : number + 6] if p.sort != "comment"), None)
            if not words or (below is not None and words[-1] in below.text[:2_000]):
                return
        yield from [row.rstrip() for row in part.text.split("\n") if row.strip(" -\r")]

    def _verbatim(self, part: Part, about: Asked) -> Iterator[str]:
        """The lines of a statement as they are; the inner ones of a routine go where nobody asks for it."""
        rows = part.text.split("\n")
        body = range(0)
        if (
            self.limits.effort >= Effort.MEDIUM
            and about.named
            and _ROUTINE.match(part.text)
            and not about.touches(part.text)
        ):
            opened = next((i for i, row in enumerate(rows) if "$" in row or row.strip().upper() == "BEGIN"), None)
            body = range(0) if opened is None else range(opened + 1, len(rows) - 1)
        if len(body) < _BODY:
            yield from rows
            return
        first, last = (i + part.first + self.limits.first_line for i in (body[0], body[-1]))
        self.elisions.append(Elision(ranges=((first, last),), count=len(body), summary="body of a routine"))
        yield from rows[: body[0]]
        yield f"{FOLD} lines {first}-{last}"
        yield from rows[body[-1] + 1 :]
