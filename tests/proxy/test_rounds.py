from __future__ import annotations

import gzip
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headroom.markers import TOOL_NAME
from headroom.proxy import _chat
from tests.proxy.rig import (
    CUT,
    PATHS,
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

KINDS = ("chat", "anthropic")


def post(proxy: Running, kind: str, **more: Any) -> tuple[int, bytes]:
    path, make = PATHS[kind]
    status, _, body = split(exchange(proxy.port, request("POST", path, json.dumps(make(log_text(), **more)).encode())))
    return status, body


def shown_id(received: Received) -> str:
    found = re.search(rb"\[headroom (hr_[0-9a-f]+)", received.body)
    assert found is not None
    return found[1].decode()


# ---------------------------------------------------------------------------------------- what a provider's answers are


def said(kind: str, text: str, *calls: tuple[str, str, dict[str, Any]], thought: str = "") -> dict[str, Any]:
    """A whole answer: a text and calls (id, tool, arguments), of 10 tokens in and 2 out."""
    if kind == "chat":
        message: dict[str, Any] = {"role": "assistant", "content": text or None}
        if thought:
            message["reasoning_content"] = thought
        if calls:
            message["tool_calls"] = [
                {"id": i, "type": "function", "function": {"name": n, "arguments": json.dumps(a)}} for i, n, a in calls
            ]
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop", "logprobs": None}
        usage = {"prompt_tokens": 10, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}
        return {"id": f"chatcmpl-{text[:3]}", "object": "chat.completion", "choices": [choice], "usage": usage}
    content: list[dict[str, Any]] = [{"type": "thinking", "thinking": thought, "signature": "c2ln"}] if thought else []
    content += [{"type": "text", "text": text}] if text else []
    content += [{"type": "tool_use", "id": i, "name": n, "input": a} for i, n, a in calls]
    usage = {"input_tokens": 10, "output_tokens": 2, "cache_read_input_tokens": 4, "service_tier": "standard"}
    return {
        "id": f"msg_{text[:3]}",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": content,
        "stop_reason": "tool_use" if calls else "end_turn",
        "usage": usage,
    }


def events_of(kind: str, answer: dict[str, Any]) -> bytes:
    """The same answer as a stream, in several deltas each."""
    return b"".join(_chat_events(answer) if kind == "chat" else _message_events(answer))


def _chat_events(answer: dict[str, Any]) -> Iterator[bytes]:
    def chunk(delta: Any, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        value = {"id": answer["id"], "object": "chat.completion.chunk", "created": 7, "choices": [choice]}
        return f"data: {json.dumps(value)}\n\n".encode()

    message = answer["choices"][0]["message"]
    yield chunk({"role": "assistant", "content": ""})
    for part in re.findall(r"\S+\s*", message.get("reasoning_content") or ""):
        yield chunk({"reasoning_content": part})
    for part in re.findall(r"\S+\s*", message["content"] or ""):
        yield chunk({"content": part})
    for n, call in enumerate(message.get("tool_calls", ())):
        text = call["function"]["arguments"]
        yield chunk({"tool_calls": [{**call, "index": n, "function": {**call["function"], "arguments": ""}}]})
        for at in range(0, len(text), 7):
            yield chunk({"tool_calls": [{"index": n, "function": {"arguments": text[at : at + 7]}}]})
    yield chunk({}, answer["choices"][0]["finish_reason"])
    last = {
        "id": answer["id"],
        "object": "chat.completion.chunk",
        "created": 7,
        "choices": [],
        "usage": answer["usage"],
    }
    yield f"data: {json.dumps(last)}\n\n".encode()
    yield b"data: [DONE]\n\n"


def _message_events(answer: dict[str, Any]) -> Iterator[bytes]:
    def event(kind: str, **fields: Any) -> bytes:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()

    yield event("message_start", message={**answer, "content": [], "stop_reason": None})
    yield event("ping")
    for n, block in enumerate(answer["content"]):
        kind = block["type"]
        starts: dict[str, dict[str, Any]] = {
            "text": {"text": ""},
            "thinking": {"thinking": "", "signature": ""},
            "tool_use": {"input": {}},
        }
        yield event("content_block_start", index=n, content_block={**block, **starts[kind]})
        text = json.dumps(block["input"]) if kind == "tool_use" else block[kind]
        name = {"text": "text", "thinking": "thinking", "tool_use": "partial_json"}[kind]
        delta = {"text": "text_delta", "thinking": "thinking_delta", "tool_use": "input_json_delta"}[kind]
        for part in re.findall(r"\S+\s*", text):
            yield event("content_block_delta", index=n, delta={"type": delta, name: part})
        if kind == "thinking":
            yield event("content_block_delta", index=n, delta={"type": "signature_delta", "signature": "c2ln"})
        yield event("content_block_stop", index=n)
    yield event("message_delta", delta={"stop_reason": answer["stop_reason"]}, usage={"output_tokens": 2})
    yield event("message_stop")


def understood(kind: str, events: bytes) -> dict[str, Any]:
    """What a client makes of a stream: its text, thoughts, calls, reason and usage."""
    values = [
        json.loads(line[5:]) for line in events.split(b"\n") if line.startswith(b"data:") and b"[DONE]" not in line
    ]
    found: dict[str, Any] = {"text": "", "thought": "", "calls": {}, "why": None, "usage": None, "ids": set()}
    for value in values:
        if kind == "chat":
            found["ids"].add(value["id"])
            found["usage"] = value.get("usage") or found["usage"]
            for choice in value["choices"]:
                delta = choice["delta"]
                found["text"] += delta.get("content") or ""
                found["thought"] += delta.get("reasoning_content") or ""
                found["why"] = choice["finish_reason"] or found["why"]
                for call in delta.get("tool_calls", ()):
                    entry = found["calls"].setdefault(call["index"], ["", ""])
                    entry[0] += call["function"].get("name") or ""
                    entry[1] += call["function"]["arguments"]
        elif value["type"] == "content_block_start":
            assert value["index"] == len(found["ids"])  # blocks are numbered without a gap
            found["ids"].add(value["index"])
            if value["content_block"]["type"] == "tool_use":
                found["calls"][value["index"]] = [value["content_block"]["name"], ""]
        elif value["type"] == "content_block_delta":
            delta = value["delta"]
            found["text"] += delta.get("text", "")
            found["thought"] += delta.get("thinking", "")
            if "partial_json" in delta:
                found["calls"][value["index"]][1] += delta["partial_json"]
        elif value["type"] == "message_delta":
            found["why"], found["usage"] = value["delta"]["stop_reason"], value["usage"]
    found["calls"] = [(name, json.loads(text or "{}")) for name, text in found["calls"].values()]
    return found


def told(kind: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The same of a whole answer."""
    if kind == "chat":
        message = answer["choices"][0]["message"]
        return {
            "text": message["content"] or "",
            "calls": [
                (c["function"]["name"], json.loads(c["function"]["arguments"])) for c in message.get("tool_calls", ())
            ],
            "why": answer["choices"][0]["finish_reason"],
            "usage": answer["usage"],
        }
    return {
        "text": "".join(b.get("text", "") for b in answer["content"]),
        "calls": [(b["name"], b["input"]) for b in answer["content"] if b["type"] == "tool_use"],
        "why": answer["stop_reason"],
        "usage": answer["usage"],
    }


Say = Callable[[Received, int], dict[str, Any]]


def ask(kind: str, stream: bool, folder: Path, say: Say, **given: Any) -> tuple[dict[str, Any], Origin, Running]:
    """One request to a model that says what `say` says in each round; what the client understands."""

    def answer(received: Received) -> Pieces:
        found = say(received, len(origin.received))
        if not stream:
            return whole(found)
        events = events_of(kind, found)
        return streamed(*(events[at : at + 50] for at in range(0, len(events), 50)))

    with running_origin([]) as origin, running_proxy(origin, folder, **given) as proxy:
        origin.answer = answer
        status, body = post(proxy, kind, **({"stream": True} if stream else {}))
        assert status == 200
        found = understood(kind, body) if stream else told(kind, json.loads(body))
        return {**found, "raw": body}, origin, proxy


def in_all(kind: str, rounds: int) -> dict[str, int]:
    if kind == "chat":
        return {"prompt_tokens": 10 * rounds, "completion_tokens": 2 * rounds}
    return {"input_tokens": 10 * rounds, "output_tokens": 2 * rounds, "cache_read_input_tokens": 4 * rounds}


# --------------------------------------------------------------------------------------------------------------- tests


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_call_of_our_tool_is_answered_inside(kind: str, stream: bool, tmp_path: Path) -> None:
    def say(received: Received, number: int) -> dict[str, Any]:
        if number == 1:
            return said(kind, "Let me look.", ("r1", TOOL_NAME, {"id": shown_id(received), "grep": "quota"}))
        return said(kind, "The quota of acme-0.")

    found, origin, proxy = ask(kind, stream, tmp_path, say)
    between = "\n\n" if kind == "chat" else ""
    assert found["text"] == f"Let me look.{between}The quota of acme-0."
    assert (found["calls"], found["why"]) == ([], "stop" if kind == "chat" else "end_turn")
    assert found["usage"].items() >= in_all(kind, 2).items()
    assert TOOL_NAME.encode() not in found["raw"]
    first, second = (r.json["messages"] for r in origin.received)
    assert second[: len(first)] == first
    results = json.dumps(second[len(first) :])
    assert 'grep \\"quota\\": 1 of 1' in results.replace("\\\\", "\\") or "quota of tenant acme-0" in results
    assert origin.received[1].body.startswith(origin.received[0].body[:500])
    assert proxy.lines()[-1]["retrieved"] == 1


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_several_calls_and_several_rounds_are_answered_inside(kind: str, stream: bool, tmp_path: Path) -> None:
    def say(received: Received, number: int) -> dict[str, Any]:
        name = shown_id(received)
        if number == 1:
            calls = [("a", TOOL_NAME, {"id": name, "lines": "1-2"}), ("b", TOOL_NAME, {"id": name, "grep": "ERROR"})]
            return said(kind, "", *calls, thought="hm so")
        if number == 2:
            return said(kind, "", ("c", TOOL_NAME, {"id": "hr_000000000000"}))
        return said(kind, "Now I read it.", ("d", "read_log", {"day": 1}))

    found, origin, proxy = ask(kind, stream, tmp_path, say)
    assert (found["text"], found["calls"]) == ("Now I read it.", [("read_log", {"day": 1})])
    assert found["why"] == ("tool_calls" if kind == "chat" else "tool_use")
    assert found["usage"].items() >= in_all(kind, 3).items()
    assert proxy.lines()[-1]["retrieved"] == 3
    sent = origin.received[2].body.decode()
    assert "hr_000000000000 is no id that was shown here" in sent
    assert "hm so" in sent  # thoughts go back to the model with its calls
    if kind == "anthropic":
        assert '"signature":"c2ln"' in sent
        assert '"is_error":true' in sent
    if stream and kind == "chat":
        assert len(found["ids"]) == 1


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_of_calls_side_by_side_the_client_gets_its_own(kind: str, stream: bool, tmp_path: Path) -> None:
    def say(received: Received, _: int) -> dict[str, Any]:
        ours = ("a", TOOL_NAME, {"id": shown_id(received)})
        return said(kind, "Both.", ours, ("b", "read_log", {"x": 1}), ("c", "read_log", {"x": 2}))

    found, origin, _ = ask(kind, stream, tmp_path, say)
    assert found["text"] == "Both."
    assert found["calls"] == [("read_log", {"x": 1}), ("read_log", {"x": 2})]
    assert TOOL_NAME.encode() not in found["raw"]
    assert len(origin.received) == 1


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_without_a_call_of_ours_passes_byte_for_byte(kind: str, stream: bool, tmp_path: Path) -> None:
    answer = said(kind, f"You may call {TOOL_NAME}.", ("b", "read_log", {"name": TOOL_NAME}), thought="né")
    found, _, _ = ask(kind, stream, tmp_path, lambda *_: answer)
    assert found["raw"] == (events_of(kind, answer) if stream else json.dumps(answer).encode())


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_must_be_json_has_nothing_before_it(kind: str, tmp_path: Path) -> None:
    def say(received: Received, number: int) -> dict[str, Any]:
        if number == 1:
            return said(kind, "Let me look.", ("a", TOOL_NAME, {"id": shown_id(received)}))
        return said(kind, '{"cause": "quota"}')

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = lambda received: whole(say(received, len(origin.received)))
        _, body = post(proxy, kind, response_format={"type": "json_object"})
        assert told(kind, json.loads(body))["text"] == '{"cause": "quota"}'


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_of_a_later_round_reaches_the_client(kind: str, tmp_path: Path) -> None:
    refusal = {"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}}

    def answer(received: Received) -> Pieces:
        if len(origin.received) % 2 == 0:
            return whole(refusal, "429 Too Many Requests", "Retry-After: 3")
        call = said(kind, "Let me look.", ("a", TOOL_NAME, {"id": shown_id(received)}))
        return streamed(events_of(kind, call)) if received.json.get("stream") else whole(call)

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = answer
        status, body = post(proxy, kind)
        assert (status, json.loads(body)) == (429, refusal)
        status, body = post(proxy, kind, stream=True)
        last = json.loads(body.strip().split(b"data: ")[-1])
        assert (status, last["error"]["message"]) == (200, "slow down")
        assert TOOL_NAME.encode() not in body


@pytest.mark.parametrize("kind", KINDS)
def test_a_provider_that_goes_between_two_rounds_is_said_so(kind: str, tmp_path: Path) -> None:
    def answer(received: Received) -> Pieces:
        if len(origin.received) > 1:
            return [CUT]
        return streamed(events_of(kind, said(kind, "Let me look.", ("a", TOOL_NAME, {"id": shown_id(received)}))))

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = answer
        _, body = post(proxy, kind, stream=True)
        assert json.loads(body.strip().split(b"data: ")[-1])["error"]["code"] == "cut"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_model_that_asks_for_ever_is_stopped(kind: str, stream: bool, tmp_path: Path) -> None:
    found: dict[str, Any] = {}

    def say(received: Received, _: int) -> dict[str, Any]:
        return said(kind, "", ("a", TOOL_NAME, {"id": shown_id(received), "lines": "1"}))

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = lambda received: (
            streamed(events_of(kind, say(received, 0))) if stream else whole(say(received, 0))
        )
        status, body = post(proxy, kind, **({"stream": True} if stream else {}))
        assert status == 200
        assert len(origin.received) == 13
        assert b"No more slices in this turn" in origin.received[-1].body
        if stream:
            assert b"without an end" in body
        else:
            found = told(kind, json.loads(body))
            assert (found["calls"], found["why"]) == ([], "stop" if kind == "chat" else "end_turn")


@pytest.mark.parametrize("kind", KINDS)
def test_a_provider_that_compresses_all_the_same_is_read(kind: str, tmp_path: Path) -> None:
    def answer(received: Received) -> Pieces:
        assert (b"accept-encoding", b"identity") in [(n.lower(), v) for n, v in received.headers]
        if len(origin.received) == 1:
            found = said(kind, "Let me look.", ("a", TOOL_NAME, {"id": shown_id(received)}))
        else:
            found = said(kind, "Done.")
        return whole(
            gzip.compress(json.dumps(found).encode()),
            "200 OK",
            "Content-Type: application/json",
            "Content-Encoding: gzip",
        )

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = answer
        _, body = post(proxy, kind)
        assert told(kind, json.loads(body))["text"].endswith("Done.")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(KINDS), st.lists(st.integers(1, 3000), max_size=20))
def test_wherever_the_events_are_cut_the_client_understands_the_same(
    origin: Origin, proxy: Running, kind: str, cuts: list[int]
) -> None:
    def answer(received: Received) -> Pieces:
        later = b'"r1"' in received.body
        calls = () if later else (("r1", TOOL_NAME, {"id": shown_id(received), "grep": "é"}),)
        events = events_of(kind, said(kind, "Dóne 🎉." if later else "Let mé look.", *calls))
        places = [0, *sorted({min(cut, len(events)) for cut in cuts} - {0, len(events)}), len(events)]
        return streamed(*(events[a:b] for a, b in pairwise(places)))

    origin.answer = answer
    _, body = post(proxy, kind, stream=True)
    found = understood(kind, body)
    assert (found["text"].replace("\n\n", ""), found["calls"]) == ("Let mé look.Dóne 🎉.", [])
    assert found["why"] == ("stop" if kind == "chat" else "end_turn")


def test_another_tenant_reads_no_original(tmp_path: Path) -> None:
    def answer(received: Received) -> Pieces:
        if b'"r1"' in received.body or b"tenant acme-7" in received.body:
            return whole(said("chat", "Done."))
        return whole(said("chat", "", ("r1", TOOL_NAME, {"id": name})))

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = lambda _: whole(said("chat", "Done."))
        path, make = PATHS["chat"]

        def send(key: str, *logs: str) -> None:
            body = json.dumps(make(*logs)).encode()
            exchange(proxy.port, request("POST", path, body, f"Authorization: Bearer {key}"))

        send("sk-owner", log_text(7))
        name = shown_id(origin.received[-1])
        origin.answer = answer
        send("sk-other")
        assert "is no id that was shown here" in origin.received[-1].json["messages"][-1]["content"]
        send("sk-owner")
        assert "job 7-1 done" in origin.received[-1].json["messages"][-1]["content"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("broken", ["read", "join", "feed"])
def test_an_answer_that_we_fail_to_read_is_delivered_and_the_fault_is_counted(
    broken: str, stream: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    answer = said("chat", "Both.", ("a", TOOL_NAME, {"id": "hr_0"}), ("b", "read_log", {}))
    monkeypatch.setattr(_chat.ChatStream if broken == "feed" else _chat, broken, fails)
    found, _, proxy = ask("chat", stream, tmp_path, lambda *_: answer)
    if stream is (broken == "feed"):
        assert found["raw"] == (events_of("chat", answer) if stream else json.dumps(answer).encode())
        assert "an answer could not be read" in proxy.lines()[-1]["error"]
    else:
        assert TOOL_NAME.encode() not in found["raw"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_that_goes_in_a_later_round_ends_that_round(kind: str, tmp_path: Path) -> None:
    begun = threading.Event()

    def answer(received: Received) -> Pieces:
        if len(origin.received) == 1:
            call = ("r1", TOOL_NAME, {"id": shown_id(received), "grep": "quota"})
            return streamed(events_of(kind, said(kind, "Let me look.", call)))
        events = events_of(kind, said(kind, "The quota."))
        return [*streamed(events[: len(events) // 2], end=False), begun.set]  # and then nothing more

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = answer
        path, make = PATHS[kind]
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as sock:
            sock.sendall(request("POST", path, json.dumps(make(log_text(), stream=True)).encode()))
            assert begun.wait(20)
        assert origin.closed.acquire(timeout=20)


@pytest.mark.parametrize("kind", KINDS)
def test_a_later_round_that_is_no_stream_is_told_as_an_error(kind: str, tmp_path: Path) -> None:
    def answer(received: Received) -> Pieces:
        if len(origin.received) > 1:
            return whole({"error": {"message": "in words"}})
        return streamed(events_of(kind, said(kind, "", ("r1", TOOL_NAME, {"id": shown_id(received)}))))

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = answer
        _, body = post(proxy, kind, stream=True)
        assert json.loads(body.strip().split(b"data: ")[-1])["error"]["message"] == "in words"
