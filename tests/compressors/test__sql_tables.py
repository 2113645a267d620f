from __future__ import annotations

import pytest

from headroom.compressors._sql_tables import Table, bare, read, shared, shared_line, tail_line, tails


def table(line: str) -> Table:
    found = read(line)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [("berths", "berths"), ("public.berths", "berths"), ('"s"."a b"', "a b"), ("`x`", "x"), ("[dbo].[x]", "x")],
)
def test_a_name_without_schema_and_quotes(name: str, expected: str) -> None:
    assert bare(name) == expected
    assert table(f"CREATE TABLE {name} (id int);").name == expected


def test_columns_and_constraints_are_told_apart() -> None:
    found = table(
        "CREATE TABLE IF NOT EXISTS a (id int NOT NULL, price numeric(5,2) DEFAULT round(1.5, 2), kind enum('a','b,)'), \"key\" text,"
        " key_no int, PRIMARY KEY (id, kind), CONSTRAINT c CHECK ((id > 0)), KEY k (kind), UNIQUE (price)) ENGINE=InnoDB;"
    )
    assert [c.name for c in found.columns] == ["id", "price", "kind", '"key"', "key_no", "", "", "", ""]
    assert found.columns[1].definition == "numeric(5,2) DEFAULT round(1.5, 2)"
    assert found.tail == ") ENGINE=InnoDB;"


@pytest.mark.parametrize(
    "line", ["CREATE INDEX a ON b (c);", "CREATE TABLE a AS SELECT 1;", "CREATE TABLE a (x int", "DROP TABLE a;"]
)
def test_other_statements_define_no_table(line: str) -> None:
    assert read(line) is None


ID = "id bigint NOT NULL"
AT = "at timestamp with time zone NOT NULL"


def test_a_column_that_several_tables_have_is_said_once_and_another_one_of_its_name_in_full() -> None:
    tables = [table(f"CREATE TABLE t{n} ({ID}, {AT}, own{n} int);") for n in range(4)]
    odd = table("CREATE TABLE odd (id integer, at timestamp with time zone NOT NULL);")
    alike = shared([*tables, odd])
    assert alike == {"id": "bigint NOT NULL", "at": "timestamp with time zone NOT NULL"}
    assert shared_line(alike, tables) == f"⋯ a column named alone in CREATE TABLE is: {ID}; {AT}"
    assert tables[1].line(alike, "") == ("CREATE TABLE t1 (id, at, own1 int);", 0)
    assert odd.line(alike, "") == ("CREATE TABLE odd (id integer, at);", 0)


def test_a_name_that_some_table_gives_no_type_is_not_said_once() -> None:
    tables = [table(f"CREATE TABLE t{n} ({ID});") for n in range(9)]
    assert shared([*tables, table("CREATE TABLE lite (id, x);")]) == {}


def test_types_that_are_left_out_leave_a_mark_and_constraints_stay() -> None:
    found = table("CREATE TABLE a (id int, note text, CHECK (id > 0));")
    line, gone = found.line({}, "", frozenset(("id",)))
    assert line == "CREATE TABLE a (id int, note …, CHECK (id > 0));"
    assert gone == len("text")


def test_options_that_all_tables_have_are_said_once() -> None:
    usual = ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;"
    lines = [f"CREATE TABLE t{n} (x int) ENGINE=InnoDB AUTO_INCREMENT={n} DEFAULT CHARSET=utf8mb4;" for n in range(4)]
    tables = [*map(table, lines), table("CREATE TABLE o (x int) ENGINE=MyISAM;")]
    assert tails(tables) == usual
    assert tables[2].line({}, usual)[0] == "CREATE TABLE t2 (x int) AUTO_INCREMENT=2;"
    assert tables[4].line({}, usual)[0] == "CREATE TABLE o (x int) ENGINE=MyISAM;"
    assert "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4" in tail_line(usual)
    assert tails([*tables, table("CREATE TABLE p (x int);")]) == ""  # which would seem to have them
