"""Terminal output as it stands on the screen."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.terminal import left_out, plain
from tests.generators import ANY_TEXT


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[1m\x1b[31mFAIL\x1b[0m src/a.ts\x1b[2m:3\x1b[22m", "FAIL src/a.ts:3"),
        ("\x1b]8;;https://host.test/a\x1b\\a.c\x1b]8;;\x1b\\: error", "a.c: error"),
        ("\x1b]0;title\x07done", "done"),
        ("\x1b(Bplain", "plain"),
        (" 10%\r 55%\r100%", "100%"),
        ("fetching table 1 of 9\rfetching table 2 of 9\r\x1b[Kfetched", "fetching table 2 of 9\rfetched"),
        ("error: disk full\r 10%\r 20%", "error: disk full\r 20%"),
        ("one\rtwo\rthree", "one\rtwo\rthree"),
        ("|\b/\b-\b\\\bok", "ok"),
        ("a\r\nb\r\n", "a\r\nb\r\n"),
        ("1%\r2%\r\nnext\r\n", "2%\r\nnext\r\n"),
        ("an escape \x1b that is none", "an escape \x1b that is none"),
        ("x\r", "x\r"),
    ],
)
def test_a_screen_shows_the_last_state_without_codes(written: str, shown: str) -> None:
    assert plain(written) == shown


@given(st.one_of(ANY_TEXT, st.text(st.sampled_from("ab \n\r\b\x1b[]0;1mK\\(B\x07"), max_size=300)))
def test_lines_keep_their_numbers(text: str) -> None:
    assert plain(text).count("\n") == text.count("\n")


@given(ANY_TEXT)
def test_text_without_control_characters_stays(text: str) -> None:
    without = re.sub(r"[\x08\r\x1b]", "", text)
    assert plain(without) == without


@pytest.mark.parametrize(
    "text",
    [
        "a" * 500_000 + "\rb" * 500_000,
        "\r" * 1_000_000,
        "a\b" * 500_000,
        "\b" * 1_000_000,
        "\x1b" * 1_000_000,
        "\x1b]" * 500_000,
        "\x1b[" + "0" * 1_000_000,
        "\x1b[0;" * 250_000,
    ],
)
def test_hostile_text_is_linear_work(text: str) -> None:
    """With quadratic work these would run for minutes."""
    assert len(plain(text)) <= len(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\x1b[31mred\x1b[0m", "colours left out"),
        ("00\x08", "overwritten text left out"),
        (" 10%\r 20%", "overwritten text left out"),
        ("\x1b[31m 10%\r 20%", "colours and overwritten text left out"),
        ("plain", ""),
    ],
)
def test_what_is_left_out_is_named(text: str, said: str) -> None:
    assert left_out(text, plain(text)) == said
