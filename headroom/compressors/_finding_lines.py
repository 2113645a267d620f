"""Lines in which linters, formatters and type checkers tell what they have found, and where.

    src/a.py:4:5: D103 Missing docstring             [warn] src/a.ts                 src/a.yaml
    src/c.ts(2,1): error TS6133: 'a' is declared     would reformat src/b.py           2:14  error  trailing spaces
    src/a.py:42 in public function `find`:
            D205: 1 blank line required

Only reads them. `_findings` stands above, and says each message once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["PATH", "Finding", "may_tell", "read"]

PATH = re.compile(r"(?:/|\./|[A-Za-z]:[\\/]|\w)[^\s:*?\"<>|]*\.\w{1,6}\Z")
"""A line that is a path and nothing else."""
_POINTED = re.compile(r"(?!\d)[^\s:(#][^:(\n]{0,200}(?::\d+){1,2}(?:: {1,2}\S| (?:in|at) .*:\Z)")
"""A place and a message behind it: a search shows the line itself there, with the blanks at its beginning."""
_FINDING = re.compile(
    r"(?!\d\d:\d\d[: ])(?P<path>[^\s:(#][^:(\n]{0,200})(?P<at>(?::\d+){1,4}|\(\d+(?:,\d+)?\)):? {1,2}(?P<text>\S.{0,600})\Z"
)
_ROW = re.compile(r"\s+(?P<at>\d+:\d+) +(?P<text>(?:error|warning|info) .{0,600})\Z")
"""A row below the path of its file."""
_NAMED = re.compile(
    r"\[(?P<level>warn|error)\] (?P<file>(?:[^\s:/]+/)*[^\s:/]+\.\w{1,6})\Z"
    r"|(?P<done>[Ww]ould reformat|reformatted|unformatted|fixed):? (?P<path>\S+\.\w{1,6})\Z"
    r"|(?:ERROR|WARNING): (?P<of>\S+\.\w{1,6}) (?P<said>\S.{0,300})\Z"
)
"""A file of which nothing is told but its name, or no place in it."""
_FIRSTS = frozenset("[WwrufE")
_ABOUT = re.compile(r"(?:in|at) .*:\Z")
"""Where something is found, as pydocstyle says it; what it is follows below."""
_BELOW = re.compile(r" +[A-Z]+\d+: \S")
_SIMILAR = "=="
"""Below a finding of pylint: the places and the lines that are meant."""
_BLANKS = frozenset(" \t")
_EXCERPT = re.compile(r"\s*(?:\d+ *[|│]|[|│^~>]|at |\d+ )")
_TALLEST = 8
"""Lines that one finding says, at most."""
_CARETS = re.compile(r"\s*\^[\^~]*\s*\Z")
"""Below a line of the source, which a reader has."""
_COMPILERS = re.compile(r"(?:fatal )?(?:error|warning|note)\b")
"""What compilers find: `_diagnostics` knows what else they say of it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found on line `line` (0-based) of the output: at `at` of the file `path`, which may be none."""

    line: int
    path: str
    at: str
    text: str
    tall: int = 1
    """How many lines tell of it; `text` is all that they say."""

    @property
    def lines(self) -> range:
        """The lines that tell of it."""
        return range(self.line, self.line + self.tall)


def may_tell(line: str) -> bool:
    """Whether a line looks as if it told of a finding; a search shows lines with their blanks, which are not one or two."""
    return _POINTED.match(line) is not None or _named(line, 0) is not None or _BELOW.match(line) is not None


def read(source: Sequence[str], least: float, *, drawn: bool) -> list[Finding] | None:
    """What is found in the output; None where that is less than `least` lines. `drawn` takes a line of source and the carets
    below it for a part of what is found."""
    out: list[Finding] = []
    path = ""
    told = i = 0
    while i < len(source):
        if told + len(source) - i < least:
            return None
        line = source[i]
        found = _row(line, i, path) if line[:1] in _BLANKS else _named(line, i) or _placed(source, i, drawn=drawn)
        if found is not None:
            out.append(found)
            told += found.tall
            i += found.tall
            continue
        if line and line[0] != " ":
            path = line if PATH.match(line) else ""
        i += 1
    return out if told >= least else None


def _row(line: str, i: int, path: str) -> Finding | None:
    """A row below the path of its file."""
    m = _ROW.match(line) if path else None
    return None if m is None else Finding(i, path, m["at"], " ".join(m["text"].split()))


def _named(line: str, i: int) -> Finding | None:
    """A line that names a file and no place in it."""
    m = _NAMED.match(line) if line[:1] in _FIRSTS else None
    if m is None:
        return None
    return Finding(i, m["file"] or m["path"] or m["of"], "", m["level"] or m["done"] or m["said"])


def _placed(source: Sequence[str], i: int, *, drawn: bool) -> Finding | None:
    """A line with a place in a file, and those below that belong to it."""
    m = _FINDING.match(source[i])
    if m is None or (i + 1 < len(source) and source[i + 1].startswith(_SIMILAR)):
        return None
    text = m["text"]
    if i + 1 < len(source) and _ABOUT.match(text) and _BELOW.match(source[i + 1]):
        return Finding(i, m["path"], m["at"], f"{source[i + 1].strip()}\n{text}", 2)
    below = i + 2 < len(source) and source[i + 1].strip() and _CARETS.match(source[i + 2])
    skipped = 2 if drawn and below and not _COMPILERS.match(text) else 0
    rest = _rest(source, i + 1 + skipped)
    return None if rest is None else Finding(i, m["path"], m["at"], "\n".join([text, *rest]), 1 + skipped + len(rest))


def _rest(source: Sequence[str], start: int) -> list[str] | None:
    """The indented lines from `start` on, where they go on with what is said; None where they are an excerpt."""
    rest: list[str] = []
    for i in range(start, min(start + _TALLEST, len(source))):
        line = source[i]
        if line[:1] not in _BLANKS or not line.strip():
            return rest
        if line[:2] != "  " or _EXCERPT.match(line):
            return None
        rest.append(line)
    return rest if start + len(rest) >= len(source) else None
