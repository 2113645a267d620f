"""A provider on loopback that answers "ok" to everything, and remembers what it was sent: for `headroom doctor`.

An agent that is led here makes a real request, with its real key and all its tools, that costs nothing and leaves the
machine nowhere. Speaks just enough of Anthropic's, OpenAI's and Gemini's protocols for an agent to end in peace.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["Probe", "Request", "probing"]

_KEYS = ("authorization", "x-api-key", "x-goog-api-key", "api-key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that asked a model. `key`: the header that held a credential, never the credential; empty where none did."""

    path: str
    key: str
    body: str


@dataclass(slots=True)
class Probe:
    """The running provider: its address, and the requests that asked a model so far."""

    url: str
    requests: list[Request] = field(default_factory=list)

    @property
    def main(self) -> Request | None:
        """The first request with an agent's tools in it: the longest, as agents ask small things on the side."""
        return max(self.requests, key=lambda request: len(request.body), default=None)


@contextmanager
def probing() -> Iterator[Probe]:
    """Run the provider."""

    class Handler(_Handler):
        probe: Probe

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Handler.probe = Probe(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Handler.probe
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    probe: Probe

    def log_message(self, *_args: Any) -> None:
        """Say nothing on stderr."""

    def answer_any(self) -> None:
        """Answer by the end of the path."""
        body = self._body()
        path = self.path.partition("?")[0]
        if "websocket" in self.headers.get("upgrade", "").lower():
            self._send(426, "text/plain", b"")
            return
        reply = _reply(path, body) if self.command == "POST" else None
        if reply is None:
            self._send(200, "application/json", b'{"data": [], "models": [], "input_tokens": 1}')
            return
        key = next((name for name in _KEYS if self.headers.get(name, "").removeprefix("Bearer").strip()), "")
        self.probe.requests.append(Request(path=path, key=key, body=body.decode("utf-8", "replace")))
        self._send(200, *reply)

    do_GET = do_HEAD = do_POST = do_PUT = answer_any  # noqa: N815  # the names that http.server looks for

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("transfer-encoding", ""):
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


# ------------------------------------------------------------------------------------------------------- what it says


def _reply(path: str, body: bytes) -> tuple[str, bytes] | None:
    """Type and content of the answer to a request for a model; None where the path is none of those."""
    try:
        asked = json.loads(body)
    except ValueError:
        return None
    if not isinstance(asked, dict):
        return None
    if path.endswith("/messages"):
        return _anthropic(asked)
    if path.endswith("/responses"):
        return _stream(_responses(asked))
    if path.endswith("/chat/completions"):
        return _chat(asked)
    if path.endswith(":streamGenerateContent"):
        return _stream([_gemini(asked)])
    return _json(_gemini(asked)) if path.endswith(":generateContent") else None


def _json(value: Mapping[str, Any]) -> tuple[str, bytes]:
    return "application/json", json.dumps(value).encode()


def _stream(events: list[dict[str, Any]], end: str = "") -> tuple[str, bytes]:
    named = [
        (f"event: {event['type']}\n" if "type" in event else "") + f"data: {json.dumps(event)}\n\n" for event in events
    ]
    return "text/event-stream", "".join([*named, end]).encode()


def _anthropic(asked: Mapping[str, Any]) -> tuple[str, bytes]:
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": asked.get("model", "")}
    message |= {"stop_sequence": None, "usage": usage}
    if not asked.get("stream"):
        return _json({**message, "content": [{"type": "text", "text": "ok"}], "stop_reason": "end_turn"})
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    return _stream(
        [
            {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "ok"}},
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": stop, "usage": usage},
            {"type": "message_stop"},
        ]
    )


def _responses(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    text = {"type": "output_text", "text": "ok", "annotations": []}
    item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [text]}
    usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
    response = {"id": "resp_1", "object": "response", "created_at": 1, "model": asked.get("model", ""), "output": []}
    return [
        {"type": "response.created", "response": {**response, "status": "in_progress"}},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {
            "type": "response.completed",
            "response": {**response, "status": "completed", "output": [item], "usage": usage},
        },
    ]


def _chat(asked: Mapping[str, Any]) -> tuple[str, bytes]:
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    whole = {"id": "chat_1", "object": "chat.completion", "created": 1, "model": asked.get("model", ""), "usage": usage}
    message = {"role": "assistant", "content": "ok"}
    if not asked.get("stream"):
        return _json({**whole, "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})
    chunk = {**whole, "object": "chat.completion.chunk"}
    first = {**chunk, "choices": [{"index": 0, "delta": message, "finish_reason": None}]}
    last = {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return _stream([first, last], "data: [DONE]\n\n")


def _gemini(asked: Mapping[str, Any]) -> dict[str, Any]:
    wanted = asked.get("generationConfig", {})
    schema = wanted.get("responseJsonSchema") or wanted.get("responseSchema")  # asked on the side, and insisted on
    content = {"role": "model", "parts": [{"text": json.dumps(_fitting(schema)) if schema else "ok"}]}
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
    return {"candidates": [{"content": content, "finishReason": "STOP", "index": 0}], "usageMetadata": usage}


def _fitting(schema: Mapping[str, Any]) -> Any:
    """A small value that fits a JSON schema of the plain kind."""
    kind = str(schema.get("type", "")).lower()
    if schema.get("enum"):
        return schema["enum"][0]
    if kind == "object":
        return {name: _fitting(inner) for name, inner in schema.get("properties", {}).items()}
    if kind in ("number", "integer"):
        return schema.get("minimum", 1)
    return {"array": [], "boolean": False}.get(kind, "ok")
