"""Numbers before lines go where they are nothing but that."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore
from headroom.compressors._numbered import without_numbers

LOG = [f"2026-03-01 10:00:{n % 60:02} INFO berth {n % 4} served ship {n} in {n * 7} ms" for n in range(80)]
LINES = st.lists(st.text(st.characters(exclude_characters="\n"), max_size=20), min_size=8, max_size=30)


def numbered(lines: list[str], first: int = 1, sign: str = "→") -> str:
    return "\n".join(f"{n:>6}{sign}{line}" for n, line in enumerate(lines, first))


@given(LINES, st.integers(0, 2_000), st.sampled_from("→\t"))
def test_the_lines_come_back_without_their_numbers(lines: list[str], first: int, sign: str) -> None:
    found = without_numbers(numbered(lines, first, sign))
    assert found is not None
    assert (found.text, found.first, found.above, found.below) == ("\n".join(lines), first, "", "")


def test_a_reminder_below_stays_below() -> None:
    reminder = "\n\n<system-reminder>\nMind the tide.\n</system-reminder>\n"
    found = without_numbers(numbered(LOG) + reminder)
    assert found is not None
    assert (found.text, found.below) == ("\n".join(LOG), reminder)


@pytest.mark.parametrize(
    ("above", "sign", "below"),
    [
        (
            "[File: /srv/a.log (300 lines total)]\n(40 more lines above)\n",
            "41:",
            "\n(Open file: /srv/a.log)\n(Current directory: /srv)\nbash-$",
        ),
        ("<file>\n", "00041| ", "\n\n(End of file - total 120 lines)\n</file>"),
        ("<file>\n", "00041| ", "\n</file>"),
    ],
)
def test_what_other_tools_put_around_them_stays_around_them(above: str, sign: str, below: str) -> None:
    """SWE-agent; OpenCode."""
    rows = [
        f"{str(n).zfill(len(sign.strip(':| ')))}{sign.lstrip('0123456789')}{line}" for n, line in enumerate(LOG, 41)
    ]
    text = above + "\n".join(rows) + below
    found = without_numbers(text)
    assert found is not None
    assert (found.text, found.first, found.above, found.below) == ("\n".join(LOG), 41, above, below)
    made = Headroom(store=MemoryStore()).compress_text(text, tool="open", path="/srv/a.log")
    at = above.count("\n") + 1
    assert f"line numbers left out: line {at} is 41 of the file" in made.text
    assert f"\n{at}+" in made.text
    assert made.text.endswith(below)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LOG),
        numbered(LOG[:5]),
        numbered(LOG).replace("    40→", "    41→"),
        numbered(LOG) + "\nand more\n",
        "\n".join(f"{n}\tship {n}\t{n * 7}" for n in range(1, 40)),
        "\n".join(f"{40 - n:>6}\tship {n}" for n in range(30)),
        "",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    """Too few lines, a gap, text below, a column of a table, counts."""
    assert without_numbers(text) is None


def test_where_a_file_was_read_the_number_need_not_be_set_to_the_right() -> None:
    text = "\n".join(f"{n}\t{line}" for n, line in enumerate(LOG, 1))
    assert without_numbers(text) is None
    found = without_numbers(text, read=True)
    assert found is not None
    assert found.text == "\n".join(LOG)
    made = Headroom(store=MemoryStore()).compress_text(text, tool="Read", path="/var/log/harbour.log")
    assert "line numbers left out" in made.text
    assert made.block.compressor == "LogCompressor"


@pytest.mark.parametrize("first", [1, 300])
def test_a_log_that_a_tool_reads_with_numbers_is_a_log(first: int) -> None:
    """The numbers that are shown are those by which lines can be had back."""
    lines = [*LOG, "2026-03-01 10:01:20 ERROR quay 7 is closed", *LOG]
    call = {"name": "Read", "arguments": json.dumps({"file_path": "/var/log/harbour.log"})}
    messages: list[dict[str, object]] = [
        {"role": "user", "content": "Which quay is closed?"},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "a", "type": "function", "function": call}]},
        {"role": "tool", "tool_call_id": "a", "content": numbered(lines, first)},
    ]
    engine = Headroom(store=MemoryStore())
    result = engine.compress(messages)
    (block,) = result.changed
    assert block.compressor == "LogCompressor"
    shown = str(result.messages[2])
    assert "81│" in shown
    assert "ERROR quay 7 is closed" in shown
    assert ("line 1 is 300 of the file" in shown) == (first == 300)
    assert "quay 7" in engine.retrieve(str(block.id), lines="81")


def test_rows_of_a_numbered_file_are_all_there() -> None:
    rows = [json.dumps({"id": n, "ship": f"Skua {n}", "moored": n % 3 == 0, "draught": n * 7}) for n in range(200)]
    engine = Headroom(store=MemoryStore(), profile="balanced")
    result = engine.compress_text(numbered(rows), tool="Read", path="ships.jsonl", query="Which ship is moored?")
    assert result.text.count("\n") > 200
    assert "line numbers left out" in result.text
    assert "\n150," in result.text
    assert engine.compress_text(numbered(rows), tool="Read", path="ships.jsonl", elide=False).text == numbered(rows)
