"""One pass: the ledger's keys, events, and what makes a block keep its text."""

from __future__ import annotations

import json
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
