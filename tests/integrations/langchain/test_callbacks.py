"""`HeadroomCallbackHandler`: savings per run next to the provider's usage; nothing is edited."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")

from langchain_core.documents import Document
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

from headroom import Headroom
from langchain_headroom import HeadroomCallbackHandler, HeadroomCompressor
from tests.integrations.langchain.scripted import LOG, ScriptedModel, call

USAGE: Any = {
    "input_tokens": 300,
    "output_tokens": 20,
    "total_tokens": 320,
    "input_token_details": {"cache_read": 250, "cache_creation": 10},
}
HISTORY = [HumanMessage("x"), call("read_log"), ToolMessage(LOG, tool_call_id="c1")]


def test_a_run_counts_what_each_request_did_not_carry_and_what_the_provider_reports(engine: Headroom) -> None:
    model = ScriptedModel(script=[AIMessage("done", usage_metadata=USAGE)])
    chain = (
        HeadroomCompressor(engine=engine)
        | model
        | RunnableLambda(lambda _: HISTORY)
        | HeadroomCompressor(engine=engine)
        | model
    )
    handler = HeadroomCallbackHandler()
    chain.invoke(HISTORY, config={"callbacks": [handler]})
    chain.invoke(HISTORY, config={"callbacks": [handler]})
    report = model.seen[0][2].response_metadata["headroom"]
    saved = report["tokens_before"] - report["tokens_after"]
    assert saved > 10_000
    assert len(handler.runs) == 2
    for run in handler.runs.values():
        assert (run.requests, run.messages, run.tokens_saved) == (2, 2, 2 * saved)
        assert (run.input_tokens, run.output_tokens, run.cache_read, run.cache_creation) == (600, 40, 500, 20)
        assert run.estimated
    assert handler.total.tokens_saved == 4 * saved


async def test_async_and_streaming_count_as_well(engine: Headroom) -> None:
    chain = HeadroomCompressor(engine=engine) | ScriptedModel(script=[AIMessage("a b")])
    handler = HeadroomCallbackHandler()
    await chain.ainvoke(HISTORY, config={"callbacks": [handler]})
    assert len([c async for c in chain.astream(HISTORY, config={"callbacks": [handler]})]) == 2
    assert handler.total.requests == handler.total.messages == 2


def test_documents_count_once_per_run(engine: Headroom) -> None:
    class Fixed(BaseRetriever):
        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
            return [Document(LOG), Document(LOG), Document("other")]

    chain: Any = Fixed() | HeadroomCompressor(engine=engine) | RunnableLambda(lambda documents: documents)
    handler = HeadroomCallbackHandler()
    out = chain.invoke("x", config={"callbacks": [handler]})
    assert len(out) == 2
    assert handler.total.documents == 3
    assert handler.total.documents_tokens_saved > 10_000


def test_it_edits_nothing() -> None:
    model = ScriptedModel(script=[AIMessage("done")])
    model.invoke(HISTORY, config={"callbacks": [HeadroomCallbackHandler()]})
    assert model.seen[0] == HISTORY
