from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("llama_index.core", reason="needs the extra: pip install 'headroom-context[llamaindex]'")

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ChatMessage, ImageBlock, TextBlock
from llama_index.core.llms.llm import ToolSelection
from llama_index.core.memory import Memory
from sqlalchemy.ext.asyncio import create_async_engine

import headroom
from headroom import Headroom
from llama_index.postprocessor.headroom import HeadroomMemoryBlock, HeadroomToolSpec
from llama_index.postprocessor.headroom._engines import faults
from tests.integrations.llamaindex.scripted import ScriptedLLM

# LlamaIndex uses what its own dependencies have deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

LOG = "\n".join(f"10:00:{n % 60:02d} INFO worker-{n % 4} job {n} done in {n * 7 % 90} ms" for n in range(500))


def turn(number: int, tool: str = "read_log") -> list[ChatMessage]:
    call = ToolSelection(tool_id=f"c{number}", tool_name=tool, tool_kwargs={"day": number})
    return [
        ChatMessage(role="user", content=f"What happened on day {number}?"),
        ChatMessage(role="assistant", content="", additional_kwargs={"tool_calls": [call]}),
        ChatMessage(role="tool", content=f"day {number}\n{LOG}", additional_kwargs={"tool_call_id": f"c{number}"}),
        ChatMessage(role="assistant", content=f"Nothing on day {number}."),
    ]


async def test_tool_results_get_shorter_and_all_else_stays(engine: Headroom) -> None:
    block = HeadroomMemoryBlock(store=engine)
    given = turn(1)
    await block.aput(given)
    kept = await block.aget()
    assert [m.role for m in kept] == [m.role for m in given]
    assert [m.additional_kwargs for m in kept] == [m.additional_kwargs for m in given]
    assert [kept[n].content for n in (0, 1, 3)] == [given[n].content for n in (0, 1, 3)]
    shown = kept[2].content or ""
    assert len(shown) < len(LOG) / 5
    assert engine.retrieve(shown.split()[1]) == given[2].content
    assert given[2].content == f"day 1\n{LOG}"


async def test_what_was_kept_never_changes(engine: Headroom) -> None:
    block = HeadroomMemoryBlock(store=engine)
    before: list[ChatMessage] = []
    for number in range(5):
        await block.aput(turn(number))
        now = await block.aget()
        assert now[: len(before)] == before
        before = now


async def test_sessions_are_apart(engine: Headroom) -> None:
    block = HeadroomMemoryBlock(store=engine)
    await block.aput(turn(1), session_id="a")
    await block.aput(turn(2), session_id="b")
    assert (await block.aget(session_id="b"))[0].content == "What happened on day 2?"
    assert all("session_id" not in m.additional_kwargs for m in await block.aget(session_id="a"))
    assert await block.aget(session_id="c") == []


async def test_whole_turns_go_and_a_line_says_so(engine: Headroom) -> None:
    block = HeadroomMemoryBlock(store=engine)
    for number in range(3):
        await block.aput(turn(number))
    content = await block.aget()
    less = await block.atruncate(content, 100)
    assert less is not None
    assert less[0].content == "⋯ 4 earlier messages are left out"
    assert less[1:] == content[4:]
    assert await block.atruncate(content, 1_000_000) is None


async def test_pictures_stay_in_their_place(engine: Headroom) -> None:
    block = HeadroomMemoryBlock(store=engine)
    picture = ImageBlock(image=b"aGk=", image_mimetype="image/png")
    message = ChatMessage(role="tool", blocks=[picture, TextBlock(text=LOG)], additional_kwargs={"tool_call_id": "c"})
    await block.aput([message])
    (kept,) = await block.aget()
    assert kept.blocks[0] == picture
    assert str(kept.blocks[1].text).startswith("[headroom hr_")  # type: ignore[union-attr]


class Broken(Headroom):
    def compress(self, *args: Any, **options: Any) -> Any:
        raise RuntimeError("out of order")


async def test_a_fault_of_ours_keeps_the_messages() -> None:
    before = sum(faults.counts().values())
    block = HeadroomMemoryBlock(store=Broken())
    await block.aput(turn(1))
    assert [m.content for m in await block.aget()] == [m.content for m in turn(1)]
    assert sum(faults.counts().values()) == before + 1


def test_a_wrong_setting_is_told_at_once() -> None:
    with pytest.raises(headroom.ConfigError, match="profile='fast'"):
        HeadroomMemoryBlock(profile="fast")


async def test_what_falls_out_of_the_queue_is_still_in_the_prompt(engine: Headroom, tmp_path: Path) -> None:
    block = HeadroomMemoryBlock(store=engine)
    database = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/memory.db")
    memory = Memory.from_defaults(
        session_id="s", token_limit=4_000, token_flush_size=500, memory_blocks=[block], async_engine=database
    )
    for number in range(3):
        await memory.aput_messages(turn(number))
    llm = ScriptedLLM([lambda _: "done"])
    tools: Any = HeadroomToolSpec(engine).to_tool_list()
    await FunctionAgent(llm=llm, tools=tools).run(user_msg="And on day 0?", memory=memory)
    await database.dispose()
    (sent,) = llm.sent
    assert any("What happened on day 0?" in m for m in sent)
    assert "[headroom hr_" in next(m for m in sent if m.startswith("tool"))
    assert sum(map(len, sent)) < len(LOG) * 2
