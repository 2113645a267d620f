from __future__ import annotations

from headroom.compressors._api import Effort
from headroom.compressors._folds import Fold
from headroom.compressors._routine_folds import passes, routine_folds


def folds(source: list[str], effort: Effort = Effort.MEDIUM, pins: set[int] | None = None) -> list[Fold]:
    return list(routine_folds(source, pins or set(), effort))


def test_of_tests_that_are_announced_before_one_that_failed_its_own_line_stays() -> None:
    source = [*[f"=== RUN   TestA/case_{n}" for n in range(9)], "    a_test.go:6: want 3", "--- FAIL: TestA (0.00s)"]
    assert folds(source) == [Fold(0, 7, "8 × started")]


def test_announcements_that_lead_to_a_failure_stay_at_each_level() -> None:
    source = ["# Subtest: cart", "    # Subtest: adds", "    # Subtest: rounds", "    not ok 1 - rounds"]
    assert folds([*source[:2], *source[1:]]) == [Fold(1, 2, "2 × started")]


def test_announcements_are_counted_where_more_was_announced_than_went_well() -> None:
    source = ["?   \tapp/cmd\t[no test files]", *[f"=== RUN   TestA/{n}" for n in range(4)], "--- FAIL: TestA (0.00s)"]
    assert folds(source) == [Fold(0, 3, "1 × ok, 3 × started")]


def test_announcements_of_what_passed_go_with_it() -> None:
    source = ["=== RUN   TestA", "--- PASS: TestA (0.00s)", "=== RUN   TestB", "--- PASS: TestB (0.00s)"]
    assert folds(source) == [Fold(0, 3, "2 × PASS")]


def test_where_all_that_passed_is_below_one_path_the_mark_names_it() -> None:
    source = [f"    --- PASS: TestA/case_{n} (0.00s)" for n in range(9)]
    assert folds(source) == [Fold(0, 8, "9 × PASS TestA/…")]


def test_a_pinned_line_stays() -> None:
    source = [f"tests/test_a.py::test_{n} PASSED" for n in range(9)]
    assert [(fold.first, fold.last) for fold in folds(source, pins={4})] == [(0, 3), (5, 8)]


def test_tests_that_were_skipped_go_from_medium_on() -> None:
    source = [
        "tests/test_a.py::test_1 PASSED",
        "tests/test_a.py::test_2 SKIPPED (no net)",
        "tests/test_a.py::test_3 PASSED",
    ]
    assert folds(source, Effort.LIGHT) == []
    assert folds(source)[0].label == "2 × PASSED, 1 × skipped: tests/test_a.py::test_2 SKIPPED (no net)"


def test_of_what_passing_tests_printed_a_failure_stays_with_the_name_of_its_test() -> None:
    source = [
        *("==== PASSES ====", "____ test_a ____", "----- Captured stdout call -----", "hello"),
        *("____ test_b ____", "----- Captured log call -----", "ERROR    app:a.py:3 no such term", "more"),
        "==== 2 passed in 0.1s ====",
    ]
    said = "output of tests that passed"
    assert list(passes(source, set(), bytearray(len(source)))) == [Fold(1, 3, said), Fold(5, 5, said), Fold(7, 7, said)]
