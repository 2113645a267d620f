"""Odd events; the usual ones are in test_rounds.py."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headroom.markers import TOOL_NAME
from headroom.proxy import _messages


def event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def start(number: int, **block: Any) -> bytes:
    return event("content_block_start", index=number, content_block=block)


def delta(number: int, **fields: Any) -> bytes:
    return event("content_block_delta", index=number, delta=fields)


OURS = {"type": "tool_use", "id": "t", "name": TOOL_NAME, "input": {}}
STOP = event("message_delta", delta={"stop_reason": "tool_use"}, usage={"output_tokens": 1})


@pytest.mark.parametrize(
    "odd",
    [
        b": note\n\n",
        b"data: {\n\n",
        event("error", error={"type": "overloaded_error"}),
        event("new_kind", index=1),
        event("message_delta"),
        start(0, type="text", text=TOOL_NAME),
        event("content_block_start", content_block=3),
    ],
)
def test_what_is_nothing_of_ours_passes(odd: bytes) -> None:
    stream = _messages.stream()
    assert stream.feed(odd) == odd
    assert stream.end() == (None, b"")


def test_citations_and_server_tools_are_part_of_the_turn() -> None:
    stream = _messages.stream()
    found = {"type": "web_search_tool_result", "tool_use_id": "s", "content": []}
    for one in (
        start(0, type="text", text=""),
        delta(0, type="text_delta", text="As said"),
        delta(0, type="citations_delta", citation={"cited_text": "x"}),
        start(1, **found),
        start(2, **OURS),
        delta(2, type="input_json_delta", partial_json='{"id": "hr_1"}'),
        STOP,
    ):
        stream.feed(one)
    turn, late = stream.end()
    assert (late, turn is not None) == (b"", True)
    assert turn is not None
    said = json.loads(turn.message)
    assert said["content"] == [
        {"type": "text", "text": "As said", "citations": [{"cited_text": "x"}]},
        found,
        {**OURS, "input": {"id": "hr_1"}},
    ]


@pytest.mark.parametrize("odd", [{"type": "new_delta"}, {"type": "input_json_delta", "partial_json": "{"}])
def test_a_turn_that_cannot_be_put_together_ends_without_a_call(odd: dict[str, Any]) -> None:
    stream = _messages.stream()
    for one in (start(0, **OURS), delta(0, **odd)):
        assert stream.feed(one) == b""
    assert stream.feed(STOP.replace(b": ", b":")) == b""
    turn, late = stream.end()
    assert turn is None
    assert b"end_turn" in late


def test_answers_of_another_form_want_nothing() -> None:
    for odd in ({}, {"content": 3}, {"content": [3]}):
        assert _messages.read(odd) == (None, False)
