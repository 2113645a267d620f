from __future__ import annotations

import pytest

pytest.importorskip("llama_index.core", reason="needs the extra: pip install 'headroom-context[llamaindex]'")

from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.lines import sparse
from llama_index.postprocessor.headroom._spans import shown

MARKER = "[headroom hr_0123456789ab · 9 lines → 2]\n"


def parts(text: str, visible: str) -> list[str]:
    return [text[a:b] for a, b in shown(text, MARKER + visible)]


def test_a_text_that_did_not_change_is_one_span() -> None:
    assert shown("one\ntwo", "one\ntwo") == [(0, 7)]


def test_numbered_lines_are_found_at_their_number() -> None:
    assert parts("same\nother\nsame\nlast", "3│same\n4│last") == ["same\nlast"]


def test_sentences_of_a_long_line_are_found_in_it() -> None:
    assert parts("x\nOne. Two. Three. Four.", "2│⋯ Two. ⋯ Four.") == ["Two.", "Four."]


def test_lines_in_place_are_found_in_order() -> None:
    assert parts("a\nb\nc\nd\ne", "a\n⋯ lines 2-3\nd\ne") == ["a", "d\ne"]


def test_what_the_source_does_not_say_is_no_span() -> None:
    assert parts("a\nb", "1│z\ntwo\n7│a\n2│⋯ q ⋯") == []


@given(st.lists(st.text("ab ⋯│1.\r", max_size=6), min_size=1, max_size=12), st.data())
@settings(max_examples=500, deadline=None)
def test_every_shown_line_is_found_and_every_span_is_shown(lines: list[str], data: st.DataObject) -> None:
    wanted = sorted(data.draw(st.sets(st.integers(0, len(lines) - 1), min_size=1)))
    visible, _ = sparse(lines, wanted)
    text = "\n".join(lines)
    spans = shown(text, MARKER + visible)
    assert all(a < b for a, b in spans)
    assert all(spans[i][1] <= spans[i + 1][0] for i in range(len(spans) - 1))
    for a, b in spans:
        for line in text[a:b].split("\n"):
            assert not line.strip() or line.strip() in visible
