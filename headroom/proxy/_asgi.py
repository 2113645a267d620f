"""The few pieces of ASGI that the proxy needs: an incoming body, an answer, and work that ends when the client has gone.

Not a framework: the relay must see bytes as they come. Below stands only the standard library.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, MutableMapping, Sequence
from typing import Any, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header: TypeAlias = tuple[bytes, bytes]


class ClientGone(Exception):  # noqa: N818  # nothing went wrong here
    """The client has closed its connection."""


class Incoming:
    """The body of a request, read once: all of it up to a limit, or as a stream."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._read: list[bytes] = []
        self._ended = asyncio.Event()

    async def read(self, limit: int) -> bytes | None:
        """The whole body, or None where it has more than `limit` bytes; `stream` then still gives all of it."""
        size = 0
        async for chunk in self._rest():
            self._read.append(chunk)
            size += len(chunk)
            if size > limit:
                return None
        return b"".join(self._read)

    async def stream(self) -> AsyncIterator[bytes]:
        """What `read` has taken, then the rest as it comes. Raises ClientGone."""
        for chunk in self._read:
            yield chunk
        self._read = []
        async for chunk in self._rest():
            yield chunk

    async def _rest(self) -> AsyncIterator[bytes]:
        while not self._ended.is_set():
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            if not message.get("more_body", False):
                self._ended.set()
            if message.get("body"):
                yield message["body"]

    async def gone(self) -> None:
        """Returns when the client closes the connection, which can be seen once the body has been read."""
        await self._ended.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def while_connected(incoming: Incoming, work: Coroutine[Any, Any, None]) -> None:
    """Do the work, and end it when the client has gone. Raises what the work raises, and ClientGone."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(incoming.gone())
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientGone
        task.result()
    finally:
        for pending in (task, gone):
            if not pending.done():
                pending.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def answer(send: Send, status: int, body: bytes, headers: Sequence[Header]) -> None:
    """One whole response."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


async def answer_json(send: Send, status: int, value: Any, headers: Sequence[Header] = ()) -> None:
    """One whole response with JSON in it."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    await answer(send, status, body, [(b"content-type", b"application/json"), *headers])


async def answer_error(send: Send, status: int, code: str, message: str) -> None:
    """An error of ours, in a form that the SDKs of all providers can read."""
    error = {"type": "api_error" if status >= 500 else "invalid_request_error", "code": code, "message": message}
    await answer_json(send, status, {"type": "error", "error": error}, [(b"x-headroom-error", code.encode())])
