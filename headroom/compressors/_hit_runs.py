"""Search hits as runs: consecutive lines that belong to one file, found without a Python object per line.

A run is offsets into the text, so that a list of a million hits costs little more than itself. What follows the path in
each of its lines (`12:text`, context as `12-text`) is its body. Reads the three spellings that searchers have:
`path:12:text`, `path:text`, and lines below a path (`rg --heading`). Nothing here ranks or shows; `search` and
`_hit_excerpt` stand above.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["BODY", "HEADED_BODY", "NUMBERED", "PATH", "SEPARATOR", "Runs", "bare", "grouped", "parse"]

SEPARATOR = "--"
BODY = re.compile(r"\d+[:-]")
HEADED_BODY = re.compile(r"(?:[ \t]*(?:Line |L))?\d+[:-]")
"""Below a path some agents' tools write `  Line 12: text` or `L12: text`."""
NUMBERED = re.compile(r":\d{1,9}:")
_BODY_LINE = re.compile(r"^\d+[:-]", re.MULTILINE)
_LONGEST = 1024
"""A path has at most so many characters; this bounds the time spent on minified lines."""
_PIECE = 1000
"""Lines that one match takes: what `re` remembers of a repeated group grows with it."""
PATH = r"(?!\d+[:-]|--:)((?:[^:\n]{1,300}:){0,2}?[^:\n]{1,1000})"
"""Up to two colons may stand in a path: a drive (`C:\\x`), a revision (`HEAD:x`)."""
_LINE = re.compile(rf"{PATH}:\d{{1,9}}:")
_NEXT = re.compile(rf"\n(?={PATH}:\d{{1,9}}:)")
_RUN = re.compile(rf"{PATH}:\d{{1,9}}:.*(?:\n\1:\d{{1,9}}:.*){{0,{_PIECE}}}")
_PART = r"(?::\d{1,9}:|-\d{1,9}-)"
_NEXT_OF_ANY = re.compile(rf"\n(?!\d+[:-]|--:)(?=[^\n]{{1,{_LONGEST}}}?{_PART})")
_RUN_OF_ANY = re.compile(
    rf"(?!\d+[:-]|--:)([^\n]{{1,{_LONGEST}}}?){_PART}.*(?:\n(?:\1{_PART}.*|--$)){{0,{_PIECE}}}", re.MULTILINE
)
_CONTEXT = re.compile(r"-\d{1,9}-")
_MAYBE_CONTEXT = re.compile(r"^[^:\n]{1,1024}?-\d{1,9}-", re.MULTILINE)
_UNNUMBERED = r"((?=[^:\n]*[./\\])[^:\s]{2,1000}):(?!//)"
_NEXT_BARE = re.compile(rf"\n(?={_UNNUMBERED})")
_RUN_BARE = re.compile(rf"{_UNNUMBERED}.*(?:\n\1:(?!//).*){{0,{_PIECE}}}")
_HEADED = re.compile(
    rf"^(?:(?!{HEADED_BODY.pattern}|--$)([^\n]{{1,{_LONGEST}}})\n)?(?={HEADED_BODY.pattern})", re.MULTILINE
)
_AFTER = re.compile(rf"^(?!{HEADED_BODY.pattern}|--$)", re.MULTILINE)
_NO_FILE = -1


@dataclass(slots=True)
class Runs:
    """All lines of `text` as runs, in order and without a gap.

    `starts` are the offsets of the runs, `widths` the lengths of their paths (-1: lines of no file), `firsts` the numbers
    of their first lines (0-based). `headed` says that a path stands on a line of its own above its hits, `mixed` that
    context may stand between them; `cut` is what
    of the path's end a body takes with it (1: the colon goes, 0: it stays, for hits without a number).
    """

    text: str
    headed: bool = False
    mixed: bool = False
    cut: int = 1
    starts: array[int] = field(default_factory=lambda: array("q"))
    widths: array[int] = field(default_factory=lambda: array("q"))
    firsts: array[int] = field(default_factory=lambda: array("q"))
    lines: int = 0

    def __len__(self) -> int:
        return len(self.starts)

    def add(self, start: int, end: int, width: int) -> None:
        """One more run; text before `end` that no run takes must not be left."""
        self.starts.append(start)
        self.widths.append(width)
        self.firsts.append(self.lines)
        self.lines += self.text.count("\n", start, end) + 1

    def end(self, n: int) -> int:
        """Where the last line of run `n` ends, its line end not counted."""
        return self.starts[n + 1] - 1 if n + 1 < len(self.starts) else len(self.text)

    def path(self, n: int) -> str | None:
        """The path of run `n`: "" for hits in a file that is not named, None for lines of no file."""
        width = self.widths[n]
        return None if width == _NO_FILE else self.text[self.starts[n] : self.starts[n] + width]

    def size(self, n: int) -> int:
        """Lines of run `n`, the line of its path included where it has one."""
        return (self.firsts[n + 1] if n + 1 < len(self.firsts) else self.lines) - self.firsts[n]

    def above(self, n: int) -> bool:
        """Whether the path of run `n` stands on a line of its own."""
        return self.headed and self.widths[n] > 0

    def body(self, n: int, most: int | None = None) -> str:
        """The lines of run `n`, or the first `most` of them, without their path; of lines without a file, the lines."""
        start, width, end = self.starts[n], self.widths[n], self.end(n)
        if most is not None and most < self.size(n):
            at = start
            for _ in range(most + self.above(n)):
                at = self.text.index("\n", at) + 1
            end = at - 1
        if width <= 0:
            return self.text[start:end]
        if self.headed:
            return self.text[start + width + 1 : end]
        first = start + width + self.cut
        if self.size(n) == 1:
            return self.text[first:end]
        path = self.text[start : start + width]
        if path[0].isdigit() or path[0] == "-":  # what is left of a line could look like the path of the next one
            after = r"[:-](?=\d)" if self.cut else "(?=:)"
            return re.sub(f"^{re.escape(path)}{after}", "", self.text[start:end], flags=re.MULTILINE)
        body = self.text[first:end].replace(f"\n{path}:", "\n:"[: 2 - self.cut])
        return body.replace(f"\n{path}-", "\n") if self.cut else body

    def paths(self) -> Iterator[str]:
        """The path of each run that has one."""
        return (p for n in range(len(self.starts)) if (p := self.path(n)) is not None)


def parse(text: str) -> Runs | None:
    """`path:12:text`, context as `path-12-text` beside hits of the same path; None where the grouped form could not be
    undone."""
    spaced = f"\n{SEPARATOR}\n" in text or text.startswith(f"{SEPARATOR}\n")
    if not spaced:
        runs = _walk(text, _RUN, _NEXT)
        if not _has_others(runs, _MAYBE_CONTEXT):
            return None if _has_others(runs, _BODY_LINE) else runs
    runs = _walk_spaced(text)
    return None if _has_others(runs, _BODY_LINE) else runs


def bare(text: str) -> Runs | None:
    """`path:text` without numbers: what stands below a path begins with the ":" that followed it."""
    if text.startswith(":") or "\n:" in text:
        return None
    runs = _walk(text, _RUN_BARE, _NEXT_BARE, cut=0)
    sizes = [runs.size(n) for n in range(len(runs)) if runs.widths[n] > 0]
    return runs if any(size > 2 for size in sizes) or (len(sizes) > 3 and 10 * sum(sizes) >= 9 * runs.lines) else None


def _walk(text: str, run: re.Pattern[str], following: re.Pattern[str], cut: int = 1) -> Runs:
    runs = Runs(text, cut=cut)
    at, total = 0, len(text)
    while at <= total:
        m = run.match(text, at)
        if m is not None:
            end = m.end()
            runs.add(at, end, m.end(1) - at)
        else:
            found = following.search(text, at)
            end = found.start() if found is not None else total
            runs.add(at, end, _NO_FILE)
        at = end + 1
    return runs


def _walk_spaced(text: str) -> Runs:
    """The same where context stands between the hits: a path that holds `-12-` is told by its hits."""
    runs = Runs(text, mixed=True)
    known: set[str] | None = None
    at, total, other = 0, len(text), -1
    while at <= total:
        m = _RUN_OF_ANY.match(text, at)
        end, width = total, _NO_FILE
        if m is None:
            found = _NEXT_OF_ANY.search(text, at)
            end = found.start() if found is not None else total
        elif text.startswith(":", m.end(1)) or text.find(f"\n{m[1]}:", at, m.end()) >= 0:
            end, width = m.end(), m.end(1) - at
        else:  # context that stands apart from its hits, or a path that was cut at the wrong place
            known = {hit[1] for hit in map(_LINE.match, text.split("\n")) if hit} if known is None else known
            end, width = _line_of_known(text, at, known)
        if width != _NO_FILE and other >= 0:
            runs.add(other, at - 1, _NO_FILE)
            other = -1
        if width != _NO_FILE:
            runs.add(at, end, width)
        elif other < 0:
            other = at
        at = end + 1
    if other >= 0:
        runs.add(other, total, _NO_FILE)
    return runs


def _line_of_known(text: str, at: int, known: set[str]) -> tuple[int, int]:
    """The end of the line at `at`, and the length of its path if that is a known one."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    for context in _CONTEXT.finditer(text, at, min(end, at + _LONGEST)):
        if text[at : context.start()] in known:
            return end, context.start() - at
    hit = _LINE.match(text, at, end)
    return end, hit.end(1) - at if hit is not None else _NO_FILE


def _has_others(runs: Runs, pattern: re.Pattern[str]) -> bool:
    """Whether a line of no file is as `pattern` says."""
    others = (n for n in range(len(runs)) if runs.widths[n] == _NO_FILE)
    return any(pattern.search(runs.text, runs.starts[n], runs.end(n)) for n in others)


def grouped(text: str) -> Runs:
    """Hits that stand below their path already. Hits in one file that is not named have the path ""."""
    runs = Runs(text, headed=True, mixed=True)
    at, total = 0, len(text)
    while at <= total:
        head = _HEADED.match(text, at)
        if head is not None:
            after = _AFTER.search(text, head.end())
            end, width = (after.start() - 1 if after is not None else total), len(head[1] or "")
        else:
            following = _HEADED.search(text, at)
            end, width = (following.start() - 1 if following is not None else total), _NO_FILE
        runs.add(at, end, width)
        at = end + 1
    return runs
