"""Views: what counts as a line, and what a shortened text still shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom._views import NOTED, View, not_shown, places

LINES = [f"line {n} of a text" for n in range(12)]
TEXT = "\n".join(LINES)


def test_printed_numbers_are_no_part_of_a_line() -> None:
    """However a tool prints them."""
    for spelled in ("{:6}\t", "{}:", "{:6d}→", "{:05}| ", "L{}: ", "{}│"):
        view = View.of("\n".join(spelled.format(n) + line for n, line in enumerate(LINES, 7)))
        assert view.numbers == list(range(7, 19))
        assert [line.strip() for line in view.lines] == LINES
        assert view.where(2, 3, "x") == "numbered 9-11 in x"


def test_numbers_of_another_sort_are() -> None:
    """Times, ports, and what does not count on."""
    for text in (TEXT, "\n".join(f"{n * 7}:{line}" for n, line in enumerate(LINES, 1))):
        view = View.of(text)
        assert view.numbers is None
        assert view.lines == text.split("\n")
        assert view.where(0, 1, "x") == "line 1 of x"


def test_a_patch_is_the_lines_that_it_puts_into_files() -> None:
    """What it takes away, and what it says to the tool, is hidden."""
    view = View.of_patch("*** Begin Patch\n--- a\n+++ b\n@@ -1 +1 @@\n kept\n-gone\n+new\n*** End Patch")
    assert [line for n, line in enumerate(view.lines) if n not in view.hidden] == ["kept", "new"]
    assert view.where(6, 1, "x") == "line 7, behind their signs, of x"


def test_places_of_a_body_are_those_of_the_text() -> None:
    """Gaps, notes, lines behind their numbers."""
    body = [LINES[0], "⋯ ×3", "⋯ lines 2-4 (alike)", LINES[4], f"9│{LINES[8]}", "⋯ lines 10-12"]
    assert places(body, TEXT) == [0, NOTED, -1, 4, 8, -1]
    assert not_shown("\n".join(body), TEXT) == frozenset({1, 2, 3, 5, 6, 7, 9, 10, 11})


def test_a_body_of_other_lines_has_no_places() -> None:
    """Altered lines, gaps elsewhere, notes about nothing, nothing shown."""
    for body in (
        [LINES[0] + "!"],
        [LINES[1]],
        ["⋯ lines 3-4"],
        ["⋯ ×3", LINES[0]],
        [f"3│{LINES[8]}"],
        ["⋯ lines 1-12"],
    ):
        assert places(body, TEXT) is None
        assert not_shown("\n".join(body), TEXT) is None


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), max_size=8), st.lists(st.sampled_from([*LINES, "", "}"]))
)
def test_what_is_shown_is_found_again(cuts: list[tuple[int, int]], text: list[str]) -> None:
    """Each shown line at its own place, whatever is left out between."""
    body: list[str] = []
    where: list[int] = []
    at = 0
    for shown, gone in cuts:
        if at + shown + gone <= len(text):
            body += [*text[at : at + shown], f"⋯ lines {at + shown + 1}-{at + shown + gone}"]
            where += [*range(at, at + shown), -1]
            at += shown + gone
    body += text[at:]
    where += range(at, len(text))
    if max(where, default=-1) >= 0:
        assert places(body, "\n".join(text)) == where
