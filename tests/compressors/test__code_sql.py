"""Bodies in SQL: routines and rows of data."""

from __future__ import annotations

import pytest

from headroom.compressors._code_lines import read
from headroom.compressors._code_sql import body_at, starts


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
