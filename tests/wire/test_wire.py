"""Which format messages have, and what is no message list at all."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from headroom.exceptions import MessageFormatError
from headroom.wire import anthropic_messages, detect, openai_chat


def test_a_message_list_that_is_none_is_refused_with_the_index_and_what_was_found() -> None:
    with pytest.raises(MessageFormatError, match="not str"):
        detect("hello")
    with pytest.raises(MessageFormatError, match=r"messages\[1\] is str"):
        detect([{"role": "user"}, "hello"])
    with pytest.raises(MessageFormatError, match=r"messages\[0\] has no string 'role', only the fields 'type', 'role'"):
        openai_chat.parse([{"type": "message", "role": None}])
    with pytest.raises(MessageFormatError, match="model_dump"):
        anthropic_messages.parse([SimpleNamespace(role="user", model_dump=None)])


def test_the_format_is_told_by_content_and_plain_text_is_openai_chat() -> None:
    text = {"role": "user", "content": [{"type": "text", "text": "hi", "cache_control": {"type": "ephemeral"}}]}
    use = {"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "x", "input": {}}]}
    search = {"role": "assistant", "content": [{"type": "web_search_tool_result", "tool_use_id": "s", "content": []}]}
    assert detect([]) is openai_chat
    assert detect([text]) is openai_chat
    assert detect([text, use]) is anthropic_messages
    assert detect((text, search)) is anthropic_messages
    assert detect([text, {"role": "tool", "tool_call_id": "a", "content": "x"}, use]) is openai_chat
