"""Values that do not fit their column."""

from __future__ import annotations

from typing import Any

from headroom.compressors._flow import MISSING, Num
from headroom.compressors._patterns import Column
from headroom.compressors._strange import strange as strange_in

MANY = 200


def strange(values: list[Any]) -> list[int]:
    return strange_in(Column("x", values, frozenset(map(type, values))))


def at(value: Any, others: list[Any]) -> list[int]:
    others[77] = value
    return strange(others)


def numbers() -> list[Any]:
    return [Num(str(10 + i * 7 % 80)) for i in range(MANY)]


def names() -> list[Any]:
    return [f"user{i * 37 % 401}" for i in range(MANY)]


def test_a_value_of_another_kind_does_not_fit() -> None:
    for odd in (None, MISSING, True, "n/a", [Num("1")]):
        assert at(odd, numbers()) == [77]
        assert odd == "n/a" or at(odd, names()) == [77]


def test_a_value_that_is_spelled_like_no_other_does_not_fit() -> None:
    assert at(Num("17.5"), numbers()) == [77]
    assert at(Num("-4"), numbers()) == [77]
    assert at("root", names()) == [77]
    assert at("", names()) == [77]
    assert at("üser3", names()) == [77]


def test_a_value_that_is_far_longer_than_the_others_does_not_fit() -> None:
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]
    texts: list[Any] = [f"{words[i % 6]} {words[i // 6 % 6]} {words[i // 36 % 6]}\n" for i in range(MANY)]
    assert at("alpha " * 40, texts) == [77]


def test_a_key_that_is_there_twice_does_not_fit() -> None:
    ids: list[Any] = [Num(str(10_000 + i)) for i in range(MANY)]
    assert at(Num("10003"), ids) == [3, 77]


def test_the_first_and_the_last_of_times_are_told() -> None:
    times: list[Any] = [f"2026-03-0{1 + i // 60}T10:{i % 60:02d}:00Z" for i in range(MANY)]
    assert at("2031-01-01T00:00:00Z", times) == [0, 77]


def test_what_is_no_exception_fits() -> None:
    assert strange(numbers()) == []
    assert strange([Num("1") if i % 2 else "x" for i in range(MANY)]) == []
    assert strange([f"{'abcdefghij'[i % 10]}{'klmnopqrst'[i // 10 % 10]}" for i in range(100)]) == []
    assert strange([{"a": i} for i in range(MANY)]) == []


def test_a_name_with_fewer_digits_than_all_others_does_not_fit() -> None:
    ids = [f"2031-{n:04d}" for n in range(MANY)]
    assert strange(ids) == []
    assert strange([*ids[:77], "2031-77", *ids[78:]]) == [77]
    assert strange([f"n-{n}" for n in range(MANY)]) == []
