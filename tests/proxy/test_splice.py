from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.proxy._splice import NotFoundError, Path, put_first, put_last, quoted, replaced, spans, splice

TEXTS = st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def strings(value: Any, path: Path = ()) -> dict[Path, str]:
    if isinstance(value, str):
        return {path: value} if path else {}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {p: t for key, inner in items for p, t in strings(inner, (*path, key)).items()}


@given(VALUES, st.data(), st.sampled_from([None, 1, "\t"]), st.booleans())
def test_only_the_texts_at_the_paths_change(value: Any, data: st.DataObject, indent: Any, escaped: bool) -> None:
    source = json.dumps(value, indent=indent, ensure_ascii=escaped)
    there = strings(value)
    chosen = data.draw(st.lists(st.sampled_from(sorted(there, key=repr)), unique=True)) if there else []
    changed = {path: data.draw(TEXTS) for path in chosen}
    after = splice(source, replaced(source, changed))
    assert strings(json.loads(after)) == {**there, **changed}
    same = {path: there[path] for path in chosen}
    restored = splice(after, replaced(after, same))
    assert json.loads(restored) == value


def test_everything_else_keeps_its_spelling() -> None:
    source = ' {"n" : 1.50e+07, "a":[ {"t":"old"} ,"\\u00e9" ] , "n":2,"\\u0061":[{"t" : "x"}]}\n'
    after = splice(source, replaced(source, {("a", 0, "t"): 'né "\n'}))
    assert after == ' {"n" : 1.50e+07, "a":[ {"t":"old"} ,"\\u00e9" ] , "n":2,"\\u0061":[{"t" : "né \\"\\n"}]}\n'


def test_a_lone_surrogate_is_escaped_and_others_are_not() -> None:
    assert quoted("é\ud800") == '"\\u00e9\\ud800"'
    assert quoted("é🎉") == '"é🎉"'


def test_items_are_put_first_and_last_into_an_array() -> None:
    source = '{"tools": [ 1, [2] ],"messages":[\n {}\n ]}'
    edits = [put_first(source, ("tools",), "0"), put_last(source, ("messages",), ["3", "4"])]
    assert splice(source, edits) == '{"tools": [0, 1, [2] ],"messages":[\n {},3,4\n ]}'


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("{}", ("a",)),
        ('{"a": 1}', ("a", "b")),
        ('{"a": [1]}', ("a", 1)),
        ("[1, 2", (0,)),
        ("", (0,)),
        ('{"a" 1}', ("a",)),
    ],
)
def test_a_path_that_leads_nowhere_is_an_error(source: str, path: Path) -> None:
    with pytest.raises(NotFoundError):
        spans(source, [path])


def test_what_is_no_string_and_no_array_is_an_error() -> None:
    with pytest.raises(NotFoundError, match="no string"):
        replaced('{"a": 1}', {("a",): "x"})
    with pytest.raises(NotFoundError, match="no array"):
        put_last('{"a": 1}', ("a",), ["2"])
