"""Gemini's contents as agents send them."""

from __future__ import annotations

from typing import Any

import pytest

from headroom.messages import Block
from headroom.wire import gemini


def blocks(*contents: dict[str, Any]) -> list[Block]:
    return [b for m in gemini.parse(list(contents)).messages for b in m.blocks]


def model(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "model", "parts": list(parts)}


def user(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "parts": list(parts)}


def call(name: str, **args: Any) -> dict[str, Any]:
    return {"functionCall": {"name": name, "args": args}}


def answer(name: str, response: Any, **more: Any) -> dict[str, Any]:
    return {"functionResponse": {"name": name, "response": response, **more}}


def test_a_response_knows_the_call_that_it_answers_and_what_the_user_asked() -> None:
    asked = user({"text": "why does it fail?"})
    ran = model(call("run_shell_command", command="pytest -q"))
    block = blocks(asked, ran, user(answer("run_shell_command", {"output": "1 failed"})))[-1]
    assert (block.text, block.role) == ("1 failed", "tool")
    assert block.path == (2, "parts", 0, "functionResponse", "response", "output")
    assert (block.hint.tool, block.hint.command) == ("run_shell_command", "pytest -q")
    assert (block.hint.query, block.hint.is_error) == ("why does it fail?", False)


def test_calls_without_ids_are_answered_in_order_by_name() -> None:
    asked = model(call("read_file", file_path="/a"), call("glob", pattern="*"), call("read_file", file_path="/b"))
    first = user(answer("read_file", {"output": "1"}), answer("read_file", {"output": "2"}))
    again = model(call("read_file", file_path="/c"))
    found = blocks(asked, first, again, user(answer("read_file", {"output": "3"}), answer("glob", {"output": "4"})))
    assert [(b.text, b.hint.tool, b.hint.path) for b in found] == [
        ("1", "read_file", "/a"),
        ("2", "read_file", "/b"),
        ("3", "read_file", "/c"),
        ("4", "glob", None),
    ]


def test_ids_tell_calls_apart() -> None:
    one, two = call("read_file", file_path="/a"), call("read_file", file_path="/b")
    one["functionCall"]["id"], two["functionCall"]["id"] = "x", "y"
    found = blocks(
        model(one, two), user(answer("read_file", {"output": "2"}, id="y"), answer("f", {"output": ""}, id="x"))
    )
    assert [(b.hint.path, b.call_id) for b in found] == [("/b", "y"), ("/a", "x")]


def test_the_texts_of_a_response_are_blocks_and_its_small_values_are_not() -> None:
    page = "long " * 50
    response = {
        "stdout": "short",
        "exit_code": 0,
        "content": [{"type": "text", "text": "part"}, {"type": "image", "mimeType": "image/png"}],
        "rows": [{"name": "alice", "notes": page}],
    }
    at = (0, "parts", 0, "functionResponse", "response")
    assert [(b.text, b.path) for b in blocks(user(answer("f", response)))] == [
        ("short", (*at, "stdout")),
        ("part", (*at, "content", 0, "text")),
        (page, (*at, "rows", 0, "notes")),
    ]


def test_what_stands_under_error_failed() -> None:
    found = blocks(user(answer("f", {"error": "no such file", "output": "x"})))
    assert [(b.text, b.hint.is_error) for b in found] == [("no such file", True), ("x", False)]


def test_both_spellings_of_a_field_are_read() -> None:
    asked = model({"function_call": {"name": "f", "args": {"path": "/a"}}})
    (block,) = blocks(asked, user({"function_response": {"name": "f", "response": {"result": "x"}}}))
    assert (block.path[3], block.hint.path) == ("function_response", "/a")


def test_signed_texts_are_fixed_and_thoughts_are_no_blocks() -> None:
    (block,) = blocks(model({"text": "hm", "thought": True}, {"text": "so", "thoughtSignature": "c2ln"}))
    assert (block.text, block.role, block.fixed) == ("so", "assistant", "its thought signature covers it")


@pytest.mark.parametrize(
    "part",
    [
        {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
        {"fileData": {"fileUri": "gs://x"}},
        {"executableCode": {"language": "PYTHON", "code": "1"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
        {"functionResponse": {"name": "f", "response": "no object"}},
        {"functionResponse": {"name": "f", "response": None, "parts": [{"inlineData": {"data": "AAAA"}}]}},
        {"functionResponse": {}},
        {"functionResponse": 3},
        {"functionCall": 3},
        {"text": None},
        {"from_the_future": "x"},
        {},
    ],
)
def test_data_code_and_odd_parts_are_no_blocks(part: dict[str, Any]) -> None:
    assert blocks(user(part)) == []


def test_a_content_without_a_role_is_the_users_and_one_without_parts_has_no_blocks() -> None:
    messages = gemini.parse([{"parts": [{"text": "hi"}]}, {"role": "model"}, {"role": "model", "parts": None}]).messages
    assert [(m.role, len(m.blocks)) for m in messages] == [("user", 1), ("assistant", 0), ("assistant", 0)]


def test_a_response_that_is_nested_without_end_is_read_as_far_as_is_sensible() -> None:
    deep: Any = "x" * 500
    for _ in range(50_000):
        deep = [deep]
    assert blocks(user(answer("f", {"output": deep}))) == []
