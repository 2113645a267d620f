"""Spans of tables among other output."""

from __future__ import annotations

import pytest
from hypothesis import given

from headroom.compressors._table_runs import table_runs
from tests.generators import TEXT

BOX = "+----+------+\n| id | name |\n+----+------+\n|  1 | Ida  |\n|  2 | Bo   |\n+----+------+"
DRAWN = "┌────┬──────┐\n│ id │ name │\n├────┼──────┤\n│ 1  │ Ida  │\n└────┴──────┘"
PSQL = " id | name \n----+------\n  1 | Ida\n  2 | Bo\n(2 rows)"
RECORDS = "-[ RECORD 1 ]\nid   | 1\nname | Ida\n-[ RECORD 2 ]\nid   | 2\nname | Bo"
ROWS = "*************************** 1. row ***************************\n  id: 1\nname: Ida"
PODS = "NAME   READY   AGE\nweb    1/1     3d\ndb     0/1     4d\nqueue  1/1     5d"


@pytest.mark.parametrize("table", [BOX, DRAWN, PSQL, RECORDS, ROWS, PODS])
@pytest.mark.parametrize(
    ("above", "below"), [("", ""), ("\n", "\n"), ("shop=> run\n", "\n\nshop=> quit\n"), ("$ run\n", "\n$ next\n")]
)
def test_a_table_is_found_whatever_stands_around(table: str, above: str, below: str) -> None:
    if table in (RECORDS, ROWS) and below == "\n$ next\n":
        below = "\n\n$ next\n"
    text = f"{above}{table}{below}"
    assert [text[a:b] for a, b in table_runs(text, 0, len(text))] == [table]


def test_tables_directly_below_one_another_are_several() -> None:
    for table in (BOX, PODS):
        text = f"{table}\n{table}\n2 rows"
        found = [text[a:b] for a, b in table_runs(text, 0, len(text))]
        assert found[0] == table
        assert len(found) == 2


@pytest.mark.parametrize(
    "text",
    [
        "a | b\nno rule below",
        "diff --git a/x b/x\n+- a list\n+- another\n+-- ++\n",
        "ERROR  WARNING  INFO\none sentence\nand another one\nand more of them",
        "SHOUTED HEADING\n\ntext",
        "all:\nNAME  READY\nweb   1/1\n",
        "+---+\n| a box around a text without an end\n",
    ],
)
def test_what_is_no_table_is_not_found(text: str) -> None:
    assert list(table_runs(text, 0, len(text))) == []


@given(TEXT)
def test_spans_are_of_whole_lines(text: str) -> None:
    for a, b in table_runs(text, 0, len(text)):
        assert a < b <= len(text)
        assert a == 0 or text[a - 1] == "\n"
        assert b == len(text) or text[b] == "\n"
