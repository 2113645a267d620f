"""What changes by its nature: times, dates, ids, numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom._volatile import difference, masked, moving, spans


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2026-11-23T02:06:38.123Z", "time"),
        ("2026-11-23 02:06", "time"),
        ("Mon Nov 23 02:06:38 UTC 2026", "time"),
        ("23 Nov 2026 10:11", "time"),
        ("10:30 PM", "time"),
        ("1763863598", "time"),
        ("2026-11-23", "date"),
        ("11/23/2026", "date"),
        ("Sunday, November 22, 2026", "date"),
        ("0b1c2d3e-1111-2222-3333-444455556666", "id"),
        ("req_01HXYZABCDEFGHJKMNPQRSTVWX", "id"),
        ("3f9a1", "id"),
        ("1,204", "number"),
    ],
)
def test_a_span_is_found_whole(text: str, kind: str) -> None:
    assert [(f"x {text}."[s.start : s.end], s.kind) for s in spans(f"x {text}.")] == [(text, kind)]


@pytest.mark.parametrize("text", ["getElementById", "a_very_long_name_without_any_digit", "decade facade", "v"])
def test_words_and_names_are_no_spans(text: str) -> None:
    assert not any(s.kind != "number" for s in spans(text))


@given(st.lists(st.one_of(st.text(max_size=20), st.sampled_from(["2026-11-23", "10:30", "a1b2c3", " 7 "])), max_size=6))
def test_what_is_masked_and_what_stood_there_make_the_text(pieces: list[str]) -> None:
    text = "".join(pieces).replace("\0", "")
    bare, found = masked(text)
    rebuilt = bare.split("\0")
    assert len(rebuilt) == len(found) + 1
    assert "".join(a + b for a, b in zip(rebuilt, [s for _, s in found] + [""], strict=True)) == text


@pytest.mark.parametrize(
    ("line", "moves"),
    [
        ("Today's date: 2026-11-23", "2026-11-23"),
        ("Today's date is Sunday, November 22, 2026 (as the locale has it).", "Sunday, November 22, 2026"),
        ("<current_date>2026-11-23</current_date>", "2026-11-23"),
        ("- **Session**: `req_01HXYZABCDEFGHJKMNPQRSTVWX`", "req_01HXYZABCDEFGHJKMNPQRSTVWX"),
        ("Generated at 10:30 PM", "10:30 PM"),
    ],
)
def test_a_line_that_states_this_moment_or_session_moves(line: str, moves: str) -> None:
    at = moving(line)
    assert at is not None
    assert line[at[0] : at[1]] == moves


@pytest.mark.parametrize(
    "line",
    [
        "The knowledge cutoff date is 2025-01-31",
        "Write the current time like 2024-01-01T10:00:00Z",
        "Released on 2024-03-01",
        "Use at most 5 turns",
        "x-anthropic-billing-header: session=0b1c2d3e-1111-2222-3333-444455556666",
        "today " * 60 + ": 2026-11-23",
        "today",
    ],
)
def test_instructions_examples_and_history_stay(line: str) -> None:
    assert moving(line) is None


def test_the_difference_of_two_lines_is_what_changed_by_its_nature() -> None:
    assert difference("build 7 of job 12 at 10:30", "build 7 of job 11 at 10:29") == (15, 26)
    assert difference("build 7", "build 7") is None
    assert difference("build 7", "branch 7") is None


@pytest.mark.parametrize("text", ["a-", "a", "1", "0a", "1:", "2026-", "Mon, ", "ab12_"])
def test_long_runs_are_read_in_one_go(text: str) -> None:
    bare, _ = masked(text * 50_000)
    assert len(bare) <= len(text) * 50_000
