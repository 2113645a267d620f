"""A request cut into parts, in the order in which a provider reads it."""

from __future__ import annotations

from typing import Any

import pytest

from headroom._prompt import Part, parts_of, rendered, same_value, shape_of, tool_name
from headroom.exceptions import MessageFormatError
from tests import requests


@pytest.mark.parametrize("shape", requests.MAKERS)
def test_the_shape_of_a_request_is_told_by_its_fields(shape: str) -> None:
    assert shape_of(requests.MAKERS[shape]()) == shape


def test_a_request_without_system_and_tools_is_told_by_its_messages() -> None:
    assert shape_of({"messages": requests.anthropic()["messages"]}) == "anthropic_messages"
    assert shape_of({"messages": [{"role": "user", "content": "hi"}]}) == "openai_chat"
    with pytest.raises(MessageFormatError, match="no 'messages', 'input' or 'contents'"):
        shape_of({"prompt": "hi"})


@pytest.mark.parametrize(
    ("shape", "sections"),
    [
        ("anthropic_messages", ["parameter", "tool", "tool", "system", "parameter", "parameter", *["message"] * 3]),
        ("openai_chat", ["parameter", "parameter", "tool", "tool", *["message"] * 4]),
        ("openai_responses", ["parameter", "parameter", "tool", "tool", "system", *["message"] * 3]),
        ("gemini", ["parameter", "system", "tool", "tool", "tool", *["message"] * 3]),
    ],
)
def test_parts_come_in_the_order_of_the_prompt_and_their_paths_lead_to_them(shape: str, sections: list[str]) -> None:
    request = requests.MAKERS[shape]()
    parts = list(parts_of(request, shape))
    assert [p.section for p in parts] == sections
    for part in parts:
        value: Any = request
        for key in part.path:
            value = value.get(key) if isinstance(value, dict) else value[key]
        assert value == part.value


def spelled(value: Any, section: Any = "message") -> str:
    return rendered(Part(section, (), value))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"role": "user", "content": "hi"}, {"content": [{"type": "text", "text": "hi"}], "role": "user"}),
        ({"role": "user", "content": "hi", "name": None}, {"role": "user", "content": "hi"}),
        (
            {"content": [{"type": "text", "text": "a", "cache_control": {}}]},
            {"content": [{"type": "text", "text": "a"}]},
        ),
        ({"type": "message", "id": "a", "role": "user", "content": "x"}, {"role": "user", "content": "x"}),
        ({"type": "reasoning", "id": "a", "status": "done"}, {"type": "reasoning", "id": "b"}),
    ],
)
def test_what_is_the_same_to_the_provider_is_spelled_the_same(one: Any, other: Any) -> None:
    assert spelled(one) == spelled(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"input": {"a": 1, "b": 2}}, {"input": {"b": 2, "a": 1}}),
        ({"type": "function_call", "name": "f"}, {"type": "custom_tool_call", "name": "f"}),
        ({"content": "a"}, {"content": "a "}),
    ],
)
def test_what_differs_to_the_provider_is_spelled_differently(one: Any, other: Any) -> None:
    assert spelled(one) != spelled(other)


def test_a_system_prompt_is_the_same_as_a_string_and_as_one_block() -> None:
    assert spelled("x", "system") == spelled({"type": "text", "text": "x"}, "system")


def test_values_are_the_same_but_for_the_order_of_keys() -> None:
    assert same_value({"a": [1], "b": 2}, {"b": 2, "a": [1]})
    assert not same_value({"a": 1}, {"a": 1.0})
    assert not same_value([1, 2], [2, 1])


def test_depth_is_no_danger() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert spelled({"input": deep}) == "nested too deeply"
    assert not same_value(deep, [deep])


def test_a_tool_has_a_name_in_every_shape() -> None:
    named = [
        {"name": "a"},
        {"type": "function", "function": {"name": "b"}},
        {"type": "web_search"},
        {"googleSearch": {}},
        3,
    ]
    assert [tool_name(t) for t in named] == ["a", "b", "web_search", "googleSearch", ""]
