"""One conversation in the three shapes that LiteLLM speaks: a question, a tool's call, and what the tool printed."""

from __future__ import annotations

import json
from typing import Any

from tests.integrations.litellm.upstream import LOG

ROWS = json.dumps([{"id": n, "name": f"node-{n}", "state": "ready"} for n in range(200)], indent=2)
"""Written much shorter without loss."""
QUESTION = "How did it go?"
_SCHEMA: dict[str, Any] = {"type": "object", "properties": {}}


def chat(output: str = LOG) -> list[dict[str, Any]]:
    call = {"id": "c1", "type": "function", "function": {"name": "run_report", "arguments": "{}"}}
    return [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": output},
    ]


def messages(output: str = LOG) -> list[dict[str, Any]]:
    return [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "run_report", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": output}]},
    ]


def responses(output: str = LOG) -> list[dict[str, Any]]:
    return [
        {"role": "user", "content": QUESTION},
        {"type": "function_call", "call_id": "c1", "name": "run_report", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": output},
    ]


CHAT_TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "run_report", "description": "Run the report.", "parameters": _SCHEMA},
}
RESPONSES_TOOL: dict[str, Any] = {
    "type": "function",
    "name": "run_report",
    "description": "Run the report.",
    "parameters": _SCHEMA,
}
MESSAGES_TOOL: dict[str, Any] = {"name": "run_report", "description": "Run the report.", "input_schema": _SCHEMA}


def results(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Of a provider's body, in any shape: the ids of the calls that tool results answer, and their texts."""
    found = []
    for row in body.get("messages") or body.get("input") or ():
        if row.get("role") == "tool":
            found.append((row["tool_call_id"], _text(row["content"])))
        elif row.get("type") == "function_call_output":
            found.append((row["call_id"], _text(row["output"])))
        elif isinstance(row.get("content"), list):
            blocks = [block for block in row["content"] if block.get("type") == "tool_result"]
            found += [(block["tool_use_id"], _text(block["content"])) for block in blocks]
    return found


def roles(body: dict[str, Any]) -> list[str]:
    """Of a provider's body, in any shape: who says what."""
    return [row.get("role") or row["type"] for row in body.get("messages") or body["input"]]


def calls(body: dict[str, Any]) -> list[str]:
    """Of a provider's body, in any shape: the ids of the assistant's tool calls."""
    found = []
    for row in body.get("messages") or body["input"]:
        found += [call["id"] for call in row.get("tool_calls") or ()]
        if row.get("type") == "function_call":
            found.append(row["call_id"])
        if isinstance(row.get("content"), list):
            found += [block["id"] for block in row["content"] if block.get("type") == "tool_use"]
    return found


def tools(body: dict[str, Any]) -> list[str]:
    """The names of the tools in a provider's body."""
    return [(tool.get("function") or tool)["name"] for tool in body.get("tools") or ()]


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)
