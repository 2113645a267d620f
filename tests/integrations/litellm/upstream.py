"""A provider on loopback that speaks OpenAI chat, OpenAI responses and Anthropic messages, streams them too, and records
every body. What it says is up to a script that sees the tool results of a request, in whatever shape they came."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

SECRET = "10:04:31 INFO worker-2 skipped job 77: quota of tenant acme is used up"
LOG = "\n".join(
    [
        *(f"10:0{n // 60 % 10}:{n % 60:02d} INFO worker-{n % 4} job {n} done in {n * 7 % 90} ms" for n in range(2000)),
        SECRET,
    ]
)
DETAIL = "job 1234 done in 88 ms"
"""Stands in LOG, and not in what Headroom shows of it."""


@dataclass(frozen=True, slots=True)
class Said:
    """Text, and calls of tools: (name, arguments)."""

    text: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """What a model sees of a request: the texts of tool results, in order, and the names of the tools it may call."""

    results: list[str]
    tools: list[str]


def script(turn: Turn) -> Said:
    """Asks for a line that the short text does not show, and answers with it."""
    last = turn.results[-1] if turn.results else ""
    found = re.search(r"\[headroom (hr_[0-9a-f]+) ", last)
    if found and "headroom_retrieve" in turn.tools:
        return Said(calls=(("headroom_retrieve", {"id": found[1], "grep": "job 1234 "}),))
    detail = re.search(r"job 1234 done in \d+ ms", last)
    return Said(f"It was: {detail[0]}" if detail else "I cannot tell.")


class Upstream(ThreadingHTTPServer):
    """`bodies` are the requests; `play` is the script; `fail` the statuses with which the next requests are refused."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[dict[str, Any]] = []
        self.play: Callable[[Turn], Said] = script
        self.fail: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running() -> Iterator[Upstream]:
    with Upstream() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Upstream

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.bodies.append(body)
        status = self.server.fail.pop(0) if self.server.fail else 200
        if status != 200:
            self._send(status, json.dumps({"error": {"message": "no", "type": "test"}}).encode(), "application/json")
            return
        speak = _CHAT if "/chat/completions" in self.path else _RESPONSES if "/responses" in self.path else _ANTHROPIC
        said = self.server.play(speak.turn(body))
        if body.get("stream"):
            self._send(200, speak.stream(said, len(self.server.bodies)), "text/event-stream")
        else:
            whole = speak.whole(said, len(self.server.bodies))
            self._send(200, json.dumps(whole).encode(), "application/json")

    def _send(self, status: int, payload: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def text_of(content: Any) -> str:
    """The text of a string or of parts."""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content or ())


class _CHAT:
    @staticmethod
    def turn(body: dict[str, Any]) -> Turn:
        results = [text_of(m["content"]) for m in body["messages"] if m["role"] == "tool"]
        return Turn(results, [t["function"]["name"] for t in body.get("tools") or ()])

    @staticmethod
    def message(said: Said, n: int) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": said.text or None}
        if said.calls:
            message["tool_calls"] = [
                {"id": f"call_{n}_{i}", "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
                for i, (name, given) in enumerate(said.calls)
            ]
        return message

    @classmethod
    def whole(cls, said: Said, n: int) -> dict[str, Any]:
        end = "tool_calls" if said.calls else "stop"
        return {
            "id": f"chatcmpl-{n}",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "choices": [{"index": 0, "message": cls.message(said, n), "finish_reason": end}],
            "usage": {"prompt_tokens": 90, "completion_tokens": 5, "total_tokens": 95},
        }

    @classmethod
    def stream(cls, said: Said, n: int) -> bytes:
        message = cls.message(said, n)
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": word} for word in _words(said.text)]
        deltas += [
            {"role": "assistant", "tool_calls": [{"index": i, **call}]}
            for i, call in enumerate(message.get("tool_calls", ()))
        ]
        chunks: list[dict[str, Any]] = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
        chunks.append({"index": 0, "delta": {}, "finish_reason": "tool_calls" if said.calls else "stop"})
        base = {"id": f"chatcmpl-{n}", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        lines = [f"data: {json.dumps({**base, 'choices': [chunk]})}\n\n" for chunk in chunks]
        return "".join([*lines, "data: [DONE]\n\n"]).encode()


class _RESPONSES:
    @staticmethod
    def turn(body: dict[str, Any]) -> Turn:
        items = body["input"] if isinstance(body["input"], list) else []
        results = [text_of(item["output"]) for item in items if item.get("type") == "function_call_output"]
        return Turn(results, [t.get("name", "") for t in body.get("tools") or ()])

    @staticmethod
    def whole(said: Said, n: int) -> dict[str, Any]:
        output: list[dict[str, Any]] = []
        if said.text:
            content = [{"type": "output_text", "text": said.text, "annotations": []}]
            output.append(
                {"type": "message", "id": f"msg_{n}", "status": "completed", "role": "assistant", "content": content}
            )
        for i, (name, given) in enumerate(said.calls):
            call: dict[str, Any] = {
                "type": "function_call",
                "id": f"fc_{n}_{i}",
                "call_id": f"call_{n}_{i}",
                "status": "completed",
            }
            output.append({**call, "name": name, "arguments": json.dumps(given)})
        return {
            "id": f"resp_{n}",
            "object": "response",
            "created_at": 1,
            "status": "completed",
            "model": "m",
            "output": output,
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "temperature": 1.0,
            "top_p": 1.0,
            "max_output_tokens": None,
            "previous_response_id": None,
            "reasoning": {},
            "text": {"format": {"type": "text"}},
            "truncation": "disabled",
            "user": None,
            "usage": {
                "input_tokens": 90,
                "output_tokens": 5,
                "total_tokens": 95,
                "input_tokens_details": {"cached_tokens": 0},
                "output_tokens_details": {"reasoning_tokens": 0},
            },
        }

    @classmethod
    def stream(cls, said: Said, n: int) -> bytes:
        whole = cls.whole(said, n)
        events: list[dict[str, Any]] = [
            {"type": "response.created", "response": {**whole, "status": "in_progress", "output": []}}
        ]
        for index, item in enumerate(whole["output"]):
            events.append({"type": "response.output_item.added", "output_index": index, "item": item})
            if item["type"] == "message":
                place = {"item_id": item["id"], "output_index": index, "content_index": 0}
                events += [{"type": "response.output_text.delta", **place, "delta": w} for w in _words(said.text)]
            events.append({"type": "response.output_item.done", "output_index": index, "item": item})
        events.append({"type": "response.completed", "response": whole})
        return _events(events)


class _ANTHROPIC:
    @staticmethod
    def turn(body: dict[str, Any]) -> Turn:
        blocks = [b for m in body["messages"] if not isinstance(m["content"], str) for b in m["content"]]
        results = [text_of(b["content"]) for b in blocks if b.get("type") == "tool_result"]
        return Turn(results, [t["name"] for t in body.get("tools") or ()])

    @staticmethod
    def whole(said: Said, n: int) -> dict[str, Any]:
        content: list[dict[str, Any]] = [{"type": "text", "text": said.text}] if said.text else []
        content += [
            {"type": "tool_use", "id": f"toolu_{n}_{i}", "name": name, "input": given}
            for i, (name, given) in enumerate(said.calls)
        ]
        return {
            "id": f"msg_{n}",
            "type": "message",
            "role": "assistant",
            "model": "m",
            "content": content,
            "stop_reason": "tool_use" if said.calls else "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 90, "output_tokens": 5},
        }

    @classmethod
    def stream(cls, said: Said, n: int) -> bytes:
        whole = cls.whole(said, n)
        events: list[dict[str, Any]] = [
            {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}
        ]
        for index, block in enumerate(whole["content"]):
            empty: dict[str, Any] = {**block, "text": ""} if block["type"] == "text" else {**block, "input": {}}
            events.append({"type": "content_block_start", "index": index, "content_block": empty})
            deltas: list[dict[str, Any]] = [{"type": "text_delta", "text": word} for word in _words(said.text)]
            if block["type"] == "tool_use":
                deltas = [{"type": "input_json_delta", "partial_json": json.dumps(block["input"])}]
            events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
            events.append({"type": "content_block_stop", "index": index})
        end = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
        events.append({"type": "message_delta", "delta": end, "usage": {"output_tokens": 5}})
        events.append({"type": "message_stop"})
        return _events(events)


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*", text)


def _events(events: list[dict[str, Any]]) -> bytes:
    return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events).encode()
