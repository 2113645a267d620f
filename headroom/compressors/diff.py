"""Diffs and patches: what people added and removed stays, with its file and its line numbers.

From MEDIUM on each file's head takes one line, hunk headers say where the first shown line stands, and of the context the
line before a change is shown. Also left out are what programs wrote (lock files, other generated files, binary patches),
removed lines that are added again elsewhere, the lines of a removed file, a change that file after file repeats, and the
bodies of a big new file. At STRONG also changes of white space, and the commits of a log that the query is not about.
Below MEDIUM a diff stays as it is. Above stand the router and the engine, beside it `_patch`, which reads, and
`_patch_cuts`, which judges.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from headroom import lines as lines_
from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._generated import generated_path, says_generated
from headroom.compressors._patch import File, Hunk, Patch, read
from headroom.compressors._patch_cuts import BODIES, CONTEXT, Cut, Move, cuts, moves, repeats, whole
from headroom.lines import FOLD
from headroom.messages import Hint
from headroom.relevance import matching_lines, terms

_COMMAND = re.compile(
    r"\bgit\b(?:\s+-\S+(?:\s+\S+)?)*?\s+(?:diff|show|log|stash\s+show|format-patch)\b|\bdiff\s+-\w*[uU]|\bgh\s+pr\s+diff"
)
_START = re.compile(
    r"\s*(?:diff --(?:git|cc|combined) |Index: \S|--- \S.*\n\+\+\+ \S|commit [0-9a-f]{7,64}\b|@@ -\d|From [0-9a-f]{40} )"
)
_FILE = re.compile(r"^(?:diff --(?:git|cc|combined) .+|--- \S.*\n\+\+\+ \S.*|Index: \S.*)$", re.MULTILINE)
_HUNK = re.compile(r"^@@@* -\d+(?:,\d+)?(?: -\d+(?:,\d+)?)* \+\d+(?:,\d+)? @@@*", re.MULTILINE)
_HEAD_LINE = re.compile(r"index |--- |\+\+\+ ")
_HEADS = "diff P = file P; index, --- and +++ lines left out"
_STARTS = "@@ -A +B = first old and new line shown"
_ENDS = "hunks without their outer context"
_COUNTED = {
    CONTEXT: f"{FOLD}N = N context lines left out",
    BODIES: f"{FOLD}N in a new file = N lines of bodies left out",
}
_RANGED = f"{FOLD} lines N-M: of this output, not of a file"
_PAYS = 2.5
"""Characters that a mark must save per character of its own: digits and signs are dear in tokens."""
_LEAST = 5
_SHORT_MARK = 1_000
"""The mark of so many lines, where it tells their number alone, is no longer than that."""
_PIECE = 1 << 18
"""Longer diffs are read in pieces of about so many characters, so that memory stays bounded."""
_ASKED = 8
"""A word of the query that more lines hold than this tells nothing."""
_SAME = 30
"""A change of fewer characters is not worth a reference to another file."""


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
        """Leave out what carries little. A text that does not read as a diff comes back as it is."""
        if limits.effort < Effort.MEDIUM or text.startswith(FOLD) or f"\n{FOLD}" in text:
            return Rendition(text=text)
        view = _View(limits.first_line)
        for piece in _pieces(text):
            view.add(piece, hint, limits, alone=len(piece) == len(text))
        return view.rendition(text)


def _pieces(text: str) -> Iterator[str]:
    """Long texts in pieces that end before a file, without the line end between them."""
    at = 0
    while len(text) - at > _PIECE:
        end = text.find("\ndiff --", at + _PIECE)
        if end < 0:
            break
        yield text[at:end]
        at = end + 1
    yield text[at:] if at else text


@dataclass(slots=True)
class _View:
    """The visible text of a diff, built from top to bottom, piece by piece.

    `start` is the number of the piece's first line. Lines of its `patch` before `at` are written or left out; `pins` and,
    in order, `pinned` must be shown.
    """

    start: int
    out: list[str] = field(default_factory=list)
    gone: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[str, None] = field(default_factory=dict)
    patch: Patch = field(default_factory=lambda: Patch((), "", ()))
    at: int = 0
    pins: set[int] = field(default_factory=set)
    pinned: Sequence[int] = ()
    elsewhere: dict[int, list[Move]] = field(default_factory=dict)

    def rendition(self, text: str) -> Rendition:
        """What has become of `text`."""
        elisions = tuple(
            Elision(ranges=tuple(ranges), count=sum([b - a + 1 for a, b in ranges]), summary=label)
            for label, ranges in self.gone.items()
        )
        if not elisions:
            return Rendition(text=text)
        return Rendition(text="\n".join(self.out), note="; ".join(self.notes), elisions=elisions, lossless=False)

    def add(self, text: str, hint: Hint, limits: Limits, *, alone: bool) -> None:
        """One more piece; `alone` says that it is the only one."""
        source = lines_.split(text)
        self.patch, self.at = read(source), 0
        if self.patch.files:
            starts = array("q", accumulate(map((1).__add__, map(len, source[:-1])), initial=0))
            self.pins = set(matching_lines(text, hint.query, limit=_ASKED, starts=starts))
            if limits.keep is not None:
                search = limits.keep.search
                self.pins.update(i for i, line in enumerate(source) if search(line))
            self.pinned = sorted(self.pins)
            apart = _apart(self.patch, hint) if alone and limits.effort >= Effort.STRONG else frozenset()
            self._files(apart, limits.effort)
        self._until(len(source))
        self.start += len(source)

    def _files(self, apart: frozenset[int], effort: Effort) -> None:
        """All files of the piece; of commits in `apart` only what the message says and how much they change."""
        patch, source = self.patch, self.patch.source
        lumped = {f.first for f in patch.files if f.commit in apart or _generated(source, f)}
        own = [f for f in patch.files if f.first not in lumped]
        signs = {file.first: whole(patch, file, effort) for file in own}
        self._find_elsewhere(own, [f for f in own if not signs[f.first]])
        repeated = _repeated(patch, [f for f in own if not self._holds_pin(f.first, f.end)])
        for number, file in enumerate(patch.files):
            if file.first < self.at:
                continue  # it stood within a run of files that repeat one change
            self._until(file.first)
            if file.first in repeated:
                self._same_again(number, repeated)
                continue
            self._head(file)
            if file.first in lumped or not file.hunks:
                self._lump(file)
                continue
            for hunk in file.hunks:
                self._hunk(hunk, self._hidden(file, hunk, effort, signs[file.first]))

    def _find_elsewhere(self, own: Sequence[File], parts: Sequence[File]) -> None:
        """Blocks that moved within a commit, or that a commit repeats: line numbers tell nothing across commits."""
        by_commit: dict[int, tuple[list[File], list[File]]] = {}
        for number, files in enumerate((own, parts)):
            for file in files:
                by_commit.setdefault(file.commit, ([], []))[number].append(file)
        found: list[Move] = []
        for together, changed in by_commit.values():
            moved = moves(self.patch, together)
            found += [*moved, *repeats(self.patch, changed, moved)]
        self.elsewhere = {}
        for move in sorted(found, key=lambda move: move.first):
            self.elsewhere.setdefault(self._place(move.first)[1].header, []).append(move)

    def _holds_pin(self, first: int, end: int) -> bool:
        return bisect_left(self.pinned, first) < bisect_left(self.pinned, end)

    def _until(self, line: int) -> None:
        """Lines as they are, up to `line`."""
        self.out += self.patch.source[self.at : line]
        self.at = line

    def _drop(self, cut: Cut, *, mark: bool = True) -> None:
        """Leave out the lines of `cut`, which begins here."""
        self.gone[cut.label].append((cut.first + self.start, cut.last + self.start))
        self.at = cut.last + 1
        if mark:
            self.out.append(self._mark(cut))
            self.notes[_COUNTED.get(cut.label, _RANGED)] = None

    def _mark(self, cut: Cut) -> str:
        if cut.label in _COUNTED:
            return f"{FOLD}{cut.last - cut.first + 1}"
        a, b = cut.first + self.start, cut.last + self.start
        return f"{FOLD} line {a} ({cut.label})" if a == b else f"{FOLD} lines {a}-{b} ({cut.label})"

    def _head(self, file: File) -> None:
        """`diff P` for the lines that repeat it."""
        source = self.patch.source
        if not source[file.first].startswith("diff --git"):
            return
        if file.same and file.first not in self.pins:
            self.out.append(f"diff {file.path}")
            self.at = file.first + 1
        self.notes[_HEADS] = None
        rows = (i for i in range(file.first + 1, file.body) if _HEAD_LINE.match(source[i]) and i not in self.pins)
        for a, b in lines_.runs(rows):
            self._until(a)
            self._drop(Cut(a, b, "file head"), mark=False)

    def _lump(self, file: File) -> None:
        """A file of which only the size of the change is told."""
        if file.end <= file.body:
            return
        name = file.path.rpartition("/")[2]
        label = f"{self.patch.count(file.hunks)} in {name}" if file.hunks else f"binary patch of {name}"
        for cut in self._unpinned([Cut(file.body, file.end - 1, label)]):
            self._until(cut.first)
            if self._pays(cut):
                self._drop(cut)

    def _same_again(self, number: int, repeated: dict[int, tuple[str, str]]) -> None:
        """Consecutive files that repeat one change: where they do."""
        files, places, source = self.patch.files, [], ""
        end = files[number].first
        while number < len(files) and files[number].first == end:
            like, place = repeated.get(end, ("", ""))
            if not like or like != (source or like):
                break
            source = like
            places.append(place)
            end = files[number].end
            number += 1
        label = f"the same change as in {source}: {' '.join(places)}"
        self._drop(Cut(self.at, end - 1, label))

    def _hidden(self, file: File, hunk: Hunk, effort: Effort, sign: str) -> list[Cut]:
        """What of a hunk is not shown, ascending."""
        if not hunk.exact:
            return []
        found = cuts(self.patch, hunk, effort, sign)
        if not sign and hunk.header in self.elsewhere:
            for move in self.elsewhere[hunk.header]:
                if all(move.last < cut.first or move.first > cut.last for cut in found):
                    found += self._told(file, move)
            found.sort(key=lambda cut: cut.first)
        return self._unpinned(found) if self._holds_pin(hunk.header, hunk.end) else found

    def _told(self, file: File, move: Move) -> Iterator[Cut]:
        """A block that stands elsewhere, each part of it between pinned lines with the place of its first line."""
        removed = self.patch.signs[move.to] == "-"
        moved = self.patch.signs[move.first] == "-" and not removed
        indented = f", indented {abs(move.by)} {'more' if move.by > 0 else 'less'}" if move.by else ""
        for cut in self._unpinned([Cut(move.first, move.last)]):
            to = move.to + cut.first - move.first
            at, there = self._place(to)
            old, new = self.patch.place(there, to)
            line = f"{'' if at is file else f'{at.path} '}{'old' if removed else 'new'} line {old if removed else new}"
            yield cut._replace(label=f"moved to {line}{indented}" if moved else f"the same as from {line} on")

    def _place(self, line: int) -> tuple[File, Hunk]:
        """The file and the hunk of a line."""
        files = self.patch.files
        file = files[bisect_right(files, line, key=lambda f: f.first) - 1]
        return file, file.hunks[bisect_right(file.hunks, line, key=lambda h: h.header) - 1]

    def _unpinned(self, found: Sequence[Cut]) -> list[Cut]:
        """The cuts without the lines that must be shown."""
        out: list[Cut] = []
        for cut in found:
            a, b = bisect_left(self.pinned, cut.first), bisect_right(self.pinned, cut.last)
            if a == b:
                out.append(cut)
                continue
            free = (i for i in range(cut.first, cut.last + 1) if i not in self.pins)
            out += [Cut(x, y, cut.label) for x, y in lines_.runs(free)]
        return out

    def _pays(self, cut: Cut) -> bool:
        brief = cut.label in _COUNTED and cut.last - cut.first < _SHORT_MARK
        need = _PAYS * (_LEAST if brief else max(len(self._mark(cut)), _LEAST))
        for i in range(cut.first, cut.last + 1):
            need -= len(self.patch.source[i]) + 1
            if need <= 0:
                return True
        return False

    def _hunk(self, hunk: Hunk, hidden: Sequence[Cut]) -> None:
        """A hunk; context at its edges goes without a mark, since its header says where it begins."""
        if not hunk.exact or hunk.header in self.pins:
            self._until(hunk.end)
            return
        first = hunk.header + 1
        if hidden and hidden[0].first == first and hidden[0].label == CONTEXT:
            first = hidden[0].last + 1
        ahead = first - hunk.header - 1  # lines of both files
        self._until(hunk.header)
        self.out.append(f"@@ -{hunk.old + ahead} +{hunk.new + ahead} @@{hunk.section}")
        self.notes[_STARTS] = None
        self.at = hunk.header + 1
        source, start, out, ends = self.patch.source, self.start, self.out, hunk.end - 1
        for cut in hidden:
            a, b, label = cut
            out += source[self.at : a]
            self.at = a
            if label == CONTEXT and (b < first or b == ends):
                self.gone["outer context"].append((a + start, b + start))
                self.notes[_ENDS] = None
                self.at = b + 1
            elif self._pays(cut):
                self._drop(cut)
        self._until(hunk.end)


def _generated(source: Sequence[str], file: File) -> bool:
    return generated_path(file.path) or says_generated(source[file.body : min(file.end, file.body + 30)])


def _repeated(patch: Patch, files: Sequence[File]) -> dict[int, tuple[str, str]]:
    """First line of a file that repeats the change of an earlier one -> that one's path, and `path:line,line`."""
    firsts: dict[tuple[int, str], str] = {}
    found: dict[int, tuple[str, str]] = {}
    for file in files:
        if not file.same or file.body - file.first > 4 or not all(hunk.exact for hunk in file.hunks):
            continue
        runs = [(hunk, a, b) for hunk in file.hunks for a, b in hunk.changes]
        change = "\n".join([line for _, a, b in runs for line in patch.source[a:b]])
        if len(change) < _SAME:
            continue
        key = file.commit, change
        if key in firsts:
            lines = ",".join([str(patch.place(hunk, a)[1]) for hunk, a, _ in runs])
            found[file.first] = firsts[key], f"{file.path}:{lines}"
        else:
            firsts[key] = file.path
    return found


def _apart(patch: Patch, hint: Hint) -> frozenset[int]:
    """Commits of a log that the query is not about; empty unless it clearly names one by its message or hash."""
    heads: dict[int, int] = {}  # commit line -> its first file's line
    for file in patch.files:
        if file.commit >= 0:
            heads.setdefault(file.commit, file.first)
    wanted = terms(hint.query) if hint.query else ()
    if len(heads) < 2 or not wanted:
        return frozenset()
    hits: list[tuple[int, int]] = []
    for commit, end in heads.items():
        words = " ".join(patch.source[commit : min(end, commit + 60)]).lower()
        hits.append((sum(term in words for term in wanted), commit))
    hits.sort(reverse=True)
    (best, named), (second, _) = hits[0], hits[1]
    if best < 3 or best - second < 2:
        return frozenset()
    return frozenset(c for c in heads if c != named)
