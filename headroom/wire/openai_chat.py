"""OpenAI chat completions, as they are also spoken by LiteLLM, OpenRouter, vLLM, Ollama and many more.

A tool's result is a message with the role "tool" (before 2024 "function") that answers one of the `tool_calls` of an
earlier assistant message. Texts are `content`, a string or a list of parts; images, audio and files are no blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from headroom.messages import Block, Conversation, Role
from headroom.wire._api import Call, Origin, Seen, checked, get, parts, read, render, string, text_blocks

__all__ = ["is_sign", "name", "parse", "render"]

name: Final = "openai_chat"

_ROLES = frozenset({"tool", "function"})
_FIELDS = frozenset({"tool_calls", "tool_call_id", "function_call"})


def is_sign(message: Any) -> bool:
    """Whether only this format writes such a message."""
    return isinstance(message, Mapping) and (string(message.get("role")) in _ROLES or not _FIELDS.isdisjoint(message))


def parse(messages: Any) -> Conversation:
    """Read OpenAI chat messages; `render` is the inverse."""
    return read(checked(messages), name, _blocks)


def _blocks(message: Mapping[str, Any], index: int, role: Role, seen: Seen) -> Iterator[Block]:
    content = message.get("content")
    path = (index, "content")
    if role == "tool":
        call_id, tool = string(message.get("tool_call_id")), string(message.get("name"))
        hint = seen.hint(_legacy_id(tool) if message["role"] == "function" else call_id, tool=tool)
        return text_blocks(content, path, Origin(role, hint, call_id))
    _remember_calls(message, seen)
    return text_blocks(content, path, Origin(role))


def _remember_calls(message: Mapping[str, Any], seen: Seen) -> None:
    for call in parts(message.get("tool_calls")):
        call_id = string(get(call, "id"))
        if call_id is not None:
            seen.calls[call_id] = _call(get(call, "function"), get(call, "custom"))
    legacy = message.get("function_call")
    if legacy is not None:
        seen.calls[_legacy_id(string(get(legacy, "name")))] = _call(legacy, None)


def _call(function: Any, custom: Any) -> Call:
    """A function call with JSON arguments, or a custom tool's call whose input is free text."""
    if function is None and custom is not None:
        return Call(string(get(custom, "name")), {"input": get(custom, "input")})
    return Call(string(get(function, "name")), get(function, "arguments"))


def _legacy_id(tool: str | None) -> str:
    """A key for calls that have no id; no real id starts like this."""
    return f"\0function_call:{tool}"
