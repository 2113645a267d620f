"""Faults, each injected for real: nothing is lost, and no request fails that would have succeeded straight."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headroom.compressors import BUILTIN
from headroom.compressors.log import LogCompressor
from tests.proxy.rig import PATHS, Origin, Running, anthropic, chat, exchange, log_text, request, running_proxy, split

BODY = json.dumps(chat(log_text())).encode()
PATH = PATHS["chat"][0]


def send(proxy: Running, body: bytes = BODY, path: str = PATH) -> str:
    """Send a request; what our header says about it."""
    status, headers, answer = split(exchange(proxy.port, request("POST", path, body)))
    assert (status, answer) == (200, b'{"ok": true}')
    return dict(headers)[b"x-headroom"].decode()


def test_a_store_that_another_process_has_locked(origin: Origin, tmp_path: Path) -> None:
    with running_proxy(origin, tmp_path, store_timeout=0.2) as proxy:
        send(proxy)
        first = origin.received[-1].body
        lock = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        more = json.dumps(chat(log_text(), log_text(1))).encode()
        said = send(proxy, more)
        received = origin.received[-1].json["messages"]
        assert received[:3] == json.loads(first)["messages"]  # what the ledger knows stays as it was sent
        assert received[-1]["content"] == log_text(1)
        assert "compressed=1" in said
        fresh = json.dumps(chat(log_text(5))).encode()
        assert "untouched=the store failed" in send(proxy, fresh)
        assert origin.received[-1].body == fresh
        lock.execute("ROLLBACK")
        lock.close()
        send(proxy, json.dumps(chat(log_text(6))).encode())
        assert b"[headroom hr_" in origin.received[-1].body


def test_a_store_that_is_gone(origin: Origin, tmp_path: Path) -> None:
    with running_proxy(origin, tmp_path) as proxy:
        send(proxy)
        first = origin.received[-1].body
        for path in tmp_path.glob("store.db*"):
            path.unlink()
        send(proxy)  # a new one is made, and the same is chosen again
        assert origin.received[-1].body == first


@pytest.mark.parametrize("store", ["sqlite:////proc/nowhere/store.db", "nonsense", "postgresql://127.0.0.1:1/x"])
def test_a_store_that_cannot_be_opened(store: str, origin: Origin, tmp_path: Path) -> None:
    with running_proxy(origin, tmp_path, store=store) as proxy:
        assert "untouched=" in send(proxy)
        assert origin.received[-1].body == BODY
        status, _, ready = split(exchange(proxy.port, request("GET", "/readyz")))
        assert (status, json.loads(ready)["status"]) == (200, "degraded")


def test_a_store_that_is_full(origin: Origin, tmp_path: Path) -> None:
    with running_proxy(origin, tmp_path) as proxy:
        send(proxy)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        noise = os.urandom(60_000).hex()
        big = json.dumps(
            chat("\n".join(f"INFO {noise[n : n + 200]}" for n in range(0, 100_000, 200)) + log_text(3))
        ).encode()
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
        try:
            send(proxy, big)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert len(origin.received[-1].body) <= len(big) + 1000
        send(proxy)


def test_a_compressor_that_raises(origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    assert any(isinstance(compressor, LogCompressor) for compressor in BUILTIN)
    monkeypatch.setattr(LogCompressor, "compress", broken)
    with running_proxy(origin, tmp_path) as proxy:
        send(proxy)
        assert origin.received[-1].json["messages"][-1]["content"] == log_text()


def test_an_engine_that_raises(origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("headroom._pass.Pass.run", broken)
    with running_proxy(origin, tmp_path) as proxy:
        assert "untouched=an unforeseen fault, please report it" in send(proxy)
        assert origin.received[-1].body == BODY
        figures = json.loads(split(exchange(proxy.port, request("GET", "/stats")))[2])
        assert figures["faults"] == {"an unforeseen fault, please report it": 1}


def test_a_deadline_that_passes(origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = threading.Event()
    original: Callable[..., Any] = LogCompressor.compress

    def slow(*given: Any) -> Any:
        held.wait(20)
        return original(*given)

    with running_proxy(origin, tmp_path, deadline=0.05) as proxy:
        exchange(proxy.port, request("GET", "/readyz"))
        monkeypatch.setattr(LogCompressor, "compress", slow)
        assert send(proxy) == "untouched=the deadline was reached"
        assert origin.received[-1].body == BODY
        held.set()
        monkeypatch.undo()
    with running_proxy(origin, tmp_path) as proxy:  # what was sent untouched is not another text later
        send(proxy)
        assert origin.received[-1].json["messages"] == json.loads(BODY)["messages"]


def test_a_body_of_50_megabytes(origin: Origin, tmp_path: Path) -> None:
    body = json.dumps(anthropic("x" * 50_000_000)).encode()
    with running_proxy(origin, tmp_path) as proxy:
        assert send(proxy, body, PATHS["anthropic"][0]) == "untouched=the body is too large"
        assert origin.received[-1].body == body


@pytest.mark.parametrize("kind", PATHS)
def test_malformed_requests_disturb_no_other_client(kind: str, origin: Origin, tmp_path: Path) -> None:
    path = PATHS[kind][0]
    odd: list[Any] = [{"messages": [3, None, {}, {"role": 1}, {"role": "tool", "content": {"a": [1]}}], "tools": [{}]}]
    odd += [
        {"input": [[]], "contents": [{"parts": 3}], "messages": [{"role": "tool"}]},
        {"messages": {}, "contents": "x"},
    ]
    with running_proxy(origin, tmp_path) as proxy:
        for value in odd:
            body = json.dumps({**value, "padding": "x" * 500}).encode()
            send(proxy, body, path)
            if not json.loads(body).get("tools"):
                assert origin.received[-1].body == body
        send(proxy)
        assert b"[headroom hr_" in origin.received[-1].body


_WORDS = st.sampled_from(
    "messages input contents role type content parts text tool tool_result tool_use tool_calls tool_use_id id call_id name"
    " function functionCall functionResponse function_call function_call_output output response user model assistant tools"
    " functionDeclarations choices delta index message candidates usage stop_reason content_block".split()
)
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | _WORDS | st.just(log_text(lines=30)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(PATHS)), st.dictionaries(_WORDS, _ANY, max_size=4), st.data())
def test_no_request_of_odd_form_fails(
    origin: Origin, proxy: Running, kind: str, more: dict[str, Any], data: st.DataObject
) -> None:
    path, make = PATHS[kind]
    body = {**make(log_text()), **more}
    for name in ("messages", "input", "contents"):
        if name in body and data.draw(st.booleans()):
            body[name] = [*body[name], data.draw(_ANY)] if isinstance(body[name], list) else body[name]
    send(proxy, json.dumps(body).encode(), path)
    received = origin.received[-1].json
    assert received.keys() == body.keys()
    assert {key: received[key] for key in more if key not in TEXTS} == {
        key: more[key] for key in more if key not in TEXTS
    }


TEXTS = {"messages", "input", "contents", "tools"}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["chat", "anthropic", "responses"]), st.lists(_ANY, max_size=5), st.booleans())
def test_no_answer_of_odd_form_is_lost(
    origin: Origin, proxy: Running, kind: str, values: list[Any], stream: bool
) -> None:
    path, make = PATHS[kind]
    events = b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)
    answer = events if stream else json.dumps(values[0] if values else {}).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: " + (b"text/event-stream" if stream else b"application/json")
    origin.script = [[head + b"\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer]]
    more: dict[str, Any] = {"store": False, "include": ["reasoning.encrypted_content"], "tools": RESPONSES_TOOLS}
    body = make(log_text(), stream=stream, **(more if kind == "responses" else {}))
    status, _, got = split(exchange(proxy.port, request("POST", path, json.dumps(body).encode())))
    assert (status, got) == (200, answer)
    assert b"headroom_retrieve" in origin.received[-1].body


RESPONSES_TOOLS = [{"type": "function", "name": "read_log", "parameters": {"type": "object"}}]
