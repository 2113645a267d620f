"""Failures that say the same: one is shown, the others are named; what says anything else stays whole."""

from __future__ import annotations

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._same_failure import same_failures
from headroom.compressors.test_run import TestRunCompressor
from headroom.messages import Hint


def section(
    name: str, given: str, *, raised: str = "AssertionError: assert 1 == 0", line: int = 7, extra: str = ""
) -> str:
    rule = "_" * max(3, (70 - len(name)) // 2)
    return (
        f"{rule} {name} {rule}\n"
        f"self = <tests.test_tide.TestTide object at 0x7f{line:04x}00>\ngiven = '{given}'\n\n"
        "    def test_tide(self, given):\n>       assert place(given) == 0\n"
        f"E       {raised}\nE        +  where 1 = place('{given}')\n{extra}\ntests/test_tide.py:{line}: AssertionError\n"
    )


def report(*sections: str) -> str:
    head = "============================= test session starts ==============================\ncollected 9 items\n\n"
    title = "=================================== FAILURES ===================================\n"
    end = "========================= 9 failed in 0.12s =========================\n"
    return head + title + "".join(sections) + end


def folds(text: str, pins: set[int] | None = None) -> list[str]:
    source = text.split("\n")
    return [fold.label for fold in same_failures(source, pins or set(), bytearray(len(source)))]


def run(text: str, effort: Effort = Effort.MEDIUM, query: str | None = None) -> Rendition:
    return TestRunCompressor().compress(text, Hint(command="pytest", query=query), Limits(effort=effort))


NAMES = [f"TestTide.test_tide[{place}]" for place in ("quay", "pier", "mast", "hull", "keel")]
SAME = [section(name, name[19:-1], line=7) for name in NAMES]


def test_failures_that_say_the_same_are_named() -> None:
    made = run(report(*SAME))
    assert f"4 failures like that of {NAMES[0]} but for values: {', '.join(NAMES[1:])}" in made.text
    assert made.text.count("E       AssertionError: assert 1 == 0") == 1
    assert "9 failed in 0.12s" in made.text
    (elision,) = made.elisions
    assert elision.count == 4 * SAME[1].count("\n")


def test_below_medium_all_are_shown() -> None:
    assert "failures like" not in run(report(*SAME), Effort.LIGHT).text


def test_a_failure_with_other_words_elsewhere_or_with_more_to_say_stays_whole() -> None:
    other = section("TestTide.test_tide[gull]", "gull", raised="AssertionError: assert 3 == 0")
    there = section("TestTide.test_tide[reef]", "reef", line=9)
    more = section("TestTide.test_tide[lock]", "lock", extra="----- Captured stdout call -----\nno water")
    made = run(report(SAME[0], other, there, more, SAME[1]))
    for said in ("assert 3 == 0", "tests/test_tide.py:9:", "no water"):
        assert said in made.text
    assert folds(report(SAME[0], other, there, more, SAME[1])) == [
        f"1 failure like that of {NAMES[0]} but for values: {NAMES[1]}"
    ]


def test_failures_that_are_parted_by_another_are_two_folds() -> None:
    other = section("TestTide.test_tide[gull]", "gull", raised="ValueError: no gull")
    assert len(folds(report(SAME[0], SAME[1], other, SAME[2], SAME[3]))) == 2


def test_a_failure_that_the_query_names_is_shown() -> None:
    text = report(*SAME)
    pinned = next(i for i, line in enumerate(text.split("\n")) if "test_tide[mast]" in line)
    labels = folds(text, {pinned})
    assert len(labels) == 2
    assert not any("mast" in label for label in labels)
    assert "given = 'mast'" in run(text, query="why does test_tide[mast] fail?").text


def test_unittest_reports_are_known() -> None:
    def told(n: int, tide: int) -> str:
        return (
            f"======================================================================\nFAIL: test_tide (tests.Tide.test_tide) (n={n})\n"
            "A docstring.\n----------------------------------------------------------------------\n"
            f'Traceback (most recent call last):\n  File "tests/tide.py", line 8, in test_tide\n    self.assertEqual(place({n}), 4)\n'
            f"AssertionError: {tide} != 4\n\n"
        )

    end = "----------------------------------------------------------------------\nRan 3 tests in 0.001s\n\nFAILED (failures=3)\n"
    labels = folds(told(1, 5) + told(2, 5) + told(3, 6) + end)
    assert labels == [
        "1 failure like that of test_tide (tests.Tide.test_tide) (n=1) but for values: test_tide (tests.Tide.test_tide) (n=2)"
    ]


def test_what_says_nothing_of_an_error_is_no_failure() -> None:
    text = "___ one ___\nsome words\n___ two ___\nsome words\n"
    assert folds(text) == []
