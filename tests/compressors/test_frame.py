from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors.crusher import SmartCrusher
from headroom.compressors.frame import FrameCompressor
from headroom.messages import Hint

FRAMES = FrameCompressor()
NO_HINT = Hint()
LOSSLESS = Limits(effort=Effort.LOSSLESS)
MEDIUM = Limits(effort=Effort.MEDIUM)
FRAME = """\
   berth   quay  length
0   4001   east   88.83
1   4002  north  102.10
2   4003   east   -4.00

[3 rows x 3 columns]"""
GROUPED = """\
                count    mean
quay  kind
east  bulk        328  121.81
      tanker      299  118.60
      ro-ro        12   99.01
dtype: object"""


def array(rows: int, *, odd: dict[int, str] | None = None) -> str:
    """An array as numpy prints it, each row on two lines."""
    out = []
    for n in range(rows):
        first = (odd or {}).get(n, f"{n / 100:.2f}")
        out.append(f" [ {first}  1.5   2.25\n   3.   ]")
    return "[" + "\n".join(out)[1:] + "]"


def test_frames_lose_their_padding_and_nothing_else() -> None:
    made = FRAMES.compress(FRAME, NO_HINT, LOSSLESS)

    assert made.text.startswith("berth quay length\n0 4001 east 88.83\n1 4002 north 102.10\n")
    assert made.text.split() == FRAME.split()
    assert made.lossless
    assert made.note == "cells unpadded, the first of a row may be its index"


def test_a_row_with_an_empty_cell_keeps_its_padding() -> None:
    made = FRAMES.compress(f"{GROUPED}\n\n{FRAME}", NO_HINT, MEDIUM)

    assert "east  bulk        328  121.81\n      tanker      299" in made.text


def test_an_array_has_a_row_per_line() -> None:
    made = FRAMES.compress(f"weights:\n{array(5)}\ndone", NO_HINT, MEDIUM)

    assert made.text == "weights:\n[" + "\n".join(f"[{n / 100:.2f} 1.5 2.25 3. ]" for n in range(5)) + "]\ndone"
    assert made.lossless


def test_of_a_long_array_the_ends_the_extremes_and_what_is_no_number_stay() -> None:
    text = f"weights:\n{array(90, odd={40: '77.5', 55: 'nan', 70: '-8.'})}\n"

    made = FRAMES.compress(text, Hint(query="why"), MEDIUM)

    assert (
        "[0.00 1.5 2.25 3. ]\n[0.01 1.5 2.25 3. ]\n[0.02 1.5 2.25 3. ]\n⋯ lines 8-81 (37 rows: 0.03 to 3)" in made.text
    )
    assert "\n[77.5 1.5 2.25 3. ]\n" in made.text
    assert "\n[nan 1.5 2.25 3. ]\n" in made.text
    assert "\n[-8. 1.5 2.25 3. ]\n" in made.text
    assert made.text.endswith("[0.89 1.5 2.25 3. ]]\n")
    assert sum(e.count for e in made.elisions) == 2 * (90 - 9)
    assert FRAMES.compress(text, NO_HINT, LOSSLESS).text.count("\n") == 91


def test_arrays_of_torch_and_of_three_dimensions_are_known() -> None:
    rows = ",\n        ".join(f"[0.{n:04d}, 1.0000]" for n in range(40))
    cube = "[[[1.  2. ]\n  [3.  4. ]\n  [5.  6. ]]\n\n [[7.  8. ]\n  [9.  1. ]\n  [2.  3. ]]]"

    made = FRAMES.compress(f"tensor([{rows}])\n\n{cube}\n", NO_HINT, MEDIUM)

    assert made.text.startswith("tensor([[0.0000, 1.0000],\n[0.0001, 1.0000],")
    assert "⋯ lines 4-37 (34 rows: 0.0003 to 1)" in made.text
    assert "[[[1. 2. ]\n[3. 4. ]\n[5. 6. ]]\n[[7. 8. ]\n" in made.text


@pytest.mark.parametrize(
    "text",
    [
        "plain words\n" * 9,
        "[[ -f x ]] && echo ok\n" * 9,
        "[[ 1 -eq 2 ]] && echo ok\n" * 9,
        "[[1, 2], [3, 4]]",
        '[["a", 1]]',
        "[1] 2 3\n" * 9,
        "",
    ],
)
def test_other_texts_score_nothing(text: str) -> None:
    assert FRAMES.score(text, NO_HINT) == 0.0
    assert FRAMES.compress(text, NO_HINT, MEDIUM).text == text


def test_an_array_of_numpy_is_no_json() -> None:
    assert FRAMES.score(array(30), NO_HINT) > 0.6
    assert SmartCrusher().score(array(30), NO_HINT) == 0.0
    assert SmartCrusher().score("[[1, 2], [3, 4]]", NO_HINT) > 0.6


def test_a_frame_with_times_is_a_frame() -> None:
    rows = "\n".join(f"{n:<4} 2026-01-03 00:{n:02d}:00    {n * 7.5:6.2f}" for n in range(20))

    assert FRAMES.score(f"moored    length\n{rows}\n\n[20 rows x 2 columns]\n", NO_HINT) > 0.9


LINES = [
    "[[ 1. 2.]",
    " [ 3. 4.]",
    " [ 5. 6.]]",
    "",
    "a   1.5   x",
    "b   2.5   y",
    "   p   q",
    "dtype: int64",
    "⋯ lines 1-3",
    "...",
]


@given(st.lists(st.sampled_from(LINES), max_size=30), st.sampled_from([LOSSLESS, MEDIUM]))
def test_of_any_mixture_every_word_is_shown_or_told_as_left_out(lines: list[str], limits: Limits) -> None:
    text = "\n".join(lines)

    made = FRAMES.compress(text, NO_HINT, limits)

    if made.lossless:
        assert re.sub(r"\s|(?<=\[) ", "", made.text) == re.sub(r"\s", "", text)
    assert made.text == text or len(made.text) < len(text)
