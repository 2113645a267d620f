"""The inverse of the grid and outline spellings: turns visible text back into values, by the rules that the notes state.

Objects come back as `Object` (their pairs in order), numbers as `Num` (their spelling), so that everything counts.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from typing import Any

from headroom.compressors._flow import MISSING, NUMBER, Num, Odd

HEADER = re.compile(r"(?:(\d+) (?:rows|entries|JSON Lines)|(?:rows|JSON Lines) (\d+)-(\d+)): ")
ABOVE = re.compile(r"all rows(?:, (after|before) |: )|@[A-Z] stands for ")
_SCALAR = re.compile(rf"(?:{NUMBER}|NaN|-?Infinity)\Z")
_SERIES = re.compile(r"(~~?)(-?\d+)\+(\d+): (.*)\Z")
_RUN = re.compile(r"~(-?\d+)([+-]\d+)×(\d+)\Z")
_WORDS = {"true": True, "false": False, "null": None}
_PLACE = re.compile(r"\[(\d+)\]")
_BARE_PART = re.compile(r"[A-Za-z_$][\w$/ -]*", re.ASCII)
_TERM = re.compile(r'format\(([^,]+),"(\.\d+f)"\)|(\$\d+|[A-Za-z_][\w.]*)(?:\[(\d*):(\d*)\])?(?=[+,]|\Z)')


class Object(list[tuple[str, Any]]):
    """An object as its pairs, so that order and duplicates count."""


class Below:
    """Stands for a table that follows the outline."""

    def __init__(self, number: int) -> None:
        self.number = number


def plain(value: Any) -> Any:
    """A parsed value in the form that `decode` gives, with numbers told from strings."""
    if isinstance(value, dict):
        return ("object", [(k, plain(v)) for k, v in value.items()])
    if isinstance(value, Object) or type(value).__name__ == "Pairs":
        return ("object", [(k, plain(v)) for k, v in value])
    if isinstance(value, list):
        return ("array", [plain(v) for v in value])
    if isinstance(value, Num):
        return ("number", str(value))
    if isinstance(value, Odd):
        return ("line", str(value))
    return value


def decode_table(text: str) -> tuple[list[str], list[list[str]]]:
    """Names and rows of a table's visible text, without what stands below it."""
    made = Table(text.split("\n"), texts=True)
    rows = [[v for _, v in row] if isinstance(row, Object) else row for row in made.values()]
    return [c.keys[0] for c in made.columns], rows


def pieces(text: str) -> list[tuple[int, int, str]]:
    """First and last row of each piece of one array, and its text."""
    return [(first, last, body) for _, _, first, last, body in titled_pieces(text)]


def titled_pieces(text: str) -> list[tuple[str, str, int, int, str]]:
    """Of each piece: where it belongs, whether it is rows or keys, first and last of them, its text."""
    parts = re.split(r"^== (?:(.*) )?(rows|keys|lines) (\d+)-(\d+)\n", text, flags=re.MULTILINE)
    assert parts[0] == ""
    bodies = [p.removesuffix("\n") if i < len(parts[5::5]) else p for i, p in enumerate(parts[5::5], 1)]
    heads = zip(parts[1::5], parts[2::5], parts[3::5], parts[4::5], bodies, strict=True)
    return [(path or "", unit, int(a), int(b), body) for path, unit, a, b, body in heads]


def decode_pieces(text: str) -> list[Any]:
    """The value, or the values of JSON Lines, that were spelled piece by piece."""
    parts = titled_pieces(text)
    top: list[Any] = Object() if parts[0][0] or parts[0][1] == "keys" else []
    for path, unit, first, last, body in parts:
        here = place(top, path, Object() if unit == "keys" else [])
        assert first == len(here)
        here.extend(decode(body, is_lines=unit == "rows", first=first))
        assert last == len(here) - 1
    return top


def place(top: Any, path: str, new: Any) -> Any:
    """What stands at a path; `new` is put there when its last key is not the last one so far."""
    reader = Reader(path)
    here = top
    keys = read_name(reader)[1] if path else []
    for i, key in enumerate(keys):
        if not here or here[-1][0] != key:
            here.append((key, new if i == len(keys) - 1 else Object()))
        here = here[-1][1]
    return here


def decode(text: str, *, is_lines: bool = False, first: int = 0) -> Any:
    """The value that a visible text stands for."""
    lines = text.split("\n")
    aliases: dict[str, str] = {}
    while m := re.match(r"<([a-h])>=(.*)\Z", lines[0], re.DOTALL):
        aliases[m[1]] = m[2]
        del lines[0]
    if HEADER.match(lines[0]) or ABOVE.match(lines[0]):
        return Table(lines).values()
    starts = [i for i, line in enumerate(lines) if re.match(r"#\d+=", line)] + [len(lines)]
    below = [Table([lines[a].partition("=")[2], *lines[a + 1 : b]]).values() for a, b in itertools.pairwise(starts)]
    body = lines[: starts[0]]
    if is_lines:
        reader = Reader("\n".join(body), aliases)
        values = []
        for i in range(len(body)):
            values.append(reader.value(f"[{first + i}]"))
            reader.skip()
        assert reader.pos == len(reader.text)
        return resolve(values, below)
    reader = Reader("\n".join(body), aliases)
    value = reader.value("")
    assert reader.pos == len(reader.text), reader.text[reader.pos :]
    return resolve(value, below)


def resolve(value: Any, below: Sequence[Any]) -> Any:
    """Put the tables where their numbers stand."""
    if isinstance(value, Below):
        return below[value.number - 1]
    if isinstance(value, Object):
        return Object((k, resolve(v, below)) for k, v in value)
    if isinstance(value, list):
        return [resolve(v, below) for v in value]
    return value


def bare(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if m := _RUN.match(text):
        return [Num(str(int(m[1]) + n * int(m[2]))) for n in range(int(m[3]))]
    if m := _SERIES.match(text):
        return series(int(m[2]), int(m[3]), m[4].split(" "), turned=len(m[1]) > 1)
    return Num(text) if _SCALAR.match(text) else text


def series(time: int, step: int, words: Sequence[str], *, turned: bool) -> list[Any]:
    """The pairs that a series stands for."""
    out: list[Any] = []
    for word in words:
        if word.startswith("~"):
            time = int(word[1:])
            continue
        value = word[1:-1] if word.startswith('"') else bare(word)
        out.append([value, Num(str(time))] if turned else [Num(str(time)), value])
        time += step
    return out


class Reader:
    """Reads outline values from a text, from a position on."""

    def __init__(self, text: str, aliases: dict[str, str] | None = None) -> None:
        self.text = text
        self.pos = 0
        self.aliases = aliases or {}
        self.paths: dict[str, Any] = {}

    def skip(self) -> None:
        while self.text.startswith("\n", self.pos):
            self.pos += 1

    def take(self, expected: str) -> None:
        assert self.text.startswith(expected, self.pos), (expected, self.text[self.pos : self.pos + 40])
        self.pos += len(expected)

    def string(self) -> str:
        value, self.pos = json.decoder.scanstring(self.text, self.pos + 1)  # type: ignore[attr-defined]
        return str(value)

    def value(self, path: str) -> Any:
        self.skip()
        first = self.text[self.pos : self.pos + 1]
        if first == "=":
            self.pos += 1
            return self.paths[self.path()]
        made = self.fresh(first, path)
        self.paths[path] = made
        return made

    def fresh(self, first: str, path: str) -> Any:
        if first == "{":
            return self.object(path)
        if first == "[":
            return self.array(path)
        if first == '"':
            return self.string()
        if first == "#":
            self.pos += 1
            return Below(int(self.word()))
        if first == "<":
            prefix = self.aliases[self.text[self.pos + 1]]
            self.pos += 3
            return prefix + (self.string() if self.text.startswith('"', self.pos) else self.word())
        return bare(self.word())

    def path(self) -> str:
        start = self.pos
        while self.pos < len(self.text):
            ch = self.text[self.pos]
            if ch == '"':
                self.string()
                continue
            inside = re.search(r"\[\d+\Z", self.text[max(start, self.pos - 12) : self.pos])
            if ch in ",}\n" or (ch == "]" and not inside):
                break
            self.pos += 1
        return self.text[start : self.pos]

    def word(self) -> str:
        start, depth = self.pos, 0
        while self.pos < len(self.text):
            ch = self.text[self.pos]
            if ch == "{":
                depth += 1
            elif ch == "}" and depth:
                depth -= 1
            elif not depth and ch in ",}]\n":
                break
            self.pos += 1
        return self.text[start : self.pos]

    def object(self, path: str) -> Object:
        out = Object()
        self.take("{")
        if self.text.startswith("..=", self.pos):
            self.pos += 3
            out.extend(self.paths[self.path()])
            where = {k: i for i, (k, _) in enumerate(out)}
            while self.text.startswith(",", self.pos):
                self.pos += 1
                key, made = self.pair(path)
                if key in where:
                    out[where[key]] = (key, made)
                else:
                    out.append((key, made))
        elif not self.text.startswith("}", self.pos):
            out.append(self.pair(path))
            while self.text.startswith(",", self.pos):
                self.pos += 1
                out.append(self.pair(path))
        self.take("}")
        return out

    def pair(self, path: str) -> tuple[str, Any]:
        self.skip()
        start = self.pos
        if self.text.startswith('"', self.pos):
            key = self.string()
        else:
            self.pos = self.text.index(":", self.pos)
            key = self.text[start : self.pos]
        spelled = self.text[start : self.pos]
        self.take(":")
        return key, self.value(f"{path}.{spelled}" if path else spelled)

    def array(self, path: str) -> list[Any]:
        out: list[Any] = []
        self.take("[")
        if not self.text.startswith("]", self.pos):
            out.append(self.value(f"{path}[0]"))
            while self.text.startswith(",", self.pos):
                self.pos += 1
                out.append(self.value(f"{path}[{len(out)}]"))
        self.take("]")
        return out


class Column:
    """A column: its keys from the outside in, and where its value comes from."""

    def __init__(self, name: str, keys: list[Any]) -> None:
        self.name = name
        self.keys = keys
        self.definition: str | None = None
        self.as_str = False
        self.inner: list[str] = []


def read_name(reader: Reader) -> tuple[str, list[str | int]]:
    """A column's name as it is spelled, and its keys and places in lists."""
    start = reader.pos
    keys: list[str | int] = []
    while True:
        if reader.text.startswith('"', reader.pos):
            keys.append(reader.string())
        else:
            m = _BARE_PART.match(reader.text, reader.pos)
            assert m is not None, reader.text[reader.pos :]
            keys.append(m[0])
            reader.pos = m.end()
        while place := _PLACE.match(reader.text, reader.pos):
            keys.append(int(place[1]))
            reader.pos = place.end()
        if not reader.text.startswith(".", reader.pos):
            return reader.text[start : reader.pos], keys
        reader.pos += 1


def read_keys(reader: Reader) -> list[str]:
    """The keys of objects that are spelled by place: `[{id,"a b"}]`."""
    reader.take("[{")
    keys: list[str] = []
    while not keys or reader.text.startswith(",", reader.pos):
        reader.pos += bool(keys)
        if reader.text.startswith('"', reader.pos):
            keys.append(reader.string())
        else:
            m = _BARE_PART.match(reader.text, reader.pos)
            assert m is not None
            keys.append(m[0])
            reader.pos = m.end()
    reader.take("}]")
    return keys


def by_place(reader: Reader, keys: Sequence[str]) -> list[Any]:
    """A list of objects whose keys are told elsewhere."""
    out: list[Any] = []
    reader.take("[")
    while not reader.text.startswith("]", reader.pos):
        if out:
            reader.take(",")
        if reader.text.startswith("=", reader.pos):
            reader.pos += 1
            out.append(reader.value(""))
            continue
        own = Object()
        reader.take("{")
        for key in keys:
            if own:
                reader.take(",")
            own.append((key, reader.value("")))
        reader.take("}")
        out.append(own)
    reader.take("]")
    return out


class Table:
    """A table's lines: what stands above the rows, and the rows."""

    def __init__(self, lines: Sequence[str], *, texts: bool = False) -> None:
        self.texts = texts
        self.sep = ""
        at = next(i for i, line in enumerate(lines) if HEADER.match(line))
        m = HEADER.match(lines[at])
        assert m is not None
        self.total = int(m[1]) if m[1] else int(m[3]) - int(m[2]) + 1
        self.first = int(m[2] or 0)
        self.of_entries = " entries: " in m[0]
        self.codes: dict[str, list[Column]] = {}
        self.legend: dict[tuple[str, str], list[str]] = {}
        runs = self.read_above(lines[:at])
        self.shown: list[str | Column] = self.names(lines[at][m.end() :])
        self.own = [c for name in self.shown for c in ([name] if isinstance(name, Column) else self.codes[name])]
        self.columns = self.in_order(runs)
        self.lines = list(lines[at + 1 :]) or [""] * self.total
        if texts:
            del self.lines[self.total :]
        assert len(self.lines) == self.total, (len(self.lines), self.total)

    def coded(self, name: str, text: str) -> list[str]:
        """The cells that a code stands for, or that are written out in its place."""
        return text[1:].split("|") if text[:1] == "|" else self.legend[name, text]

    def read_above(self, lines: Sequence[str]) -> dict[tuple[str, str], list[Column]]:
        """Legends are kept; columns that are defined for all rows come back by the place that is named for them."""
        runs: dict[tuple[str, str], list[Column]] = {}
        code = ""
        for line in lines:
            if line.startswith("all rows"):
                reader = Reader(line)
                m = re.match(r"all rows(?:, (after|before) )?", line)
                assert m is not None
                reader.pos = m.end()
                place = (m[1] or "", read_name(reader)[0] if m[1] else "")
                reader.take(": ")
                runs[place] = self.definitions(reader)
            elif line.startswith("@"):
                code = line[:2]
                assert line.endswith(":")
                self.codes[code] = [c for c in self.names(line[len("@A stands for ") : -1]) if isinstance(c, Column)]
            else:
                letter, _, rest = line.partition("=")
                if letter[:1] == "|":  # says how cells that are written out look
                    continue
                columns = self.codes[code]
                self.legend[code, letter] = self.cut(
                    rest, self.sep if len(columns) > 1 else "", [c.inner for c in columns]
                )
        return runs

    def definitions(self, reader: Reader) -> list[Column]:
        out: list[Column] = []
        while reader.pos < len(reader.text):
            if out:
                reader.take(", ")
            c = Column(*read_name(reader))
            reader.take("=")
            start = reader.pos
            while reader.pos < len(reader.text) and not reader.text.startswith(", ", reader.pos):
                if reader.text.startswith(c.name + "…", reader.pos):
                    reader.pos += len(c.name) + 1
                elif reader.text[reader.pos] in '"{[':
                    reader.value("")
                elif m := _TERM.match(reader.text, reader.pos):
                    reader.pos = m.end()
                else:
                    reader.word()
                if reader.text.startswith("+", reader.pos):
                    reader.pos += 1
            c.definition = reader.text[start : reader.pos]
            out.append(c)
        return out

    def names(self, text: str) -> list[str | Column]:
        """The names of cells; `@A` stays as it is, `title…` is a column named so."""
        reader = Reader(text)
        out: list[str | Column] = []
        while reader.pos < len(text):
            if text.startswith("@", reader.pos):
                out.append(text[reader.pos : reader.pos + 2])
                reader.pos += 2
            else:
                c = Column(*read_name(reader))
                if text.startswith("[{", reader.pos):
                    c.inner = read_keys(reader)
                elif text.startswith(":str", reader.pos):
                    reader.pos += 4
                    c.as_str = True
                elif text.startswith("…", reader.pos):
                    reader.pos += 1
                    c.name += "…"
                out.append(c)
            if reader.pos < len(text):
                self.sep = text[reader.pos]
                assert self.sep in ",\t"
                reader.pos += 1
        return out

    def in_order(self, runs: dict[tuple[str, str], list[Column]]) -> list[Column]:
        """All columns in the order of keys: those with cells, and behind them what is defined after them."""
        whole = [c for c in self.own if not c.name.endswith("…")]
        out = list(runs.pop(("", ""), ()))
        if whole:
            out.extend(runs.pop(("before", whole[0].name), ()))
        for c in whole:
            out.append(c)
            out.extend(runs.pop(("after", c.name), ()))
        assert not runs
        return out

    def values(self) -> Any:
        rows = [self.row(line) for line in self.lines]
        return Object(self.entry(row) for row in rows) if self.of_entries else rows

    def entry(self, row: Object) -> tuple[str, Any]:
        """The first cell is the entry's key; a row of another shape is an object of the one entry."""
        if row[0][0] != self.columns[0].keys[0]:
            (pair,) = row
            return pair
        return str(row[0][1]), Object(row[1:])

    def row(self, line: str) -> Any:
        if line.startswith("="):
            return Reader(line[1:]).value("")
        if line.startswith(("⋯ no JSON: ", "⋯ cut off here: ")):
            return Odd(line.partition(": ")[2])
        by = [name.inner if isinstance(name, Column) else [] for name in self.shown]
        spelled = self.cut(line, self.sep if len(self.shown) > 1 else "", by) if self.shown else []
        assert len(spelled) == len(self.shown), (spelled, self.shown)
        own: dict[str, Any] = {}
        for name, text in zip(self.shown, spelled, strict=True):
            columns = [name] if isinstance(name, Column) else self.codes[name]
            inner = [text] if isinstance(name, Column) else self.coded(name, text)
            for c, part in zip(columns, inner, strict=True):
                own[c.name] = self.cell(part, c)
        if self.texts and not any(c.definition for c in self.columns):
            flat = [self.cell(t, c) for t, c in self.flat(spelled)]
            return Object((c.keys[0], v) for c, v in zip(self.columns, flat, strict=True))
        made: dict[str, Any] = {}
        return nest([(c.keys, self.full(c, own, made)) for c in self.columns])

    def cut(self, line: str, sep: str, inner: Sequence[Sequence[str]] = ()) -> list[str]:
        return cells(line, sep, '"') if self.texts else cells(line, sep, inner=inner)

    def flat(self, spelled: Sequence[str]) -> list[tuple[str, Column]]:
        """Cells with their columns, by place: the names of a drawn table may stand twice."""
        out: list[tuple[str, Column]] = []
        for name, text in zip(self.shown, spelled, strict=True):
            if isinstance(name, Column):
                out.append((text, name))
            else:
                out.extend(zip(self.coded(name, text), self.codes[name], strict=True))
        return out

    def cell(self, text: str, c: Column) -> Any:
        if self.texts:
            return json.loads(text) if text.startswith('"') else "" if text == "~" else text
        if text in {"", "~"}:
            return MISSING
        if c.inner and text[0] == "[":
            return by_place(Reader(text), c.inner)
        if text[0] == '"':
            return json.loads(text)
        if c.as_str or c.name.endswith("…"):
            return text
        return Reader(text).value("") if text[0] in "{[" else bare(text)

    def full(self, c: Column, own: dict[str, Any], made: dict[str, Any]) -> Any:
        if c.name not in made:
            made[c.name] = own[c.name] if c.definition is None else self.built(c, own, made)
        return made[c.name]

    def built(self, c: Column, own: dict[str, Any], made: dict[str, Any]) -> Any:
        text = c.definition
        assert text is not None
        by_name = {other.name: other for other in self.columns}
        reader = Reader(text)
        if text[0] in "{[" or text in _WORDS or _SCALAR.match(text):
            return reader.value("")
        if text == "+Inf":  # a metric's value; what is put together never begins with the sign that joins its parts
            return text
        out = ""
        while reader.pos < len(text):
            if out or reader.pos:
                reader.take("+")
            if text.startswith(c.name + "…", reader.pos):
                out += own[c.name + "…"]
                reader.pos += len(c.name) + 1
            elif text.startswith('"', reader.pos):
                out += reader.string()
            else:
                m = _TERM.match(text, reader.pos)
                assert m is not None, text[reader.pos :]
                reader.pos = m.end()
                value = str(self.full(by_name[m[1] or m[3]], own, made))
                if m[1]:
                    value = format(float(value), m[2])
                out += value[int(m[4] or 0) : int(m[5]) if m[5] else None]
        return out


def cells(line: str, sep: str, opening: str = '"{[', inner: Sequence[Sequence[str]] = ()) -> list[str]:
    """The cells of a row, as they are spelled; with no separator the line is the only one. A cell that begins
    with one of `opening` is a value in quotes or brackets; `inner` are the keys of objects that are spelled by place, for
    each cell."""
    out: list[str] = []
    pos = 0
    while sep:
        reader = Reader(line)
        reader.pos = pos
        if inner and inner[len(out)] and line.startswith("[", pos):
            by_place(reader, inner[len(out)])
            end = reader.pos
        elif pos < len(line) and line[pos] in opening:
            reader.value("")
            end = reader.pos
        else:
            end = line.find(sep, pos)
            end = len(line) if end < 0 else end
        out.append(line[pos:end])
        if end == len(line):
            return out
        assert line[end] == sep, line[pos:]
        pos = end + 1
    return [line]


def nest(pairs: Sequence[tuple[list[str | int], Any]]) -> Object:
    out = Object()
    for keys, value in pairs:
        if value is MISSING:
            continue
        here: Any = out
        for key, inner in itertools.pairwise(keys):
            new: Any = [] if isinstance(inner, int) else Object()
            if isinstance(key, int):
                assert key in (len(here) - 1, len(here))
                if key == len(here):
                    here.append(new)
                here = here[key]
            else:
                if not here or here[-1][0] != key:
                    here.append((key, new))
                here = here[-1][1]
        last = keys[-1]
        assert not isinstance(last, int) or last == len(here)
        here.append(value if isinstance(last, int) else (last, value))
    return out
