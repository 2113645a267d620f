"""Findings of linters and type checkers, one on a line: the same message at many places is said once, with all its places.

    src/a.py:4:5: D103 Missing docstring in public function
    ⋯ the same at :9:5, :14:5; src/b.py:3:1, :8:1

Nothing is lost but the order. Output with excerpts below its findings is not for here (`_diagnostics`). `test_run` stands
above.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from headroom.compressors._api import Elision, Rendition
from headroom.compressors._paths import common_folder
from headroom.lines import FOLD, runs

__all__ = ["findings"]

_FINDING = re.compile(
    r"(?P<path>[^\s:(#][^:(\n]{0,200})(?P<at>:\d+(?::\d+)?|\(\d+(?:,\d+)?\)):? (?P<text>\S.{0,600})\Z"
)
_ROW = re.compile(r"\s+(?P<at>\d+:\d+) +(?P<text>(?:error|warning|info) .{0,600})\Z")
"""A row below the path of its file."""
_PATH = re.compile(r"(?:/|\./|[A-Za-z]:[\\/]|\w)[^\s:*?\"<>|]*\.\w{1,6}\Z")
_BLANKS = frozenset(" \t")
_LEAST = 10
_WORTH = 0.85
_LONG_FOLDER = 8
_SAME, _ALIKE = f"{FOLD} the same at ", f"{FOLD} the same but for names and numbers at "
_VALUES = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"|\d+")
_ERROR = re.compile(r"error\b|.*\bundefined\b", re.IGNORECASE)
_MANY = 4


@dataclass(frozen=True, slots=True)
class _Finding:
    """What is found on line `line` (0-based) of the output: at `at` of the file `path`."""

    line: int
    path: str
    at: str
    text: str


def findings(
    source: Sequence[str], pins: AbstractSet[int], first_line: int, *, alike: bool = False
) -> Rendition | None:
    """The output with each message once; None where that is little shorter or where it holds much else. `alike` takes
    messages that differ in names and numbers for one, unless they tell of an error.
    """
    spoken = sum([bool(line) and not line.isspace() for line in source])
    found = _read(source, max(_LEAST, spoken / 2))
    if found is None or any(line.startswith(FOLD) for line in source):
        return None
    groups = _groups(found, alike=alike)
    folder = common_folder(sorted({f.path for f in found}))
    below = len(folder) if len(folder) > _LONG_FOLDER else 0
    hidden: set[int] = set()
    marks: dict[int, str] = {}
    for same in groups.values():
        others = [f for f in same[1:] if f.line not in pins]
        mark = (_SAME if len({f.text for f in same}) == 1 else _ALIKE) + _places(same[0].path, others, below)
        if len(others) > 1 and len(mark) < sum(len(source[f.line]) for f in others):
            marks[same[0].line] = mark
            hidden.update(f.line for f in others)
    _hide_bare_paths(source, hidden, pins)
    shown = [i for i in range(len(source)) if i not in hidden]
    out: list[str] = []
    for i in shown:
        out.append(source[i])
        if i in marks:
            out.append(marks[i])
    text = "\n".join(out)
    if not marks or len(text) > _WORTH * sum(len(line) + 1 for line in source):
        return None
    ranges = tuple((a + first_line, b + first_line) for a, b in runs(sorted(hidden)))
    elision = Elision(ranges=ranges, count=len(hidden), summary="findings that are said once, with all their places")
    note = f"{FOLD} places are below {folder}" if below else ""
    return Rendition(text=text, note=note, elisions=(elision,), lossless=False)


def _groups(found: Sequence[_Finding], *, alike: bool) -> dict[str, list[_Finding]]:
    """Findings by what they say, in the order of the first ones."""
    kinds = [_VALUES.sub("…", f.text) if alike and not _ERROR.match(f.text) else f.text for f in found]
    times = Counter(kinds)
    groups: dict[str, list[_Finding]] = {}
    for finding, kind in zip(found, kinds, strict=True):
        groups.setdefault(kind if times[kind] >= _MANY else finding.text, []).append(finding)
    return groups


def _read(source: Sequence[str], least: float) -> list[_Finding] | None:
    """What is found in the output; None where that is less than `least`."""
    out: list[_Finding] = []
    path = ""
    for i, line in enumerate(source):
        if len(out) + len(source) - i < least:
            return None
        m = _ROW.match(line) if path and line[:1] == " " else None
        if m is not None:
            out.append(_Finding(i, path, m["at"], " ".join(m["text"].split())))
            continue
        m = _FINDING.match(line)
        if m is not None and i + 1 < len(source) and source[i + 1][:1] in _BLANKS and source[i + 1].strip():
            continue  # an excerpt or the rest of its message follows
        if m is not None:
            out.append(_Finding(i, m["path"], m["at"], m["text"]))
        elif line and line[0] != " ":
            path = line if _PATH.match(line) else ""
    return out if len(out) >= least else None


def _places(path: str, others: Sequence[_Finding], below: int) -> str:
    """`:9:5, :14:5; src/b.py:3:1, :8:1`: a path once, where it is not that of the line above."""
    parts: list[str] = []
    for f in others:
        bare = f.at if f.at[0] in ":(" else f":{f.at}"
        parts.append(f", {bare}" if f.path == path else f"; {f.path[below:]}{bare}")
        path = f.path
    return "".join(parts)[2:]


def _hide_bare_paths(source: Sequence[str], hidden: set[int], pins: AbstractSet[int]) -> None:
    """A path above rows none of which is shown goes with them, and so does the blank line behind."""
    i = 0
    while i < len(source):
        below = i + 1
        while below < len(source) and source[below][:1] == " " and source[below].strip():
            below += 1
        if below > i + 1 and _PATH.match(source[i]) and i not in pins and hidden.issuperset(range(i + 1, below)):
            end = below + (below < len(source) and not source[below].strip())
            hidden.update(range(i, end))
        i = below
