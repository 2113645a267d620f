"""TAP: what a passed test says about itself goes with it, what a failed one says is evidence."""

from __future__ import annotations

from headroom.compressors._routine import DETAIL, START, routine
from headroom.compressors._tap import blocks

PASSED = ["# Subtest: adds", "ok 1 - adds", "  ---", "  duration_ms: 0.9", "  type: 'suite'", "  ..."]
FAILED = [
    "not ok 2 - cents",
    "  ---",
    "  error: |-",
    "    ok 1 - is what we expected",
    "",
    "    got 2",
    "  ...",
    "1..2",
]


def spans(source: list[str]) -> list[tuple[int, int, bool]]:
    return list(blocks(source, [routine(line) for line in source]))


def test_the_duration_of_a_passed_test_goes_with_it() -> None:
    """It says nothing else."""
    assert spans(PASSED) == [(2, 5, True)]


def test_the_block_of_a_failed_test_is_evidence() -> None:
    """Also where a line in it looks like a test that passed."""
    assert spans(FAILED) == [(1, 6, False)]


def test_the_block_of_a_passed_test_with_a_message_stays() -> None:
    """A message may be what somebody looks for."""
    assert spans(["ok 1 - adds", "  ---", "  message: 'slow'", "  ..."]) == [(1, 3, False)]


def test_a_skipped_test_and_one_to_do_are_no_passed_ones() -> None:
    """Their names and reasons are shown."""
    for line in ("ok 3 - tax # SKIP no tax yet", "ok 4 # skip no net", "ok 5 - ships # TODO"):
        assert routine(line) is None
        assert spans([line, "  ---", "  duration_ms: 1", "  ..."]) == [(1, 3, False)]


def test_a_block_that_never_closes_is_none() -> None:
    """Nothing below it is named."""
    assert spans(["ok 1 - adds", "  ---", "  duration_ms: 1"]) == []
    assert spans(["ok 1 - adds", "  ---", "outside", "  ..."]) == []


def test_what_stands_around_results_is_known() -> None:
    """The comment that announces a test, the plan of a nested one, and the lines of prove."""
    assert routine("    # Subtest: adds") == START
    assert routine("    1..4") == DETAIL
    assert routine("1..4") is None
    assert routine("t/cart.t .. ok") == "ok"
    assert routine("    ok 12 - a name # of something") == "ok"
