r"""YAML as commands print it, read into values: mappings, sequences, plain and quoted scalars, literal blocks.

`parse` knows the part of YAML in which nothing is said twice: no anchors, tags, flow collections of several lines. A
comment stands as an entry `#`, `#2`, … of the mapping that it stands in. For all else it raises ValueError, so what it returns is the whole text. `documents` knows
several of them, and what stands above each.
Numbers keep their spelling. Knows nothing of grids; `yaml` stands above, `_yaml_flow` and `_flow` below.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from headroom.compressors._flow import Num, is_scalar, scan
from headroom.compressors._places import Places
from headroom.compressors._yaml_flow import collection

__all__ = ["documents", "parse"]

_KEY = re.compile(
    r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'"
    r"|(?:[^\s\"'#&*!|>%@`{}\[\],?:-]|-(?=[^\s\[\]{},]))(?:[^:#]|:(?=\S)|(?<=\S)#)*?):(?: +(.*)|\Z)"
)
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_BLOCK = re.compile(r"([|>])([-+]?)\Z")
_DEEPEST = 60


def documents(text: str, places: Places | None = None) -> list[tuple[list[str], Any]]:
    """The documents of a stream: what stands above each, `---` and comments, and its value. Of a stream of one document
    `places` take where the items of its lists stand.

    Raises:
        ValueError: as `parse` does; for a comment inside a document, and for a document without a value.
    """
    out: list[tuple[list[str], Any]] = []
    above: list[str] = []
    body: list[str] = []
    first = 0
    for number, line in enumerate(text.rstrip("\n").split("\n")):
        begins = line == "---" or line.startswith("--- #")
        if begins and body:
            out.append((above, parse("\n".join(body))))
            above, body = [], []
        if begins or (line.startswith("#") and not body):
            above.append(line)
        elif body or line.strip():
            first = first if body else number
            body.append(line)
    if not body:
        raise ValueError("a document without a value")
    out.append((above, parse("\n".join(body), places if not out else None, first)))
    return out if out[0][0] != ["---"] or len(out) > 1 else [([], out[0][1])]


def parse(text: str, places: Places | None = None, first: int = 0) -> Any:
    """The value of a YAML document. `places` take where the items of its lists stand; its first line is `first`.

    Raises:
        ValueError: when it is none, or uses more of YAML than this knows.
    """
    lines = text.rstrip("\n").split("\n")
    if lines[0] == "---":
        del lines[0]
        first += 1
    if "\t" in text or "\r" in text or not lines:
        raise ValueError("white space of another sort")
    reader = _Reader(lines)
    value = reader.block(0, 0)
    if reader.at < len(lines):
        raise ValueError(f"line {reader.at + 1} belongs to nothing")
    if places is not None:
        places.update((id(rows), (rows, [first + line for line in starts])) for rows, starts in reader.lists)
    return value


class _Reader:
    """Reads blocks by their indentation. `at` is the line to be read next."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.aside: list[str] = []
        """Comments that have been read and stand in no mapping yet."""
        self.seen: tuple[int, tuple[int, str]] = (-1, (0, ""))
        """The line that `peek` has found, and what it says of it."""
        self.lists: list[tuple[list[Any], list[int]]] = []
        """The lists, the lines on which their items begin, and the line behind."""

    def peek(self) -> tuple[int, str] | None:
        """Indentation and content of the next line that is not blank."""
        if self.seen[0] == self.at:
            return self.seen[1]
        while self.at < len(self.lines):
            line = self.lines[self.at]
            content = line.lstrip(" ")
            if content.rstrip():
                if content[:3] in {"---", "..."}:
                    raise ValueError("a second document")
                if content[0] != "#":
                    self.seen = self.at, (len(line) - len(content), content.rstrip())
                    return self.seen[1]
                self.aside.append(content[1:].strip())
            self.at += 1
        return None

    def block(self, least: int, depth: int) -> Any:
        """The collection that begins at the next line, indented by at least `least`."""
        head = self.peek()
        if head is None or head[0] < least or depth > _DEEPEST:
            raise ValueError("no block, or too deep")
        indent, content = head
        if content == "-" or content.startswith("- "):
            return self.sequence(indent, depth)
        return self.mapping(indent, depth)

    def sequence(self, indent: int, depth: int) -> list[Any]:
        out: list[Any] = []
        starts: list[int] = []
        self.lists.append((out, starts))
        while (head := self.peek()) is not None and head[0] == indent and (head[1] + " ").startswith("- "):
            starts.append(self.at)
            inner = head[1][1:].lstrip(" ")
            if not inner:
                self.at += 1
                out.append(self.nested(indent, depth))
            elif _KEY.match(inner) or inner == "-" or inner.startswith("- "):
                begin = indent + len(head[1]) - len(inner)
                self.seen = self.at, (begin, inner)  # what follows the dash is a block of its own
                out.append(self.block(begin, depth + 1))
            else:
                if self.aside:
                    raise ValueError(f"line {self.at + 1}: a comment at a scalar")
                self.at += 1
                out.append(self.scalar(inner, indent))
        starts.append(self.at)
        return out

    def say(self, out: dict[str, Any]) -> None:
        """Put the comments where they stand."""
        for text in self.aside:
            number = sum(_OURS.match(key) is not None for key in out) + 1
            out["#" if number == 1 else f"#{number}"] = text
        self.aside.clear()

    def mapping(self, indent: int, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        while (head := self.peek()) is not None and head[0] == indent:
            m = _KEY.match(head[1])
            if m is None:
                raise ValueError(f"line {self.at + 1} is no entry of a mapping")
            if self.aside:
                self.say(out)
            key = _unquoted(m[1].rstrip(" "))
            value, aside = _parted(m[2] or "")
            if key in out or key == "<<" or _OURS.match(key) or (":" in value and _KEY.match(value)):
                raise ValueError(f"line {self.at + 1}: a key that stands twice, or is none")
            self.at += 1
            out[key] = None  # its place, before that of a comment behind it
            if aside is not None:
                self.aside.append(aside)
                self.say(out)
            out[key] = self.scalar(value, indent) if value else self.nested(indent, depth, inside_mapping=True)
        if not indent and self.at >= len(self.lines):
            self.say(out)
        return out

    def nested(self, indent: int, depth: int, *, inside_mapping: bool = False) -> Any:
        """What stands below a key or a dash; None where nothing does."""
        head = self.peek()
        if head is None or head[0] < indent:
            return None
        if head[0] > indent:
            return self.block(indent + 1, depth + 1)
        return self.sequence(indent, depth + 1) if inside_mapping and (head[1] + " ").startswith("- ") else None

    def scalar(self, first: str, indent: int) -> Any:
        """The scalar that begins with `first`; what is indented more than `indent` goes on with it."""
        if first[0] in "|>" and (block := _BLOCK.match(first)):
            rows, end = self.rows(indent, block[2])
            return ("\n".join(rows) if block[1] == "|" else _folded(rows)) + end
        if first[0] in "\"'":
            return self.quoted(first)
        if first[0] in "[{":
            return _flow(first)
        if first[0] in "#&*!|>%@`" or " #" in first or ": " in first or first.endswith(":"):
            raise ValueError(f"line {self.at}: more of YAML than is known here")
        words = [first]
        while (head := self.peek_inside(indent)) is not None:
            if " #" in head or ": " in head or head.endswith(":"):
                raise ValueError(f"line {self.at + 1}: a mapping in a scalar")
            words.append(head)
            self.at += 1
        return _plain(words[0]) if len(words) == 1 else " ".join(words)

    def peek_inside(self, indent: int) -> str | None:
        """The next line where it belongs to a scalar; blank lines inside one are not known here."""
        if self.at >= len(self.lines) or not self.lines[self.at].strip():
            return None
        head = self.peek()
        return head[1] if head is not None and head[0] > indent else None

    def rows(self, indent: int, chomp: str) -> tuple[list[str], str]:
        """The lines of a block scalar, and the line end behind the last one."""
        rows: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
                break
            rows.append(line)
            self.at += 1
        full = [row for row in rows if row.strip()]
        if not full or chomp == "+":
            raise ValueError("a block of blank lines, or one that keeps them")
        margin = len(full[0]) - len(full[0].lstrip(" "))
        if any(row[:margin].strip() for row in rows):
            raise ValueError("a line that leaves its block")
        while not rows[-1].strip():
            rows.pop()
        return [row[margin:] for row in rows], "" if chomp else "\n"

    def quoted(self, first: str) -> str:
        """A string in quotes, over as many lines as it takes: a line's end is a blank, blank lines are line ends."""
        quote, row, blanks = first[0], first[1:], 0
        parts = [quote]
        while True:
            closed = _CLOSING[quote].match(row)
            if closed is not None and closed.end() < len(row):
                raise ValueError(f"line {self.at}: text behind a string")
            if closed is not None:
                return _unquoted("".join([*parts, row]))
            if self.at >= len(self.lines):
                raise ValueError("a quote that is not closed")
            part = row.rstrip(" ")
            row, blanks = self.lines[self.at].strip(" "), 0
            self.at += 1
            while not row and self.at < len(self.lines):
                row, blanks = self.lines[self.at].strip(" "), blanks + 1
                self.at += 1
            if quote == '"' and part[-1:] == "\\" and _OPEN_ESCAPE.search(part):
                parts += (part[:-1], "\n" * blanks)
            else:
                parts += (part, "\n" * blanks or " ")


_OURS = re.compile(r"#\d*\Z")
"""How entries that are comments are called."""
_ASIDE = re.compile(r"(?:^|[ \t]+)#(.*)")


def _parted(text: str) -> tuple[str, str | None]:
    """A value and the comment behind it."""
    if "#" not in text:
        return text, None
    start = 0
    if text[0] in _CLOSING:
        closed = _CLOSING[text[0]].match(text, 1)
        if closed is None:
            return text, None
        start = closed.end()
    elif text[0] in "[{":
        start = max(text.rfind("]"), text.rfind("}")) + 1
    m = _ASIDE.search(text, start) if start or text[0] != "#" else _ASIDE.match(text)
    return (text, None) if m is None else (text[: m.start()].rstrip(), m[1].strip())


_CLOSING = {
    '"': re.compile(r"[^\"\\]*(?:\\.[^\"\\]*)*\""),
    "'": re.compile(r"[^']*(?:''[^']*)*'(?!')"),
}
_OPEN_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")


def _folded(rows: list[str]) -> str:
    """A line's end is a blank, a blank line is a line end."""
    if any(row[:1] == " " for row in rows):
        raise ValueError("a folded block with lines that are indented further")
    text = ""
    for row in rows:
        text += "\n" if not row else row if not text or text.endswith("\n") else f" {row}"
    return text


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    return Num(text) if is_scalar(text) else text


def _flow(text: str) -> Any:
    """A flow collection: JSON, or what YAML lets people write in its place."""
    with suppress(StopIteration, ValueError):
        value, end = scan(text, 0)
        if end == len(text):
            return value
    return collection(text, lambda written: _unquoted(written) if written[0] in "\"'" else _plain(written))


def _unquoted(text: str) -> str:
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    return _ESCAPE.sub(_escaped, text[1:-1]) if text[0] == '"' else text


def _escaped(m: re.Match[str]) -> str:
    digits = m[1] or m[2] or m[3]
    if digits:
        return chr(int(digits, 16))
    if m[4] not in _ESCAPES:
        raise ValueError(f"an unknown escape: {m[0]!r}")
    return _ESCAPES[m[4]]
