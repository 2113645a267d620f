"""Diffs and patches: every added and removed line of what people wrote stays, with its file and its hunk header.

Folded, from MEDIUM on, is what carries little: hunks of lock files and other generated files, binary patches, context
that is far from a change, and the file heads' index, `---` and `+++` lines, which the `diff --git` line repeats. At
STRONG also the inside of big new files, removed files, changes of white space, and the commits of a log that the query
is not about. Below MEDIUM a diff stays as it is. Above stand the router and the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from headroom import lines as lines_
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._folds import Fold, pinned, render, without
from headroom.compressors._generated import generated_path, is_noise, says_generated
from headroom.messages import Hint
from headroom.relevance import terms

_COMMAND = re.compile(
    r"\bgit\b(?:\s+-\S+(?:\s+\S+)?)*?\s+(?:diff|show|log|stash\s+show|format-patch)\b|\bdiff\s+-\w*[uU]|\bgh\s+pr\s+diff"
)
_START = re.compile(
    r"\s*(?:diff --(?:git|cc|combined) |Index: \S|--- \S.*\n\+\+\+ \S|commit [0-9a-f]{7,64}\b|@@ -\d|From [0-9a-f]{40} )"
)
_FILE = re.compile(r"^(?:diff --(?:git|cc|combined) .+|--- \S.*\n\+\+\+ \S.*|Index: \S.*)$", re.MULTILINE)
_HUNK = re.compile(r"^@@@* -\d+(?:,\d+)?(?: -\d+(?:,\d+)?)* \+\d+(?:,\d+)? @@@*", re.MULTILINE)
_RANGE = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_COMMIT = re.compile(r"commit [0-9a-f]{7,64}\b")
_GIT = re.compile(r"diff --git (?:\"?a/(?P<a>.*?)\"? \"?b/(?P<b>.*?)\"?|(?P<c>\S+) (?P<d>\S+))\Z")
_HEAD_LINE = re.compile(r"index |--- |\+\+\+ ")
_DEFINES = re.compile(
    r"[+\-]\s*(?:export\s+|default\s+|pub(?:\([^)]*\))?\s+|public\s+|private\s+|protected\s+|static\s+|async\s+|abstract\s+|final\s+)*"
    r"(?:def|class|func|fn|function|interface|struct|enum|trait|impl|type|module|namespace|CREATE)\b|[+\-]\s*@\w|[+\-]#+ "
)
_UNCHANGED = f"{lines_.FOLD}N = N lines of context or file head"
_COUNTED = f"{lines_.FOLD} lines N-M: of this output, not of a file"
_HEADLESS = "index, --- and +++ lines left out below each diff --git"
_MANY = 3
_BIG = 60
_HEAD = 12


@dataclass(frozen=True, slots=True)
class _File:
    """One file of a diff: `first` is its head line, `hunks` are (header, end) line numbers, `end` is past the last."""

    first: int
    path: str
    body: int
    end: int
    hunks: tuple[tuple[int, int], ...]
    commit: int


class DiffCompressor:
    """Unified and combined diffs, alone or with the commits that made them."""

    name = "DiffCompressor"
    kind = "diff"

    def score(self, text: str, hint: Hint) -> float:
        """0.95 where the text starts as a diff or a commit and holds hunks; less where hunks stand within other text."""
        head = text[:20_000]
        if "@@ -" not in head and "GIT binary patch" not in head:
            return 0.0
        starts = _START.match(head) is not None
        if (_FILE.search(head) is None and not starts) or (
            _HUNK.search(head) is None and "GIT binary patch" not in head
        ):
            return 0.0
        if starts:
            return 0.95
        if hint.command and _COMMAND.search(hint.command):
            return 0.9
        sample = lines_.sample(head, 4_096).split("\n")
        changed = sum(1 for line in sample if line[:1] in ("+", "-", " ", "@"))
        return 0.7 if 5 * changed >= 4 * len(sample) else 0.2

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """Fold what carries little. A text that does not read as a diff comes back as it is."""
        if limits.effort < Effort.MEDIUM or "\n" not in text:
            return Rendition(text=text)
        source = lines_.split(text)
        files = _files(source)
        if not files:
            return Rendition(text=text)
        pins = pinned(text, source, hint, limits)
        folds: list[Fold] = []
        apart = _apart(source, files, hint) if limits.effort >= Effort.STRONG else frozenset()
        silent = len(files) >= _MANY
        for file in files:
            folds.extend(_head_folds(source, file, silent))
            folds.extend(_folds(source, file, limits.effort, apart))
        headless = silent and any(fold.silent for fold in folds)
        folds = without(folds, pins)
        if not folds:
            return Rendition(text=text)
        notes = [_HEADLESS] if headless else []
        if any(fold.brief for fold in folds):
            notes.append(_UNCHANGED)
        if not all(fold.silent or fold.brief for fold in folds):
            notes.append(_COUNTED)
        return render(source, folds, limits.first_line, "; ".join(notes))


def _files(source: Sequence[str]) -> list[_File]:
    """The files of a diff in order. Hunks are read by the counts in their headers, so no text can pass for a header."""
    files: list[_File] = []
    i, total, commit = 0, len(source), -1
    while i < total:
        line = source[i]
        if line.startswith("commit ") and _COMMIT.match(line):
            commit = i
        elif line.startswith("diff --") or (line.startswith("--- ") and i + 1 < total and source[i + 1][:4] == "+++ "):
            file = _read_file(source, i, commit)
            files.append(file)
            i = file.end
            continue
        i += 1
    return files


def _read_file(source: Sequence[str], first: int, commit: int) -> _File:
    i, total = first + 1, len(source)
    hunks: list[tuple[int, int]] = []
    binary = False
    while i < total:
        line = source[i]
        if line.startswith("@@"):
            end = _hunk_end(source, i)
            hunks.append((i, end))
            i = end
            continue
        if line.startswith("GIT binary patch"):
            binary = True
        elif line.startswith(("diff --", "commit ", "Index: ")) or hunks or (not line and not binary):
            break
        i += 1
    body = hunks[0][0] if hunks else next((n for n in range(first, i) if source[n].startswith("GIT binary patch")), i)
    return _File(first, _path(source, first), body, i, tuple(hunks), commit)


def _path(source: Sequence[str], first: int) -> str:
    m = _GIT.match(source[first])
    if m is not None:
        return m["b"] or m["d"] or ""
    if source[first].startswith("--- "):
        new = source[first + 1][4:].split("\t")[0]
        return new.removeprefix("b/") if new != "/dev/null" else source[first][4:].split("\t")[0].removeprefix("a/")
    return source[first].split(" ", 2)[-1]


def _hunk_end(source: Sequence[str], header: int) -> int:
    """The line after the hunk's last one."""
    m = _RANGE.match(source[header])
    total = len(source)
    i = header + 1
    if m is None:  # combined: read while lines have the form
        while i < total and source[i][:1] in ("+", "-", " ", "\\") and source[i]:
            i += 1
        return i
    old, new = int(m[1] or 1) if m[1] != "0" else 0, int(m[2] or 1) if m[2] != "0" else 0
    while i < total and (old > 0 or new > 0):
        sign = source[i][:1]
        if sign not in ("+", "-", " ", "", "\\"):
            return i
        old -= sign in ("-", " ", "")
        new -= sign in ("+", " ", "")
        i += 1
    if i < total and source[i].startswith("\\"):
        i += 1
    return i


def _folds(source: Sequence[str], file: _File, effort: Effort, apart: frozenset[int]) -> Iterator[Fold]:
    if file.end <= file.body:
        return
    last = file.end - 1
    name = file.path.rpartition("/")[2]
    if not file.hunks:
        yield Fold(file.body, last, f"binary patch of {name}")
    elif file.commit in apart or generated_path(file.path) or says_generated(list(source[file.body : file.body + 30])):
        yield Fold(file.body, last, f"{_counts(source, file.hunks)} in {name}")
    else:
        whole = _whole(source, file) if effort >= Effort.STRONG else ""
        for hunk in file.hunks:
            if whole:
                yield from _big(source, hunk, whole)
            else:
                yield from _hunk_folds(source, hunk, effort)


def _head_folds(source: Sequence[str], file: _File, silent: bool) -> Iterator[Fold]:
    """The lines that repeat what the `diff --git` line says."""
    m = _GIT.match(source[file.first])
    if m is None or (m["a"] or m["c"]) != (m["b"] or m["d"]):
        return
    rows = [i for i in range(file.first + 1, file.body) if _HEAD_LINE.match(source[i])]
    for a, b in lines_.runs(rows):
        yield Fold(a, b, "file head" if silent else "", silent, brief=not silent)


def _counts(source: Sequence[str], hunks: Sequence[tuple[int, int]]) -> str:
    added = removed = 0
    for header, end in hunks:
        for i in range(header + 1, end):
            sign = source[i][:1]
            added += sign == "+"
            removed += sign == "-"
    return f"+{added} −{removed}"


def _whole(source: Sequence[str], file: _File) -> str:
    """The sign of all lines ("+" or "-") of a file that is new or removed and long, else ""."""
    head = source[file.first : file.body]
    if file.end - file.body <= _BIG:
        return ""
    if any(line.startswith(("new file", "--- /dev/null")) for line in head):
        return "+"
    return "-" if any(line.startswith(("deleted file", "+++ /dev/null")) for line in head) else ""


def _big(source: Sequence[str], hunk: tuple[int, int], sign: str) -> Iterator[Fold]:
    """Of a new file the head and what it defines stay; of a removed one nothing."""
    header, end = hunk
    if sign == "-":
        yield Fold(header + 1, end - 1, f"−{end - header - 1}, whole file removed")
        return
    shown = set(range(header + 1, min(end, header + 1 + _HEAD)))
    shown.update(i for i in range(header + 1, end) if _DEFINES.match(source[i][:400]))
    for a, b in lines_.runs(i for i in range(header + 1, end) if i not in shown):
        yield Fold(a, b, f"+{b - a + 1}")


def _hunk_folds(source: Sequence[str], hunk: tuple[int, int], effort: Effort) -> Iterator[Fold]:
    """Context further than one line from a change (at STRONG all of it), base64 and minified lines, white space."""
    near = 0 if effort >= Effort.STRONG else 1
    header, end = hunk
    wide = source[header].startswith("@@@")
    runs: list[tuple[int, int, bool]] = []  # first, last, is context
    i = header + 1
    while i < end:
        first, context = i, _is_context(source[i], wide)
        while i < end and _is_context(source[i], wide) == context:
            i += 1
        runs.append((first, i - 1, context))
    for n, (a, b, context) in enumerate(runs):
        if context:
            far = (a + (near if n else 0), b - (near if n + 1 < len(runs) else 0))
            if far[0] <= far[1]:
                yield Fold(*far, brief=True)
        elif effort >= Effort.STRONG and not wide and _only_space(source[a : b + 1]):
            yield Fold(a, b, "white space only")
        else:
            for x, y in lines_.runs(k for k in range(a, b + 1) if is_noise(source[k])):
                yield Fold(x, y, f"{_counts(source, [(x - 1, y + 1)])} of base64 or minified text")


def _is_context(line: str, wide: bool) -> bool:
    return line[:2].strip(" ") == "" if wide else line[:1] in (" ", "")


def _only_space(block: Sequence[str]) -> bool:
    removed = "".join("".join(line[1:].split()) for line in block if line[:1] == "-")
    added = "".join("".join(line[1:].split()) for line in block if line[:1] == "+")
    return removed == added


def _apart(source: Sequence[str], files: Sequence[_File], hint: Hint) -> frozenset[int]:
    """Commits of a log that the query is not about; empty unless it clearly names one by its message or hash."""
    heads: dict[int, int] = {}  # commit line -> its first file's line
    for file in files:
        if file.commit >= 0:
            heads.setdefault(file.commit, file.first)
    wanted = terms(hint.query) if hint.query else ()
    if len(heads) < 2 or not wanted:
        return frozenset()
    hits: list[tuple[int, int]] = []
    for commit, end in heads.items():
        words = " ".join(source[commit : min(end, commit + 60)]).lower()
        hits.append((sum(term in words for term in wanted), commit))
    hits.sort(reverse=True)
    (best, named), (second, _) = hits[0], hits[1]
    if best < 3 or best - second < 2:
        return frozenset()
    return frozenset(c for c in heads if c != named)
