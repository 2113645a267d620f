"""WebSockets: the connection of a client and one to its provider, made one pipe.

The server hands a connection over here when its request asks for a WebSocket. The application answers that request like
any other, with the same guards; when the provider has agreed (101), bytes go both ways as they come. So what the two sides
agree on is theirs: subprotocols, compression, fragments, pings, close codes. Nothing is held here but the piece on its way.

Not an end of a WebSocket, and in need of no library for one: of frames it only knows where one ends, so that a server that
stops can say so (close code 1012) in between two. Above stand the application and uvicorn, below asyncio's streams.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from headroom.proxy._asgi import ClientGone, Header, Scope
from headroom.proxy._upstream import Joined

if TYPE_CHECKING:
    import uvicorn
    from uvicorn.server import ServerState

EXTENSION = "headroom.tunnel"
"""Under this name the scope of a request has its Tunnel."""
_HEAD_LIMIT = 256 * 1024
_CHUNK = 64 * 1024
_LAST_SECONDS = 1.0
_CLOSE = 0x8
_STOPPING = b"\x88\x02" + (1012).to_bytes(2, "big")
"""A close frame: the server restarts, come again."""


class Tunnel(asyncio.StreamReaderProtocol):
    """A client's connection that asks for a WebSocket. uvicorn makes it, and gives it the head of the request."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: Mapping[str, Any] | None = None,
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(asyncio.StreamReader(limit=_HEAD_LIMIT), self._serve)
        self._app = config.loaded_app
        self._state = server_state
        self._gone, self._stopped = asyncio.Event(), asyncio.Event()
        self._joined = False
        self._asked = False

    # ------------------------------------------------------------------------------------------- what uvicorn calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is ours from now on."""
        self._state.connections.add(self)  # type: ignore[arg-type]  # of whose protocols only `shutdown` is called
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._state.connections.discard(self)
        self._gone.set()
        super().connection_lost(exc)

    def eof_received(self) -> bool | None:
        """The client sends nothing more; before a provider has agreed, it has gone."""
        if not self._joined:
            self._gone.set()
        return super().eof_received()

    def shutdown(self) -> None:
        """The server stops. Unlike a request, a WebSocket would not come to an end by itself."""
        self._stopped.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)
        self._reader, self._writer = reader, writer
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await self._app({**_scope(head), "extensions": {EXTENSION: self}}, self._receive, self._send)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client has gone
        finally:
            writer.close()

    # ------------------------------------------------------------------------- what the application calls, until it joins

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Mapping[str, Any]) -> None:
        """A refusal, ours or the provider's: an ordinary response, after which the connection is closed."""
        if message["type"] == "http.response.start":
            self._writer.write(_head(message["status"], [*message["headers"], (b"connection", b"close")]))
        else:
            self._writer.write(message.get("body", b""))
        await self._writer.drain()

    async def join(self, headers: Sequence[Header], provider: Joined) -> None:
        """Tell the client that the provider has agreed, and pass bytes both ways until one side ends.

        Raises:
            UpstreamError: the provider broke off.
            ClientGone: the client did.
        """
        agreed = [(b"Upgrade", b"websocket"), (b"Connection", b"Upgrade"), *headers]
        self._writer.write(_head(101, agreed))
        self._joined = True
        frames = Frames()
        up = asyncio.ensure_future(self._up(provider))
        down = asyncio.ensure_future(self._down(provider, frames))
        stopped = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait({up, down, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (up, down, stopped):
                task.cancel()
            await asyncio.gather(up, down, stopped, return_exceptions=True)
        for ended in (down, up):
            if not ended.cancelled() and (error := ended.exception()) is not None:
                if isinstance(error, OSError):
                    raise ClientGone from error
                raise error
        if self._stopped.is_set() and frames.between:
            await self._say_that_we_stop()

    async def _up(self, provider: Joined) -> None:
        while data := await self._reader.read(_CHUNK):
            await provider.write(data)

    async def _down(self, provider: Joined, frames: Frames) -> None:
        while data := await provider.read(_CHUNK):
            frames.seen(data)
            self._writer.write(data)
            await self._writer.drain()

    async def _say_that_we_stop(self) -> None:
        """The client answers a close frame with one; only then the connection is closed, or it might not read ours."""
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            self._writer.write(_STOPPING)
            await asyncio.wait_for(self._reader.read(_CHUNK), _LAST_SECONDS)


class Frames:
    """Where frames end in bytes that come in pieces (RFC 6455, section 5.2)."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._left = 0
        self._closed = False

    @property
    def between(self) -> bool:
        """Whether another frame may follow here: none is under way, and none has closed the WebSocket."""
        return not (self._head or self._left or self._closed)

    def seen(self, data: bytes) -> None:
        """Go on by these bytes."""
        at = 0
        while at < len(data):
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
                continue
            self._head.append(data[at])
            at += 1
            if len(self._head) >= 2:
                self._read_head()

    def _read_head(self) -> None:
        """Opcode, length (7, 16 or 64 bits), then a mask of 4 bytes where one is announced."""
        head = self._head
        short = head[1] & 0x7F
        wide = {126: 2, 127: 8}.get(short, 0)
        if len(head) < 2 + wide:
            return
        size = int.from_bytes(head[2 : 2 + wide], "big") if wide else short
        self._left = size + (4 if head[1] & 0x80 else 0)
        self._closed = self._closed or head[0] & 0xF == _CLOSE
        self._head = bytearray()


def _scope(head: bytes) -> Scope:
    """A request's head, as uvicorn has written it down for us, as an ASGI scope."""
    line, *lines = head[:-4].split(b"\r\n")
    method, target, _ = line.split(b" ", 2)
    raw_path, _, query = target.partition(b"?")
    headers = [(name, value) for name, _, value in (each.partition(b": ") for each in lines)]
    return {
        "type": "http",
        "method": method.decode("ascii"),
        "path": unquote(raw_path.decode("ascii")),
        "raw_path": raw_path,
        "query_string": query,
        "headers": headers,
    }


def _head(status: int, headers: Sequence[Header]) -> bytes:
    """The head of a response."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {status} {phrase}".encode("ascii"), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join([*lines, b"", b""])
