"""The model calls our tool beside the client's own: the client gets its own calls, the model gets its slice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from headroom.markers import TOOL_NAME
from tests.proxy.rig import Origin, Pieces, Received, log_text, running_origin, running_proxy, streamed, whole
from tests.proxy.shapes import FIELDS, KINDS, Client, Made, answer, check, events, said

ASKED = re.compile(r"\[headroom (hr_[0-9a-f]+)")
SHAPES = pytest.mark.parametrize("kind", KINDS)
WAYS = pytest.mark.parametrize("stream", [False, True])


def ours(shown: str, name: str = "ours1") -> Made:
    return name, TOOL_NAME, {"id": shown, "grep": "quota"}


def theirs(name: str, day: int) -> Made:
    return name, "read_log", {"day": day}


def speaking(kind: str, stream: bool, say: Callable[[Received, int], dict[str, Any]], origin: Origin) -> None:
    """Let the provider say what `say` says to a request and its number, and refuse what real ones refuse."""

    def speak(received: Received) -> Pieces:
        check(kind, received.json)
        found = say(received, len(origin.received))
        return streamed(events(kind, found)) if stream else whole(found)

    origin.answer = speak


def messages_of(kind: str, received: Received) -> list[Any]:
    found: list[Any] = received.json[FIELDS[kind]]
    return found


@SHAPES
@pytest.mark.parametrize(("stream", "at"), [(False, 0), (True, 0), (False, 1), (True, 2)])
def test_the_model_reads_its_slice_with_the_results_of_the_clients_calls(
    kind: str, stream: bool, at: int, tmp_path: Path
) -> None:
    calls = [theirs("b", 2), theirs("c", 3)]

    def say(received: Received, number: int) -> dict[str, Any]:
        shown = ASKED.search(received.body.decode())
        if number == 2 and shown is not None:
            calls.insert(at, ours(shown[1]))
        if number == 1:
            return answer(kind, "Look.", theirs("a", 1))
        return answer(kind, "Both.", *calls) if number == 2 else answer(kind, "Done.")

    with running_origin([]) as origin:
        speaking(kind, stream, say, origin)
        client = Client(kind, stream)
        with running_proxy(origin, tmp_path) as proxy:
            client.ask(proxy)
            client.go_on(log_text())
            assert [name for _, name in client.ask(proxy)] == ["read_log", "read_log"]
            assert TOOL_NAME.encode() not in client.raw
            client.go_on("short one", "short two")
            client.ask(proxy)
            client.go_on()
            assert [[line.get(name, 0) for name in ("retrieved", "put_back", "dropped")] for line in proxy.logged] == [
                [0, 0, 0],
                [1, 0, 0],
                [0, 1, 0],
            ]
        with running_proxy(origin, tmp_path) as first, running_proxy(origin, tmp_path) as second:  # after a restart
            client.ask(first)
            client.ask(second)
    before, third, again, elsewhere = (messages_of(kind, received) for received in origin.received[1:])
    assert again[: len(third)] == third
    assert elsewhere == again
    made = said(kind, answer(kind, "Both.", *calls))
    assert third[len(before) : len(before) + len(made)] == made  # word for word what the model has said
    results = json.dumps(third[len(before) + len(made) :])
    order = ["short one", "short two"]
    order.insert(at, "quota of tenant acme-0 is used up")
    assert [results.index(text) for text in order] == sorted(results.index(text) for text in order)
