"""Whole request bodies of each provider, small, for the tests of what a cached prefix depends on."""

from __future__ import annotations

from typing import Any

SCHEMA = {
    "type": "object",
    "properties": {"path": {"type": "string"}, "limit": {"type": "integer"}},
    "required": ["path"],
}
PROMPT = "You are an agent. " + "Be careful with files. " * 600


def anthropic(*, system: str = PROMPT, tools: tuple[str, ...] = ("read", "bash")) -> dict[str, Any]:
    """A request of Claude Code's kind, with a breakpoint on the last tool and on the system prompt."""
    made: list[dict[str, Any]] = [{"name": n, "description": f"Does {n}.", "input_schema": SCHEMA} for n in tools]
    if made:
        made[-1] = {**made[-1], "cache_control": {"type": "ephemeral"}}
    use = {"type": "tool_use", "id": "t1", "name": "bash", "input": {"command": "ls", "timeout": 3}}
    return {
        "model": "claude-sonnet-4-5",
        "max_tokens": 1000,
        "tools": made,
        "system": [{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}],
        "messages": [
            {"role": "user", "content": "List the files."},
            {"role": "assistant", "content": [use]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "a.py\nb.py"}]},
        ],
    }


def chat(*, system: str = PROMPT, tools: tuple[str, ...] = ("read", "bash")) -> dict[str, Any]:
    """OpenAI chat completions."""
    made = [
        {"type": "function", "function": {"name": n, "description": f"Does {n}.", "parameters": SCHEMA}} for n in tools
    ]
    call = {
        "id": "c1",
        "type": "function",
        "function": {"name": "bash", "arguments": '{"command": "ls", "timeout": 3}'},
    }
    return {
        "model": "gpt-5.1",
        "tools": made,
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": "List the files."},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "a.py\nb.py"},
        ],
    }


def responses(*, system: str = PROMPT, tools: tuple[str, ...] = ("read", "bash")) -> dict[str, Any]:
    """OpenAI responses."""
    return {
        "model": "gpt-5.1-codex",
        "tools": [{"type": "function", "name": n, "description": f"Does {n}.", "parameters": SCHEMA} for n in tools],
        "instructions": system,
        "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "List the files."}]},
            {"type": "function_call", "call_id": "c1", "name": "bash", "arguments": '{"command": "ls"}'},
            {"type": "function_call_output", "call_id": "c1", "output": "a.py\nb.py"},
        ],
    }


def gemini(*, system: str = PROMPT, tools: tuple[str, ...] = ("read", "bash")) -> dict[str, Any]:
    """Gemini's generateContent."""
    made = [{"name": n, "description": f"Does {n}.", "parametersJsonSchema": SCHEMA} for n in tools]
    answer = {"functionResponse": {"name": "bash", "response": {"output": "a.py\nb.py"}}}
    return {
        "model": "gemini-2.5-pro",
        "systemInstruction": {"parts": [{"text": system}]},
        "tools": [{"functionDeclarations": made}, {"googleSearch": {}}],
        "contents": [
            {"role": "user", "parts": [{"text": "List the files."}]},
            {"role": "model", "parts": [{"functionCall": {"name": "bash", "args": {"command": "ls", "timeout": 3}}}]},
            {"role": "user", "parts": [answer]},
        ],
    }


MAKERS = {"anthropic_messages": anthropic, "openai_chat": chat, "openai_responses": responses, "gemini": gemini}
MESSAGES = {
    "anthropic_messages": "messages",
    "openai_chat": "messages",
    "openai_responses": "input",
    "gemini": "contents",
}


def said(shape: str, role: str, text: str) -> dict[str, Any]:
    """A message in plain words."""
    if shape == "gemini":
        return {"role": "model" if role == "assistant" else role, "parts": [{"text": text}]}
    return {"role": role, "content": text}


def later(shape: str, request: dict[str, Any], text: str = "Now read a.py.") -> dict[str, Any]:
    """The same request one turn later."""
    key = MESSAGES[shape]
    more = [said(shape, "assistant", "Done."), said(shape, "user", text)]
    return {**request, key: [*request[key], *more]}
