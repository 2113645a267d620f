"""Times in which a log says nothing."""

from __future__ import annotations

from headroom.compressors._silence import silences


def log(*minutes: int, day: str = "Jul 26") -> list[str]:
    return [f"{day} {m // 60:02d}:{m % 60:02d}:07 gate beat" for m in minutes]


def test_a_long_pause_in_a_regular_log_is_a_silence() -> None:
    assert silences(log(1, 2, 3, 4, 135, 136, 137)) == [(3, 4, 131)]


def test_pauses_that_are_usual_are_none() -> None:
    assert silences(log(0, 60, 120, 180, 240)) == []
    assert silences(log(1, 2, 40, 41, 90, 91, 150, 151, 200, 201)) == []


def test_lines_without_clock_do_not_hide_a_silence() -> None:
    lines = log(1, 2, 3, 4, 60, 61)
    lines.insert(4, "  continued")
    assert silences(lines) == [(3, 5, 56)]


def test_nothing_is_said_across_days_or_without_a_clock() -> None:
    assert silences(log(1, 2, 3) + log(900, 901, day="Jul 27")) == []
    assert silences(["no clock"] * 5) == []
    assert silences(["10:00:00 a", "b", "c", "d"]) == []
    assert silences(["10:00:00 a", "xx:yy:zz b", "10:30:00 c"]) == []
