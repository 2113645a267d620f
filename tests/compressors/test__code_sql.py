"""Bodies in SQL: routines and rows of data."""

from __future__ import annotations

import pytest

from headroom.compressors._api import Effort, Limits
from headroom.compressors._code_lines import read
from headroom.compressors._code_sql import body_at, starts, statement_end
from headroom.compressors.code import CodeCompressor
from headroom.messages import Hint


def bodies(text: str) -> list[tuple[str, int, int, int]]:
    lines = text.split("\n")
    source = read(text, lines, "sql")
    return [found for i in starts(source) if (found := body_at(source, i, len(lines)))]


ROWS = ",\n".join(f"  ({n}, 'x')" for n in range(9))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CREATE FUNCTION f(a int)\nRETURNS int AS $$\nBEGIN\n  a;\nEND;\n$$ LANGUAGE plpgsql;", ("f", 3, 4, 5)),
        ('create or replace function s."f"() returns void as $x$\n  a $$ b;\n$x$ language sql;', ("f", 1, 2, 3)),
        ("CREATE PROCEDURE p()\nBEGIN\n  IF a THEN\n    b;\n  END IF;\nEND;\nSELECT 1;", ("p", 2, 5, 6)),
        ("CREATE TRIGGER t AFTER INSERT ON u\nFOR EACH ROW\nBEGIN\n  a;\nEND //", ("t", 3, 4, 5)),
        (f"INSERT INTO t (a, b) VALUES\n{ROWS};\nSELECT 1;", ("t", 4, 9, 10)),
        (f"INSERT INTO t\n  (a, b)\nVALUES\n{ROWS}\nON CONFLICT DO NOTHING;", None),
        ("CREATE TRIGGER t AFTER INSERT ON u EXECUTE FUNCTION f();\nBEGIN;\nEND;", None),
        ("CREATE FUNCTION f() RETURNS int AS $$\n  a;", None),
        ("INSERT INTO t VALUES (1);\n(2),\n(3);", None),
        ("CREATE TABLE t (\n  a int\n);", None),
    ],
)
def test_a_body_is_found_with_what_closes_it(text: str, found: tuple[str, int, int, int] | None) -> None:
    """What is not closed, or ends before it begins, has none."""
    assert bodies(text) == ([found] if found else [])


def test_a_statement_lasts_until_a_semicolon_ends_a_line() -> None:
    lines = ["CREATE TABLE boats (", "  name text DEFAULT ';',", "  length int", ");  -- all of it", "SELECT 1"]
    source = read("\n".join(lines), lines, "sql")
    assert statement_end(source, 0, len(lines)) == 4
    assert statement_end(source, 4, len(lines)) == 5


def test_a_table_that_is_asked_for_is_shown_and_the_others_are_named() -> None:
    tables = [f"CREATE TABLE t{n} (\n  first_name text NOT NULL,\n  last_name text NOT NULL\n);\n" for n in range(9)]
    made = CodeCompressor().compress(
        "\n".join(tables), Hint(path="a.sql", query="What columns has the table `t4`?"), Limits(effort=Effort.STRONG)
    )
    assert made.text == f"-- ⋯ 1-20: t0, t1, t2, t3\n{tables[4].rstrip()}\n-- ⋯ 25-44: t5, t6, t7, t8\n"


def test_of_statements_a_routine_uses_tables_only() -> None:
    others = "\n".join(
        f"CREATE OR REPLACE FUNCTION g{n}(a int)\n  RETURNS boolean\n  AS 'lib', 'g{n}'\n  LANGUAGE c IMMUTABLE;\n"
        for n in range(9)
    )
    table = "CREATE TABLE boats (\n  name text\n);\n"
    body = "BEGIN\n  SELECT count(*) INTO many FROM boats;\n  RETURN many > 1;\nEND;\n$$ LANGUAGE plpgsql IMMUTABLE;"
    text = f"{others}\n{table}\nCREATE OR REPLACE FUNCTION f(a int)\n  RETURNS boolean\n  AS $$\n{body}\n{others}"
    limits = Limits(effort=Effort.STRONG)
    shown = CodeCompressor().compress(text, Hint(path="a.sql", query="How does `f` work?"), limits).text
    assert table in shown
    assert body in shown
    assert "RETURNS boolean\n  AS 'lib'" not in shown
