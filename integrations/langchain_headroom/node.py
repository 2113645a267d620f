"""`headroom_node`: a node for graphs that are built by hand.

    graph.add_node("headroom", headroom_node())
    graph.add_edge("tools", "headroom")
    graph.add_edge("headroom", "model")

Between the tools and the model it shortens new tool results once and puts them into the state, so that every later
request repeats the same bytes. Bind `headroom_retrieve_tool()` to the model and put it into the `ToolNode`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from re import Pattern
from typing import Any

from langchain_core.messages import BaseMessage
from langchain_core.runnables import RunnableLambda

from headroom.api import engine_of
from headroom.engine import Headroom
from headroom.exceptions import ConfigError
from headroom.store._api import Store
from langchain_headroom._engine import FAULTS, Settings
from langchain_headroom._messages import compress_messages

__all__ = ["headroom_node"]


def headroom_node(
    *,
    engine: Headroom | None = None,
    store: Store | str | None = None,
    key: str = "messages",
    profile: str | None = None,
    tools: Mapping[str, str] | None = None,
    keep: Sequence[str | Pattern[str]] | None = None,
    elide: bool | None = None,
) -> RunnableLambda[Any, dict[str, Any]]:
    """A node that takes a state with messages under `key` and returns those that it shortened, with their ids.

    The state needs the reducer `add_messages` (as `MessagesState` has it), which puts a message in the place of the one
    that has its id. `engine`, `store` and the settings are those of `HeadroomMiddleware`.

    Raises:
        ConfigError: a setting cannot be used.
    """
    source = engine_of(engine, store)
    settings = Settings(profile=profile, tools=tools, keep=keep, elide=elide).check(source)

    def shorten(state: Any) -> dict[str, Any]:
        messages = _messages(state, key)
        short = compress_messages(source, messages, settings)
        changed = [new for old, new in zip(messages, short, strict=True) if new is not old]
        if not all(message.id for message in changed):
            FAULTS.note("messages without ids cannot be replaced: use the reducer add_messages", engine=source)
        return {key: [message for message in changed if message.id]}

    async def ashorten(state: Any) -> dict[str, Any]:
        return await asyncio.to_thread(shorten, state)

    return RunnableLambda(shorten, ashorten, name="headroom")


def _messages(state: Any, key: str) -> list[BaseMessage]:
    found = state.get(key) if isinstance(state, Mapping) else getattr(state, key, None)
    if not isinstance(found, list):
        raise ConfigError(f"the state has no list of messages under {key!r}; pass key=")
    return found if all(isinstance(m, BaseMessage) for m in found) else []
