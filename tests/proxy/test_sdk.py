"""The providers' own clients, through the proxy and straight: they must not be able to tell the difference."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest
from pydantic import BaseModel

from headroom.markers import TOOL_NAME
from tests.proxy import test_rounds as model
from tests.proxy.rig import (
    ANTHROPIC_TOOLS,
    CHAT_TOOLS,
    CUT,
    Origin,
    Pieces,
    Received,
    Running,
    log_text,
    running_origin,
    running_proxy,
    streamed,
    whole,
)
from tests.proxy.rig import (
    anthropic as anthropic_body,
)
from tests.proxy.rig import (
    chat as chat_body,
)

ERRORS = {"bad": "400 Bad Request", "key": "401 Unauthorized", "busy": "429 Too Many Requests", "down": "500 Oops"}
NODE_CASES = Path(__file__).with_name("openai_node.cjs")


class Cause(BaseModel):
    worker: int
    cause: str


def provider(received: Received) -> Pieces:
    """A provider that understands requests for chat and messages; the model's name says what happens."""
    if b"/models" in received.line:
        return whole({"object": "list", "data": [{"id": "m", "object": "model", "created": 1, "owned_by": "x"}]})
    body = received.json
    kind = "anthropic" if b"/messages" in received.line else "chat"
    what = body["model"]
    if what in ERRORS:
        return whole(
            {"type": "error", "error": {"type": f"{what}_error", "message": f"It is {what}."}},
            ERRORS[what],
            "retry-after: 0",
        )
    if what == "cut":
        return [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{", CUT]
    calls = (("call_1", "read_log", {"day": 1, "word": "né"}),) if what == "calls" else ()
    text = '{"worker": 9, "cause": "quota"}' if what == "json" else "The quota. 🎉 It is used up."
    answer = model.said(kind, text, *calls)
    answer.update({"model": what} if kind == "anthropic" else {"model": what, "created": 7})
    if body.get("stream"):
        events = model.events_of(kind, answer)
        pieces = streamed(*(events[at : at + 77] for at in range(0, len(events), 77)), end=what != "half")
        return [*pieces[:8], CUT] if what == "half" else pieces
    return whole(answer, "200 OK", "request-id: req_1", "x-request-id: req_1")


def outcome(work: Callable[[], Any]) -> Any:
    """What a client got: plain data, or the error's class, status and message."""
    try:
        found = work()
    except (openai.APIError, anthropic.APIError) as e:
        return type(e).__name__, getattr(e, "status_code", None), str(e)
    return found


def plain(found: Any) -> Any:
    return found.model_dump() if isinstance(found, BaseModel) else found


def openai_cases(base: str, logs: list[str]) -> Iterator[tuple[str, Any]]:
    with openai.OpenAI(api_key="sk-test", base_url=f"{base}/v1", max_retries=0, timeout=20) as client:
        messages: Any = chat_body(*logs)["messages"]
        tools: Any = CHAT_TOOLS

        def create(name: str, **more: Any) -> Any:
            return client.chat.completions.create(model=name, messages=messages, **more)

        def stream(name: str) -> Any:
            with create(name, stream=True, tools=tools, stream_options={"include_usage": True}) as events:
                return [plain(event) for event in events]

        def helper() -> Any:
            with client.chat.completions.stream(model="calls", messages=messages, tools=tools) as events:
                return [event.model_dump() for event in events]

        def parsed() -> Any:
            found = client.chat.completions.parse(model="json", messages=messages, response_format=Cause)
            return plain(found.choices[0].message.parsed)

        yield "plain", outcome(lambda: plain(create("plain")))
        yield "with tools", outcome(lambda: plain(create("plain", tools=tools)))
        yield "calls", outcome(lambda: plain(create("calls", tools=tools, parallel_tool_calls=True)))
        yield "streamed", outcome(lambda: stream("plain"))
        yield "streamed calls", outcome(lambda: stream("calls"))
        yield "helper", outcome(helper)
        yield "parsed", outcome(parsed)
        yield (
            "raw",
            outcome(
                lambda: client.chat.completions.with_raw_response.create(model="plain", messages=messages).headers[
                    "x-request-id"
                ]
            ),
        )
        yield "models", outcome(lambda: [plain(m) for m in client.models.list()])
        for name in ERRORS:
            yield name, outcome(partial(create, name, tools=tools))
        for name in ("half", "cut"):
            yield name, _broken(partial(stream, name) if name == "half" else partial(create, name, tools=tools))


def anthropic_cases(base: str, logs: list[str]) -> Iterator[tuple[str, Any]]:
    with anthropic.Anthropic(api_key="sk-test", base_url=base, max_retries=0, timeout=20) as client:
        messages: Any = anthropic_body(*logs)["messages"]
        tools: Any = ANTHROPIC_TOOLS

        def create(name: str, **more: Any) -> Any:
            return client.messages.create(model=name, messages=messages, max_tokens=99, **more)

        def stream(name: str) -> Any:
            with create(name, stream=True, tools=tools) as events:
                return [plain(event) for event in events]

        def helper() -> Any:
            with client.messages.stream(model="calls", messages=messages, max_tokens=99, tools=tools) as events:
                texts = list(events.text_stream)
                return texts, plain(events.get_final_message())

        yield "plain", outcome(lambda: plain(create("plain")))
        yield "calls", outcome(lambda: plain(create("calls", tools=tools)))
        yield "streamed", outcome(lambda: stream("plain"))
        yield "streamed calls", outcome(lambda: stream("calls"))
        yield "helper", outcome(helper)
        for name in ERRORS:
            yield name, outcome(partial(create, name, tools=tools))
        for name in ("half", "cut"):
            yield name, _broken(partial(stream, name) if name == "half" else partial(create, name, tools=tools))


def _broken(work: Callable[[], Any]) -> str:
    """A break is told in words that depend on where it was noticed; that it is told is what counts."""
    try:
        work()
    except Exception:  # noqa: BLE001  # each release of a client has its own class for it
        return "broken"
    return "whole"


@pytest.mark.parametrize("cases", [openai_cases, anthropic_cases])
def test_python_clients_get_through_the_proxy_what_they_get_without(cases: Any, origin: Origin, proxy: Running) -> None:
    origin.answer = provider
    logs = [log_text()]
    straight = dict(cases(origin.url, logs))
    through = dict(cases(proxy.url, logs))
    assert through == straight
    assert {name for name, found in straight.items() if found == "broken"} == {"half", "cut"}
    assert b"[headroom hr_" in origin.received[-1].body


def test_a_python_client_that_waits_no_longer_ends_the_request(tmp_path: Path) -> None:
    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = lambda _: [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"]  # and then nothing
        client = openai.OpenAI(api_key="sk-test", base_url=f"{proxy.url}/v1", max_retries=0, timeout=0.5)
        with client, pytest.raises(openai.APITimeoutError):
            client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}])
        assert origin.closed.acquire(timeout=20)


@pytest.mark.parametrize("stream", [False, True])
def test_a_call_that_is_answered_inside_looks_like_one_answer_to_the_clients(stream: bool, tmp_path: Path) -> None:
    def answer(received: Received) -> Pieces:
        kind = "anthropic" if b"/messages" in received.line else "chat"
        later = b'"r1"' in received.body
        calls = () if later else (("r1", TOOL_NAME, {"id": model.shown_id(received), "grep": "quota"}),)
        found = {**model.said(kind, "The quota." if later else "Let me look.", *calls), "model": "m", "created": 7}
        return streamed(model.events_of(kind, found)) if received.json.get("stream") else whole(found)

    with running_origin([]) as origin, running_proxy(origin, tmp_path) as proxy:
        origin.answer = answer
        body: Any = anthropic_body(log_text())
        with anthropic.Anthropic(api_key="k", base_url=proxy.url, max_retries=0) as client:
            if stream:
                with client.messages.stream(**body) as events:
                    message = events.get_final_message()
            else:
                message = client.messages.create(**body)
        texts = [block.text for block in message.content if block.type == "text"]
        assert (texts, message.stop_reason) == (["Let me look.", "The quota."], "end_turn")
        assert (message.usage.input_tokens, message.usage.output_tokens) == (20, 4)
        asked: Any = chat_body(log_text())
        with openai.OpenAI(api_key="k", base_url=f"{proxy.url}/v1", max_retries=0) as other:
            if stream:
                with other.chat.completions.stream(**asked, stream_options={"include_usage": True}) as chunks:
                    for _ in chunks:
                        pass
                    completion: Any = chunks.get_final_completion()
            else:
                completion = other.chat.completions.create(**asked)
        (choice,) = completion.choices
        assert (choice.message.content, choice.message.tool_calls or None) == ("Let me look.\n\nThe quota.", None)
        assert choice.message.role == "assistant"
        assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (20, 4)


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here")
    found = subprocess.run([node, "-e", "require('openai')"], capture_output=True, check=False)
    if found.returncode:
        pytest.skip("no openai package for node here; set NODE_PATH to a folder that has it")
    return node


def test_the_node_client_gets_through_the_proxy_what_it_gets_without(origin: Origin, proxy: Running) -> None:
    node = _node()
    origin.answer = provider

    def cases(base: str) -> Any:
        given = json.dumps({"base": f"{base}/v1", "body": chat_body(log_text())})
        done = subprocess.run(
            [node, str(NODE_CASES)], input=given, capture_output=True, check=True, encoding="utf-8", env=os.environ
        )
        return json.loads(done.stdout)

    straight, through = cases(origin.url), cases(proxy.url)
    assert through == straight
    assert len(straight) == 11
    assert b"[headroom hr_" in origin.received[-1].body
