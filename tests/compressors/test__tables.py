from __future__ import annotations

import pytest

from headroom.compressors._tables import dialect, parse, pieces

CSV = "id,name,city\r\n" + "".join(f"{i},n{i},Oslo\r\n" for i in range(6))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (CSV, "csv"),
        (CSV.replace(",", "\t"), "tsv"),
        (CSV.replace(",", ";"), "csv;"),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", "markdown"),
        (" a | b \n---+---\n 1 | 2 ", "sql"),
        ("+---+---+\n| a | b |\n+---+---+\n| 1 | 2 |", "box"),
        ("NAME  READY  AGE\nweb   1/1    3d\ndb    0/1    4d", "columns"),
        ("  PID TTY          TIME CMD\n    1 ?        00:00:01 init\n    2 ?        00:00:00 a b", "words"),
        (
            "Filesystem  1K-blocks  Used Available Use% Mounted on\n/dev/sda1  9  1  8  11% /\n/dev/b  9  1  8  11% /x y",
            "words",
        ),
        ("Package    Version\n---------- -------\nalpha      1.2.0\nbeta       0.9", "ruled"),
        ("id   name\n---  -----\n1    a b\nlonger than its column", None),
        ("NAME  READY   AGE\nweb-long   1/1   3d\ndb   0/1   4d", "gaps"),
        ("2024-01-02,a,b\n" * 9, None),
        ("Dear all, hello, there\n" * 9, None),
        ("a,b", None),
        (CSV.replace("\r\n", ",\r\n"), "csv"),
        ("\ufeffÜ-Nr.,Straße,Jahr\n" + "".join(f'{i},"Am Kai {i}, Hof\nhinten",19{i}0\n' for i in range(1, 6)), "csv"),
        ('"Nr","Ort","Jahr"\n' + "".join(f'"{i}","Bad, ""{i}""","19{i}0"\n' for i in range(9)), "csv"),
    ],
)
def test_the_first_lines_tell_the_dialect(text: str, kind: str | None) -> None:
    assert dialect(text.split("\n")) == kind


def test_a_final_line_break_is_no_row() -> None:
    table = parse(CSV, "csv")
    assert table is not None
    assert table.names == ["id", "name", "city"]
    assert table.rows[-1] == ["5", "n5", "Oslo"]


@pytest.mark.parametrize(
    "text",
    [
        "NAME  READY  AGE\nweb   1/1    3d\ndb    0/1    4d",
        "  PID TTY          TIME CMD\n    1 ?        00:00:01 init\n    2 ?        00:00:00 a b",
        "Package    Version\n---------- -------\nalpha      1.2.0\nbeta       0.9",
        "+---+---+\n| a | b |\n+---+---+\n| 1 | 2 |",
    ],
)
def test_a_blank_line_is_no_header(text: str) -> None:
    kind = dialect(["", *text.split("\n")])
    assert kind is not None
    assert parse(text, kind) is not None
    assert parse(f"\n{text}", kind) is None


def test_quoted_fields_hold_separators_and_line_breaks() -> None:
    table = parse('id,name\n1,"a, ""b"""\n2,"c\nd"\n3,e\n', "csv")
    assert table is not None
    assert table.rows == [["1", 'a, "b"'], ["2", "c\nd"], ["3", "e"]]


def test_a_mark_of_the_byte_order_is_no_part_of_a_name_in_quotes() -> None:
    table = parse('\ufeff"id","name"\n1,"a"\n2,"b"\n', "csv")
    assert table is not None
    assert table.names == ["id", "name"]


def test_rows_of_several_lines_say_where_they_begin() -> None:
    table = parse('id,name\n1,"a\nb"\n2,c\n3,"d\n\ne"\n', "csv")
    assert table is not None
    assert list(table.starts) == [1, 3, 4, 7]
    one = parse('id,name\n1,"a"\n2,c\n', "csv")
    assert one is not None
    assert not one.starts


def test_the_count_below_a_result_goes_only_when_it_is_right() -> None:
    body = " a | b \n---+---\n 1 | 2 \n 3 | 4 \n"
    right, wrong = parse(body + "(2 rows)", "sql"), parse(body + "(7 rows)\nTime: 3 ms", "sql")
    assert right is not None
    assert wrong is not None
    assert (right.tail, wrong.tail) == ([], ["(7 rows)", "Time: 3 ms"])


def test_a_line_with_another_number_of_bars_stays_as_it_is() -> None:
    lines = [" a | b ", "---+---", *[f" {i} | x " for i in range(20)], " y | z | w "]
    table = parse("\n".join(lines), "sql")
    assert table is not None
    assert table.rows[-1] == " y | z | w "


@pytest.mark.parametrize("kind", ["sql", "box"])
def test_a_bar_in_a_text_parts_no_cells_where_the_rule_says_so(kind: str) -> None:
    lines = [" a  | b      ", "----+--------", *[f" {i:<2} | x " for i in range(20)], " 7  | y || z "]
    if kind == "box":
        lines = ["+----+--------+", *[f"|{line:<13}|" for line in lines if "-+-" not in line], "+----+--------+"]
        lines.insert(2, "+----+--------+")
    table = parse("\n".join(lines), kind)
    assert table is not None
    assert table.rows[-1] == ["7", "y || z"]


def test_a_cell_of_psql_goes_on_below_a_plus() -> None:
    text = " id |   note    | by \n----+-----------+----\n  1 | torn sail+| Bo\n    |   at 7 +  | \n  2 | a+b       | Al+\n    |           | Ed\n(2 rows)"
    table = parse(text.replace("torn sail+|", "torn sail+|").replace(" at 7 +  |", " at 7 +  |"), "sql")
    assert table is not None
    assert table.rows == [["1", "torn sail\n  at 7 +", "Bo"], ["2", "a+b", "Al\nEd"]]
    assert list(table.starts) == [2, 4, 6]
    assert table.tail == []


def test_a_table_with_escaped_bars_is_left_alone() -> None:
    assert parse("| a | b |\n|---|---|\n| x \\| y | z |", "markdown") is None


def test_what_a_command_prints_in_columns_is_parted_by_what_its_header_says() -> None:
    disks = parse(
        "Filesystem  Size  Used Avail Use% Mounted on\n/dev/sda1  9G  1G  8G  11% /srv/a b\ntmpfs  1G  0  1G  0% /run\n",
        "words",
    )
    assert disks is not None
    assert disks.names[-2:] == ["Use%", "Mounted on"]
    assert disks.rows[0] == ["/dev/sda1", "9G", "1G", "8G", "11%", "/srv/a b"]
    packages = parse(
        "Package    Version  Editable\n---------- -------- --------\nalpha      1.2.0\nbeta       0.9      /x y\n",
        "ruled",
    )
    assert packages is not None
    assert packages.rows == [["alpha", "1.2.0", ""], ["beta", "0.9", "/x y"]]
    watched = parse("NAME  READY   AGE\nweb-long   1/1   3d (1m ago)\ndb   0/1   4d\n", "gaps")
    assert watched is not None
    assert watched.rows == [["web-long", "1/1", "3d (1m ago)"], ["db", "0/1", "4d"]]


def test_whose_child_a_process_is_stays() -> None:
    head = "UID          PID    PPID  C STIME TTY          TIME CMD"
    rows = [
        f"root     {n:>7} {n - 1:>7}  0 05:30 ?        00:00:00 {'  ' * (n % 3)} \\_ job {n}" for n in range(10, 20)
    ]
    table = parse("\n".join([head, *rows]), "words")
    assert table is not None
    assert [row[-1] for row in table.rows[:3]] == ["   \\_ job 10", "     \\_ job 11", " \\_ job 12"]


def test_cells_that_one_blank_parts_are_not_counted() -> None:
    """`lsof`: the number of a process ends where its user begins; by counting, each cell would go to the next name."""
    head = "COMMAND  PID   USER   FD      TYPE             DEVICE SIZE/OFF     NODE NAME"
    rows = [
        f"worker  {2231 + n} deploy   {n + 10}u     IPv4             {943637 + n}      0t0      TCP 10.0.0.{n}:57"
        for n in range(30)
    ]
    assert parse("\n".join([head, *rows]), "gaps") is None


BOX = """\
┌─────────┬───────┬─────────────────┐
│  Name   │ Level │      Title      │
├─────────┼───────┼─────────────────┤
│ apt     │ LOW   │ race condition  │
│         │       │ https://a/1     │
│         ├───────┼─────────────────┤
│         │ HIGH  │ overflow        │
├─────────┼───────┼─────────────────┤
│ bash    │ LOW   │                 │
│ -static │       │ exhaustion      │
├─────────┼───────┼─────────────────┤
│ zlib    │ LOW   │ a               │
└─────────┴───────┴─────────────────┘"""


def test_a_box_with_rules_between_its_rows_has_cells_of_several_lines() -> None:
    """Where a rule leaves a column out, the cell above it stands for the next row as well."""
    table = parse(BOX, "box")

    assert table is not None
    assert table.rows == [
        ["apt", "LOW", "race condition\nhttps://a/1"],
        ["apt", "HIGH", "overflow"],
        ["bash\n-static", "LOW", "exhaustion"],
        ["zlib", "LOW", "a"],
    ]
    assert list(table.starts) == [3, 6, 8, 11, 13]


def test_rules_between_groups_of_rows_part_no_rows() -> None:
    rule = "├─────────┼───────┼─────────────────┤"
    lines = BOX.split("\n")
    rows = [f"│ lib{n}    │ LOW   │ title {n}         │" for n in range(9)]
    table = parse("\n".join([*lines[:3], *rows[:3], rule, *rows[3:6], rule, *rows[6:], lines[-1]]), "box")

    assert table is not None
    assert [row[0] for row in table.rows] == [f"lib{n}" for n in range(9)]


def test_a_box_that_does_not_line_up_is_no_table() -> None:
    assert parse(BOX.replace("│ overflow        │", "│ overflow of a cell │"), "box") is None


def test_a_large_box_of_that_sort_is_not_cut_within_a_row() -> None:
    with pytest.raises(ValueError, match="no box table"):
        list(pieces(BOX, "box", 400))
