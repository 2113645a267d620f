"""When to compact, what, and what never: by sizes and words alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compaction import (
    Compaction,
    Piece,
    arguments_of,
    decide,
    failed,
    quoted,
    size_of,
    step_of,
    telling_words,
    touched,
)
from headroom.exceptions import ConfigError
from headroom.messages import Hint

HOW = Compaction(high=10_000, low=5_000, turns=3)


def old(size: int, turn: int = 0) -> Piece:
    return Piece(size=size, turn=turn, floor=100)


def kept(size: int, turn: int = 0) -> Piece:
    return Piece(size=size, turn=turn)


def test_below_the_high_water_mark_nothing_happens() -> None:
    assert decide([old(2_000)] * 5, 50, HOW, cold=True) == ()
    assert decide([old(2_000)] * 5 + [old(1)], 50, HOW, cold=True) != ()


def test_the_oldest_are_reduced_until_the_low_water_mark_is_reached() -> None:
    assert decide([kept(500), *[old(2_000)] * 6], 50, HOW) == (1, 2, 3, 4)


def test_the_last_turns_stay() -> None:
    pieces = [old(2_000, turn) for turn in range(8)]
    assert decide(pieces, 8, HOW, cold=True) == (0, 1, 2, 3, 4, 5)
    assert decide(pieces, 7, HOW, cold=True) == (0, 1, 2, 3, 4)
    assert decide(pieces, 3, HOW, cold=True) == (0,)


def test_what_hardly_shrinks_is_left_alone() -> None:
    assert decide([old(240), old(250), kept(10_000)], 50, HOW, cold=True) == (1,)


def test_it_must_pay() -> None:
    """Half as many turns to come as there were: 4,900 tokens less are read in each, 6,100 are written now, not 11,000 read."""
    pieces = [old(5_000), kept(6_000, 1)]
    pays_from = next(turn for turn in range(4, 100) if decide(pieces, turn, HOW))
    gain, loss = 0.1 * 4_900 / 2, 1.25 * 6_100 - 0.1 * 11_000
    assert gain * (pays_from - 1) <= loss < gain * pays_from
    assert decide(pieces, 4, HOW, cold=True) == (0,)
    assert decide(pieces, 4, replace(HOW, read=0.5, write=1.0)) == (0,)


def test_small_steps_wait_for_more_unless_the_cache_is_cold() -> None:
    pieces = [kept(10_000), old(2_000), *[kept(1)] * 3]
    assert decide(pieces, 99, HOW) == ()
    assert decide(pieces, 99, HOW, cold=True) == (1,)


@given(
    st.lists(
        st.builds(
            Piece, size=st.integers(0, 5_000), turn=st.integers(0, 30), floor=st.one_of(st.none(), st.integers(0, 500))
        ),
        max_size=30,
    ),
    st.integers(0, 60),
    st.booleans(),
)
def test_only_old_reducible_pieces_are_chosen_and_no_more_than_needed(
    pieces: list[Piece], turn: int, cold: bool
) -> None:
    pieces = sorted(pieces, key=lambda piece: piece.turn)
    chosen = decide(pieces, turn, HOW, cold=cold)
    assert list(chosen) == sorted(set(chosen))
    assert all(pieces[i].floor is not None and pieces[i].turn <= turn - HOW.turns for i in chosen)
    saved = [pieces[i].size - (pieces[i].floor or 0) for i in chosen]
    if chosen:
        assert sum(p.size for p in pieces) > HOW.high
        assert sum(p.size for p in pieces) - sum(saved[:-1]) > HOW.low
    assert not chosen or decide(pieces, turn, HOW, cold=True) == chosen


@pytest.mark.parametrize(
    "wrong", [{"high": 5, "low": 5}, {"low": 0}, {"turns": 0}, {"evidence": 0}, {"read": 2.0}, {"read": -1.0}]
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="compaction"):
        Compaction(**wrong)


def test_sizes_are_about_tokens_in_any_script() -> None:
    assert size_of("word " * 700) == 1_000
    assert size_of("字" * 700) == 600
    assert size_of("\ud800" * 7) == 6


@pytest.mark.parametrize(
    "text",
    [
        "Process exited with code 127\nOutput:\nnot found",
        "Exit code: 1\n",
        "<returncode>2</returncode>\n<output>\n",
        '{"output": "x", "metadata": {"exit_code": 1}}',
        "x\n" * 5_000 + "===== 2 failed, 31 passed in 0.4s =====",
        "Traceback (most recent call last):\n",
        "error[E0308]: mismatched types",
        "ValueError: no",
        "Found 3 errors.",
    ],
)
def test_a_failure_is_seen_at_either_end_of_a_result(text: str) -> None:
    assert failed(text, Hint())


@pytest.mark.parametrize(
    "text",
    ["Exit code: 0\n", "0 failed, 12 passed", "0 errors, 0 warnings", "x" * 2_000 + "\nError: old\n" + "y" * 2_000],
)
def test_a_success_is_no_failure_whatever_stands_in_its_middle(text: str) -> None:
    assert not failed(text, Hint())
    assert failed(text, Hint(is_error=True))


def test_the_same_step_is_known_by_what_it_does() -> None:
    assert step_of(Hint(tool="bash", command="make")) == step_of(Hint(tool="bash", command="make", query="x"))
    assert step_of(Hint(tool="bash", command="make")) != step_of(Hint(tool="bash", command="make test"))
    assert step_of(Hint(tool="get", arguments={"id": "a"})) != step_of(Hint(tool="get", arguments={"id": "b"}))


def test_files_are_touched_by_edits_and_patches_and_not_by_reads() -> None:
    patch = "*** Begin Patch\n*** Update File: src/a.py\n@@\n-x\n+y\n*** Add File: b.py\n*** End Patch"
    assert set(touched(Hint(tool="apply_patch", arguments={"input": patch}), None)) == {"src/a.py", "b.py"}
    assert set(touched(Hint(tool="Edit", path="/w/a.py"), None)) == {"/w/a.py"}
    assert set(touched(Hint(arguments={"diff": "--- a/x.py\n+++ b/x.py\n"}), None)) == {"x.py"}
    assert list(touched(Hint(tool="Read", path="/w/a.py"), "/w/a.py")) == []


def test_arguments_are_read_at_any_depth() -> None:
    deep: Any = "x"
    for _ in range(50_000):
        deep = [deep]
    hint = Hint(arguments={"a": ["b", {"c": "d"}], "n": 3, "deep": deep})
    assert set(arguments_of(hint)) == {"b", "d", "x"}


def test_a_quotation_is_a_telling_word_that_stands_in_few_places() -> None:
    words = telling_words(["See src/app.py:12 and order ORD-77412, please look.", "parseLine"])
    assert words == {"src/app.py:12", "ORD-77412", "parseLine"}
    text = "order ORD-77412 failed\n" + "in parseLine\n" * 9 + "and 'src/app.py:12' too"
    assert quoted(text, words) == ("ORD-77412", "src/app.py:12")
    assert quoted(text, set()) == ()
