"""Flow collections of YAML on one line: what is read is what was written, and nothing more is taken for them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._yaml import parse
from headroom.compressors._yaml_flow import collection

PLAIN = st.sampled_from(
    ["node", ">=14", "^1.0.0 || ^2.0.0", "a b", "x:y", "10:30", "-1", "sha512-l0E/q+", "release/*", "a#b", "é"]
).filter(lambda word: word[0] != ">")
QUOTED = st.sampled_from([">=14", "it's", "a, b", "{x}", "- a", "", " x ", "#1", 'say "hi"'])
KEYS = st.sampled_from(["node", "os", "x-y", "a b", "branches"])


def value_and_text(inner: st.SearchStrategy[tuple[Any, str]]) -> st.SearchStrategy[tuple[Any, str]]:
    rows = st.lists(inner, max_size=4).map(lambda xs: ([v for v, _ in xs], "[" + ", ".join(t for _, t in xs) + "]"))
    fields = st.dictionaries(KEYS, inner, max_size=4).map(
        lambda kv: ({k: v for k, (v, _) in kv.items()}, "{ " + ", ".join(f"{k}: {t}" for k, (_, t) in kv.items()) + "}")
    )
    return rows | fields


SCALARS = (
    PLAIN.map(lambda word: (word, word))
    | QUOTED.map(lambda word: (word, "'" + word.replace("'", "''") + "'"))
    | QUOTED.map(lambda word: (word, json.dumps(word)))
)
COLLECTIONS = value_and_text(st.recursive(SCALARS, value_and_text, max_leaves=8))


def text_of(written: str) -> str:
    if written[:1] == "'":
        return written[1:-1].replace("''", "'")
    return str(json.loads(written)) if written[:1] == '"' else written


@settings(max_examples=500, deadline=None)
@given(COLLECTIONS)
def test_a_collection_is_read_as_it_was_written(case: tuple[Any, str]) -> None:
    value, text = case
    assert collection(text, text_of) == value


def test_a_document_may_hold_them() -> None:
    text = "on: [push, 'release/*']\nengines: {node: '>=14', os: [linux, darwin], old: false}\nports: [80, 443]\n"
    made = parse(text)
    assert made["on"] == ["push", "release/*"]
    assert made["engines"] == {"node": ">=14", "os": ["linux", "darwin"], "old": False}
    assert [str(port) for port in made["ports"]] == ["80", "443"]


@pytest.mark.parametrize(
    "text",
    ["{a}", "{a: }", "{a: 1", "[1, 2", "[1] x", "{a: 1, a: 2}", "{a: &x 1}", "[*x]", "[!!str 1]", "[a # why]", "{a:1}", "[? a]",
     "[a, , b]", "{a: b: c}", "[" * 99],
)  # fmt: skip
def test_what_is_more_or_less_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        collection(text, text_of)
