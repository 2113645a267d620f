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


def patterns(out: Grid) -> dict[str, str]:
    return {c.name: "+".join(c.pattern) for c in out.columns if c.pattern is not None}


def test_a_link_is_built_from_the_id_it_holds() -> None:
    out = made([{"id": f"x{i * 37}", "url": f"https://h.test/a/x{i * 37}/b{{/c}}"} for i in range(9)])
    assert patterns(out) == {"url": '"https://h.test/a/"+id+"/b{/c}"'}


def test_a_title_is_built_from_a_rounded_number_and_a_name() -> None:
    rows = [{"mag": m, "place": f"{p}km S of Hill {p}"} for p, m in enumerate([1.04, 2.26, 0.98, 4.51, 3.19, 2.02])]
    out = made([{**r, "title": f"M {r['mag']:.1f} - {r['place']}"} for r in rows])
    assert patterns(out) == {"title": '"M "+format(mag,".1f")+" - "+place'}


def test_part_of_an_id_is_a_slice_and_the_id_stays_whole() -> None:
    out = made(
        [{"net": n, "code": f"{i * 77}", "id": f"{n}{i * 77}"} for i, n in enumerate(["us", "nc", "us", "ci", "hv"])]
    )
    assert patterns(out) == {"net": "id[:2]", "code": "id[2:]"}


def test_a_column_that_is_asked_for_is_spelled_in_full() -> None:
    rows = [{"id": f"x{i * 37}", "url": f"https://h.test/a/x{i * 37}"} for i in range(9)]
    assert patterns(made(rows, "url")) == {}


def test_a_pattern_that_fails_in_one_row_is_no_pattern() -> None:
    rows = [{"id": f"x{i * 37}", "url": f"https://h.test/a/x{i * 37}"} for i in range(9)]
    rows[4]["url"] = "https://h.test/a/other"
    assert patterns(made(rows)) == {"url": '"https://h.test/a/"+…'}


def test_columns_never_need_each_other_in_a_circle() -> None:
    out = made([{"a": f"/p/{i * 31}/q", "b": f"/p/{i * 31}/q", "c": f"see /p/{i * 31}/q"} for i in range(8)])
    assert sum(c.in_rows for c in out.columns) == 1


def test_a_value_that_is_asked_for_is_not_taken_apart() -> None:
    rows = [{"id": i * 7, "text": f"{'lorem ipsum ' * 20}{i * 31} needle-{i * 7}"} for i in range(20)]
    assert "text" in patterns(made(rows, "needle"))
    assert "text" not in patterns(made(rows, "needle-63"))


def test_a_constant_link_begins_with_another_one() -> None:
    rows = [{"id": i, "url": "https://h.test/users/mira", "keys": "https://h.test/users/mira/keys"} for i in range(5)]
    whole = {"id": None, "url": '"https://h.test/users/mira"', "keys": '"https://h.test/users/mira/keys"'}
    assert {c.name: c.fixed for c in made(rows).columns} == {**whole, "keys": 'url+"/keys"'}
    for asked in ("keys", "mira/keys"):
        assert {c.name: c.fixed for c in made(rows, asked).columns} == whole
