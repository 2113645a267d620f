"""Requests that pass, each compared with the one before it in its conversation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headroom.cache_watch import CacheWatch
from tests import requests

DATED = requests.PROMPT + "\nToday's date: 2026-11-{}"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def body(request: dict[str, Any]) -> bytes:
    return json.dumps(request).encode()


@pytest.mark.parametrize("shape", requests.MAKERS)
def test_the_second_request_of_a_conversation_is_compared_with_the_first(shape: str) -> None:
    watch = CacheWatch()
    first = requests.MAKERS[shape](system=DATED.format(23))
    assert watch.see(body(first), shape=shape) is None
    same = watch.see(body(requests.later(shape, first)), shape=shape)
    assert same is not None
    assert same.stable
    other = watch.see(body(requests.MAKERS[shape](system=DATED.format(24))))
    assert other is not None
    assert [b.cause for b in other.breaks] == ["date"]


def test_conversations_are_told_apart_by_their_first_message_and_by_the_session() -> None:
    watch = CacheWatch()
    one, other = requests.chat(), requests.chat()
    other["messages"][1]["content"] = "Something else."
    assert watch.see(body(one)) is None
    assert watch.see(body(other)) is None
    assert watch.see(body(one), session="a") is None
    assert watch.see(body(one)) is not None
    assert watch.see(body(other)) is not None
    assert len(watch) == 3


def test_a_breakpoint_that_moves_on_makes_no_other_conversation() -> None:
    watch = CacheWatch()
    first = requests.anthropic()
    part = {"type": "text", "text": first["messages"][0]["content"], "cache_control": {"type": "ephemeral"}}
    watch.see(body({**first, "messages": [{"role": "user", "content": [part]}, *first["messages"][1:]]}))
    assert watch.see(body(first)) is not None


def test_what_the_provider_has_forgotten_is_no_loss() -> None:
    clock = Clock()
    watch = CacheWatch(clock=clock)
    request = requests.anthropic()
    watch.see(body(request))
    clock.now = 299.0
    assert watch.see(body(request)) is not None
    clock.now += 301.0
    assert watch.see(body(request)) is None
    hour = json.loads(body(request).replace(b'"ephemeral"', b'"ephemeral", "ttl": "1h"'))
    watch.see(body(hour))
    clock.now += 3_000.0
    assert watch.see(body(hour)) is not None


def test_memory_is_bounded_and_the_longest_unused_go_first() -> None:
    watch = CacheWatch(most_bytes=4_000)
    made = []
    for n in range(50):
        request = requests.chat(system="x", tools=())
        request["messages"][1]["content"] = f"Question {n}"
        made.append(body(request))
        watch.see(made[-1])
    assert 2 < len(watch) < 50
    assert watch.see(made[-1]) is not None
    assert watch.see(made[0]) is None
    assert watch.see(b'{"messages": [{"role": "user", "content": "' + bytes(range(97, 123)) * 9 + b'"}]}') is None


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"{}", b'{"messages": []}', b'{"messages": 3}', b"\xff", b"[" * 100_000, b'{"input": [3]}'],
)
def test_what_is_no_request_is_passed_over(data: bytes) -> None:
    watch = CacheWatch()
    assert watch.see(data) is None
    assert watch.see(data) is None or data == b'{"input": [3]}'
