"""A listener on loopback that leads an agent to the proxy, and straight to the provider when the proxy is gone.

It lives in the process that started the agent, so it is there as long as the agent is. Towards the proxy it passes bytes
and understands nothing but where a request begins. A request that the proxy has not begun to answer when it dies is sent
again, straight to the provider; after that, each new connection tries the proxy first. Straight to the provider, the head
of a request gets the provider's `Host` and path and `Connection: close`, all else passes as it is.

Not a proxy of its own: it changes no body, keeps nothing, and answers only what nobody else can: a provider that cannot
be reached, and a WebSocket for Responses, which Codex tries first and takes the refusal of as "use HTTP", where what it
sends can be shortened. Other WebSockets are bytes like all else.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

from headroom.exceptions import ConfigError
from headroom.wrap import _tunnel

__all__ = ["Address", "Counts", "Forwarder", "Upstream"]

Address: TypeAlias = tuple[str, int]
_Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_HEAD_LIMIT = 256 * 1024
_ATTEMPTS = 2
"""Of a request with the proxy: one may meet the moment in which the proxy closes a connection that was idle for long."""
_REPLAY_LIMIT = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_CONNECT_SECONDS = 3.0
_CHECKS_UNTIL_DOWN = 3
_REQUEST = re.compile(rb"[A-Z]+ [^ \r\n]+ HTTP/1\.[01]\r\n")
_UPGRADE = re.compile(rb"\r\nupgrade:[ \t]*websocket[ \t]*\r\n", re.IGNORECASE)
_RESPONSES = re.compile(rb"[A-Z]+ [^ ?]*/responses/?[ ?]")
_OF_THE_HOP = re.compile(
    rb"\r\n(?:host|connection|keep-alive|proxy-connection|x-headroom-[^:\r\n]*):[^\r\n]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """Where a provider is: `https://host[:port][/prefix]`, taken apart."""

    tls: bool
    host: str
    port: int
    prefix: str

    @classmethod
    def at(cls, url: str) -> Upstream:
        """Take a URL apart.

        Raises:
            ConfigError: it is no URL of a server.
        """
        try:
            parts = urlsplit(url)
            tls = {"https": True, "http": False}[parts.scheme]
            port = parts.port or (443 if tls else 80)
        except (ValueError, KeyError) as error:
            raise ConfigError(f"{url!r} is no URL of a provider; write e.g. https://api.openai.com") from error
        if not parts.hostname:
            raise ConfigError(f"{url!r} names no host; write e.g. https://api.openai.com")
        return cls(tls=tls, host=parts.hostname, port=port, prefix=parts.path.rstrip("/"))

    @property
    def authority(self) -> str:
        """As it stands in `Host`."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.tls else 80) else f"{name}:{self.port}"

    def head(self, head: bytes) -> bytes:
        """A request's head, for this server and for one request on the connection."""
        line, _, rest = head.partition(b"\r\n")
        method, target, version = line.split(b" ", 2)
        prefix = self.prefix.encode()
        if prefix.endswith(b"/v1") and target.startswith(b"/v1/"):
            prefix = prefix[:-3]
        bare = _OF_THE_HOP.sub(b"", b"\r\n" + rest)[2:]
        first = b" ".join((method, prefix + target, version))
        connection = b"Connection: Upgrade" if _UPGRADE.search(head) else b"Connection: close"
        return b"\r\n".join((first, b"Host: " + self.authority.encode(), connection, bare))


@dataclass(slots=True)
class Counts:
    """What went where, in requests, and what was the matter. `faults` holds each kind once."""

    proxied: int = 0
    straight: int = 0
    faults: dict[str, int] = field(default_factory=dict)

    def fault(self, what: str) -> None:
        """Count something that went wrong."""
        self.faults[what] = self.faults.get(what, 0) + 1


class Forwarder:
    """Listeners for one agent, one per provider.

    Args:
        proxy: where the proxy listens; None leads everything straight to the providers.
        env: for the outward way: HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS.
        counts: where to count; its own by default.
        check_seconds: how often the proxy is asked whether it lives, and how long it may take to say so.
    """

    def __init__(
        self,
        proxy: Address | None,
        env: Mapping[str, str],
        counts: Counts | None = None,
        *,
        check_seconds: float = 5.0,
    ) -> None:
        self.counts = Counts() if counts is None else counts
        self._check_seconds = check_seconds
        self._proxy = proxy
        self._env = env
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._up = proxy is not None
        self._went_down = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    async def listen(self, upstream: Upstream) -> int:
        """Open a listener for a provider; returns its port on 127.0.0.1."""

        async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            try:
                await self._serve(upstream, (reader, writer))
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
                self.counts.fault(f"{type(error).__name__}: {error}")
            except asyncio.CancelledError:
                pass  # by `close`, which waits for us; the caller in asyncio would take it for a fault
            finally:
                self._tasks.discard(task)
                await _close(writer)

        server = await asyncio.start_server(accepted, "127.0.0.1", 0, limit=_HEAD_LIMIT)
        self._servers.append(server)
        if self._watch is None and self._proxy is not None:
            self._watch = asyncio.create_task(self._watch_proxy(self._proxy))
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Close the listeners and what still runs through them."""
        for server in self._servers:
            server.close()
        tasks = [*self._tasks, *([self._watch] if self._watch else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ---------------------------------------------------------------------------------------------------- one connection

    async def _serve(self, upstream: Upstream, client: _Streams) -> None:
        reader, writer = client
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            if error.partial:
                raise
            return
        if _UPGRADE.search(head) and _RESPONSES.match(head):
            await _answer(writer, "426 Upgrade Required", "no WebSocket here; use HTTP")
            return
        if not _REQUEST.match(head):
            await _answer(writer, "400 Bad Request", "this is no HTTP/1.1")
            return
        unanswered = head
        for _ in range(_ATTEMPTS):
            before = unanswered
            unanswered = await self._through_proxy(before, client)
            if not unanswered:
                return
            if unanswered is before:  # nobody took it
                break
        await self._straight(upstream, unanswered, client)

    async def _through_proxy(self, head: bytes, client: _Streams) -> bytes:
        """Pass everything to the proxy and back until one side ends.

        Returns what it took and left unanswered when it closed the connection, or `head` itself when it took nothing.
        """
        if self._proxy is None or not self._up:
            return head
        try:
            proxy = await asyncio.wait_for(asyncio.open_connection(*self._proxy), _CONNECT_SECONDS)
        except (OSError, asyncio.TimeoutError) as error:
            self.counts.fault(f"the proxy takes no connection: {type(error).__name__}")
            return head
        exchange = _Exchange(self.counts, once=_UPGRADE.search(head) is not None)
        try:
            exchange.sent(head)
            proxy[1].write(head)
            gone = await self._joined(client, proxy, exchange)
        finally:
            await _close(proxy[1])
        if gone or client[1].is_closing() or not exchange.replayable:
            return b""
        self.counts.fault("the proxy closed a connection with a request unanswered")
        return exchange.pending

    async def _joined(self, client: _Streams, server: _Streams, exchange: _Exchange | None = None) -> bool:
        """Pass bytes both ways until one side ends; True when it is the client, who wants no answer any more.

        With an exchange, the server is the proxy: that it is found to hang ends it too.
        """
        up = asyncio.create_task(_pump(client[0], server[1], exchange.sent if exchange else None))
        down = asyncio.create_task(_pump(server[0], client[1], exchange.answered if exchange else None))
        running = [up, down, *([asyncio.create_task(self._went_down.wait())] if exchange else [])]
        try:
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            return up.done() and up.exception() is None and not down.done()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _straight(self, upstream: Upstream, taken: bytes, client: _Streams) -> None:
        """The same request to the provider itself, on a connection of its own."""
        self.counts.straight += 1
        try:
            provider = await _tunnel.connect(upstream.host, upstream.port, tls=upstream.tls, env=self._env)
        except (OSError, asyncio.TimeoutError, ssl.SSLError) as error:
            why = f"no connection to {upstream.host}: {type(error).__name__} {error}".rstrip()
            self.counts.fault(why)
            await _answer(client[1], "502 Bad Gateway", why)
            return
        try:
            head, _, body = taken.partition(b"\r\n\r\n")
            provider[1].write(upstream.head(head + b"\r\n") + b"\r\n" + body)
            await self._joined(client, provider)
        finally:
            await _close(provider[1])

    # -------------------------------------------------------------------------------------------------------- the watch

    async def _watch_proxy(self, proxy: Address) -> None:
        """Find out that a proxy hangs, which takes connections and answers none of them."""
        failed = 0
        while True:
            await asyncio.sleep(self._check_seconds)
            failed = 0 if await _is_alive(proxy, self._check_seconds) else failed + 1
            if self._up and failed >= _CHECKS_UNTIL_DOWN:
                self.counts.fault("the proxy hangs")
                self._up = False
                self._went_down.set()
            elif not self._up and not failed:
                self._up = True
                self._went_down.clear()


class _Exchange:
    """What has been sent on a connection since the last answer began. `once`: it has one request, a WebSocket's."""

    def __init__(self, counts: Counts, *, once: bool = False) -> None:
        self.pending = b""
        self._parts: list[bytes] = []
        self._size = 0
        self._counts = counts
        self._answering = False
        self._once = once

    def sent(self, data: bytes) -> None:
        """The client sends: more of a request, or the next one, where the last is being answered."""
        if self._once and self._answering:
            return
        if self._answering or not self._parts:
            self._answering = False
            self._parts, self._size = [], 0
            self._counts.proxied += 1
        self._size += len(data)
        if self._size <= _REPLAY_LIMIT:
            self._parts.append(data)

    def answered(self, _data: bytes) -> None:
        """The proxy answers."""
        self._answering = True

    @property
    def replayable(self) -> bool:
        """Whether there is a request that nothing of an answer was seen of, and all of it is here."""
        if self._answering or self._size > _REPLAY_LIMIT:
            return False
        self.pending = b"".join(self._parts)
        return _REQUEST.match(self.pending) is not None


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, seen: Callable[[bytes], None] | None) -> None:
    """Pass bytes on until the source ends."""
    while data := await source.read(_CHUNK):
        if seen is not None:
            seen(data)
        sink.write(data)
        await sink.drain()


async def _is_alive(proxy: Address, seconds: float) -> bool:
    async def ask() -> bool:
        reader, writer = await asyncio.open_connection(*proxy)
        try:
            writer.write(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return (await reader.readline()).startswith(b"HTTP/1.1 ")
        finally:
            await _close(writer)

    try:
        return await asyncio.wait_for(ask(), seconds)
    except (OSError, asyncio.TimeoutError):
        return False


async def _answer(writer: asyncio.StreamWriter, status: str, why: str) -> None:
    body = f"headroom: {why}\n".encode()
    head = f"HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {len(body)}\r\nconnection: close"
    writer.write(head.encode() + b"\r\n\r\n" + body)
    await writer.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, ssl.SSLError, asyncio.TimeoutError):
        await _within(writer.wait_closed())


async def _within(waiting: Awaitable[None]) -> None:
    await asyncio.wait_for(waiting, _CONNECT_SECONDS)
