"""The input of the Responses API as agents send it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from headroom import Headroom, MemoryStore
from headroom.messages import Block
from headroom.wire import openai_responses


def blocks(*items: Any) -> list[Block]:
    return [b for m in openai_responses.parse(list(items)).messages for b in m.blocks]


def call(call_id: str, name: str, **arguments: Any) -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": json.dumps(arguments)}


def output(call_id: str, value: Any = "out", kind: str = "function_call_output") -> dict[str, Any]:
    return {"type": kind, "call_id": call_id, "output": value}


def user(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def test_an_output_knows_its_call_and_what_the_user_asked() -> None:
    asked = user("why does it fail?")
    block = blocks(asked, call("c", "shell", command=["bash", "-lc", "pytest -q"], workdir="/w"), output("c"))[-1]
    assert (block.text, block.role, block.path, block.call_id) == ("out", "tool", (2, "output"), "c")
    assert (block.hint.tool, block.hint.command, block.hint.query) == ("shell", "pytest -q", "why does it fail?")


@pytest.mark.parametrize(
    ("asked", "answer", "tool", "command"),
    [
        (call("c", "exec_command", cmd="rg -n x"), output("c"), "exec_command", "rg -n x"),
        (call("c", "shell_command", command="ls"), output("c"), "shell_command", "ls"),
        (
            {"type": "local_shell_call", "call_id": "c", "action": {"type": "exec", "command": ["ls", "-l"]}},
            output("c", kind="local_shell_call_output"),
            "local_shell",
            "ls -l",
        ),
        (
            {"type": "local_shell_call", "id": "c", "action": {"type": "exec", "command": ["ls"]}},
            {"type": "local_shell_call_output", "id": "c", "output": "out"},
            "local_shell",
            "ls",
        ),
    ],
)
def test_the_command_is_found_in_every_kind_of_shell_call(asked: Any, answer: Any, tool: str, command: str) -> None:
    (block,) = blocks(asked, answer)
    assert (block.text, block.hint.tool, block.hint.command) == ("out", tool, command)


def test_each_command_of_a_shell_call_has_its_own_output() -> None:
    asked = {"type": "shell_call", "call_id": "c", "action": {"commands": ["cat a.py", "make"]}}
    ran = [
        {"stdout": "one", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}},
        {"stdout": "two", "stderr": "e"},
    ]
    found = blocks(asked, output("c", ran, "shell_call_output"))
    assert [(b.text, b.path, b.hint.command) for b in found] == [
        ("one", (1, "output", 0, "stdout"), "cat a.py"),
        ("", (1, "output", 0, "stderr"), "cat a.py"),
        ("two", (1, "output", 1, "stdout"), "make"),
        ("e", (1, "output", 1, "stderr"), "make"),
    ]
    assert blocks(output("gone", ran, "shell_call_output"))[0].hint.command is None


def test_custom_tools_and_patches_are_known_by_their_calls() -> None:
    custom = {"type": "custom_tool_call", "call_id": "p", "name": "apply_patch", "input": "*** Begin"}
    (block,) = blocks(custom, output("p", kind="custom_tool_call_output"))
    assert (block.hint.tool, block.hint.arguments) == ("apply_patch", {"input": "*** Begin"})
    patch = {
        "type": "apply_patch_call",
        "call_id": "q",
        "operation": {"type": "update_file", "path": "a.py", "diff": "-"},
    }
    (block,) = blocks(patch, output("q", kind="apply_patch_call_output"))
    assert (block.hint.tool, block.hint.path) == ("apply_patch", "a.py")


def test_an_output_may_be_a_list_of_parts() -> None:
    value = [
        {"type": "input_text", "text": "one"},
        {"type": "input_image", "image_url": "data:,"},
        {"type": "input_file"},
    ]
    assert [(b.text, b.path) for b in blocks(output("c", value))] == [("one", (0, "output", 0, "text"))]


@pytest.mark.parametrize(
    "item",
    [
        {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "hm"}], "encrypted_content": "e"},
        {"type": "item_reference", "id": "i"},
        {"id": "i"},
        {"type": "compaction", "encrypted_content": "e"},
        {"type": "computer_call_output", "call_id": "c", "output": {"type": "computer_screenshot", "image_url": "u"}},
        {"type": "web_search_call", "id": "w", "action": {"query": "q"}},
        {"type": "file_search_call", "id": "f", "results": [{"text": "x"}]},
        {"type": "code_interpreter_call", "id": "k", "outputs": [{"type": "logs", "logs": "x"}]},
        {"type": "from_the_future", "output": "x", "content": "y"},
        {"type": "function_call", "call_id": None, "arguments": 3},
        {"type": "function_call_output", "call_id": ["c"], "output": None},
        {"type": "shell_call_output", "output": [None, {"stdout": 3}]},
        {"type": "mcp_call", "output": None},
        SimpleNamespace(type="function_call_output", call_id="c", output="an object cannot be changed in place"),
        SimpleNamespace(type="message", role="assistant", content=[]),
    ],
)
def test_what_is_not_the_clients_to_change_is_no_block(item: Any) -> None:
    assert blocks(item) == []
    assert openai_responses.render([item], {})[0] is item


def test_what_the_provider_has_written_is_fixed() -> None:
    remote = {"type": "mcp_call", "id": "m", "name": "search", "arguments": '{"query": "x"}', "output": "found"}
    (block,) = blocks(remote)
    assert (block.text, block.role, block.hint.tool, block.hint.query) == ("found", "tool", "search", "x")
    assert block.fixed == "the provider ran this tool and wrote this item"
    cited = {"type": "output_text", "text": "so", "annotations": [{"type": "url_citation"}]}
    assert blocks({"type": "message", "role": "assistant", "content": [cited]})[0].fixed == "citations point into it"


def test_objects_of_the_sdk_are_read_for_their_calls_and_stay_the_same_objects() -> None:
    asked = SimpleNamespace(type="function_call", call_id="c", name="read_file", arguments='{"path": "/a"}')
    items = [asked, output("c")]
    (block,) = blocks(*items)
    assert (block.hint.tool, block.hint.path) == ("read_file", "/a")
    assert openai_responses.render(items, {block.path: "short"})[0] is asked


def test_an_output_whose_call_stands_in_an_earlier_request_is_read_without_hints() -> None:
    (block,) = blocks(output("gone", "text"))
    assert (block.text, block.hint.tool, block.call_id) == ("text", None, "gone")


def test_a_string_is_the_users_text_and_stays_a_string() -> None:
    (message,) = openai_responses.parse("hello").messages
    assert [(b.text, b.role, b.path) for b in message.blocks] == [("hello", "user", ())]
    assert openai_responses.render("hello", {}) == "hello"
    assert openai_responses.render("hello", {(): "hi"}) == "hi"
    result = Headroom(store=MemoryStore()).compress("hello " * 999, shape="openai_responses")
    same: Any = result.messages
    assert (same, result.tokens_saved) == ("hello " * 999, 0)
    assert result.tokens_before > 900


def test_what_a_harness_says_in_the_users_turn_is_no_question() -> None:
    harness = user("<environment_context>\n<cwd>/w</cwd>\n</environment_context>")
    block = blocks(user("why?"), harness, call("c", "shell"), output("c"))[-1]
    assert block.hint.query == "why?"
