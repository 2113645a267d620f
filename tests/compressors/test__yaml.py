from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._flow import Num
from headroom.compressors._yaml import parse

PLAIN = ["web", "a b", "x:y", "it's", "10.0.0.1", "2026-03-01", "True", "no", "a#b", "-x", "é"]
STRINGS = st.sampled_from(
    [*PLAIN, "", "true", "1", "null", "a: b", "# no", "- x", "two\nlines", " edge ", "'", '"', "\u2028"]
)
SCALARS = STRINGS | st.sampled_from([Num("1"), Num("1.50"), Num("0644"), True, False, None])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4),
    max_leaves=25,
)


def written(value: Any, indent: int = 0) -> str:
    """A value as block YAML; strings that could be read as something else in quotes of either sort."""
    pad = " " * indent
    if isinstance(value, dict) and value:
        return "".join(f"{pad}{word(k)}:{below(v, indent)}" for k, v in value.items())
    if isinstance(value, list) and value:
        return "".join(f"{pad}-{below(v, indent)}" for v in value)
    return f"{pad}{word(value)}\n"


def below(value: Any, indent: int) -> str:
    return "\n" + written(value, indent + 2) if isinstance(value, (dict, list)) and value else f" {word(value)}\n"


def word(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Num) or value in PLAIN or isinstance(value, (dict, list)):
        return str(value)
    return "'" + value.replace("'", "''") + "'" if "\n" not in value and "\u2028" not in value else json.dumps(value)


def kinds(value: Any) -> Any:
    """The value with the types of its scalars, which compare equal otherwise."""
    if isinstance(value, dict):
        return [(k, kinds(v)) for k, v in value.items()]
    if isinstance(value, list):
        return ["list", *map(kinds, value)]
    return type(value).__name__, value


@given(VALUES.filter(lambda v: isinstance(v, (dict, list)) and bool(v)))
def test_any_value_comes_back(value: Any) -> None:
    assert kinds(parse(written(value))) == kinds(value)


def test_a_list_may_stand_at_its_keys_own_indentation() -> None:
    assert parse("a:\n- 1\n- b: 2\n  c:\n  - x\nd: e\n") == {"a": ["1", {"b": "2", "c": ["x"]}], "d": "e"}


def test_comments_are_entries_of_the_mapping_that_they_stand_in() -> None:
    text = (
        "# top\na: 1 # one\nb:\n  # where\n  c: 'x # y'  # two\n  d: \"# no\"\nl:\n  # first\n  - n: 1\n  - n: 2\nt: |\n  # text\n"
        "e: # below\n  f : [1, 2] # open\n# end"
    )
    assert parse(text) == {
        "#": "top",
        "a": Num("1"),
        "#2": "one",
        "b": {"#": "where", "c": "x # y", "#2": "two", "d": "# no"},
        "l": [{"#": "first", "n": Num("1")}, {"n": Num("2")}],
        "t": "# text\n",
        "e": {"f": [Num("1"), Num("2")], "#": "open"},
        "#3": "below",
        "#4": "end",
    }
    assert list(parse(text)) == ["#", "a", "#2", "b", "l", "t", "e", "#3", "#4"]


def test_folded_blocks_are_read_as_one_line_per_paragraph() -> None:
    text = "a: >-\n  The berths of\n  the harbour.\n\n  And its\n  cranes.\n\n\n  End\nb: >\n  x\n  y\n"
    assert parse(text) == {"a": "The berths of the harbour.\nAnd its cranes.\n\nEnd", "b": "x y\n"}


def test_strings_may_go_over_several_lines() -> None:
    text = "a: \"one\\\n  \\ two\n\n  three\"\nb: 'it''s\n\n  so'\nc: plain words\n  go on\nd: |\n  x\n    y\n\n  z\ne: |-\n  end\n"
    assert parse(text) == {
        "a": "one two\nthree",
        "b": "it's\nso",
        "c": "plain words go on",
        "d": "x\n  y\n\nz\n",
        "e": "end",
    }


@pytest.mark.parametrize(
    "text",
    ["- a\n# why\n- b", '"#": 1', "a: &x 1\nb: *x", "a: !!str 1", "a: >\n  x\n    y\n  z\n", "a: 1\na: 2", "---\na: 1\n---\nb: 2", "a: {b: &x 1}",
     "a:\n\t- 1", "a: b: c", "a: 'open", 'a: "x" y', "a: 1\n b: 2\n", "<<: x", "just words", "a: |\n", 'a: "\\q"', "- a\nb: 1", ""],
)  # fmt: skip
def test_what_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


def test_depth_is_no_danger() -> None:
    with pytest.raises(ValueError, match="deep"):
        parse("".join(" " * n + "a:\n" for n in range(500)) + " " * 500 + "b: 1")
