"""What goes over the wire: a provider on loopback records real HTTP requests of LangChain's own client."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")
pytest.importorskip("langchain_openai", reason="langchain-openai is not installed")

from langchain_core.documents import Document
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from headroom import Headroom
from langchain_headroom import HeadroomCallbackHandler, HeadroomCompressor
from tests.integrations.langchain.scripted import LOG, SECRET, call

DETAIL = "10:01:07 INFO worker-3 job 67 done in 19 ms"
USAGE = {
    "prompt_tokens": 90,
    "completion_tokens": 5,
    "total_tokens": 95,
    "prompt_tokens_details": {"cached_tokens": 64},
}


class Upstream(ThreadingHTTPServer):
    """Speaks OpenAI chat. Reads a log, asks for a slice of it, answers with what it got back."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        last = request["messages"][-1]
        if last["role"] == "user" and request.get("tools"):
            return _calls("read_log", "c1", service="api")
        if last["role"] == "tool" and last["tool_call_id"] == "c1" and request.get("tools"):
            key = last["content"].partition("[headroom ")[2].partition(" ")[0]
            return _calls("headroom_retrieve", "c2", id=key, grep="job 67 ")
        return {"role": "assistant", "content": f"It is: {last['content']}"}


class _Handler(BaseHTTPRequestHandler):
    server: Upstream

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append(request)
        message = self.server.answer(request)
        reply = {"id": "r", "object": "chat.completion", "created": 0, "model": "m"}
        self.send_response(200)
        if request.get("stream"):
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for chunk in _chunks(message):
                self.wfile.write(
                    f"data: {json.dumps({**reply, 'object': 'chat.completion.chunk', **chunk})}\n\n".encode()
                )
            self.wfile.write(b"data: [DONE]\n\n")
        else:
            body = json.dumps(
                {**reply, "choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": USAGE}
            ).encode()
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def _calls(name: str, call_id: str, **arguments: Any) -> dict[str, Any]:
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": call_id, "type": "function", "index": 0, "function": function}],
    }


def _chunks(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if message["content"] is None:
        yield {"choices": [{"index": 0, "delta": message, "finish_reason": None}]}
    else:
        for n in range(0, len(message["content"]), 40):
            part = {"role": "assistant", "content": message["content"][n : n + 40]}
            yield {"choices": [{"index": 0, "delta": part, "finish_reason": None}]}
    yield {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    yield {"choices": [], "usage": USAGE}


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def model(upstream: Upstream, **settings: Any) -> Any:
    return ChatOpenAI(model="gpt-4o", base_url=upstream.url, api_key=SecretStr("none"), max_retries=0, **settings)


@tool
def read_log(service: str) -> str:
    """Read the log of a service."""
    return LOG if service else ""


HISTORY = [HumanMessage("Read the log."), call("read_log", service="api"), ToolMessage(LOG, tool_call_id="c1")]


async def test_a_chain_sends_the_short_text_with_roles_and_ids_as_they_were(
    upstream: Upstream, engine: Headroom
) -> None:
    chain = HeadroomCompressor(engine=engine) | model(upstream)
    said = [
        chain.invoke(HISTORY).content,
        (await chain.ainvoke(HISTORY)).content,
        "".join(str(c.content) for c in chain.stream(HISTORY)),
        "".join([str(c.content) async for c in chain.astream(HISTORY)]),
        chain.batch([HISTORY])[0].content,
    ]
    assert len(set(said)) == 1
    assert len(upstream.requests) == 5
    for request in upstream.requests:
        user, assistant, result = request["messages"]
        assert (user["role"], assistant["role"], result["role"]) == ("user", "assistant", "tool")
        assert assistant["tool_calls"][0]["id"] == result["tool_call_id"] == "c1"
        assert SECRET in result["content"]
        assert len(result["content"]) < len(LOG) / 10
        assert set(result) == {"role", "content", "tool_call_id"}


def test_retrieved_documents_go_out_once(upstream: Upstream, engine: Headroom) -> None:
    prompt = ChatPromptTemplate.from_template("{docs}\n\n{question}")
    chain = (
        HeadroomCompressor(engine=engine, query_key="question")
        | (lambda x: {**x, "docs": "\n\n".join(d.page_content for d in x["docs"])})
        | prompt
        | model(upstream)
    )
    fact = "The pump of line four is started by hand."
    documents = [Document(f"{fact} It has two valves."), Document(f"Nobody knows why. {fact}"), Document(fact)]
    chain.invoke({"docs": documents, "question": "How is it started?"})
    (sent,) = (m["content"] for m in upstream.requests[0]["messages"])
    assert sent.count(fact) == 1
    assert "It has two valves." in sent
    assert "Nobody knows why." in sent
    assert sent.endswith("How is it started?")


@pytest.mark.parametrize("way", ["invoke", "ainvoke", "stream", "astream"])
async def test_an_agent_sends_the_short_text_and_the_slice_comes_back(
    upstream: Upstream, engine: Headroom, way: str
) -> None:
    agents = pytest.importorskip("langchain.agents", reason="headroom-context[langchain-agents]")
    from langchain_headroom import HeadroomMiddleware

    agent = agents.create_agent(
        model(upstream, stream_usage=True), [read_log], middleware=[HeadroomMiddleware(engine=engine)]
    )
    handler = HeadroomCallbackHandler()
    given, config = {"messages": [HumanMessage("Read the log.")]}, {"callbacks": [handler]}
    if way == "invoke":
        said = agent.invoke(given, config)["messages"][-1].content
    elif way == "ainvoke":
        said = (await agent.ainvoke(given, config))["messages"][-1].content
    elif way == "stream":
        chunks = [c for c, _ in agent.stream(given, config, stream_mode="messages") if c.type == "AIMessageChunk"]
        said = "".join(str(c.content) for c in chunks)
    else:
        found = [c async for c, _ in agent.astream(given, config, stream_mode="messages")]
        said = "".join(str(c.content) for c in found if c.type == "AIMessageChunk")
    assert DETAIL in said
    first, second, third = upstream.requests
    assert second["messages"][: len(first["messages"])] == first["messages"]
    assert third["messages"][: len(second["messages"])] == second["messages"]
    assert first["tools"] == second["tools"] == third["tools"]
    short, slice_ = (m for m in third["messages"] if m["role"] == "tool")
    assert (short["tool_call_id"], slice_["tool_call_id"]) == ("c1", "c2")
    assert DETAIL not in short["content"]
    assert DETAIL in slice_["content"]
    assert (handler.total.requests, handler.total.input_tokens, handler.total.cache_read) == (3, 270, 192)
    assert handler.total.tokens_saved > 2 * 10_000
