from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._flow import parse
from headroom.compressors.crusher import SmartCrusher, _render
from headroom.messages import NO_HINT, Hint
from tests.compressors.decode import decode, plain

CRUSHER = SmartCrusher()


def crush(text: str, effort: Effort = Effort.LOSSLESS, query: str | None = None) -> Rendition:
    return CRUSHER.compress(text, Hint(query=query) if query else NO_HINT, Limits(effort=effort))


def assert_same_values(text: str, query: str | None = None) -> Rendition:
    parsed = parse(text)
    assert parsed is not None
    value, is_lines = parsed
    # Not through `compress`, which leaves alone what is not shorter: the spelling has to be exact for short texts too.
    made = _render(value, is_lines, Hint(query=query), Limits())
    assert plain(decode(made.text, is_lines=is_lines)) == plain(value), made.text
    return made


WORDS = st.sampled_from(
    ["", "a", "null", "true", "1", "1.0", "-0", " x", "x ", "a,b", "a\tb", 'say "hi"', "x\ny", "{", "}", "[1]", "=x", "<a>", "@a",
     "~", "#1", "⋯ rows 1-2", "a.b", "a:b", "é\u2028", "\ud800", "\x00", "https://h.test/a/b", "https://h.test/a/{id}", "2024-01-02"]
)  # fmt: skip
STRINGS = WORDS | st.text(max_size=6)
KEYS = st.sampled_from(["id", "name", "a", "b", "a.b", "", "x y", '"', "1", "user", "url", "é", "..", "a@", "k=v"])
NUMBERS = st.sampled_from(
    ["0", "-0", "1", "1.0", "1e5", "1E+5", "12345678901234567890123", "0.10", "-1.5e-7", "NaN", "Infinity"]
)
SCALARS = st.one_of(STRINGS.map(json.dumps), NUMBERS, st.sampled_from(["null", "true", "false"]))


def _objects(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(KEYS, inner), max_size=6)
    return pairs.map(lambda ps: "{" + ", ".join(f"{json.dumps(k)}: {v}" for k, v in ps) + "}")


def _arrays(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inner, max_size=6).map(lambda xs: "[" + ", ".join(xs) + "]")


DOCUMENTS = st.recursive(SCALARS, lambda inner: _objects(inner) | _arrays(inner), max_leaves=40)


@st.composite
def tables(draw: st.DrawFn) -> list[str]:
    """Rows of much the same keys, with the odd one out."""
    keys = draw(st.lists(KEYS, min_size=1, max_size=6, unique=True))
    kinds = [draw(st.sampled_from(["fixed", "any", "string", "number", "few", "built", "object"])) for _ in keys]
    few = draw(st.lists(SCALARS, min_size=1, max_size=3))
    rows = []
    for i in range(draw(st.integers(2, 30))):
        pairs = []
        for key, kind in zip(keys, kinds, strict=True):
            if kind == "fixed":
                value = few[0]
            elif kind == "few":
                value = draw(st.sampled_from(few))
            elif kind == "built":
                value = json.dumps(f"https://x.test/items/{i}/<{draw(st.sampled_from(['', 'a']))}")
            elif kind == "object":
                value = draw(_objects(SCALARS))
            else:
                value = draw({"any": DOCUMENTS, "string": STRINGS.map(json.dumps), "number": NUMBERS}[kind])
            if draw(st.integers(0, 20)):
                pairs.append(f"{json.dumps(key)}:{value}")
        if not draw(st.integers(0, 20)):
            pairs.reverse()
        rows.append("{" + ",".join(pairs) + "}")
    return rows


@settings(max_examples=500, deadline=None)
@given(DOCUMENTS.filter(lambda t: t[0] in "{["))
def test_any_document_comes_back_with_the_same_values(text: str) -> None:
    assert_same_values(text)


@settings(max_examples=500, deadline=None)
@given(tables(), st.sampled_from(["array", "lines", "inside", "indented"]))
def test_any_array_of_objects_comes_back_with_the_same_values(rows: list[str], shape: str) -> None:
    text = {
        "array": "[" + ",".join(rows) + "]",
        "lines": "\n".join(rows) + "\n",
        "inside": '{"count": 3, "results": [' + ",".join(rows) + '], "next": null}',
        "indented": "[\n    " + ",\n    ".join(rows) + "\n]",
    }[shape]
    assert_same_values(text)
