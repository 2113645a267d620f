"""Records of several lines."""

from __future__ import annotations

from collections import Counter

from headroom.compressors import _templates, _trace


def starts(*lines: str) -> list[int] | None:
    masks = [_templates.mask(_templates.encode(line)) for line in lines]
    return _trace.records(masks, Counter(masks))


def test_lines_that_all_carry_times_are_records_of_their_own() -> None:
    assert starts("2026-01-02 10:00:01 a", "2026-01-02 10:00:02 b") is None


def test_a_line_without_time_continues_the_line_above() -> None:
    assert starts("10:00:01 a", "cause: x", "10:00:02 b", "10:00:03 c") == [0, 2, 3]


def test_a_traceback_without_times_ends_with_its_exception() -> None:
    lines = (
        "start",
        "Traceback (most recent call last):",
        '  File "a.py", line 3, in f',
        "    g()",
        "ValueError: no",
        "end",
    )
    assert starts(*lines) == [0, 5]


def test_java_causes_belong_to_their_exception() -> None:
    assert starts("go", "java.lang.Error: x", "\tat a.b(C.java:1)", "Caused by: y", "\t... 3 more", "go") == [0, 1, 5]


def test_a_record_that_is_too_tall_is_taken_apart() -> None:
    count = _trace.TALLEST + 1
    found = starts("10:00:00 dump", *["  row"] * count, *["10:00:00 x"] * 2 * count)
    assert found is not None
    assert found[: count + 1] == list(range(count + 1))


def test_times_of_many_spellings_are_known() -> None:
    for line in (
        "[    0.123456] usb",
        "I0401 10:00:00.1 1 x.go:1] a",
        "- 1117838570 2005.06.03 n 2005-06-03-15.42.50.3",
    ):
        assert _trace.stamped(_templates.mask(line.encode()))
    assert not _trace.stamped(b"version 0.0.0 of the tool")


def test_a_service_without_a_clock_does_not_continue_another_services_line() -> None:
    lines = ("web | 10:00:01 GET /", "db  | LOG: checkpoint", "web | 10:00:02 GET /", "web |   File a.py, line 3")
    assert starts(*lines) == [0, 1, 2]


def test_a_slow_query_is_a_record_with_what_it_cost() -> None:
    """The time is printed once for queries of the same second, and the log ends anywhere."""
    cost = "# Query_time: 2.5  Lock_time: 0.0 Rows_sent: 1"
    user = "# User@Host: app[app] @ [10.0.0.3]  Id: 7"
    time = "# Time: 2026-04-01T10:00:01.5Z"
    query = ["SET timestamp=1775037601;", "SELECT a", "  FROM b", "WHERE c = 1;"]
    lines = ["mysqld, Version: 8.0", time, user, cost, *query, user, cost, "SELECT 2;", time]
    assert starts(*lines) == [0, 1, 8, 11]
