from __future__ import annotations

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort
from headroom.compressors._patch import Patch, read
from headroom.compressors._patch_cuts import BODIES, Cut, cuts, moves, repeats, whole

LINES = st.lists(
    st.sampled_from([f"{' ' * indent}statement_{n}(argument_{n})" for n in range(6) for indent in (0, 4, 8)] + [""]),
    max_size=24,
)


def patch(*files: tuple[list[str], list[str]], extra: str = "") -> Patch:
    lines: list[str] = []
    for n, (old, new) in enumerate(files):
        lines += [f"diff --git a/f{n}.py b/f{n}.py", *([extra] if extra else [])]
        lines += difflib.unified_diff(old, new, f"a/f{n}.py", f"b/f{n}.py", lineterm="")
    return read(lines)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(LINES, LINES), min_size=1, max_size=3))
def test_a_moved_block_is_added_line_by_line_where_it_is_said_to_be(files: list[tuple[list[str], list[str]]]) -> None:
    found = patch(*files)
    for move in moves(found, found.files):
        for k in range(move.last - move.first + 1):
            old, new = found.source[move.first + k], found.source[move.to + k]
            assert (old[0], new[0]) == ("-", "+")
            assert old[1:].strip() == new[1:].strip()
            assert not old[1:].strip() or len(new) - len(old) == move.by


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(LINES, LINES), min_size=1, max_size=3))
def test_a_repeated_block_stands_before_line_by_line_and_is_not_left_out_there(
    files: list[tuple[list[str], list[str]]],
) -> None:
    found = patch(*files)
    moved = moves(found, found.files)
    again = repeats(found, found.files, moved)
    gone = {i for move in [*moved, *again] for i in range(move.first, move.last + 1)}
    for move in again:
        size = move.last - move.first + 1
        assert move.to + size <= move.first
        assert found.source[move.first : move.last + 1] == found.source[move.to : move.to + size]
        assert gone.isdisjoint(range(move.to, move.to + size))


def test_lines_that_stand_in_several_places_do_not_say_where_a_block_has_gone() -> None:
    block = [f"statement_{n}(argument_{n})  # and so on" for n in range(5)]
    found = patch((block, []), ([], [*block, "x", *block]))
    assert moves(found, found.files) == []


@pytest.mark.parametrize(("mode", "sign"), [("new file mode 100644", "+"), ("deleted file mode 100644", "-"), ("", "")])
def test_a_file_is_wholly_new_or_removed(mode: str, sign: str) -> None:
    lines = [f"line {n}" for n in range(200)]
    found = patch((lines, []) if sign == "-" else ([], lines), extra=mode)
    assert whole(found, found.files[0], Effort.MEDIUM) in (sign, "+")  # an empty old file is a new one


def test_of_a_new_file_head_and_definitions_stay() -> None:
    lines = [f"# line {n}" for n in range(20)] + ["    x = 1", "def f():", "    return x", "    y = 2"]
    found = patch(([], lines))
    (hunk,) = found.files[0].hunks
    made = cuts(found, hunk, Effort.MEDIUM, "+")
    assert all(cut.label == BODIES for cut in made)
    hidden = {i for cut in made for i in range(cut.first, cut.last + 1)}
    shown = [found.source[i] for i in range(hunk.header + 1, hunk.end) if i not in hidden]
    assert shown[:12] == [f"+# line {n}" for n in range(12)]
    assert "+def f():" in shown
    assert "+    return x" not in shown


def test_base64_within_a_hunk_is_left_out() -> None:
    blob = [("QUJD1" * 15)[:64] for _ in range(9)]
    found = patch((["a"], ["a", *blob, "b"]))
    (hunk,) = found.files[0].hunks
    made = cuts(found, hunk, Effort.MEDIUM, "")
    assert Cut(hunk.header + 2, hunk.header + 10, "+9 −0 of base64 or minified text") in made


def test_context_is_left_out_but_for_the_line_before_a_change() -> None:
    old = ["far", "far", "near", "change", ")", "far", "far"]
    new = [line if line != "change" else "changed" for line in old]
    found = patch((old, new))
    (hunk,) = found.files[0].hunks
    shown = [(cut.first - hunk.header, cut.last - hunk.header) for cut in cuts(found, hunk, Effort.MEDIUM, "")]
    assert shown == [(1, 2), (6, 8)]
