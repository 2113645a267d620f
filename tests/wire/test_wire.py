"""Which format messages have, and what is no message list at all."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from headroom.exceptions import ConfigError, MessageFormatError
from headroom.wire import FORMATS, anthropic_messages, detect, gemini, named, openai_chat, openai_responses


def test_a_message_list_that_is_none_is_refused_with_the_index_and_what_was_found() -> None:
    with pytest.raises(MessageFormatError, match="not str"):
        detect("hello")
    with pytest.raises(MessageFormatError, match=r"messages\[1\] is str"):
        openai_chat.parse([{"role": "user"}, "hello"])
    with pytest.raises(
        MessageFormatError, match=r"messages\[0\] has no string 'role', .* only the fields 'kind', 'role'"
    ):
        detect([{"kind": "message", "role": None}]).parse([{"kind": "message", "role": None}])
    with pytest.raises(MessageFormatError, match="model_dump"):
        anthropic_messages.parse([SimpleNamespace(role="user", model_dump=None)])
    with pytest.raises(MessageFormatError, match=r"input\[1\] is a dict with only the fields 'kind', no item"):
        openai_responses.parse([{"role": "user"}, {"kind": "x"}])
    with pytest.raises(MessageFormatError, match=r"contents\[1\] is a dict with only the fields 'role', 'content'"):
        gemini.parse([{"parts": []}, {"role": "user", "content": "x"}])


def test_the_format_is_told_by_content_and_plain_text_is_openai_chat() -> None:
    text = {"role": "user", "content": [{"type": "text", "text": "hi", "cache_control": {"type": "ephemeral"}}]}
    use = {"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "x", "input": {}}]}
    search = {"role": "assistant", "content": [{"type": "web_search_tool_result", "tool_use_id": "s", "content": []}]}
    assert detect([]) is openai_chat
    assert detect([text]) is openai_chat
    assert detect([text, use]) is anthropic_messages
    assert detect((text, search)) is anthropic_messages
    assert detect([text, {"role": "tool", "tool_call_id": "a", "content": "x"}, use]) is openai_chat
    answer = {"type": "message", "role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "x"}]}
    assert detect([text, answer]) is anthropic_messages


@pytest.mark.parametrize(
    "sign",
    [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]},
        {"role": "assistant", "content": [{"type": "output_text", "text": "hi"}]},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
        SimpleNamespace(type="reasoning", id="r", role=None),
    ],
)
def test_items_of_the_responses_api_are_told_by_their_types(sign: Any) -> None:
    first = {"role": "developer", "content": "be brief"}
    assert detect([first, sign]) is openai_responses
    assert len(openai_responses.parse([first, sign]).messages) == 2


def test_contents_of_gemini_are_told_by_parts_that_have_no_type() -> None:
    assert detect([{"parts": [{"text": "hi"}]}]) is gemini
    assert detect([{"role": "function", "parts": [{"functionResponse": {"name": "f", "response": {}}}]}]) is gemini
    assert detect([{"role": "user", "parts": [{"type": "text", "text": "hi"}]}]) is openai_chat
    assert detect([{"role": ["odd"], "parts": 3}]) is openai_chat
    assert detect([{"role": "model"}]) is gemini


def test_a_format_can_be_named() -> None:
    assert [named(form.name) for form in FORMATS] == list(FORMATS)
    with pytest.raises(ConfigError, match="'xml' is unknown; use one of openai_chat, openai_responses"):
        named("xml")
