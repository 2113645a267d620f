"""Rows and fields as spans: every value can be addressed by the path that is printed for it, in its own spelling."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom._json_path import Document, document, fields, keys, one_line, rows
from headroom.exceptions import SliceError

names = st.sampled_from(["a", "b", "a.b", "", "x y", '"', "[0]", "é", "rows"])
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=8,
)
documents = st.one_of(st.lists(values, max_size=4), st.dictionaries(names, values, max_size=4))


def read(text: str) -> Document:
    doc = document(text)
    assert doc is not None
    return doc


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value below `value` with its path, each key quoted."""
    below: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        below = [(f"{path}[{json.dumps(k)}]", v) for k, v in value.items()]
    elif isinstance(value, list):
        below = [(f"{path}[{i}]", v) for i, v in enumerate(value)]
    for label, child in below:
        yield label, child
        yield from walk(child, label)


@settings(max_examples=500, deadline=None)
@given(value=documents, indent=st.sampled_from([None, 1]))
def test_every_value_is_found_at_its_path_and_at_the_path_that_is_printed(value: Any, indent: int | None) -> None:
    doc = read(json.dumps(value, indent=indent))
    for path, expected in walk(value):
        ((label, (a, b)),) = fields(doc, [path])
        assert json.loads(doc.text[a:b]) == expected
        assert json.loads(one_line(doc.text[a:b])) == expected
        assert fields(doc, [label]) == [(label, (a, b))]


@settings(max_examples=200, deadline=None)
@given(value=st.lists(documents, min_size=2, max_size=5))
def test_values_that_stand_behind_one_another_are_rows(value: list[Any]) -> None:
    text = "\n".join(json.dumps(v, indent=1) for v in value)
    found = rows(read(text))
    assert found is not None
    assert [json.loads(text[a:b]) for a, b in found[1]] == value


@pytest.mark.parametrize("text", ['{\n"a": 1\n} {"a": 2}', '{\n"a": 1\n}\nx', '{\n"a": 1\n}\n{"a'])
def test_values_with_something_else_between_them_are_no_document(text: str) -> None:
    assert document(text) is None


@settings(max_examples=200, deadline=None)
@given(value=st.lists(values, max_size=5))
def test_the_rows_of_an_array_are_its_elements(value: list[Any]) -> None:
    text = json.dumps(value)
    found = rows(read(text))
    assert found is not None
    assert [json.loads(text[a:b]) for a, b in found[1]] == value


def test_the_longest_array_within_objects_is_what_a_document_is_about() -> None:
    text = '{"a": [1], "b": {"c.d": [1, 2, 3], "e": [4, 5, 6]}, "f": {"g": 1}}'
    found = rows(read(text))
    assert found is not None
    assert found[0] == 'b["c.d"]'
    assert [text[a:b] for a, b in found[1]] == ["1", "2", "3"]
    assert rows(read('{"a": 1}')) is None
    assert keys(read(text)) == ["a", "b", "f"]
    assert keys(read('[{"x": 1}, 2, {"y": 1, "x": 2}]')) == ["x", "y"]


@pytest.mark.parametrize("text", ["", "1", '"a"', "{", "[1, 2", "[1] x", "plain", "[" * 100_000, '{"a": 1}\nplain\n'])
def test_what_is_no_json_array_object_or_lines_is_no_document(text: str) -> None:
    assert document(text) is None


def test_json_lines_skip_blank_lines_and_may_end_in_half_a_record() -> None:
    doc = read('\ufeff{"a": 1}\r\n\r\n[2]\n{"a": ')
    assert [doc.text[a:b] for a, b in doc.rows or ()] == ['{"a": 1}', "[2]", '{"a":']


@pytest.mark.parametrize("path", ["[", "a[x]", "a[1", ".", "a."])
def test_a_path_that_cannot_be_read_is_an_error_with_examples(path: str) -> None:
    with pytest.raises(SliceError, match=r"write e\.g\. 'a\.b'"):
        fields(read('{"a": {"b": 1}}'), [path])
