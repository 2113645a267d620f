from __future__ import annotations

from headroom.compressors._folds import Fold
from headroom.compressors._repeats import repeats

FRAME = [
    "    def load(path, encoding='utf-8', errors='strict'):",
    ">       return read(path, encoding=encoding, errors=errors)",
    "                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    "lib/load.py:12: ",
]


def folds(source: list[str], pins: set[int] | None = None, taken: bytes = b"") -> list[Fold]:
    return list(repeats(source, pins or set(), bytearray(taken or bytes(len(source))), 1))


def test_a_repeated_frame_is_referred_to_with_the_name_of_its_failure() -> None:
    source = ["___ test_a ___", *FRAME, "E   ValueError: a", "___ test_b ___", *FRAME, "E   ValueError: b"]
    assert folds(source) == [Fold(7, 10, "same as 2-5, in test_a")]


def test_addresses_do_not_count_as_a_difference_and_the_label_says_so() -> None:
    source = [*FRAME, "x = <X object at 0x7f0011223344>", "", *FRAME, "x = <X object at 0x7f0011223355>"]
    assert folds(source) == [Fold(6, 10, "same as 1-5, but for addresses")]


def test_what_tells_failures_apart_is_never_folded() -> None:
    source = [*FRAME, "E   ValueError: a", *FRAME, "E   ValueError: a"]
    assert folds(source) == [Fold(5, 8, "same as 1-4")]


def test_a_pinned_or_folded_line_is_neither_folded_nor_referred_to() -> None:
    source = [*FRAME, "", *FRAME]
    assert folds(source, pins={6}) == []
    assert folds(source, taken=b"\1" * 4 + bytes(5)) == []


def test_short_runs_stay() -> None:
    assert folds(["a", "b", "c", "a", "b", "c"]) == []


def test_a_million_equal_lines_take_linear_time() -> None:
    assert (
        sum(fold.last - fold.first + 1 for fold in folds(["the same line, again and again, and again"] * 100_000))
        > 90_000
    )


def test_what_happened_stays_above_the_frames_that_repeat() -> None:
    stack = [
        "Invalid read of size 8",
        *(f"   at 0x4848698: step{n} (/usr/libexec/some/library.so)" for n in range(3)),
        "",
    ]
    assert folds([*stack, *stack]) == [Fold(6, 9, "same as 2-5")]


def test_a_line_that_names_a_test_that_failed_is_never_folded() -> None:
    for name in ("✖ takes a list", "  ✕ takes a list", "not ok 3 - takes a list", "ERROR: test_list (m.Case)"):
        source = [*FRAME, name, *FRAME, name]
        assert folds(source) == [Fold(5, 8, "same as 1-4")]


def test_where_no_title_says_whose_lines_they_are_the_first_reference_says_how_they_begin() -> None:
    """In a text without numbers nobody could count up to them."""
    stack = [f"   at harbour.quay.Crane.lift{n}(Crane.java:{n}0) with a hook" for n in range(7)]
    labels = [fold.label for fold in folds([*stack, "one", *stack, "two", *stack])]
    assert labels == ["same as 1-7 (at harbour.quay.Crane.lift0(Cra…)", "same as 1-7"]
