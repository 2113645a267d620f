"""Findings as biome draws them, and as miette and ariadne do for oxlint, rolldown, rspack and others; shellcheck's and bandit's.

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

_BEGINS = re.compile(
    r"^(?: {1,6}(?:,-|╭─)\[ ?[^\s\]]|\S+ [a-z][\w/-]{2,80}(?:  FIXABLE)? +━{3}|In \S+ line \d+:$|>> Issue: \[)",
    re.MULTILINE,
)
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
_SCRIPT = re.compile(r"In (?P<path>\S.{0,300}?) line (?P<line>\d+):\Z")
"""Of shellcheck; what is wrong stands behind carets below."""
_CARET = re.compile(r"\s*\^[-^]*\^? (?P<code>SC\d{4}) \((?P<level>\w+)\): (?P<said>\S.{0,300})\Z")
_LINKS = "For more information:"
_ISSUE = re.compile(r">> Issue: \[(?P<code>[\w:-]+)\] (?P<said>\S.{0,300})\Z")
"""Of bandit; how bad it is and where stand below."""
_WEIGHT = re.compile(r" +Severity: (\w+) +Confidence: (\w+)\s*\Z")
_LOCATION = re.compile(r" +Location: (?P<path>\S.{0,300}?)(?P<at>:(?P<line>\d+)(?::\d+)?)\s*\Z")
_RULER = "-----"
_TALLEST = 400
_LONGEST = 600
"""Lines of a finding, and characters of its head."""


def drawn(text: str) -> int:
    """How many findings of these forms the text seems to hold."""
    may = any(map(text.__contains__, ("━━━", ",-[", "╭─[", "\nIn ", ">> Issue: [")))
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
        elif line.startswith("In ") and line.endswith(":"):
            m = _SCRIPT.match(line)
            found = _of_script(source, i, m) if m is not None else None
        elif line.startswith(">> Issue: ["):
            m = _ISSUE.match(line)
            found = _of_issue(source, i, m) if m is not None else None
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


def _of_script(source: Sequence[str], head: int, m: re.Match[str]) -> Finding | None:
    end = _end(source, head + 1, lambda line: line != _LINKS and not (line[:3] == "In " and _SCRIPT.match(line)))
    said = [c for line in source[head + 1 : end] if "^" in line and (c := _CARET.match(line))]
    if not said:
        return None
    codes, texts = dict.fromkeys(c["code"] for c in said), dict.fromkeys(c["said"] for c in said)
    broken = any(c["level"] == "error" for c in said)
    lint = None if broken else Lint("+".join(codes), f" ({said[0]['level']})", "; ".join(texts))
    return Finding(head, end, m["path"], f":{m['line']}", m["line"], lint)


def _of_issue(source: Sequence[str], head: int, m: re.Match[str]) -> Finding | None:
    place = next((p for line in source[head + 1 : head + 7] if (p := _LOCATION.match(line))), None)
    if place is None:
        return None
    end = _end(source, head + 1, lambda line: not line.startswith(_RULER))
    end += end < len(source)  # the ruler
    weight = next((w for line in source[head + 1 : head + 4] if (w := _WEIGHT.match(line))), None)
    how = "" if weight is None else f" (severity {weight[1]}, confidence {weight[2]})"
    return Finding(head, end, place["path"], place["at"], place["line"], Lint(m["code"], how, m["said"]))


def _end(source: Sequence[str], at: int, inside: Callable[[str], bool]) -> int:
    """The first line from `at` on that is not `inside`."""
    limit = min(len(source), at + _TALLEST)
    while at < limit and inside(source[at]):
        at += 1
    return at
