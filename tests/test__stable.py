"""Requests made stable: nothing is lost, and what changed before no longer does."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom._stable import HEADING, POINTER, align
from headroom.cache_aligner import compare
from tests import requests

DATED = "You are an agent.\nToday's date: {}\nBe kind."
SHAPES = tuple(requests.MAKERS)


def text_of(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_date_moves_behind_all_messages_and_a_pointer_stays(shape: str) -> None:
    request = requests.MAKERS[shape](system=DATED.format("2026-11-23"), tools=())
    before = copy.deepcopy(request)
    out = align(request)
    assert request == before
    assert [c.kind for c in out.changes] == ["line moved to the end"]
    (change,) = out.changes
    value: Any = out.request
    for key in change.path:
        value = value[key]
    assert value == DATED.format(POINTER)
    assert f"{HEADING}\\nToday's date: 2026-11-23" in text_of(out.request[requests.MESSAGES[shape]][-1])


@pytest.mark.parametrize("shape", SHAPES)
def test_on_the_next_day_all_that_stands_before_the_date_is_the_same(shape: str) -> None:
    first = requests.MAKERS[shape](system=DATED.format("2026-11-23"))
    second = requests.later(shape, requests.MAKERS[shape](system=DATED.format("2026-11-24")))
    assert compare(first, second).breaks[0].cause == "date"
    today, tomorrow = align(first).request, align(second).request
    where = compare(today, tomorrow).breaks[0].path
    messages = requests.MESSAGES[shape]
    assert where[:2] == (messages, len(today[messages]) - 1)
    assert {k: v for k, v in today.items() if k != messages} == {k: v for k, v in tomorrow.items() if k != messages}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_aligned_request_is_left_alone(shape: str) -> None:
    once = align(requests.MAKERS[shape](system=DATED.format("2026-11-23"))).request
    assert align(once).request is once
    assert align(once, reference=once).request is once


@pytest.mark.parametrize("shape", SHAPES)
def test_tools_in_any_order_are_sent_in_one(shape: str) -> None:
    one = align(requests.MAKERS[shape](tools=("read", "bash", "grep"))).request
    other = align(requests.MAKERS[shape](tools=("grep", "read", "bash"))).request
    assert text_of(one) == text_of(other)
    assert compare(one, other).stable


def test_a_breakpoint_behind_all_tools_stays_behind_all_of_them() -> None:
    tools = align(requests.anthropic()).request["tools"]
    assert [(t["name"], "cache_control" in t) for t in tools] == [("bash", False), ("read", True)]


def test_known_tools_keep_their_order_and_spelling_and_new_ones_come_last() -> None:
    before = requests.anthropic(tools=("read", "bash"))
    after = requests.anthropic(tools=("bash", "awk", "read"))
    after["tools"][0]["input_schema"] = dict(reversed(requests.SCHEMA.items()))
    out = align(after, reference=before).request
    assert [t["name"] for t in out["tools"]] == ["read", "bash", "awk"]
    assert text_of(out["tools"][1]["input_schema"]) == text_of(requests.SCHEMA)


def test_a_tool_that_says_something_else_stays_as_it_is() -> None:
    before, after = requests.anthropic(), requests.anthropic()
    after["tools"][0]["description"] = "Does more."
    assert align(after, reference=before).request is after


def test_without_a_reference_properties_come_as_the_list_of_required_ones_has_them() -> None:
    properties = {"z": {"type": "string"}, "b": {}, "a": {"enum": ["y", "x"]}}
    tool = {"name": "f", "input_schema": {"required": ["z", "a"], "properties": properties, "type": "object"}}
    (out,) = align({"system": "x", "tools": [tool], "messages": []}).request["tools"]
    assert out == tool
    assert list(out["input_schema"]) == ["type", "properties", "required"]
    assert list(out["input_schema"]["properties"]) == ["z", "a", "b"]
    assert out["input_schema"]["properties"]["a"]["enum"] == ["y", "x"]


def test_json_of_history_is_spelled_as_it_was_sent() -> None:
    before = requests.anthropic(tools=())
    after = requests.later("anthropic_messages", copy.deepcopy(before))
    after["messages"][1]["content"][0]["input"] = {"timeout": 3, "command": "ls"}
    out = align(after, reference=before)
    assert [c.kind for c in out.changes] == ["JSON spelled alike"]
    assert compare(before, out.request).stable


def test_a_line_that_was_seen_to_change_moves_and_goes_on_to_be_at_the_end() -> None:
    prompts = ["Build 7 of x.\nBe kind.", "Build 8 of x.\nBe kind.", "Build 9 of x.\nBe kind."]
    first, second, third = (requests.chat(system=text, tools=()) for text in prompts)
    sent = align(first).request
    assert sent is first
    sent = align(second, reference=sent).request
    assert sent["messages"][0]["content"] == f"Build {POINTER} of x.\nBe kind."
    assert sent["messages"][-1] == {"role": "system", "content": f"{HEADING}\nBuild 8 of x."}
    again = align(third, reference=sent).request
    assert again["messages"][:-1] == sent["messages"][:-1]
    assert again["messages"][-1]["content"].endswith("Build 9 of x.")


def test_lines_that_look_alike_but_did_not_change_stay() -> None:
    request = requests.chat(system="1. read\n2. read\n3. read", tools=())
    assert align(request, reference=requests.chat(system="1. read\n2. read\n3. read\n", tools=())).request is request


def test_where_the_model_is_to_go_on_in_its_own_words_nothing_moves() -> None:
    request = requests.anthropic(system=DATED.format("2026-11-23"), tools=())
    request["messages"].append({"role": "assistant", "content": "The files are"})
    assert align(request).request is request


def test_a_string_input_becomes_the_message_that_it_stands_for() -> None:
    request = {"model": "gpt-5", "instructions": DATED.format("2026-11-23"), "input": "hi"}
    assert align(request).request["input"][0] == {"role": "user", "content": "hi"}


@given(
    st.sampled_from(SHAPES),
    st.lists(
        st.sampled_from(["Be kind.", "Today's date: 2026-11-23", "Session: a1b2c3d4e5f6", "", "At 10:30 go."]),
        max_size=5,
    ),
    st.permutations(["read", "bash", "grep"]),
)
def test_nothing_of_a_prompt_is_lost(shape: str, lines: list[str], tools: list[str]) -> None:
    request = requests.MAKERS[shape](system="\n".join(lines), tools=tuple(tools))
    out = align(request).request
    spelled = text_of(out)
    assert all(spelled.count(line) >= lines.count(line) for line in lines if line)
    assert {t for t in tools if f'"{t}"' in spelled} == set(tools)
    key = requests.MESSAGES[shape]
    kept = out[key][: len(request[key]) - 1]
    assert kept[1 if shape == "openai_chat" else 0 :] == request[key][1 if shape == "openai_chat" else 0 : -1]


@pytest.mark.parametrize(
    "tools", [[None, 3, "x"], [{}], [{"name": ["odd"]}], "odd", [{"functionDeclarations": [None]}]]
)
def test_odd_tools_are_left_alone(tools: Any) -> None:
    request = {"messages": [{"role": "user", "content": "hi"}], "tools": tools}
    assert align(request).request["tools"] == tools
    assert align(request, reference=request).request["tools"] == tools
