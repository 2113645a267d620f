"""A provider on loopback that follows a script, in the wire shapes of Anthropic, OpenAI Responses and Gemini.

The script: asked for the first time, it has the agent print a long log. When it can see how long job 57 took, it says so
and ends. When it cannot, but sees a shortened text and is offered `headroom_retrieve`, it asks for that line. So an agent
that ends with the right line has been through all of it, and says the same with and without Headroom in between.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER = "Job 57 took 11 ms."
LOG = "".join(
    f"2026-03-01 10:{n // 60 % 60:02d}:{n % 60:02d} INFO worker-{n % 4} job {n} done in {n * 7 % 97} ms\n"
    for n in range(400)
)
COMMAND = "cat app.log"

_FACT = re.compile(r"job 57 done in 11 ms")
_MARKER = re.compile(r"\[headroom (hr_[0-9a-f]{12,24}) ")


@dataclass
class Seen:
    """One request as it came; names of headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")


@dataclass
class Scripted:
    """The running provider. `fail` answers every request with this status, where it is set."""

    port: int
    seen: list[Seen] = field(default_factory=list)
    fail: int | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asked(self, ends: str) -> list[Seen]:
        """The requests to a path, without its query."""
        return [s for s in self.seen if s.method == "POST" and s.path.partition("?")[0].endswith(ends)]


@contextmanager
def scripted() -> Iterator[Scripted]:
    """Run the provider."""

    class Handler(_Handler):
        script: Scripted

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Handler.script = Scripted(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield Handler.script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Move:
    """What the model does next: a text, or a call of a tool."""

    text: str = ""
    tool: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


def decide(results: str, tools: str, called: bool, command: Move) -> Move:
    """The script. `results` are all tool results so far, `tools` the definitions that came with the request."""
    if _FACT.search(results):
        return Move(text=ANSWER)
    marker = _MARKER.search(results)
    if marker and "headroom_retrieve" in tools:
        if "0 matches" in results:
            return Move(text="It is not there.")
        return Move(tool="headroom_retrieve", arguments={"id": marker[1], "grep": "job 57 "})
    return Move(text="I do not know.") if called else command


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Scripted

    def log_message(self, *_args: Any) -> None:
        """Nothing to stderr."""

    def handle_any(self) -> None:
        body = self._body()
        self.script.seen.append(Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        path = self.path.partition("?")[0]
        if self.script.fail:
            self._answer(self.script.fail, "application/json", b'{"error": {"message": "scripted failure"}}')
        elif self.command != "POST":
            self._answer(200, "application/json", b"{}")
        elif path.endswith("/messages"):
            self._messages(json.loads(body))
        elif path.endswith("/responses"):
            self._responses(json.loads(body))
        elif path.endswith(":streamGenerateContent"):
            self._gemini(json.loads(body), stream=True)
        elif path.endswith(":generateContent"):
            self._gemini(json.loads(body), stream=False)
        else:
            self._answer(200, "application/json", b'{"input_tokens": 1, "data": [], "models": []}')

    do_GET = do_POST = do_HEAD = do_PUT = handle_any  # noqa: N815  # the names that http.server looks for

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("transfer-encoding", ""):
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _events(self, events: list[dict[str, Any]]) -> None:
        lines = [
            f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" if "type" in e else f"data: {json.dumps(e)}\n\n"
            for e in events
        ]
        self._answer(200, "text/event-stream", "".join(lines).encode())

    # --------------------------------------------------------------------------------------------------- wire shapes

    def _messages(self, body: dict[str, Any]) -> None:
        parts = [p for m in body["messages"] if isinstance(m["content"], list) for p in m["content"]]
        results = "\n".join(_texts(p.get("content")) for p in parts if p.get("type") == "tool_result")
        if not body.get("tools"):
            move = Move(text="ok")
        else:
            command = Move(tool="Bash", arguments={"command": COMMAND, "description": "Print the log"})
            move = decide(results, json.dumps(body["tools"]), bool(results), command)
        block: dict[str, Any] = {"type": "text", "text": move.text}
        if move.tool:
            block = {
                "type": "tool_use",
                "id": f"toolu_{len(parts):04d}",
                "name": move.tool,
                "input": dict(move.arguments),
            }
        reason = "tool_use" if move.tool else "end_turn"
        usage = {"input_tokens": len(json.dumps(body)) // 4, "output_tokens": 20}
        message = {"id": f"msg_{len(parts):04d}", "type": "message", "role": "assistant", "model": body["model"]}
        message |= {"content": [block], "stop_reason": reason, "stop_sequence": None, "usage": usage}
        if not body.get("stream"):
            self._answer(200, "application/json", json.dumps(message).encode())
            return
        empty = {**block, "input": {}} if move.tool else {**block, "text": ""}
        delta = {"type": "text_delta", "text": move.text}
        if move.tool:
            delta = {"type": "input_json_delta", "partial_json": json.dumps(move.arguments)}
        self._events(
            [
                {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}},
                {"type": "content_block_start", "index": 0, "content_block": empty},
                {"type": "content_block_delta", "index": 0, "delta": delta},
                {"type": "content_block_stop", "index": 0},
                {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": usage},
                {"type": "message_stop"},
            ]
        )

    def _responses(self, body: dict[str, Any]) -> None:
        items = body["input"]
        outputs = [i for i in items if i.get("type", "").endswith("_call_output")]
        results = "\n".join(_texts(i["output"]) for i in outputs)
        tools = json.dumps([body.get("tools"), [i for i in items if i.get("type") == "additional_tools"]])
        script = f"const r = await tools.exec_command({{cmd: {json.dumps(COMMAND)}}}); text(r.output);"
        in_code = '"name": "exec"' in tools
        command = (
            Move(tool="exec", arguments={"input": script})
            if in_code
            else Move(tool="exec_command" if '"exec_command"' in tools else "shell", arguments={"cmd": COMMAND})
        )
        move = decide(results, tools, bool(outputs), command)
        n = len(items)
        item: dict[str, Any] = {"type": "message", "id": f"msg_{n}", "role": "assistant", "status": "completed"}
        item["content"] = [{"type": "output_text", "text": move.text, "annotations": []}]
        if move.tool == "exec":
            item = {
                "type": "custom_tool_call",
                "id": f"ctc_{n}",
                "call_id": f"call_{n}",
                "name": "exec",
                "status": "completed",
            }
            item["input"] = move.arguments["input"]
        elif move.tool:
            item = {
                "type": "function_call",
                "id": f"fc_{n}",
                "call_id": f"call_{n}",
                "name": move.tool,
                "status": "completed",
            }
            item["arguments"] = json.dumps(move.arguments)
        usage = {"input_tokens": 100, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 20}
        usage |= {"output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 120}
        response = {"id": f"resp_{n}", "object": "response", "created_at": 1, "model": body["model"], "output": []}
        done = {**response, "status": "completed", "output": [item], "usage": usage}
        self._events(
            [
                {"type": "response.created", "sequence_number": 0, "response": {**response, "status": "in_progress"}},
                {"type": "response.output_item.added", "sequence_number": 1, "output_index": 0, "item": item},
                {"type": "response.output_item.done", "sequence_number": 2, "output_index": 0, "item": item},
                {"type": "response.completed", "sequence_number": 3, "response": done},
            ]
        )

    def _gemini(self, body: dict[str, Any], *, stream: bool) -> None:
        parts = [p for c in body["contents"] for p in c.get("parts", [])]
        answers = [p["functionResponse"] for p in parts if "functionResponse" in p]
        results = "\n".join(_texts(a["response"]) for a in answers)
        if not body.get("tools"):
            move = Move(
                text='{"reasoning": "scripted", "complexity_reasoning": "-", "model_choice": "pro", "complexity_score": 90}'
            )
        else:
            command = Move(tool="run_shell_command", arguments={"command": COMMAND, "description": "Print the log"})
            move = decide(results, json.dumps(body["tools"]), bool(answers), command)
        part: dict[str, Any] = {"text": move.text}
        if move.tool:
            part = {"functionCall": {"name": move.tool, "args": dict(move.arguments)}}
        usage = {"promptTokenCount": 100, "candidatesTokenCount": 20, "totalTokenCount": 120}
        candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
        reply = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "scripted"}
        if stream:
            self._events([reply])
        else:
            self._answer(200, "application/json", json.dumps(reply).encode())


def _texts(value: Any) -> str:
    """All strings below a value, one per line."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        value = list(value.values())
    return "\n".join(map(_texts, value)) if isinstance(value, list) else ""
