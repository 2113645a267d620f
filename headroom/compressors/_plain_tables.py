"""Tables that nothing rules: columns which stand below one another (`dpkg -l`, `ss`, `top`), lines of so many words
(`apt list`, `mount`), cells between commas or tabs without a header.

`tables` finds them among other lines and says how a line is cut into cells (`Layout`). Where a first line names the
columns it is the header, else they are called `$1`, `$2`, … as awk does. Knows nothing of grids; `table` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from headroom.compressors._tracebacks import is_frame

__all__ = ["Found", "Layout", "layout", "tables"]

_FEWEST = 8
"""Rows below which chance may have put the columns below one another."""
_WINDOW = 48
"""So many lines tell the layout."""
_HEAD = 5
"""So many lines may stand above a table without a blank line between."""
_WIDEST = 400
_MARGIN = 4
"""Blanks by which code is indented."""
_MOST = 24
_FEWEST_WORDS = 6
"""A sentence has so many."""
_RULE = re.compile(r"[-+=| ]*-[-+=| ]*\Z")
_BLANKS = bytes(49 if b == 32 else 48 for b in range(256))
_GUTTER = re.compile("1+")
_ADDRESSED = re.compile(r"\s*[0-9a-f]+:\s+[0-9a-f]{2,8}\s")
"""A line of a dump or of machine code: no row that tells something without its neighbours."""
_CODE = (";", "{", "}", ":", "\\", "(", ",")
"""What lines of code end with."""
_OPEN = ("{", "[", "(", "<", "#", "//", "*", "-", "|", '"', "├", "│", "└", "`", "+", ">", "E ")
"""What lines of code, markup, comments, lists, trees, diffs and JSON begin with."""
_MODE = re.compile(r"[bcdlps-](?:[r-][w-][xsS-]){2}[r-][w-][xtT-] ")
"""What an archive lists a file with."""
_SIGNS = re.compile(r"[/.:=@%,()\[\]_-]")
_CLOCK = re.compile(r"\W?(?:\S+[T ])?\d\d:\d\d:\d\d")
_LETTER = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How lines are cut: at `gutters` (offsets of blanks, end exclusive), else at `sep`, else between words. `first` is
    the line of the window at which the rows begin; `names` has a name for each column."""

    first: int
    names: list[str] = field(default_factory=list)
    gutters: tuple[tuple[int, int], ...] = ()
    sep: str = ""
    joined: tuple[int, ...] = ()
    """Columns that go on with the one before them: the header has no name above them."""
    told: bool = False
    """Whether a column holds texts, and no header says what they are: sentences more likely than facts of one kind."""

    @property
    def named(self) -> bool:
        """Whether a header names the columns."""
        return self.names != _numbered(len(self.names))

    def cells(self, line: str) -> list[str] | None:
        """The cells of a line, or None where it is not of this table."""
        if self.gutters:
            cells = _sliced(line, self.gutters)
        elif self.sep:
            cells = line.rstrip("\r").split(self.sep)
        else:
            cells = line.split(None, len(self.names) - 1)
        if cells is None or len(cells) != len(self.names) + len(self.joined):
            return None
        for at in reversed(self.joined):
            cells[at - 1 : at + 1] = [" ".join(filter(None, cells[at - 1 : at + 1]))]
        return cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A table in a text: its rows are lines `first` to `end` (exclusive), 0-based. The header above it is among the
    lines between `above` and `first`, which go, where it has one."""

    layout: Layout
    above: int
    first: int
    end: int


def tables(lines: Sequence[str]) -> Iterator[Found]:
    """The tables in a text, in order."""
    at = 0
    while at + _FEWEST <= len(lines):
        if not lines[at].strip():
            at += 1
            continue
        window = _block(lines, at)
        made = layout(tuple(window))
        if made is None:
            at += len(window)
            continue
        first = at + made.first
        end = _end(lines, first, made)
        if end - first >= _FEWEST:
            yield Found(layout=made, above=first - _header(window, made) if made.named else first, first=first, end=end)
        at = max(end, first)


def _block(lines: Sequence[str], at: int) -> Sequence[str]:
    """The lines from `at` up to a blank one, so many as tell the layout."""
    for end in range(at, min(at + _WINDOW, len(lines))):
        if not lines[end].strip():
            return lines[at:end]
    return lines[at : at + _WINDOW]


def _header(window: Sequence[str], made: Layout) -> int:
    """How many lines the header takes: one, or two with a rule below."""
    return 2 if _RULE.match(window[made.first - 1]) else 1


def _end(lines: Sequence[str], first: int, made: Layout) -> int:
    """Behind the last line that belongs to the table: a blank line ends it, or several that do not fit."""
    odd = run = 0
    end = first
    for i in range(first, len(lines)):
        line = lines[i]
        if not line.strip():
            break
        if made.cells(line) is not None:
            end, run = i + 1, 0
            continue
        odd += 1
        run += 1
        if run > 3 or 10 * odd > i - first + 20:
            break
    return end


@lru_cache(maxsize=8)
def layout(window: tuple[str, ...]) -> Layout | None:
    """How the lines are cut into cells, or None where most of them have no cells in common."""
    if len(window) < _FEWEST or _ADDRESSED.match(window[-1]):
        return None
    spaced = _spaced(window)
    made = (_of_gutters(window) if spaced else None) or _of_cells(window) or (_of_words(window) if spaced else None)
    if made is None or any("\x1b" in line for line in window):
        return None
    return made if 2 * sum(map(is_frame, window)) < len(window) else None


def _spaced(window: Sequence[str]) -> bool:
    """Whether most lines have three words."""
    return 4 * sum([line.count(" ") >= 2 for line in window]) >= 3 * len(window)


# ------------------------------------------------------------------------------------------------- fixed width


def _of_gutters(window: Sequence[str]) -> Layout | None:
    """Columns parted by blanks that all lines have in the same places."""
    if 2 * sum(["  " in line.strip() for line in window]) < len(window) or any("\t" in line for line in window):
        return None
    masks = [_mask(line) for line in window]
    shared = [masks[-1]]
    for mask in reversed(masks[:-1]):
        shared.append(shared[-1] & mask)
    shared.reverse()
    least = min(_HEAD, len(window) - _FEWEST)
    best = len(_runs(shared[least])) if least >= 0 else 0
    start = next((i for i in range(least + 1) if 5 * len(_runs(shared[i])) >= 4 * best), 0)
    rows = window[start:]
    gutters = [g for g in _runs(shared[start]) if g[1] - g[0] > 1 or _parts(rows, g)]
    if not 2 <= len(gutters) <= _MOST or (len(rows) < 2 * _FEWEST and all(b - a == 1 for a, b in gutters)):
        return None
    made = Layout(first=start, names=_numbered(len(gutters) + 1), gutters=tuple(gutters))
    cells = [row for row in map(made.cells, rows) if row is not None]
    if len(cells) < len(rows) or _is_code(rows) or _is_indented(rows, gutters):
        return None
    return _named(made, window, cells)


def _mask(line: str) -> int:
    """Ones where the line has a blank, behind its end too."""
    raw = line[:_WIDEST].encode("ascii", "replace").translate(_BLANKS)
    return int(raw.ljust(_WIDEST, b"1"), 2)


def _runs(mask: int) -> list[tuple[int, int]]:
    """Gutters with text on both sides."""
    found = [m.span() for m in _GUTTER.finditer(f"{mask:0{_WIDEST}b}")]
    return [(a, b) for a, b in found if a > 0 and b < _WIDEST]


def _is_indented(rows: Sequence[str], gutters: Sequence[tuple[int, int]]) -> bool:
    """Whether blanks before texts mean something, as in code and in trees: all lines are indented, or texts of the first or
    last column begin in different places."""
    if min(len(line) - len(line.lstrip(" ")) for line in rows) >= _MARGIN and all(map(str.isalpha, _starts(rows))):
        return True
    first = [line[: gutters[0][0]] for line in rows]
    last = [text for line in rows if " " in (text := line[gutters[-1][0] :]).strip()]
    return any(
        len({len(t) - len(t.lstrip(" ")) for t in texts if t.lstrip(" ")[:1].isalpha()}) > 1 for texts in (first, last)
    )


def _starts(rows: Sequence[str]) -> list[str]:
    return [line.lstrip(" ")[:1] for line in rows]


def _parts(rows: Sequence[str], gutter: tuple[int, int]) -> bool:
    """Whether cells begin behind a gutter of one blank, or end before it, in most lines: it is more than chance."""
    a, b = gutter
    begin = sum(line[b : b + 1] not in (" ", "") for line in rows)
    end = sum(line[a - 1 : a] not in (" ", "") and len(line) > b for line in rows)
    return 2 * max(begin, end) > len(rows)


def _sliced(line: str, gutters: Sequence[tuple[int, int]]) -> list[str] | None:
    """The texts between gutters; a text may reach into one, but not across it."""
    cells: list[str] = []
    at = 0
    for a, b in gutters:
        gap = line[a:b]
        if gap and not gap.isspace():
            if " " not in gap or len(gap.split()) > 1:
                return None
            end = a + gap.find(" ")
        else:
            end = a
        cells.append(line[at:end].strip())
        at = end
    cells.append(line[at:].strip())
    return cells


# ---------------------------------------------------------------------------------------------- words and cells


def _of_words(window: Sequence[str]) -> Layout | None:
    """Lines of which each word is of its column's sort."""
    counts = [len(line.split()) for line in window]
    head = min(_HEAD, len(window) - _FEWEST)
    width = min(counts[head:])
    start = next(i for i in range(head + 1) if min(counts[i : head + 1]) >= width)
    rows = window[start:]
    if not 3 <= width <= _MOST or _is_code(rows) or _are_sentences(rows):
        return None
    made = Layout(first=start, names=_numbered(width))
    cells = [line.split(None, width - 1) for line in rows]
    if any(line[:1] == " " for line in rows) and not all(row[0].isdigit() for row in cells):
        return None  # blanks before a text mean something
    if 10 * sum("  " in line.strip() for line in rows) > len(rows):
        return None  # and so do several of them
    few = 0
    for column in zip(*cells, strict=True):
        sort = _sort(column)
        if not sort:
            return None
        few += sort == "few"
    if few == width or any(2 * sum(_CLOCK.match(row[at]) is not None for row in cells) > len(rows) for at in (0, 1, 2)):
        return None  # a log, or the same over and over
    return replace(made, told=_tells(cells))


def _of_cells(window: Sequence[str]) -> Layout | None:
    """Lines with the same number of commas, tabs, semicolons, bars or colons, and no header."""
    counts = {sep: window[-1].count(sep) for sep in "\t,;|:"}
    sep = max(counts, key=counts.__getitem__)
    count = counts[sep]
    if count < (4 if sep == ":" else 2):
        return None
    if any(line.count(sep) != count or '"' in line or line[:1] == " " for line in window):
        return None
    cells = [line.rstrip("\r").split(sep) for line in window]
    sorts = [_sort(column) for column in zip(*cells, strict=True)]
    spaced = sep in ",:;" and sum(c.startswith(" ") for row in cells for c in row) > len(window)
    if 2 * sum(map(bool, sorts)) <= len(sorts) or spaced or _is_code(window):
        return None
    return Layout(first=0, names=_numbered(count + 1), sep=sep, told=_tells(cells))


def _sort(column: Sequence[str]) -> str:
    """What the cells of a column have in common: a number in each, a sign in each, few values; "" for nothing."""
    if 3 * len(set(column)) <= len(column):
        return "few"
    if 10 * sum(any(map(str.isdigit, cell)) for cell in column) >= 9 * len(column):
        return "number"
    signs = set(_SIGNS.findall(column[0]))
    return "sign" if signs and all(any(sign in cell for sign in signs) for cell in column) else ""


# ------------------------------------------------------------------------------------------------------- header


def _numbered(count: int) -> list[str]:
    return [f"${n}" for n in range(1, count + 1)]


def _named(made: Layout, window: Sequence[str], cells: Sequence[list[str]]) -> Layout:
    """The same with the names that a header gives, where there is one: the first of the rows, or the line above them;
    a rule may stand below it."""
    at = made.first
    if at and not _RULE.match(window[at - 1]):
        at -= 1
    elif at > 1:
        at -= 2
    for first in dict.fromkeys((at, made.first)):
        under = _below(made, window[first])
        names = under.cells(window[first]) if under is not None else None
        if under is None or names is None:
            continue
        rows = first + (2 if _RULE.match(window[first + 1]) else 1)
        body = [row for line in window[rows:] if (row := under.cells(line)) is not None]
        kept = [" ".join(name.split()) for name in names if name]
        if len(body) < _FEWEST or len(set(kept)) < len(kept):
            continue
        if sum(name != "" and name in column for name, column in zip(names, zip(*body, strict=True), strict=True)) > 1:
            continue  # a row like others
        if rows - first == 2 or (2 * len(kept) > len(names) and _titles(names, body)):
            joined = tuple(i for i, name in enumerate(names) if not name and i)
            return replace(under, first=rows, names=kept if names[0] else ["$1", *kept], joined=joined)
    return replace(made, told=_tells(cells))


def _below(made: Layout, header: str) -> Layout | None:
    """The same without gutters through a name of the header: below that, texts had blanks in the same places by chance."""
    gutters = tuple((a, b) for a, b in made.gutters if " " in header[a:b] or len(header) <= a)
    return replace(made, gutters=gutters, names=_numbered(len(gutters) + 1)) if len(gutters) > 1 else None


def _tells(cells: Sequence[Sequence[str]]) -> bool:
    """Whether a column has texts of several words, most of them different, or parts names from values."""
    for column in zip(*cells, strict=True):
        if set(column) in ({"="}, {":"}, {":="}):
            return True  # settings: no two lines tell of the same
        full = [cell for cell in column if cell]
        if 2 * len(set(full)) > len(full) and sum(cell.count(" ") for cell in full) >= 2 * len(full):
            return True
    return False


def _titles(names: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether these are names: none of them is a number, and a column below has numbers or its name in capitals."""
    if any(name[:1].isdigit() for name in names) or not all(_LETTER.search(n) or n in "#%" for n in names if n):
        return False
    if all(name.isupper() for name in names if name):
        return True
    for at, name in enumerate(names):
        digits = sum(any(map(str.isdigit, row[at])) for row in body)
        if name and not any(map(str.isdigit, name)) and 5 * digits >= 4 * len(body):
            return True
    return False


def _are_sentences(rows: Sequence[str]) -> bool:
    """Whether the lines end as sentences do: whoever wrote them after one pattern wrote no table."""
    ended = sum(row.rstrip().endswith((".", "!", "?")) and row.count(" ") >= _FEWEST_WORDS - 1 for row in rows)
    return 10 * ended >= 9 * len(rows)


def _is_code(rows: Sequence[str]) -> bool:
    """Whether the lines look like code, markup or a list that somebody has written."""
    ends = sum(line.rstrip().endswith(_CODE) for line in rows)
    starts = sum(line.lstrip().startswith(_OPEN) and not _MODE.match(line) for line in rows)
    return 4 * ends > len(rows) or 4 * starts > len(rows)
