from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._plain_tables import Found, layout, tables

CELLS = st.text("abcxyz019./-", min_size=1, max_size=9)


def found(text: str) -> list[Found]:
    return list(tables(text.split("\n")))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=16, max_size=60),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_cells_below_one_another_come_back(rows: list[tuple[str, str, str, str]], right: list[bool]) -> None:
    lines = ["   ".join(f"{c:>9}" if r else f"{c:<9}" for c, r in zip(row, right, strict=True)) for row in rows]
    made = list(tables(lines))
    if not made:
        return
    (only,) = made
    at = only.layout
    for line, row in zip(lines[only.first : only.end], rows[only.first : only.end], strict=True):
        cells = at.cells(line)
        assert cells is None or " ".join(filter(None, cells)).split() == list(row)


def test_a_header_names_the_columns_and_other_lines_stand_around() -> None:
    rows = "\n".join(f"{n:>5} {'root':<8} {n * 7 % 90:>6} {f'task/{n}'}" for n in range(20))
    (top,) = found(f"up 3 days, 2 users\n\n  PID USER        CPU COMMAND\n{rows}\n\nbye")
    assert (top.above, top.first, top.end) == (2, 3, 23)
    assert top.layout.names == ["PID", "USER", "CPU", "COMMAND"]
    assert top.layout.cells("    3 root         21 task/3") == ["3", "root", "21", "task/3"]


def test_a_first_row_like_others_is_no_header() -> None:
    rows = [
        f"{('WARN', 'FAIL', 'GOOD')[n % 3]:<6} {('DB', 'WEB')[n % 2]:<5} {'SLOW' if n % 4 else 'LOST':<6}"
        for n in range(20)
    ]
    (only,) = tables(rows)
    assert (only.first, only.layout.named) == (0, False)


def test_a_rule_may_stand_below_the_names() -> None:
    rows = "\n".join(f"ii  pkg-{n:<10} 1.{n:<8} all    A thing of sort {n}" for n in range(20))
    head = "Status=Not/Inst\n||/ Name           Version    Arch   Description\n+++-==============-==========-======-============="
    (listed,) = found(f"{head}\n{rows}")
    assert listed.layout.names == ["||/", "Name", "Version", "Arch", "Description"]
    assert (listed.above, listed.first) == (1, 3)


def test_without_a_header_columns_have_numbers() -> None:
    (words,) = found(
        "Listing...\n" + "\n".join(f"pkg{n}/stable 1.{n}-2 {'all' if n % 2 else 'amd64'}" for n in range(30))
    )
    assert words.first == 1
    assert words.layout.cells("pkg1/stable 1.1-2 all") == ["pkg1/stable", "1.1-2", "all"]
    (cells,) = found("\n".join(f"2026-01-{n:02d},gate {n},{n * 3}.5\r" for n in range(1, 20)))
    assert cells.layout.names == ["$1", "$2", "$3"]
    assert cells.layout.cells("2026-01-07,gate 7,21.5\r") == ["2026-01-07", "gate 7", "21.5"]


def test_a_cell_may_reach_into_the_blanks_beside_it_but_not_across() -> None:
    made = layout(tuple(f"name{n:<6}    {n:>4}    end{n}" for n in range(20)))
    assert made is not None
    assert made.cells(f"{'longername12':<16}12    end") == ["longername12", "12", "end"]
    assert made.cells("averyveryverylongname 12 end") is None


def test_blanks_that_mean_something_make_no_table() -> None:
    code = [f"9cc5e2f  12:0{n % 10}  {'    ' * (n % 3)}step {n} of all" for n in range(20)]
    assert list(tables(code)) == []
    tree = [f"{'  ' * (n % 3)}part{n:<10}   {n:>4}   {n * 7:>4}" for n in range(20)]
    assert list(tables(tree)) == []
    assert list(tables([f"{'  ' * (n % 3)}part{n} {n} {n * 7}" for n in range(20)])) == []


def test_texts_without_a_header_are_told_from_facts() -> None:
    lines = [f"{n * 7919:x}|ann|Step {n}: widen table {n * 3} of the yard" for n in range(20)]
    (only,) = tables(lines)
    assert only.layout.told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one line",
        "The tide rises. The pilot waits for it.\n" * 20,
        "\n".join(f"    {n:x}:\t48 8b 05\tmov    0x{n:x}(%rip),%rax" for n in range(4096, 4130)),
        "\n".join(f"10:00:{n:02d} INFO job {n}" for n in range(40)),
        "\n".join(f"├── part{n}@1.{n} deduped yes" for n in range(40)),
        "\n".join(f"  -{c}, --option-{c}    does {c} things  now" for c in "abcdefghijklmnop"),
        "\n".join(f"Part {n} says that the thing with number {n * 7} is like no other." for n in range(40)),
        "\n".join([*(f"Part {n} says that thing {n * 7} is like no other." for n in range(40)), "Part 40 says"]),
        "\n".join(f"CONST_{n} = {{{n}, {n + 1}, 3}};" for n in range(40)),
    ],
)
def test_what_is_no_table_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_long_text_of_other_lines_costs_little() -> None:
    assert found("word " * 200_000) == []
    assert found("a  b\n" * 4 + "\n" * 50_000) == []
