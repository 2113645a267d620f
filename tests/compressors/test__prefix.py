"""Shared starts of lines, and the lossless form of a log."""

from __future__ import annotations

from headroom.compressors import _prefix

LINES = [f"Jul 26 07:03:{i} gate started unit {i}" for i in range(10, 20)]


def test_the_start_ends_between_words_and_never_inside_a_time_or_an_address() -> None:
    assert _prefix.hoist(LINES) == "Jul 26 "
    assert _prefix.hoist([f"from 10.0.0.{i} came a packet" for i in range(90)]) == "from "
    assert _prefix.hoist([f"2026-03-09T08:00:{i}Z up" for i in range(10, 60)]) == "2026-03-09T"
    assert _prefix.hoist([f"2026-0{1 + i % 9}-09 08:00 up" for i in range(90)]) == "2026-"


def test_a_few_lines_that_start_otherwise_do_not_matter() -> None:
    assert _prefix.hoist([*LINES, "  continued"]) == "Jul 26 "


def test_nothing_is_hoisted_where_it_does_not_pay() -> None:
    assert _prefix.hoist(LINES[:3]) == ""
    assert _prefix.hoist([]) == ""
    assert _prefix.hoist(["alpha", "beta", "gamma"] * 5) == ""


def test_lines_without_the_start_stand_whole() -> None:
    assert _prefix.without(["ab c", "x"], "ab ") == ["c", "║x"]


def test_a_line_that_would_look_whole_forbids_hoisting() -> None:
    assert _prefix.without(["ab ║c", "ab d"], "ab ") is None


def test_repeats_are_counted() -> None:
    body, note = _prefix.encode("a long line\n" * 5 + "end\n")
    assert body == "a long line\n⋯ ×5\nend\n"
    assert note == "⋯ ×N = line above, N times in all"


def test_a_text_with_our_marks_is_left_alone() -> None:
    text = "⋯ ×2\n" + "a long line\n" * 5
    assert _prefix.encode(text) == (text, "")
