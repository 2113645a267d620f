from __future__ import annotations

from headroom.compressors._folds import Fold
from headroom.compressors._node_spec import said_above

FAILED = [
    "✖ rounds (0.6ms)",
    "  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:",
    "  ",
    "  189 !== 190",
    "  ",
    "      at TestContext.<anonymous> (/srv/test/cart.test.js:11:84)",
    "",
]
REPORT = [
    "▶ cart",
    *[f"    {line}" for line in FAILED],
    "ℹ fail 1",
    "",
    "✖ failing tests:",
    "",
    "test at cart.test.js:11:3",
]


def folds(source: list[str], pins: frozenset[int] = frozenset()) -> list[Fold]:
    return list(said_above(source, pins, bytearray(len(source)), 1))


def test_what_is_said_of_a_failure_again_is_left_out_below_its_name() -> None:
    assert folds([*REPORT, *FAILED]) == [Fold(14, 18, "as said in 3-7")]


def test_another_failure_of_the_same_name_keeps_what_differs() -> None:
    other = [line.replace("189", "188") for line in FAILED]
    assert folds([*REPORT, *other]) == []


def test_frames_of_node_may_differ() -> None:
    again = [*FAILED[:6], "      at async Suite.run (node:internal/test_runner/test:1146:9)", FAILED[6]]
    assert folds([*REPORT, *again]) == [Fold(14, 19, "as said in 3-7")]


def test_pinned_lines_stay() -> None:
    assert folds([*REPORT, *FAILED], frozenset({15})) == []


def test_reports_without_that_section_stay() -> None:
    assert folds([*FAILED, *FAILED]) == []
