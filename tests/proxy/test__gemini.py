from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from headroom.markers import TOOL_NAME
from headroom.proxy import _gemini, _sse, _tool
from headroom.proxy._tool import Slice
from headroom.proxy._turns import Asked
from tests.proxy.rig import (
    Pieces,
    Received,
    exchange,
    gemini,
    log_text,
    request,
    running_origin,
    running_proxy,
    split,
    streamed,
    whole,
)

OURS = {"functionCall": {"name": TOOL_NAME, "args": {"id": "hr_1"}, "id": "f1"}, "thoughtSignature": "c2ln"}
THEIRS = {"functionCall": {"name": "read_log", "args": {}}}
TOOLS = [{"functionDeclarations": [{"name": "read_log"}]}]
STREAM = "/v1beta/models/gemini-2.5-pro:streamGenerateContent"


def text(said: str) -> dict[str, Any]:
    return {"text": said}


def answer(*parts: dict[str, Any], end: str | None = "STOP") -> dict[str, Any]:
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 2, "totalTokenCount": 12}
    finish = {"finishReason": end} if end else {}
    candidate = {"content": {"role": "model", "parts": list(parts)}, **finish, "index": 0}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m"}


def events(*parts: dict[str, Any]) -> list[bytes]:
    """One part in each event, the reason in one of its own, as the provider does it."""
    return [_sse.event(answer(part, end=None)) for part in parts] + [_sse.event(answer(text("")))]


def values_of(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line[5:]) for line in out.split(b"\n") if line.startswith(b"data:")]


def said(values: list[dict[str, Any]]) -> str:
    return "".join(p.get("text", "") for v in values for p in v["candidates"][0]["content"]["parts"])


def test_an_answer_without_our_tool_passes_byte_for_byte() -> None:
    for parts in ([text("all "), text("well")], [text("so"), THEIRS]):
        reader = _gemini.stream()
        for event in events(*parts):
            assert reader.feed(event) == event
        assert reader.end() == (None, b"")
        assert _gemini.read(answer(*parts)) == (None, False)


def test_a_call_of_ours_is_hidden_and_the_rounds_become_one_stream() -> None:
    reader = _gemini.stream()
    first = b"".join(map(reader.feed, events(text("wait "), OURS)))
    turn, _ = reader.end()
    assert turn is not None
    assert [(call.id, call.arguments) for call in turn.calls] == [("f1", {"id": "hr_1"})]
    parts = json.loads(turn.message)["parts"]
    assert parts[:2] == [text("wait "), OURS]
    second = b"".join(map(reader.feed, events(text("it is "), text("here"), THEIRS)))
    assert reader.end() == (None, b"")
    values = values_of(first + second)
    assert TOOL_NAME not in str(values)
    assert said(values) == "wait it is here"
    assert [v["candidates"][0].get("finishReason") for v in values].count("STOP") == 1
    assert values[-1]["candidates"][0]["finishReason"] == "STOP"
    assert values[-1]["usageMetadata"]["totalTokenCount"] == 24


def test_a_call_that_comes_with_the_reason_is_hidden_as_well() -> None:
    reader = _gemini.stream()
    assert values_of(reader.feed(_sse.event(answer(text("wait"), OURS))))[0]["candidates"][0] == {
        "content": {"role": "model", "parts": [text("wait")]},
        "index": 0,
    }
    assert reader.end()[0] is not None


def test_a_call_beside_the_clients_own_is_told_and_the_clients_own_is_not_held_back() -> None:
    reader = _gemini.stream()
    out = b"".join(map(reader.feed, events(OURS, THEIRS)))
    assert "read_log" in str(values_of(out))
    assert "finishReason" not in str(values_of(out))
    turn, late = reader.end()
    assert turn is not None
    assert turn.beside
    values = values_of(out + late)
    assert TOOL_NAME not in str(values)
    assert "read_log" in str(values)
    assert values[-1]["candidates"][0]["finishReason"] == "STOP"
    whole, called = _gemini.read(answer(OURS, THEIRS, text("")))
    assert (whole, called) == (turn, True)


def test_a_stream_that_breaks_off_wants_nothing() -> None:
    reader = _gemini.stream()
    reader.feed(_sse.event(answer(OURS, end=None)))
    assert reader.end() == (None, b"")


def test_whole_answers_are_joined() -> None:
    turn, called = _gemini.read(answer(text("wait "), OURS))
    assert called
    assert turn is not None
    joined = _gemini.join([answer(text("wait "), OURS), answer(text("here"))])
    assert said([joined]) == "wait here"
    assert joined["usageMetadata"]["promptTokenCount"] == 20
    assert said([_gemini.join([answer(text("wait "), OURS), answer(text("{}"))], Asked(json=True))]) == "{}"
    results = [json.loads(item) for item in _gemini.results(turn, [Slice("no", failed=True)])]
    assert results[1]["parts"] == [{"functionResponse": {"id": "f1", "name": TOOL_NAME, "response": {"error": "no"}}}]


@pytest.mark.parametrize(
    ("more", "offered"),
    [
        ({}, True),
        ({"cachedContent": "c/1"}, False),
        ({"generationConfig": {"candidateCount": 2}}, False),
        ({"tools": [{"googleSearch": {}}]}, False),
        ({"tools": [{"functionDeclarations": [{"name": TOOL_NAME}]}]}, False),
        ({"tools": []}, False),
    ],
)
def test_it_is_offered_only_where_the_provider_takes_it(more: dict[str, Any], offered: bool) -> None:
    assert _tool.is_offered("gemini", {**gemini(log_text(), tools=TOOLS), **more}) is offered


def test_an_answer_that_must_be_json_is_known() -> None:
    assert _tool.wants_json({"generationConfig": {"responseMimeType": "application/json"}})
    assert not _tool.wants_json({"generationConfig": {"responseMimeType": "text/plain"}})


@pytest.mark.parametrize("path", [STREAM + "?alt=sse", STREAM.replace("streamG", "g")])
def test_a_client_sees_one_answer(path: str, tmp_path: Path) -> None:
    def say(received: Received) -> Pieces:
        body = received.json
        assert body["tools"][0]["functionDeclarations"][0]["name"] == TOOL_NAME
        last = body["contents"][-1]["parts"][0]["functionResponse"]
        parts = [text("tenant acme-0")]
        if last["name"] != TOOL_NAME:
            shown = str(body["contents"]).partition("[headroom ")[2].split(" ")[0]
            parts = [text("wait "), {"functionCall": {"name": TOOL_NAME, "args": {"id": shown, "lines": "100-120"}}}]
        else:
            assert "job 0-110 done" in last["response"]["output"]
        return streamed(*events(*parts)) if "alt=sse" in path else whole(answer(*parts))

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = say
        body = json.dumps(gemini(log_text(), tools=TOOLS)).encode()
        status, _, out = split(exchange(proxy.port, request("POST", path, body)))
    assert status == 200
    values = values_of(out) if "alt=sse" in path else [json.loads(out)]
    assert said(values) == "wait tenant acme-0"
    assert len(origin.received) == 2


def test_on_a_stream_that_is_one_array_nothing_is_offered_and_nothing_left_out(tmp_path: Path) -> None:
    with running_origin(whole([answer(text("ok"))])) as origin, running_proxy(origin, tmp_path) as proxy:
        body = json.dumps(gemini(log_text(), tools=TOOLS)).encode()
        exchange(proxy.port, request("POST", STREAM, body))
    assert origin.received[0].json["tools"] == TOOLS
