"""The words of a command."""

from __future__ import annotations

import pytest

from headroom.compressors._commands import words


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("", set()),
        ("ls -la|head", {"ls", "-la", "head"}),
        ("cd a&&(rg x;ls)", {"cd", "a", "rg", "x", "ls"}),
        ("rg 'a b'\n\tls", {"rg", "'a", "b'", "ls"}),
    ],
)
def test_words_stand_between_blanks_and_signs(command: str, expected: set[str]) -> None:
    assert words(command) == expected
