from __future__ import annotations

from headroom.compressors._diagnostics import repeated_warnings
from headroom.compressors._folds import Fold


def warning(n: int) -> list[str]:
    return [
        f"src/a.c:{n}:1: warning: unused variable 'v{n}' [-Wunused-variable]",
        f"    {n} | int v{n};",
        "      |     ^~",
    ]


def folds(source: list[str], *, whole: bool, pins: set[int] | None = None) -> list[Fold]:
    return list(repeated_warnings(source, pins or set(), bytearray(len(source)), whole=whole))


SIX = [line for n in range(1, 7) for line in warning(n)]


def test_from_the_fourth_of_a_kind_on_the_excerpt_is_folded() -> None:
    assert folds(SIX, whole=False) == [Fold(a, a + 1, "excerpt") for a in (10, 13, 16)]


def test_a_note_that_goes_with_an_excerpt_is_named() -> None:
    source = [*SIX[:12], "src/b.c:3:17: note: declared here", *SIX[12:]]
    assert folds(source, whole=False)[0] == Fold(10, 12, "excerpt, note")


def test_with_leave_such_warnings_are_counted() -> None:
    assert folds(SIX, whole=True) == [Fold(9, 17, "3 × warning [-Wunused-variable]")]


def test_errors_stay_whole() -> None:
    source = [*SIX[:12], "src/a.c:9:1: error: no such thing", "    9 | x", *SIX[12:]]
    assert folds(source, whole=True) == [
        Fold(9, 11, "1 × warning [-Wunused-variable]"),
        Fold(14, 19, "2 × warning [-Wunused-variable]"),
    ]


def test_warnings_of_different_kinds_stay() -> None:
    source = [f"src/a.c:{n}:1: warning: {word} is wrong here" for n, word in enumerate(("left", "right", "up", "down"))]
    assert folds(source, whole=True) == []


def test_the_place_that_rust_names_below_the_message_stays() -> None:
    source = [
        line
        for n in range(4)
        for line in (f"warning: unused variable: `v{n}`", f"  --> src/a.rs:{n}:5", "   |", f"{n}  | let")
    ]
    assert folds(source, whole=False) == [Fold(14, 15, "excerpt")]


def test_a_pinned_warning_stays() -> None:
    assert folds(SIX, whole=True, pins={13}) == [
        Fold(9, 11, "1 × warning [-Wunused-variable]"),
        Fold(15, 17, "1 × warning [-Wunused-variable]"),
    ]


def test_what_follows_a_warning_without_an_excerpt_is_not_its_excerpt() -> None:
    """Another tool's line, a failed test."""
    warning = "a.c:3:37: warning: unused variable 'x' [-Wunused]"
    for other in ("tests/test_a.py::test_two FAILED        [ 20%]", "all linked", "    ValueError: no such thing"):
        for whole in (False, True):
            folds = list(repeated_warnings([warning] * 5 + [other], set(), bytearray(6), whole=whole))
            assert all(fold.last < 5 for fold in folds)


def test_the_function_that_a_warning_stands_in_goes_with_it() -> None:
    source = [line for n in range(1, 7) for line in (f"src/a.c: In function 'f{n}':", *warning(n))]
    assert folds(source, whole=True) == [Fold(12, 23, "3 × warning [-Wunused-variable]")]


def test_rows_of_a_linter_are_counted_by_their_rules() -> None:
    rows = [f"   {n}:5   warning  'v{n}' is assigned a value but never used  no-unused-vars" for n in range(10, 17)]
    rows.insert(5, "   15:1  error    'x' is not defined  no-undef")
    assert folds(rows, whole=True) == [
        Fold(3, 4, "2 × warning no-unused-vars"),
        Fold(6, 7, "2 × warning no-unused-vars"),
    ]


def test_warnings_of_installers_are_counted() -> None:
    said = [f"npm warn deprecated quay{n}@1.0.{n}: this package has no owner any more" for n in range(7)]
    assert folds(said, whole=True) == [Fold(3, 6, "4 × npm warn deprecated")]
