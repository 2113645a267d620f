from __future__ import annotations

import pytest

from headroom.compressors._flow import (
    MISSING,
    Num,
    Pairs,
    cell_text,
    dumps,
    flow,
    is_scalar,
    key_text,
    parse,
    string_cells,
)


def test_numbers_keep_their_spelling() -> None:
    assert parse("[1.0, 1e5, -0, NaN]") == ([Num("1.0"), Num("1e5"), Num("-0"), Num("NaN")], False)


def test_an_object_with_a_repeated_key_keeps_all_its_pairs() -> None:
    parsed = parse('{"a": 1, "a": 2}')
    assert parsed == (Pairs((("a", Num("1")), ("a", Num("2")))), False)
    assert flow(parsed[0]) == "{a:1,a:2}"


def test_json_lines_are_told_from_one_document() -> None:
    assert parse('{"a": "x"}\r\n\n{"a": "y"}\n') == ([{"a": "x"}, {"a": "y"}], True)
    assert parse("[1]\n[2]") == ([[Num("1")], [Num("2")]], True)


def test_values_that_stand_behind_one_another_are_told_from_one_document() -> None:
    """As `jq` and `go list -json` print them."""
    assert parse('{\n "a": "x"\n}\n{\n "a": "y"\n}\n') == ([{"a": "x"}, {"a": "y"}], True)
    assert parse('[\n 1\n]\n\n["b"]') == ([[Num("1")], ["b"]], True)


@pytest.mark.parametrize(
    "text", ['{\n "a": 1} {"a": 2}', '{\n "a": 1}\n{"a": 2', '{\n "a": 1}\nx', '{\n "a": 1}, {"b": 1}']
)
def test_values_with_something_else_between_them_are_not_parsed(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "text", ["", "x", "1", '"a"', "{} {}", '{"a": 1} x', '{"a": 1}\n{"b": 2} {"c": 3}', "[1]\nx", "{" * 99]
)
def test_anything_else_is_not_parsed(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", ["1", "-0", "1.5e3", "true", "null", "NaN", "07", "+5", "", " a", "a ", "a,b", "{", "x]", '"', "=a", "<a", "#1", "@a", "~", "⋯", "a\nb"])  # fmt: skip
def test_strings_that_could_be_misread_are_quoted(text: str) -> None:
    assert flow([text]) == f"[{dumps(text)}]"


@pytest.mark.parametrize(
    "text", ["a", "a b", "http://h.test/a?b=c:d", "/x/{id}/y{?a,b}", "2024-01-02", "1.2.3", "C:\\x", "é"]
)
def test_plain_strings_stand_bare(text: str) -> None:
    assert flow([text]) == f"[{text}]"


def test_keys_are_bare_where_they_are_plain() -> None:
    assert [key_text(k) for k in ("a", "x-y", "a.b", "", "1", "a@")] == ["a", "x-y", '"a.b"', '""', '"1"', '"a@"']


def test_a_cell_may_hold_what_an_outline_may_not() -> None:
    assert cell_text("a]b:c", ",") == "a]b:c"
    assert cell_text("a,b", ",") == '"a,b"'
    assert cell_text("a,b", "\t") == "a,b"
    assert cell_text("7", ",") == '"7"'
    assert cell_text("7", ",", as_str=True) == "7"
    assert cell_text(MISSING, ",") == ""
    assert cell_text({"a": [None, True]}, ",") == "{a:[null,true]}"


def test_a_column_of_strings_is_marked_when_some_look_like_numbers() -> None:
    assert string_cells(["a", "b"], ",") == (["a", "b"], False)
    assert string_cells(["1", "b"], ",") == (["1", "b"], True)
    assert string_cells(["1", ""], ",") == (["1", '""'], True)
    assert string_cells(["1", "", "x\ny"], ",", texts=True) == (["1", "", '"x\\ny"'], False)


def test_lone_surrogates_stay_escaped() -> None:
    assert dumps("\ud800") == '"\\ud800"'
    assert dumps("é\u2028") == '"é\u2028"'


def test_words_that_look_like_values_are_known() -> None:
    assert [w for w in ("1", "1e5", "x1", "true", "True", "-", "") if is_scalar(w)] == ["1", "1e5", "true"]
