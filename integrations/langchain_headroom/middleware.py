"""`HeadroomMiddleware`: an agent made with `create_agent` reads less.

A tool's result is compressed once, when it is born: `wrap_tool_call` puts the short text into the agent's state, so every
later request repeats the same bytes and the provider's cache stays valid. `wrap_model_call` looks after history that was
never seen here (an old checkpoint, messages from elsewhere); it changes the request only, the state keeps the originals.
`headroom_retrieve` is registered once and stays. Nothing here decides what is shortened; the engine does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from re import Pattern
from typing import Any, TypeVar, cast

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import AgentState, ModelRequest, ModelResponse, ToolCallRequest
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.types import Command

from headroom.api import engine_of
from headroom.engine import Headroom
from headroom.markers import TOOL_NAME
from headroom.policy import MIN_CHARS
from headroom.store._api import Store
from langchain_headroom._engine import FAULTS, METADATA, Settings
from langchain_headroom._messages import compress_messages, is_fixed
from langchain_headroom.retrieve import headroom_retrieve_tool

__all__ = ["HeadroomMiddleware"]

T = TypeVar("T")


class HeadroomMiddleware(AgentMiddleware[AgentState[Any], Any, Any]):
    """Compress tool results at birth, and let the model get back what is not shown.

    Args:
        engine: the engine; or `store`, a store or its URL. Default: the embedded store.
        store: see `engine`.
        retrieve: False registers no `headroom_retrieve`. Then nothing is left out, unless `elide=True` says that the model
            has another way to it.
        exclude: names of tools whose results stay as they are.
        profile: "safe", "balanced" or "aggressive"; None means: as the engine has it. Likewise `tools`, `keep` and `elide`.
        tools: rules by tool name: "verbatim", "lossless" or a profile.
        keep: spans that stay byte-exact.
        elide: False leaves nothing out.

    Raises:
        ConfigError: a setting cannot be used.
    """

    def __init__(
        self,
        *,
        engine: Headroom | None = None,
        store: Store | str | None = None,
        retrieve: bool = True,
        exclude: Iterable[str] = (),
        profile: str | None = None,
        tools: Mapping[str, str] | None = None,
        keep: Sequence[str | Pattern[str]] | None = None,
        elide: bool | None = None,
    ) -> None:
        super().__init__()
        self._engine = engine_of(engine, store)
        if elide is None and not retrieve:
            elide = False
        self._settings = Settings(profile=profile, tools=tools, keep=keep, elide=elide).check(self._engine)
        self._exclude = frozenset((exclude,) if isinstance(exclude, str) else exclude) | {TOOL_NAME}
        self.tools: Sequence[BaseTool] = [headroom_retrieve_tool(engine=self._engine)] if retrieve else []

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolMessage | Command[Any]]
    ) -> ToolMessage | Command[Any]:
        """Run the tool, then shorten what it returned. What the tool raises is the agent's."""
        return self._shortened(request, handler(request))

    async def awrap_tool_call(
        self,
        request: ToolCallRequest,
        handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]],
    ) -> ToolMessage | Command[Any]:
        """`wrap_tool_call` with our part of the work in a thread."""
        result = await handler(request)
        return await asyncio.to_thread(self._shortened, request, result)

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any] | AIMessage:
        """Shorten what was never shortened, for this request."""
        return handler(self._request(request))

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]
    ) -> ModelResponse[Any] | AIMessage:
        """`wrap_model_call` with our part of the work in a thread, where there is any."""
        if self._unseen(request.messages):
            return await handler(await asyncio.to_thread(self._request, request))
        return await handler(self._request(request))

    # -------------------------------------------------------------------------------------------------- tool results

    def _shortened(self, request: ToolCallRequest, result: ToolMessage | Command[Any]) -> ToolMessage | Command[Any]:
        try:
            if request.tool_call.get("name") in self._exclude:
                return result
            if isinstance(result, ToolMessage):
                (short,) = self._at_birth(_history(request.state), [result])
                return short
            if isinstance(result, Command):
                return self._command(_history(request.state), result)
        except Exception as error:  # noqa: BLE001  # fail towards the original: logged, and counted
            FAULTS.unforeseen(error, self._engine)
        return result

    def _command(self, history: Sequence[BaseMessage], command: Command[Any]) -> Command[Any]:
        """A tool may answer with an update of the state; the tool messages in it are results as well."""
        update: Any = command.update
        messages = update.get("messages") if isinstance(update, Mapping) else None
        if isinstance(messages, ToolMessage):
            return replace(command, update={**update, "messages": self._at_birth(history, [messages])[0]})
        if isinstance(messages, list) and any(isinstance(m, ToolMessage) for m in messages):
            return replace(command, update={**update, "messages": self._at_birth(history, messages)})
        return command

    def _at_birth(self, history: Sequence[BaseMessage], new: list[T]) -> list[T]:
        """New messages, shortened in the light of what stands before them, and marked as decided."""
        mine = [isinstance(m, ToolMessage) and not self._excluded(m) for m in new]
        if not any(mine) or not all(isinstance(m, BaseMessage) for m in new):
            return new
        short = compress_messages(
            self._engine, [*history, *cast("list[BaseMessage]", new)], self._settings, self._excluded
        )[len(history) :]
        return [cast("T", _decided(m)) if own else old for m, old, own in zip(short, new, mine, strict=True)]

    def _excluded(self, message: BaseMessage) -> bool:
        return is_fixed(message) or (isinstance(message, ToolMessage) and message.name in self._exclude)

    # ------------------------------------------------------------------------------------------------ model requests

    def _unseen(self, messages: Sequence[BaseMessage]) -> bool:
        """Whether there is a tool result of some length that nobody has decided on."""
        return any(
            isinstance(m, ToolMessage)
            and METADATA not in m.response_metadata
            and (not isinstance(m.content, str) or len(m.content) >= MIN_CHARS)
            and not self._excluded(m)
            for m in messages
        )

    def _request(self, request: ModelRequest[Any]) -> ModelRequest[Any]:
        changes: dict[str, Any] = {}
        try:
            if self._unseen(request.messages):
                changes["messages"] = compress_messages(self._engine, request.messages, self._settings, self._excluded)
            tools = _once(request.tools)
            if len(tools) != len(request.tools):
                changes["tools"] = tools
            return request.override(**changes) if changes else request
        except Exception as error:  # noqa: BLE001  # fail towards the original: logged, and counted
            FAULTS.unforeseen(error, self._engine)
            return request


def _decided(message: BaseMessage) -> BaseMessage:
    """The message with a note that it was looked at, so that no later request looks at it again."""
    if METADATA in message.response_metadata:
        return message
    metadata = {**message.response_metadata, METADATA: {"action": "unchanged"}}
    return message.model_copy(update={"response_metadata": metadata})


def _once(tools: Sequence[Any]) -> list[Any]:
    """The tools, with our own only once: a user may have passed one as well."""
    mine = [i for i, tool in enumerate(tools) if getattr(tool, "name", None) == TOOL_NAME]
    return [tool for i, tool in enumerate(tools) if i not in mine[1:]]


def _history(state: Any) -> list[BaseMessage]:
    """The messages of a graph's state, whatever kind of state it is."""
    found = state.get("messages") if isinstance(state, Mapping) else getattr(state, "messages", state)
    return list(found) if isinstance(found, list) and all(isinstance(m, BaseMessage) for m in found) else []
