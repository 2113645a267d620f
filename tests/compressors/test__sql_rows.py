from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors._flow import Num
from headroom.compressors._sql_rows import Inserted, copied, insert_of, inserted, spelled_rows, together
from headroom.compressors._sql_statements import parts
from headroom.messages import NO_HINT

MEDIUM = Limits(effort=Effort.MEDIUM)
COLUMNS = {"a": ("id", "name")}


def read(text: str, *, escapes: bool = False) -> Inserted | None:
    return inserted(parts(text, text.split("\n")), COLUMNS, escapes, 1)


def test_an_insert_tells_its_table_and_columns() -> None:
    assert insert_of("INSERT INTO s.`a` (x, y) VALUES (1, 2);") == ("INSERT INTO", "s.`a`", "x, y")
    assert insert_of("insert ignore into a VALUES(1);") == ("INSERT IGNORE INTO", "a", "")
    assert insert_of("INSERT INTO a SELECT 1;") is None


def test_the_values_are_what_the_literals_say() -> None:
    found = read("INSERT INTO a VALUES (1,'it''s'),\n(-2.50 , NULL),\n(true,'');")
    assert found is not None
    assert found.names == ("id", "name")
    assert found.rows == [[Num("1"), "it's"], [Num("-2.50"), None], [True, ""]]
    assert found.lines == [0, 1, 2]
    assert read("INSERT INTO b VALUES (1);") == Inserted("INSERT INTO b", ("$1",), [[Num("1")]], [0])


def test_backslashes_are_read_as_mysql_does() -> None:
    text = "-- MySQL dump\nINSERT INTO a VALUES (1,'it\\'s \\n\\\\'),(2,'50\\%');"
    found = inserted(parts(text, text.split("\n"))[1:], COLUMNS, True, 1)
    assert found is not None
    assert [row[1] for row in found.rows] == ["it's \n\\", "50\\%"]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO a VALUES (1, now());",
        "INSERT INTO a VALUES (1, _binary 'x');",
        "INSERT INTO a VALUES (1, 0x41);",
        "INSERT INTO a VALUES (1, 'a' || 'b');",
        "INSERT INTO a VALUES (1, 2), (3);",
        "INSERT INTO a VALUES (1, 2) ON CONFLICT DO NOTHING;",
        "INSERT INTO a VALUES (1, E'x\\'y');",
    ],
)
def test_what_is_no_plain_literal_keeps_the_statement(text: str) -> None:
    assert read(text) is None


@given(st.lists(st.tuples(st.integers(-9, 9), st.text("ab'\\,(); \t", max_size=6)), min_size=1, max_size=6))
def test_every_value_can_be_read_back(rows: list[tuple[int, str]]) -> None:
    values = ", ".join("({}, '{}')".format(n, s.replace("'", "''")) for n, s in rows)
    found = read(f"INSERT INTO a VALUES {values};")
    assert found is not None
    assert found.rows == [[Num(n), s] for n, s in rows]


def test_statements_of_one_row_are_read_together_and_one_of_many_for_itself() -> None:
    text = "INSERT INTO a VALUES (1,'x');\nINSERT INTO a VALUES (2,'y');\nINSERT INTO a VALUES (3,'z'),(4,'z');"
    assert [len(run) for run in together(parts(text, text.split("\n")))] == [2, 1]


def test_rows_that_are_left_out_are_told_by_their_lines() -> None:
    text = "\n".join(f"INSERT INTO a VALUES ({n},'name {n * 7 % 11}');" for n in range(300))
    found = read(text)
    assert found is not None
    made = spelled_rows(found, NO_HINT, MEDIUM, len(text), 1.0)
    assert made is not None
    assert not made.lossless
    assert made.elisions[0].unit == "lines"
    assert made.text.startswith("INSERT INTO a:\n")
    assert "\n300│299,2\n" in made.text or "\n300│299," in made.text


def test_rows_of_one_line_are_told_by_their_numbers() -> None:
    text = "INSERT INTO a VALUES " + ",".join(f"({n},'name {n * 7 % 11}')" for n in range(300)) + ";"
    found = read(text)
    assert found is not None
    made = spelled_rows(found, NO_HINT, MEDIUM, len(text), 1.0)
    assert made is not None
    assert made.text.startswith("INSERT INTO a, line 1:\n")
    assert made.elisions[0].unit == "rows"


def test_rows_of_copy_keep_their_cells() -> None:
    text = 'COPY s.a (id, "Name") FROM stdin;\n' + "".join(f"{n}\tname \\N {n}\n" for n in range(9)) + "\\.\n"
    source = text.split("\n")
    made = copied(parts(text, source)[0], source, NO_HINT, Limits())
    assert made is not None
    assert made[0].text.startswith("COPY s.a:\n")
    assert made[0].lossless
    assert "9 rows: id" in made[0].text
    empty = "COPY s.a (id) FROM stdin;\n\\.\n"
    none = copied(parts(empty, empty.split("\n"))[0], empty.split("\n"), NO_HINT, Limits())
    assert none is not None
    assert [made.text for made in none] == ["COPY s.a: 0 rows"]


def test_few_rows_stay_as_they_are() -> None:
    text = "COPY s.a (id) FROM stdin;\n1\n2\n\\.\n"
    assert copied(parts(text, text.split("\n"))[0], text.split("\n"), NO_HINT, Limits()) is None


def test_a_long_block_of_rows_is_read_in_stretches_that_name_their_lines() -> None:
    rows = "".join(f"{n}\t{n * 7919 % 10007}\tberth {n}\n" for n in range(6_000))
    text = f"COPY s.a (id, x, name) FROM stdin;\n{rows}\\.\n"
    source = text.split("\n")
    made = copied(parts(text, source)[0], source, NO_HINT, MEDIUM)
    assert made is not None
    assert len(made) > 1
    assert made[1].text.startswith("COPY s.a, lines ")
    shown = sum(e.count for m in made for e in m.elisions)
    assert 4_000 < shown < 6_000
