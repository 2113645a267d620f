"""JSON that ends too early."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors._cut_off import NOTE, closed
from headroom.compressors.crusher import SmartCrusher
from headroom.messages import NO_HINT

CRUSHER = SmartCrusher()
TEXTS = st.text(max_size=12) | st.sampled_from(['say "hi"', "a, b", "]", "{", "two\nlines", "\\", "...", "1"])
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=30,
)
ROWS = [{"id": n, "ship": f"Skua {n}", "moored": n % 2 == 0} for n in range(40)]


@settings(max_examples=400, deadline=None)
@given(VALUES, st.sampled_from([None, 1, 2]), st.integers(0, 4000))
@example(["0", "}\x1f"], None, 151)
def test_what_is_whole_is_json_and_the_rest_follows_it(value: Any, indent: int | None, at: int) -> None:
    text = json.dumps({"head": "x" * 120, "value": value}, indent=indent)[:at]
    found = closed(text)
    if found is None:
        assert len(text) < 140 or json.loads(text)
        return
    document, rest = found
    read = json.loads(document)
    assert read["head"] == "x" * 120
    kept = document.rstrip("]}")
    assert text.startswith(kept)
    assert text.rstrip().endswith(rest)
    assert text[len(kept) : len(text.rstrip()) - len(rest)].strip(", \n]}") == ""


@pytest.mark.parametrize("tail", ["", "...", "... [truncated]", "\n... (1,240 more characters)", "[output truncated]"])
def test_a_document_that_a_tool_has_cut_is_spelled_as_far_as_it_goes(tail: str) -> None:
    text = json.dumps({"harbour": "North", "ships": ROWS}, indent=2)[:1800] + tail
    assert CRUSHER.score(text, NO_HINT) >= 0.7
    made = CRUSHER.compress(text, NO_HINT, Limits(effort=Effort.MEDIUM))
    assert made.lossless
    assert made.note.startswith(NOTE)
    assert len(made.text) < 0.5 * len(text)
    assert "Skua " in made.text
    assert made.text.split("\n")[-1].startswith("⋯ cut off here, within the last value")
    assert made.text.endswith(tail.strip())


def test_lines_of_json_of_which_the_last_is_cut_are_rows() -> None:
    text = "\n".join(map(json.dumps, ROWS))[:1500]
    made = CRUSHER.compress(text, NO_HINT, Limits())
    assert "33 JSON Lines: id,moored\n" in made.text
    assert made.text.endswith("\n⋯ cut off here: " + text.rpartition("\n")[2])


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ROWS),
        '{"use strict";\n' + "let a = [1, 2, 3;\n" * 40,
        "{" * 300,
        '{"a": "' + "x" * 500,
        "[1, 2" + "]" * 200,
        "no json, but a [" + "word, " * 60,
    ],
)
def test_what_is_whole_or_no_json_stays_with_the_others(text: str) -> None:
    made = CRUSHER.compress(text, NO_HINT, Limits())
    assert NOTE not in made.note
