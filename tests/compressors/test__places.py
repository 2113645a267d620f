from __future__ import annotations

from typing import Any

from headroom.compressors._places import Places, longest


def places(*lists: tuple[list[Any], list[int]]) -> Places:
    return {id(rows): (rows, starts) for rows, starts in lists}


def test_the_list_that_takes_the_most_lines_is_told() -> None:
    short, long = ([{"a": n} for n in range(9)], [*range(10)]), ([{"a": n} for n in range(3)], [20, 30, 40, 50])
    assert longest(places(short, long)) == long
    assert longest({}) is None


def test_a_list_of_anything_but_objects_on_lines_of_their_own_is_not() -> None:
    assert longest(places((["a", "b"], [0, 1, 2]))) is None
    assert longest(places(([{"a": 1}, {"a": 2}], [4, 4, 5]))) is None
    assert longest(places(([{"a": 1}, {"a": 2}], [4, 5]))) is None
