"""Where two requests part, and why."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from headroom._breaks import ADVICE, Break, Prompt, breaks, out_of_reach
from tests import requests


def found(before: dict[str, Any], after: dict[str, Any], shape: str = "anthropic_messages") -> list[Break]:
    return breaks(Prompt(before, shape), Prompt(after, shape))


def changed(change: Callable[[dict[str, Any]], object]) -> list[Break]:
    """The breaks between a request and one that comes after it with something changed."""
    before = requests.anthropic(system="Today's date: 2026-11-23\nBe kind, agent 007.")
    after = copy.deepcopy(requests.later("anthropic_messages", before))
    change(after)
    return found(before, after)


def said(text: str) -> Callable[[dict[str, Any]], object]:
    return lambda request: request["system"][0].update(text=text)


@pytest.mark.parametrize("shape", requests.MAKERS)
def test_a_request_that_goes_on_has_no_break(shape: str) -> None:
    before = requests.MAKERS[shape]()
    assert found(before, requests.later(shape, before), shape) == []
    assert found(requests.later(shape, before), before, shape) == []


@pytest.mark.parametrize(
    ("text", "cause", "line"),
    [
        ("Today's date: 2026-11-24\nBe kind, agent 007.", "date", 1),
        ("Today's date: 2026-11-23\nBe kind, agent 008.", "number", 2),
        ("Today's date: 2026-11-23\n\nBe kind, agent 007. ", "whitespace", 2),
        ("Today's date: 2026-11-23\nBe nice, agent 007.", "text changed", 2),
    ],
)
def test_a_system_prompt_that_changes_is_named_with_its_cause_and_line(text: str, cause: str, line: int) -> None:
    (one,) = changed(said(text))
    assert (one.cause, one.section, one.path, one.line) == (cause, "system", ("system", 0, "text"), line)


def test_the_offset_is_where_the_prompts_bytes_part() -> None:
    before = requests.anthropic(system="é 10:30 now")
    after = requests.anthropic(system="é 10:31 now")
    (one,) = found(before, after)
    mine, theirs = (("\n".join(Prompt(r, "anthropic_messages").texts)).encode() for r in (before, after))
    assert mine[: one.offset] == theirs[: one.offset]
    assert mine[one.offset] != theirs[one.offset]
    assert (one.cause, one.was, one.now) == ("time", "é 10:30 now", "é 10:31 now")


@pytest.mark.parametrize(
    ("tools", "cause", "path", "count"),
    [
        (("bash", "read"), "tool order", ("tools", 0), 2),
        (("read", "bash", "grep"), "tool added", ("tools", 2), 1),
        (("read",), "tool removed", ("tools", 1), 1),
        ((), "tool removed", ("tools", 0), 2),
        (("read", "glob", "grep"), "tool removed", ("tools", 1), 1),
    ],
)
def test_tools_are_compared_by_name(tools: tuple[str, ...], cause: str, path: Any, count: int) -> None:
    (one,) = found(requests.anthropic(), requests.anthropic(tools=tools))
    assert (one.cause, one.section, one.path, one.count) == (cause, "tool", path, count)


def test_the_first_tools_of_a_conversation_break_it_too() -> None:
    (one,) = found(requests.anthropic(tools=()), requests.anthropic())
    assert (one.cause, one.count, one.offset) == ("tool added", 2, len('{"text":"claude-sonnet-4-5"}\n'))


def test_a_tool_in_another_spelling_is_told_from_a_tool_that_says_something_else() -> None:
    other = {"required": ["path"], "type": "object", "properties": requests.SCHEMA["properties"]}
    (one,) = changed(lambda r: r["tools"][1].update(input_schema=other))
    assert (one.cause, one.path) == ("key order", ("tools", 1))
    (one,) = changed(lambda r: r["tools"][1].update(description="Does something else."))
    assert (one.cause, one.path) == ("tool changed", ("tools", 1, "description"))


def test_arguments_in_another_order_are_no_other_arguments() -> None:
    (one,) = changed(lambda r: r["messages"][1]["content"][0].update(input={"timeout": 3, "command": "ls"}))
    assert (one.cause, one.path) == ("key order", ("messages", 1))
    before, after = requests.chat(), requests.chat()
    function = after["messages"][2]["tool_calls"][0]["function"]
    function["arguments"] = json.dumps(dict(reversed(json.loads(function["arguments"]).items())))
    (one,) = found(before, after, "openai_chat")
    assert (one.cause, one.path[-1]) == ("key order", "arguments")


def test_history_that_is_rewritten_dropped_or_pushed_apart_is_told_apart() -> None:
    (one,) = changed(lambda r: r["messages"][2]["content"][0].update(content="a.py"))
    assert (one.cause, one.path) == ("text changed", ("messages", 2, "content", 0, "content"))
    (one,) = changed(lambda r: r["messages"].pop(0))
    assert (one.cause, one.path, one.count) == ("messages dropped", ("messages", 0), 1)
    (one,) = changed(lambda r: r["messages"].insert(1, {"role": "user", "content": "By the way."}))
    assert (one.cause, one.path, one.count) == ("messages inserted", ("messages", 1), 1)


def test_a_parameter_that_the_cache_depends_on_is_a_break_where_it_takes_effect() -> None:
    (one,) = changed(lambda r: r.update(model="claude-opus-4-1"))
    assert (one.cause, one.path) == ("parameter", ("model",))
    (one,) = changed(lambda r: r.update(thinking={"type": "enabled"}))
    assert one.path == ("thinking",)
    assert one.offset > len(json.dumps(requests.anthropic()["tools"])) / 2


def test_the_schema_of_a_structured_answer_stands_before_all_messages() -> None:
    after = {**requests.chat(), "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}}
    (one,) = found(requests.chat(), after, "openai_chat")
    assert (one.cause, one.path) == ("parameter", ("response_format",))
    assert one.offset < 100


def test_a_system_block_that_comes_or_goes_is_a_break() -> None:
    (one,) = changed(lambda r: r["system"].append({"type": "text", "text": "more"}))
    assert (one.cause, one.path) == ("text changed", ("system", 1))
    (one,) = changed(lambda r: r["system"].clear())
    assert (one.path, one.now) == (("system", 0), "")


def test_depth_is_no_danger() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    before, after = requests.anthropic(), requests.anthropic()
    before["messages"][1]["content"][0] |= {"input": deep, "name": "bash"}
    after["messages"][1]["content"][0] |= {"input": [deep], "name": "bash"}
    after["messages"][0]["content"] = "Other."
    assert found(before, after)[0].path == ("messages", 0, "content")


def with_breakpoint(request: dict[str, Any], blocks: int) -> dict[str, Any]:
    """The request with so many more blocks in its last message, the last of them with a breakpoint."""
    last = request["messages"][-1]
    more: list[dict[str, Any]] = [{"type": "text", "text": f"part {n}"} for n in range(blocks)]
    more[-1]["cache_control"] = {"type": "ephemeral"}
    return {**request, "messages": [*request["messages"][:-1], {**last, "content": [*last["content"], *more]}]}


def test_a_breakpoint_finds_the_one_before_it_within_twenty_blocks() -> None:
    before = with_breakpoint(requests.anthropic(), 1)
    for blocks, found_it in ((19, True), (20, True), (21, False)):
        after = with_breakpoint(with_breakpoint(requests.anthropic(), 1), blocks)
        after["messages"][-1]["content"][1].pop("cache_control")
        missed = out_of_reach(Prompt(before, "anthropic_messages"), Prompt(after, "anthropic_messages"))
        assert (missed is None) == found_it
    assert missed is not None
    assert (missed.cause, missed.path) == ("breakpoint out of reach", ("messages", 2, "content", 22))


def test_without_any_breakpoint_in_messages_only_the_system_prompt_is_found_again() -> None:
    before = with_breakpoint(requests.anthropic(), 1)
    after = with_breakpoint(requests.anthropic(), 1)
    after["messages"][-1]["content"][-1].pop("cache_control")
    missed = out_of_reach(Prompt(before, "anthropic_messages"), Prompt(after, "anthropic_messages"))
    assert missed is not None
    assert missed.offset > len(requests.PROMPT)
    assert out_of_reach(Prompt(after, "anthropic_messages"), Prompt(after, "anthropic_messages")) is None


def test_all_breaks_are_found_in_the_order_of_the_prompt() -> None:
    def change(request: dict[str, Any]) -> None:
        request["tools"].reverse()
        request["system"][0]["text"] = "Be quick."
        request["messages"][0]["content"] = "List all files."

    assert [b.section for b in changed(change)] == ["tool", "system", "message"]


def test_the_line_for_people_has_no_content_and_says_what_to_do() -> None:
    (one,) = changed(said("Today's date: 2026-11-24\nBe kind, agent 007."))
    assert str(one).startswith("date at system[0].text, line 1, after ")
    assert str(one).endswith(ADVICE["date"])
    assert "2026" not in str(one)


def test_claude_codes_own_first_line_has_its_own_advice() -> None:
    line = "x-anthropic-billing-header: cc_version=2.1.0; cch={};\nYou are an agent."
    (one,) = found(requests.anthropic(system=line.format("3f9a1")), requests.anthropic(system=line.format("77b2c")))
    assert "CLAUDE_CODE_ATTRIBUTION_HEADER=0" in one.advice
