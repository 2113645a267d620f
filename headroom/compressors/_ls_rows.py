"""The rows of `ls -l`, without the columns that most of them share. Nothing is lost; the note says how to read a row.

    -rw-r--r--  1 ann  staff  1204 May  8 22:58 a.py        1204 May  8 22:58 a.py
    drwxr-xr-x  4 ann  staff   128 May  9 10:02 lib         d 4 128 May  9 10:02 lib

The note holds what stands for the missing columns, and the blanks before the widest number of a column where that is not
one. A date that most rows have is said there once, and a name that goes on with the one above it begins with `"`. A row of
another owner or a rare mode stays as it is. Above stands `listing`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from headroom.compressors._api import Rendition

__all__ = ["FOUND", "ROW", "shorten", "shorten_found"]

_SIZE = r"\d[\d.,]*[KMGTPkB]?"
_DATE = r" +(?:[A-Z][a-z]{2} [ \d]\d |\d{1,2} [A-Z][a-z]{2} |\d{4}-\d\d-\d\d )"
ROW = re.compile(rf"([bcdlps-][rwxsStT-]{{9}}[@+.]?) +(\d+)( [^ ]+ +[^ ]+ )( *)({_SIZE})({_DATE}.*)\Z")
"""Mode, links, owner and group, the blanks that follow, size, and the rest from the blank before the date on."""
FOUND = re.compile(
    r" *(\d+) +(\d+) ([bcdlps-][rwxsStT-]{9}) +(\d+) (\S+) +(\S+) +(\d+) ([A-Z][a-z]{2} [ \d]\d +[\d:]{4,5}) (.*)\Z"
)
"""A row of `find -ls`: inode, blocks, mode, links, owner, group, size, date, path."""
_SHORT = re.compile(rf"(?:[a-z] \d+ )?{_SIZE}{_DATE}")
_BARE = re.compile(rf"(?:[a-z] \d+ )?{_SIZE} ")
_WHEN = re.compile(
    r"( +(?:[A-Z][a-z]{2} [ \d]\d|\d{1,2} [A-Z][a-z]{2}|\d{4}-\d\d-\d\d) +[\d:.]{4,18}(?: [+-]\d{4})?) (.*)", re.DOTALL
)
"""What stands behind the size: the date, and the name."""
_AT_DATE = re.compile(_DATE)
_FEWEST = 3
"""A mode of fewer rows is not worth a letter of its own; nor a date."""
_SHARE = 3
"""A date of fewer rows than one in so many is no usual one."""
_GOES_ON, _WORTH = 8, 30
"""Characters of a name that is not said again; of what all of these must spare."""
_GAPS = 6
"""So many directories may each have blanks of their own."""


@dataclass(frozen=True, slots=True)
class _Legend:
    """What the short rows leave out: the most common mode and links, letters for other modes, owner and group."""

    head: tuple[str, str] | None
    letters: dict[str, str]
    owner: str

    def short(self, row: re.Match[str]) -> str | None:
        """The row up to its size without what the legend says, or None where it has something else there."""
        if row[3] != self.owner:
            return None
        if (row[1], row[2]) == self.head:
            return row[5]
        letter = self.letters.get(row[1])
        return f"{letter} {row[2]} {row[5]}" if letter else None

    def note(self, gaps: str) -> str:
        parts = [f"row starting with its size = {' '.join(self.head)}{self.owner.rstrip(' ')}"] if self.head else []
        parts += [f"{letter} N = {mode} N{self.owner.rstrip(' ')}" for mode, letter in self.letters.items()]
        return "; ".join(parts) + gaps


def shorten(lines: Sequence[str], text: str) -> Rendition:
    """Rows whose mode, links, owner and group the note can say lose these; everything else stays."""
    rows = [ROW.match(line) for line in lines]
    legend = _legend(rows)
    if legend is None or any(m is None and _SHORT.match(line) for m, line in zip(rows, lines, strict=True)):
        return Rendition(text=text)
    blocks = [block for block in _blocks(rows) if any(legend.short(row) for _, row in block)]
    found = [_gaps([row for _, row in block if legend.short(row)]) for block in blocks]
    kept = _told(found)
    out = list(lines)
    short = {
        i: (head, row[6])
        for block, gap in zip(blocks, found, strict=True)
        if gap in kept
        for i, row in block
        if (head := legend.short(row)) is not None
    }
    behind, said = _behind_sizes(rows, lines, {i: rest for i, (_, rest) in short.items()})
    for i, (head, _) in short.items():
        out[i] = head + behind[i]
    body = "\n".join(out)
    note = legend.note(said + _spelt([gap for gap in found if gap in kept]))
    return Rendition(text=body, note=note) if len(body) + len(note) < len(text) else Rendition(text=text)


def _behind_sizes(
    rows: Sequence[re.Match[str] | None], lines: Sequence[str], rests: dict[int, str]
) -> tuple[dict[int, str], str]:
    """Dates and names of the rows that are shortened, without what the note says."""
    parts = {i: (m[1], m[2]) for i, rest in rests.items() if (m := _WHEN.fullmatch(rest)) is not None}
    notes: list[str] = []
    usual, times = Counter(when for when, _ in parts.values()).most_common(1)[0] if parts else ("", 0)
    mostly = times >= _FEWEST and _SHARE * times >= len(parts) and not usual.startswith("  ")
    if not mostly or any(m is None and _BARE.match(line) for m, line in zip(rows, lines, strict=True)):
        usual = ""
    else:
        notes.append(f"; row without date = {usual.lstrip(' ')}")
    goes_on = {
        i: len(above)
        for i, (_, name) in parts.items()
        if (above := _name_of(rows[i - 1]) if i else "") and len(above) >= _GOES_ON and name.startswith(above)
    }
    if sum(goes_on.values()) < _WORTH or any(name.startswith('"') for _, name in parts.values()):
        goes_on = {}
    else:
        notes.append('; " = the name above')
    out = dict(rests)
    for i, (when, name) in parts.items():
        rest = f' "{name[goes_on[i] :]}' if i in goes_on else f" {name}"
        out[i] = rest if when == usual and not _AT_DATE.match(rest) else when + rest
    return out, "".join(notes)


def _name_of(row: re.Match[str] | None) -> str:
    found = _WHEN.fullmatch(row[6]) if row is not None else None
    return "" if found is None else found[2]


def _legend(rows: Sequence[re.Match[str] | None]) -> _Legend | None:
    owners = Counter(m[3] for m in rows if m is not None)
    if not owners:
        return None
    owner = owners.most_common(1)[0][0]
    heads = Counter((m[1], m[2]) for m in rows if m is not None and m[3] == owner)
    modes: Counter[str] = Counter()
    for (mode, _), n in heads.items():
        modes[mode] += n
    top, times = heads.most_common(1)[0]
    head = top if times >= _FEWEST and 4 * times >= 3 * modes[top[0]] else None  # links of directories differ
    if head:
        modes[head[0]] -= times
    letters: dict[str, str] = {}
    free = iter("abcefghijkmnopqrstuvwxyz")
    for mode, n in modes.most_common(8):
        if n >= _FEWEST:
            usual = mode[0] if mode[0] in "dl" and mode[0] not in letters.values() else ""
            letters[mode] = usual or next(free)
    return _Legend(head, letters, owner) if head or letters else None


def _blocks(rows: Sequence[re.Match[str] | None]) -> Iterator[list[tuple[int, re.Match[str]]]]:
    """Rows with nothing in between, which `ls` has aligned together."""
    block: list[tuple[int, re.Match[str]]] = []
    for i, row in enumerate(rows):
        if row is not None:
            block.append((i, row))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _gaps(rows: Sequence[re.Match[str]]) -> tuple[int, int] | None:
    """Blanks before the widest link count, counted from the longest mode, and before the widest size; None where the
    columns are not aligned to the right."""
    ends = {row.end(2) for row in rows}
    sizes = {len(row[4]) + len(row[5]) for row in rows}
    if len(ends) > 1 or len(sizes) > 1:
        return None
    first = ends.pop() - max(len(row[1]) for row in rows) - max(len(row[2]) for row in rows)
    return (first, sizes.pop() - max(len(row[5]) for row in rows) + 1) if first > 0 else None


def _told(found: Sequence[tuple[int, int] | None]) -> set[tuple[int, int] | None]:
    """The gaps of blocks that are shortened: all where they are few, else the most common ones."""
    known = [gap for gap in found if gap is not None]
    if not known:
        return set()
    return set(known) if len(known) <= _GAPS else {Counter(known).most_common(1)[0][0]}


def _spelt(gaps: Sequence[tuple[int, int] | None]) -> str:
    """What the note says of blanks: nothing for one and one, a pair for all blocks, or one pair per block."""
    pairs = [f"{gap[0]}+{gap[1]}" for gap in gaps if gap is not None]
    if set(pairs) <= {"1+1"}:
        return ""
    return f"; gaps {pairs[0]}" if len(set(pairs)) == 1 else f"; gaps {', '.join(pairs)}"


def shorten_found(text: str) -> Rendition:
    """`find -ls`: blanks that only align columns go, and what the note says once: modes with their links and owners."""
    lines = text.split("\n")
    rows = [FOUND.match(line) for line in lines]
    if any(m is None or _aligned(m) != line for m, line in zip(rows, lines, strict=True) if line):
        return Rendition(text=text)
    kinds = Counter((m[3], m[4], m[5], m[6]) for m in rows if m is not None)
    free = iter("abcdefghijklmnopqrstuvwxyz")
    letters = {kind: next(free) for kind, n in kinds.most_common(8) if n >= _FEWEST}
    out = [_found(m, letters) if m is not None else "" for m in rows]
    said = "; ".join(f"{letter} = {' '.join(kind)}" for kind, letter in letters.items())
    note = f"inode, blocks, mode, links, owner, group, size, date, path, aligned as find -ls does; {said}"
    body = "\n".join(out)
    return Rendition(text=body, note=note) if len(body) + len(note) < len(text) else Rendition(text=text)


def _aligned(row: re.Match[str]) -> str:
    """The row as GNU find prints it."""
    inode, blocks, mode, links, owner, group, size, date, path = row.groups()
    return f"{inode:>9} {blocks:>6} {mode} {links:>3} {owner:<8} {group:<8} {size:>8} {date} {path}"


def _found(row: re.Match[str], letters: dict[tuple[str, str, str, str], str]) -> str:
    inode, blocks, mode, links, owner, group, size, date, path = row.groups()
    kind = letters.get((mode, links, owner, group)) or f"{mode} {links} {owner} {group}"
    return f"{inode} {blocks} {kind} {size} {date} {path}"
