from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from headroom.engine import Headroom
from headroom.exceptions import StoreError
from headroom.proxy._idle import Idle, brings_much, sent_before
from headroom.store.memory import MemoryStore
from tests.proxy.rig import (
    PATHS,
    Origin,
    Running,
    anthropic,
    chat,
    exchange,
    gemini,
    log_text,
    request,
    responses,
    running_proxy,
)

QUIET = "every line of this text is of its own kind and there is nothing to gain\n" + "".join(
    f"{chr(97 + n % 26) * (n % 7 + 1)} {n * n} unlike {n**3 % 97}\n" for n in range(40)
)


def send(proxy: Running, body: dict[str, Any], path: str = PATHS["chat"][0]) -> None:
    exchange(proxy.port, request("POST", path, json.dumps(body).encode()))


def test_a_pause_begins_after_so_many_requests_without_a_gain_and_is_said_once(origin: Origin, tmp_path: Path) -> None:
    with running_proxy(origin, tmp_path, idle_after=3) as proxy:
        for _ in range(6):
            send(proxy, chat("short"))
        told = [line for line in proxy.logged if line["event"] == "paused"]
        assert [line["why"] for line in told] == ["3 requests without a gain"]
        assert [line.get("untouched", "") for line in proxy.logged if line["event"] == "request"][3:] == [
            "paused, because it had not paid"
        ] * 3
        bodies = {json.dumps(r.json["tools"]) for r in origin.received}
        assert len(bodies) == 1  # the list of tools heads the cached prefix


def test_a_large_new_result_is_tried_and_ends_the_pause_but_nothing_old_changes(origin: Origin, tmp_path: Path) -> None:
    medium = log_text(1, lines=100)
    assert 400 < len(medium) < 8000
    with running_proxy(origin, tmp_path, idle_after=2) as proxy, running_proxy(origin, tmp_path, idle_after=2) as other:
        for _ in range(3):
            send(proxy, chat("short"))
        send(proxy, chat("short", medium))
        during = origin.received[-1].json["messages"]
        assert during == chat("short", medium)["messages"]
        for one in (proxy, other, other):
            send(one, chat("short", medium, log_text(2)))
            after = origin.received[-1].json["messages"]
            assert after[: len(during)] == during
            assert after[-1]["content"].startswith("[headroom hr_")
        assert [line["event"] for line in proxy.logged if line["event"] != "request"] == ["paused", "resumed"]


class _Broken(MemoryStore):
    def save(self, *args: Any, **kwargs: Any) -> Any:
        raise StoreError("no")


def test_a_pause_that_cannot_be_remembered_does_not_begin() -> None:
    idle, engine = Idle(1), Headroom(store=_Broken())
    assert idle.count("s", 0, engine) == ""
    assert not idle.paused("s")


def test_scopes_are_apart_and_zero_means_never() -> None:
    engine = Headroom(store=MemoryStore())
    idle = Idle(2)
    assert [idle.count("a", gained, engine) for gained in (0, 5, 0, 0)] == ["", "", "", "paused"]
    assert (idle.paused("a"), idle.paused("b")) == (True, False)
    assert (idle.has_paused("a", engine), idle.has_paused("b", engine)) == (True, False)
    assert Idle(2).has_paused("a", engine)  # another worker
    never = Idle(0)
    assert [never.count("a", 0, engine) for _ in range(9)] == [""] * 9


@pytest.mark.parametrize("make", [chat, anthropic, responses, gemini])
def test_what_was_sent_before_ends_with_the_models_last_turn(make: Any) -> None:
    body = make("one", log_text())
    messages = body.get("messages") or body.get("input") or body["contents"]
    assert sent_before(messages) == len(messages) - 1
    assert brings_much(messages)
    assert not brings_much(messages[:-1])
    assert sent_before(messages[:1]) == 0
