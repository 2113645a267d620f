"""A script of SQL, as tools dump it, cut into what it consists of: statements, comments, rows behind `COPY`, other lines.

`parts` knows strings, quoted names, comments and `$$` bodies, so that a semicolon inside them ends nothing. `squeezed` puts a
statement on one line. No parser: what is not recognised is a line of its own. Knows nothing of tables and folds; `sql`
stands above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["START", "Part", "has_escapes", "parts", "shows_tables", "squeezed", "unwrapped"]

Sort: TypeAlias = Literal["comment", "statement", "rows", "other"]

START = re.compile(
    r"(?:CREATE|ALTER|DROP|SET|SELECT|INSERT|REPLACE|UPDATE|DELETE|COPY|GRANT|REVOKE|COMMENT|LOCK|UNLOCK|USE|BEGIN|START|COMMIT"
    r"|PRAGMA|ANALYZE|REFRESH|SECURITY|DELIMITER|DO|CALL|WITH|TRUNCATE|RESET)\b|/\*",
    re.IGNORECASE,
)
"""How a line begins with which a statement does."""
_COPY = re.compile(r"COPY\s[^;]*\bFROM\s+stdin\b[^;]*;\s*\Z", re.IGNORECASE)
_ROUTINE = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:CONSTRAINT\s+|TEMP(?:ORARY)?\s+)?"
    r"(?:TRIGGER|PROCEDURE|FUNCTION|EVENT)\b",
    re.IGNORECASE,
)
_BEGIN = re.compile(r"\bBEGIN\b", re.IGNORECASE)
_END = re.compile(r"\bEND\s*\Z", re.IGNORECASE)
_AFTER = re.compile(r"[ \t]*(?:--[^\n]*)?\r?(?:\n|\Z)")
_STRING = r"[eE]'[^'\\]*(?:\\.[^'\\]*)*'|'[^']*'"
_ESCAPED = r"'[^'\\]*(?:\\.[^'\\]*)*'"
_NAME = r"|\"[^\"]*\"|`[^`]*`"
_REST = r"|\"[^\"]*\"|`[^`]*`|--[^\n]*|/\*|\$(?:[A-Za-z_]\w*)?\$|;|['\"`]"
_TOKENS = {False: re.compile(_STRING + _REST, re.DOTALL), True: re.compile(_ESCAPED + _REST, re.DOTALL)}
"""What matters to the end of a statement; by whether a backslash escapes a quote in any string."""
_GLANCE = re.compile(
    r"(?P<blank>(?:[ \t\r]*\n)+)|(?P<comment>(?:--[^\n]*(?:\n|\Z))+)"
    r"|(?P<statement>(?:/\*![^*;'\n]*(?:'[^'\n]*'[^*;'\n]*)?\*/"
    r"|(?!CREATE[^\n]*\b(?:TRIGGER|PROCEDURE|FUNCTION|EVENT)\b)(?:CREATE|ALTER|DROP|SET|SELECT|INSERT|GRANT|REVOKE|COMMENT ON|LOCK|UNLOCK)"
    r"\b[^;'\"`$\\/-]*(?:(?:-(?!-)|/(?!\*)|'[^'\n\\]*'|\"[^\"\n]*\"|`[^`\n]*`)[^;'\"`$\\/-]*){0,200});[ \t]*\r?(?:\n|\Z))"
)
"""What stands next, where that can be told at a glance."""
_AT_A_GLANCE = 4_000
"""So far a glance goes, so that statements without an end are not each looked through to the end of the text."""
_WHITE = {False: re.compile(rf"{_STRING}{_NAME}", re.DOTALL), True: re.compile(rf"{_ESCAPED}{_NAME}", re.DOTALL)}
"""Strings and quoted names; by whether a backslash escapes."""
_COMMENT = re.compile(r"--|/\*|\$\w*\$|['\"`]|\n\n")
_PLAIN = re.compile(r"`([A-Za-z_]\w*)`\Z|\"([a-z_][a-z0-9_]*)\"\Z")
_TEXT = re.compile(r"(?:\bDEFAULT|\bIN|[=<>|]) *\(* *\"", re.IGNORECASE)
"""A text in double quotes, which some dialects have."""
_RESERVED = frozenset(
    "add all alter analyze and as asc before between by call case change check collate column condition constraint continue"
    " convert create cross cube current_date current_time current_user cursor database databases day_hour dec declare default"
    " delete desc describe distinct div double drop dual each else empty enclosed except exists exit explain false fetch float"
    " for force foreign from fulltext function generated get grant group grouping groups having if ignore in index infile inner"
    " inout insert int integer interval into is iterate join json_table key keys kill lag last_value lead leading leave left"
    " like limit linear lines load lock long loop match mod natural not null of on optimize option or order out outer over"
    " partition precision primary procedure purge range rank read reads recursive references regexp release rename repeat"
    " replace require restrict return revoke right rlike row rows schema schemas select separator set show signal spatial sql"
    " ssl starting stored system table terminated then to trailing trigger true undo union unique unlock unsigned update usage"
    " use using values varying virtual when where while window with write xor zerofill"
    " analyse any array asymmetric at authorization binary both cast collation concurrently current_catalog current_role deferrable do"
    " end freeze full glob ilike initially intersect isnull lateral name_const notnull offset only overlaps placing raise returning"
    " session_user similar some symmetric tablesample temp temporary transaction user vacuum variadic verbose without".split()
)
"""Names that need their quotes, in one dialect or another."""


_SHOWN = re.compile(
    r"^(?:\*{9,} \d+\. row \*{9,}\n)?( *)Table: [^\n]*\nCreate Table: (CREATE TABLE [^\n]*\n(?:[^\n)][^\n]*\n)*\)[^\n]*)$",
    re.MULTILINE,
)
_TOLD = re.compile(r"^[^\t\n]{1,80}\t(CREATE TABLE [^\n]*)$", re.MULTILINE)
_TITLES = "Table\tCreate Table\n"


def shows_tables(head: str) -> bool:
    """Whether a text begins as MySQL answers `SHOW CREATE TABLE`."""
    return head.startswith(_TITLES) or (head.startswith("*********") and "\nCreate Table: CREATE TABLE " in head)


def unwrapped(text: str) -> str:
    """The statements in an answer to `SHOW CREATE TABLE`, each on its lines, with a semicolon."""
    if text.startswith(_TITLES):
        return _TOLD.sub(_told, text).replace(_TITLES, "\n")
    return _SHOWN.sub(lambda m: "\n" * m[0].count("\n", 0, m.start(2) - m.start()) + f"{m[2]};", text)


def _told(m: re.Match[str]) -> str:
    r"""A statement in which `\n` stands for line ends; one with other backslashes stays as it is."""
    if "\\\\" in m[1]:
        return m[0]
    joined = m[1].replace("(\\n  ", "(").replace(",\\n  ", ", ").replace("\\n)", ")")
    return f"{joined};".replace("\\n", " ")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines `first` to `last` (0-based, inclusive) and their text. Rows begin with the statement that they belong to. Of a
    `simple` statement it is known that no comment, body or string reaches over the end of a line."""

    sort: Sort
    first: int
    last: int
    text: str
    simple: bool = False


def has_escapes(text: str) -> bool:
    """Whether a backslash escapes quotes in any string: MySQL and its kin, told by how they quote names."""
    head = text[:20_000]
    return "-- MySQL dump" in head or "-- MariaDB dump" in head or ("CREATE TABLE `" in head and "ENGINE=" in text)


def parts(text: str, source: Sequence[str]) -> list[Part]:
    """The parts of a text of these lines, in order; lines between them are blank."""
    return _Reader(text, source).parts()


class _Reader:
    """Goes through a text from its first line to its last."""

    def __init__(self, text: str, source: Sequence[str]) -> None:
        self._text = text
        self._source = source
        self._escapes = has_escapes(text)
        self._tokens = _TOKENS[self._escapes]
        self._broken = False
        """Whether something has no end: then nothing below is looked through in vain."""

    def parts(self) -> list[Part]:
        out: list[Part] = []
        text, pos, line = self._text, 0, 0
        while pos < len(text):
            m = _GLANCE.match(text, pos, pos + _AT_A_GLANCE)
            if m is not None and not m.end() == pos + _AT_A_GLANCE < len(text):
                pos = m.end()
                last = line + m[0].count("\n") - (text[pos - 1] == "\n")
                if m.lastgroup == "statement":
                    out.append(Part("statement", line, last, m[0].rstrip(), simple=True))
                elif m.lastgroup == "comment":
                    out.append(Part("comment", line, last, m[0].rstrip("\n")))
                line = last + 1
                continue
            sort, last = self._part(line, self._source[line], pos)
            part = Part(sort, line, last, "\n".join(self._source[line : last + 1]))
            out.append(part)
            pos += len(part.text) + 1
            line = last + 1
        return out

    def _part(self, at: int, line: str, start: int) -> tuple[Sort, int]:
        """What begins on a line, at an offset, and its last line."""
        source = self._source
        if line[:9].upper() == "DELIMITER":
            closed = (i for i in range(at + 1, len(source)) if source[i].rstrip().upper() == "DELIMITER ;")
            return "other", next(closed, at)
        if not START.match(line):
            return "other", at
        last = self._end(at, start)
        if last is None:
            last = self._unended(at)
            return ("statement", last) if last > at else ("other", at)
        if line[:4].upper() == "COPY" and _COPY.match("\n".join(source[at : last + 1])):
            end = next((i for i in range(last + 1, len(source)) if source[i].rstrip("\r") == "\\."), None)
            if end is not None:
                return "rows", end
        return "statement", last

    def _unended(self, at: int) -> int:
        """The last line of a statement without a semicolon: the one that closes its bracket."""
        for i in range(at + 1, len(self._source)):
            line = self._source[i]
            if line.startswith(")"):
                return i
            if not line.strip() or START.match(line):
                break
        return at

    def _end(self, at: int, start: int) -> int | None:
        """The line on which the statement ends that begins on a line, at an offset; None where it has no end."""
        text = self._text
        if self._broken:
            return None
        creates = self._source[at][:6].upper() == "CREATE"
        block = creates and _ROUTINE.match(text, start) is not None
        pos = start
        while (m := self._tokens.search(text, pos)) is not None:
            sign = m[0]
            pos = m.end()
            if sign == ";":
                if _AFTER.match(text, pos) and not (block and self._inside(start, m.start())):
                    return at + text.count("\n", start, m.start())
            elif sign == "/*" or sign[0] == "$":
                closer = "*/" if sign == "/*" else sign
                pos = text.find(closer, pos) + len(closer)
                block = block and sign == "/*"
                if pos < m.end():
                    break
            elif sign in {"'", '"', "`"}:
                break
        self._broken = True
        return None

    def _inside(self, start: int, end: int) -> bool:
        """Whether a semicolon stands between `BEGIN` and the `END` that is indented alike."""
        text = self._text
        begin = _BEGIN.search(text, start, end)
        if begin is None:
            return False
        if not _END.search(text, max(start, end - 20), end):
            return True
        opened = text.rfind("\n", 0, begin.start()) + 1
        closed = text.rfind("\n", 0, end) + 1
        return opened < closed and _indent(text[closed:end]) > _indent(text[opened:end])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def squeezed(part: Part, escapes: bool) -> str | None:
    """A statement on one line, without quotes that plain names do not need; None where it holds a comment, a body or a string of
    several lines."""
    statement = part.text
    if not part.simple and not _may_join(statement, escapes):
        return None
    if "\n" in statement:
        rows = "\n".join(filter(None, map(str.strip, statement.split("\n"))))
        statement = rows.replace("(\n", "(").replace("\n)", ")").replace("\n", " ")
    statement = statement.rstrip()
    return _without_quotes(statement, escapes) if "`" in statement or '"' in statement else statement


def _may_join(statement: str, escapes: bool) -> bool:
    """Whether no comment, body or string reaches over the end of a line."""
    if "'" not in statement and "--" not in statement and "/*" not in statement and "$" not in statement:
        return True
    if "\n" not in statement and statement.startswith("/*!"):
        return True
    rest = _WHITE[escapes].sub(lambda m: "\n\n" if "\n" in m[0] else "", statement)
    return not _COMMENT.search(rest)


def _without_quotes(statement: str, escapes: bool) -> str:
    """Plain names without quotes."""
    names = not escapes and '"' in statement and not _TEXT.search(statement)

    def shorter(m: re.Match[str]) -> str:
        sign = m[0][0]
        if sign == "'" or (sign == '"' and not names):
            return m[0]
        plain = _PLAIN.match(m[0])
        return m[0] if plain is None or m[0][1:-1].lower() in _RESERVED else m[0][1:-1]

    return _WHITE[escapes].sub(shorter, statement)
