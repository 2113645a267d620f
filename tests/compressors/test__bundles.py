from __future__ import annotations

from headroom.compressors._bundles import bundled
from headroom.compressors._folds import Fold

PACKAGE = [
    "./node_modules/dayjs/dayjs.min.js 6.99 KiB [built] [code generated]",
    "  [used exports unknown]",
    "  harmony import specifier dayjs ./src/index.js 6:22-27",
]
OWN = ["./src/cart.js 171 bytes [built] [code generated]", "  [exports: default]", "  + 2 reasons"]
BROKEN = ["./src/menu.js 158 bytes [built] [code generated] [1 error]", "  entry ./src/menu.js menu"]
WARNING = ["WARNING in ./src/a.js 1:2-3", "export 'x' was not found in './b'", ""]
SEARCH = [
    "resolve 'qs' in '/srv/src'",
    "  Parsed request is a module",
    "    no extension",
    "      /srv/qs doesn't exist",
]


def folds(source: list[str], pins: frozenset[int] = frozenset()) -> list[Fold]:
    return list(bundled(source, pins, bytearray(len(source))))


def test_modules_of_packages_are_counted() -> None:
    scoped = ["../node_modules/@scope/box/main.js 94 bytes [built]", "  cjs require @scope/box ./src/a.js 1:2-3"]
    assert folds([*PACKAGE, *PACKAGE, *scoped]) == [Fold(0, 7, "modules built: 2 × dayjs, 1 × @scope/box")]


def test_a_module_of_the_project_keeps_its_line() -> None:
    label = "exports and importers of the module above"
    assert folds([*OWN, *OWN]) == [Fold(1, 2, label), Fold(4, 5, label)]
    assert folds([*OWN, *PACKAGE]) == [Fold(1, 5, f"{label}; modules built: 1 × dayjs")]


def test_a_module_with_an_error_stays_with_what_stands_below_it() -> None:
    assert folds(BROKEN) == []
    assert folds([*PACKAGE, *BROKEN, *PACKAGE]) == [
        Fold(0, 2, "modules built: 1 × dayjs"),
        Fold(5, 7, "modules built: 1 × dayjs"),
    ]


def test_a_module_with_a_pinned_line_stays() -> None:
    assert folds(PACKAGE, frozenset({2})) == []


def test_a_message_that_stands_above_is_named_with_its_places() -> None:
    b, c = (["WARNING in ./src/b.js 4:5-6", *WARNING[1:]], ["WARNING in ./src/c.js 7:8-9", *WARNING[1:]])
    assert folds([*WARNING, *b, *c, "end"]) == [Fold(3, 8, "the same: ./src/b.js 4:5-6, ./src/c.js 7:8-9")]
    other = ["ERROR in ./src/d.js 1:0", "Module not found", ""]
    assert folds([*WARNING, *other, *b, "end"]) == [Fold(6, 8, "the same as in ./src/a.js 1:2-3: ./src/b.js 4:5-6")]


def test_who_imports_a_module_makes_no_other_message() -> None:
    b = ["WARNING in ./src/b.js 4:5-6", WARNING[1], " @ ./src/index.js 3:0-32", ""]
    assert folds([*WARNING, *b, "end"]) == [Fold(3, 6, "the same: ./src/b.js 4:5-6")]


def test_an_error_is_not_taken_for_a_warning_of_the_same_words() -> None:
    assert folds([*WARNING, "ERROR in ./src/b.js 4:5-6", *WARNING[1:]]) == []


def test_where_a_module_was_looked_for_in_vain_is_left_out() -> None:
    assert folds([*SEARCH, ""]) == [Fold(1, 3, "where it was looked for and is not")]
    assert folds([*SEARCH[:2], "    found /srv/qs.js, which is empty", *SEARCH[2:]]) == []
