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


def patterns(out: Grid) -> dict[str, str | None]:
    return {c.name: c.pattern for c in out.columns if c.pattern is not None}


def test_what_all_rows_share_is_fixed() -> None:
    out = made([{"id": i, "kind": "tree", "tz": "-5", "tags": ["a"]} for i in range(5)])
    assert {c.name: c.fixed for c in out.columns} == {"id": None, "kind": "tree", "tz": '"-5"', "tags": "[a]"}


def test_a_string_and_the_number_of_the_same_spelling_are_not_the_same_value() -> None:
    out = made([{"id": i, "v": {"x": 1 if i % 2 else "1"}, "w": [1] if i % 2 else ["1"]} for i in range(6)])
    assert [c.fixed for c in out.columns] == [None, None, None]


def test_a_link_is_built_from_the_id_it_holds() -> None:
    out = made([{"id": f"x{i * 37}", "url": f"https://h.test/a/x{i * 37}/b{{/c}}"} for i in range(9)])
    assert patterns(out) == {"url": "https://h.test/a/<id>/b{/c}"}


def test_a_title_is_built_from_a_rounded_number_and_a_name() -> None:
    rows = [{"mag": m, "place": f"{p}km S of Hill {p}"} for p, m in enumerate([1.04, 2.26, 0.98, 4.51, 3.19, 2.02])]
    out = made([{**r, "title": f"M {r['mag']:.1f} - {r['place']}"} for r in rows])
    assert patterns(out) == {"title": "M <mag:.1f> - <place>"}


def test_part_of_an_id_is_a_slice_and_the_id_stays_whole() -> None:
    out = made(
        [{"net": n, "code": f"{i * 77}", "id": f"{n}{i * 77}"} for i, n in enumerate(["us", "nc", "us", "ci", "hv"])]
    )
    assert patterns(out) == {"net": "<id[:2]>", "code": "<id[2:]>"}


def test_a_column_that_is_asked_for_is_spelled_in_full() -> None:
    rows = [{"id": f"x{i * 37}", "url": f"https://h.test/a/x{i * 37}"} for i in range(9)]
    assert patterns(made(rows, "url")) == {}


def test_a_pattern_that_fails_in_one_row_is_no_pattern() -> None:
    rows = [{"id": f"x{i * 37}", "url": f"https://h.test/a/x{i * 37}"} for i in range(9)]
    rows[4]["url"] = "https://h.test/a/other"
    assert patterns(made(rows)) == {"url": "https://h.test/a/<>"}


def test_columns_never_need_each_other_in_a_circle() -> None:
    out = made([{"a": f"/p/{i * 31}/q", "b": f"/p/{i * 31}/q", "c": f"see /p/{i * 31}/q"} for i in range(8)])
    assert sum(c.in_rows for c in out.columns) == 1


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
