"""Findings with the place and an excerpt below their message, as rustc, clippy and ruff draw them.

    E702 Multiple statements on one line (semicolon)
     --> tools/a.py:5:53
      |
    3 | for name in names:
    5 |     if name: print(name); total = 1
      |                         ^
      |

A lint that comes again is named with its place, in the mark of what is left out; of the others the drawing goes: bars
with nothing behind them, carets alone under a place that is named, the neighbours of the line that is meant, and that
line again in a fix. What
rustc says of errors keeps all but the bare bars. `test_run` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from headroom.compressors._folds import Fold

__all__ = ["BARS", "FRAMES", "NOTE", "Finding", "Lint", "drawings", "neighbours", "read", "repeated_lints"]

BARS = "excerpts without bare `|`"
NOTE = "excerpts: only the lines meant, without bare `|`, `^` and the `-` of a fix"
FRAMES = "code frames: only the line meant, each once"
_ARROW = re.compile(r" {1,12}--> (?P<path>\S[^\n]{0,300}?)(?P<at>:(?P<line>\d+):\d+)\s*\Z")
_LINT = re.compile(r"(?P<code>[A-Z]{1,8}\d{1,5}|[a-z]+(?:-[a-z]+)+)(?P<fix> \[\*\])?:? (?P<said>\S.{0,300})\Z")
_WARNING = re.compile(r"warning(?:\[[\w:-]+\])?: ")
_PART = re.compile(r" *\d* *[|│](?: |\Z)| *\d* +[-+~] | += | *\.\.\.\Z|(?:help|note): | *:::? ")
_BARS = frozenset("|│")
_NUMBERED = re.compile(r"(\d+) +[|│](?: +(.*))?\Z")
_REMOVED = re.compile(r"(?:\d+ +)?- +(.*)\Z")
_SPAN = re.compile(r"(?:\d+ *)?[|│] [/|]")
_MARKED = re.compile(r"[|│] +[\^~_|-]")
_CARETS = re.compile(r"[|│] +\^+\Z")
_VISIT = re.compile(r"= help: for further information visit \S+#(\w+)\s*\Z")
_FRAME = re.compile(r"\s*(?P<meant>>)? *(?P<line>\d*) ?\|(?: (?P<code>.*)|)\Z")
"""A line of a code frame as jest, babel and vitest draw it."""
_POINTED = re.compile(r"\s*\| *\^+\s*\Z")
_TALLEST = 60
_LONGEST = 600
_FRAMED = 3
_WORDS, _OTHER = 5, 2
"""Of a message of so many words at most so many are other than those of one before."""
_FORMS = 16
"""A rule that says more than so many things is taken at its words each time."""


class Lint(NamedTuple):
    """A rule, a sign that it can mend what it finds, and what it says."""

    code: str
    fix: str
    said: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Lines `head` to `end` (0-based, `end` exclusive) tell of one finding, the place stands in the second of them."""

    head: int
    end: int
    path: str
    at: str
    line: str
    lint: Lint | None


def repeated_lints(
    found: Sequence[Finding], source: Sequence[str], pins: AbstractSet[int], taken: bytearray
) -> Iterator[Fold]:
    """Folds for lints of which the code has been shown above: their marks say what and where. What else stands above word
    for word, as where a crate is built twice, goes as well."""
    seen: dict[str, list[str]] = {}
    whole: set[tuple[str, ...]] = set()
    run: list[Finding] = []
    for finding in found:
        lint = finding.lint
        free = pins.isdisjoint(range(finding.head, finding.end)) and 1 not in taken[finding.head : finding.end]
        if lint is None:
            every = tuple(source[finding.head : finding.end])
            if free and every in whole:
                yield Fold(finding.head, finding.end - 1, f"said above: {finding.path}{finding.at}")
            whole.add(every)
            continue
        if lint.code not in seen or not free:
            seen.setdefault(lint.code, [lint.said])
            continue
        if run and run[-1].end != finding.head:
            yield _places(run, seen)
            run = []
        run.append(finding)
    if run:
        yield _places(run, seen)


def _places(run: Sequence[Finding], seen: dict[str, list[str]]) -> Fold:
    """One fold for findings that follow one another: `E702 a.py:5:53, :6:4; F401 a.py:1:8, for `sys` b.py:1:1`."""
    groups: dict[tuple[str, str], dict[str, list[Finding]]] = {}
    for finding in run:
        if (lint := finding.lint) is not None:
            known = seen[lint.code]
            form, words = _form(lint.said, known)
            shown = "" if form == known[0] else f" {form}"
            groups.setdefault((f"{lint.code}{lint.fix}", shown), {}).setdefault(words, []).append(finding)
    said = []
    for (rule, form), by_words in groups.items():
        path, parts = "", []
        for words, found in sorted(by_words.items(), key=lambda item: bool(item[0])):
            where = []
            for f in found:
                where.append(f.at if f.path == path and f.at else f.path + f.at)
                path = f.path
            parts.append(f"{words}{', '.join(where)}")
        said.append(f"{rule}{form} {', '.join(parts)}")
    return Fold(run[0].head, run[-1].end - 1, f"{len(run)} more: {'; '.join(said)}")


def _form(said: str, known: list[str]) -> tuple[str, str]:
    """The message of the same rule that differs from this one in few words at most, and those words; where there is none it is
    this one, which joins the `known`."""
    words = said.split()
    for form in known:
        if form == said:
            return form, ""
        others = form.split()
        other = [word for word, same in zip(words, others, strict=False) if word != same]
        if len(words) == len(others) >= _WORDS and len(other) <= _OTHER:
            return form, f"for {' '.join(other)} "
    if len(known) < _FORMS:
        known.append(said)
    return said, ""


def drawings(
    found: Sequence[Finding], source: Sequence[str], pins: AbstractSet[int], taken: bytearray, *, bars_only: bool
) -> Iterator[Fold]:
    """Silent folds for what only draws; `NOTE` says so, `BARS` where `bars_only` keeps all but the bars."""
    for finding in found:
        if taken[finding.head]:
            continue
        part = source[finding.head : finding.end]
        for i in sorted(_drawn(part, finding, bars_only=bars_only)):
            at = finding.head + i
            if at not in pins and not taken[at]:
                yield Fold(at, at, "what draws an excerpt", silent=True)


def _drawn(part: Sequence[str], finding: Finding, *, bars_only: bool) -> set[int]:
    """Numbers within `part`, the lines of one finding, of those that only draw."""
    bare = [line.strip() for line in part]
    out = {i for i, line in enumerate(bare) if line in _BARS}
    if bars_only or not (finding.lint or _WARNING.match(part[0])):
        return out
    numbered = [(i, m) for i, line in enumerate(bare) if line[:1].isdigit() and (m := _NUMBERED.match(line))]
    meant = {m[2] for _, m in numbered if m[1] == finding.line}
    for i, line in enumerate(bare):
        if "^" in line:
            drawn = _CARETS.match(line) is not None
        elif "- " in line:
            drawn = (m := _REMOVED.match(line)) is not None and m[1] in meant
        else:
            visit = _VISIT.match(line) if "#" in line else None
            drawn = visit is not None and i + 1 < len(part) and f"::{visit[1]})" in part[i + 1]
        if drawn:
            out.add(i)
    if finding.lint is None or any(_SPAN.match(line) for line in bare if "|" in line):
        return out
    out.update(i for i, m in numbered if m[1] != finding.line and not _MARKED.match("".join(bare[i + 1 : i + 2])))
    return out


def read(source: Sequence[str]) -> Iterator[Finding]:
    """The findings that name their place on the second line, in order."""
    arrows = [i for i, line in enumerate(source) if "--> " in line[:16]]
    for n, i in enumerate(arrows):
        m = _ARROW.match(source[i]) if i and len(source[i]) <= _LONGEST else None
        if m is None or not source[i - 1] or source[i - 1][0] in " |":
            continue
        limit = min(len(source), i + _TALLEST, arrows[n + 1] - 1 if n + 1 < len(arrows) else len(source))
        end = i + 1
        while end < limit and _PART.match(source[end]):
            end += 1
        if end < len(source) and not source[end]:
            end += 1  # the blank line behind goes with it
        lint = _LINT.match(source[i - 1])
        told = None if lint is None else Lint(lint["code"], lint["fix"] or "", lint["said"])
        yield Finding(i - 1, end, m["path"], m["at"], m["line"], told)


def neighbours(source: Sequence[str], pins: AbstractSet[int], taken: bytearray) -> Iterator[Fold]:
    """Silent folds, of which `FRAMES` tells, for what stands in a code frame around the one line that is meant."""
    first = -1
    seen: set[str] = set()
    for i in range(len(source) + 1):
        if i < len(source) and "|" in source[i] and _FRAME.match(source[i]):
            first = i if first < 0 else first
            continue
        if first >= 0:
            for at in _around(source, range(first, i), seen):
                if at not in pins and not taken[at]:
                    yield Fold(at, at, "lines around the one that is meant", silent=True)
            first = -1


def _around(source: Sequence[str], frame: range, seen: set[str]) -> list[int]:
    """The lines of a frame but for the one that is meant, which goes as well where it has been `seen`; none where that
    cannot be told or where something is said of it."""
    meant = [i for i in frame if (m := _FRAME.match(source[i])) and m["meant"] and m["line"]]
    pointed = [i for i in frame if _POINTED.match(source[i])]
    numbered = [i for i in frame if (m := _FRAME.match(source[i])) and m["line"]]
    if len(meant) != 1 or len(frame) < _FRAMED or len(numbered) + len(pointed) != len(frame):
        return []
    code = source[meant[0]].strip()
    again = code in seen
    seen.add(code)
    return [i for i in frame if again or i != meant[0]]
