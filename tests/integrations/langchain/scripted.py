"""What the tests of the LangChain integration share: tool output, a scripted model, and how it calls a tool."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

SECRET = "10:04:31 INFO worker-2 skipped job 77: quota of tenant acme is used up"
LOG = "\n".join(
    [
        *(f"10:0{n // 60 % 10}:{n % 60:02d} INFO worker-{n % 4} job {n} done in {n * 7 % 90} ms" for n in range(2000)),
        SECRET,
    ]
)


class ScriptedModel(BaseChatModel):
    """Answers with `script`, one message after the other, and remembers what it was sent."""

    script: list[AIMessage]
    seen: list[list[BaseMessage]] = Field(default_factory=list)
    bound: list[list[str]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        self.bound.append([tool.name for tool in tools])
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        answer = self.script[len(self.seen) % len(self.script)]
        self.seen.append(list(messages))
        return ChatResult(generations=[ChatGeneration(message=answer)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        answer = self._generate(messages).generations[0].message
        assert isinstance(answer, AIMessage)
        words = str(answer.content).split(" ") if answer.content else [""]
        for n, word in enumerate(words):
            last = n == len(words) - 1
            chunk = AIMessageChunk(
                content=word if last else word + " ",
                tool_calls=answer.tool_calls if last else [],
                chunk_position="last" if last else None,
            )
            yield ChatGenerationChunk(message=chunk)


def call(name: str, call_id: str = "c1", **args: Any) -> AIMessage:
    """The model calls a tool."""
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": call_id}])
