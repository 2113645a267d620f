"""A grid as text: header, legend of groups, one line per row.

    120 rows: id,city@,country@,tz:str,kind=airport,link~"https://x.test/a/<id>"
    @a=Oslo,NO
    1,a,60
    2,a,60

`=` is one value for all rows; `~"…"` is built from other columns, `<>` being the row's own cell; columns marked `@` share
one code per row; `:str` are strings whatever they look like. A row that does not fit stands as `={…}`.
"""

from __future__ import annotations

from collections.abc import Sequence

from headroom import lines
from headroom.compressors._api import Elision, Limits, Rendition
from headroom.compressors._columns import Column, Grid, merge_loose
from headroom.compressors._flow import MISSING, dumps
from headroom.compressors._groups import Group, find_groups
from headroom.compressors._rows import choose, summary
from headroom.lines import BAR, FOLD
from headroom.messages import Hint

__all__ = ["header", "note", "spell_rows", "spelled"]


def _mark(number: int) -> str:
    return "@" * number


def header(grid: Grid, what: str = "rows") -> str:
    """`120 rows: id,name,…`"""
    tabs = "tab-separated " if grid.sep == "\t" else ""
    return f"{grid.rows} {tabs}{what}: " + ",".join(map(_declared, grid.columns))


def _declared(c: Column) -> str:
    if c.fixed is not None:
        return f"{c.name}={c.fixed}"
    text = c.name + (":str" if c.as_str else "")
    if c.pattern is not None:
        text += "~" + dumps(c.pattern)
    return text + _mark(c.group)


def spell_rows(grid: Grid, shown: Sequence[int] | None = None) -> tuple[list[str], list[str]]:
    """Legend lines, and the lines of the rows that are shown (all if None). Sets the columns' groups."""
    columns = [c for c in grid.columns if c.in_rows]
    loose = grid.loose
    if shown is not None:
        wanted = set(shown)
        fitted = [i for i in range(grid.rows) if i not in loose] if loose else range(grid.rows)
        pick = [at for at, i in enumerate(fitted) if i in wanted]
        for c in columns:
            c.cells = [c.cells[i] for i in pick]
        place = {i: at for at, i in enumerate(shown)}
        loose = {place[i]: line for i, line in loose.items() if i in place}
    groups = find_groups(columns)
    legend = [
        _mark(number) + code + "=" + grid.sep.join(cells)
        for number, g in enumerate(groups, 1)
        for code, cells in g.legend.items()
    ]
    parts = _row_cells(columns, groups)
    total = grid.rows if shown is None else len(shown)
    fitted_lines = list(map(grid.sep.join, zip(*parts, strict=False))) if parts else [""] * (total - len(loose))
    return legend, merge_loose(fitted_lines, loose, total)


def _row_cells(columns: Sequence[Column], groups: Sequence[Group]) -> list[list[str]]:
    out: list[list[str]] = []
    seen: set[int] = set()
    for c in columns:
        if not c.group:
            out.append(c.cells)
        elif c.group not in seen:
            seen.add(c.group)
            out.append(groups[c.group - 1].codes)
    return out


def spelled(grid: Grid, hint: Hint, limits: Limits, *, elide: bool, what: str = "rows") -> Rendition:
    """The whole grid as a body with its note; large ones without the rows that say little, where `elide` allows."""
    shown = choose(grid, grid.lines(), hint, limits) if elide else None
    if shown is None:
        legend, rows = spell_rows(grid)
        # After `spell_rows`, which decides on the groups that the header marks.
        return Rendition(text="\n".join([header(grid, what), *legend, *rows]), note=note(grid))
    wanted = set(shown)
    hidden = [i for i in range(grid.rows) if i not in wanted]
    about = summary(grid, hidden)
    legend, rows = spell_rows(grid, shown)
    head = header(grid, what)
    gaps = lines.runs(hidden)
    body, how = _with_gaps(shown, rows, gaps)
    last = f"{FOLD} {len(hidden):,} rows not shown: {about}"
    return Rendition(
        text="\n".join([head, *legend, *body, last]),
        note="; ".join(filter(None, [how, note(grid)])),
        elisions=(Elision(ranges=tuple(gaps), count=len(hidden), unit="rows", summary=about),),
        lossless=False,
    )


def _with_gaps(shown: Sequence[int], rows: Sequence[str], gaps: Sequence[tuple[int, int]]) -> tuple[list[str], str]:
    """The shown rows with their places: a line per gap, or a number per row, whichever is shorter."""
    if 7 * len(gaps) > 3 * len(shown):
        return [f"{i}{BAR}{row}" for i, row in zip(shown, rows, strict=True)], f"N{BAR} = row N, from 0"
    after = {a - 1: (a, b) for a, b in gaps}
    out = [] if -1 not in after else [f"{FOLD} rows {lines.format_ranges([after[-1]])}"]
    for i, row in zip(shown, rows, strict=True):
        out.append(row)
        if i in after:
            out.append(f"{FOLD} rows {lines.format_ranges([after[i]])}")
    return out, "rows count from 0"


def note(grid: Grid) -> str:
    """How to read the header, as far as this one needs it."""
    columns = grid.columns
    parts = []
    if any(c.fixed is not None for c in columns):
        parts.append("k=v: in all rows")
    if any(c.pattern is not None for c in columns):
        own = ", <>: own cell" if any(c.pattern and "<>" in c.pattern for c in columns) else ""
        parts.append(f'k~"<c>": built from column c{own}')
    if any(c.group for c in columns):
        parts.append("k@: these columns share a code, @code=cells")
    if any(type(MISSING) in c.kinds for c in columns):
        parts.append("empty: key absent")
    return "; ".join(parts)
