"""Odd chunks; the usual ones are in test_rounds.py."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headroom.markers import TOOL_NAME
from headroom.proxy import _chat


def chunk(delta: Any = None, finish: str | None = None, **more: Any) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return b"data: " + json.dumps({"choices": choices, **more}).encode() + b"\n\n"


def call(number: int, name: str, arguments: str = "{}") -> dict[str, Any]:
    return {"index": number, "id": f"c{number}", "function": {"name": name, "arguments": arguments}}


@pytest.mark.parametrize(
    "event",
    [
        b": note\n\n",
        b"data: {\n\n",
        b'data: {"choices": 3, "tool_calls": "tool_calls"}\n\n',
        b"data: [DONE]\n\n",
        b'data: {"choices": [3, {"delta": 1}, {"delta": {"tool_calls": null}}]}\n\n',
        b'data: "tool_calls"\n\n',
    ],
)
def test_what_is_no_chunk_of_ours_passes(event: bytes) -> None:
    stream = _chat.stream()
    assert stream.feed(event) == event
    assert stream.end() == (None, b"")


def test_a_call_in_one_chunk_with_text_is_taken_out_of_it() -> None:
    stream = _chat.stream()
    out = stream.feed(chunk({"role": "assistant", "content": "Hm", "tool_calls": [call(0, TOOL_NAME)]}))
    assert json.loads(out[6:])["choices"][0]["delta"] == {"role": "assistant", "content": "Hm"}
    assert stream.feed(chunk({"tool_calls": [call(1, "read"), call(2, "read")]}))
    assert stream.feed(chunk({}, "tool_calls")) == stream.feed(b"data: [DONE]\n\n") == b""
    turn, late = stream.end()
    assert turn is not None
    assert turn.beside
    assert late.endswith(b"data: [DONE]\n\n")
    assert b'"finish_reason":"tool_calls"' in late


def test_what_a_provider_adds_to_a_call_goes_back_with_it() -> None:
    stream = _chat.stream()
    signed = {**call(0, TOOL_NAME), "extra_content": {"google": {"thought_signature": "c2ln"}}}
    stream.feed(chunk({"tool_calls": [signed]}))
    stream.feed(chunk({}, "tool_calls"))
    turn, _ = stream.end()
    assert turn is not None
    (sent,) = json.loads(turn.message)["tool_calls"]
    assert sent["extra_content"] == signed["extra_content"]
    assert "index" not in sent


def test_a_stream_that_ends_within_our_call_wants_nothing() -> None:
    stream = _chat.stream()
    assert stream.feed(chunk({"tool_calls": [call(0, TOOL_NAME, '{"id"')]})) == b""
    assert stream.end() == (None, b"")


def test_answers_of_another_form_want_nothing() -> None:
    answers: list[dict[str, Any]] = [
        {},
        {"choices": []},
        {"choices": [{"message": None}]},
        {"choices": [{"message": {"tool_calls": 3}}]},
    ]
    for odd in answers:
        assert _chat.read(odd) == (None, False)
