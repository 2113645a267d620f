from __future__ import annotations

from headroom.compressors._folds import Fold
from headroom.compressors._gcc import library_notes, said_again

CHAIN = ["In file included from /usr/include/c++/12/map:60,", "                 from shelf.cpp:2:"]
MADE = "/usr/include/c++/12/bits/stl_function.h: In instantiation of ‘bool std::less<_Tp>::operator()’:"
STEP = "/usr/include/c++/12/bits/stl_algo.h:18:4:   required from ‘void std::__sort(_Iter)’"
CALLED = "/usr/include/c++/12/bits/stl_algo.h:48:2:   required from ‘void std::sort(_Iter)’"
OWN_STEP = "shelf.cpp:18:12:   required from here"
ERROR = [
    "/usr/include/c++/12/bits/stl_function.h:408:20: error: no match",
    "  408 |   { return x < y; }",
    "      |            ^",
]


def candidate(n: int, path: str = "/usr/include/c++/12/bits/stl_pair.h") -> list[str]:
    return [
        f"{path}:{n}:5: note: candidate: ‘bool operator<({n})’",
        f"  {n} |   operator<({n})",
        f"{path}:{n}:5: note:   template argument deduction/substitution failed:",
        "/usr/include/c++/12/bits/stl_function.h:408:20: note:   ‘Book’ is not derived from ‘pair’",
    ]


def folds(source: list[str], pins: frozenset[int] = frozenset()) -> list[Fold]:
    return list(library_notes(source, pins, bytearray(len(source))))


def hidden(source: list[str], pins: frozenset[int] = frozenset()) -> list[int]:
    return [fold.first for fold in said_again(source, pins, bytearray(len(source))) if fold.silent]


def test_of_the_steps_in_a_library_the_last_stays() -> None:
    what = "2 × step of instantiation, in stl_function.h, stl_algo.h"
    assert folds([*CHAIN, MADE, STEP, CALLED, OWN_STEP, *ERROR]) == [Fold(0, 3, what)]


def test_steps_in_the_program_stay() -> None:
    assert folds([OWN_STEP, OWN_STEP, OWN_STEP, *ERROR]) == []


def test_of_the_candidates_of_a_library_the_first_stays() -> None:
    more = "2 × candidate that does not fit, in stl_pair.h"
    assert folds([*ERROR, *candidate(663), *CHAIN, *candidate(700), *candidate(701)]) == [Fold(7, 16, more)]


def test_candidates_that_an_earlier_error_had_go_all() -> None:
    again = "1 × candidate that does not fit, in stl_pair.h"
    assert folds([*ERROR, *candidate(663), *ERROR, *candidate(663)]) == [Fold(10, 13, again)]


def test_candidates_in_the_program_stay() -> None:
    assert folds([*ERROR, *candidate(1, "shelf.hpp"), *candidate(2, "shelf.hpp")]) == []


def test_pinned_notes_stay() -> None:
    assert folds([*ERROR, *candidate(663), *candidate(700)], frozenset({8})) == []


def test_a_source_line_that_stands_above_goes_with_what_underlines_it() -> None:
    code, mark = "    5 | int f(int a) { int b; }", "      |                    ^"
    source = [
        "a.c: In function ‘f’:",
        *("a.c:5:20: warning: unused variable ‘b’ [-Wunused-variable]", code, mark),
        *("a.c:5:11: warning: unused parameter ‘a’ [-Wunused-parameter]", code, mark),
        *("b.c:5:11: warning: unused parameter ‘a’ [-Wunused-parameter]", code, mark),
    ]
    assert hidden(source) == [3, 5, 6, 9]


def test_of_an_error_the_first_underlining_stays() -> None:
    assert hidden(ERROR) == []
    assert hidden([*ERROR, *ERROR]) == [4, 5]


def test_underlining_that_says_something_stays_with_its_line() -> None:
    source = ["a.c:2:3: warning: wrong", "    2 | f(x);", "      |   ^", "      |   int"]
    assert hidden([*source, *source]) == []
