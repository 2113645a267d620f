"""The forwarder between real sockets: a client, a proxy that lives or dies, a provider."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from headroom.exceptions import ConfigError
from headroom.wrap.forwarder import Address, Forwarder, Upstream

Handler = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
POST = b"POST /v1/messages?beta=true HTTP/1.1\r\nHost: 127.0.0.1:1\r\nX-Api-Key: k\r\nContent-Length: 4\r\n\r\nbody"


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[tuple[Address, list[bytes]]]:
    """A server that hands each request's head to the handler; and the heads it saw."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                heads.append(head)
                await handler(head, reader, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[:2], heads
    finally:
        server.close()


@asynccontextmanager
async def forwarding(
    proxy: Address | None, provider: str | Address, check_seconds: float = 60.0
) -> AsyncIterator[tuple[Forwarder, Address]]:
    url = provider if isinstance(provider, str) else f"http://{provider[0]}:{provider[1]}"
    forwarder = Forwarder(proxy, {}, check_seconds=check_seconds)
    try:
        yield forwarder, ("127.0.0.1", await forwarder.listen(Upstream.at(url)))
    finally:
        await forwarder.close()


def says(word: bytes) -> Handler:
    async def handler(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if b"Content-Length: 4" in head:
            assert await reader.readexactly(4) == b"body"
        close = b"connection: close\r\n" if b"Connection: close" in head else b""
        writer.write(b"HTTP/1.1 200 OK\r\n" + close + b"content-length: %d\r\n\r\n" % len(word) + word)
        if close:
            await writer.drain()
            writer.close()

    return handler


async def dies(_head: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def ask(address: Address, request: bytes = POST) -> bytes:
    """One request; the answer until the connection ends or the body is whole."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        writer.write(request)
        return await answer(reader)
    finally:
        writer.close()


async def answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.split(b":")[1]))
    return head + await reader.read()


async def test_what_goes_to_the_proxy_is_passed_byte_for_byte() -> None:
    async with (
        listening(says(b"proxy")) as (proxy, heads),
        listening(says(b"provider")) as (provider, others),
        forwarding(proxy, provider) as (forwarder, address),
    ):
        assert (await ask(address)).endswith(b"proxy")
        assert heads == [POST.removesuffix(b"body")]
        assert others == []
        assert (forwarder.counts.proxied, forwarder.counts.straight) == (1, 0)


async def test_a_connection_is_kept_alive_for_many_requests() -> None:
    async with (
        listening(says(b"proxy")) as (proxy, heads),
        forwarding(proxy, "http://127.0.0.1:9") as (forwarder, address),
    ):
        reader, writer = await asyncio.open_connection(*address)
        for _ in range(3):
            writer.write(POST)
            assert (await answer(reader)).endswith(b"proxy")
        writer.close()
        assert len(heads) == forwarder.counts.proxied == 3


async def test_without_a_proxy_the_request_goes_to_the_provider_with_its_host() -> None:
    async with (
        listening(says(b"provider")) as (provider, heads),
        forwarding(None, f"http://localhost:{provider[1]}/gateway/v1") as (forwarder, address),
    ):
        assert (await ask(address)).endswith(b"provider")
        assert heads[0].split(b"\r\n") == [
            b"POST /gateway/v1/messages?beta=true HTTP/1.1",
            b"Host: localhost:%d" % provider[1],
            b"Connection: close",
            b"X-Api-Key: k",
            b"Content-Length: 4",
            b"",
            b"",
        ]
        assert forwarder.counts.straight == 1


async def test_a_proxy_that_takes_no_connection_is_passed_by_and_counted() -> None:
    async with listening(says(b"x")) as (dead, _):
        pass
    async with (
        listening(says(b"provider")) as (provider, _),
        forwarding(dead, provider) as (forwarder, address),
    ):
        assert (await ask(address)).endswith(b"provider")
        assert forwarder.counts.straight == 1
        assert list(forwarder.counts.faults) == ["the proxy takes no connection: ConnectionRefusedError"]


async def test_a_request_that_the_proxy_took_and_died_with_is_answered_by_the_provider() -> None:
    async with (
        listening(dies) as (proxy, taken),
        listening(says(b"provider")) as (provider, heads),
        forwarding(proxy, provider) as (forwarder, address),
    ):
        assert (await ask(address)).endswith(b"provider")
        assert (len(taken), len(heads)) == (2, 1)
        assert forwarder.counts.faults == {"the proxy closed a connection with a request unanswered": 2}


async def test_a_proxy_that_closes_an_idle_connection_too_soon_is_asked_again() -> None:
    seen = 0

    async def second(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen += 1
        await (dies if seen == 1 else says(b"proxy"))(head, reader, writer)

    async with (
        listening(second) as (proxy, _),
        listening(says(b"provider")) as (provider, heads),
        forwarding(proxy, provider) as (forwarder, address),
    ):
        assert (await ask(address)).endswith(b"proxy")
        assert heads == []
        assert forwarder.counts.straight == 0


async def test_the_second_request_on_a_connection_is_sent_again_alone() -> None:
    seen = 0

    async def once(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen += 1
        await (says(b"proxy") if seen == 1 else dies)(head, reader, writer)

    async with (
        listening(once) as (proxy, _),
        listening(says(b"provider")) as (provider, heads),
        forwarding(proxy, provider) as (_forwarder, address),
    ):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(POST)
        assert (await answer(reader)).endswith(b"proxy")
        writer.write(POST.replace(b"beta", b"again"))
        assert (await answer(reader)).endswith(b"provider")
        writer.close()
        assert [head.split(b" ")[1] for head in heads] == [b"/v1/messages?again=true"]


async def test_an_answer_that_broke_off_is_not_asked_for_again() -> None:
    async def half(_head: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    async with (
        listening(half) as (proxy, _),
        listening(says(b"provider")) as (provider, heads),
        forwarding(proxy, provider) as (forwarder, address),
    ):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(POST)
        assert (await reader.read()).endswith(b"half")
        writer.close()
        assert heads == []
        assert forwarder.counts.straight == 0


async def test_a_proxy_that_hangs_is_found_out_and_what_it_holds_goes_to_the_provider() -> None:
    hangs = True

    async def hanging(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if hangs:
            await reader.read()
        await says(b"proxy")(head, reader, writer)

    async with (
        listening(hanging) as (proxy, _),
        listening(says(b"provider")) as (provider, _heads),
        forwarding(proxy, provider, check_seconds=0.2) as (forwarder, address),
    ):
        assert (await ask(address)).endswith(b"provider")
        assert "the proxy hangs" in forwarder.counts.faults
        assert (await ask(address)).endswith(b"provider")
        hangs = False
        for _ in range(10_000):  # until the next check finds it well
            if (await ask(address)).endswith(b"proxy"):
                break
        else:
            pytest.fail("the proxy was not used again")


async def test_a_stream_arrives_as_it_is_sent() -> None:
    go = asyncio.Event()

    async def stream(_head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(4)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n")
        await writer.drain()
        await go.wait()
        writer.write(b"data: 2\n\n")
        await writer.drain()
        writer.close()

    for through in (True, False):
        go.clear()
        async with listening(stream) as (server, _), forwarding(server if through else None, server) as (_f, address):
            reader, writer = await asyncio.open_connection(*address)
            writer.write(POST)
            assert (await reader.readuntil(b"data: 1\n\n")).startswith(b"HTTP/1.1 200 OK")
            go.set()
            assert await reader.read() == b"data: 2\n\n"
            writer.close()


async def test_a_client_that_goes_away_ends_the_request() -> None:
    came, ended = asyncio.Event(), asyncio.Event()

    async def waits(_head: bytes, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        came.set()
        await reader.read()
        ended.set()

    for through in (True, False):
        came.clear()
        ended.clear()
        async with listening(waits) as (server, heads), forwarding(server if through else None, server) as (f, address):
            _reader, writer = await asyncio.open_connection(*address)
            writer.write(POST)
            await writer.drain()
            await asyncio.wait_for(came.wait(), 10)
            writer.close()
            await asyncio.wait_for(ended.wait(), 10)
            assert len(heads) == 1
            assert f.counts.straight == (0 if through else 1)


async def test_a_large_body_that_comes_slowly_is_whole() -> None:
    size = 5_000_000

    async def counts(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = await reader.readexactly(size)
        assert body == b"x" * size
        await says(b"whole")(head, reader, writer)

    for through in (True, False):
        async with listening(counts) as (server, _), forwarding(server if through else None, server) as (_f, address):
            head = b"POST /v1/responses HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % size
            assert (await ask(address, head + b"x" * size)).endswith(b"whole")


UPGRADE = b"Host: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n"


async def test_a_websocket_for_responses_is_refused_so_that_the_agent_takes_http() -> None:
    async with forwarding(None, "http://127.0.0.1:9") as (forwarder, address):
        for target in (b"/v1/responses", b"/codex/responses?a=b"):
            request = b"GET " + target + b" HTTP/1.1\r\n" + UPGRADE
            assert (await ask(address, request)).startswith(b"HTTP/1.1 426 Upgrade Required\r\n")
        assert forwarder.counts.straight == 0


@pytest.mark.parametrize("lives", [True, False])
async def test_another_websocket_is_bytes_through_the_proxy_or_straight(lives: bool) -> None:
    async def echoes(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert b"\r\nUpgrade: websocket\r\n" in head
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        while data := await reader.read(1000):
            writer.write(data)

    async with listening(echoes) as (server, heads), listening(dies) as (dead, _):
        proxy, provider = (server, "http://127.0.0.1:9") if lives else (dead, server)
        async with forwarding(proxy, provider) as (forwarder, address):
            reader, writer = await asyncio.open_connection(*address)
            writer.write(b"GET /v1/realtime?model=m HTTP/1.1\r\n" + UPGRADE)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
            for piece in (b"\x89\x00", b"x" * 1000):
                writer.write(piece)
                assert await reader.readexactly(len(piece)) == piece
            writer.close()
        (head,) = heads
        assert head.startswith(b"GET /v1/realtime?model=m HTTP/1.1\r\n")
        assert (b"\r\nConnection: Upgrade\r\n" in head) is not lives
        assert forwarder.counts.proxied == 1  # however many messages went to it
        assert forwarder.counts.straight == (0 if lives else 1)


async def test_what_is_no_http_is_refused() -> None:
    async with forwarding(None, "http://127.0.0.1:9") as (_forwarder, address):
        assert (await ask(address, b"\x16\x03\x01 tls\r\n\r\n")).startswith(b"HTTP/1.1 400 ")


async def test_a_provider_that_cannot_be_reached_is_an_answer() -> None:
    async with listening(says(b"x")) as (dead, _):
        pass
    async with forwarding(None, dead) as (_forwarder, address):
        said = await ask(address)
        assert said.startswith(b"HTTP/1.1 502 Bad Gateway")
        assert b"no connection to 127.0.0.1" in said


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://api.openai.com", "api.openai.com", "/v1/responses"),
        ("https://api.openai.com/v1", "api.openai.com", "/v1/responses"),
        ("https://gateway:8443/openai/v1/", "gateway:8443", "/openai/v1/responses"),
        ("https://chatgpt.com/backend-api/codex", "chatgpt.com", "/backend-api/codex/v1/responses"),
        ("http://[::1]:80/x", "[::1]", "/x/v1/responses"),
    ],
)
def test_an_upstream_gets_its_own_host_and_path(url: str, authority: str, path: str) -> None:
    head = Upstream.at(url).head(b"POST /v1/responses HTTP/1.1\r\nhost: a\r\nKeep-Alive: 5\r\nA: b\r\n")
    assert head.decode() == f"POST {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nA: b\r\n"


@pytest.mark.parametrize("url", ["", "api.openai.com", "ftp://x", "https://", "https://x:port"])
def test_what_is_no_url_is_an_error(url: str) -> None:
    with pytest.raises(ConfigError, match=r"no URL|no host"):
        Upstream.at(url)
