from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._sql_statements import Part, parts, shows_tables, squeezed, unwrapped


def cut(text: str) -> list[Part]:
    return parts(text, text.split("\n"))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE a (\n  id int\n);",
        "INSERT INTO a VALUES ('x; y', 'it''s');",
        "INSERT INTO a VALUES ('two\n;\nlines');",
        "SELECT 1; -- why; not",
        "CREATE FUNCTION f() RETURNS int AS $$\nBEGIN;\n  x := 1;\nEND;\n$$ LANGUAGE plpgsql;",
        "CREATE FUNCTION f() RETURNS int AS $body$ SELECT '$$;\n' $body$;",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  UPDATE b SET x = 1;\n  SELECT 2;\nEND;",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET x = 1; END;",
        "CREATE TABLE a (\n  x text DEFAULT ';' /* ; \n */\n);",
        "/*!40101 SET NAMES utf8 */;",
        'CREATE TABLE "a;\nb" (x int);',
        "CREATE VIEW v AS\n SELECT 1 - 2 / 3;",
    ],
)
def test_a_semicolon_inside_a_string_a_comment_or_a_body_ends_nothing(statement: str) -> None:
    found = cut(f"-- above\n\n{statement}\nDROP TABLE z;\n")
    assert [p.sort for p in found] == ["comment", "statement", "statement"]
    assert found[1].text == statement
    assert (found[1].first, found[1].last) == (2, 2 + statement.count("\n"))


def test_a_backslash_escapes_a_quote_where_the_dump_is_of_mysql() -> None:
    text = "-- MySQL dump 10.13\n\nINSERT INTO `a` VALUES ('it\\'s; so\\n');\nDROP TABLE b;"
    assert [p.text for p in cut(text)[1:]] == ["INSERT INTO `a` VALUES ('it\\'s; so\\n');", "DROP TABLE b;"]
    standard = "INSERT INTO a VALUES ('c:\\');\nDROP TABLE b;"
    assert [p.text for p in cut(standard)] == ["INSERT INTO a VALUES ('c:\\');", "DROP TABLE b;"]


def test_rows_behind_copy_belong_to_it_whatever_they_hold() -> None:
    found = cut("COPY a (x, y) FROM stdin;\n1\t'; DROP\n\n2\t--\n\\.\n\nDROP TABLE b;")
    assert [(p.sort, p.first, p.last) for p in found] == [("rows", 0, 4), ("statement", 6, 6)]


def test_what_is_no_statement_is_a_line_of_its_own() -> None:
    found = cut("total 3\nDROP TABLE b;\nDELIMITER ;;\nCREATE x; ;;\nDELIMITER ;\nCREATE TABLE a (\n  x int\n)")
    assert [(p.sort, p.first, p.last) for p in found] == [
        ("other", 0, 0),
        ("statement", 1, 1),
        ("other", 2, 4),
        ("statement", 5, 7),
    ]


@given(st.text("aCREATE TABLE();'\"`$-/*\\\n \t\0", max_size=60))
def test_the_parts_hold_every_line_that_is_not_blank_once(text: str) -> None:
    source = text.split("\n")
    found = cut(text)
    held = [i for p in found for i in range(p.first, p.last + 1)]
    assert held == sorted(set(held))
    assert all(not source[i].strip() for i in range(len(source)) if i not in held)
    for p in found:
        assert p.text.rstrip() == "\n".join(source[p.first : p.last + 1]).rstrip()


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("CREATE TABLE a (\n    x int,\n    y text\n);", "CREATE TABLE a (x int, y text);"),
        (
            "ALTER TABLE ONLY a\n    ADD CONSTRAINT k CHECK ((x > 0));",
            "ALTER TABLE ONLY a ADD CONSTRAINT k CHECK ((x > 0));",
        ),
        ("CREATE TYPE t AS ENUM (\n    'a  (b',\n    'c )'\n);", "CREATE TYPE t AS ENUM ('a  (b', 'c )');"),
        ("CREATE TABLE `a` (\n  `id` int,\n  `order` text\n);", "CREATE TABLE a (id int, `order` text);"),
        (
            'CREATE TABLE "a" ("id" int, "Upper" int, "user" text, "b" int REFERENCES "s"."t" ("id"));',
            'CREATE TABLE a (id int, "Upper" int, "user" text, b int REFERENCES s.t (id));',
        ),
        (
            'CREATE TABLE "a" ("x" text CHECK ("x" IN ("b", "c")));',
            'CREATE TABLE "a" ("x" text CHECK ("x" IN ("b", "c")));',
        ),
        ('CREATE TABLE "a" ("x" text DEFAULT "b");', 'CREATE TABLE "a" ("x" text DEFAULT "b");'),
        ("COMMENT ON TABLE a IS 'see `b`';", "COMMENT ON TABLE a IS 'see `b`';"),
        ("CREATE TABLE a (\n  x int, -- why\n  y int\n);", None),
        ("COMMENT ON TABLE a IS 'two\nlines';", None),
        ("CREATE FUNCTION f() AS $$\nBEGIN END\n$$;", None),
    ],
)
def test_a_statement_on_one_line_says_the_same(statement: str, line: str | None) -> None:
    (part,) = cut(statement)
    assert squeezed(part, escapes=False) == line


TABLE = "CREATE TABLE `a` (\n  `id` int NOT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB"
ROW = "*************************** {}. row ***************************\n       Table: a\nCreate Table: {}\n"


def test_answers_of_mysql_to_show_create_table_are_statements() -> None:
    vertical = ROW.format(1, TABLE) + ROW.format(2, TABLE)
    assert shows_tables(vertical)
    assert unwrapped(vertical) == f"\n\n{TABLE};\n\n\n{TABLE};\n"
    flat = "Table\tCreate Table\na\t" + TABLE.replace("\n", "\\n") + "\n"
    assert shows_tables(flat)
    assert unwrapped(flat) == "\nCREATE TABLE `a` (`id` int NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB;\n"
    assert not shows_tables("Table\tRows\na\t3\n")
    assert not shows_tables(ROW.format(1, "x")[:60])


def test_statements_without_an_end_are_not_each_looked_through_to_the_end_of_the_text() -> None:
    """Time grew with the square of their number."""
    text = "CREATE TABLE a (\n" * 20_000 + "'" + ";"
    found = parts(text, text.split("\n"))
    assert sum(part.last - part.first + 1 for part in found) == 20_001


def test_what_is_longer_than_a_glance_ends_where_it_ends() -> None:
    rows = ",\n".join(f"({n}, 'ship {n}')" for n in range(600))
    comment = "-- a line of a comment\n" * 400
    text = f"{comment}INSERT INTO ships VALUES\n{rows};\nSELECT 1;\n"
    assert [part.text.split("\n")[-1] for part in parts(text, text.split("\n")) if part.sort == "statement"] == [
        "(599, 'ship 599');",
        "SELECT 1;",
    ]
