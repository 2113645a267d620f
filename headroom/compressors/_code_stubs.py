"""How the lines of source code that are folded are spelled: as a comment of the language, where they stood.

    def load(path):
        \"\"\"Read a file.
        ⋯ 24-32\"\"\"

    func load() {
        // ⋯ 41-60
    }

So what is shown is code of its language still: what closes a body is shown, a mark within a string or a comment closes it,
and where a language wants a statement there is one. Line numbers that a tool printed in front stay in front. Above stands
`code`, which decides what is folded; `lines.stub` reads such a mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from headroom.compressors._api import Rendition
from headroom.compressors._code_lines import SHELL, Source, indent
from headroom.compressors._folds import Fold, elisions
from headroom.compressors._folds import render as render_folds
from headroom.lines import FOLD, stub

__all__ = ["Stub", "pays", "render"]

_LEAST = 48
"""Characters that are worth a mark."""
_ALONE = 72
"""The same for one line."""
_COMMENT = re.compile(r"\s+(?:#|//|--).*$")
_REMARK = re.compile(r"\s*(?:#(?!\[)|//|--\s|\Z)")
_OPENS_SHELL = re.compile(r"(?:[{(]|\b(?:then|do|else))$")
_SHELL_HEADER = re.compile(r"[ \t]*(?:function )?[\w:.-]+ ?\(\) ?\{$")
_NO_OPERATION = {"gd": "pass", "bzl": "pass", "bazel": "pass", "starlark": "pass", "nim": "discard"}


@dataclass(frozen=True, slots=True)
class Stub:
    """Lines `first` to `last` (0-based, inclusive). `within` is what ends the string or the comment in which they begin, "" if
    they begin in none; `closes` says that it ends in them; `names` tell what begins in them."""

    first: int
    last: int
    within: str = ""
    closes: bool = False
    names: str = ""


def render(source: Source, lines: Sequence[str], stubs: Sequence[Stub], first_line: int, note: str) -> Rendition:
    """The visible text, with a note that says what the marks mean. `lines` are those of the source, numbers in front included; stubs are ascending and do not overlap.

    Where a shown line looks like a mark of ours, all shown lines are numbered instead.
    """
    end = len(lines) - (not lines[-1])  # what stands behind the last line end is no line
    made = [replace(s, last=min(s.last, end - 1)) for s in stubs if pays(lines, s.first, s.last)]
    behind, ahead = [0, *(s.last + 1 for s in made)], [*(s.first for s in made[1:]), len(lines)]
    marks = [(s, _mark(source, lines, s, first_line, (a, b))) for s, a, b in zip(made, behind, ahead, strict=False)]
    if not marks:
        return Rendition(text="\n".join(lines))
    out: list[str] = []
    at = 0
    for s, mark in marks:
        out += lines[at : s.first]
        out.append(mark)
        at = s.last + 1
    out += lines[at:]
    folds = [Fold(s.first, s.last) for s, _ in marks]
    if sum(FOLD in line and (line.startswith(FOLD) or stub(line) is not None) for line in out) > len(marks):
        return render_folds(lines, folds, first_line, numbered=True)
    return Rendition(text="\n".join(out), note=note, elisions=elisions(folds, first_line), lossless=False)


def _mark(source: Source, lines: Sequence[str], s: Stub, first_line: int, shown: tuple[int, int]) -> str:
    """The mark of one stub; what is shown above it begins on line `shown[0]`, what is shown below ends before `shown[1]`."""
    code = source.code
    silent = str.isspace if s.within else _says_nothing
    first = next((code[i] for i in range(s.first, s.last + 1) if code[i] and not silent(code[i])), code[s.first])
    margin = first[: indent(first)]
    number = lines[s.first][: len(lines[s.first]) - len(code[s.first])]
    a, b = s.first + first_line, s.last + first_line
    where = f"{FOLD} {a}" if a == b else f"{FOLD} {a}-{b}"
    if s.names:
        where = f"{where}: {s.names}"
    if s.within == "*/":
        star = "* " if first.startswith("*", len(margin)) else ""
        return f"{number}{margin}{star}{where}{' */' if s.closes else ''}"
    if s.within:
        return f"{number}{margin}{where}{s.within if s.closes else ''}"
    opener = next((code[i] for i in range(s.first - 1, shown[0] - 1, -1) if not _says_nothing(code[i])), "")
    below = next((code[i] for i in range(s.last + 1, shown[1]) if not _says_nothing(code[i])), "")
    statement = "" if indent(below) > indent(opener) else _statement(source, opener)
    if not s.names and s.first > shown[0] and all(map(_is_remark, code[s.first - 1 : s.last + 1])):
        where = f"{where}: comment"
    return f"{number}{margin}{statement}{source.sign} {where}"


def _says_nothing(line: str) -> bool:
    """Whether a line is blank or a comment."""
    return _REMARK.match(line) is not None


def _is_remark(line: str) -> bool:
    return bool(line.strip()) and _says_nothing(line)


def _statement(source: Source, opener: str) -> str:
    """What must stand in a block that would be empty otherwise, given the line above."""
    opener = _COMMENT.sub("", opener).rstrip()
    language = source.language
    if not source.hashes:
        return "null " if opener.endswith(("=> (", "return (")) else ""
    if opener.endswith(":") and language not in SHELL:
        return _NO_OPERATION.get(language or "", "...") + "  "
    if (language in SHELL and _OPENS_SHELL.search(opener)) or (language is None and _SHELL_HEADER.match(opener)):
        return ":  "
    return ""


def pays(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether lines `first` to `last` are worth a mark: fewer characters than that cost as many tokens. A line alone says more
    to a reader than its number."""
    left = _LEAST if first < last else _ALONE
    for i in range(first, last + 1):
        left -= len(lines[i]) + 1
        if left <= 0:
            return True
    return False
