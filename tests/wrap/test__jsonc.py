from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.wrap import _jsonc

ENTRY = {"command": "headroom", "args": ["mcp"]}
COMMENTED = """// what I like
{
\t// colours
\t"theme": "dark", /* not { "light" } */
\t"servers": {
\t\t"other": { "url": "http://x//y", }, // "headroom": 1
\t},
}
"""


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{}\n",
        '{"a":1}',
        '{"a": 1, "b": {"c": []}}',
        '{\n  "a": 1\n}\n',
        COMMENTED,
        COMMENTED.replace("\n", "\r\n"),
        '\ufeff{\n    "servers": {\n        "q": "}"\n    }\n}',
        '{"servers":{}}',
        '{"servers": {"x": {"y": 1}}}',
        '{\n  "a": {},\n  "servers": {\n    "x": 1\n  }\n}',
    ],
)
def test_what_was_written_is_read_and_what_was_removed_leaves_no_trace(text: str) -> None:
    keys = ("servers", "headroom")
    written = _jsonc.write(text, keys, ENTRY)
    assert _jsonc.read(written, keys) == ENTRY
    bare = _jsonc.remove(written, keys)
    if "servers" not in text:
        bare = _jsonc.remove(bare, ("servers",))
    assert bare == text


def test_comments_layout_and_line_ends_stay() -> None:
    written = _jsonc.write(COMMENTED.replace("\n", "\r\n"), ("servers", "headroom"), ENTRY)
    new = [line for line in written.split("\r\n") if line not in COMMENTED.split("\n")]
    assert new == [
        '\t\t"headroom": {',
        '\t\t\t"command": "headroom",',
        '\t\t\t"args": [',
        '\t\t\t\t"mcp"',
        "\t\t\t]",
        "\t\t},",
    ]
    assert "\n" not in written.replace("\r\n", "")


def test_an_empty_file_becomes_an_object() -> None:
    assert json.loads(_jsonc.write("", ("a", "b"), 1)) == {"a": {"b": 1}}


def test_a_value_is_replaced_where_it_stands() -> None:
    assert _jsonc.write('{"a": 1, "b": {"c": "x"} }', ("b", "c"), "y") == '{"a": 1, "b": {"c": "y"} }'
    assert _jsonc.write('{"a": 1, "a": 2}', ("a",), 3) == '{"a": 1, "a": 3}'


def test_a_member_goes_with_its_comma_and_nothing_else() -> None:
    assert _jsonc.remove('{\n  "a": 1,\n  "b": 2 // two\n}', ("b",)) == '{\n  "a": 1 // two\n}'
    assert _jsonc.remove('{"a": 1, "b": 2, "c": 3}', ("b",)) == '{"a": 1, "c": 3}'
    assert _jsonc.remove('{"a": 1}', ("b", "c")) == '{"a": 1}'


def test_strings_hold_what_looks_like_syntax() -> None:
    text = '{"a": "// no, \\"}, ", "b": [",]", {"c": "/*"}], "d": 1}'
    assert _jsonc.read(text, ("b",)) == [",]", {"c": "/*"}]
    assert _jsonc.read(text, ("d",)) == 1


@pytest.mark.parametrize(
    "text", ["[1]", "nonsense", '{"a" 1}', '{"a": 1 "b": 2}', '{"a": {"b"}}', '{"a": }', "{1: 2}", '{"a": ' + "[" * 999]
)
def test_what_is_no_object_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"character|deeply|expected"):
        _jsonc.write(text, ("z",), 1)


def test_something_on_the_way_that_is_no_object_is_an_error() -> None:
    with pytest.raises(ValueError, match="object is expected"):
        _jsonc.write('{"a": 1}', ("a", "b"), 1)


def test_a_key_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        _jsonc.read('{"a": {}}', ("a", "b"))


names = st.text('abc "\\/*,{}é', max_size=4)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(names, values, max_size=4), names, names, values, st.sampled_from([None, 1, 4, "\t"]))
def test_any_document_takes_a_value_and_keeps_the_others(
    document: dict[str, Any], outer: str, key: str, value: Any, indent: int | str | None
) -> None:
    if not isinstance(document.setdefault(outer, {}), dict):
        document[outer] = {}
    text = json.dumps(document, indent=indent, ensure_ascii=False)
    written = _jsonc.write(text, (outer, key), value)
    assert json.loads(written) == {**document, outer: {**document[outer], key: value}}
    assert _jsonc.read(written, (outer, key)) == value
    removed = _jsonc.remove(written, (outer, key))
    rest = {k: v for k, v in document[outer].items() if k != key}
    assert json.loads(removed) == {**document, outer: rest}
    if key not in document[outer]:
        assert removed == text
