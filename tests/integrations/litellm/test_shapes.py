"""The shapes: what a response calls, what follows from it, and what is left when the calls are taken out."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("litellm", reason="the extra is not installed: headroom-context[litellm]")

import litellm

from litellm_headroom._shapes import ANTHROPIC, CHAT, NOTE, RESPONSES, Call, shape_of

OURS = {"id": "call_1", "type": "function", "function": {"name": "headroom_retrieve", "arguments": '{"id": "hr_1"}'}}
OTHER = {"id": "call_2", "type": "function", "function": {"name": "read", "arguments": "{}"}}


def chat(*calls: dict[str, Any], **more: Any) -> Any:
    message = {"role": "assistant", "content": None, "tool_calls": list(calls), **more}
    return litellm.ModelResponse(choices=[{"index": 0, "message": message, "finish_reason": "tool_calls"}])


def anthropic(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks), "stop_reason": "tool_use"}


def use(name: str, id: str) -> dict[str, Any]:
    return {"type": "tool_use", "id": id, "name": name, "input": {"id": "hr_1"}}


def responses(*items: dict[str, Any]) -> dict[str, Any]:
    return {"output": list(items)}


def function_call(name: str, call_id: str) -> dict[str, Any]:
    return {"type": "function_call", "id": f"fc_{call_id}", "call_id": call_id, "name": name, "arguments": "{}"}


def test_a_response_tells_its_shape() -> None:
    assert shape_of(chat(OURS)) is CHAT
    assert shape_of(anthropic()) is ANTHROPIC
    assert shape_of(responses()) is RESPONSES
    assert shape_of(object()) is None
    assert shape_of(None) is None


def test_only_calls_of_ours_are_found() -> None:
    assert CHAT.calls(chat(OTHER, OURS)) == [Call("call_1", '{"id": "hr_1"}')]
    assert ANTHROPIC.calls(anthropic(use("read", "1"), use("headroom_retrieve", "2"))) == [Call("2", {"id": "hr_1"})]
    assert RESPONSES.calls(responses(function_call("read", "1"), function_call("headroom_retrieve", "2"))) == [
        Call("2", "{}")
    ]
    assert CHAT.calls(litellm.ModelResponse(choices=[])) == []


def test_chat_keeps_what_belongs_to_the_calls() -> None:
    thinking = [{"type": "thinking", "thinking": "Hm.", "signature": "s"}]
    response = chat(OURS, OTHER, content="Let me see.", thinking_blocks=thinking, reasoning_content="Hm.")
    said, result = CHAT.exchange(response, CHAT.calls(response), ["the slice"], stored=True)
    assert said == {
        "role": "assistant",
        "content": "Let me see.",
        "thinking_blocks": thinking,
        "reasoning_content": "Hm.",
        "tool_calls": [OURS],
    }
    assert result == {"role": "tool", "tool_call_id": "call_1", "content": "the slice"}


def test_anthropic_keeps_signed_thinking_in_its_place() -> None:
    thinking = {"type": "thinking", "thinking": "Hm.", "signature": "s"}
    response = anthropic(thinking, {"type": "text", "text": ""}, use("read", "1"), use("headroom_retrieve", "2"))
    said, result = ANTHROPIC.exchange(response, ANTHROPIC.calls(response), ["the slice"], stored=True)
    assert said == {"role": "assistant", "content": [thinking, use("headroom_retrieve", "2")]}
    assert result == {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "2", "content": "the slice"}]}


@pytest.mark.parametrize(
    ("stored", "encrypted", "kept"),
    [(True, None, ["rs_1", "fc_2"]), (False, "x", [None, None]), (False, None, [None])],
)
def test_responses_name_only_what_the_provider_has(stored: bool, encrypted: str | None, kept: list[str | None]) -> None:
    reasoning: dict[str, Any] = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": encrypted}
    response = responses(reasoning, function_call("read", "1"), function_call("headroom_retrieve", "2"))
    *said, result = RESPONSES.exchange(response, RESPONSES.calls(response), ["the slice"], stored=stored)
    assert [item.get("id") for item in said] == kept
    assert said[-1]["call_id"] == "2"
    assert result == {"type": "function_call_output", "call_id": "2", "output": "the slice"}


def test_what_is_left_without_our_calls_is_said_or_is_the_rest() -> None:
    alone, mixed = chat(OURS), chat(OURS, OTHER)
    CHAT.strip(alone)
    CHAT.strip(mixed)
    assert (alone.choices[0].message.content, alone.choices[0].message.tool_calls) == (NOTE, None)
    assert alone.choices[0].finish_reason == "stop"
    assert [call.id for call in mixed.choices[0].message.tool_calls] == ["call_2"]
    assert mixed.choices[0].finish_reason == "tool_calls"

    blocks = anthropic({"type": "text", "text": "Hm."}, use("headroom_retrieve", "2"))
    ANTHROPIC.strip(blocks)
    assert blocks["content"] == [{"type": "text", "text": "Hm."}, {"type": "text", "text": NOTE}]
    assert blocks["stop_reason"] == "end_turn"
    rest = anthropic(use("read", "1"), use("headroom_retrieve", "2"))
    ANTHROPIC.strip(rest)
    assert rest == anthropic(use("read", "1"))

    items = responses(function_call("read", "1"), function_call("headroom_retrieve", "2"))
    RESPONSES.strip(items)
    assert items == responses(function_call("read", "1"))
    only = responses(function_call("headroom_retrieve", "2"))
    RESPONSES.strip(only)
    assert only["output"][0]["content"][0]["text"] == NOTE


def test_text_beside_the_call_stays() -> None:
    response = chat(OURS, content="Let me see.")
    CHAT.strip(response)
    assert response.choices[0].message.content == f"Let me see.\n\n{NOTE}"
