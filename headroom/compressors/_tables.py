"""Tables in text, taken apart: CSV and its kin, markdown, SQL clients' output, aligned columns of command-line tools.

`parse` recognises the dialect by its first lines and gives names and rows of cell texts. Padding, rules and quoting are
spelling and do not survive; the text of every cell does. Knows nothing of grids; `table` stands above.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase

__all__ = ["Table", "dialect", "parse", "pieces"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`rows` holds the cells, or the raw line where a line does not fit. `tail` is what stands below the table. `starts`
    are the lines (from 0) at which rows begin, and the one behind the last, where they take more than one each."""

    dialect: str
    names: list[str]
    rows: list[list[str] | str]
    tail: list[str]
    starts: Sequence[int] = ()


_NAME = re.compile(r"(?:[^\W\d]|[$@#%])[\w$@#%./() -]{0,47}\Z|[#%]\Z")
_MD_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*\Z")
_PSQL_RULE = re.compile(r"\s*-+(?:\+-+)+\s*\Z")
_BOX_RULE = re.compile(r"[+├┌└╭╰╞╔╚╠][-+=─┬┼┴═╪╬╤╧]+[+┤┐┘╮╯╡╗╝╣]\s*\Z")
_BARS = frozenset("|│║+├┤┼╠╣╬╟╢╫╞╡╪")
"""What stands at the joints of a box, in rows and in rules that leave columns out."""
_DASHES = re.compile(r" *-{2,}(?: +-+)+ *\Z")
_COUNT = re.compile(r"\((\d+) rows?\)\Z")
_PS = re.compile(r"\s*(?=[A-Z%])(?:UID|USER|PID|F|S)\s[A-Z%+\s]*\b(?:COMMAND|CMD)\s*\Z")
_DF = re.compile(
    r"Filesystem\s+(?:Type\s+)?(?:Size|\S+-blocks|Inodes)\s+I?Used\s+(?:Avail(?:able)?|IFree)\s+(?:I?Use%|Capacity)\s+Mounted on\s*\Z"
)
_WORD = re.compile(r"\S+(?: \S+)*")
_TOLD = 12
"""So many lines tell whether cells can be counted."""
_SINGLE = re.compile(r"\S+")
_GAP = re.compile(r" {2,}")
_SMALL = ascii_lowercase.encode()


def dialect(head: Sequence[str]) -> str | None:
    """Which kind of table these first lines begin, if any."""
    head = [line for line in head if line.strip()]
    if len(head) < 3:
        return None
    if _BOX_RULE.match(head[0]) and head[1][:1] in "|│║":
        return "box"
    if "|" in head[0] and _MD_RULE.match(head[1]) and head[0].lstrip().startswith("|"):
        return "markdown"
    if "|" in head[0] and _PSQL_RULE.match(head[1]):
        return "sql"
    if _DASHES.match(head[1]) and _ruled(head) is not None:
        return "ruled"
    for sep, name in (("\t", "tsv"), (",", "csv"), (";", "csv;"), ("|", "csv|")):
        if _delimited(head, sep):
            return name
    if _PS.match(head[0]) or _DF.match(head[0]):
        return "words"
    if _aligned(head) is not None:
        return "columns"
    return "gaps" if _parted(head) else None


def _delimited(head: Sequence[str], sep: str) -> bool:
    """Header names, and the same number of separators on all but a few lines."""
    first = head[0].rstrip("\r").removeprefix("\ufeff")
    count = first.count(sep)
    if count < 1 or len(head) < (5 if count > 1 else 8):
        return False
    names = [name[1:-1] if name[:1] == '"' == name[-1:] else name for name in first.split(sep)]
    if not all(map(_NAME.match, names if names[-1] else names[:-1])) or len({n.lower() for n in names}) < len(names):
        return False
    if (sep == "," and sum(n.startswith(" ") for n in names)) or any(len(n.split()) > 5 for n in names):
        return False
    rows = _read(head[1:], sep)
    same = sum(len(row) == len(names) for row in rows)
    return _headed(names, rows) and same >= 0.97 * len(rows) and len(rows) >= 3


def _read(lines: Sequence[str], sep: str) -> list[list[str]]:
    """The cells of these lines; without the last row, which may end below them, where a field in quotes has several lines."""
    rows = [line.rstrip("\r").split(sep) for line in lines if '"' not in line]
    if len(rows) < len(lines):
        with suppress(csv.Error):
            quoted = list(csv.reader(lines, delimiter=sep))
            return quoted if len(quoted) == len(lines) else quoted[:-1]
    return rows


def _headed(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first line is a header: in some column nearly all cells hold a digit, and the name does not."""
    for at, name in enumerate(names):
        cells = [row[at] for row in rows if at < len(row)]
        if not any(map(str.isdigit, name)) and 5 * sum(any(map(str.isdigit, c)) for c in cells) >= 4 * len(rows):
            return True
    return False


def _in_capitals(line: str) -> bool:
    plain = line.encode("ascii", "replace")
    if line[0] == " " or 5 * (len(plain) - len(plain.translate(None, _SMALL))) > len(plain):
        return False
    capitals = sum(map(str.isupper, line))
    return capitals > 0 and capitals >= 0.8 * sum(map(str.isalpha, line))


def _parted(head: Sequence[str]) -> bool:
    """Whether wide gaps part a header in capitals and the lines below into as many cells, though these do not line up."""
    names = _GAP.split(head[0].rstrip())
    if len(names) < 3 or "\t" in head[0] or not _in_capitals(head[0]):
        return False
    same = sum(len(_GAP.split(line.rstrip())) == len(names) for line in head[1:])
    return same >= 0.9 * (len(head) - 1)


def _aligned(head: Sequence[str]) -> list[int] | None:
    """Offsets of the columns of a header in capitals whose columns hold on the lines below."""
    first = head[0].rstrip()
    if not _in_capitals(first):
        return None
    starts = [m.start() for m in _WORD.finditer(first)]
    if len(starts) < 3 or "\t" in first:
        return None
    fits = sum(_fits(line, starts) for line in head[1:])
    return starts if fits >= 0.9 * (len(head) - 1) else None


def _ruled(head: Sequence[str]) -> list[int] | None:
    """Offsets of the columns of a header with a rule of dashes below each name."""
    starts = [m.start() for m in re.finditer("-+", head[1])]
    name_at = [head[0][at - 1 : at].strip() == "" and head[0][at : at + 1].strip() for at in starts]
    fits = sum(_fits(line, starts) for line in head[2:])
    return starts if all(name_at) and starts[0] == 0 and fits >= 0.9 * (len(head) - 2) else None


def _fits(line: str, starts: Sequence[int]) -> bool:
    """Whether the line has white space before each column's offset and text at it, or nothing in that column."""
    return all(
        (line[at - 1 : at] in {" ", ""} and line[at : at + 1] != " ") or _blank(line, at, starts) for at in starts[1:]
    )


def _blank(line: str, at: int, starts: Sequence[int]) -> bool:
    end = next((s for s in starts if s > at), len(line))
    return not line[at - 1 : end].strip()


def parse(text: str, kind: str, least: int = 2) -> Table | None:
    """The table of a text whose first lines are of this dialect; None where the rest does not follow it.

    `least` is the number of rows below which a delimited text is no table.
    """
    if kind.startswith("csv") or kind == "tsv":
        return _parse_delimited(text, kind, least)
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines or not lines[0].strip():
        return None  # what stands above a table is no header
    parser: Callable[[list[str]], Table | None]
    parser = {
        "box": _parse_box,
        "markdown": _parse_markdown,
        "sql": _parse_sql,
        "columns": _parse_columns,
        "ruled": _parse_ruled,
        "gaps": _parse_gaps,
        "words": _parse_words,
    }[kind]
    return parser([line.rstrip("\r") for line in lines])


_HEAD_LINES = {"box": 3, "markdown": 2, "sql": 2, "ruled": 2}


def pieces(text: str, kind: str, size: int) -> Iterator[Table]:
    """The table in tables of about `size` characters of rows each, with the same names. Only the last one has a tail.

    Raises:
        ValueError: when a piece is no such table or too long; only after the pieces before it.
    """
    at = 0
    for _ in range(_HEAD_LINES.get(kind, 1)):
        at = text.find("\n", at) + 1
    head = text[:at]
    quoted = '"' in text and (kind.startswith("csv") or kind == "tsv")
    while at < len(text):
        end = _cut(text, at, size, quoted)
        table = parse(head + text[at:end], kind, 1)
        at = end
        of_several = kind == "box" and table is not None and table.starts  # a row may be cut
        if table is None or of_several or (table.tail and at < len(text)):
            raise ValueError(f"no {kind} table up to character {end}")
        yield table
        del table  # or two pieces would live at once


def _cut(text: str, at: int, size: int, quoted: bool) -> int:
    """Where the piece that begins at `at` ends: behind a line break that is not inside quotes."""
    end = text.rfind("\n", at, at + size) + 1 if at + size < len(text) else len(text)
    if not end:
        end = text.find("\n", at) + 1 or len(text)
    is_open = quoted and text.count('"', at, end) % 2 == 1
    while is_open and end < len(text):
        more = text.find("\n", end) + 1 or len(text)
        is_open = text.count('"', end, more) % 2 == 0
        end = more
        if end - at > 4 * size:
            raise ValueError(f"a quote is not closed up to character {end}")
    return end


def _parse_delimited(text: str, kind: str, least: int) -> Table | None:
    sep = "\t" if kind == "tsv" else kind[3:] or ","
    text = text.removeprefix("\ufeff")
    rows: list[list[str]] = []
    starts: list[int] = []
    if '"' not in text:
        body = text.replace("\r\n", "\n").removesuffix("\n")
        rows = [line.split(sep) for line in body.split("\n")]
    else:
        reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=sep, strict=True)
        try:
            for row in reader:
                rows.append(row)
                starts.append(reader.line_num)
        except csv.Error:
            return None
    if len(rows) < 1 + least:
        return None
    width = len(rows[0])
    odd = sum(len(row) != width for row in rows)
    if 20 * odd > len(rows):
        return None
    several = len(starts) > 0 and starts[-1] > len(rows)
    return Table(dialect=kind[:3], names=rows[0], rows=[*rows[1:]], tail=[], starts=starts if several else ())


def _barred(
    lines: Sequence[str], bar: str, width: int, rule: str = "", *, closed: bool
) -> list[list[str] | str] | None:
    """Rows of cells between bars; a line with another number of bars, which do not stand below those of the rule either,
    stays as it is."""
    out: list[list[str] | str] = []
    odd = 0
    for line in lines:
        cells = _between(line.strip()[1:-1] if closed else line, bar, width, rule)
        if cells is not None:
            out.append([cell.strip() for cell in cells])
        else:
            odd += 1
            out.append(line)
    return out if 10 * odd <= len(lines) else None


def _between(line: str, bar: str, width: int, rule: str) -> list[str] | None:
    """The texts between bars: of all bars, or of those at the joints of the rule above, where a text has one as well."""
    cells = line.split(bar)
    if len(cells) == width:
        return cells
    joints = [i for i, sign in enumerate(rule) if sign not in "-=─═"]
    if len(line) > len(rule) or len(joints) != width - 1 or any(line[at : at + 1] != bar for at in joints):
        return None
    return [line[a + 1 : b] for a, b in pairwise([-1, *joints, len(line)])]


def _parse_box(lines: list[str]) -> Table | None:
    bar = lines[1][0]
    names = [n.strip() for n in lines[1].strip()[1:-1].split(bar)]
    end = next(
        (i for i in range(2, len(lines)) if not lines[i].startswith(bar) and not _BOX_RULE.match(lines[i])), len(lines)
    )
    if _BOX_RULE.match(lines[2]) and _parted_by_rules(lines[3:end]):
        boxed = _boxed(lines, names, end)
        if boxed is not None:
            return boxed
    body = [line for line in lines[2:end] if not _BOX_RULE.match(line)]
    rows = _barred(body, bar, len(names), lines[0].strip()[1:-1], closed=True)
    return Table(dialect="box", names=names, rows=rows, tail=lines[end:]) if rows else None


def _parted_by_rules(lines: Sequence[str]) -> bool:
    """Whether rules stand between the rows of a box, so that a row may have several lines."""
    return sum([_BOX_RULE.match(line) is not None for line in lines[:-1]]) > 1


def _boxed(lines: list[str], names: list[str], end: int) -> Table | None:
    """A box with rules between its rows; None where they part groups of rows. Where a rule leaves a column out, the cell above
    goes on: it is that of the next row as well."""
    rule = lines[0].strip()
    joints = [i for i, sign in enumerate(rule) if sign not in "-=─═"]
    if len(joints) != len(names) + 1:
        return None
    rows: list[list[str]] = []
    starts: list[int] = []
    spanned: set[int] = set()
    new = True
    goes_on = full = 0
    for n, line in enumerate(lines[3:end], 3):
        if _BOX_RULE.match(line):
            new, spanned = True, set()
            continue
        if any(line[at : at + 1] not in _BARS for at in joints):
            return None
        cells = [line[a + 1 : b].strip() for a, b in pairwise(joints)]
        ruled = {at for at, cell in enumerate(cells) if len(cell) > 2 and not cell.strip("-=─═")}
        if ruled and rows:
            new, spanned = True, set(range(len(cells))) - ruled
            rows[-1] = [_below(cell, cells[at]) if at in spanned else cell for at, cell in enumerate(rows[-1])]
        elif new:
            rows.append([rows[-1][at] if at in spanned and not cell else cell for at, cell in enumerate(cells)])
            starts.append(n)
            new = False
        else:
            goes_on += 1
            full += all(cells)
            rows[-1] = [_below(above, cell) for above, cell in zip(rows[-1], cells, strict=True)]
    if not rows or 10 * full > goes_on:
        return None
    return Table(dialect="box", names=names, rows=[*rows], tail=lines[end:], starts=[*starts, end])


def _below(above: str, cell: str) -> str:
    """A cell with one more line."""
    return f"{above}\n{cell}" if above and cell else above or cell


def _parse_markdown(lines: list[str]) -> Table | None:
    if any("\\|" in line for line in lines) or not all(line.strip().endswith("|") for line in lines[:3]):
        return None
    names = [n.strip() for n in lines[0].strip()[1:-1].split("|")]
    end = next((i for i in range(2, len(lines)) if not lines[i].lstrip().startswith("|")), len(lines))
    rows = _barred(lines[2:end], "|", len(names), closed=True)
    return Table(dialect="markdown", names=names, rows=rows, tail=lines[end:]) if rows else None


def _parse_sql(lines: list[str]) -> Table | None:
    names = [n.strip() for n in lines[0].split("|")]
    end = next((i for i in range(2, len(lines)) if "|" not in lines[i]), len(lines))
    rule = lines[1].rstrip()
    several = any("+|" in line or line.endswith("+") for line in lines[2:end])
    whole, starts = _continued(lines[2:end], len(names), rule) if several else ([], [])
    rows: list[list[str] | str] | None = [*whole] or _barred(lines[2:end], "|", len(names), rule, closed=False)
    if not rows:
        return None
    tail = lines[end:]
    if tail and (m := _COUNT.match(tail[0])) and int(m[1]) == len(rows):
        tail = tail[1:]  # the grid's own header says how many there are
    return Table(dialect="sql", names=names, rows=rows, tail=tail, starts=[2 + i for i in starts])


def _continued(lines: Sequence[str], width: int, rule: str) -> tuple[list[list[str]], list[int]]:
    """Rows of which a cell goes on in the next line, as psql says by a plus at its end; and the lines (from 0) at which they
    begin, with the one behind the last. Nothing where no row does, or a line has another number of bars."""
    rows: list[list[str]] = []
    starts: list[int] = []
    goes_on: set[int] = set()
    for i, line in enumerate(lines):
        cells = _between(line, "|", width, rule)
        if cells is None:
            return [], []
        here = {at for at, cell in enumerate(cells[:-1]) if cell.endswith("+")}
        if len(line) == len(rule) and line.endswith("+"):
            here.add(width - 1)
        texts = [(cell[:-1] if at in here else cell).rstrip() for at, cell in enumerate(cells)]
        if goes_on and not any(text for at, text in enumerate(texts) if at not in goes_on):
            rows[-1] = [f"{cell}\n{texts[at][1:]}" if at in goes_on else cell for at, cell in enumerate(rows[-1])]
        else:
            rows.append([text.strip() for text in texts])
            starts.append(i)
        goes_on = here
    return (rows, [*starts, len(lines)]) if len(rows) < len(lines) else ([], [])


def _parse_columns(lines: list[str]) -> Table | None:
    starts = _aligned(lines[:40])
    return None if starts is None else _sliced(lines, starts, 1)


def _parse_ruled(lines: list[str]) -> Table | None:
    """`pip list`, `sqlite3 -column`, `az`, PowerShell."""
    starts = _ruled(lines[:40])
    return None if starts is None else _sliced(lines, starts, 2)


def _sliced(lines: list[str], starts: Sequence[int], first: int) -> Table | None:
    """A table of which each column begins at an offset; its rows begin with line `first`."""
    names = [lines[0][a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]
    rows: list[list[str] | str] = []
    odd = 0
    for line in lines[first:]:
        if _fits(line, starts):
            rows.append([line[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)])
        else:
            odd += 1
            rows.append(line)
    dialect_ = "columns" if first == 1 else "ruled"
    return Table(dialect=dialect_, names=names, rows=rows, tail=[]) if 10 * odd <= len(rows) else None


def _parse_words(lines: list[str]) -> Table | None:
    """`ps`: numbers stand right-aligned, so words are counted; the last column takes the rest of the line."""
    names = lines[0].replace("Mounted on", "Mounted_on").split()
    names[-1] = names[-1].replace("Mounted_on", "Mounted on")
    return _split(lines, names, lambda line: _words(line, len(names)))


def _words(line: str, count: int) -> list[str]:
    """So many cells; the blanks by which `ps --forest` shows whose child a process is belong to the last one."""
    cells = line.split(None, count - 1)
    if "\\_ " in line and len(cells) == count:
        before = line[: len(line) - len(cells[-1])]
        cells[-1] = before[len(before.rstrip()) + 1 :] + cells[-1]
    return cells


def _parse_gaps(lines: list[str]) -> Table | None:
    """Columns that are as wide as each line needs: `kubectl get -w`, wide characters."""
    if 2 * sum([_run_together(lines[0], line) for line in lines[1:_TOLD]]) > len(lines[1:_TOLD]):
        return None
    return _split(lines, _GAP.split(lines[0].rstrip()), lambda line: _GAP.split(line.rstrip()))


def _run_together(header: str, line: str) -> bool:
    """Whether two words that one blank parts stand below two names of the header: they are two cells (`lsof`), and which
    cell is whose could not be told by counting."""
    names = [m.span() for m in _WORD.finditer(header)]
    for cell in _WORD.finditer(line):
        words = [(m.start() + cell.start(), m.end() + cell.start()) for m in _SINGLE.finditer(cell[0])]
        below = {n for n, (a, b) in enumerate(names) for c, d in words if max(a, c) < min(b, d)}
        if len(words) > 1 and len(below) > 1:
            return True
    return False


def _split(lines: list[str], names: list[str], cells_of: Callable[[str], list[str]]) -> Table | None:
    rows: list[list[str] | str] = []
    odd = 0
    for line in lines[1:]:
        cells = cells_of(line)
        fits = len(cells) == len(names)
        odd += not fits
        rows.append(cells if fits else line)
    return Table(dialect="columns", names=names, rows=rows, tail=[]) if 10 * odd <= len(rows) else None
