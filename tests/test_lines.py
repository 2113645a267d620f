"""Lines: coordinates that can be read back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import lines
from headroom.exceptions import SliceError
from headroom.lines import BAR, FOLD, stub


@given(st.text())
def test_split_is_undone_by_joining(text: str) -> None:
    """Only "\\n" ends a line."""
    assert "\n".join(lines.split(text)) == text


@given(st.sets(st.integers(1, 300)))
def test_ranges_are_read_as_they_were_written(numbers: set[int]) -> None:
    """`parse_ranges` undoes `format_ranges`."""
    ranges = lines.runs(sorted(numbers))
    assert [n for a, b in ranges for n in range(a, b + 1)] == sorted(numbers)
    if ranges:
        assert lines.parse_ranges(lines.format_ranges(ranges)) == ranges


def test_open_ranges_and_their_spellings() -> None:
    """What people and models write."""
    assert lines.parse_ranges("120-180,400, 900-") == [(120, 180), (400, 400), (900, None)]
    assert lines.parse_ranges("5:9") == lines.parse_ranges("5..9") == [(5, 9)]
    assert lines.parse_ranges("-7") == [(1, 7)]


@pytest.mark.parametrize("spec", ["", "x", "9-5", "0", "1,,2", "1-2-3", "-"])
def test_a_range_that_cannot_be_read_is_an_error(spec: str) -> None:
    """And says how to write one."""
    with pytest.raises(SliceError):
        lines.parse_ranges(spec)


def shown_lines(body: str, note: str, first_line: int) -> dict[int, str]:
    """Number -> text of the source lines that a sparse body shows."""
    out: dict[int, str] = {}
    at = first_line
    for line in body.split("\n"):
        if note:
            if not line.startswith(FOLD):
                number, _, text = line.partition(BAR)
                out[int(number)] = text
            continue
        m = re.fullmatch(rf"{FOLD} lines? (\d+)(?:-(\d+))?", line)
        if m:
            assert int(m[1]) == at
            at = int(m[2] or m[1]) + 1
        elif not line.startswith(FOLD):
            out[at] = line
            at += 1
    return out


@given(
    st.lists(st.sampled_from(["a", "", "⋯ lines 3-4", "b│c", "12│x", "long line of text"]), min_size=1, max_size=30),
    st.integers(1, 50),
    st.data(),
)
def test_every_line_that_is_shown_has_its_own_number(source: list[str], first_line: int, data: st.DataObject) -> None:
    """In both spellings, whatever the lines look like."""
    shown = sorted(data.draw(st.sets(st.integers(0, len(source) - 1))))
    body, note = lines.sparse(source, shown, first_line=first_line)
    if shown:
        assert shown_lines(body, note, first_line) == {i + first_line: source[i] for i in shown}


@given(st.text(max_size=300), st.integers(10, 200))
def test_a_sample_is_bounded(text: str, limit: int) -> None:
    """And a short text is its own sample."""
    assert len(lines.sample(text, limit)) <= max(limit + 2, 0)
    assert lines.sample(text, len(text)) == text


def test_one_line_is_called_a_line() -> None:
    assert lines.named([(36, 36)]) == "line 36"
    assert lines.named([(14, 402), (611, 611)]) == "lines 14-402, 611"
    assert lines.sparse(["a", "b", "c", "d", "e"], [0, 1, 3, 4])[0] == "a\nb\n⋯ line 3\nd\ne"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("    // ⋯ 41-60", (41, 60)),
        ("\t...  # ⋯ 7", (7, 7)),
        ('    ⋯ 24-32"""', (24, 32)),
        (" * ⋯ 3-8 */", (3, 8)),
        ("    13\t    -- ⋯ 13-40", (13, 40)),
        ("// ⋯ 3-8: moor, sail, 4 more", (3, 8)),
        ("    ...  # ⋯ 3: moor", (3, 3)),
        ("// ⋯ 3-8:", None),
        ("⋯ lines 3-8", None),
        ("x = 1  # ⋯ 3-8", None),
        ("// ⋯ 3-8 and more", None),
        ("", None),
    ],
)
def test_a_mark_within_code_is_read(line: str, found: tuple[int, int] | None) -> None:
    assert stub(line) == found


@given(st.text(max_size=40), st.integers(1, 30))
def test_a_clipped_line_is_its_beginning(line: str, most: int) -> None:
    short = lines.clipped(line, most)
    assert len(short) <= most
    assert short == line or (short.endswith("…") and line.startswith(short[:-1]))
