"""A grid as text: what is said once, a line that names the cells, one line per row.

    all rows, after id: link="https://x.test/a/"+id, kind="airport"
    @A stands for city,country:
    a=Oslo,NO
    120 rows: id,@A,tz:str,title…
    1,a,60,Fornebu
    2,a,60,Gardermoen

A row's cells are what the last line above the rows names, in that order. A column whose code `@A` is has its cells in the
legend; what is built of others is a sum of JSON strings, names of columns (`id`, `id[:2]`, `format(mag,".1f")`) and
`title…`, the cell of that name. `:str` are strings whatever they look like; of `x[{id,at}]` each cell is a
list of objects, of which only the values stand there, in that order. A row that does not fit stands as `={…}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from string import ascii_uppercase

from headroom import lines
from headroom.compressors._api import Elision, Limits, Rendition
from headroom.compressors._columns import OWN, Column, Grid, merge_loose
from headroom.compressors._flow import MISSING, key_text
from headroom.compressors._groups import WRITTEN, Group, find_groups
from headroom.compressors._rows import ALL, Part, choose, summary
from headroom.lines import BAR, FOLD
from headroom.messages import Hint

__all__ = ["note", "spell_rows", "spelled"]


def spell_rows(grid: Grid, shown: Sequence[int] | None = None, title: str = "rows") -> tuple[list[str], list[str]]:
    """The lines above the rows, and the lines of the rows that are shown (all if None).

    The last line above the rows names, behind `title`, what each cell of a row is.
    """
    columns = [c for c in grid.columns if c.in_rows]
    loose = grid.loose
    if shown is not None:
        wanted = set(shown)
        fitted = [i for i in range(grid.rows) if i not in loose] if loose else range(grid.rows)
        pick = [at for at, i in enumerate(fitted) if i in wanted]
        taken = itemgetter(*pick) if len(pick) > 1 else lambda cells: [cells[i] for i in pick]
        for c in columns:
            c.cells = list(taken(c.cells))
        place = {i: at for at, i in enumerate(shown)}
        loose = {place[i]: line for i, line in loose.items() if i in place}
    groups = find_groups(columns, grid.sep)
    in_group = {id(c): number for number, g in enumerate(groups) for c in g.columns}
    names: list[str] = []
    parts: list[list[str]] = []
    for c in columns:
        number = in_group.get(id(c))
        if number is None:
            names.append(_cell_name(c))
            parts.append(c.cells)
        elif c is groups[number].columns[0]:
            names.append(_code_name(number))
            parts.append(groups[number].codes)
    above = [*_definitions(grid.columns), *_legend(groups, grid.sep), f"{title}: {grid.sep.join(names)}"]
    total = grid.rows if shown is None else len(shown)
    lines_ = list(map(grid.sep.join, zip(*parts, strict=True))) if parts else [""] * (total - len(loose))
    return above, merge_loose(lines_, loose, total)


def _cell_name(c: Column) -> str:
    if c.inner:
        return f"{c.name}[{{{','.join(map(key_text, c.inner))}}}]"
    return c.name + (":str" if c.as_str else OWN if c.pattern is not None else "")


def _code_name(number: int) -> str:
    return "@" + ascii_uppercase[number]


def _legend(groups: Sequence[Group], sep: str) -> list[str]:
    out: list[str] = []
    for number, g in enumerate(groups):
        out.append(f"{_code_name(number)} stands for {sep.join(map(_cell_name, g.columns))}:")
        out.extend([f"{code}={sep.join(cells)}" for code, cells in g.legend.items()])
        if any(code[0] == WRITTEN for code in g.codes):
            out.append(WRITTEN + WRITTEN.join(c.name for c in g.columns) + "=as written")
    return out


def _definitions(columns: Sequence[Column]) -> list[str]:
    """What is said once for all rows, a line per place in the order of keys."""
    out: list[str] = []
    anchor = ""
    for defined, run in groupby(columns, key=lambda c: c.defined):
        own = list(run)
        if not defined:
            anchor = own[-1].name
            continue
        behind = next((c for c in columns if not c.defined), None)
        where = f", after {anchor}" if anchor else f", before {behind.name}" if behind else ""
        out.append(f"all rows{where}: {', '.join(map(_definition, own))}")
    return out


def _definition(c: Column) -> str:
    if c.pattern is None:
        return f"{c.name}={c.fixed}"
    return f"{c.name}=" + "+".join([c.name + OWN if term == OWN else term for term in c.pattern])


def spelled(
    grid: Grid, hint: Hint, limits: Limits, *, elide: bool, what: str = "rows", part: Part = ALL, path: str = ""
) -> Rendition:
    """The whole grid as a body with its note; large ones without the rows that say little, where `elide` allows. `path` is
    where what is left out can be asked for, if that is no array of rows."""
    title = f"{grid.rows} {what}"
    shown = choose(grid, hint, limits, part) if elide else None
    if shown is None:
        above, rows = spell_rows(grid, title=title)
        return Rendition(text="\n".join([*above, *rows]), note=note(grid))
    between = [(a + 1, b) for a, b in pairwise([-1, *shown, grid.rows]) if a + 1 < b]
    hidden = [i for a, b in between for i in range(a, b)]
    about = summary(grid, hidden)
    above, rows = spell_rows(grid, shown, title)
    gaps = [part.span(a, b - 1) for a, b in between]
    body, how = _with_gaps([part.span(i, i)[0] for i in shown], rows, gaps, part)
    how_to = f', all with fields=["{path}"]' if path else ""
    last = f"{FOLD} {len(hidden):,} rows not shown{how_to}: {about}"
    return Rendition(
        text="\n".join([*above, *body, last]),
        note="; ".join(filter(None, [how, note(grid)])),
        elisions=(
            Elision(
                ranges=tuple(gaps),
                count=sum([b - a + 1 for a, b in gaps]),
                unit="lines" if part.lines else "rows",
                summary=about,
            ),
        ),
        lossless=False,
    )


def _with_gaps(
    shown: Sequence[int], rows: Sequence[str], gaps: Sequence[tuple[int, int]], part: Part = ALL
) -> tuple[list[str], str]:
    """The shown rows with their places: a line per gap, or a number per row, whichever is shorter."""
    if 7 * len(gaps) > 3 * len(shown):
        where = "from" if part.starts else "in"
        how = f"N{BAR} = row {where} line N" if part.lines else f"N{BAR} = row N, from 0"
        return [f"{i}{BAR}{row}" for i, row in zip(shown, rows, strict=True)], how
    unit = "line" if part.lines else "row"
    before = {b + 1: (a, b) for a, b in gaps}
    out = []
    for i, row in zip(shown, rows, strict=True):
        if i in before:
            out.append(_gap(before.pop(i), unit))
        out.append(row)
    out += [_gap(gap, unit) for gap in before.values()]
    return out, "" if part.lines else "rows count from 0"


def _gap(rows: tuple[int, int], unit: str) -> str:
    return f"{FOLD} {unit}{'s' if rows[0] < rows[1] else ''} {lines.format_ranges([rows])}"


def note(grid: Grid) -> str:
    """What the lines above the rows do not say themselves."""
    parts = []
    if any(type(MISSING) in c.kinds for c in grid.columns if c.in_rows):
        alone = sum(c.in_rows for c in grid.columns) == 1
        parts.append("~: key absent" if alone else "empty: key absent")
    if any(line[:1] == "=" for line in grid.loose.values()):
        parts.append("={…}: row of another shape")
    if any(c.inner for c in grid.columns if c.in_rows):
        parts.append("x[{k,…}]: objects in x, values by place (={…}: with its own keys)")
    return "; ".join(parts)
