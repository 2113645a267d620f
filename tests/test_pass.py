"""One pass: the ledger's keys, events, and what makes a block keep its text."""

from __future__ import annotations

import json
import re
from typing import Any

from headroom import Headroom, MemoryStore

ROWS = json.dumps([{"id": n, "kind": "sensor", "value": n / 7} for n in range(100)])


class Watched(MemoryStore):
    """Remembers what was saved."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Any] = []
        self.seen_events: list[Any] = []

    def save(self, entries: Any, events: Any = ()) -> Any:
        self.entries += entries
        self.seen_events += events
        return super().save(entries, events)


def tool(text: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": "c", "content": text}


def test_a_block_is_compressed_once_in_its_life() -> None:
    """The next turn takes its bytes from the ledger and saves only what is new."""
    store = Watched()
    engine = Headroom(store=store)
    engine.compress([tool(ROWS)])
    engine.compress([tool(ROWS), {"role": "user", "content": "go on"}])
    assert len(store.entries) == 1
    engine.compress([tool(ROWS), {"role": "user", "content": "go on"}, tool(ROWS + " ")])
    assert len(store.entries) == 2


def test_decisions_to_leave_a_text_are_remembered_without_it() -> None:
    """So that an upgrade does not change them either."""
    store = Watched()
    Headroom(store=store).compress([tool("Nothing in this text can be made any shorter. " * 9 + "Is it so?")])
    (entry,) = store.entries
    assert entry.key
    assert (entry.id, entry.original, entry.visible) == (None, None, None)
    assert entry.reason


def test_events_hold_numbers_and_no_content() -> None:
    """One per kind."""
    store = Watched()
    Headroom(store=store).compress([tool(ROWS)])
    (event,) = store.seen_events
    assert (event.name, event.kind, event.blocks, event.chars_before) == ("compress", "json", 1, len(ROWS))
    assert 0 < event.tokens_after < event.tokens_before
    assert "sensor" not in repr(event)


def test_a_keep_span_over_several_lines_keeps_the_whole_block() -> None:
    """Byte-exact means byte-exact, also where a compressor looks at lines only."""
    lines = [f"2026-01-01 10:00:{n % 60:02d} INFO worker served request {n}" for n in range(200)]
    span = "\n".join(lines[50:60])
    result = Headroom(store=MemoryStore(), keep=[span]).compress([tool("\n".join(lines))])
    assert result.blocks[0].reason == "a keep span would not stay exact"
    assert span in result.messages[0]["content"]


def test_a_report_says_the_same_when_the_ledger_answers() -> None:
    """What was left out is read off what is shown."""
    log = "\n".join(f"2026-01-01 10:00:{n % 60:02d} INFO worker served request {n}" for n in range(300))
    engine = Headroom(store=MemoryStore())
    first, again = engine.compress([tool(log)]), engine.compress([tool(log)])
    assert first.blocks == again.blocks
    assert first.blocks[0].elided["lines"] > 200


def call(n: int, tool: str, **arguments: str) -> dict[str, Any]:
    function = {"name": tool, "arguments": json.dumps(arguments)}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": f"c{n}", "type": "function", "function": function}],
    }


def run_of_tests(seconds: str) -> str:
    passed = "\n".join(f"tests/test_a.py::test_{n} PASSED" for n in range(90))
    trace = "\n".join(f"    step_{n} = {'call ' * n}# which is the same in each run" for n in range(9))
    head = "============ test session starts ============\ncollected 91 items\n\n"
    failed = f"tests/test_a.py::test_x FAILED\n\n=== FAILURES ===\n___ test_x ___\n\n{trace}\nE       assert 1 == 2\n"
    return f"{head}{passed}\n{failed}\n======== 1 failed, 90 passed in {seconds}s ========"


def test_a_failure_that_each_run_prints_is_shown_once() -> None:
    """What was left out stays retrievable; what stands earlier is named."""
    runs = [run_of_tests("0.12"), run_of_tests("0.34")]
    messages = [message for n, run in enumerate(runs) for message in (call(n, "Bash", command="pytest -v"), tool(run))]
    for n, message in enumerate(messages[1::2]):
        message["tool_call_id"] = f"c{n}"
    engine = Headroom(store=MemoryStore(), profile="balanced")
    result = engine.compress(messages)
    first, second = result.changed
    assert (first.action, second.action) == ("compressed", "referenced")
    shown = result.messages[3]["content"]
    assert "of result #1 above, Bash(pytest -v)" in shown
    assert "step_4" not in shown
    assert "1 failed, 90 passed in 0.34s" in shown
    assert "headroom_retrieve(id" in shown.split("\n")[0]
    assert engine.retrieve(second.id or "") == runs[1]
    assert engine.compress(messages).messages == result.messages
    assert engine.compress(messages[:2]).messages == result.messages[:2]


def test_what_was_written_in_a_call_is_part_of_what_stands_before() -> None:
    """Two conversations that differ in it alone do not share decisions."""
    lines = [f"    value_{n} = compute_the_value(number={n})" for n in range(40)]
    read = {"role": "tool", "tool_call_id": "c2", "content": "\n".join(lines)}
    done = {"role": "tool", "tool_call_id": "c1", "content": "ok"}
    engine = Headroom(store=MemoryStore(), profile="balanced")

    def shown(content: list[str]) -> str:
        write = call(1, "write_file", path="notes.py", content="\n".join(content))
        messages = [write, done, call(2, "bash", command="python show.py"), read]
        return str(engine.compress(messages).messages[3]["content"])

    told = shown(lines)
    assert told.split("\n")[1:] == [
        "⋯ lines 1-40 = lines 1-40 of the content of the call of result #1, write_file(notes.py)"
    ]
    assert re.search(r"\d of \d+ lines", told.split("\n")[0])
    assert "headroom_retrieve" not in told  # all of it can be read above
    assert "of the content of" not in shown(["other"] * 80)


def test_a_part_of_a_file_that_is_read_again_is_referred_to_and_an_edited_one_stays() -> None:
    """Under `safe` bytes that an agent may quote are shown, or stand above in one place."""
    lines = [f"    value_{n} = compute_the_value(number={n})" for n in range(60)]
    edited = [*lines[:10], "    new = 1", *lines[11:20], "    other = 2", *lines[21:30], "    more = 3", *lines[31:]]
    engine = Headroom(store=MemoryStore())

    def shown(again: list[str]) -> tuple[str, str]:
        reads = [call(n, "Read", file_path="src/app.py") for n in (1, 2)]
        messages = [reads[0], tool("\n".join(lines)), reads[1], tool("\n".join(again))]
        messages[1]["tool_call_id"], messages[3]["tool_call_id"] = "c1", "c2"
        result = engine.compress(messages)
        assert result.messages[1]["content"] == "\n".join(lines)
        return str(result.messages[3]["content"]), result.blocks[-1].action

    text, action = shown([*lines[20:50], "", "<system-reminder>Be careful.</system-reminder>"])
    assert action == "referenced"
    assert text.split("\n")[1:] == [
        "⋯ lines 1-30 = lines 21-50 of result #1 above, Read(src/app.py)",
        "",
        "<system-reminder>Be careful.</system-reminder>",
    ]
    assert shown(edited) == ("\n".join(edited), "unchanged")
    assert shown([*lines[20:50], *(f"    new_{n} = {n}" for n in range(20))])[1] == "unchanged"
