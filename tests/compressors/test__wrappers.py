"""What agents put around an output is known, and only that."""

from __future__ import annotations

import pytest
from hypothesis import given

from headroom.compressors._wrappers import beside, inside
from tests.generators import TEXT

OUTPUT = "first line\nsecond line\n\nlast line"


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        (
            "Chunk ID: 8f571c\nWall time: 0.04 seconds\nProcess exited with code 1\nOriginal token count: 84\nOutput:\n",
            "",
        ),
        ("Exit code: 0\nWall time: 0.1 seconds\nOutput:\n", ""),
        ("Exit code 1\n", "\n\nShell cwd was reset to /srv/shop"),
        ("", "\n\n<system-reminder>\nThe file is long.\n</system-reminder>\n"),
        ("", "\n\nShell cwd was reset to /srv\n\n<system-reminder>x</system-reminder>"),
        (
            "<untrusted_context>\nOutput: TAP version 13\n",
            "\nExit Code: 1\nProcess Group PGID: 14371\n</untrusted_context>",
        ),
        (
            "[File: /srv/a.py (94 lines total)]\n(3 more lines above)\n",
            "\n(Open file: n/a)\n(Current directory: /srv)\nbash-$",
        ),
        ("<returncode>0</returncode>\n<output>\n", "\n</output>"),
        ("", "\n[The command completed with exit code 0.]\n[Current working directory: /srv]"),
        ("<output>\n", "\n</output>\n<metadata>x</metadata>"),
        (
            "<status>completed</status>\n\n<exit_code>0</exit_code>\n\n<stdout>\n",
            "\n</stdout>\n\n<stderr>\nno\n</stderr>\n\n<timestamp>2026-01-01T00:00:00Z</timestamp>",
        ),
        ("[execute_command for 'make'] Result:\n\nCommand executed.\nOutput:\n", ""),
        ("Command executed in terminal within working directory '/srv'. Exit code: 1\nOutput:\n", ""),
        ("HTTP/1.1 302 Found\nLocation: /b\n\nHTTP/2 200 \ncontent-type: text/html\nx-a: b\n\n", ""),
        (
            "*   Trying 10.0.0.1:443...\n* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n} [512 bytes data]\n> GET / HTTP/2\n> Host: a.test\n> \n< HTTP/2 200 \n< content-type: text/plain\n< \n{ [5 bytes data]\n",
            "\n{ [5 bytes data]\n100   29  100   29    0     0    290      0 --:--:-- --:--:-- --:--:--   290\n* Connection #0 to host a.test left intact\n",
        ),
        ("Exit code: 0\n\nCommand output:\n\n```\n", "\n```\n\nCommand completed in 5 ms.\n\nThe shell stays open."),
    ],
)
def test_the_output_is_found_within_what_stands_around_it(head: str, tail: str) -> None:
    """Its blank lines at the end may count as the wrapper's."""
    text = head + OUTPUT + tail
    start, end = inside(text)
    assert text[start:end] == OUTPUT


@pytest.mark.parametrize(
    "text",
    [
        OUTPUT,
        OUTPUT + "\n\n\n",
        "",
        "\n",
        "Output:\n",
        "  % Total    % Received\n                 Dload\n100  1270    0   607  100   663\n\n" + OUTPUT,
        "He wrote:\nExit code 1\nand left",
        "<system-reminder>all</system-reminder>",
    ],
)
def test_other_text_has_no_wrapper(text: str) -> None:
    """Nor has a wrapper without anything in it."""
    assert inside(text) == (0, len(text))


@given(TEXT)
def test_the_inside_is_whole_lines(text: str) -> None:
    """So that coordinates stay those of the source."""
    start, end = inside(text)
    assert 0 <= start <= end <= len(text)
    assert start == 0 or text[start - 1] == "\n"
    assert end == len(text) or text[end] == "\n"


def test_where_the_output_begins_within_a_line_is_known() -> None:
    """Gemini CLI writes it behind a word."""
    for head in ("<untrusted_context>\nOutput: ", "Command: make\nDirectory: (root)\nStdout: ", "Output: "):
        assert beside(head + OUTPUT) == (len(head), len(head + OUTPUT))
    for text in ("Output:\nfirst", "Output: \nfirst", "the Output: first", OUTPUT, ""):
        assert beside(text) is None


def test_hostile_ends_cost_little() -> None:
    """Only so much is looked at."""
    for text in (
        "\n" * 200_000,
        "<system-reminder>" * 20_000,
        "Output: " * 50_000,
        "\n[" * 100_000,
        "<a>" * 70_000,
        "<a></a>\n" * 9_000,
    ):
        assert inside(text) == (0, len(text))


def test_a_long_run_of_line_ends_is_no_wrapper() -> None:
    """And finding that out takes time in proportion to its length."""
    text = "\n" * 200_000 + " b c d"
    assert inside(text) == (0, len(text))


def test_an_output_may_end_beside_what_stands_below_it() -> None:
    head, body = "* Trying 10.0.0.1:80...\n> GET / HTTP/1.1\n> \n< HTTP/1.1 200 OK\n< \n", '{"a": [1, 2]}'
    tail = "* Connection #0 to host a.test left intact\n"
    assert beside(head + body + tail) == (len(head), len(head + body))
    assert beside(f"{head}{body}\n{tail}") is None
