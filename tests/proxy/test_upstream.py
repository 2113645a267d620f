from __future__ import annotations

import socket

import pytest

from headroom.proxy._upstream import Answer, Client, UpstreamError
from tests.proxy.rig import CUT, Origin, running_origin, whole


async def test_nothing_is_added_to_a_request_and_its_target_stays_as_it_is(origin: Origin) -> None:
    client = Client()
    answer = await client.send("GET", origin.url, b"/a%2fb/../c?x=%20|", [(b"Host", b"h"), (b"X-B", b"1")], b"")
    assert (answer.status, await answer.body()) == (200, b'{"ok": true}')
    await answer.close()
    await client.close()
    assert origin.received[0].head == b"GET /a%2fb/../c?x=%20| HTTP/1.1\r\nHost: h\r\nX-B: 1"


async def test_errors_have_a_code_and_say_where() -> None:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    client = Client()
    with pytest.raises(UpstreamError, match=f"no connection to http://127.0.0.1:{port}") as found:
        await client.send("GET", f"http://127.0.0.1:{port}", b"/", [], b"")
    assert found.value.code == "unreachable"
    with running_origin([CUT]) as origin, pytest.raises(UpstreamError, match="without an answer") as found:
        await client.send("GET", origin.url, b"/", [], b"")
    assert found.value.code == "cut"
    await client.close()


async def _all(answer: Answer) -> bytes:
    return b"".join([chunk async for chunk in answer.chunks()])


async def test_an_answer_that_breaks_off_is_an_error_in_both_ways_of_reading() -> None:
    client = Client()
    with running_origin([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", CUT]) as origin:
        for whole_body in (True, False):
            answer = await client.send("GET", origin.url, b"/", [], b"")
            read = answer.body() if whole_body else _all(answer)
            with pytest.raises(UpstreamError, match="broke off"):
                await read
            await answer.close()
    await client.close()


async def test_a_connection_is_used_again() -> None:
    with running_origin(whole(b"x")) as origin:
        client = Client()
        for _ in range(3):
            answer = await client.send("GET", origin.url, b"/", [], b"")
            await answer.body()
            await answer.close()
        assert not origin.closed.acquire(blocking=False)
        await client.close()
        assert origin.closed.acquire(timeout=20)
        assert not origin.closed.acquire(blocking=False)
