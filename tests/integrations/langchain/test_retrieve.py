"""`headroom_retrieve_tool`: slices for the model, and every fault as a message that it can read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")

from langchain_core.messages import ToolMessage
from langchain_core.utils.function_calling import convert_to_openai_tool

from headroom import Headroom, MemoryStore
from headroom.engine import open_store
from langchain_headroom import headroom_retrieve_tool
from tests.integrations.langchain.scripted import LOG, SECRET


def ask(tool: Any, **args: Any) -> ToolMessage:
    message = tool.invoke({"type": "tool_call", "name": tool.name, "args": args, "id": "c1"})
    assert isinstance(message, ToolMessage)
    return message


def kept(engine: Headroom) -> str:
    key = engine.compress_text(LOG).id
    assert key is not None
    return key


def test_a_slice_is_content_and_what_is_known_of_it_the_artifact(engine: Headroom) -> None:
    key = kept(engine)
    message = ask(headroom_retrieve_tool(engine=engine), id=key, grep="tenant acme")
    assert SECRET in str(message.content)
    assert message.artifact == {
        "id": key,
        "shown": 1,
        "matched": 1,
        "total": 2001,
        "unit": "lines",
        "next": None,
        "complete": True,
    }


async def test_the_async_form_says_the_same(engine: Headroom) -> None:
    tool = headroom_retrieve_tool(engine=engine)
    args = {"id": kept(engine), "lines": "5-9"}
    assert await tool.ainvoke(args) == tool.invoke(args)


def test_absence_is_an_answer(engine: Headroom) -> None:
    message = ask(headroom_retrieve_tool(engine=engine), id=kept(engine), grep="out of memory")
    assert "0 matches in all 2,001 lines" in str(message.content)
    assert message.status == "success"


def test_no_slice_is_longer_than_what_was_asked_for(engine: Headroom) -> None:
    tool = headroom_retrieve_tool(engine=engine)
    assert len(str(ask(tool, id=kept(engine)).content)) < 10_000
    assert len(str(ask(tool, id=kept(engine), max_tokens=100).content)) < 500


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"id": "hr_000000000000"}, "hr_000000000000"),
        ({"id": "nonsense"}, "nonsense"),
        ({"grep": "("}, "grep"),
        ({"lines": "x"}, "is no range"),
        ({"rows": "1-2"}, "no JSON array"),
        ({"max_tokens": 3}, "too small"),
        ({"id": 3}, "id"),
        ({"id": None}, "id"),
    ],
)
def test_what_cannot_be_answered_is_a_message_of_status_error(
    engine: Headroom, args: dict[str, Any], says: str
) -> None:
    message = ask(headroom_retrieve_tool(engine=engine), **{"id": kept(engine), **args})
    assert message.status == "error"
    assert says in str(message.content)


def test_an_expired_id_is_told_from_an_unknown_one(engine: Headroom) -> None:
    key = kept(engine)
    engine.store.purge()
    expired = ask(headroom_retrieve_tool(engine=engine), id=key)
    unknown = ask(headroom_retrieve_tool(engine=engine), id="hr_000000000000")
    assert expired.status == unknown.status == "error"
    assert str(expired.content).replace(key, "") != str(unknown.content).replace("hr_000000000000", "")


def test_a_store_that_cannot_be_read_is_a_message_too(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    message = ask(headroom_retrieve_tool(f"sqlite:///{tmp_path}/file/x.db"), id="hr_000000000000")
    assert message.status == "error"


def test_its_schema_is_the_same_every_time() -> None:
    first, second = (convert_to_openai_tool(headroom_retrieve_tool(MemoryStore())) for _ in range(2))
    assert first == second
    parameters = first["function"]["parameters"]
    assert parameters["required"] == ["id"]
    assert set(parameters["properties"]) == {"id", "lines", "grep", "query", "fields", "rows", "max_tokens"}


def test_two_tools_of_one_url_share_a_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/headroom.db"
    with Headroom(store=open_store(url)) as engine:
        key = kept(engine)
    assert SECRET in str(ask(headroom_retrieve_tool(url), id=key, grep="acme").content)
