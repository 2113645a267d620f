"""A diff as files and hunks. Hunks are read by the counts in their headers, so no text can pass for a header.

`signs` holds the first character of each line ("n" for an empty line): what a line is, and runs of lines, are found in it
at the speed of string search. Nothing here folds; `diff` and `_patch_cuts` stand above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["File", "Hunk", "Patch", "read"]

_RANGE = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_COMMIT = re.compile(r"commit [0-9a-f]{7,64}\b")
_GIT_HEAD = "diff --git "
_GIT = re.compile(r"diff --git (?:\"?a/(?P<a>.*?)\"? \"?b/(?P<b>.*?)\"?|(?P<c>\S+) (?P<d>\S+))\Z")
_BODY = re.compile(r"[ +\-\\]*")
_EMPTY = "n"
_CHANGED = re.compile(r"[^ n]+")


class Hunk(NamedTuple):
    """Lines `header` to `end` - 1; `old` and `new` are the line numbers that its first line has in the file, `section` is
    what its header says behind them, `changes` are its runs of added and removed lines (end exclusive). `exact` says that it holds as many lines as its header says; a combined or a mangled
    one does not."""

    header: int
    end: int
    old: int = 0
    new: int = 0
    exact: bool = False
    section: str = ""
    changes: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class File:
    """One file of a diff: `first` is its head line, `body` where its hunks or its binary patch begin, `end` is past the
    last; `commit` the line of its commit or -1. `same` says that its old and its new path are one."""

    first: int
    path: str
    same: bool
    body: int
    end: int
    hunks: tuple[Hunk, ...]
    commit: int


@dataclass(frozen=True, slots=True)
class Patch:
    """The lines of a text, their signs, and its files in order."""

    source: Sequence[str]
    signs: str
    files: tuple[File, ...]

    def place(self, hunk: Hunk, line: int) -> tuple[int, int]:
        """The numbers that a line of a hunk has in the old and in the new file, or would have there."""
        removed = self.signs.count("-", hunk.header + 1, line)
        added = self.signs.count("+", hunk.header + 1, line)
        notes = self.signs.count("\\", hunk.header + 1, line)
        both = line - hunk.header - 1 - removed - added - notes
        return hunk.old + both + removed, hunk.new + both + added

    def count(self, hunks: Sequence[Hunk]) -> str:
        """`+3 −12` for all lines of some hunks."""
        added = sum(self.signs.count("+", hunk.header + 1, hunk.end) for hunk in hunks)
        removed = sum(self.signs.count("-", hunk.header + 1, hunk.end) for hunk in hunks)
        return f"+{added} −{removed}"


def read(source: Sequence[str]) -> Patch:
    """The files of a diff in order; none where the text does not read as one."""
    signs = "".join([line[:1] or _EMPTY for line in source])
    files: list[File] = []
    i, total, commit = 0, len(source), -1
    while i < total:
        sign = signs[i]
        if sign == "c" and _COMMIT.match(source[i]):
            commit = i
        elif (sign == "d" and source[i].startswith("diff --")) or (
            sign == "-" and source[i].startswith("--- ") and i + 1 < total and source[i + 1].startswith("+++ ")
        ):
            file = _file(source, signs, i, commit)
            files.append(file)
            i = file.end
            continue
        i += 1
    return Patch(source, signs, tuple(files))


def _file(source: Sequence[str], signs: str, first: int, commit: int) -> File:
    i, total = first + 1, len(source)
    hunks: list[Hunk] = []
    binary = 0
    while i < total:
        line = source[i]
        if signs[i] == "@" and line.startswith("@@"):
            hunk = _hunk(source, signs, i)
            hunks.append(hunk)
            i = hunk.end
            continue
        if line.startswith("GIT binary patch"):
            binary = i
        elif line.startswith(("diff --", "commit ", "Index: ")) or hunks or (not line and not binary):
            break
        i += 1
    body = hunks[0].header if hunks else binary or i
    path, same = _path(source, first)
    return File(first, path, same, body, i, tuple(hunks), commit)


def _path(source: Sequence[str], first: int) -> tuple[str, bool]:
    """The new path, and whether the old one is the same and its spelling needs no quotes."""
    head = source[first]
    half = (len(head) - len(_GIT_HEAD)) // 2
    path = head[len(_GIT_HEAD) + 2 : len(_GIT_HEAD) + half]
    if '"' not in head and " " not in path and head == f"{_GIT_HEAD}a/{path} b/{path}":
        return path, True
    m = _GIT.match(head)
    if m is not None:
        old, new = m["a"] or m["c"], m["b"] or m["d"] or ""
        return new, old == new and '"' not in head
    if head.startswith("--- "):
        new = source[first + 1][4:].split("\t")[0]
        old = head[4:].split("\t")[0]
        return (new.removeprefix("b/") if new != "/dev/null" else old.removeprefix("a/")), False
    return head.split(" ", 2)[-1], False


def _hunk(source: Sequence[str], signs: str, header: int) -> Hunk:
    """The hunk that `header` begins, by its counts."""
    m = _RANGE.match(source[header])
    body = _BODY.match(signs, header + 1)
    end = body.end() if body is not None else header + 1
    if m is None:  # combined: as far as lines have the form
        return Hunk(header, end, changes=_changes(signs, header, end))
    old, new = (1 if n is None else int(n) for n in (m[2], m[4]))
    removed, added = signs.count("-", header + 1, end), signs.count("+", header + 1, end)
    both = end - header - 1 - removed - added - signs.count("\\", header + 1, end)
    if (both + removed, both + added) == (old, new):
        return Hunk(header, end, int(m[1]), int(m[3]), True, m.string[m.end() :], _changes(signs, header, end))
    i, total = header + 1, len(source)
    while i < total and (old > 0 or new > 0):
        sign = signs[i]
        if sign not in " +-\\n" or (sign == _EMPTY and source[i]):
            break
        old -= sign in ("-", " ", _EMPTY)
        new -= sign in ("+", " ", _EMPTY)
        i += 1
    if i < total and signs[i] == "\\":
        i += 1
    exact = old == 0 == new and _EMPTY not in signs[header + 1 : i]
    return Hunk(header, i, int(m[1]), int(m[3]), exact, m.string[m.end() :], _changes(signs, header, i))


def _changes(signs: str, header: int, end: int) -> list[tuple[int, int]]:
    return [m.span() for m in _CHANGED.finditer(signs, header + 1, end)]
