from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._tables import dialect, parse
from headroom.compressors.log import LogCompressor
from headroom.compressors.table import TableCompressor, in_pieces, render
from headroom.messages import NO_HINT, Hint
from tests.compressors.decode import decode_table, pieces

DATA = Path(__file__).parents[1] / "data" / "table"
TABLES = TableCompressor()

CELLS = st.sampled_from(
    ["", "a", "1", "1.0", "null", "x y", "a,b", "a\tb", 'say "hi"', '"q"', "=1+2", "@a", "~", "{x", "[1]", "<b>", "#1", "NA", "é",
     "https://h.test/p/7", "two\nlines", " lead", "⋯"]
) | st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=5)  # fmt: skip
NAMES = st.lists(
    st.sampled_from(["id", "name", "lat", "CPU%", "a b", "x.y", "url", "$1", "$2"]), min_size=3, max_size=6, unique=True
)


def compress(text: str, effort: Effort = Effort.LIGHT, hint: Hint = NO_HINT) -> Rendition:
    return TABLES.compress(text, hint, Limits(effort=effort))


@st.composite
def grids(draw: st.DrawFn, cells: st.SearchStrategy[str] = CELLS) -> tuple[list[str], list[list[str]]]:
    names = draw(NAMES)
    few = draw(st.lists(cells, min_size=1, max_size=3))
    kinds = [draw(st.sampled_from(["any", "fixed", "few", "built"])) for _ in names]
    rows = []
    for i in range(draw(st.integers(5, 30))):
        made = {"any": lambda: draw(cells), "fixed": lambda: few[0], "few": lambda: draw(st.sampled_from(few))}
        rows.append([f"/item/{i}/x" if kind == "built" else made[kind]() for kind in kinds])
    return names, rows


@settings(max_examples=500, deadline=None)
@given(grids(), st.sampled_from([",", "\t", ";", "|"]))
def test_every_cell_of_a_delimited_table_comes_back(grid: tuple[list[str], list[list[str]]], sep: str) -> None:
    names, rows = grid
    out = io.StringIO()
    csv.writer(out, delimiter=sep, lineterminator="\r\n").writerows([names, *rows])
    kind = {",": "csv", "\t": "tsv", ";": "csv;", "|": "csv|"}[sep]
    table = parse(out.getvalue(), kind)
    assert table is not None
    assert decode_table(render(table, NO_HINT, Limits()).text) == (names, rows)


@settings(max_examples=200, deadline=None)
@given(grids(), st.sampled_from([",", "\t"]), st.integers(60, 400))
def test_every_cell_comes_back_from_pieces(grid: tuple[list[str], list[list[str]]], sep: str, size: int) -> None:
    names, rows = grid
    out = io.StringIO()
    csv.writer(out, delimiter=sep, lineterminator="\n").writerows([names, *rows])
    made = in_pieces(out.getvalue(), "csv" if sep == "," else "tsv", NO_HINT, Limits(), size)
    got: list[list[str]] = []
    above = 0 if '"' in out.getvalue() else 2  # a field in quotes may span lines: then rows are counted, from 0
    for first, last, body in pieces(made.text):
        assert first == len(got) + above
        part = decode_table(body)
        assert part[0] == names
        got.extend(part[1])
        assert last == len(got) - 1 + above
    assert got == rows


@pytest.mark.parametrize("text", ["a,b\n" + '1,"x\n' + "2,y\n" * 400, "a,b\n" + "1,2\n" * 99 + "1\n" * 99])
def test_a_piece_that_is_no_table_leaves_all_of_it_alone(text: str) -> None:
    with pytest.raises(ValueError, match="character"):
        in_pieces(text, "csv", NO_HINT, Limits(), 100)


def test_a_tail_is_found_behind_the_last_piece_only() -> None:
    rows = [f" {i} | name {i * 7919 % 997}" for i in range(50)]
    text = "\n".join([" id | name", "----+------", *rows, "(50 rows)", ""])
    made = in_pieces(text, "sql", NO_HINT, Limits(), 200)
    assert made.text.endswith("\n49,name 198\n(50 rows)")
    with pytest.raises(ValueError, match="character"):
        in_pieces(text + text, "sql", NO_HINT, Limits(), 200)


FLAT = CELLS.map(lambda c: c.translate(dict.fromkeys(map(ord, "|│\n"))).replace("\\", "").strip())


@settings(max_examples=300, deadline=None)
@given(grids(FLAT), st.sampled_from(["markdown", "sql", "box"]))
def test_every_cell_of_a_drawn_table_comes_back(grid: tuple[list[str], list[list[str]]], kind: str) -> None:
    names, rows = grid
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    padded = [[c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in [names, *rows]]
    if kind == "sql":
        lines = [" " + " | ".join(row) for row in padded]
        lines.insert(1, "+".join("-" * (w + 2) for w in widths))
        lines.append(f"({len(rows)} rows)")
    else:
        bar = "│" if kind == "box" else "|"
        lines = [f"{bar} " + f" {bar} ".join(row) + f" {bar}" for row in padded]
        if kind == "box":
            lines = ["┌" + "─" * 9 + "┐", lines[0], "├" + "─" * 9 + "┤", *lines[1:], "└" + "─" * 9 + "┘"]
        else:
            lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    assert dialect(lines) == kind
    table = parse("\n".join(lines), kind)
    assert table is not None
    assert decode_table(render(table, NO_HINT, Limits()).text) == (names, rows)


PODS = "\n".join(
    f"{name:28}{ready:8}{status:19}{restarts:14}{age}"
    for name, ready, status, restarts, age in [
        ("NAME", "READY", "STATUS", "RESTARTS", "AGE"),
        *((f"web-5d9c7b6f4-{i:05d}", "1/1", "Running", "0", f"{i}d") for i in range(1, 10)),
        ("worker-7f8b9c6d5-zzzzz", "0/1", "CrashLoopBackOff", "17 (2m ago)", "3d"),
    ]
)
PS = "\n".join(
    [
        "USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND",
        *(
            f"root     {i:7d}  0.0  0.1  {i * 31:5d} {i:5d} ?        S    10:0{i}   0:00 [worker/{i}:0-events x]"
            for i in range(9)
        ),
    ]
)


def test_aligned_columns_of_kubectl_come_back_cell_by_cell() -> None:
    made = compress(PODS)
    names, rows = decode_table(made.text)
    assert names == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert rows[-1] == ["worker-7f8b9c6d5-zzzzz", "0/1", "CrashLoopBackOff", "17 (2m ago)", "3d"]
    assert len(made.text) < len(PODS)


def test_the_command_of_ps_keeps_its_spaces() -> None:
    names, rows = decode_table(compress(PS).text)
    assert names[-1] == "COMMAND"
    assert rows[3][-1] == "[worker/3:0-events x]"


def test_an_empty_column_of_an_aligned_table_stays_empty() -> None:
    head = "CONTAINER ID   IMAGE          PORTS      NAMES"
    rows = [f"{i:012x}   redis:7.{i}      {'6379/tcp' if i % 2 else '':8}   cache-{i}" for i in range(8)]
    names, got = decode_table(compress("\n".join([head, *rows])).text)
    assert names == ["CONTAINER ID", "IMAGE", "PORTS", "NAMES"]
    assert got[2] == [f"{2:012x}", "redis:7.2", "", "cache-2"]


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-02,ok\n" * 20,
        "2024-01-02 10:00:00,123 INFO a\n2024-01-02 10:00:00,124 INFO b\n" * 9,
        "First, we go out.\nThen, we come in.\nLast, we rest.\n" * 5,
        "def f(a, b, c):\n    return g(a, b, c)\n" * 6,
        "import os, sys, re\n" * 9,
        "a b c\n" * 9,
        "src/a.py:1:x\nsrc/b.py:2:y\n" * 9,
        "apple,red\nbanana,yellow\n" * 9,
        "| one | two |\nnot a rule\n" * 4,
        "",
        "\n" * 99,
        "a,b",
    ],
)
def test_what_is_no_table_scores_nothing(text: str) -> None:
    assert TABLES.score(text, NO_HINT) == 0.0
    assert compress(text).text == text


@pytest.mark.parametrize(
    ("head", "row", "tail"),
    [
        ("id,name,size\n", "{n},file{n},{n}0\n", ""),
        (" id | name | size\n----+------+------\n", " {n} | file{n} | {n}0\n", "(40 rows)\n\n"),
        ("| id | name | size |\n|---|---|---|\n", "| {n} | file{n} | {n}0 |\n", ""),
    ],
)
def test_nobody_else_is_asked_about_a_text_of_rows_only(head: str, row: str, tail: str) -> None:
    rows = "".join(row.format(n=n) for n in range(40))
    assert TABLES.score(head + rows + tail, NO_HINT) >= 0.95
    assert TABLES.score(head + rows + tail + "Done in 3 s, no errors | all is well\n", NO_HINT) < 0.95


def test_a_broken_quote_leaves_the_text_alone() -> None:
    text = "id,name,city\n" + '1,"a",b\n' * 9 + '2,"never closed,b\n'
    assert compress(text).text == text


def test_rows_with_another_number_of_fields_stand_apart() -> None:
    text = "id,name,city\n" + "".join(f"{i},somebody,Oslo\n" for i in range(40)) + "40,too,many,fields\n"
    names, rows = decode_table(compress(text).text)
    assert (names, rows[40]) == (["id", "name", "city"], ["40", "too", "many", "fields"])


def test_light_effort_shows_every_row_and_medium_says_which_it_leaves_out() -> None:
    text = "id,name,city\n" + "".join(f"{i},somebody {i * 7919 % 1000},Oslo\n" for i in range(600))
    assert compress(text).lossless
    made = compress(text, Effort.MEDIUM, Hint(query="who is somebody 613?"))
    (elision,) = made.elisions
    assert elision.unit == "lines"
    assert sum(b - a + 1 for a, b in elision.ranges) == elision.count
    wanted = 2 + next(i for i in range(600) if i * 7919 % 1000 == 613)
    assert not any(a <= wanted <= b for a, b in elision.ranges)
    assert f"⋯ {elision.count:,} rows not shown" in made.text


@pytest.mark.parametrize("case", sorted(p.stem for p in DATA.glob("*.in")))
def test_golden_pairs_read_as_they_should(case: str) -> None:
    options = DATA / f"{case}.json"
    given_ = json.loads(options.read_text("utf-8")) if options.exists() else {}
    made = TABLES.compress(
        (DATA / f"{case}.in").read_text("utf-8"),
        Hint(query=given_.get("query")),
        Limits(effort=Effort[given_.get("effort", "LIGHT")]),
    )
    assert f"{made.note}\n{made.text}\n" == (DATA / f"{case}.out").read_text("utf-8")


@pytest.mark.parametrize("case", ["csv", "sql", "markdown", "columns", "box", "quoted"])
def test_a_shown_row_is_numbered_as_the_line_it_is(case: str) -> None:
    heads = {
        "csv": ["id,name,city"],
        "quoted": ["id,name,city"],
        "sql": [" id | name | city ", "----+------+------"],
        "markdown": ["| id | name | city |", "|----|------|------|"],
        "columns": ["ID       NAME             CITY"],
        "box": [
            "+----------+------------------+------+",
            "| id | name | city |",
            "+----------+------------------+------+",
        ],
    }
    shapes = {"csv": "{},{},Oslo", "quoted": '{},"{}",Oslo', "sql": " {} | {} | Oslo", "columns": "{:<8} {:<16} Oslo"}
    shape = shapes.get(case, "| {} | {} | Oslo |")
    lines = heads[case] + [shape.format(i, f"somebody {i * 7919 % 1000}") for i in range(400)]
    made = compress("\n".join(lines) + "\n", Effort.MEDIUM)
    numbered = [line.partition("│") for line in made.text.split("\n") if "│" in line]
    assert len(numbered) > 20
    assert "N│ = row in line N" in made.note
    for number, _, row in numbered:
        assert re.search(rf"\b{row.split(',')[0]}\b", lines[int(number) - 1]), row
    (elision,) = made.elisions
    assert elision.unit == "lines"
    assert elision.count + len(numbered) == 400


def test_rows_that_span_lines_are_told_by_the_line_on_which_they_begin() -> None:
    rows = [f'{i},"first\nsecond {i * 7919 % 1000}",Oslo' for i in range(400)]
    source = "\n".join(["id,name,city", *rows]) + "\n"
    made = compress(source, Effort.MEDIUM)
    (elision,) = made.elisions
    assert elision.unit == "lines"
    assert "N│ = row from line N" in made.note
    lines = source.split("\n")
    shown = [(int(n), row) for n, bar, row in (line.partition("│") for line in made.text.split("\n")) if bar]
    assert all(lines[n - 1].partition(",")[0] == row.partition(",")[0] for n, row in shown)
    assert elision.count + 2 * len(shown) == 800


def test_lines_with_levels_are_a_log_rather_than_a_table() -> None:
    text = "".join(f"INFO worker-{n % 4} job {n} done\n" for n in range(60))
    assert 0.3 <= TABLES.score(text, NO_HINT) < LogCompressor().score(text, NO_HINT)
    assert (
        TABLES.score("".join(f"pkg{n}/stable 1.{n}-2 {'all' if n % 2 else 'amd64'}\n" for n in range(60)), NO_HINT)
        > 0.5
    )


def test_what_rows_without_a_header_share_stands_in_its_place() -> None:
    """Nothing says what the first cell is: as a line it can be read."""
    names = ["pier", "quay", "lock", "mast"]
    text = "".join(f"resolver[7]: query {names[n % 4]}{n % 9}.test from 10.0.0.{n * 7 % 50}\n" for n in range(24))
    made = TABLES.compress(text, NO_HINT, Limits(effort=Effort.LIGHT))
    assert made.text.startswith("each line: resolver[7]: query $3 from $5\n")
    assert "all rows" not in made.text
    assert "\npier0.test,10.0.0.0\n" in made.text


def test_what_an_archive_holds_is_a_table() -> None:
    text = "".join(
        f"-rw-r--r-- 0/0 {n * n * 731:12d} 2026-05-04 11:20 harbour-2.4.0/charts/{n}.py\n" for n in range(40)
    )
    made = TABLES.compress(text, NO_HINT, Limits(effort=Effort.LIGHT))
    assert made.text.startswith("each line: -rw-r--r-- 0/0 $3 2026-05-04 11:20 harbour-2.4.0/charts/$6…\n")
    assert made.lossless


def test_tables_with_headers_of_their_own_are_left_to_be_read_one_by_one() -> None:
    """Their columns stand in the same places by chance."""
    first = "".join(f"berth-{n:<12}{n * 37 % 11}/9      Open      {n}d\n" for n in range(12))
    head = "NAME              READY   STATUS    AGE\n"
    assert TABLES.score(f"{head}{first}\n{head}{first}", NO_HINT) >= 0.3
    assert TABLES.score(f"done\n{head}{first}---\n{head}{first}", NO_HINT) == 0.35
