"""LlamaIndex, an agent: its tool prints 2,000 lines, the model reads a few, and asks for the one that it needs.

The model here is LlamaIndex's own fake, with a script: call the tool, fetch a detail that is not shown, answer with it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from llama_index.core.agent.workflow import FunctionAgent, ToolCallResult
from llama_index.core.base.llms.types import ChatMessage, ToolCallBlock
from llama_index.core.llms.mock import MockFunctionCallingLLM

from headroom import Headroom, MemoryStore
from llama_index.postprocessor.headroom import HeadroomToolSpec, compressed_tool

LOG = "\n".join(f"10:00:{n % 60:02d} INFO worker-{n % 4} job {n} done in {n * 7 % 90} ms" for n in range(2000))


def read_log() -> str:
    """Read the log of the job queue."""
    return LOG


def script(messages: Sequence[ChatMessage], **_: Any) -> ChatMessage:
    """What the fake model says, by how many tool results it has seen."""
    results = [m.content or "" for m in messages if m.role == "tool"]
    if not results:
        return call("read_log")
    if len(results) == 1:
        found = re.search(r"\[headroom (hr_[0-9a-f]+) ", results[0])
        return call("headroom_retrieve", id=found[1] if found else "", grep=r"job 1234\b")
    took = re.search(r"job 1234 done in (\d+ ms)", results[1])
    return ChatMessage(role="assistant", content=f"Job 1234 took {took[1] if took else '?'}.")


def call(tool: str, **arguments: Any) -> ChatMessage:
    """The model calls a tool."""
    block = ToolCallBlock(tool_call_id=f"call_{tool}", tool_name=tool, tool_kwargs=arguments)
    return ChatMessage(role="assistant", blocks=[block])


async def main() -> None:
    """One run of the agent."""
    store = Headroom(store=MemoryStore())
    agent = FunctionAgent(
        llm=MockFunctionCallingLLM(response_generator=script),
        tools=[compressed_tool(read_log, store=store), *HeadroomToolSpec(store).to_tool_list()],
    )
    run = agent.run(user_msg="How long did job 1234 take?")
    async for event in run.stream_events():
        if isinstance(event, ToolCallResult):
            output = event.tool_output
            print(
                f"{event.tool_name}: {len(str(output.raw_output)):,} characters, the model reads {len(output.content):,}"
            )
    print(await run)


if __name__ == "__main__":
    asyncio.run(main())
