from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import pytest

from headroom.proxy._asgi import ClientGone, Incoming, answer_error, answer_json, while_connected


def incoming(*messages: dict[str, Any]) -> Incoming:
    left = list(messages)

    async def receive() -> MutableMapping[str, Any]:
        if left:
            return left.pop(0)
        await asyncio.Event().wait()  # a client that keeps its connection
        raise AssertionError

    return Incoming(receive)


def part(body: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


GONE = {"type": "http.disconnect"}


async def test_a_body_is_read_whole_or_as_a_stream() -> None:
    assert await incoming(part(b"ab"), part(b""), part(b"c", more=False)).read(9) == b"abc"
    assert [c async for c in incoming(part(b"ab"), part(b"c", more=False)).stream()] == [b"ab", b"c"]


async def test_what_was_read_before_the_limit_is_still_streamed() -> None:
    body = incoming(part(b"abc"), part(b"def"), part(b"g", more=False))
    assert await body.read(4) is None
    assert b"".join([c async for c in body.stream()]) == b"abcdefg"


async def test_a_client_that_goes_while_it_sends_is_noticed() -> None:
    with pytest.raises(ClientGone):
        await incoming(part(b"a"), GONE).read(9)
    with pytest.raises(ClientGone):
        assert [c async for c in incoming(part(b"a"), GONE).stream()]


async def test_work_ends_when_the_client_has_gone() -> None:
    body = incoming(part(b"", more=False), GONE)
    await body.read(9)
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(ClientGone):
        await while_connected(body, work())
    assert ended.is_set()


async def test_work_that_is_done_or_fails_is_not_disturbed() -> None:
    body = incoming(part(b"", more=False))
    await body.read(9)

    async def work(fails: bool) -> None:
        if fails:
            raise ZeroDivisionError

    await while_connected(body, work(False))
    with pytest.raises(ZeroDivisionError):
        await while_connected(body, work(True))


async def test_answers_are_json_that_every_sdk_can_read() -> None:
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await answer_json(send, 200, {"é": "\ud800"})
    assert sent[0]["headers"] == [(b"content-type", b"application/json"), (b"content-length", b"15")]
    await answer_error(send, 502, "upstream_cut", "no")
    assert (sent[2]["status"], json.loads(sent[3]["body"])) == (
        502,
        {"type": "error", "error": {"type": "api_error", "code": "upstream_cut", "message": "no"}},
    )
