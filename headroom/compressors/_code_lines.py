"""Source code as lines, ready to be read by indentation.

Line numbers that a read tool printed in front are looked through, lines that begin inside a string of several lines or
inside a comment are marked. No parser: a wrong guess here makes an outline show more than it must, never something else
than the source's own lines. Below `_code_defs`, which finds definitions, and `code`, which folds them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise

__all__ = ["HASHES", "PYTHON", "SHELL", "SLASHES", "SQL", "Source", "indent", "language_of", "read"]

HASHES = frozenset(
    "py pyi pyx pyw rb rake gemspec sh bash zsh ksh fish ex exs pl pm r jl nim cr tcl ps1 lua coffee gd python python3"
    " ruby shell elixir perl julia powershell starlark bzl bazel".split()
)
"""File suffixes and language names in which `#` (or, in Lua, something else than `//`) starts a comment."""
PYTHON = frozenset("py pyi pyx pyw python python3".split())
SHELL = frozenset("sh bash zsh ksh shell".split())
SQL = frozenset("sql psql plsql plpgsql pgsql mysql postgresql".split())
SLASHES = frozenset(
    "js jsx mjs cjs ts tsx mts cts go rs java c h cc cpp cxx hh hpp hxx ipp inl m mm cs php kt kts swift scala sc dart"
    " groovy gradle zig proto cu cuh v sol vue svelte fs javascript typescript typescriptreact javascriptreact golang"
    " rust c++ csharp c# kotlin objective-c d glsl hlsl".split()
)
"""Those in which `//` does."""

# A space behind the sign stays: it moves all lines alike.
_NUMBERS = tuple(re.compile(rf" *(\d{{1,7}}){sign}") for sign in ("\t", "→", " ?[|│]", ":"))
_SAMPLE = 40
_QUOTES = frozenset(('"""', "'''", "`"))
_STRINGS = r"\"(?:[^\"\\]|\\.){0,500}\"|'(?:[^'\\]|\\.){0,500}'"
_HASH_TOKENS = re.compile(rf"\"\"\"|'''|{_STRINGS}|#.*")
_SLASH_TOKENS = re.compile(rf"\"\"\"|`|{_STRINGS}|//.*|/\*.*?\*/")
_LONGEST_LINE = 4_000
_OPEN_ENDS = frozenset("([{,=+\\")
_HEREDOC = re.compile(r"<<[-~]?(['\"]?)([A-Za-z_]\w*)\1")
_WORD_ALONE = re.compile(r"\s*([A-Za-z_]\w*);?\s*\Z")
_LONGEST_WORD = 80
_WIDTH = 400
_SCRIPT = re.compile(r"#!.*\b(?:(?:ba|z|k|da|fi)?sh|python[\d.]*|perl|ruby|lua|awk)\b")
_OPENED = re.compile(r"\"\"\"|'''|`|/\*")
_OPENS_COMMENT = re.compile(r"\s*(?:/\*|[rRuUbBfF]{0,2}(?:\"\"\"|'''))")


@dataclass(frozen=True, slots=True)
class Source:
    """`text` is the whole of it and `starts` the offsets of its lines; `code` are the lines without the numbers in front;
    `inside[i]` is true where line i begins within a string or a comment of several lines; `comments` are such comments and
    statements that are one long string, as (first, last). `ahead` says by how much the numbers in front are larger than
    the lines' own (1 is the first), and is None where there are none."""

    text: str
    starts: Sequence[int]
    code: Sequence[str]
    inside: bytearray
    hashes: bool
    language: str | None
    comments: Sequence[tuple[int, int]]
    ahead: int | None

    @property
    def sign(self) -> str:
        """What starts a comment that lasts to the line's end."""
        return "--" if self.language == "lua" or self.language in SQL else "#" if self.hashes else "//"

    def within(self, i: int) -> str:
        """What ends the string or the comment of several lines in which line `i` begins, "" where it begins in none."""
        if not self.inside[i]:
            return ""
        while i > 0 and self.inside[i]:
            i -= 1
        opened = _OPENED.findall(self.code[i])
        return "" if not opened else "*/" if opened[-1] == "/*" else opened[-1]

    def holding(self, marks: Iterable[str]) -> Sequence[int]:
        """The numbers of the lines that hold one of the marks, ascending. Cheap where they are few."""
        return _holding(self.text, self.starts, marks)


def read(text: str, lines: Sequence[str], language: str | None) -> Source:
    """Prepare a text that was split into `lines`. `language` is a file suffix or a name; None where it is not known."""
    code, ahead = _unnumbered(lines)
    if language in HASHES:
        hashes = True
    elif language in SLASHES or language in SQL:
        hashes = False
    else:
        hashes = _reads_as_hashes(code)
    starts = list(accumulate(map((1).__add__, map(len, lines)), initial=0))
    inside, comments = _spans(text, starts, code, hashes, quiet=language in PYTHON)
    return Source(text, starts, code, inside, hashes, language, comments, ahead)


def _holding(text: str, starts: Sequence[int], marks: Iterable[str]) -> Sequence[int]:
    by_mark = [lines for mark in marks if (lines := _with(text, starts, mark))]
    if len(by_mark) < 2:
        return by_mark[0] if by_mark else ()
    return sorted(set(chain.from_iterable(by_mark)))


def _with(text: str, starts: Sequence[int], mark: str) -> list[int]:
    found: list[int] = []
    at, line = text.find(mark), 0
    while at >= 0:
        line = bisect_right(starts, at, line)
        found.append(line - 1)
        at = text.find(mark, starts[line])
    return found


def indent(line: str) -> int:
    """How many white characters the line begins with."""
    return len(line) - len(line.lstrip())


def language_of(path: str | None) -> str | None:
    """The suffix of a path, in lower case, if it is one of a programming language."""
    if not path or "." not in path:
        return None
    suffix = path.rpartition(".")[2].lower()
    return suffix if suffix in HASHES or suffix in SLASHES or suffix in SQL else None


def _unnumbered(lines: Sequence[str]) -> tuple[Sequence[str], int | None]:
    """The lines without the numbers that `cat -n`, `nl` and agents' read tools print in front, and `Source.ahead`."""
    head = [(i, line) for i, line in enumerate(lines[:_SAMPLE], 1) if line and not line.isspace()]
    if 10 * sum(1 for _, line in head if line.lstrip()[:1].isdigit()) < 8 * len(head):
        return lines, None
    for pattern in _NUMBERS:
        found = [(i, int(m[1])) for i, line in head if (m := pattern.match(line))]
        if 10 * len(found) < 8 * len(head) or len(found) < 3:
            continue
        if all(a < b for (_, a), (_, b) in pairwise(found)) and found[-1][1] - found[0][1] < 2 * _SAMPLE:
            match = pattern.match
            code = [line[m.end() :] if (m := match(line)) else line for line in lines]
            return code, found[-1][1] - found[-1][0]
    return lines, None


def _reads_as_hashes(code: Sequence[str]) -> bool:
    """By what lines begin and end with, where no name tells."""
    if code and _SCRIPT.match(code[0]):
        return True
    hashes = slashes = 0
    for line in code[:400]:
        text = line.strip()
        if text.startswith(("def ", "# ", "elif ", "from ", "end", "fi", "done", "class ")) or text.endswith(":"):
            hashes += not text.endswith("{")
        if text.startswith(("//", "/*", "* ", "}")) or text.endswith(("{", ";")):
            slashes += 1
    return hashes > slashes


def _spans(
    text: str, starts: Sequence[int], code: Sequence[str], hashes: bool, *, quiet: bool
) -> tuple[bytearray, list[tuple[int, int]]]:
    """Which lines begin inside something, and the comments of several lines. `quiet` languages have no here-documents.

    Only lines that hold a quote of such strings or the like are looked at.
    """
    quotes = ('"""', "'''") if hashes else ('"""', "`")
    tokens = _HASH_TOKENS if hashes else _SLASH_TOKENS
    marks = [*quotes, *(() if hashes else ("/*", "*/")), *(() if quiet else ("<<",))]
    inside = bytearray(len(code))
    comments: list[tuple[int, int]] = []
    closings: Mapping[str, Sequence[int]] | None = None
    closer, first = "", 0
    for i in _holding(text, starts, marks):
        line = code[i]
        if closer:
            if closer in line and (closer == "*/" or not _left_open(line, closer, tokens)):
                inside[first + 1 : i + 1] = b"\1" * (i - first)
                if closer != "`" and _OPENS_COMMENT.match(code[first]) and not _is_argument(code, first):
                    comments.append((first, i))
                closer = ""
            continue
        if inside[i]:
            continue
        start = line.lstrip()
        if start.startswith("/*") and not hashes:
            if "*/" not in line:
                closer, first = "*/", i
            continue
        opened = _left_open(line, "", tokens)
        if opened:
            closer, first = opened, i
        elif "<<" in line and (tag := _HEREDOC.search(line[:_WIDTH])):
            closings = _closings(code) if closings is None else closings
            ends = closings.get(tag[2], ())
            at = bisect_right(ends, i)
            if at < len(ends):
                inside[i + 1 : ends[at] + 1] = b"\1" * (ends[at] - i)
    if closer:
        inside[first + 1 :] = b"\1" * (len(code) - first - 1)
    return inside, comments


def _is_argument(code: Sequence[str], i: int) -> bool:
    """Whether the line before one leaves an expression open, so that a string on it is a value and no documentation."""
    return i > 0 and code[i - 1].rstrip()[-1:] in _OPEN_ENDS


def _left_open(line: str, closer: str, tokens: re.Pattern[str]) -> str:
    """What closes the string that is open at the line's end, "" where none is; `closer` closes the one that it begins in."""
    line, at = line[:_LONGEST_LINE], 0
    while True:
        if closer:
            at = line.find(closer, at)
            if at < 0:
                return closer
            at += len(closer)
        m = tokens.search(line, at)
        if m is None:
            return ""
        at = m.end()
        closer = m[0] if m[0] in _QUOTES else ""


def _closings(code: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """Lines that hold one word and nothing else, by that word: what may close a here-document."""
    found: dict[str, list[int]] = {}
    for i, line in enumerate(code):
        if len(line) < _LONGEST_WORD and (m := _WORD_ALONE.match(line)):
            found.setdefault(m[1], []).append(i)
    return found
