"""The model calls our tool beside the client's own: the client gets its own calls, the model gets its slice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from headroom.exceptions import StoreError
from headroom.markers import TOOL_NAME
from headroom.proxy import _kept
from headroom.store.sql import CCRStore
from tests.proxy.rig import (
    ANTHROPIC_TOOLS,
    CHAT_TOOLS,
    Origin,
    Pieces,
    Received,
    Running,
    exchange,
    log_text,
    request,
    running_origin,
    running_proxy,
    split,
    streamed,
    whole,
)
from tests.proxy.shapes import FIELDS, KINDS, QUESTION, Client, Made, answer, calls_of, check, events, said
from tests.proxy.test__responses import TOOLS

ASKED = re.compile(r"\[headroom (hr_[0-9a-f]+)")
OURS = f'"{TOOL_NAME}"'
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


def beside(kind: str, *names: str, arguments: Any = None) -> Callable[[Received, int], dict[str, Any]]:
    """A model that reads a log, then asks for a slice beside another read, under these ids, and then is done."""

    def say(received: Received, _: int) -> dict[str, Any]:
        shown = ASKED.search(received.body.decode())
        if shown is None:
            return answer(kind, "Look.", theirs(names[0], 1))
        if b'"short"' in received.body:
            return answer(kind, "Done.")
        call = (names[1], TOOL_NAME, {"id": shown[1], "lines": "120"} if arguments is None else arguments)
        return answer(kind, "Both.", call, theirs(names[2], 2))

    return say


def steps(client: Client, *proxies: Running, log: str = "") -> None:
    """The conversation of `beside`, each request to another proxy."""
    for text, proxy in zip((log or log_text(), "short", ""), proxies, strict=True):
        client.ask(proxy)
        client.go_on(*[text] * len(calls_of(client.kind, client.last)))


@SHAPES
def test_ids_that_come_again_do_not_mix_up_conversations(kind: str, tmp_path: Path) -> None:
    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        speaking(kind, False, beside(kind, "call_0", "call_1", "call_2"), origin)
        for number in (1, 2):
            steps(Client(kind, False), proxy, proxy, proxy, log=log_text(number))
        told = [json.dumps(messages_of(kind, received)) for received in origin.received]
        assert ["job 1-119 done" in text for text in told] == [False, False, True, False, False, False]
        assert ["job 2-119 done" in text for text in told] == [False, False, False, False, False, True]
        assert not any("dropped" in line for line in proxy.logged)


@SHAPES
def test_a_call_that_got_no_slice_is_told_why(kind: str, tmp_path: Path) -> None:
    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        speaking(kind, True, beside(kind, "a", "b", "c", arguments={"id": "hr_000000000000"}), origin)
        steps(Client(kind, True), proxy, proxy, proxy)
        assert "hr_000000000000 is no id that was shown here" in json.dumps(messages_of(kind, origin.received[-1]))


@SHAPES
def test_a_call_that_nobody_could_send_again_is_dropped_and_counted(kind: str, tmp_path: Path) -> None:
    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        speaking(kind, False, beside(kind, "a", "b", "c", arguments=["hr_0"]), origin)
        steps(Client(kind, False), proxy, proxy, proxy)
        assert OURS not in json.dumps(messages_of(kind, origin.received[-1]))
        assert [line.get("dropped", 0) for line in proxy.logged] == [0, 1, 0]


@SHAPES
def test_what_was_removed_from_the_store_is_not_told_again(kind: str, tmp_path: Path) -> None:
    with running_origin([]) as origin, running_proxy(origin, tmp_path, namespace="default") as proxy:
        speaking(kind, False, beside(kind, "a", "b", "c"), origin)
        client = Client(kind, False)
        client.ask(proxy)
        client.go_on(log_text())
        client.ask(proxy)
        client.go_on("short")
        CCRStore.from_url(proxy.store).purge()
        client.ask(proxy)
        assert "acme-0 is used up" not in json.dumps(messages_of(kind, origin.received[-1])[-2:])


@SHAPES
@WAYS
def test_where_nothing_can_be_remembered_the_clients_calls_arrive_and_the_loss_is_counted(
    kind: str, stream: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise StoreError("the disk is full")

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        speaking(kind, stream, beside(kind, "a", "b", "c"), origin)
        client = Client(kind, stream)
        client.ask(proxy)
        client.go_on(log_text())
        monkeypatch.setattr(_kept, "keep", full)
        assert [name for _, name in client.ask(proxy)] == ["read_log"]
        client.go_on("short")
        client.ask(proxy)
        assert [line.get("dropped", 0) for line in proxy.logged] == [0, 1, 0]
        figures = json.loads(split(exchange(proxy.port, request("GET", "/stats")))[2])
        assert figures["retrievals"]["dropped"] == 1


@SHAPES
def test_a_store_that_cannot_be_read_costs_the_slice_and_not_the_request(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: Any, **__: Any) -> None:
        raise StoreError("it is locked")

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        speaking(kind, False, beside(kind, "a", "b", "c"), origin)
        client = Client(kind, False)
        client.ask(proxy)
        client.go_on(log_text())
        client.ask(proxy)
        client.go_on("short")
        monkeypatch.setattr(_kept, "put_back", locked)
        client.ask(proxy)
        assert OURS not in json.dumps(messages_of(kind, origin.received[-1]))
        assert proxy.logged[-1]["dropped"] == 1


def test_a_client_that_tells_its_turn_otherwise_is_not_disturbed(tmp_path: Path) -> None:
    """The first call is gone, then the results are, then only the thoughts."""
    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = lambda received: whole(beside("anthropic", "a", "b", "c")(received, 0))
        client = Client("anthropic", False)
        client.ask(proxy)
        client.go_on(log_text())
        client.ask(proxy)
        client.go_on("short")
        turn, results = client.messages[-2:]
        before = client.messages[:-2]
        for changed in ([{**turn, "content": "Both."}, results], [turn]):
            client.messages = before + changed
            client.ask(proxy)
            assert messages_of("anthropic", origin.received[-1])[len(before) :] == changed
        client.messages = [*before, {**turn, "content": turn["content"][-1:]}, results]
        client.ask(proxy)
        calls = [block["id"] for block in messages_of("anthropic", origin.received[-1])[len(before)]["content"]]
        assert calls == ["b", "c"]


def openai_turns(url: str) -> None:
    """Two turns of the chat client, streamed, with what it gives as its own message."""
    messages: list[Any] = [{"role": "user", "content": QUESTION}]
    given: dict[str, Any] = {"model": "m", "messages": messages, "tools": CHAT_TOOLS}
    with openai.OpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0) as client:
        for text in (log_text(), "short", ""):
            with client.chat.completions.stream(**given) as seen:
                message = seen.get_final_completion().choices[0].message
            messages.append(message)
            messages += [
                {"role": "tool", "tool_call_id": call.id, "content": text} for call in message.tool_calls or ()
            ]


def responses_turns(url: str) -> None:
    """The same with the responses client, whose output items are put behind the input."""
    items: list[Any] = [{"role": "user", "content": QUESTION}]
    given: dict[str, Any] = {"model": "m", "input": items, "tools": TOOLS, "store": False}
    with openai.OpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0) as client:
        for text in (log_text(), "short", ""):
            with client.responses.stream(**given) as seen:
                output = seen.get_final_response().output
            items += [item.model_dump(exclude_none=True) for item in output]
            items += [
                {"type": "function_call_output", "call_id": item.call_id, "output": text}
                for item in output
                if item.type == "function_call"
            ]


def anthropic_turns(url: str) -> None:
    """The same with Anthropic's client."""
    messages: list[Any] = [{"role": "user", "content": QUESTION}]
    with anthropic.Anthropic(base_url=url, api_key="k", max_retries=0) as client:
        for text in (log_text(), "short", ""):
            given: Any = {"model": "m", "max_tokens": 9, "messages": messages, "tools": ANTHROPIC_TOOLS}
            with client.messages.stream(**given) as seen:
                content = seen.get_final_message().content
            messages.append({"role": "assistant", "content": content})
            blocks = [
                {"type": "tool_result", "tool_use_id": block.id, "content": text}
                for block in content
                if block.type == "tool_use"
            ]
            messages += [{"role": "user", "content": blocks}] if blocks else []


@pytest.mark.parametrize(
    ("kind", "talk"), [("chat", openai_turns), ("responses", responses_turns), ("anthropic", anthropic_turns)]
)
def test_real_clients_send_their_turn_so_that_it_is_known(
    kind: str, talk: Callable[[str], None], tmp_path: Path
) -> None:
    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        speaking(kind, True, beside(kind, "call_a", "call_b", "call_c"), origin)
        talk(proxy.url)
        assert len(origin.received) == 3
        assert "job 0-119 done" in json.dumps(messages_of(kind, origin.received[-1]))
