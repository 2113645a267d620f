from __future__ import annotations

from headroom.compressors._excerpts import drawings, neighbours, read, repeated_lints
from headroom.compressors._folds import Fold

LINT = [
    "E702 Multiple statements on one line (semicolon)",
    " --> tools/a.py:2:8",
    "  |",
    "1 | import os",
    "2 | a = 1; b = 2",
    "  |      ^",
    "3 | print(a)",
    "  |",
    "",
]
WARNING = [
    "warning: unneeded `return` statement",
    "  --> src/lib.rs:10:9",
    "   |",
    "10 |         return 7;",
    "   |         ^^^^^^^^",
    "   |",
    "   = help: for further information visit https://lints.test/index.html#needless_return",
    "   = note: `#[warn(clippy::needless_return)]` on by default",
    "help: remove `return`",
    "   |",
    "10 -         return 7;",
    "10 +         7",
    "   |",
    "",
]
ERROR = ["error[E0308]: mismatched types", *WARNING[1:6], ""]


def shown(source: list[str], *, bars_only: bool = False, pins: frozenset[int] = frozenset()) -> list[str]:
    folds = list(drawings(list(read(source)), source, pins, bytearray(len(source)), bars_only=bars_only))
    assert all(fold.silent and fold.first == fold.last for fold in folds)
    gone = {fold.first for fold in folds}
    return [line for i, line in enumerate(source) if i not in gone]


def lints(source: list[str], pins: frozenset[int] = frozenset()) -> list[Fold]:
    return list(repeated_lints(list(read(source)), source, pins, bytearray(len(source))))


def test_of_a_lint_the_message_the_place_and_the_line_that_is_meant_stay() -> None:
    assert shown(LINT) == [*LINT[:2], LINT[4], ""]


def test_of_a_warning_the_link_goes_where_the_next_line_names_the_lint_and_the_removed_line_where_it_is_shown() -> None:
    assert shown(WARNING) == [*WARNING[:2], WARNING[3], WARNING[7], WARNING[8], WARNING[11], ""]


def test_a_link_that_alone_names_the_lint_stays() -> None:
    assert WARNING[6] in shown([*WARNING[:7], *WARNING[8:]])


def test_of_an_error_only_bare_bars_go() -> None:
    assert shown(ERROR) == [line for line in ERROR if line != "   |"]


def test_with_little_effort_only_bare_bars_go() -> None:
    assert shown(LINT, bars_only=True) == [line for line in LINT if line != "  |"]


def test_an_excerpt_of_several_lines_stays() -> None:
    spanning = [
        *LINT[:3],
        "1 | / import os",
        "2 | | import sys",
        "  | |__________^",
        "3 |   x = 1",
        "  |",
        "",
    ]
    assert shown(spanning) == [line for line in spanning if line != "  |"]


def test_what_is_pinned_stays() -> None:
    assert LINT[3] in shown(LINT, pins=frozenset({3}))


def test_lines_without_a_place_above_them_are_no_excerpt() -> None:
    source = ["a | b", "  |", "1 | x", "  | ^"]
    assert shown(source) == source


def test_a_lint_that_comes_again_is_named_with_its_places() -> None:
    again = [line.replace(":2:8", ":4:1") for line in LINT]
    elsewhere = [line.replace("tools/a.py:2:8", "b.py:7:3") for line in LINT]
    assert lints([*LINT, *again, *elsewhere]) == [Fold(9, 26, "2 more: E702 tools/a.py:4:1, b.py:7:3")]


def test_the_message_is_said_where_it_is_another_one() -> None:
    first = ["F821 Undefined name `a`", *LINT[1:]]
    other = ["F821 Undefined name `b`", *LINT[1:]]
    assert lints([*first, *other]) == [Fold(9, 17, "1 more: F821 Undefined name `b` tools/a.py:2:8")]


def test_that_a_lint_can_be_fixed_is_said() -> None:
    assert lints([*LINT, LINT[0].replace("E702", "E702 [*]"), *LINT[1:]])[0].label == "1 more: E702 [*] tools/a.py:2:8"


def test_lints_that_are_parted_by_others_have_marks_of_their_own() -> None:
    assert [fold.first for fold in lints([*LINT, *LINT, "Found 2 errors.", *LINT])] == [9, 19]


def test_a_pinned_lint_stays_whole() -> None:
    assert lints([*LINT, *LINT], pins=frozenset({13})) == []


def test_warnings_of_a_compiler_at_other_places_are_no_lints() -> None:
    elsewhere = [line.replace(":10:9", ":12:9") for line in WARNING]
    assert lints([*WARNING, *elsewhere, *ERROR]) == []


def test_what_a_compiler_says_twice_word_for_word_is_said_once() -> None:
    assert lints([*ERROR, *WARNING, *ERROR]) == [Fold(21, 27, "said above: src/lib.rs:10:9")]


FRAME = [
    "      1 | const { slug } = require('./slug');",
    "    > 2 | test('slug', () => expect(slug('a b')).toBe('a-b'));",
    "        |                                       ^",
    "      3 |",
]


def around(source: list[str], pins: frozenset[int] = frozenset()) -> list[int]:
    folds = list(neighbours(source, pins, bytearray(len(source))))
    assert all(fold.silent for fold in folds)
    return [fold.first for fold in folds]


def test_of_a_code_frame_the_line_that_is_meant_stays() -> None:
    assert around(["", *FRAME, "", "      at slug.test.js:2:39"]) == [1, 3, 4]
    assert around(FRAME, frozenset({0})) == [2, 3]


def test_a_line_that_is_meant_again_is_shown_once() -> None:
    assert around([*FRAME, "", *FRAME]) == [0, 2, 3, 5, 6, 7, 8]


def test_a_frame_that_says_more_than_where_it_is_stays() -> None:
    assert around([*FRAME[:2], "        |        ^ expected ';'", FRAME[3]]) == []
    assert around([FRAME[0], FRAME[1], FRAME[1], FRAME[3]]) == []
    assert around(["| a | b |", "> 1 | c |"]) == []
