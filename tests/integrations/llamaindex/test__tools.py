from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Sequence
from typing import Any

import pytest

pytest.importorskip("llama_index.core", reason="needs the extra: pip install 'headroom-context[llamaindex]'")

from llama_index.core import SummaryIndex
from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent, ReActAgent, ToolCallResult
from llama_index.core.base.llms.types import ChatMessage, ImageBlock, TextBlock
from llama_index.core.schema import TextNode
from llama_index.core.tools import FunctionTool, RetrieverTool, ToolMetadata, ToolOutput
from llama_index.core.tools.types import BaseTool
from llama_index.core.workflow import Context

import headroom
from headroom import Headroom
from llama_index.postprocessor import headroom as package
from llama_index.postprocessor.headroom import HeadroomToolSpec
from llama_index.postprocessor.headroom._engines import faults
from tests.integrations.llamaindex.scripted import ScriptedLLM, result_of

# LlamaIndex uses what its own dependencies have deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

LINES = [f"10:00:{n % 60:02d} INFO worker-{n % 4} job {n} done in {n * 7 % 90} ms" for n in range(2000)]
LOG = "\n".join(LINES)
HIDDEN = 1234
QUESTION = "How long did job 1234 take?"


def compressed_tool(tool: Any, **settings: Any) -> Any:
    """Of any type, as the arguments of a tool are known to the tool alone."""
    return package.compressed_tool(tool, **settings)


def read_log() -> str:
    """Read the log."""
    return LOG


def id_in(text: str) -> str:
    (found,) = re.findall(r"\[headroom (hr_[0-9a-f]+) ", text)
    return str(found)


def read(_: Sequence[ChatMessage]) -> tuple[str, dict[str, Any]]:
    return "read_log", {}


def retrieve(messages: Sequence[ChatMessage]) -> tuple[str, dict[str, Any]]:
    shown = result_of(messages)
    assert LINES[HIDDEN] not in shown
    assert len(shown) < len(LOG) / 10
    return "headroom_retrieve", {"id": id_in(shown), "grep": rf"job {HIDDEN}\b"}


def answer(messages: Sequence[ChatMessage]) -> str:
    (line,) = re.findall(rf"job {HIDDEN} done in (\d+ ms)", result_of(messages))
    return f"It took {line}."


def tools_of(engine: Headroom) -> list[Any]:
    return [compressed_tool(read_log, store=engine), *HeadroomToolSpec(engine).to_tool_list()]


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize("kind", ["function", "react", "workflow"])
async def test_an_agent_answers_with_what_the_shortened_text_does_not_show(
    engine: Headroom, kind: str, streaming: bool
) -> None:
    llm = ScriptedLLM([read, retrieve, answer], react=kind == "react")
    maker = ReActAgent if kind == "react" else FunctionAgent
    agent: Any = maker(name="a", description="b", llm=llm, tools=tools_of(engine), streaming=streaming)
    if kind == "workflow":
        agent = AgentWorkflow(agents=[agent], root_agent="a")
    run = agent.run(user_msg=QUESTION)
    outputs = [e.tool_output async for e in run.stream_events() if isinstance(e, ToolCallResult)]
    assert f"{HIDDEN * 7 % 90} ms" in str(await run)
    assert outputs[0].raw_output == LOG
    assert not any(o.is_error for o in outputs)
    if kind != "react":
        assert [m.split(":")[0] for m in llm.sent[-1]] == ["user", "assistant", "tool", "assistant", "tool"]
        assert ["call_1" in m for m in llm.sent[-1]] == [False, True, True, False, False]


async def test_what_was_sent_before_is_sent_again_unchanged_over_twenty_steps(engine: Headroom) -> None:
    def page(number: int) -> str:
        """A page of the log."""
        return "\n".join(LINES[number * 50 : number * 50 + 300])

    steps = [lambda _, n=n: ("page", {"number": n % 13}) for n in range(19)]
    llm = ScriptedLLM([*steps, lambda _: "done"])
    tools: list[Any] = [compressed_tool(page, store=engine), *HeadroomToolSpec(engine).to_tool_list()]
    workflow = AgentWorkflow(agents=[FunctionAgent(name="a", description="b", llm=llm, tools=tools)], root_agent="a")
    await workflow.run(user_msg="Read it all.", max_iterations=50)
    assert len(llm.sent) == 20
    assert all(later[: len(earlier)] == earlier for earlier, later in zip(llm.sent, llm.sent[1:], strict=False))
    assert all("[headroom hr_" in m for m in llm.sent[-1] if m.startswith("tool"))
    assert len({json.dumps(t) for t in llm.tools}) == 1
    assert any("headroom_retrieve" in t for t in llm.tools[0])


async def test_an_unknown_id_is_an_error_that_the_agent_survives(engine: Headroom) -> None:
    seen = []

    def say(messages: Sequence[ChatMessage]) -> str:
        seen.append(result_of(messages))
        return "It is gone."

    llm = ScriptedLLM([lambda _: ("headroom_retrieve", {"id": "hr_0123456789ab"}), say])
    run = FunctionAgent(llm=llm, tools=tools_of(engine)).run(user_msg=QUESTION)
    (output,) = [e.tool_output async for e in run.stream_events() if isinstance(e, ToolCallResult)]
    assert output.is_error
    assert "was never stored" in seen[0]
    assert str(await run) == "It is gone."


async def test_a_slice_is_the_same_sync_and_async(engine: Headroom) -> None:
    (tool,) = HeadroomToolSpec(engine).to_tool_list()
    wanted = {"id": id_in(compressed_tool(read_log, store=engine)().content), "lines": "3-4"}
    assert LINES[2] in tool.call(**wanted).content
    assert (await tool.acall(**wanted)).content == tool.call(**wanted).content


def test_a_whole_original_is_never_poured_into_the_context(engine: Headroom) -> None:
    (tool,) = HeadroomToolSpec(engine).to_tool_list()
    shown = tool.call(id=id_in(compressed_tool(read_log, store=engine)().content), max_tokens=None).content
    assert len(shown) < len(LOG) / 5
    assert "next" in shown.split("\n")[0]


def test_the_wrapped_tool_looks_like_the_tool(engine: Headroom) -> None:
    tool = FunctionTool.from_defaults(read_log)
    assert compressed_tool(tool, store=engine).metadata is tool.metadata
    assert isinstance(compressed_tool(tool, store=engine), FunctionTool)


async def test_a_tool_gets_the_context_of_its_workflow(engine: Headroom) -> None:
    async def remember(ctx: Context, what: str) -> str:
        """Remember something."""
        await ctx.store.set("what", what)
        return LOG

    # The annotations of this file are strings, LlamaIndex wants the class.
    remember.__annotations__["ctx"] = Context
    llm = ScriptedLLM([lambda _: ("remember", {"what": "tea"}), lambda _: "done"])
    agent = FunctionAgent(llm=llm, tools=[compressed_tool(remember, store=engine)])
    ctx: Context = Context(agent)
    await agent.run(user_msg="Remember tea.", ctx=ctx)
    assert await ctx.store.get("what") == "tea"
    assert "[headroom hr_" in llm.sent[-1][-1]


def test_values_are_read_as_json_and_the_raw_output_stays(engine: Headroom) -> None:
    orders = [{"id": n, "status": "open" if n != 77 else "lost", "note": None} for n in range(200)]
    output = compressed_tool(_fixed(orders), store=engine)()
    assert output.raw_output is orders
    assert len(output.content) < len(str(orders)) / 3
    assert json.loads(engine.retrieve(id_in(output.content))) == orders


def test_values_that_are_no_json_stay_as_they_are_written(engine: Headroom) -> None:
    values = {1: "a", "b": (1, 2)}
    assert compressed_tool(_fixed(values), store=engine)().content == str(values)


def _fixed(value: Any) -> FunctionTool:
    def fixed() -> Any:
        return value

    return FunctionTool.from_defaults(fixed, description="Always the same.")


def test_blocks_that_are_no_text_stay_in_their_place(engine: Headroom) -> None:
    picture = ImageBlock(image=b"aGk=", image_mimetype="image/png")
    blocks = [TextBlock(text="short"), picture, TextBlock(text=LOG)]
    output = compressed_tool(_fixed(blocks), store=engine)()
    assert output.blocks[:2] == blocks[:2]
    assert isinstance(output.blocks[2], TextBlock)
    assert output.blocks[2].text.startswith("[headroom hr_")
    assert output.raw_output == blocks
    assert blocks[2] == TextBlock(text=LOG)


class Old(BaseTool):
    """A tool as they were before there was async."""

    metadata = ToolMetadata(name="old", description="Old.")

    def __call__(self, input: Any) -> ToolOutput:
        return ToolOutput(content=LOG, tool_name="old", raw_input={"input": input}, raw_output=LOG)


async def test_any_tool_can_be_wrapped(engine: Headroom) -> None:
    found = RetrieverTool.from_defaults(
        SummaryIndex([TextNode(text=LOG)]).as_retriever(), name="q", description="Finds."
    )
    for tool in (Old(), found):
        wrapped = compressed_tool(tool, store=engine)
        assert wrapped.metadata is tool.metadata
        assert wrapped.call("x").content == (await wrapped.acall("x")).content
        assert wrapped.call("x").content.startswith("[headroom hr_")


def test_what_must_not_change_stays(engine: Headroom) -> None:
    direct = FunctionTool.from_defaults(read_log, return_direct=True)
    assert compressed_tool(direct, store=engine)().content == LOG
    failed = FunctionTool.from_defaults(
        read_log, callback=lambda raw: ToolOutput(content=raw, tool_name="read_log", raw_input={}, is_error=True)
    )
    assert compressed_tool(failed, store=engine)().content == LOG
    (retrieve_tool,) = HeadroomToolSpec(engine).to_tool_list()
    assert compressed_tool(retrieve_tool, store=engine) is retrieve_tool
    wrapped = compressed_tool(read_log, store=engine)
    assert compressed_tool(wrapped, store=engine) is wrapped


async def test_an_exception_in_the_users_tool_is_the_users(engine: Headroom) -> None:
    def burst() -> str:
        """Fails."""
        raise LookupError("no such valve")

    wrapped = compressed_tool(burst, store=engine)
    with pytest.raises(LookupError, match="no such valve"):
        wrapped.call()
    with pytest.raises(LookupError, match="no such valve"):
        await wrapped.acall()


class Broken(Headroom):
    def compress(self, *args: Any, **options: Any) -> Any:
        raise RuntimeError("out of order")


async def test_a_fault_of_ours_leaves_the_result() -> None:
    before = sum(faults.counts().values())
    wrapped = compressed_tool(read_log, store=Broken())
    assert wrapped.call().content == LOG
    assert (await wrapped.acall()).content == LOG
    assert sum(faults.counts().values()) == before + 2


class Slow(Headroom):
    def compress(self, *args: Any, **options: Any) -> Any:
        started.set()
        go_on.wait(10)
        return super().compress(*args, **options)


started, go_on = threading.Event(), threading.Event()


async def test_a_cancelled_task_is_cancelled() -> None:
    task = asyncio.create_task(compressed_tool(read_log, store=Slow(store=headroom.MemoryStore())).acall())
    await asyncio.to_thread(started.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()


def test_a_wrong_setting_is_told_at_once(engine: Headroom) -> None:
    with pytest.raises(headroom.ConfigError, match="profile='fast'"):
        compressed_tool(read_log, store=engine, profile="fast")


def test_without_the_tool_nothing_need_be_left_out(engine: Headroom) -> None:
    output = compressed_tool(_fixed([{"id": n, "state": "open"} for n in range(500)]), store=engine, elide=False)()
    assert "lossless" in output.content.split("\n")[0]
    assert compressed_tool(read_log, store=engine, elide=False)().content == LOG
