"""Every way into LiteLLM that the README names, each as one call; what comes of it is measured, not asserted here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import httpx

import litellm_headroom
from litellm_headroom import HeadroomCallback
from tests.integrations.litellm import conversations as c
from tests.integrations.litellm.untyped import litellm
from tests.integrations.litellm.upstream import DETAIL, LOG, Upstream

Outcome = Literal["slices", "lossless", "untouched"]
"""Shortened, and what was left out comes back; written shorter without loss; sent as it was."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a call stands on. `proxy` is a client of the real LiteLLM proxy, where one runs."""

    upstream: Upstream
    callback: HeadroomCallback
    proxy: httpx.Client | None = None

    def router(self) -> Any:
        model = {"model": "openai/gpt-4o", "api_base": f"{self.upstream.url}/v1", "api_key": "none"}
        return litellm.Router(model_list=[{"model_name": "gpt", "litellm_params": model}], num_retries=0)


Run = Callable[[Ground, str, bool], Awaitable[str]]
"""Sends the conversation with this tool output, as a stream or not; gives what the caller reads."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`name` as the README has it; `hook` says that LiteLLM runs the callback's hooks, in this process."""

    name: str
    run: Run
    proxy: bool = False
    hook: bool = True


async def _chat(function: Any, output: str, stream: bool, **more: Any) -> str:
    answer = await function(messages=c.chat(output), tools=[c.CHAT_TOOL], stream=stream, **more)
    return await read(answer)


def _openai(ground: Ground, model: str = "openai/gpt-4o") -> dict[str, Any]:
    base = ground.upstream.url if model.startswith("anthropic/") else f"{ground.upstream.url}/v1"
    return {"model": model, "api_base": base, "api_key": "none"}


async def _acompletion(ground: Ground, output: str, stream: bool) -> str:
    return await _chat(litellm.acompletion, output, stream, **_openai(ground), max_retries=0)


async def _acompletion_anthropic(ground: Ground, output: str, stream: bool) -> str:
    model = _openai(ground, "anthropic/claude-sonnet-4-5")
    return await _chat(litellm.acompletion, output, stream, **model, max_retries=0)


async def _router(ground: Ground, output: str, stream: bool) -> str:
    return await _chat(ground.router().acompletion, output, stream, model="gpt")


async def _aresponses(ground: Ground, output: str, stream: bool) -> str:
    answer = await litellm.aresponses(
        input=c.responses(output), tools=[c.RESPONSES_TOOL], stream=stream, **_openai(ground)
    )
    return await read(answer)


async def _aresponses_anthropic(ground: Ground, output: str, stream: bool) -> str:
    model = _openai(ground, "anthropic/claude-sonnet-4-5")
    return await read(
        await litellm.aresponses(input=c.responses(output), tools=[c.RESPONSES_TOOL], stream=stream, **model)
    )


async def _messages(ground: Ground, output: str, stream: bool, model: str = "anthropic/claude-sonnet-4-5") -> str:
    answer = await litellm.anthropic.messages.acreate(
        max_tokens=99, messages=c.messages(output), tools=[c.MESSAGES_TOOL], stream=stream, **_openai(ground, model)
    )
    return await read(answer)


async def _messages_openai(ground: Ground, output: str, stream: bool) -> str:
    return await _messages(ground, output, stream, "openai/gpt-4o")


async def _completion(ground: Ground, output: str, stream: bool) -> str:
    return await _in_thread(litellm.completion, c.chat(output), stream, tools=[c.CHAT_TOOL], **_openai(ground))


async def _router_completion(ground: Ground, output: str, stream: bool) -> str:
    return await _in_thread(ground.router().completion, c.chat(output), stream, tools=[c.CHAT_TOOL], model="gpt")


async def _wrapper(ground: Ground, output: str, stream: bool) -> str:
    more = {"headroom": ground.callback, "tools": [c.CHAT_TOOL], **_openai(ground)}
    return await _in_thread(litellm_headroom.completion, c.chat(output), stream, **more)


async def _wrapper_router(ground: Ground, output: str, stream: bool) -> str:
    more = {"headroom": ground.callback, "tools": [c.CHAT_TOOL], "via": ground.router().completion, "model": "gpt"}
    return await _in_thread(litellm_headroom.completion, c.chat(output), stream, **more)


async def _responses(ground: Ground, output: str, stream: bool) -> str:
    def send(stream: bool) -> Any:
        model = _openai(ground)
        return litellm.responses(input=c.responses(output), tools=[c.RESPONSES_TOOL], stream=stream, **model)

    def run() -> str:
        answer = send(stream)
        return "".join(map(_said, answer)) if stream else _said(answer)

    return await asyncio.to_thread(run)


async def _in_thread(function: Any, messages: list[dict[str, Any]], stream: bool, **more: Any) -> str:
    def run() -> str:
        answer = function(messages=messages, stream=stream, **more)
        return "".join(map(_said, answer)) if stream else _said(answer)

    return await asyncio.to_thread(run)


def _proxied(path: str, model: str, key: str, rows: Callable[[str], Any], tool: dict[str, Any]) -> Run:
    async def run(ground: Ground, output: str, stream: bool) -> str:
        client = ground.proxy
        assert client is not None
        body = {"model": model, key: rows(output), "tools": [tool], "stream": stream, "max_tokens": 99}
        if key == "input":
            body.pop("max_tokens")
        answer = await asyncio.to_thread(client.post, path, json=body)
        assert answer.is_success, answer.text
        if not stream:
            return _said(answer.json())
        lines = [line[5:].strip() for line in answer.text.splitlines() if line.startswith("data:")]
        return "".join(_said(json.loads(line)) for line in lines if line != "[DONE]")

    return run


ENTRIES = (
    Entry("`litellm.acompletion`", _acompletion),
    Entry("`litellm.acompletion`, Anthropic's model", _acompletion_anthropic),
    Entry("`Router.acompletion`", _router),
    Entry("`litellm.aresponses`", _aresponses),
    Entry("`litellm.aresponses`, Anthropic's model", _aresponses_anthropic),
    Entry("`litellm.responses`", _responses),
    Entry("`litellm.anthropic.messages.acreate`", _messages),
    Entry("`litellm.anthropic.messages.acreate`, OpenAI's model", _messages_openai),
    Entry("`litellm.completion`", _completion, hook=False),
    Entry("`Router.completion`", _router_completion, hook=False),
    Entry("`litellm_headroom.completion`", _wrapper, hook=False),
    Entry("`litellm_headroom.completion(via=router.completion)`", _wrapper_router, hook=False),
    Entry(
        "proxy `/v1/chat/completions`", _proxied("/v1/chat/completions", "gpt", "messages", c.chat, c.CHAT_TOOL), True
    ),
    Entry("proxy `/v1/responses`", _proxied("/v1/responses", "gpt", "input", c.responses, c.RESPONSES_TOOL), True),
    Entry("proxy `/v1/messages`", _proxied("/v1/messages", "claude", "messages", c.messages, c.MESSAGES_TOOL), True),
    Entry(
        "proxy `/v1/messages`, OpenAI's model",
        _proxied("/v1/messages", "gpt", "messages", c.messages, c.MESSAGES_TOOL),
        True,
    ),
    Entry(
        "proxy pass-through `/anthropic/v1/messages`",
        _proxied("/anthropic/v1/messages", "claude-sonnet-4-5", "messages", c.messages, c.MESSAGES_TOOL),
        True,
    ),
)


async def ask(upstream: Upstream, messages: list[Any] | None = None, **more: Any) -> Any:
    """A chat completion of an OpenAI model."""
    arguments = {"messages": c.chat() if messages is None else messages, "tools": [c.CHAT_TOOL], **more}
    return await litellm.acompletion(
        model="openai/gpt-4o", api_base=f"{upstream.url}/v1", api_key="none", max_retries=0, **arguments
    )


async def outcome(entry: Entry, ground: Ground, stream: bool) -> Outcome:
    """What comes of a call, seen from the provider and from the caller."""
    bodies = ground.upstream.bodies
    bodies.clear()
    said = await entry.run(ground, LOG, stream)
    assert DETAIL in said, said  # whole or by a slice: the model knows it
    (short, *_), sent = c.results(bodies[0]), len(bodies)
    if sent == 2 and DETAIL not in short[1] and DETAIL in c.results(bodies[1])[1][1]:
        return "slices"
    assert (sent, DETAIL in short[1]) == (1, True), (entry.name, sent, short[1][:300])
    bodies.clear()
    await entry.run(ground, c.ROWS, stream)
    ((_, text),) = c.results(bodies[0])
    return "lossless" if "lossless" in text and len(text) < len(c.ROWS) / 2 else "untouched"


async def read(answer: Any) -> str:
    """What the caller reads of an answer, or of a stream."""
    if isinstance(answer, AsyncIterator) or hasattr(answer, "__aiter__"):
        parts = [part async for part in answer]
        if any(isinstance(part, bytes) for part in parts):
            text = b"".join(part if isinstance(part, bytes) else str(part).encode() for part in parts).decode()
            lines = [line[5:].strip() for line in text.splitlines() if line.startswith("data:")]
            return "".join(_said(json.loads(line)) for line in lines)
        return "".join(map(_said, parts))
    return _said(answer)


def _said(part: Any) -> str:
    """The text of a whole answer or of a part of a stream, in any shape."""
    data = part if isinstance(part, dict) else part.model_dump()
    if data.get("type") == "response.output_text.delta":
        return str(data["delta"])
    if data.get("type") == "content_block_delta":
        return str(data["delta"].get("text", ""))
    if "choices" in data:
        return "".join(
            str((choice.get("message") or choice.get("delta") or {}).get("content") or "") for choice in data["choices"]
        )
    items = [data] if isinstance(data.get("content"), list) else data.get("output") or ()
    parts = [part for item in items for part in item.get("content") or ()]
    return "".join(str((p.get("text") if isinstance(p, dict) else getattr(p, "text", None)) or "") for p in parts)
