from __future__ import annotations

import itertools
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._flow import parse
from headroom.compressors._pieces import cut, is_lines, joined
from headroom.compressors.crusher import in_pieces
from headroom.messages import NO_HINT, Hint
from tests.compressors.decode import decode_pieces, pieces, plain

ROWS = [
    {
        "id": i,
        "name": f"thing {i * 7919 % 1009}",
        "user": {"id": i % 7, "url": f"https://x.test/u/{i % 7}"},
        "kind": "a",
    }
    for i in range(300)
]
MIXED = [{"id": i, f"k{i % 50}": [i, {"x": None}], "é": "]},[{"} for i in range(90)]


def spelled(rows: list[object], shape: str) -> str:
    if shape == "lines":
        return "\n".join(map(json.dumps, rows)) + "\n"
    return json.dumps(rows, indent=2 if shape == "indented" else None, ensure_ascii=shape != "array")


@pytest.mark.parametrize("shape", ["array", "indented", "lines"])
@pytest.mark.parametrize("rows", [ROWS, MIXED, [f"word {i}, {i}" for i in range(200)]], ids=["rows", "mixed", "words"])
@pytest.mark.parametrize("size", [150, 1000, 10**6])
def test_pieces_hold_all_values_in_their_order(rows: list[object], shape: str, size: int) -> None:
    text = spelled(rows, shape)
    if shape == "lines" and type(rows[0]) is str:
        text = text.replace('"', '["', 1).replace('"\n', '"]\n', 1)  # JSON Lines begin with a container
    whole = parse(text)
    assert whole is not None
    found = [piece.value for piece in cut(text, size)]
    assert plain(list(itertools.chain.from_iterable(found))) == plain(whole[0])
    assert (len(found) > 2) is (size < 10**6)
    made = in_pieces(text, NO_HINT, Limits(), size)
    assert made.lossless
    assert plain(decode_pieces(made.text)) == plain(whole[0])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.recursive(st.none() | st.text(max_size=4) | st.integers(), st.lists), min_size=1), st.integers(1, 60)
)
def test_pieces_of_any_size_hold_any_values_or_there_are_none(rows: list[object], size: int) -> None:
    text = json.dumps(rows)
    try:
        found = [piece.value for piece in cut(text, size)]
    except ValueError:
        assert max(len(json.dumps(row)) for row in rows) >= 2 * size
    else:
        assert plain(list(itertools.chain.from_iterable(found))) == plain(parse(text)[0])  # type: ignore[index]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    "value",
    [
        {"type": "collection", "items": ROWS, "next": None, "n": 3},
        {"data": {"a.b": ROWS[:200], "more": {"x y": ROWS, "n": [1]}}, "z": {}},
        {f"key {i}": {"n": i, "text": "x" * 40} for i in range(200)},
        {"items": MIXED},
    ],
    ids=["wrapped", "deep", "map", "only"],
)
def test_objects_are_cut_between_their_keys_and_in_what_is_large_inside(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    whole = parse(text)
    assert whole is not None
    made = in_pieces(text, NO_HINT, Limits(), 900)
    assert made.text.count("\n== ") > 4
    assert plain(decode_pieces(made.text)) == plain(whole[0])


def test_keys_that_stand_twice_survive_in_pieces() -> None:
    text = '{"a": [' + ",".join(["1"] * 300) + '], "b": 1, "b": 2, "c": "' + "x" * 100 + '"}'
    whole = parse(text)
    assert whole is not None
    assert plain(decode_pieces(in_pieces(text, NO_HINT, Limits(), 150).text)) == plain(whole[0])


@pytest.mark.parametrize("effort", [Effort.LIGHT, Effort.MEDIUM, Effort.STRONG])
def test_rows_keep_their_numbers_through_all_pieces(effort: Effort) -> None:
    rows = [{"id": f"r{i}", "v": i * 7919 % 100_003, "s": "failed" if i == 2222 else "ok"} for i in range(4000)]
    made = in_pieces(json.dumps(rows), Hint(query="r3131"), Limits(effort=effort), 40_000)
    hidden = {i for e in made.elisions for a, b in e.ranges for i in range(a, b + 1)}
    assert len(hidden) == sum(e.count for e in made.elisions)
    assert not hidden & {0, 2222, 3131, 3999}
    numbered = {int(m[1]): m[2] for m in re.finditer(r"^(\d+)│(r\d+),", made.text, re.MULTILINE)}
    assert numbered == {i: f"r{i}" for i in range(4000) if i not in hidden}
    parts = pieces(made.text)
    assert [a for a, _, _ in parts] == [0, *(b + 1 for _, b, _ in parts[:-1])]


def test_all_pieces_together_show_about_as_much_as_a_whole_would() -> None:
    text = json.dumps([{"id": i, "v": f"{i * 7919 % 100_003:06d}"} for i in range(20_000)])
    one = in_pieces(text, NO_HINT, Limits(effort=Effort.LIGHT), len(text))
    many = in_pieces(text, NO_HINT, Limits(effort=Effort.LIGHT), len(text) // 9)
    assert len(many.text) < 1.5 * len(one.text)


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2",
        "[1] x",
        "[1, 2,]",
        "[]",
        "{}",
        "plain",
        '{"a": 1}\n{"b"',
        "[" * 9999,
        '{"a":' * 9999,
        '{"a": [1, 2}',
        '{"a": 1,}',
        '{"a" 1}',
        "{1: 2}",
        '["' + "x" * 999 + '"]',
    ],
)
def test_what_cannot_be_cut_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        in_pieces(text, NO_HINT, Limits(), 100)


def test_lines_are_told_from_an_array() -> None:
    assert is_lines('\ufeff {"a": 1}\n{"a": 2}')
    assert is_lines("[1]\n[2]\n")
    assert not is_lines('{"a":\n1}')
    assert not is_lines("[1,\n2]")
    assert not is_lines("[" * 100_000 + "\n")


def test_a_body_of_pieces_says_where_each_begins() -> None:
    gone = Elision(ranges=((6, 8),), count=3, unit="rows", summary="id 1..9")
    parts = [Rendition(text="body 0", note="n"), Rendition(text="body 1", note="n; m", elisions=(gone,))]
    made = joined(zip(["rows 0-4", "rows 5-8"], parts, strict=True), "one array")
    assert made.text == "== rows 0-4\nbody 0\n== rows 5-8\nbody 1"
    assert made.note == "one array; n; m"
    assert [(e.ranges, e.summary) for e in made.elisions] == [(((6, 8),), "rows 5-8: id 1..9")]
    assert not made.lossless
