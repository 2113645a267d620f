"""`HeadroomMiddleware` in agents made with `create_agent`: short results, kept originals, the same prefix every time."""

from __future__ import annotations

import asyncio
import logging
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")
pytest.importorskip("langchain.agents", reason="the extra is not installed: headroom-context[langchain-agents]")

from langchain.agents import create_agent
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool, ToolException, tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from headroom import ConfigError, Headroom, MemoryStore
from headroom.engine import open_store
from langchain_headroom import HeadroomMiddleware, headroom_retrieve_tool
from tests.integrations.langchain.scripted import LOG, SECRET, ScriptedModel, call

DETAIL = "10:01:07 INFO worker-3 job 67 done in 19 ms"


@tool
def read_log(service: str) -> str:
    """Read the log of a service."""
    return LOG if service else ""


@tool(response_format="content_and_artifact")
def read_with_artifact() -> tuple[str, dict[str, int]]:
    """Read a log, with an artifact."""
    return LOG, {"raw": 1}


@tool
def broken() -> str:
    """Raise."""
    raise RuntimeError("the pump is broken")


def failing() -> str:
    """Fail with a long message."""
    raise ToolException(LOG)


def results(messages: list[BaseMessage]) -> list[ToolMessage]:
    return [m for m in messages if isinstance(m, ToolMessage)]


class ReadingModel(ScriptedModel):
    """Reads a log, asks for a detail that the short text does not show, and answers with the slice it got."""

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Any:
        last = messages[-1]
        if isinstance(last, HumanMessage):
            self.script = [call("read_log", service="api")]
        elif isinstance(last, ToolMessage) and last.tool_call_id == "c1":
            key = str(last.content).partition("[headroom ")[2].partition(" ")[0]
            self.script = [call("headroom_retrieve", call_id="c2", id=key, grep="job 67 ")]
        else:
            self.script = [AIMessage(f"found: {last.content}")]
        return super()._generate(messages, *args, **kwargs)


async def test_an_agent_answers_with_a_detail_that_the_short_text_does_not_show(engine: Headroom) -> None:
    for run in ("invoke", "ainvoke", "stream", "astream"):
        model = ReadingModel(script=[])
        agent: Any = create_agent(model, [read_log], middleware=[HeadroomMiddleware(engine=engine)])
        given = {"messages": [HumanMessage("Read the log, then tell about it.")]}
        if run == "invoke":
            messages = agent.invoke(given)["messages"]
        elif run == "ainvoke":
            messages = (await agent.ainvoke(given))["messages"]
        elif run == "stream":
            messages = list(agent.stream(given, stream_mode="values"))[-1]["messages"]
        else:
            messages = [s async for s in agent.astream(given, stream_mode="values")][-1]["messages"]
        short, slice_ = results(messages)
        assert len(short.content) < len(LOG) / 10
        assert DETAIL not in short.content
        assert SECRET in short.content
        assert DETAIL in slice_.content
        assert DETAIL in messages[-1].content
        assert model.bound[0] == ["headroom_retrieve", "read_log"]


def test_tokens_stream_through(engine: Headroom) -> None:
    model = ScriptedModel(script=[call("read_log", service="api"), AIMessage("one two three")])
    agent: Any = create_agent(model, [read_log], middleware=[HeadroomMiddleware(engine=engine)])
    chunks = [c for c, m in agent.stream({"messages": [HumanMessage("x")]}, stream_mode="messages") if c.content]
    assert [c.content for c in chunks if c.type == "AIMessageChunk"] == ["one ", "two ", "three"]


def test_the_short_text_is_in_the_state_and_the_next_turn_repeats_it(engine: Headroom) -> None:
    model = ScriptedModel(script=[call("read_log", service="api"), AIMessage("done"), AIMessage("again")])
    agent: Any = create_agent(
        model, [read_log], middleware=[HeadroomMiddleware(engine=engine)], checkpointer=InMemorySaver()
    )
    config = {"configurable": {"thread_id": "1"}}
    agent.invoke({"messages": [HumanMessage("x")]}, config)
    state = agent.get_state(config).values["messages"]
    agent.invoke({"messages": [HumanMessage("y")]}, config)
    assert model.seen[2][: len(state)] == state
    (short,) = results(state)
    assert len(short.content) < len(LOG) / 10


def test_twenty_steps_extend_the_same_prefix_and_the_same_tools(engine: Headroom) -> None:
    @tool
    def step(n: int) -> str:
        """One step."""
        return "\n".join(f"{n}: {line}" if n % 3 else line for line in LOG.splitlines()[: 200 + n])

    script = [call("step", call_id=f"c{n}", n=n) for n in range(20)]
    model = ScriptedModel(script=[*script, AIMessage("done")])
    agent: Any = create_agent(model, [step], middleware=[HeadroomMiddleware(engine=engine)])
    agent.invoke({"messages": [HumanMessage("Go")]}, {"recursion_limit": 100})
    assert len(model.seen) == 21
    for before, after in pairwise(model.seen):
        assert after[: len(before)] == before
    assert {tuple(names) for names in model.bound} == {("headroom_retrieve", "step")}
    assert all(len(m.content) < 2_000 for m in results(model.seen[-1]))


def test_history_that_was_never_seen_is_shortened_for_the_request_only(engine: Headroom) -> None:
    old = [HumanMessage("x"), call("read_log", service="api"), ToolMessage(LOG, tool_call_id="c1", id="t1")]
    model = ScriptedModel(script=[call("read_log", call_id="c2", service="web"), AIMessage("done")])
    agent: Any = create_agent(model, [read_log], middleware=[HeadroomMiddleware(engine=engine)])
    out = agent.invoke({"messages": [*old, AIMessage("It is so."), HumanMessage("And now?")]})["messages"]
    assert out[2].content == LOG
    assert all(len(m.content) < len(LOG) / 10 for seen in model.seen for m in results(seen))
    assert model.seen[1][: len(model.seen[0])] == model.seen[0]


def test_parallel_calls_are_each_shortened_and_stay(engine: Headroom) -> None:
    calls = [{"name": "read_log", "args": {"service": s}, "id": s} for s in ("a", "b", "c")]
    model = ScriptedModel(script=[AIMessage("", tool_calls=calls), call("read_log", service="d"), AIMessage("done")])
    agent: Any = create_agent(model, [read_log], middleware=[HeadroomMiddleware(engine=engine)])
    out = agent.invoke({"messages": [HumanMessage("x")]})["messages"]
    assert [m.tool_call_id for m in results(out)] == ["a", "b", "c", "c1"]
    assert all(len(m.content) < len(LOG) / 10 for m in results(out))
    assert model.seen[2][: len(model.seen[1])] == model.seen[1]


def test_artifact_status_and_name_stay(engine: Headroom) -> None:
    model = ScriptedModel(script=[call("read_with_artifact"), AIMessage("done")])
    agent: Any = create_agent(model, [read_with_artifact], middleware=[HeadroomMiddleware(engine=engine)])
    (short,) = results(agent.invoke({"messages": [HumanMessage("x")]})["messages"])
    assert (short.artifact, short.status, short.name) == ({"raw": 1}, "success", "read_with_artifact")
    assert engine.retrieve(short.response_metadata["headroom"]["ids"][0]) == LOG


def test_errors_of_tools_are_untouched(engine: Headroom) -> None:
    from langchain_core.tools import StructuredTool

    fails: BaseTool = StructuredTool.from_function(failing, handle_tool_error=True)
    model = ScriptedModel(script=[call("failing"), AIMessage("done")])
    agent: Any = create_agent(model, [fails], middleware=[HeadroomMiddleware(engine=engine)])
    (result,) = results(agent.invoke({"messages": [HumanMessage("x")]})["messages"])
    assert (result.status, result.content) == ("error", LOG)
    assert results(model.seen[-1])[0].content == LOG


async def test_what_a_tool_raises_reaches_the_user(engine: Headroom) -> None:
    model = ScriptedModel(script=[call("broken")])
    agent: Any = create_agent(model, [broken], middleware=[HeadroomMiddleware(engine=engine)])
    with pytest.raises(RuntimeError, match="the pump is broken"):
        agent.invoke({"messages": [HumanMessage("x")]})
    with pytest.raises(RuntimeError, match="the pump is broken"):
        await agent.ainvoke({"messages": [HumanMessage("x")]})


@pytest.mark.parametrize("many", [True, False])
async def test_results_in_a_command_are_shortened(engine: Headroom, many: bool) -> None:
    @tool
    def jump() -> Command[Any]:
        """Answer with a command."""
        message = ToolMessage(LOG, tool_call_id="c1")
        return Command(update={"messages": [message] if many else message, "extra": 1}, goto="x")

    middleware = HeadroomMiddleware(engine=engine)
    request: Any = type("Request", (), {"state": {"messages": [HumanMessage("x"), call("jump")]}, "tool_call": {}})()
    command = jump.invoke({"type": "tool_call", "id": "c1", "name": "jump", "args": {}})
    assert isinstance(command, Command)
    out = middleware.wrap_tool_call(request, lambda _: command)

    async def handler(_: Any) -> Any:
        return command

    assert out == await middleware.awrap_tool_call(request, handler)
    assert isinstance(out, Command)
    messages = out.update["messages"]  # type: ignore[index]
    short = messages[0] if many else messages
    assert len(short.content) < len(LOG) / 10
    assert (out.update["extra"], out.goto) == (1, "x")  # type: ignore[index]
    odd: Command[Any] = Command(goto="y")
    assert middleware.wrap_tool_call(request, lambda _: odd) is odd


def test_excluded_tools_stay_as_they_are(engine: Headroom) -> None:
    model = ScriptedModel(script=[call("read_log", service="api"), AIMessage("done")])
    middleware = HeadroomMiddleware(engine=engine, exclude=["read_log"])
    agent: Any = create_agent(model, [read_log], middleware=[middleware])
    (result,) = results(agent.invoke({"messages": [HumanMessage("x")]})["messages"])
    assert result.content == LOG == results(model.seen[-1])[0].content


def test_without_the_tool_nothing_is_left_out(engine: Headroom) -> None:
    model = ScriptedModel(script=[call("read_log", service="api"), AIMessage("done")])
    agent: Any = create_agent(model, [read_log], middleware=[HeadroomMiddleware(engine=engine, retrieve=False)])
    (result,) = results(agent.invoke({"messages": [HumanMessage("x")]})["messages"])
    assert result.response_metadata["headroom"].get("lossless", True)
    assert model.bound[0] == ["read_log"]


def test_the_tool_is_registered_once_however_often_it_is_given(engine: Headroom) -> None:
    model = ScriptedModel(script=[AIMessage("done")])
    agent: Any = create_agent(
        model, [read_log, headroom_retrieve_tool(engine=engine)], middleware=[HeadroomMiddleware(engine=engine)]
    )
    agent.invoke({"messages": [HumanMessage("x")]})
    assert sorted(model.bound[0]) == ["headroom_retrieve", "read_log"]


def test_the_tool_alone_binds_to_any_agent(engine: Headroom) -> None:
    key = engine.compress_text(LOG).id
    assert key is not None
    model = ScriptedModel(
        script=[
            call("headroom_retrieve", id=key, grep="job 67 "),
            call("headroom_retrieve", id="hr_0"),
            AIMessage("done"),
        ]
    )
    agent: Any = create_agent(model, [headroom_retrieve_tool(engine=engine)])
    found, unknown = results(agent.invoke({"messages": [HumanMessage("x")]})["messages"])
    assert DETAIL in found.content
    assert unknown.status == "error"


def test_a_store_that_cannot_be_written_changes_nothing_and_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    model = ScriptedModel(script=[call("read_log", service="api"), AIMessage("done")])
    middleware = HeadroomMiddleware(store=f"sqlite:///{tmp_path}/file/x.db")
    agent: Any = create_agent(model, [read_log], middleware=[middleware])
    with caplog.at_level(logging.WARNING, "langchain_headroom"):
        for _ in range(2):
            model.seen.clear()
            agent.invoke({"messages": [HumanMessage("x")]})
            assert results(model.seen[-1])[0].content == LOG
    assert len([r for r in caplog.records if "the store failed" in r.getMessage()]) == 1


def test_a_read_only_store_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/headroom.db"
    open_store(url).close()
    with Headroom(store=open_store(f"sqlite:///file:{tmp_path}/headroom.db?mode=ro&uri=true")) as engine:
        model = ScriptedModel(script=[call("read_log", service="api"), AIMessage("done")])
        agent: Any = create_agent(model, [read_log], middleware=[HeadroomMiddleware(engine=engine)])
        (result,) = results(agent.invoke({"messages": [HumanMessage("x")]})["messages"])
    assert result.content == LOG


async def test_a_cancelled_task_is_cancelled(engine: Headroom) -> None:
    entered = asyncio.Event()

    @tool
    async def slow() -> str:
        """Wait for ever."""
        entered.set()
        await asyncio.Event().wait()
        return LOG

    model = ScriptedModel(script=[call("slow")])
    agent: Any = create_agent(model, [slow], middleware=[HeadroomMiddleware(engine=engine)])
    task = asyncio.create_task(agent.ainvoke({"messages": [HumanMessage("x")]}))
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_wrong_setting_is_an_error_at_once() -> None:
    with pytest.raises(ConfigError, match="profile='gentle'"):
        HeadroomMiddleware(store=MemoryStore(), profile="gentle")
