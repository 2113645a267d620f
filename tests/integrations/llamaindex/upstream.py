"""An OpenAI-compatible provider on loopback that records every body and plays the model of a script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Bodies = list[dict[str, Any]]


def answer(body: dict[str, Any]) -> dict[str, Any]:
    """Read the log, then the hidden line, then answer with what that line says."""
    results = [m["content"] for m in body["messages"] if m["role"] == "tool"]
    results = [r if isinstance(r, str) else "".join(part["text"] for part in r) for r in results]
    if not body.get("tools"):
        return {"role": "assistant", "content": "An answer."}
    if not results:
        return _call("c1", "read_log", {})
    if len(results) == 1:
        (found,) = re.findall(r"\[headroom (hr_[0-9a-f]+) ", results[0])
        return _call("c2", "headroom_retrieve", {"id": found, "grep": r"job 1234\b"})
    return {"role": "assistant", "content": f"It took {re.findall(r'job 1234 done in (.*)', results[1])[0]}."}


def _call(id: str, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {"role": "assistant", "content": None, "tool_calls": [{"id": id, "type": "function", "function": function}]}


@contextmanager
def recording() -> Iterator[tuple[str, Bodies]]:
    """The provider's base URL, and the bodies that it gets."""
    bodies: Bodies = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            bodies.append(body)
            said, streams = answer(body), bool(body.get("stream"))
            self.send_response(200)
            self.send_header("content-type", "text/event-stream" if streams else "application/json")
            self.end_headers()
            self.wfile.write(_stream(said) if streams else json.dumps(_whole(said)).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", bodies
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _whole(said: dict[str, Any]) -> dict[str, Any]:
    choice = {"index": 0, "message": said, "finish_reason": "tool_calls" if "tool_calls" in said else "stop"}
    return {"id": "x", "object": "chat.completion", "created": 0, "model": "gpt-4o-mini", "choices": [choice]}


def _stream(said: dict[str, Any]) -> bytes:
    delta = dict(said)
    if "tool_calls" in said:
        delta["tool_calls"] = [{"index": n, **call} for n, call in enumerate(said["tool_calls"])]
    out = b""
    for part, end in ((delta, None), ({}, "tool_calls" if "tool_calls" in said else "stop")):
        chunk = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "gpt-4o-mini"}
        out += (
            b"data: " + json.dumps({**chunk, "choices": [{"index": 0, "delta": part, "finish_reason": end}]}).encode()
        )
        out += b"\n\n"
    return out + b"data: [DONE]\n\n"
