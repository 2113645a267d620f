from __future__ import annotations

import json
import re
from pprint import pformat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom._literals import as_json, looks_like

STRINGS = st.text(max_size=8) | st.sampled_from(
    ["it's", 'say "hi"', "both ' and \"", "True", "a\\n", "two\nlines", "\ud800", "{", "'"]
)
VALUES = st.recursive(
    STRINGS | st.integers() | st.booleans() | st.none() | st.sampled_from([1.5, 1e300, -0.25]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_python_prints_is_the_same_value_as_json(value: Any) -> None:
    assert json.loads(as_json(repr(value))) == value
    assert repr(json.loads(as_json(repr(value)))) == repr(value)


@given(VALUES.map(lambda value: {"a": value}), st.integers(10, 90))
def test_what_pprint_prints_is_the_same_value(value: Any, width: int) -> None:
    """But for the strings that it puts in brackets of their own, which is read as a tuple and refused."""
    text = pformat(value, width=width)
    if re.search(r"\((?=['\"])", text) is None:
        assert json.loads(as_json(text)) == value


def test_a_string_that_pprint_has_cut_is_one_string() -> None:
    value = [
        {"id": n, "message": f"The pilot of ship {n} waits.\\nIt is the third time this week, and it's raining."}
        for n in range(900)
    ]
    assert json.loads(as_json(pformat(value))) == value


@pytest.mark.parametrize("value", [(1, 2), {1: "a"}, {"a": {1, 2}}, {"a": object()}, [b"x"], {"a": float("nan")}])
def test_what_has_no_json_form_is_none(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        json.loads(as_json(repr(value)))


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("[{'id': 1}]", True),
        ("{'a': 1}", True),
        ("['a', 'b']", True),
        ('{"it\'s": true}', False),
        ('[{"id": 1}]', False),
        ("{a: 'b'}", False),
        ("['quoted' text", True),
        ("'a'", False),
    ],
)
def test_single_quotes_tell_them_from_json(text: str, looks: bool) -> None:
    assert looks_like(text) == looks
