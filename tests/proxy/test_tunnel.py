"""WebSockets through the proxy: a real client and a real server, and raw bytes where those would hide something."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import AsyncOpenAI
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

from headroom.proxy._tunnel import Frames
from tests.proxy.rig import CUT, KEY, Origin, Running, running_origin, running_proxy, whole
from tests.proxy.test_server import command

PATH = "/v1/realtime?model=a%20model"
ASKED = b"GET /v1/realtime HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
AGREED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


def echo(connection: ServerConnection) -> None:
    for message in connection:
        connection.send(message)


@contextlib.contextmanager
def provider(
    handler: Callable[[ServerConnection], None],
    answered: Callable[[ServerConnection, Request, Response], None] | None = None,
    *subprotocols: str,
) -> Iterator[str]:
    """A WebSocket server; gives its URL."""
    known = [Subprotocol(name) for name in subprotocols] or None
    server: Server
    with serve(handler, "127.0.0.1", 0, subprotocols=known, process_response=answered, max_size=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


def client(port: int, path: str = PATH, **given: Any) -> ClientConnection:
    headers = {"Authorization": f"Bearer {KEY}", "X-Headroom-Session": "s"}
    url = f"ws://127.0.0.1:{port}{path}"
    given |= {"additional_headers": headers, "max_size": None, "proxy": None}
    connection: ClientConnection = connect(url, **given)
    return connection


def test_messages_of_every_kind_and_size_go_both_ways_as_they_are(tmp_path: Path) -> None:
    messages: list[str | bytes] = [
        "",
        "héadroom \U0001f9ea",
        b"",
        bytes(range(256)),
        "x" * 70_000,
        os.urandom(3_000_000),
    ]
    with provider(echo) as url, running_proxy(url, tmp_path) as proxy:
        for compression in ("deflate", None):
            with client(proxy.port, compression=compression) as connection:
                for message in messages:
                    connection.send(message)
                    assert connection.recv() == message
                connection.send(["in ", "three ", "fragments"])
                assert connection.recv() == "in three fragments"


def test_the_handshake_reaches_the_provider_as_the_client_made_it_and_its_answer_the_client(tmp_path: Path) -> None:
    seen: list[Request] = []

    def answered(_connection: ServerConnection, request: Request, response: Response) -> None:
        seen.append(request)
        response.headers["X-Session-Id"] = "abc"

    subprotocols = ["realtime", f"openai-insecure-api-key.{KEY}"]
    with provider(echo, answered, "realtime") as url, running_proxy(url, tmp_path) as proxy:
        own = f"http://127.0.0.1:{proxy.port}"
        with client(proxy.port, subprotocols=subprotocols, origin=own) as connection:
            assert connection.subprotocol == "realtime"
            assert connection.response is not None
            assert connection.response.headers["x-session-id"] == "abc"
            assert connection.protocol.extensions != []
        (request,) = seen
        assert request.path == PATH
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert request.headers["sec-websocket-protocol"] == ", ".join(subprotocols)
        assert request.headers["host"] == url.removeprefix("http://")
        assert request.headers["origin"] == url  # an origin that is the server itself is the provider for the provider
        assert "x-headroom-session" not in request.headers
    (line,) = proxy.lines()
    assert line.items() >= {"route": "websocket", "status": 101}.items()
    assert KEY not in proxy.log.read_text()
    assert "a%20model" not in proxy.log.read_text()


async def test_the_realtime_client_of_openais_sdk_speaks_through_it(tmp_path: Path) -> None:
    event: dict[str, Any] = {"type": "session.update", "session": {"type": "realtime", "instructions": "é"}}
    with provider(echo) as url, running_proxy(url, tmp_path) as proxy:
        sdk = AsyncOpenAI(api_key=KEY, base_url=f"{proxy.url}/v1")
        async with sdk, sdk.realtime.connect(model="gpt-realtime") as connection:
            await connection.send(event)  # type: ignore[arg-type]  # as its own types have it
            assert json.loads(await connection.recv_bytes()) == event


def test_pings_are_answered_by_the_other_side_itself(tmp_path: Path) -> None:
    ponged = threading.Event()

    def handler(connection: ServerConnection) -> None:
        assert connection.ping(b"from the provider").wait(20)
        ponged.set()
        echo(connection)

    with provider(handler) as url, running_proxy(url, tmp_path) as proxy, client(proxy.port) as connection:
        assert connection.ping(b"from the client").wait(20)
        assert ponged.wait(20)


def test_close_codes_and_reasons_pass_in_both_directions(tmp_path: Path) -> None:
    closed: list[tuple[int, str]] = []
    told = threading.Semaphore(0)

    def handler(connection: ServerConnection) -> None:
        if connection.recv() == "close":
            connection.close(4001, "session expired")
            return
        with contextlib.suppress(ConnectionClosed):
            connection.recv()
        assert connection.close_code is not None
        closed.append((connection.close_code, connection.close_reason or ""))
        told.release()

    with provider(handler) as url, running_proxy(url, tmp_path) as proxy:
        with client(proxy.port) as connection:
            connection.send("close")
            with pytest.raises(ConnectionClosedError) as found:
                connection.recv()
            assert found.value.rcvd is not None
            assert (found.value.rcvd.code, found.value.rcvd.reason) == (4001, "session expired")
        with client(proxy.port) as connection:
            connection.send("wait")
            connection.close(4002, "done")
        assert told.acquire(timeout=20)
        assert closed == [(4002, "done")]


def handshake(port: int) -> socket.socket:
    """A WebSocket of raw bytes, of which nothing behind the head of the answer has been read."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=20)
    sock.sendall(ASKED + b"\r\n")
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += sock.recv(1)
    assert head.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    return sock


def received(sock: socket.socket) -> bytes:
    return b"".join(iter(lambda: sock.recv(65536), b""))


def test_bytes_pass_as_they_come_whatever_they_mean(tmp_path: Path) -> None:
    """What the two sides send right behind the handshake, and what is no frame, is theirs as well."""
    data = os.urandom(300_000)
    with running_origin([AGREED + data[:1000], data[1000:2000], data[2000:]]) as origin:  # noqa: SIM117
        with running_proxy(origin, tmp_path) as proxy, handshake(proxy.port) as sock:
            found = b""
            while len(found) < len(data):
                found += sock.recv(65536)
            assert found == data


def test_a_provider_that_refuses_is_heard(tmp_path: Path) -> None:
    refusal = whole({"error": "no such key"}, "401 Unauthorized", "X-Request-Id: 7")
    with running_origin(refusal) as origin, running_proxy(origin, tmp_path) as proxy:
        with pytest.raises(InvalidStatus) as found, client(proxy.port):
            pass
        assert found.value.response.status_code == 401
        assert found.value.response.headers["x-request-id"] == "7"
        assert found.value.response.body == b'{"error": "no such key"}'
        assert proxy.logged[-1]["status"] == 401


def test_a_provider_that_is_not_there_is_an_answer(tmp_path: Path) -> None:
    with running_proxy("http://127.0.0.1:9", tmp_path) as proxy:  # noqa: SIM117
        with pytest.raises(InvalidStatus) as found, client(proxy.port):
            pass
    assert found.value.response.status_code == 502


def test_a_provider_that_breaks_off_is_seen_as_that(tmp_path: Path) -> None:
    def cut(sock_closed: threading.Event) -> Callable[[], object]:
        def wait() -> None:
            sock_closed.wait(20)
            CUT()

        return wait

    go_on = threading.Event()
    with running_origin([AGREED, b"\x81\x02ok", cut(go_on)]) as origin, running_proxy(origin, tmp_path) as proxy:
        with handshake(proxy.port) as sock:
            assert sock.recv(100) == b"\x81\x02ok"
            go_on.set()
            assert received(sock) == b""  # no close frame that nobody has sent
        assert proxy.logged[-1]["status"] == 101


def test_a_client_that_goes_ends_the_providers_side(tmp_path: Path) -> None:
    ended: list[int] = []
    begun, done = threading.Event(), threading.Event()

    def handler(connection: ServerConnection) -> None:
        begun.set()
        with contextlib.suppress(ConnectionClosed):
            connection.recv()
        ended.append(connection.close_code or 0)
        done.set()

    with provider(handler) as url, running_proxy(url, tmp_path) as proxy:
        with client(proxy.port) as connection:
            assert begun.wait(20)
            connection.socket.shutdown(socket.SHUT_RDWR)
            assert done.wait(20)
        assert ended == [1006]


@pytest.mark.parametrize(
    ("path", "header", "status"),
    [
        ("/v1/realtime", "Host: evil.example", b"421"),
        ("/v1/realtime", "Origin: https://evil.example", b"403"),
        ("/v1/realtime", "Origin: http://127.0.0.1:3000", b"403"),
        ("/v1/responses", "X-A: b", b"426"),  # upon which Codex uses HTTP, where it can be shortened
        ("/stats", "X-A: b", b"426"),
        ("/v1/retrieve/hr_000000000000", "X-A: b", b"426"),
    ],
)
def test_the_guards_are_those_of_requests(
    origin: Origin, proxy: Running, path: str, header: str, status: bytes
) -> None:
    host = "" if header.startswith("Host") else "Host: 127.0.0.1\r\n"
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as sock:
        sock.sendall(f"GET {path} HTTP/1.1\r\n{host}{header}\r\n{upgrade}\r\n".encode())
        assert received(sock).startswith(b"HTTP/1.1 " + status)
    assert not origin.received


def test_a_client_that_wants_nothing_shortened_gets_the_websocket_for_responses_too(tmp_path: Path) -> None:
    with provider(echo) as url, running_proxy(url, tmp_path) as proxy:
        headers = {"x-headroom-bypass": "true"}
        with connect(f"ws://127.0.0.1:{proxy.port}/v1/responses", additional_headers=headers, proxy=None) as connection:
            connection.send("one")
            assert connection.recv() == "one"


def test_each_provider_has_its_own_paths(tmp_path: Path) -> None:
    path = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=secret"
    refusal = whole({"error": "no"}, "403 Forbidden")
    with running_origin(refusal) as openai, running_origin(refusal) as gemini:
        upstreams = {"openai": openai.url, "gemini": gemini.url}
        with running_proxy("http://127.0.0.1:9", tmp_path, upstreams=upstreams) as proxy:
            for at, target in ((gemini, path), (openai, PATH)):
                with pytest.raises(InvalidStatus), client(proxy.port, target):
                    pass
                assert at.received[-1].line == f"GET {target} HTTP/1.1".encode()
            assert "secret" not in proxy.log.read_text()


def test_a_server_that_stops_says_so_and_does_not_wait(tmp_path: Path) -> None:
    with provider(echo) as url, command(tmp_path, "--openai-upstream", url) as (process, port):  # noqa: SIM117
        with client(port) as connection:
            connection.send("one")
            assert connection.recv() == "one"
            process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosedError) as found:
                connection.recv()
            assert found.value.rcvd is not None
            assert found.value.rcvd.code == 1012
            process.wait(20)


FRAMES = st.lists(
    st.tuples(st.sampled_from([0, 1, 2, 9, 10]), st.sampled_from([0, 1, 125, 126, 127, 65_535, 65_536]), st.booleans()),
    min_size=1,
    max_size=5,
)


@given(FRAMES, st.lists(st.integers(0, 70_000)), st.booleans())
def test_the_end_of_a_frame_is_known_however_the_bytes_are_cut(
    shapes: list[tuple[int, int, bool]], cuts: list[int], closes: bool
) -> None:
    frames = [
        Frame(Opcode(code), bytes(size if code < 8 else size % 126)).serialize(mask=mask) for code, size, mask in shapes
    ]
    data, ends, tracker = b"".join(frames), {0}, Frames()
    for frame in frames:
        ends.add(max(ends) + len(frame))
    at = 0
    for cut in [*sorted({cut % len(data) for cut in cuts}), len(data)]:
        tracker.seen(data[at:cut])
        at = cut
        assert tracker.between is (at in ends)
    if closes:
        tracker.seen(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=False))
        assert not tracker.between
