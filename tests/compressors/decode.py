"""The inverse of the grid and outline spellings: turns visible text back into values, by the rules that the notes state.

Objects come back as `Object` (their pairs in order), numbers as `Num` (their spelling), so that everything counts.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from typing import Any

from headroom.compressors._flow import MISSING, NUMBER, Num

HEADER = re.compile(r"(\d+) (tab-separated )?(?:rows|records|JSON Lines): ")
_SCALAR = re.compile(rf"(?:{NUMBER}|NaN|-?Infinity)\Z")
_WORDS = {"true": True, "false": False, "null": None}
_PLACE = re.compile(r"<([^<>]*)>")
_FIELD = re.compile(r"([^:\[]+)(?:\[(\d*):(\d*)\])?(?::(\.\d+f))?\Z")


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
    return value


def decode_table(text: str) -> tuple[list[str], list[list[str]]]:
    """Names and rows of a table's visible text, without what stands below it."""
    lines = text.split("\n")
    m = HEADER.match(lines[0])
    assert m is not None
    cols = columns(lines[0][m.end() :], texts=True)
    rows = [[v for _, v in row] if isinstance(row, Object) else row for row in table(lines, texts=True)]
    return [c.keys[0] for c in cols], rows


def decode(text: str, *, is_lines: bool = False) -> Any:
    """The value that a visible text stands for."""
    lines = text.split("\n")
    aliases: dict[str, str] = {}
    while m := re.match(r"<([a-h])>=(.*)\Z", lines[0], re.DOTALL):
        aliases[m[1]] = m[2]
        del lines[0]
    if HEADER.match(lines[0]):
        return table(lines)
    starts = [i for i, line in enumerate(lines) if re.match(r"#\d+=", line)] + [len(lines)]
    below = [table([lines[a].partition("=")[2], *lines[a + 1 : b]]) for a, b in itertools.pairwise(starts)]
    body = lines[: starts[0]]
    if is_lines:
        reader = Reader("\n".join(body), aliases)
        values = []
        for i in range(len(body)):
            values.append(reader.value(f"[{i}]"))
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
    return Num(text) if _SCALAR.match(text) else text


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


class Col:
    """A column as the header declares it."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.name = ""
        self.fixed: Any = MISSING
        self.pattern: str | None = None
        self.as_str = False
        self.group = 0

    @property
    def in_rows(self) -> bool:
        return self.fixed is MISSING and (self.pattern is None or "<>" in self.pattern)


def columns(header: str, *, texts: bool = False) -> list[Col]:
    reader = Reader(header)
    out: list[Col] = []
    while reader.pos < len(header):
        c = Col()
        start = reader.pos
        while True:
            if header.startswith('"', reader.pos):
                c.keys.append(reader.string())
            else:
                m = re.compile(r"[^=~:@,.\"]+").match(header, reader.pos)
                assert m is not None, header[reader.pos :]
                c.keys.append(m[0])
                reader.pos = m.end()
            if not header.startswith(".", reader.pos):
                break
            reader.pos += 1
        c.name = header[start : reader.pos]
        if header.startswith("=", reader.pos):
            reader.pos += 1
            c.fixed = reader.word() if texts and header[reader.pos] != '"' else reader.value("")
        if header.startswith(":str", reader.pos):
            reader.pos += 4
            c.as_str = True
        if header.startswith("~", reader.pos):
            reader.pos += 1
            c.pattern = reader.string()
        while header.startswith("@", reader.pos):
            reader.pos += 1
            c.group += 1
        if reader.pos < len(header):
            reader.take(",")
        out.append(c)
    return out


def cells(line: str, sep: str) -> list[str]:
    """The cells of a row, as they are spelled."""
    out = []
    pos = 0
    while True:
        reader = Reader(line)
        reader.pos = pos
        if line[pos : pos + 1] in {'"', "{", "["}:
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


def cell(text: str, c: Col, *, texts: bool) -> Any:
    if texts:
        return json.loads(text) if text.startswith('"') else text.replace("~", "", 1) if text == "~" else text
    if text in {"", "~"}:
        return MISSING
    if text[0] == '"':
        return json.loads(text)
    if c.as_str or c.pattern is not None:
        return text
    return Reader(text).value("") if text[0] in "{[" else bare(text)


def table(lines: Sequence[str], *, texts: bool = False) -> Any:
    m = HEADER.match(lines[0])
    assert m is not None
    total, sep = int(m[1]), "\t" if m[2] else ","
    cols = columns(lines[0][m.end() :], texts=texts)
    at = 1
    legend: dict[tuple[int, str], list[str]] = {}
    while at < len(lines) and (entry := re.match(r"(@+)([a-z]+)=", lines[at])):
        legend[len(entry[1]), entry[2]] = cells(lines[at][entry.end() :], sep)
        at += 1
    rows = list(lines[at:]) or [""] * total
    if texts:
        del rows[total:]
    assert len(rows) == total, (len(rows), total)
    return [row(line, cols, sep, legend, texts) for line in rows]


def row(line: str, cols: Sequence[Col], sep: str, legend: dict[tuple[int, str], list[str]], texts: bool) -> Any:
    if line.startswith("="):
        return Reader(line[1:]).value("")
    shown = cells(line, sep) if any(c.in_rows for c in cols) else []
    own: dict[str, Any] = {}
    open_groups: dict[int, list[str]] = {}
    for c in cols:
        if not c.in_rows:
            continue
        if c.group and c.group not in open_groups:
            open_groups[c.group] = list(legend[c.group, shown.pop(0)])
        own[c.name] = cell(open_groups[c.group].pop(0) if c.group else shown.pop(0), c, texts=texts)
    assert not shown
    made: dict[str, Any] = {}

    def full(c: Col) -> Any:
        if c.name not in made:
            made[c.name] = c.fixed if c.fixed is not MISSING else own[c.name] if c.pattern is None else built(c)
        return made[c.name]

    by_name = {c.name: c for c in cols}

    def built(c: Col) -> str:
        assert c.pattern is not None
        return _PLACE.sub(lambda m: own[c.name] if not m[1] else field(m[1]), c.pattern)

    def field(spec: str) -> str:
        m = _FIELD.match(spec)
        assert m is not None
        value = str(full(by_name[m[1]]))
        if m[2] is not None:
            return value[int(m[2] or 0) : int(m[3]) if m[3] else None]
        return format(float(value), m[4]) if m[4] else value

    return nest([(c.keys, full(c)) for c in cols])


def nest(pairs: Sequence[tuple[list[str], Any]]) -> Object:
    out = Object()
    for keys, value in pairs:
        if value is MISSING:
            continue
        here = out
        for key in keys[:-1]:
            if not here or here[-1][0] != key:
                here.append((key, Object()))
            here = here[-1][1]
        here.append((keys[-1], value))
    return out
