from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from headroom.proxy._prefix import Watch, aligned, conversation
from tests.proxy.rig import PATHS, Origin, anthropic, exchange, log_text, request, running_proxy

SYSTEM = "You help people with their orders. " * 300


def body(minute: int, *logs: str) -> dict[str, Any]:
    system = [
        {"type": "text", "text": f"Now: 2026-03-01T10:{minute}:00Z\n{SYSTEM}", "cache_control": {"type": "ephemeral"}}
    ]
    return anthropic(*logs, system=system)


def test_what_breaks_a_prefix_is_logged_without_content(origin: Origin, tmp_path: Path) -> None:
    with running_proxy(origin, tmp_path, watch_prefix=True) as proxy:
        for minute, logs in ((11, []), (11, [log_text()]), (12, [log_text(), "x"])):
            exchange(proxy.port, request("POST", PATHS["anthropic"][0], json.dumps(body(minute, *logs)).encode()))
        (line,) = [line for line in proxy.logged if line["event"] == "prefix"]
    assert "system" in line["said"]
    assert line["tokens"] > 1000
    assert "2026-03-01" not in json.dumps(line)


def test_a_request_is_made_stable_where_that_is_asked_for(origin: Origin, tmp_path: Path) -> None:
    with running_proxy(origin, tmp_path, align=True, watch_prefix=True) as proxy:
        for minute in (11, 12):
            exchange(proxy.port, request("POST", PATHS["anthropic"][0], json.dumps(body(minute, log_text())).encode()))
        first, second = (received.json for received in origin.received)
        (line,) = [line for line in proxy.logged if line["event"] == "prefix"]
    assert " at messages" in line["said"]  # the time stands at the end now, where little is lost
    assert first["system"] == second["system"]
    assert first["tools"] == second["tools"]
    assert "2026-03-01T10:12" in json.dumps(second)
    assert "[headroom hr_" in json.dumps(second)


def test_a_stable_request_is_the_very_same() -> None:
    source, parsed = aligned("", anthropic(log_text()), "anthropic_messages")
    spaced = json.dumps(json.loads(source), indent=2)
    assert aligned(spaced, parsed, "anthropic_messages") == (spaced, parsed)


def test_memory_is_bounded_and_what_cannot_be_compared_is_passed_over() -> None:
    watch = Watch(most_chars=100)
    assert watch.look("a", "x" * 60, "openai_chat") is None
    assert watch.look("b", "y" * 60, "openai_chat") is None  # makes room
    assert list(watch._last) == ["b"]
    assert watch.look("b", "{", "openai_chat") is None
    assert watch.look("c", "z" * 101, "openai_chat") is None
    assert (list(watch._last), watch._size) == (["b"], 1)


def test_a_conversation_is_known_by_its_name_or_by_how_it_began() -> None:
    one, two = anthropic()["messages"], anthropic(log_text())["messages"]
    assert conversation("s", "", one) == conversation("s", "", two) != conversation("t", "", one)
    assert conversation("s", "me", one) == conversation("s", "me", []) != conversation("s", "", one)
