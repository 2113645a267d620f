"""Source code as lines, ready to be read by indentation.

Line numbers that a read tool printed in front are looked through, lines that begin inside a string of several lines or
inside a comment are marked. No parser: a wrong guess here makes an outline show more than it must, never something else
than the source's own lines. Below `_code_defs`, which finds definitions, and `code`, which folds them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["HASHES", "SLASHES", "Source", "indent", "language_of", "read"]

HASHES = frozenset(
    "py pyi pyx pyw rb rake gemspec sh bash zsh ksh fish ex exs pl pm r jl nim cr tcl ps1 lua coffee gd python python3"
    " ruby shell elixir perl julia powershell starlark bzl bazel".split()
)
"""File suffixes and language names in which `#` (or, in Lua, something else than `//`) starts a comment."""
SLASHES = frozenset(
    "js jsx mjs cjs ts tsx mts cts go rs java c h cc cpp cxx hh hpp hxx ipp inl m mm cs php kt kts swift scala sc dart"
    " groovy gradle zig proto cu cuh v sol vue svelte fs javascript typescript typescriptreact javascriptreact golang"
    " rust c++ csharp c# kotlin objective-c d glsl hlsl".split()
)
"""Those in which `//` does."""

_NUMBERS = (
    re.compile(r" *(\d{1,7})\t"),
    re.compile(r" *(\d{1,7})→"),
    re.compile(r" *(\d{1,7}) ?[|│] ?(?=\S|[ \t]*$|  )"),
    re.compile(r" *(\d{1,7}): (?=[^:]|$)"),
    re.compile(r" *(\d{1,7}):"),
)
_SAMPLE = 80
_HEREDOC = re.compile(r"<<[-~]?(['\"]?)([A-Za-z_]\w*)\1")
_LONGEST_HEREDOC = 400
_STRING, _COMMENT = 1, 2


@dataclass(frozen=True, slots=True)
class Source:
    """`code` are the lines without the numbers in front; `inside[i]` is true where line i begins within a string or a
    comment of several lines; `comments` are such comments and statements that are one long string, as (first, last)."""

    code: Sequence[str]
    inside: bytearray
    hashes: bool
    comments: Sequence[tuple[int, int]]


def read(lines: Sequence[str], language: str | None) -> Source:
    """Prepare the lines of a text. `language` is a file suffix or a name; None where it is not known."""
    code = _unnumbered(lines)
    if language in HASHES:
        hashes = True
    elif language in SLASHES:
        hashes = False
    else:
        hashes = _reads_as_hashes(code)
    inside, comments = _spans(code, hashes)
    return Source(code, inside, hashes, comments)


def indent(line: str) -> int:
    """How many white characters the line begins with."""
    return len(line) - len(line.lstrip())


def language_of(path: str | None) -> str | None:
    """The suffix of a path, in lower case, if it is one of a programming language."""
    if not path or "." not in path:
        return None
    suffix = path.rpartition(".")[2].lower()
    return suffix if suffix in HASHES or suffix in SLASHES else None


def _unnumbered(lines: Sequence[str]) -> Sequence[str]:
    """The lines without the numbers that `cat -n`, `nl` and agents' read tools print in front."""
    head = [line for line in lines[:_SAMPLE] if line.strip()]
    for pattern in _NUMBERS:
        found = [m for line in head if (m := pattern.match(line))]
        if 10 * len(found) < 8 * len(head) or len(found) < 3:
            continue
        numbers = [int(m[1]) for m in found]
        if all(a < b for a, b in pairwise(numbers)) and numbers[-1] - numbers[0] < 2 * _SAMPLE:
            match = pattern.match
            return [line[m.end() :] if (m := match(line)) else line for line in lines]
    return lines


def _reads_as_hashes(code: Sequence[str]) -> bool:
    """By what lines begin and end with, where no name tells."""
    hashes = slashes = 0
    for line in code[:400]:
        text = line.strip()
        if text.startswith(("def ", "# ", "elif ", "from ", "end", "fi", "done", "class ")) or text.endswith(":"):
            hashes += not text.endswith("{")
        if text.startswith(("//", "/*", "* ", "}")) or text.endswith(("{", ";")):
            slashes += 1
    return hashes > slashes


def _spans(code: Sequence[str], hashes: bool) -> tuple[bytearray, list[tuple[int, int]]]:
    """Which lines begin inside something, and the comments of several lines.

    A quote opens where it stands an odd number of times on a line: strings that end on their own line never matter.
    """
    quotes = ('"""', "'''") if hashes else ('"""', "`")
    inside = bytearray(len(code))
    comments: list[tuple[int, int]] = []
    closer, first = "", 0
    for i, line in enumerate(code):
        if closer:
            inside[i] = _STRING
            if closer == "*/":
                inside[i] = _COMMENT
                if closer in line:
                    comments.append((first, i))
                    closer = ""
            elif closer in line and line.count(closer) % 2:
                if code[first].lstrip(" \trRuUbBfF").startswith(closer) and closer != "`":
                    comments.append((first, i))
                closer = ""
            continue
        if not hashes and "/*" in line and line.lstrip().startswith("/*"):
            if "*/" not in line:
                closer, first = "*/", i
            continue
        for quote in quotes:
            if quote in line and line.count(quote) % 2 and not line.lstrip().startswith("#" if hashes else "//"):
                closer, first = quote, i
                break
        else:
            if "<<" in line and not inside[i]:
                _mark_heredoc(code, i, inside)
    return inside, comments


def _mark_heredoc(code: Sequence[str], i: int, inside: bytearray) -> None:
    m = _HEREDOC.search(code[i][:400])
    if m is None:
        return
    for j in range(i + 1, min(i + _LONGEST_HEREDOC, len(code))):
        if code[j].strip().rstrip(";") == m[2]:
            inside[i + 1 : j + 1] = bytes([_STRING]) * (j - i)
            return
