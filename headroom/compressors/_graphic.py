"""Findings as biome draws them, and as miette and ariadne do for oxlint, rolldown, rspack and others.

    src/a.js:2:5 lint/style/useConst  FIXABLE  ━━━━━━━━         ! eslint(no-eval): eval can be harmful.
                                                                  ,-[src/a.js:3:48]
      ! This let is only assigned once.                         3 | return eval('1')
                                                                  :        ^^^^
      > 2 │ let x = 3;                                            `----
          │ ^^^                                                   help: Avoid eval().

Only reads them; what is done with a lint that comes again, `_excerpts` knows. `test_run` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from headroom.compressors._excerpts import Finding, Lint

__all__ = ["drawn", "read"]

_BEGINS = re.compile(r"^(?: {1,6}(?:,-|╭─)\[ ?[^\s\]]|\S+ [a-z][\w/-]{2,80}(?:  FIXABLE)? +━{3})", re.MULTILINE)
_HEADER = re.compile(
    r"(?P<path>\S[^\s:]{0,300})(?P<at>(?::\d+:\d+)?) (?P<code>[a-z][\w/-]{2,80})(?P<fix>  FIXABLE)? +━{3,}\s*\Z"
)
"""Of biome."""
_SAYS = re.compile(r"  [!×✖i] (?P<said>\S.{0,300})\Z")
_CORNER = re.compile(r" {1,6}(?:,-|╭─)\[ ?(?P<path>[^\]\n]{1,300}?)(?P<at>:(?P<line>\d+):\d+) ?\]\s*\Z")
"""Of miette and ariadne, below the message."""
_CODED = re.compile(
    r"(?: {0,3}[!x×⚠✖⨯] )?(?:(?P<rule>[\w@/-]+\([\w@/-]+\)):|\[(?P<sign>[A-Z_]{2,40})\]) (?P<said>\S.{0,400})\Z"
)
_TALLEST = 400
_LONGEST = 600
"""Lines of a finding, and characters of its head."""


def drawn(text: str) -> int:
    """How many findings of these forms the text seems to hold."""
    may = "━━━" in text or ",-[" in text or "╭─[" in text
    return len(_BEGINS.findall(text)) if may else 0


def read(source: Sequence[str]) -> Iterator[Finding]:
    """The findings, in order; a blank line behind one belongs to it."""
    done = 0
    for i, line in enumerate(source):
        if i < done or len(line) > _LONGEST:
            continue
        if line.endswith(("━", "━ ")):
            m = _HEADER.match(line)
            found = _of_biome(source, i, m) if m is not None else None
        elif i and "[" in line[:8] and line[0] == " ":
            m = _CORNER.match(line)
            found = _of_frame(source, i, m) if m is not None and source[i - 1] else None
        else:
            continue
        if found is not None and found.head >= done:
            done = found.end
            yield found


def _of_biome(source: Sequence[str], head: int, m: re.Match[str]) -> Finding:
    end = _end(source, head + 1, lambda line: not line or (line[0] == " " and not _CODED.match(line)))
    said = next((s["said"] for line in source[head + 1 : head + 4] if (s := _SAYS.match(line))), None)
    lint = Lint(m["code"], " FIXABLE" if m["fix"] else "", said) if said is not None and m["code"] != "parse" else None
    return Finding(head, end, m["path"], m["at"], m["at"].split(":")[1] if m["at"] else "", lint)


def _of_frame(source: Sequence[str], corner: int, m: re.Match[str]) -> Finding:
    end = _end(source, corner + 1, bool)
    end += end < len(source)  # the blank line
    coded = _CODED.match(source[corner - 1])
    lint = Lint(coded["rule"] or coded["sign"], "", coded["said"]) if coded is not None else None
    return Finding(corner - 1, end, m["path"], m["at"], m["line"], lint)


def _end(source: Sequence[str], at: int, inside: Callable[[str], bool]) -> int:
    """The first line from `at` on that is not `inside`."""
    limit = min(len(source), at + _TALLEST)
    while at < limit and inside(source[at]):
        at += 1
    return at
