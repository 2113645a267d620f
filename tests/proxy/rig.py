"""Real servers on loopback: a scripted provider that records every byte it gets, and the proxy in front of it."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import uvicorn

from headroom.proxy import Proxy, ProxySettings
from headroom.proxy._tunnel import Tunnel

Pieces: TypeAlias = Sequence["bytes | Callable[[], object]"]
"""What is sent, one `send` per item; a callable is called in between. `CUT` resets the connection."""
KEY = "sk-a-client-of-the-tests"


def CUT() -> None:  # noqa: N802  # a word of the scripts
    raise _CutError


class _CutError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came: bytes, nothing interpreted but its end."""

    head: bytes
    body: bytes

    @property
    def line(self) -> bytes:
        return self.head.split(b"\r\n", 1)[0]

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        pairs = (line.partition(b":") for line in self.head.split(b"\r\n")[1:] if line)
        return [(name, value.strip()) for name, _, value in pairs]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Origin:
    """A provider. `script` answers the requests in turn, the last one for ever; or `answer` decides."""

    script: list[Pieces] = field(default_factory=list)
    answer: Callable[[Received], Pieces] | None = None
    received: list[Received] = field(default_factory=list)
    port: int = 0
    closed: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Released each time a client has closed its connection."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def next(self, request: Received) -> Pieces:
        self.received.append(request)
        if self.answer is not None:
            return self.answer(request)
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


def whole(body: bytes | Any, status: str = "200 OK", *headers: str) -> Pieces:
    """A response with a length; what is no bytes is sent as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = () if isinstance(body, bytes) else ("Content-Type: application/json",)
    lines = (f"HTTP/1.1 {status}", *headers, *kind, f"Content-Length: {len(data)}")
    return ["\r\n".join(lines).encode() + b"\r\n\r\n" + data]


def streamed(*chunks: bytes, kind: str = "text/event-stream; charset=utf-8", end: bool = True) -> Pieces:
    """A chunked response, one HTTP chunk for each of `chunks`."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    return [head, *(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks), *([b"0\r\n\r\n"] if end else [])]


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        buffer = b""
        with contextlib.suppress(ConnectionError, BrokenPipeError, _CutError):
            while True:
                request, buffer = self._read(buffer)
                for piece in self.server.origin.next(request):
                    if callable(piece):
                        piece()
                    else:
                        self.request.sendall(piece)
        self.server.origin.closed.release()

    def _more(self) -> bytes:
        data: bytes = self.request.recv(65536)
        if not data:
            raise _CutError
        return data

    def _read(self, buffer: bytes) -> tuple[Received, bytes]:
        while b"\r\n\r\n" not in buffer:
            buffer += self._more()
        head, _, buffer = buffer.partition(b"\r\n\r\n")
        low = head.lower()
        if b"transfer-encoding: chunked" in low:
            while not buffer.endswith(b"0\r\n\r\n"):
                buffer += self._more()
            return Received(head, buffer), b""
        length = int(low.split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in low else 0
        parts, size = [buffer], len(buffer)
        while size < length:
            parts.append(self._more())
            size += len(parts[-1])
        buffer = b"".join(parts)
        return Received(head, buffer[:length]), buffer[length:]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, origin: Origin) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = origin


@contextlib.contextmanager
def running_origin(*script: Pieces) -> Iterator[Origin]:
    origin = Origin(list(script))
    with _Server(origin) as server:
        origin.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield origin
        finally:
            server.shutdown()
            thread.join()


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@dataclass(frozen=True, slots=True)
class Running:
    """A proxy that listens."""

    port: int
    store: str
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def logged(self) -> list[dict[str, Any]]:
        """The lines about requests to providers. A line is written after its response: wait for those under way."""
        while json.loads(split(exchange(self.port, request("GET", "/stats")))[2])["in_flight"] > 1:
            pass
        return [line for line in self.lines() if line.get("route") != "own"]

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@contextlib.contextmanager
def running_proxy(origin: Origin | str, folder: Path, **given: Any) -> Iterator[Running]:
    """The proxy before one provider that stands for all, on a store of its own unless `store` names one."""
    url = origin if isinstance(origin, str) else origin.url
    store = given.pop("store", f"sqlite:///{folder / 'store.db'}")
    log = folder / "proxy.log"
    settings = ProxySettings(
        store=store,
        log=str(log),
        **{
            "token": "the-token",
            "idle_after": 0,
            "upstreams": {"openai": url, "anthropic": url, "gemini": url},
            **given,
        },
    )
    with socket.create_server(("127.0.0.1", 0), backlog=128) as sock:
        config = uvicorn.Config(
            Proxy(settings),
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            ws=Tunnel,
            timeout_graceful_shutdown=5,
        )
        server = _Uvicorn(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        server.ready.wait(10)
        try:
            yield Running(sock.getsockname()[1], store, log)
        finally:
            server.should_exit = True
            thread.join()


def exchange(port: int, *pieces: bytes, half_close: bool = False) -> bytes:
    """Send raw bytes on one connection and read until the other side closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as sock:
        for piece in pieces:
            sock.sendall(piece)
        if half_close:
            sock.shutdown(socket.SHUT_WR)
        out = []
        while data := sock.recv(65536):
            out.append(data)
        return b"".join(out)


def request(method: str, target: str, body: bytes = b"", *headers: str) -> bytes:
    """A request that closes its connection."""
    length = (f"Content-Length: {len(body)}",) if body else ()
    lines = (f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *headers, *length, "Connection: close")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def split(response: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body of a raw response; a chunked body is put together."""
    head, _, body = response.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    headers = [(n.lower(), v.strip()) for n, _, v in (line.partition(b":") for line in lines[1:])]
    if (b"transfer-encoding", b"chunked") in headers:
        plain = b""
        while body:
            size, _, body = body.partition(b"\r\n")
            plain += body[: int(size, 16)]
            body = body[int(size, 16) + 2 :]
        body = plain
    return int(lines[0].split()[1]), headers, body


# ------------------------------------------------------------------------------------------------- conversations


def log_text(number: int = 0, lines: int = 400) -> str:
    """A log in which one line is rare."""
    rows = [
        f"2026-03-01T10:{n // 60 % 60:02d}:{n % 60:02d} INFO worker-{n % 4} job {number}-{n} done" for n in range(lines)
    ]
    rows[lines // 2] = f"2026-03-01T10:59:00 ERROR worker-9 quota of tenant acme-{number} is used up"
    return "\n".join(rows)


CHAT_TOOLS = [
    {"type": "function", "function": {"name": "read_log", "description": "Reads", "parameters": {"type": "object"}}}
]
ANTHROPIC_TOOLS = [{"name": "read_log", "description": "Reads", "input_schema": {"type": "object"}}]


def chat(*logs: str, **more: Any) -> dict[str, Any]:
    """A chat completions request in which each log was read by a tool."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Why was a job not done?"}]
    for n, text in enumerate(logs):
        call = {"id": f"c{n}", "type": "function", "function": {"name": "read_log", "arguments": "{}"}}
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": f"c{n}", "content": text})
    return {"model": "gpt-4o", "messages": messages, "tools": CHAT_TOOLS, **more}


def anthropic(*logs: str, **more: Any) -> dict[str, Any]:
    """The same as a request for Anthropic's messages."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Why was a job not done?"}]
    for n, text in enumerate(logs):
        messages.append(
            {"role": "assistant", "content": [{"type": "tool_use", "id": f"t{n}", "name": "read_log", "input": {}}]}
        )
        messages.append({"role": "user", "content": [{"type": "tool_result", "tool_use_id": f"t{n}", "content": text}]})
    return {"model": "claude", "max_tokens": 100, "messages": messages, "tools": ANTHROPIC_TOOLS, **more}


def responses(*logs: str, **more: Any) -> dict[str, Any]:
    """The same for OpenAI's responses."""
    items: list[dict[str, Any]] = [{"role": "user", "content": "Why was a job not done?"}]
    for n, text in enumerate(logs):
        items.append({"type": "function_call", "call_id": f"c{n}", "name": "read_log", "arguments": "{}"})
        items.append({"type": "function_call_output", "call_id": f"c{n}", "output": text})
    return {"model": "gpt-4o", "input": items, **more}


def gemini(*logs: str, **more: Any) -> dict[str, Any]:
    """The same for Gemini."""
    contents: list[dict[str, Any]] = [{"role": "user", "parts": [{"text": "Why was a job not done?"}]}]
    for text in logs:
        contents.append({"role": "model", "parts": [{"functionCall": {"name": "read_log", "args": {}}}]})
        reply = {"functionResponse": {"name": "read_log", "response": {"output": text}}}
        contents.append({"role": "user", "parts": [reply]})
    return {"contents": contents, **more}


PATHS = {
    "chat": ("/v1/chat/completions", chat),
    "anthropic": ("/v1/messages", anthropic),
    "responses": ("/v1/responses", responses),
    "gemini": ("/v1beta/models/gemini-2.5-pro:generateContent", gemini),
}
