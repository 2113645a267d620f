"""`headroom_node` in a graph that was built by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")
pytest.importorskip("langgraph", reason="the extra is not installed: headroom-context[langchain-agents]")

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode

from headroom import ConfigError, Headroom
from langchain_headroom import faults, headroom_node, headroom_retrieve_tool
from tests.integrations.langchain.scripted import LOG, ScriptedModel, call


@tool
def read_log(service: str) -> str:
    """Read the log of a service."""
    return LOG if service else ""


def graph(engine: Headroom, model: ScriptedModel) -> Any:
    builder: Any = StateGraph(MessagesState)
    builder.add_node("model", lambda state: {"messages": [model.invoke(state["messages"])]})
    builder.add_node("tools", ToolNode([read_log, headroom_retrieve_tool(engine=engine)]))
    builder.add_node("headroom", headroom_node(engine=engine))
    builder.add_edge(START, "model")
    builder.add_conditional_edges("model", lambda state: "tools" if state["messages"][-1].tool_calls else END)
    builder.add_edge("tools", "headroom")
    builder.add_edge("headroom", "model")
    return builder.compile()


async def test_results_are_shortened_in_the_state_before_the_model_sees_them(engine: Headroom) -> None:
    script = [call("read_log", service="api"), call("read_log", call_id="c2", service="web"), AIMessage("done")]
    model = ScriptedModel(script=script)
    out = graph(engine, model).invoke({"messages": [HumanMessage("x")]})["messages"]
    assert [m.tool_call_id for m in out if isinstance(m, ToolMessage)] == ["c1", "c2"]
    assert all(len(m.content) < len(LOG) / 10 for m in out if isinstance(m, ToolMessage))
    for before, after in pairwise(model.seen):
        assert after[: len(before)] == before
    again = await graph(engine, ScriptedModel(script=script)).ainvoke({"messages": [HumanMessage("x")]})
    assert [m.content for m in again["messages"]] == [m.content for m in out]


def test_messages_without_ids_are_left_and_counted(engine: Headroom) -> None:
    before = sum(faults().values())
    assert headroom_node(engine=engine).invoke({"messages": [ToolMessage(LOG, tool_call_id="c1")]}) == {"messages": []}
    assert sum(faults().values()) == before + 1


def test_a_state_without_messages_is_said(engine: Headroom) -> None:
    with pytest.raises(ConfigError, match="no list of messages under 'messages'"):
        headroom_node(engine=engine).invoke({"history": []})
    assert headroom_node(engine=engine, key="history").invoke({"history": []}) == {"history": []}
