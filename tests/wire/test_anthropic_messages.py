"""Anthropic messages as agents send them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from headroom.messages import Block, Message
from headroom.wire import anthropic_messages


def user(*parts: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(parts)}


def use(call_id: str, name: str, **arguments: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": [{"type": "tool_use", "id": call_id, "name": name, "input": arguments}]}


def result(call_id: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": call_id, "content": content, **more}


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": value, **more}


def last(*messages: dict[str, Any]) -> Message:
    return anthropic_messages.parse(messages).messages[-1]


def test_a_tool_result_is_a_tool_block_in_a_user_message() -> None:
    asked = {"role": "user", "content": "what broke?"}
    message = last(asked, use("t1", "Bash", command="make"), user(result("t1", "boom", is_error=True), text("go on")))
    block = message.blocks[0]
    assert (block.text, block.role, block.path) == ("boom", "tool", (2, "content", 0, "content"))
    assert (block.call_id, block.hint.tool, block.hint.command) == ("t1", "Bash", "make")
    assert (block.hint.is_error, block.hint.query) == (True, "what broke?")
    assert (message.blocks[1].role, message.blocks[1].hint.is_error) == ("user", False)
    assert message.role == "tool"


def test_a_tool_result_may_hold_texts_images_search_results_and_documents() -> None:
    content = [
        text("plain", cache_control={"type": "ephemeral"}),
        {"type": "image", "source": {"type": "base64", "data": "AAAA"}},
        {"type": "search_result", "source": "u", "title": "t", "content": [text("found")]},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "page"}},
        {"type": "document", "source": {"type": "content", "content": [text("chunk")]}},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}},
    ]
    found = last(use("a", "fetch"), user(result("a", content))).blocks
    at = (1, "content", 0, "content")
    assert [(b.text, b.path, b.role, b.call_id) for b in found] == [
        ("plain", (*at, 0, "text"), "tool", "a"),
        ("found", (*at, 2, "content", 0, "text"), "tool", "a"),
        ("page", (*at, 3, "source", "data"), "tool", "a"),
        ("chunk", (*at, 4, "source", "content", 0, "text"), "tool", "a"),
    ]


def test_what_citations_point_into_is_fixed() -> None:
    cited = {"citations": {"enabled": True}}
    document = {"type": "document", "source": {"type": "text", "data": "page"}, **cited}
    found = {"type": "search_result", "content": [text("found")], **cited}
    inner = last(use("a", "fetch"), user(result("a", [document, found]))).blocks
    outer = last(user(document, found)).blocks
    said = last({"role": "assistant", "content": [text("so", citations=[{"cited_text": "page"}])]}).blocks
    assert [b.fixed for b in (*inner, *outer, *said)] == ["citations point into it"] * 5


def test_a_search_result_in_the_users_turn_is_context_and_a_document_is_the_users() -> None:
    document = {"type": "document", "source": {"type": "text", "data": "page"}, "citations": {"enabled": False}}
    found = last(user({"type": "search_result", "content": [text("found")]}, document)).blocks
    assert [(b.text, b.role, b.fixed) for b in found] == [("found", "tool", None), ("page", "user", None)]


@pytest.mark.parametrize(
    "part",
    [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "d"},
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "q"}},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": [{"encrypted_content": "e", "text": "x"}]},
        {"type": "code_execution_tool_result", "tool_use_id": "s", "content": {"stdout": "x"}},
        {"type": "container_upload", "file_id": "f"},
    ],
)
def test_thinking_and_server_side_parts_are_no_blocks(part: dict[str, Any]) -> None:
    assert last({"role": "assistant", "content": [part]}).blocks == ()


def test_text_in_the_same_turn_is_the_question_of_later_results_only() -> None:
    messages = (
        user(text("first")),
        use("a", "x"),
        user(result("a", "1"), text("second")),
        use("b", "x"),
        user(result("b", "2")),
    )
    found: list[Block] = [b for m in anthropic_messages.parse(messages).messages for b in m.blocks if b.role == "tool"]
    assert [(b.text, b.hint.query) for b in found] == [("1", "first"), ("2", "second")]


def test_blocks_of_the_sdk_are_read_for_their_calls_and_left_alone() -> None:
    sdk = {
        "role": "assistant",
        "content": [SimpleNamespace(type="tool_use", id="a", name="Read", input={"path": "/a"})],
    }
    block = last(sdk, user(result("a", "x"))).blocks[0]
    assert (block.hint.tool, block.hint.path) == ("Read", "/a")


def test_a_message_with_a_million_parts_is_read() -> None:
    assert len(last(user(*[text("x")] * 1_000_000)).blocks) == 1_000_000
