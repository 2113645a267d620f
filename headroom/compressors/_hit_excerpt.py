"""A list of search hits, cut to a budget: the best hits with their text, all others by file and line number.

`_hits` says which hits are the best, `_hit_runs` where they stand. A number and its text are never parted; lines of no
file always stay. `search` stands above.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._hit_runs import SEPARATOR, Runs
from headroom.compressors._hits import Hit, Ranking
from headroom.lines import FOLD, runs
from headroom.messages import Hint

__all__ = ["excerpt"]

_BUDGET = {Effort.MEDIUM: (0.17, 600, 24_000), Effort.STRONG: (0.1, 500, 8000)}
"""Characters that shown hits may take: this share of the text, but no less and no more than so many."""
_WEIGHED = 20_000
"""So many hits are weighed. Of a longer list the first ones of each file are, or those of every second, third, … file."""
_RANGES = 50
"""So many line numbers or ranges are listed one by one; beyond, the last number ends the list."""
_NUMBERS = 2_000
"""Line numbers are looked for in so many hits of one file."""
_NAMED = 40
"""So many files without a visible hit are named; the rest are counted by folder."""
_FOLDERS = 12
_LONG = 1024
"""A hit that is longer is named with its length: that is why it is not shown."""
_HIT = re.compile(r"(?:[ \t]*(?:Line |L))?\d+:")
_CONTEXT = re.compile(r"(?:[ \t]*(?:Line |L))?\d+-")
_NUMBER = re.compile(r"[ \t]*(?:Line |L)?(\d+)")
_GOES_ON = re.compile(
    r"(?:[:{(\[=\\]|&&|\|\||=>|->|\b(?:and|or|not|then|do|else|try|return))[ \t]*(?:(?://|#)[ \t].*)?$"
)
"""How a line ends that opens a block or leaves a statement open."""
_REMARK = re.compile(r"[ \t]*(?://|/?\*|#(?!define|include|if|el|endif)|--|<!--|\"\"\"|\'\'\'|:param|:type)")
_WORD = re.compile(r"\w")
_QUERY = 2_000
_COUNTED = re.compile(
    r"\bhow (?:often|many)\b|\bcounts?\b|\bnumber of\b|\b(?:more|fewer|less) than (?:\w+) (?:times|hits|matches|calls?|places|uses)\b"
    r"|\bat least \w+ (?:times|hits|matches|calls?|places|uses)\b|\b(?:which|what) files?\b|\b(?:most|least) often\b",
    re.IGNORECASE,
)
"""A query that is answered by how many hits each file has."""
_BY_COUNT = 40
"""So many files are told with their number of hits."""


def excerpt(found: Runs, hint: Hint, limits: Limits) -> Rendition | None:
    """The best hits under a budget of characters; None where all of it fits or there is nothing to rank."""
    share, least, most = _BUDGET[limits.effort]
    budget = min(max(least, int(share * len(found.text))), most)
    if len(found.text) <= budget:
        return None
    view = _View(found)
    hits = view.weighed()
    if not hits:
        return None
    ranking = Ranking.of(hint, found.text)
    chosen, left = ranking.choose(hits, budget)
    kept = ranking.asked.union(chosen)
    if limits.keep is not None:
        search = limits.keep.search
        kept |= {i for i, line in enumerate(found.text.split("\n")) if search(line)}
    if found.mixed:
        kept |= view.around(chosen, max(left, budget // 5))
    made = view.rendition(sorted(kept), limits.first_line)
    if hint.query is None or not _COUNTED.search(hint.query[:_QUERY]) or max(found.widths) <= 0:
        return made
    return replace(made, text=f"{FOLD} {view.by_count()}\n{made.text}")


@dataclass(slots=True)
class _View:
    """What the reader sees of `found`, file by file. `shown` are ranges of line numbers (0-based), `hidden` counts hits
    and `context` context lines that are not shown."""

    found: Runs
    out: list[str] = field(default_factory=list)
    shown: list[tuple[int, int]] = field(default_factory=list)
    unseen: list[int] = field(default_factory=list)
    hits: int = 0
    hidden: int = 0
    context: int = 0
    _rows: list[str] | None = None
    _read: dict[int, tuple[list[str], Sequence[int]]] = field(default_factory=dict)

    def weighed(self) -> list[Hit]:
        """The hits to choose from."""
        found = self.found
        files = [n for n, width in enumerate(found.widths) if width >= 0]
        every, most = 1, None
        if found.lines > _WEIGHED:
            every = len(files) // _WEIGHED + 1
            most = max(1, _WEIGHED * every // max(1, len(files)))
        hits: list[Hit] = []
        for n in files[::every]:
            path, first = found.path(n) or "", found.firsts[n] + found.above(n)
            lines, places = self._lines(n, most)
            hits += [(first + k, path, lines[k]) for k in places]
        return hits

    def _lines(self, n: int, most: int | None = None) -> tuple[list[str], Sequence[int]]:
        """The lines of a run without its path, or the first `most` of them, and which of them are hits."""
        read = self._read.get(n)
        if read is not None:
            return read
        found = self.found
        if found.lines > _WEIGHED:  # of a longer list only offsets are kept
            lines = found.body(n, most).split("\n")
            return lines, ([k for k, x in enumerate(lines) if _HIT.match(x)] if found.mixed else range(len(lines)))
        if self._rows is None:
            self._rows = found.text.split("\n")
        first, width = found.firsts[n], found.widths[n]
        rows = self._rows[first + found.above(n) : first + found.size(n)]
        if found.headed or width <= 0:
            read = rows, ([k for k, x in enumerate(rows) if _HIT.match(x)] if found.mixed else range(len(rows)))
        elif found.mixed:
            places = [k for k, x in enumerate(rows) if x[width : width + 1] == ":"]
            read = [x[width + 1 :] if x != SEPARATOR else x for x in rows], places
        else:
            skip = width + found.cut
            read = [x[skip:] for x in rows], range(len(rows))
        self._read[n] = read
        return read

    def around(self, chosen: Sequence[int], left: int) -> set[int]:
        """Context lines of the chosen hits, the best hit's first: what goes on with the line of a hit, or begins the block that
        it opens; then, as many as `left` characters hold, the nearest, code before comments. Blank ones tell nothing."""
        taken: set[int] = set()
        room = left
        for line in chosen:
            for k, text in self._beside(line, (1,)):
                if _REMARK.match(text):
                    continue
                room -= len(text) + 1
                if room < 0 or not text.strip():
                    break
                taken.add(k)
                if not text.endswith(",") and not _GOES_ON.search(text):
                    break
        left = room - left // 4
        for wanted in (_speaks, _remarks):
            for line in chosen:
                for k, text in self._beside(line, (1, -1)):
                    if k in taken or not wanted(text):
                        continue
                    left -= len(text) + 1
                    if left < 0:
                        return taken
                    taken.add(k)
        return taken

    def _beside(self, line: int, steps: Sequence[int]) -> Iterator[tuple[int, str]]:
        """The context lines below and above a hit, the nearest first, each with its text; below in one direction only where the hit
        opens something."""
        found = self.found
        n = bisect_right(found.firsts, line) - 1
        lines, first = self._lines(n)[0], found.firsts[n] + found.above(n)
        for step in steps:
            k = line - first + step
            if len(steps) == 1 and not _GOES_ON.search(lines[line - first]):
                return
            while 0 <= k < len(lines) and (m := _CONTEXT.match(lines[k])):
                yield first + k, lines[k][m.end() :]
                k += step

    def rendition(self, kept: Sequence[int], first_line: int) -> Rendition:
        """The text, and what is left out in lines of the original; `kept` are ascending numbers of lines."""
        found, at = self.found, 0
        for n, width in enumerate(found.widths):
            start, end = at, found.firsts[n] + found.size(n)
            while at < len(kept) and kept[at] < end:
                at += 1
            if width < 0:
                self._others(n)
            elif start < at:
                self._file(n, kept[start:at])
            else:
                self.unseen.append(n)
        self._named(self.unseen[:_NAMED])
        self._counted(self.unseen[_NAMED:])
        gone = self._gone()
        elision = Elision(
            ranges=tuple([(a + first_line, b + first_line) for a, b in gone]),
            count=sum([b - a + 1 for a, b in gone]),
            summary=f"{self.hidden} hits",
        )
        return Rendition(text="\n".join(self.out), note=self._note(), elisions=(elision,), lossless=False)

    def _others(self, n: int) -> None:
        """Lines of no file, whole; blank lines and rules between files that stand below their path, or at the end, say nothing."""
        text = self.found.body(n)
        if text.strip("\n -") or not (self.found.headed or n + 1 == len(self.found)):
            self.out.append(text)
            self.shown.append((self.found.firsts[n], self.found.firsts[n] + self.found.size(n) - 1))

    def _file(self, n: int, kept: Sequence[int]) -> None:
        """The kept lines of a run, and the numbers of its other hits."""
        found, above = self.found, self.found.above(n)
        first = found.firsts[n] + above
        lines, places = self._lines(n)
        mine = [i - first for i in kept if i >= first]
        path = found.path(n)
        if path:
            self.out.append(path)
        self.out += [lines[k] for k in mine]
        if above:
            self.shown.append((first - 1, first - 1))
        self.shown += [(a + first, b + first) for a, b in runs(mine)]
        visible = set(mine)
        gone = [lines[k] for k in places if k not in visible]
        if gone:
            self.out.append(f"{FOLD} {self._told(gone)}")
        self._count(lines, places)
        self.hidden += len(gone)
        self.context -= len(mine) - (len(places) - len(gone))

    def _count(self, lines: Sequence[str], places: Sequence[int]) -> None:
        self.hits += len(places)
        if self.found.mixed:
            self.context += len(lines) - len(places) - lines.count(SEPARATOR)

    def _named(self, unseen: Sequence[int]) -> None:
        """Files of which no hit is shown: by folder, each with the numbers of its hits."""
        by_folder: dict[str, list[str]] = {}
        for n in unseen:
            folder, name = _parted(self.found.path(n) or "")
            lines, places = self._lines(n)
            numbers = self._told([lines[k] for k in places])
            by_folder.setdefault(folder, []).append(f"{name}:{numbers}" if name else numbers)
            self._count(lines, places)
            self.hidden += len(places)
        for folder, files in by_folder.items():
            if len(files) == 1 or not folder:
                self.out += [f"{FOLD} {folder}{file}" for file in files]
            else:
                self.out.append(f"{FOLD} {folder}: {' '.join(files)}")

    def _told(self, bodies: Sequence[str]) -> str:
        """The numbers of hits that are not shown; of hits without a number, how many there are."""
        return _numbers(bodies, marked=self.found.headed) if self.found.cut else f"×{len(bodies)}"

    def _counted(self, unseen: Sequence[int]) -> None:
        """Files beyond: `⋯ 16 more hits in 5 files, by folder: src/ 12, tests/ 4`, the largest first."""
        counts: Counter[str] = Counter()
        for n in unseen:
            hits = self.found.size(n)
            if self.found.mixed:
                lines, places = self._lines(n)
                self._count(lines, places)
                hits = len(places)
            else:
                self.hits += hits
            counts[_parted(self.found.path(n) or "")[0] or "./"] += hits
        if not counts:
            return
        self.hidden += counts.total()
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        parts = [f"{folder} {n}" for folder, n in ranked[:_FOLDERS]]
        if len(ranked) > _FOLDERS:
            parts.append(f"{len(ranked) - _FOLDERS} other folders {sum(n for _, n in ranked[_FOLDERS:])}")
        self.out.append(f"{FOLD} {counts.total()} more hits in {len(unseen)} files, by folder: {', '.join(parts)}")

    def by_count(self) -> str:
        """`hits by file: a.py 7, b.py 4; 1 in each of 12 others`, the most first."""
        counts: Counter[str] = Counter()
        for n, width in enumerate(self.found.widths):
            if width > 0:
                hits = len(self._lines(n)[1]) if self.found.mixed else self.found.size(n)
                counts[(self.found.path(n) or "").removesuffix(":")] += hits
        ranked = sorted(counts.items(), key=lambda item: -item[1])
        told = [(path, hits) for path, hits in ranked[:_BY_COUNT] if hits > 1]
        alike = Counter(_parted(path)[1] for path in counts)
        names = [f"{path if alike[_parted(path)[1]] > 1 else _parted(path)[1]} {hits}" for path, hits in told]
        rest = [hits for _, hits in ranked[len(told) :]]
        each = f"{rest[-1]}-{rest[0]}" if rest and rest[-1] < rest[0] else f"{rest[0]}" if rest else ""
        more = f"{each} in each of {len(rest)} other{'s' * (len(rest) > 1)}" if rest else ""
        return f"hits by file: {', '.join(names)}{'; ' * bool(names and more)}{more}"

    def _gone(self) -> list[tuple[int, int]]:
        """The lines that are not shown; what stands after the last line end is no line."""
        total = self.found.lines - self.found.text.endswith("\n")
        gone: list[tuple[int, int]] = []
        at = 0
        for a, b in [*self.shown, (total, total)]:
            if a > at:
                gone.append((at, min(a, total) - 1))
            at = b + 1
        return gone

    def _note(self) -> str:
        parts = []
        if any(width > 0 for width in self.found.widths):
            parts.append("path above its lines")
        if self.hidden:
            what = "line numbers" if self.found.cut else "numbers"
            parts.append(f"{FOLD} = {what} of {self.hidden} hit{'s' * (self.hidden > 1)} not shown")
        else:
            parts.append(f"all {self.hits} hits")
        if self.context:
            parts.append(f"{self.context} context lines left out")
        if self.unseen and any(width >= 0 for width in self.found.widths[self.unseen[0] + 1 :]):
            parts.append("other files last")
        return "; ".join(parts)


def _speaks(text: str) -> bool:
    """Whether a context line is neither blank, a bracket alone nor a comment."""
    return _WORD.search(text) is not None and _REMARK.match(text) is None


def _remarks(text: str) -> bool:
    return _WORD.search(text) is not None


def _parted(path: str) -> tuple[str, str]:
    """Folder and name."""
    cut = max(path.rfind("/"), path.rfind("\\")) + 1
    return path[:cut], path[cut:].removesuffix(":")


def _numbers(bodies: Sequence[str], *, marked: bool) -> str:
    """`12,40,77-80` for hits that are not shown, and their length where that is why. Something may stand in front of numbers
    that are `marked`."""
    if marked:
        numbers = [int(m[1]) for m in map(_NUMBER.match, bodies[:_NUMBERS]) if m is not None]
    else:
        numbers = [int(body[: body.index(":")]) for body in bodies[:_NUMBERS]]
    ranges = runs(sorted(set(numbers)) if len(numbers) > 1 else numbers)
    text = ",".join([str(a) if a == b else f"{a}-{b}" for a, b in ranges[:_RANGES]])
    if len(bodies) > _NUMBERS:
        last = _NUMBER.match(bodies[-1])
        text += f"…{last[1]}" if last is not None else "…"
    elif len(ranges) > _RANGES:
        text += f"…{ranges[-1][1]}"
    longest = max(map(len, bodies), default=0)
    return f"{text} (up to {longest:,} characters)" if longest > _LONG else text
