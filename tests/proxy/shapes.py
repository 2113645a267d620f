"""A provider and a client in each wire shape, as far as a conversation with tools needs them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.proxy import test__gemini as gemini_model
from tests.proxy import test__responses as responses_model
from tests.proxy import test_rounds as model
from tests.proxy.rig import ANTHROPIC_TOOLS, CHAT_TOOLS, Running, exchange, request, split

Made = tuple[str, str, dict[str, Any]]
"""A call: its id, the tool, the arguments."""

FIELDS = {"chat": "messages", "anthropic": "messages", "responses": "input", "gemini": "contents"}
KINDS = tuple(FIELDS)
QUESTION = "Why was a job not done?"


def answer(kind: str, text: str, *calls: Made) -> dict[str, Any]:
    """What a model says, as a whole answer. Its thoughts are signed where the provider does that."""
    if kind in {"chat", "anthropic"}:
        return model.said(kind, text, *calls, thought="hm" if kind == "anthropic" else "")
    if kind == "responses":
        thought = {**responses_model.THOUGHT, "id": f"rs_{text}"}
        items = [
            {**responses_model.OURS, "id": f"fc_{i}", "call_id": i, "name": name, "arguments": json.dumps(given)}
            for i, name, given in calls
        ]
        return responses_model.answer(thought, responses_model.text(text), *items)
    parts: list[dict[str, Any]] = [{"functionCall": {"name": name, "args": given}} for _, name, given in calls]
    if parts:
        parts[0]["thoughtSignature"] = f"signed {text}"
    return gemini_model.answer({"text": text}, *parts)


def events(kind: str, whole: dict[str, Any]) -> bytes:
    """The same as a stream."""
    if kind in {"chat", "anthropic"}:
        return model.events_of(kind, whole)
    if kind == "responses":
        return b"".join(responses_model.events(whole))
    return b"".join(gemini_model.events(*whole["candidates"][0]["content"]["parts"]))


def said(kind: str, whole: dict[str, Any]) -> list[dict[str, Any]]:
    """What a client adds to its messages for an answer."""
    if kind == "chat":
        return [whole["choices"][0]["message"]]
    if kind == "anthropic":
        return [{"role": "assistant", "content": whole["content"]}]
    if kind == "responses":
        items: list[dict[str, Any]] = whole["output"]
        return items
    return [whole["candidates"][0]["content"]]


def read(kind: str, raw: bytes) -> dict[str, Any]:
    """A stream, put together as clients do it."""
    values = [json.loads(line[5:]) for line in raw.split(b"\n") if line.startswith(b"data: {")]
    if kind == "responses":
        whole: dict[str, Any] = values[-1]["response"]
        return whole
    if kind == "gemini":
        parts = [part for v in values for part in v["candidates"][0]["content"]["parts"] if part != {"text": ""}]
        return gemini_model.answer(*parts)
    if kind == "chat":
        return _chat(values)
    content: dict[int, dict[str, Any]] = {}
    for value in values:
        if value["type"] == "content_block_start":
            content[value["index"]] = {**value["content_block"], "json": ""}
        elif value["type"] == "content_block_delta":
            block, delta = content[value["index"]], value["delta"]
            for name, at in (("text", "text"), ("thinking", "thinking"), ("signature", "signature")):
                block[at] = block.get(at, "") + delta.get(name, "") if name in delta else block.get(at, "")
            block["json"] += delta.get("partial_json", "")
    names = {"text": ("text",), "thinking": ("thinking", "signature"), "tool_use": ("id", "name", "input")}
    for block in content.values():
        if block["type"] == "tool_use":
            block["input"] = json.loads(block["json"])
    return {"content": [{"type": b["type"], **{n: b[n] for n in names[b["type"]]}} for b in content.values()]}


def _chat(values: list[dict[str, Any]]) -> dict[str, Any]:
    text = ""
    calls: dict[int, dict[str, Any]] = {}
    for choice in (choice for value in values for choice in value["choices"]):
        text += choice["delta"].get("content") or ""
        for part in choice["delta"].get("tool_calls", ()):
            call = calls.setdefault(part["index"], {"id": part.get("id"), "type": "function", "function": {}})
            for name, piece in part["function"].items():
                call["function"][name] = call["function"].get(name, "") + piece
    message: dict[str, Any] = {"role": "assistant", "content": text or None}
    return {"choices": [{"message": {**message, **({"tool_calls": list(calls.values())} if calls else {})}}]}


def calls_of(kind: str, whole: dict[str, Any]) -> list[tuple[str, str]]:
    """The calls of an answer: ids and tools."""
    if kind == "chat":
        return [(c["id"], c["function"]["name"]) for c in whole["choices"][0]["message"].get("tool_calls") or ()]
    if kind == "anthropic":
        return [(b["id"], b["name"]) for b in whole["content"] if b["type"] == "tool_use"]
    if kind == "responses":
        return [(i["call_id"], i["name"]) for i in whole["output"] if i["type"] == "function_call"]
    parts = whole["candidates"][0]["content"]["parts"]
    return [("", p["functionCall"]["name"]) for p in parts if "functionCall" in p]


def results(kind: str, calls: list[tuple[str, str]], texts: list[str]) -> list[dict[str, Any]]:
    """What a client adds to its messages when it has run its tools."""
    pairs = list(zip(calls, texts, strict=True))
    if kind == "chat":
        return [{"role": "tool", "tool_call_id": i, "content": text} for (i, _), text in pairs]
    if kind == "anthropic":
        blocks = [{"type": "tool_result", "tool_use_id": i, "content": text} for (i, _), text in pairs]
        return [{"role": "user", "content": blocks}]
    if kind == "responses":
        return [{"type": "function_call_output", "call_id": i, "output": text} for (i, _), text in pairs]
    parts = [{"functionResponse": {"name": name, "response": {"output": text}}} for (_, name), text in pairs]
    return [{"role": "user", "parts": parts}]


def check(kind: str, body: dict[str, Any]) -> None:
    """What providers refuse: a call without its result at the right place, a result without its call."""
    messages = body[FIELDS[kind]]
    if kind == "responses":
        made = [i["call_id"] for i in messages if i.get("type") == "function_call"]
        given = [i["call_id"] for i in messages if i.get("type") == "function_call_output"]
        assert sorted(made) == sorted(given)
        assert len(set(made)) == len(made)
        for thought, after in pairwise(messages):
            assert thought.get("type") != "reasoning" or after.get("role") == "assistant"  # its own text follows
        return
    for n, message in enumerate(messages):
        after = messages[n + 1] if n + 1 < len(messages) else {}
        if kind == "chat" and message.get("tool_calls"):
            wanted = [call["id"] for call in message["tool_calls"]]
            there = [tool.get("tool_call_id") for tool in messages[n + 1 : n + 1 + len(wanted)]]
            assert sorted(there) == sorted(wanted)
        elif kind == "anthropic" and message["role"] == "assistant":
            wanted = [block["id"] for block in message["content"] if block["type"] == "tool_use"]
            there = [block.get("tool_use_id") for block in after.get("content", ())[: len(wanted)]]
            assert sorted(there) == sorted(wanted)
        elif kind == "gemini" and message["role"] == "model":
            wanted = [part["functionCall"]["name"] for part in message["parts"] if "functionCall" in part]
            there = [part["functionResponse"]["name"] for part in after.get("parts", ()) if "functionResponse" in part]
            assert there == wanted
            signed = ["thoughtSignature" in part for part in message["parts"] if "functionCall" in part]
            assert signed == [True] + [False] * (len(signed) - 1) or not signed  # the first call only


@dataclass
class Client:
    """An agent that knows nothing of the proxy: it runs its tools and sends all that has been said."""

    kind: str
    stream: bool
    messages: list[dict[str, Any]] = field(default_factory=list)
    last: dict[str, Any] = field(default_factory=dict)
    raw: bytes = b""

    def __post_init__(self) -> None:
        self.messages = [{"role": "user", "content": QUESTION}]
        if self.kind == "gemini":
            self.messages = [{"role": "user", "parts": [{"text": QUESTION}]}]

    def body(self, **more: Any) -> dict[str, Any]:
        """The next request."""
        found: dict[str, Any] = {"model": "m", FIELDS[self.kind]: self.messages, **more}
        if self.kind == "gemini":
            return {**found, "tools": [{"functionDeclarations": [{"name": "read_log"}]}]}
        flag = {"stream": True} if self.stream else {}
        if self.kind == "anthropic":
            return {**found, "max_tokens": 9, "tools": ANTHROPIC_TOOLS, **flag}
        if self.kind == "responses":
            return {**responses_model.STATELESS, **found, "tools": responses_model.TOOLS, **flag}
        return {**found, "tools": CHAT_TOOLS, **flag}

    def path(self) -> str:
        """Where requests go."""
        verb = "streamGenerateContent?alt=sse" if self.stream else "generateContent"
        return {
            "chat": "/v1/chat/completions",
            "anthropic": "/v1/messages",
            "responses": "/v1/responses",
            "gemini": f"/v1beta/models/gemini-2.5-pro:{verb}",
        }[self.kind]

    def ask(self, proxy: Running, **more: Any) -> list[tuple[str, str]]:
        """Send what there is; the calls of the answer, which is added to the messages by `go_on`."""
        body = json.dumps(self.body(**more)).encode()
        status, _, self.raw = split(exchange(proxy.port, request("POST", self.path(), body, "Authorization: Bearer k")))
        assert status == 200, self.raw
        self.last = read(self.kind, self.raw) if self.stream else json.loads(self.raw)
        return calls_of(self.kind, self.last)

    def go_on(self, *texts: str) -> None:
        """Add the answer, and what its calls have printed."""
        self.messages += said(self.kind, self.last) + results(self.kind, calls_of(self.kind, self.last), list(texts))
