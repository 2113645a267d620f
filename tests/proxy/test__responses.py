from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openai
import pytest

from headroom.markers import TOOL_NAME
from headroom.proxy import _responses, _sse, _tool
from headroom.proxy._tool import Slice
from headroom.proxy._turns import Asked
from tests.proxy.rig import (
    Pieces,
    Received,
    Running,
    exchange,
    log_text,
    request,
    responses,
    running_origin,
    running_proxy,
    split,
    streamed,
    whole,
)

OURS = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "c1",
    "name": TOOL_NAME,
    "arguments": '{"id": "hr_1"}',
    "status": "completed",
}
THEIRS = {**OURS, "id": "fc_2", "call_id": "c2", "name": "read_log", "arguments": "{}"}
STATELESS = {"store": False, "include": ["reasoning.encrypted_content"]}
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "c2ln"}
TOOLS = [{"type": "function", "name": "read_log", "parameters": {"type": "object"}, "strict": False}]


def text(said: str, number: int = 1) -> dict[str, Any]:
    part = {"type": "output_text", "text": said, "annotations": []}
    return {"type": "message", "id": f"msg_{number}", "role": "assistant", "status": "completed", "content": [part]}


def answer(*items: dict[str, Any], number: int = 1) -> dict[str, Any]:
    usage = {"input_tokens": 10, "input_tokens_details": {"cached_tokens": 4}, "output_tokens": 2, "total_tokens": 12}
    usage["output_tokens_details"] = {"reasoning_tokens": 1}
    base = {"id": f"resp_{number}", "object": "response", "created_at": 1, "model": "m", "status": "completed"}
    settings = {
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": None,
    }
    return {**base, **settings, "instructions": None, "metadata": {}, "output": list(items), "usage": usage}


def events(whole_answer: dict[str, Any]) -> list[bytes]:
    """The same as a stream, as the provider numbers it."""
    values: list[dict[str, Any]] = []
    begun = {**whole_answer, "output": [], "usage": None, "status": "in_progress"}
    values += [{"type": "response.created", "response": begun}, {"type": "response.in_progress", "response": begun}]
    for n, item in enumerate(whole_answer["output"]):
        values.append(
            {"type": "response.output_item.added", "output_index": n, "item": {**item, "status": "in_progress"}}
        )
        place = {"output_index": n, "item_id": item["id"]}
        if item["type"] == "function_call":
            half = len(item["arguments"]) // 2
            for delta in (item["arguments"][:half], item["arguments"][half:]):
                values.append({"type": "response.function_call_arguments.delta", **place, "delta": delta})
            done = {"type": "response.function_call_arguments.done", **place, "arguments": item["arguments"]}
            values.append({**done, "name": item["name"]})
        elif item["type"] == "message":
            said = item["content"][0]
            inner = {**place, "content_index": 0}
            values.append({"type": "response.content_part.added", **inner, "part": {**said, "text": ""}})
            for word in said["text"].split(" "):
                values.append({"type": "response.output_text.delta", **inner, "delta": word, "logprobs": []})
            values.append({"type": "response.output_text.done", **inner, "text": said["text"], "logprobs": []})
            values.append({"type": "response.content_part.done", **inner, "part": said})
        values.append({"type": "response.output_item.done", "output_index": n, "item": item})
    values.append({"type": "response.completed", "response": whole_answer})
    return [_sse.event({**value, "sequence_number": n}, value["type"]) for n, value in enumerate(values)]


def values_of(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line[5:]) for line in out.split(b"\n") if line.startswith(b"data:")]


def test_an_answer_without_our_tool_passes_byte_for_byte() -> None:
    for items in ([text("all is well")], [THOUGHT, text("so"), THEIRS], []):
        reader = _responses.stream()
        for event in events(answer(*items)):
            assert reader.feed(event) == event
        assert reader.end() == (None, b"")
        assert _responses.read(answer(*items)) == (None, False)


def test_a_call_of_ours_is_hidden_and_the_rounds_become_one_stream() -> None:
    reader = _responses.stream()
    first = b"".join(map(reader.feed, events(answer(THOUGHT, text("wait"), OURS))))
    turn, late = reader.end()
    assert turn is not None
    assert late == b""
    assert [(call.id, call.arguments) for call in turn.calls] == [("c1", '{"id": "hr_1"}')]
    assert json.loads(f"[{turn.message}]") == [THOUGHT, text("wait"), OURS]
    second = b"".join(map(reader.feed, events(answer(text("it is here", 2), THEIRS, number=2))))
    assert reader.end() == (None, b"")
    values = values_of(first + second)
    assert TOOL_NAME not in str(values)
    assert [value["sequence_number"] for value in values] == list(range(len(values)))
    assert [v["output_index"] for v in values if v["type"] == "response.output_item.added"] == [0, 1, 2, 3]
    assert [v["type"] for v in values if v["type"] in _responses._OPENING] == [
        "response.created",
        "response.in_progress",
    ]
    final = values[-1]["response"]
    assert final["id"] == "resp_1"
    assert final["output"] == [THOUGHT, text("wait"), text("it is here", 2), THEIRS]
    assert (final["usage"]["total_tokens"], final["usage"]["input_tokens_details"]["cached_tokens"]) == (24, 8)


def test_a_call_beside_the_clients_own_is_told_and_the_clients_own_is_not_held_back() -> None:
    reader = _responses.stream()
    out = b"".join(map(reader.feed, events(answer(OURS, THEIRS))))
    assert values_of(out)[-1]["type"] == "response.output_item.done"
    turn, late = reader.end()
    assert turn is not None
    assert turn.beside
    values = values_of(out + late)
    assert TOOL_NAME not in str(values)
    assert values[-1]["response"]["output"] == [THEIRS]
    assert [v["output_index"] for v in values if v["type"] == "response.output_item.done"] == [0]
    assert _responses.read(answer(OURS, THEIRS)) == (turn, True)


def test_a_stream_that_breaks_off_wants_nothing() -> None:
    reader = _responses.stream()
    for event in events(answer(OURS))[:-1]:
        reader.feed(event)
    assert reader.end() == (None, b"")


def test_a_failure_in_a_later_round_is_an_event_that_clients_know() -> None:
    reader = _responses.stream()
    for event in events(answer(OURS)):
        reader.feed(event)
    reader.end()
    (value,) = values_of(reader.failed({"type": "api_error", "message": "gone"}))
    assert (value["type"], value["response"]["error"]) == ("response.failed", {"code": "api_error", "message": "gone"})


def test_whole_answers_are_joined() -> None:
    turn, called = _responses.read(answer(text("wait"), OURS))
    assert called
    assert turn is not None
    last = answer(text("here", 2), number=2)
    joined = _responses.join([answer(text("wait"), OURS), last])
    assert (joined["id"], joined["output"]) == ("resp_1", [text("wait"), text("here", 2)])
    assert joined["usage"]["input_tokens"] == 20
    assert _responses.join([answer(text("wait"), OURS), last], Asked(json=True))["output"] == [text("here", 2)]
    sent = [json.loads(item) for item in _responses.results(turn, [Slice("the line")])[1:]]
    assert sent == [{"type": "function_call_output", "call_id": "c1", "output": "the line"}]


@pytest.mark.parametrize(
    ("more", "offered"),
    [
        (STATELESS, True),
        ({}, True),
        ({"store": False}, True),
        ({"store": True, "previous_response_id": "resp_0"}, True),
        ({"input": "Why?"}, True),
        ({"input": []}, False),
        ({"background": True}, False),
        ({**STATELESS, "background": True}, False),
        ({**STATELESS, "conversation": "conv_1"}, False),
        ({**STATELESS, "tools": []}, False),
        (
            {**STATELESS, "tools": [{"type": "namespace", "name": "mcp__headroom", "tools": [{"name": TOOL_NAME}]}]},
            False,
        ),
    ],
)
def test_it_is_offered_only_where_rounds_can_stand_in_between(more: dict[str, Any], offered: bool) -> None:
    body = {**responses(log_text(), tools=TOOLS), **more}
    assert _tool.is_offered("openai_responses", body) is offered


def test_an_answer_that_must_be_json_is_known() -> None:
    assert _tool.wants_json({"text": {"format": {"type": "json_schema"}}})
    assert not _tool.wants_json({"text": {"format": {"type": "text"}}})


@pytest.mark.parametrize("stream", [False, True])
def test_the_openai_client_sees_one_answer(stream: bool, tmp_path: Path) -> None:
    def say(received: Received) -> Pieces:
        body = received.json
        assert body["tools"][0]["name"] == TOOL_NAME
        results = [item for item in body["input"] if item.get("call_id") == "c1"]
        found = answer(text("tenant acme-0", 2), number=2)
        if not results:
            shown = str(body["input"]).partition("[headroom ")[2].split(" ")[0]
            found = answer(text("wait"), {**OURS, "arguments": json.dumps({"id": shown, "lines": "100-120"})})
        else:
            assert "job 0-110 done" in results[-1]["output"]
        return streamed(*events(found)) if stream else whole(found)

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = say
        client = openai.OpenAI(base_url=f"{proxy.url}/v1", api_key="k", max_retries=0)
        body = responses(log_text(), tools=TOOLS, **STATELESS)
        with client:
            if stream:
                with client.responses.stream(**body) as events_seen:
                    final = events_seen.get_final_response()
            else:
                final = client.responses.create(**body)
    assert final.output_text == "waittenant acme-0"
    assert final.usage is not None
    assert final.usage.total_tokens == 24
    assert len(origin.received) == 2


# ------------------------------------------------------------------------------------- answers that the provider keeps

BY_ID = {"type": "reasoning", "id": "rs_1", "summary": []}


class Keeping:
    """A provider that keeps answers under ids, as it does unless told otherwise. `zdr`: it keeps none, whatever it is told."""

    def __init__(self, *says: list[dict[str, Any]], zdr: bool = False) -> None:
        self.says = list(says)
        self.zdr = zdr
        self.kept: dict[str, list[dict[str, Any]]] = {}
        self.contexts: list[list[dict[str, Any]]] = []

    def __call__(self, received: Received) -> Pieces:
        body = received.json
        given = body["input"] if isinstance(body["input"], list) else [{"role": "user", "content": body["input"]}]
        context = self.kept.get(body.get("previous_response_id"), []) + given
        problem = self.problem(body, context)
        if problem:
            return whole({"error": {"message": problem, "type": "invalid_request_error"}}, "400 Bad Request")
        self.contexts.append(context)
        shown = json.dumps(context).partition("[headroom ")[2].split(" ")[0]
        items = [
            {**item, "arguments": json.dumps({"id": shown, "lines": "120"})} if item == OURS else item
            for item in self.says[len(self.contexts) - 1]
        ]
        found = answer(*items, number=len(self.contexts))
        self.kept[found["id"]] = context + items
        return streamed(*events(found)) if body.get("stream") else whole(found)

    def problem(self, body: dict[str, Any], context: list[dict[str, Any]]) -> str:
        if body.get("previous_response_id") not in {None, *self.kept}:
            return "previous response not found"
        thoughts = [item["id"] for item in context if item.get("type") == "reasoning"]
        if thoughts and (self.zdr or body.get("store") is False):
            return f"Item with id '{thoughts[0]}' not found. Items are not persisted."
        calls = {item["call_id"] for item in context if item.get("type") == "function_call"}
        results = {item["call_id"] for item in context if item.get("type") == "function_call_output"}
        tied = [item for item in context if item.get("type") == "function_call" and item.get("id") and not thoughts]
        if tied and any(item.get("type") == "reasoning" for say in self.says for item in say):
            return f"Item '{tied[0]['id']}' was provided without its required 'reasoning' item."
        return "" if calls == results else f"No tool output found for function call {min(calls ^ results)}."


def post(proxy: Running, **more: Any) -> dict[str, Any]:
    """One request; the answer as clients understand it, with the id that stands at the stream's beginning as `first`."""
    body = {"model": "m", "tools": TOOLS, **more}
    status, _, raw = split(exchange(proxy.port, request("POST", "/v1/responses", json.dumps(body).encode())))
    assert status == 200, raw
    if not more.get("stream"):
        return {"first": None, **json.loads(raw)}
    values = values_of(raw)
    return {"first": values[0]["response"]["id"], **values[-1]["response"]}


def result(call: str, said: str) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call, "output": said}


NEW = {key: value for key, value in THEIRS.items() if key != "id"}
READ = [{"role": "user", "content": "Why?"}, NEW, result("c2", log_text())]


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_is_kept_goes_on_from_its_id(stream: bool, tmp_path: Path) -> None:
    provider = Keeping([BY_ID, THEIRS], [BY_ID, OURS], [text("tenant")], [text("Bye.", 2)], [text("Bye.", 2)])
    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = provider
        first = post(proxy, stream=stream, input="Why?")
        assert origin.received[0].json["input"] == "Why?"
        found = post(proxy, stream=stream, input=[result("c2", log_text())], previous_response_id=first["id"])
        assert found["output"][-1] == text("tenant")
        assert TOOL_NAME not in str(found)
        assert found["id"] == "resp_3"
        for name in filter(None, (found["id"], found["first"])):  # some clients take the id from the stream's beginning
            thanks = {"input": [{"role": "user", "content": "Thanks"}], "previous_response_id": name}
            assert post(proxy, stream=stream, **thanks)["output"][-1] == text("Bye.", 2)
            assert "job 0-119 done" in str(provider.contexts[-1])
        assert BY_ID in origin.received[2].json["input"]  # the provider knows these thoughts


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("more", "asked"), [({}, 3), ({"store": False}, 2)])
def test_thoughts_that_nobody_has_kept_are_left_out(
    stream: bool, more: dict[str, Any], asked: int, tmp_path: Path
) -> None:
    """Some accounts keep nothing, whatever a request says: the provider refuses then what it has not kept."""
    provider = Keeping([BY_ID, text("wait"), OURS], [text("tenant", 2)], zdr=True)
    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = provider
        found = post(proxy, stream=stream, input=READ, **more)
    assert found["output"] == [BY_ID, text("wait"), text("tenant", 2)]
    assert len(origin.received) == asked
    assert "job 0-119 done" in str(provider.contexts[-1])


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("call", "told"), [(OURS, "job 0-119 done"), ({**OURS, "arguments": "{"}, "must be a JSON object")]
)
def test_results_alone_bring_back_the_call_beside_theirs(
    stream: bool, call: dict[str, Any], told: str, tmp_path: Path
) -> None:
    other = {**THEIRS, "id": "fc_3", "call_id": "c3"}
    provider = Keeping([BY_ID, THEIRS], [BY_ID, call, other], [text("Bye.")])
    with running_origin([]) as origin:
        origin.answer = provider
        with running_proxy(origin, tmp_path) as proxy:
            first = post(proxy, stream=stream, input="Why?")
            found = post(proxy, stream=stream, input=[result("c2", log_text())], previous_response_id=first["id"])
        assert found["output"] == [BY_ID, other]
        with running_proxy(origin, tmp_path) as proxy:
            post(proxy, stream=stream, input=[result("c3", "short")], previous_response_id=found["id"])
    assert [item["call_id"] for item in origin.received[-1].json["input"]] == ["c1", "c3"]
    assert told in origin.received[-1].json["input"][0]["output"]
