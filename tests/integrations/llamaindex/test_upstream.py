"""What really goes over the wire, recorded by a provider on loopback."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

pytest.importorskip("llama_index.core", reason="needs the extra: pip install 'headroom-context[llamaindex]'")
pytest.importorskip("llama_index.llms.openai", reason="needs llama-index-llms-openai")

from llama_index.core import VectorStoreIndex
from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent
from llama_index.core.embeddings import MockEmbedding
from llama_index.llms.openai import OpenAI

from headroom import Headroom
from llama_index.postprocessor.headroom import HeadroomPostprocessor, HeadroomToolSpec, compressed_tool
from tests.integrations.llamaindex.documents import chunks, report, sentences
from tests.integrations.llamaindex.upstream import recording

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

LOG = "\n".join(f"10:00:{n % 60:02d} INFO worker-{n % 4} job {n} done in {n * 7 % 90} ms" for n in range(2000))


def read_log() -> str:
    """Read the log."""
    return LOG


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize("workflow", [True, False])
async def test_an_agent_sends_the_short_text_and_gets_the_slice(
    engine: Headroom, streaming: bool, workflow: bool
) -> None:
    with recording() as (url, bodies):
        llm = OpenAI(model="gpt-4o-mini", api_key="none", api_base=url, max_retries=0)
        tools: list[Any] = [compressed_tool(read_log, store=engine), *HeadroomToolSpec(engine).to_tool_list()]
        agent: Any = FunctionAgent(name="a", description="b", llm=llm, tools=tools, streaming=streaming)
        if workflow:
            agent = AgentWorkflow(agents=[agent], root_agent="a")
        said = await agent.run(user_msg="How long did job 1234 take?")
    assert str(said) == "It took 88 ms."
    assert len(bodies) == 3
    assert all(b.get("stream") for b in bodies) or not streaming  # old versions always stream in a workflow
    last = bodies[-1]["messages"]
    assert [m["role"] for m in last] == ["user", "assistant", "tool", "assistant", "tool"]
    assert [m["tool_call_id"] for m in last if m["role"] == "tool"] == ["c1", "c2"]
    assert [c["id"] for m in last for c in m.get("tool_calls") or ()] == ["c1", "c2"]
    assert "[headroom hr_" in str(last[2]["content"])
    assert len(str(last[2])) < len(LOG) / 10
    assert "job 1234 done in 88 ms" in str(last[4]["content"])
    for earlier, later in pairwise(bodies):
        assert later["messages"][: len(earlier["messages"])] == earlier["messages"]
        assert later["tools"] == earlier["tools"]


@pytest.mark.parametrize("streaming", [True, False])
def test_a_query_engine_sends_each_sentence_once(engine: Headroom, streaming: bool) -> None:
    nodes = chunks(report(1))
    index = VectorStoreIndex(nodes, embed_model=MockEmbedding(embed_dim=4))
    with recording() as (url, bodies):
        llm = OpenAI(model="gpt-4o-mini", api_key="none", api_base=url, max_retries=0)
        post = HeadroomPostprocessor(store=engine)
        asked = index.as_query_engine(
            llm=llm, similarity_top_k=len(nodes), node_postprocessors=[post], streaming=streaming
        )
        assert str(asked.query("Which pump leaked oil?")) == "An answer."
    sent = " ".join(str(m["content"]) for m in bodies[0]["messages"])
    assert [s for s in sentences(report(1)) if sent.count(s) != 1] == []
    assert "merged" not in sent
    assert "ref_doc_id" not in sent
