from __future__ import annotations

import json
from typing import Any

from headroom.compressors._columns import Grid, grid
from headroom.compressors._flow import parse


def made(rows: list[Any], *asked: str) -> Grid:
    parsed = parse(json.dumps(rows))
    assert parsed is not None
    out = grid(parsed[0], asked)
    assert out is not None
    return out


def test_what_all_rows_share_is_fixed() -> None:
    out = made([{"id": i, "kind": "tree", "tz": "-5", "tags": ["a"]} for i in range(5)])
    assert {c.name: c.fixed for c in out.columns} == {"id": None, "kind": '"tree"', "tz": '"-5"', "tags": "[a]"}


def test_a_string_and_the_number_of_the_same_spelling_are_not_the_same_value() -> None:
    out = made([{"id": i, "v": {"x": 1 if i % 2 else "1"}, "w": [1] if i % 2 else ["1"]} for i in range(6)])
    assert [c.fixed for c in out.columns] == [None, None, None]


def test_objects_inside_become_dotted_columns_and_odd_ones_stay_whole() -> None:
    out = made([{"u": {"id": i, "n": "a"}} for i in range(6)] + [{"u": None}, {"u": {"n": "b", "id": 9}}])
    assert [c.name for c in out.columns] == ["u", "u.id", "u.n"]
    assert out.columns[0].cells[-2:] == ["null", "{n:b,id:9}"]


def test_rows_in_another_order_of_keys_stand_apart() -> None:
    out = made([{"a": i, "b": 1} for i in range(10)] + [{"b": 1, "a": 5}, 7])
    assert out.loose == {10: "={b:1,a:5}", 11: "=7"}


def test_rows_without_common_keys_are_no_grid() -> None:
    assert grid([{f"k{i}": i} for i in range(20)]) is None
    assert grid([1, 2, 3]) is None


def test_many_commas_make_tabs_the_separator() -> None:
    assert made([{"id": i, "place": f"town {i * i + 2}, land"} for i in range(5)]).sep == "\t"
    assert made([{"id": i, "place": f"town {i}"} for i in range(5)]).sep == ","
