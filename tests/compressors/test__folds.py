from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Limits
from headroom.compressors._folds import Fold, pinned, render, without
from headroom.messages import Hint

SOURCE = [f"a line of some length with number {i}" for i in range(40)]


def test_a_fold_stands_in_place_with_its_label() -> None:
    made = render(SOURCE, [Fold(1, 38, "38 × line")], 1)
    assert made.text == f"{SOURCE[0]}\n⋯ lines 2-39 (38 × line)\n{SOURCE[39]}"
    assert made.elisions[0].ranges == ((2, 39),)
    assert not made.lossless


def test_a_fold_that_would_not_pay_is_not_made() -> None:
    made = render(["a", "b", "c"], [Fold(0, 2)], 1)
    assert made.text == "a\nb\nc"
    assert made.lossless


def test_a_foreign_fold_line_makes_all_shown_lines_numbered() -> None:
    made = render(["⋯ lines 1-9", *SOURCE], [Fold(1, 39)], 5)
    assert made.text == f"5│⋯ lines 1-9\n⋯ lines 6-44\n45│{SOURCE[39]}"
    assert made.note == "N│ = line N"


def test_a_silent_fold_has_no_mark_but_an_elision() -> None:
    made = render(SOURCE, [Fold(1, 2, "head", True)], 1, "heads left out")
    assert made.text == "\n".join([SOURCE[0], *SOURCE[3:]])
    assert made.elisions[0].ranges == ((2, 3),)


@given(st.sets(st.integers(0, 39)))
def test_pinned_lines_are_cut_out_of_folds(pins: set[int]) -> None:
    parts = without([Fold(0, 9, "a"), Fold(15, 39, "b")], pins)
    covered = {i for fold in parts for i in range(fold.first, fold.last + 1)}
    assert covered == (set(range(10)) | set(range(15, 40))) - pins


def test_the_query_and_keep_pin_lines() -> None:
    text = "\n".join(SOURCE) + "\nzebra"
    assert pinned(text, text.split("\n"), Hint(query="a zebra"), Limits(keep=re.compile("number 7$"))) == {7, 40}
