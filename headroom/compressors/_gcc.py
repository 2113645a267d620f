"""What gcc and clang say of C and C++: the way through library headers counted, each source line said once.

    /usr/include/c++/12/bits/stl_algo.h:1809:14:   required from ‘void std::__insertion_sort(…) [with …]’
    /usr/include/c++/12/bits/stl_iterator.h:451:5: note: candidate: ‘template<class _Iterator> …’

Errors, warnings and every note of a file that is no library's stay. Of the candidates that a library offers for a call the
first stays, of the steps by which its templates came to be made the last, which the program itself asked for.
`test_run` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby

from headroom.compressors._folds import Fold

__all__ = ["NOTE", "library_notes", "said_again"]

NOTE = "each source line once, without bare `^~`"
_PLACE = re.compile(r"(?P<path>(?:[A-Za-z]:)?[^\s:][^:\n]{0,300})(?::(?P<line>\d+)(?::\d+)?)?: ")
_LIBRARY = re.compile(
    r"(?:/usr/|/opt/|/Library/|/Applications/|/nix/store/|[A-Za-z]:[\\/]Program Files)|.*[\\/]include[\\/]c\+\+[\\/]"
)
_STEP = re.compile(
    r"In (?:instantiation|substitution) of |  (?:recursively )?required (?:from|by) |note: in instantiation of "
)
_CANDIDATE = re.compile(r"note: (?:  )?candidate")
_REASON = re.compile(
    r"note:   (?:template argument deduction|candidate expects|no known conversion|mismatched types|couldn.t deduce|deduced "
    r"conflicting|constraints not|.* is not derived from )"
)
_CHAIN = re.compile(r"In file included from | +from \S+:\d+(?::\d+)?[,:]\s*\Z")
_EXCERPT = re.compile(r" *\d* \|")
_CODE = re.compile(r" *(\d+) \| ")
_BARE = re.compile(r" +\| [ ^~]+\Z")
_NAMED = 4
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines `first` to `end` (exclusive): an include chain, a message, the excerpt below it. `what` is "candidate", "step"
    or "" for what stays."""

    first: int
    end: int
    what: str
    path: str
    said: str


def library_notes(source: Sequence[str], pins: AbstractSet[int], taken: bytearray) -> Iterator[Fold]:
    """Folds for candidates and steps in library headers."""
    blocks = list(_blocks(source))
    goes: list[_Block] = []
    seen: set[str] = set()
    offered = False
    for n, block in enumerate(blocks):
        if "error: " in block.said:
            offered = False
        goes_on = n + 1 < len(blocks) and blocks[n + 1].what == "step" and blocks[n + 1].first == block.end
        known = block.said in seen
        if block.what == "candidate":
            seen.add(block.said)
        free = pins.isdisjoint(range(block.first, block.end)) and 1 not in taken[block.first : block.end]
        if free and ((block.what == "step" and goes_on) or (block.what == "candidate" and (offered or known))):
            if goes and goes[-1].end != block.first:
                yield _fold(goes)
                goes = []
            goes.append(block)
        offered = offered or block.what == "candidate"
    if goes:
        yield _fold(goes)


def _fold(goes: Sequence[_Block]) -> Fold:
    said = []
    for what, run in groupby(goes, key=lambda block: block.what):
        some = list(run)
        files = list(dict.fromkeys(re.split(r"[\\/]", block.path)[-1] for block in some))
        where = ", ".join(files[:_NAMED]) + (", …" if len(files) > _NAMED else "")
        name = "candidate that does not fit" if what == "candidate" else "step of instantiation"
        said.append(f"{len(some)} × {name}, in {where}")
    return Fold(goes[0].first, goes[-1].end - 1, "; ".join(said))


def _blocks(source: Sequence[str]) -> Iterator[_Block]:
    """The messages that name their place, in order."""
    chain = -1
    i = 0
    while i < len(source):
        line = source[i]
        if _CHAIN.match(line):
            chain = i if chain < 0 else chain
            i += 1
            continue
        m = _PLACE.match(line) if len(line) <= _LONGEST else None
        if m is None:
            chain = -1
            i += 1
            continue
        said = line[m.end() :]
        what = _what(said) if _LIBRARY.match(m["path"]) else ""
        end = i + 1
        while end < len(source) and (_EXCERPT.match(source[end]) or (what == "candidate" and _is_reason(source[end]))):
            end += 1
        yield _Block(chain if chain >= 0 else i, end, what, m["path"], said)
        chain = -1
        i = end


def _what(said: str) -> str:
    return "candidate" if _CANDIDATE.match(said) else "step" if _STEP.match(said) else ""


def _is_reason(line: str) -> bool:
    """Whether a line says why the candidate above does not fit."""
    m = _PLACE.match(line) if len(line) <= _LONGEST else None
    return m is not None and _REASON.match(line, m.end()) is not None


def said_again(source: Sequence[str], pins: AbstractSet[int], taken: bytearray) -> Iterator[Fold]:
    """Silent folds, of which `NOTE` tells: source lines that stand above, and marks that only underline."""
    shown: set[tuple[str, str]] = set()
    for first, end, path, is_error in _excerpts(source):
        code = [i for i in range(first, end) if _CODE.match(source[i])]
        bare = [i for i in range(first, end) if _BARE.match(source[i])]
        goes: list[int] = []
        if len(code) + len(bare) == end - first:
            again = all((path, source[i]) in shown for i in code)
            goes = code + bare if again else [] if is_error else bare
        for i in sorted(goes):
            if i not in pins and not taken[i]:
                yield Fold(i, i, "source lines that stand above, underlining", silent=True)
        shown.update((path, source[i]) for i in code if not taken[i])


def _excerpts(source: Sequence[str]) -> Iterator[tuple[int, int, str, bool]]:
    """The excerpts: first line, the line behind the last one, of which file, and whether an error stands above."""
    path, is_error, first = "", False, -1
    for i, line in enumerate(source):
        if _EXCERPT.match(line):
            first = i if first < 0 else first
            continue
        if first >= 0 and path:
            yield first, i, path, is_error
        first = -1
        m = _PLACE.match(line) if len(line) <= _LONGEST else None
        path = m["path"] if m else ""
        is_error = m is not None and "error: " in line
    if first >= 0 and path:
        yield first, len(source), path, is_error
