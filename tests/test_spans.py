"""Spans: what is said to be shown word for word is in the source at its offsets, and is visible."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore
from headroom.lines import sparse
from headroom.overlaps import Span
from headroom.spans import back, join, shown

MARKER = "[headroom hr_0123456789ab · 2 of 9 lines]\n"


def parts(text: str, visible: str) -> list[str]:
    return [text[a:b] for a, b in shown(text, MARKER + visible)]


def test_a_text_that_did_not_change_is_one_span() -> None:
    assert shown("one\ntwo", "one\ntwo") == [(0, 7)]
    assert shown("", "") == []


def test_numbered_lines_are_found_at_their_number() -> None:
    assert parts("same\nother\nsame\nlast", "3│same\n4│last") == ["same\nlast"]


def test_sentences_of_a_long_line_are_found_in_it() -> None:
    assert parts("x\nOne. Two. Three. Four.", "2│⋯ Two. ⋯ Four.") == ["Two.", "Four."]


def test_lines_in_place_are_found_in_order() -> None:
    assert parts("a\nb\na\nd\ne", "a\n⋯ lines 2-3\nd\ne") == ["a", "d\ne"]
    assert shown("a\nb\na\nd", MARKER + "⋯ lines 1-2\na\nd") == [(4, 7)]


def test_what_the_source_does_not_say_is_no_span() -> None:
    assert parts("a\nb", "1│z\ntwo\n7│a\n2│⋯ q ⋯\n2│⋯ b ⋯ q") == []


def test_a_shortened_log_has_spans_that_are_its_lines() -> None:
    log = (
        "\n".join(f"10:00:{n % 60:02d} INFO job {n} done" for n in range(300))
        + "\n10:09:00 WARN tenant acme is over quota"
    )
    result = Headroom(store=MemoryStore()).compress_text(log)
    assert result.id is not None
    assert result.spans
    assert "10:09:00 WARN tenant acme is over quota" in [log[a:b] for a, b in result.spans][-1]
    assert all(line in result.text for a, b in result.spans for line in log[a:b].split("\n"))


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


@st.composite
def texts_and_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(st.text("ab ⋯\n.", max_size=30))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    return text, list(zip(cuts[::2], cuts[1::2], strict=False))


@given(texts_and_spans(), st.booleans(), st.booleans())
def test_a_joined_text_holds_every_span_at_its_place(drawn: tuple[str, list[Span]], before: bool, behind: bool) -> None:
    text, spans = drawn
    joined, places = join(text, spans, before=before, behind=behind)
    assert [joined[a:b] for a, b in places] == [text[a:b] for a, b in spans]


@given(texts_and_spans(), st.data())
def test_spans_of_a_joined_text_go_back_to_the_source(drawn: tuple[str, list[Span]], data: st.DataObject) -> None:
    text, spans = drawn
    joined, places = join(text, spans)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(joined)), max_size=6)))
    found = list(zip(cuts[::2], cuts[1::2], strict=False))
    inside = {i for a, b in found for i in range(a, b) if any(x <= i < y for x, y in places)}
    went_back = back(found, places, spans)
    assert sum(b - a for a, b in went_back) == len(inside)
    assert "".join(text[a:b] for a, b in went_back) == "".join(joined[i] for i in sorted(inside))


def test_a_gap_is_marked_as_the_text_is_written() -> None:
    assert join("One. Two. Three.", [(0, 4), (10, 16)])[0] == "One. ⋯ Three."
    assert join("One.\nTwo.\nThree.", [(0, 4), (10, 16)])[0] == "One.\n⋯\nThree."
    assert join("One. Two. Three.", [(5, 9)], before=True, behind=True)[0] == "⋯ Two. ⋯"
