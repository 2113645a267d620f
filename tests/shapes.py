"""One conversation in every shape: OpenAI chat messages turned into those of the other providers, text for text."""

from __future__ import annotations

import json
from typing import Any


def anthropic(messages: list[Any]) -> list[Any]:
    """The same conversation in Anthropic's shape."""
    out: list[Any] = []
    for message in messages:
        content = message.get("content") or ""
        if message["role"] == "tool":
            part = {"type": "tool_result", "tool_use_id": message["tool_call_id"], "content": content}
            out.append({"role": "user", "content": [part]})
        elif message.get("tool_calls"):
            parts = [{"type": "text", "text": content}] if content else []
            for call in message["tool_calls"]:
                function = call["function"]
                try:
                    arguments = json.loads(function["arguments"])
                except ValueError:
                    arguments = {"raw": function["arguments"]}
                parts.append({"type": "tool_use", "id": call["id"], "name": function["name"], "input": arguments})
            out.append({"role": "assistant", "content": parts})
        elif message["role"] != "system":
            out.append({"role": message["role"], "content": content})
    return out


def responses(messages: list[Any]) -> list[Any]:
    """The same conversation as input of OpenAI's Responses API."""
    out: list[Any] = []
    for message in messages:
        if message["role"] == "tool":
            item = {"type": "function_call_output", "call_id": message["tool_call_id"], "output": message["content"]}
            out.append(item)
            continue
        if message.get("content"):
            kind = "output_text" if message["role"] == "assistant" else "input_text"
            texts = [message["content"]] if isinstance(message["content"], str) else message["content"]
            content = [{"type": kind, "text": t if isinstance(t, str) else t.get("text", "")} for t in texts]
            out.append({"type": "message", "role": message["role"], "content": content})
        calls = message.get("tool_calls") or ()
        out += [{"type": "function_call", "call_id": call["id"], **call["function"]} for call in calls]
    return out


def gemini(messages: list[Any]) -> list[Any]:
    """The same conversation as Gemini's contents."""
    out: list[Any] = []
    names: dict[str, str] = {}
    for message in messages:
        content = message.get("content")
        if message["role"] == "tool":
            response = {"output": content} if isinstance(content, str) else {"content": content}
            name = names.get(message["tool_call_id"], "tool")
            out.append({"role": "user", "parts": [{"functionResponse": {"name": name, "response": response}}]})
            continue
        texts = [content] if isinstance(content, str) else content or []
        parts: list[Any] = [{"text": t if isinstance(t, str) else t.get("text", "")} for t in texts]
        for call in message.get("tool_calls") or ():
            name = names[call["id"]] = call["function"]["name"]
            try:
                arguments = json.loads(call["function"]["arguments"])
            except ValueError:
                arguments = {"raw": call["function"]["arguments"]}
            parts.append({"functionCall": {"name": name, "args": arguments}})
        if message["role"] != "system":
            out.append({"role": "model" if message["role"] == "assistant" else "user", "parts": parts})
    return out


CONVERTERS = {"anthropic_messages": anthropic, "openai_responses": responses, "gemini": gemini}
