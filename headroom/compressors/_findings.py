"""Findings of linters and type checkers, one on a line: the same message at many places is said once, with all its places.

    src/a.py:4:5: D103 Missing docstring in public function
    ⋯ the same at :9:5, :14:5; src/b.py:3:1, :8:1
    src/c.ts(2,1): error TS6133: 'a' is declared but its value is never read.
    ⋯ the same at (7,3); for 'b' (9,5); 'User' src/d.ts(1,16)

Nothing is lost but the order and, from MEDIUM on, the many places of a warning that stands among errors. Output with
excerpts below its findings is not for here (`_diagnostics`, `_excerpts`). `test_run` stands above.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from headroom.compressors._api import Elision, Rendition
from headroom.compressors._finding_lines import PATH, Finding, read
from headroom.compressors._paths import common_folder
from headroom.lines import FOLD, runs

__all__ = ["findings"]

_OPENS = ("", ":", "(")
"""What stands between a path and a place behind it, where a place is told."""
_LEAST = 10
_WORTH = 0.85
_LONG_FOLDER = 8
_SAME, _ALIKE, _FOR = "the same at ", "the same but for names and numbers at ", "the same for "
_ONLY, _BUT = "the same, by file", "the same but for names and numbers, by file"
_WARNING = re.compile(r"(?:warning|info|note|hint)\b")
_LONG = 24
"""So many places of a warning, among errors, are counted by file."""
_COUNTED = 6
"""So many places are counted."""
_FEW_ERRORS = 4
"""An error that stands at no more other places is a line at each: that is what gets read, quoted and clicked on."""
_RANGE = re.compile(r":\d+:\d+(?=:\d+:\d+\Z)")
_VALUES = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"|\d+")
_ERROR = re.compile(r"error\b|.*\bundefined\b", re.IGNORECASE)
_MANY, _MANY_ERRORS = 4, 40
"""So many messages that differ in names only are said together; an error is a line of its own for much longer."""


def findings(
    source: Sequence[str], pins: AbstractSet[int], first_line: int, *, alike: bool = False
) -> Rendition | None:
    """The output with each message once; None where that is little shorter or where it holds much else. `alike` takes
    messages that differ in names and numbers for one, unless they tell of an error, and counts what errors stand among; of what
    is said once it shows the line of source that a linter drew below it once, too.
    """
    spoken = sum([bool(line) and not line.isspace() for line in source])
    found = read(source, max(_LEAST, spoken / 2), drawn=alike)
    if found is None or any(line.startswith(FOLD) for line in source):
        return None
    ranges_cut = alike and any(_RANGE.match(f.at) for f in found)
    if ranges_cut:
        found = [replace(f, at=m[0] if (m := _RANGE.match(f.at)) else f.at) for f in found]
    groups = _groups(found, alike=alike)
    among_errors = any(_ERROR.match(f.text) for f in found)
    folder = common_folder(sorted({f.path for f in found}))
    below = len(folder) if len(folder) > _LONG_FOLDER else 0
    hidden: set[int] = set()
    marks: dict[int, str] = {}
    for same in groups.values():
        others = [f for f in same[1:] if pins.isdisjoint(f.lines)]
        counted = alike and among_errors and len(others) >= _LONG and _WARNING.match(same[0].text) is not None
        mark = _counts(same[0], others, below) if counted else _mark(same[0], others, below, alike=alike)
        few = _FEW_ERRORS if _ERROR.match(same[0].text) else 1
        if len(others) > few and len(mark) < sum(len(source[i]) for f in others for i in f.lines):
            marks[same[0].lines[-1]] = mark
            hidden.update(i for f in others for i in f.lines)
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
    notes = [f"{FOLD} places are below {folder}" if below else "", f"{FOLD} places without ends" if ranges_cut else ""]
    return Rendition(text=text, note="; ".join(filter(None, notes)), elisions=(elision,), lossless=False)


def _mark(first: Finding, others: Sequence[Finding], below: int, *, alike: bool) -> str:
    """Where else it is found and, of errors, with which names and numbers."""
    count = f"{FOLD} {len(others)} × " if len(others) >= _COUNTED else f"{FOLD} "
    if all(f.text == first.text for f in others):
        return count + _SAME + _places(first.path, others, below)
    if alike and not _ERROR.match(first.text):
        return count + _ALIKE + _places(first.path, others, below)
    every = [_VALUES.findall(f.text) for f in (first, *others)]
    differ = list(dict.fromkeys(column for column in zip(*every, strict=True) if len(set(column)) > 1))
    by_values: dict[tuple[str, ...], list[Finding]] = {}
    for n, finding in enumerate(others, 1):
        by_values.setdefault(tuple(column[n] for column in differ), []).append(finding)
    own = by_values.pop(tuple(column[0] for column in differ), [])
    said = f"{_SAME}{_places(first.path, own, below)}; for " if own else _FOR
    path = own[-1].path if own else first.path
    parts = []
    for values, found in by_values.items():
        parts.append(f"{' '.join(values)} {_places(path, found, below)}")
        path = found[-1].path
    return f"{count}{said}{'; '.join(parts)}"


def _section(finding: Finding) -> str:
    """The file below which a finding has to stay: an error in a row below the path of its file."""
    return finding.path if finding.at[:1] not in _OPENS and _ERROR.match(finding.text) else ""


def _counts(first: Finding, others: Sequence[Finding], below: int) -> str:
    """How often a warning is found again in which file."""
    files = Counter(f.path[below:] for f in others)
    same = _ONLY if len({f.text for f in (first, *others)}) == 1 else _BUT
    return f"{FOLD} {len(others)} × {same}: {', '.join(f'{path} {n}' for path, n in files.items())}"


def _kind(text: str) -> str:
    """What a finding says but for names and numbers, and how many of them it has."""
    kind, count = _VALUES.subn("…", text)
    return f"{count} {kind}"


def _groups(found: Sequence[Finding], *, alike: bool) -> dict[tuple[str, str], list[Finding]]:
    """Findings by what they say but for names and numbers, in the order of the first ones."""
    said = [_kind(f.text) if alike or _ERROR.match(f.text) else f.text for f in found]
    kinds = [(_section(f), text) for f, text in zip(found, said, strict=True)]
    times = Counter(kinds)
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding, kind in zip(found, kinds, strict=True):
        many = _MANY_ERRORS if _ERROR.match(finding.text) else _MANY
        groups.setdefault(kind if times[kind] >= many else (kind[0], finding.text), []).append(finding)
    return groups


def _places(path: str, others: Sequence[Finding], below: int) -> str:
    """`:9:5, :14:5; src/b.py:3:1, :8:1`: a path once, where it is not that of the line above."""
    parts: list[str] = []
    for f in others:
        bare = f.at if f.at[:1] in _OPENS else f":{f.at}"
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
        if below > i + 1 and PATH.match(source[i]) and i not in pins and hidden.issuperset(range(i + 1, below)):
            end = below + (below < len(source) and not source[below].strip())
            hidden.update(range(i, end))
        i = below
