"""A model that says what a script tells it to, calls tools, and remembers all that it was sent."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, CompletionResponse, LLMMetadata
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.llms.llm import ToolSelection

Step = Callable[[Sequence[ChatMessage]], "str | tuple[str, dict[str, Any]]"]
"""Reads what the model was sent; answers with text, or with a tool's name and arguments."""


def result_of(messages: Sequence[ChatMessage]) -> str:
    """The latest message: a tool's result."""
    return messages[-1].content or ""


class ScriptedLLM(FunctionCallingLLM):
    """`script` has a step for each turn. `react=True` writes calls as text, as agents without tool calling want them."""

    react: bool = False
    _script: list[Step] = PrivateAttr(default_factory=list)
    _sent: list[list[ChatMessage]] = PrivateAttr(default_factory=list)
    _tools: list[list[str]] = PrivateAttr(default_factory=list)

    def __init__(self, script: Sequence[Step], *, react: bool = False) -> None:
        super().__init__(react=react)
        self._script = list(script)

    @property
    def sent(self) -> list[list[str]]:
        """What was sent in each turn, message by message, as text."""
        return [[f"{m.role.value}: {m.content} {m.additional_kwargs}" for m in turn] for turn in self._sent]

    @property
    def tools(self) -> list[list[str]]:
        """The tools that were offered in each turn, with all that the model is told about them."""
        return self._tools

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(is_function_calling_model=not self.react, is_chat_model=True)

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        step = self._script[len(self._sent)]
        self._sent.append([m.model_copy(deep=True) for m in messages])
        self._tools.append([json.dumps(t.metadata.to_openai_tool()) for t in kwargs.get("tools", [])])
        said = step(messages)
        if isinstance(said, str):
            text = f"Thought: I know.\nAnswer: {said}" if self.react else said
            return ChatResponse(message=ChatMessage(role="assistant", content=text), delta=text)
        name, arguments = said
        if self.react:
            text = f"Thought: I need a tool.\nAction: {name}\nAction Input: {json.dumps(arguments)}"
            return ChatResponse(message=ChatMessage(role="assistant", content=text), delta=text)
        call = ToolSelection(tool_id=f"call_{len(self._sent)}", tool_name=name, tool_kwargs=arguments)
        message = ChatMessage(role="assistant", content="", additional_kwargs={"tool_calls": [call]})
        return ChatResponse(message=message, delta="")

    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        return self.chat(messages, **kwargs)

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> Generator[ChatResponse, None, None]:
        yield self.chat(messages, **kwargs)

    async def astream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> AsyncGenerator[ChatResponse, None]:
        async def stream() -> AsyncGenerator[ChatResponse, None]:
            yield self.chat(messages, **kwargs)

        return stream()

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text=prompt)

    async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text=prompt)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
        raise NotImplementedError

    async def astream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
        raise NotImplementedError

    def _prepare_chat_with_tools(  # type: ignore[override]  # the tests pass no more than this
        self, tools: Any, user_msg: Any = None, chat_history: Any = None, **kwargs: Any
    ) -> dict[str, Any]:
        return {"messages": [*(chat_history or []), *([user_msg] if user_msg else [])], "tools": tools}

    def get_tool_calls_from_response(
        self, response: ChatResponse, error_on_no_tool_call: bool = True, **kwargs: Any
    ) -> list[ToolSelection]:
        found: list[ToolSelection] = response.message.additional_kwargs.get("tool_calls", [])
        return found
