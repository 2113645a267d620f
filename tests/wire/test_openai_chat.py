"""OpenAI chat messages as agents send them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from headroom.messages import Block
from headroom.wire import openai_chat


def last(messages: list[dict[str, Any]]) -> Block:
    return openai_chat.parse(messages).messages[-1].blocks[-1]


def call(call_id: str, name: str, **arguments: Any) -> dict[str, Any]:
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": call_id, "type": "function", "function": function}],
    }


def result(call_id: str, text: str = "out") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": text}


def test_a_tool_result_knows_the_call_that_it_answers_and_what_the_user_asked() -> None:
    block = last(
        [
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": "why does it fail?"},
            call("c1", "shell", cmd=["bash", "-lc", "pytest -q"]),
            result("c1", "1 failed"),
        ]
    )
    assert (block.text, block.role, block.path, block.call_id) == ("1 failed", "tool", (3, "content"), "c1")
    assert (block.hint.tool, block.hint.command, block.hint.query) == ("shell", "pytest -q", "why does it fail?")
    assert block.hint.arguments == {"cmd": ["bash", "-lc", "pytest -q"]}
    assert block.fixed is None


def test_parallel_calls_are_told_apart_and_a_reused_id_means_the_latest_call() -> None:
    two = call("a", "read", path="/a")
    two["tool_calls"] += call("b", "read", path="/b")["tool_calls"]
    messages = [two, result("b"), result("a"), call("a", "read", path="/c"), result("a")]
    paths = [m.blocks[0].hint.path for m in openai_chat.parse(messages).messages if m.role == "tool"]
    assert paths == ["/b", "/a", "/c"]


def test_a_result_without_its_call_still_has_the_name_that_it_carries() -> None:
    block = last([{**result("gone"), "name": "grep"}])
    assert (block.hint.tool, block.call_id, dict(block.hint.arguments)) == ("grep", "gone", {})


def test_a_legacy_function_message_answers_the_latest_call_of_that_name() -> None:
    asked = {"role": "assistant", "content": None, "function_call": {"name": "read", "arguments": '{"path": "/a"}'}}
    block = last([asked, {"role": "function", "name": "read", "content": "text"}])
    assert (block.role, block.hint.tool, block.hint.path, block.call_id) == ("tool", "read", "/a", None)


def test_parts_of_a_tool_message_are_blocks_of_one_call() -> None:
    parts = [
        {"type": "text", "text": "one"},
        {"type": "image_url", "image_url": {"url": "x"}},
        {"type": "text", "text": "two"},
    ]
    blocks = openai_chat.parse([call("a", "x"), {**result("a"), "content": parts}]).messages[1].blocks
    assert [(b.text, b.path, b.call_id) for b in blocks] == [
        ("one", (1, "content", 0, "text"), "a"),
        ("two", (1, "content", 2, "text"), "a"),
    ]


def test_a_custom_tool_takes_free_text_and_sdk_objects_are_read_like_dicts() -> None:
    custom = {"id": "p", "type": "custom", "custom": {"name": "apply_patch", "input": "*** Begin"}}
    sdk = SimpleNamespace(id="s", function=SimpleNamespace(name="read", arguments='{"path": "/a"}'))
    asked = {"role": "assistant", "tool_calls": [custom, sdk]}
    assert last([asked, result("p")]).hint.arguments == {"input": "*** Begin"}
    assert last([asked, result("s")]).hint.path == "/a"


def test_images_audio_files_and_refusals_are_no_blocks() -> None:
    parts = [
        {"type": "input_audio", "input_audio": {"data": "x"}},
        {"type": "file", "file": {"file_data": "x"}},
        {"type": "refusal", "refusal": "no"},
    ]
    assert openai_chat.parse([{"role": "user", "content": parts}]).messages[0].blocks == ()
