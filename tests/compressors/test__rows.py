from __future__ import annotations

import json
import re
from typing import Any

import pytest

from headroom.compressors._api import Effort, Limits
from headroom.compressors._columns import Grid, grid
from headroom.compressors._flow import parse
from headroom.compressors._rows import choose, summary
from headroom.messages import Hint

MEDIUM = Limits(effort=Effort.MEDIUM)


def made(rows: list[Any]) -> Grid:
    parsed = parse(json.dumps(rows))
    assert parsed is not None
    out = grid(parsed[0])
    assert out is not None
    return out


def rows(count: int = 300) -> list[dict[str, Any]]:
    return [
        {"id": f"r{i:04d}", "ms": 20 + i * 7 % 13, "kind": "read", "text": f"said {i * 7919 % 997} words"}
        for i in range(count)
    ]


def chosen(data: list[dict[str, Any]], query: str | None = None, limits: Limits = MEDIUM) -> set[int]:
    out = made(data)
    picked = choose(out, Hint(query=query), limits)
    return set(range(len(data))) if picked is None else set(picked)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ms", 4000),
        ("ms", "4000"),
        ("kind", "write"),
        ("kind", None),
        ("text", "connection refused by peer"),
        ("extra", 1),
    ],
)
def test_the_one_row_that_differs_is_shown(key: str, value: object) -> None:
    data = rows()
    data[137][key] = value
    assert 137 in chosen(data)
    assert len(chosen(data)) < 150


def test_all_rows_of_a_kind_that_is_rare_are_shown() -> None:
    odd = {31, 77, 78, 103, 160, 199, 204, 251, 290}
    data = [{**r, "kind": "write" if i in odd else "read"} for i, r in enumerate(rows())]
    assert odd <= chosen(data)
    assert len(chosen(data)) < 150


def test_of_hits_in_rows_the_one_that_defines_what_was_searched_is_shown() -> None:
    """Every row holds the name that the query asks for."""
    data = [
        {"path": f"src/m{i % 7}.py", "line": i, "text": f"    value = load_plan({i % 11}, now)"} for i in range(300)
    ]
    data[188]["text"] = "def load_plan(number: int, at: Clock) -> Plan:"
    assert 188 in chosen(data, "Where is load_plan defined?")


def test_both_sides_of_a_change_of_state_are_shown() -> None:
    data = [{**r, "mode": "a" if i < 140 else "b"} for i, r in enumerate(rows())]
    assert {139, 140} <= chosen(data)


def test_rows_that_the_query_or_keep_names_are_shown() -> None:
    assert 211 in chosen(rows(), "what did r0211 say?")
    assert 212 in chosen(rows(), None, Limits(effort=Effort.MEDIUM, keep=re.compile("r0212")))


def test_a_query_finds_what_was_hoisted_out_of_the_row() -> None:
    data = [{"id": f"{i * 31:05d}", "url": f"https://h.test/items/{i * 31:05d}/view", "n": i % 3} for i in range(400)]
    assert 77 in chosen(data, f"open https://h.test/items/{77 * 31:05d}/view")


def test_small_grids_and_long_texts_are_shown_whole() -> None:
    assert len(chosen(rows(20))) == 20
    essays = [{"id": i, "text": f"chapter {i} " + f"word{i} " * 90} for i in range(60)]
    assert len(chosen(essays)) == 60


def test_light_effort_needs_much_more_before_it_leaves_rows_out() -> None:
    light = Limits(effort=Effort.LIGHT)
    assert len(chosen(rows(300), None, light)) == 300
    assert len(chosen(rows(3000), None, light)) < 2000


def test_the_summary_describes_hidden_rows_only() -> None:
    data = rows(50)
    data[7]["ms"] = 99_999
    out = made(data)
    assert summary(out, [*range(7), *range(20, 30)]) == "ms 20..32 median 26; all different: id, text"


def test_values_that_are_no_numbers_do_no_harm() -> None:
    data = [{**r, "ms": [float("nan"), float("inf"), "", None, "12"][i % 5]} for i, r in enumerate(rows())]
    assert {0, 299} <= chosen(data)


def test_the_hidden_rows_are_described_column_by_column() -> None:
    data = [
        {
            "id": f"r{i:03d}",
            "n": i if i % 10 else None,
            "flag": i % 4 == 0,
            "city": "Oslo" if i % 3 else f"town {i}",
            "fixed": "same",
            "more": {"x": i % 2} if i % 50 else [],
        }
        for i in range(100)
    ]
    assert summary(made(data), range(10, 90)).split("; ") == [
        "n 11..89 median 51, 8 no number",
        "flag false×60, true×20",
        "city 27 distinct, most Oslo×54",
        "more absent×79, []×1",
        "more.x 0..1 median 1, 1 no number",
        "all different: id",
    ]


def test_columns_for_which_there_is_no_room_are_named() -> None:
    about = summary(made([{f"c{k:02d}": i * k + i for k in range(60)} for i in range(60)]), range(60))
    described, _, named = about.partition("; also ")
    assert len(described) < 600
    first = described.count("; ") + 1
    assert named == ", ".join(f"c{k}" for k in range(first, first + 20)) + f", {60 - first - 20} more columns"


def test_columns_that_the_hidden_rows_do_not_have_are_named_together() -> None:
    data = [{"id": i, "note": "late", "fee": i} if i < 2 else {"id": i, "ms": i % 3} for i in range(60)]
    assert summary(made(data), range(10, 60)) == "id 10..59 median 35; ms 0..2 median 1; absent: note, fee"


def test_ordinary_rows_from_all_over_are_shown_even_where_many_tell_something() -> None:
    data = rows(1000)
    for i in range(100):
        data[i]["text"] = "panic in worker" if i < 12 else f"timeout {i}" if i < 24 else data[i]["text"]
        data[i]["ms"] = 10**6 + i
    picked = chosen(data)
    assert all(picked & set(range(a, a + 100)) for a in range(0, 1000, 100))


def requests(count: int = 80) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for i in range(count):
        status = 500 if i == 31 else 404 if i == 52 else 200
        out.append({"level": 30, "reqId": f"q{i:x}", "url": f"/quay/{i}", "msg": "incoming request"})
        out.append({"level": 20, "reqId": f"q{i:x}", "url": "", "msg": f"looked up {i * 7919 % 997}"})
        out.append({"level": 30, "reqId": f"q{i:x}", "url": "", "msg": "request completed", "status": status})
    return out


def test_rows_of_a_request_that_failed_are_shown_together() -> None:
    """What was asked for stands in other rows than what came of it."""
    data = requests()
    assert {93, 94, 95, 156, 157, 158} <= chosen(data)
    data[94] = {"err": {"stack": "at x"}, "reqId": data[94]["reqId"], "other": [1]}  # a row of another shape
    assert {93, 94, 95} <= chosen(data)


def test_an_id_that_many_rows_share_is_none_of_a_failure() -> None:
    data = [row | {"reqId": f"q{i % 5}"} for i, row in enumerate(requests())]
    assert len(chosen(data)) < 80
