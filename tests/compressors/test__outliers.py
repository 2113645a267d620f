"""Numbers that stand out."""

from __future__ import annotations

from headroom.compressors import _outliers


def odd(*columns: list[int]) -> list[int]:
    """The rows that stand out, those that do so most first."""
    rows = [b" ".join(b"%d" % v for v in row) for row in zip(*columns, strict=True)]
    return [row for _, row in sorted(_outliers.odd_rows(rows, len(columns), range(len(columns))))]


def test_a_rare_value_among_few_stands_out() -> None:
    assert odd([200] * 30 + [500] + [200] * 9) == [30]


def test_what_may_be_a_status_comes_first() -> None:
    assert odd([7] + [1] * 39, [200] * 39 + [503]) == [39, 0]


def test_a_value_far_above_the_others_stands_out() -> None:
    assert odd([*range(10, 60), 9000]) == [50]


def test_a_value_far_below_the_others_stands_out() -> None:
    assert odd([*range(50_000, 50_050), 3]) == [50]


def test_ids_and_even_spreads_do_not_stand_out() -> None:
    assert odd([i * 7919 % 64_000 + 1024 for i in range(400)]) == []
    assert odd([10**17 + i * 10**15 for i in range(90)]) == []


def test_too_few_rows_or_another_width_tell_nothing() -> None:
    assert odd([1, 1, 900]) == []
    assert _outliers.odd_rows([b"1 2"] * 9 + [b"1"], 2, range(2)) == []


def test_numbers_of_the_time_are_no_columns() -> None:
    assert _outliers.places(b"0-0-0 0:0:0,0 INFO took 0 ms") == (7,)
    assert _outliers.places(b"took 0 ms") == (0,)
    assert _outliers.places(b"- 0 0.0.0 R0-M0 0-0-0-0.0.0.0 RAS INFO 0 errors") == (13,)


def test_what_looks_like_a_time_behind_the_time_is_a_column() -> None:
    assert _outliers.places(b"0-0-0 0:0:0 INFO version 0.0.0 up") == (6, 7, 8)


def test_addresses_are_no_columns() -> None:
    assert _outliers.places(b"0:0:0 0 from 0.0.0.0 port 0") == (3, 8)


def test_a_number_inside_an_id_does_not_stand_alone() -> None:
    assert _outliers.alone(b"0:0:0 [req-0a-0bc0] status: 0 in 0.0 ms 0ms") == (6, 7, 9)


def test_nothing_stands_out_where_there_always_was_something() -> None:
    assert odd([*range(20, 60), 0, *range(60, 90)]) == [40]
    assert odd([*range(60), 0, 0, 0]) == []
