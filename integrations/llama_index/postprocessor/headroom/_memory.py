"""`HeadroomMemoryBlock`: what falls out of a chat's short-term memory stays, message by message, with shorter tool results.

Each batch of messages is shortened once, when it comes, and never changes again. `Memory` puts the block's messages before
those of its queue. It does not summarise and needs no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, MessageRole, TextBlock
from llama_index.core.bridge.pydantic import Field, PrivateAttr
from llama_index.core.memory.memory import BaseMemoryBlock
from llama_index.core.utils import get_tokenizer

from llama_index.postprocessor.headroom._engines import Source, check, faults

_SESSION = "session_id"


class HeadroomMemoryBlock(BaseMemoryBlock[list[ChatMessage]]):
    """Keeps the history of each session, with tool results shortened by the engine.

        Memory.from_defaults(memory_blocks=[HeadroomMemoryBlock()])

    When `Memory` asks for less, whole turns go, the oldest first, and a line says how many messages are gone. With
    `priority=0`, the default, it never asks.

    Args:
        store: a `headroom.Headroom`, a store, a SQLAlchemy URL, or None for the embedded store.

    Raises:
        headroom.ConfigError: for a setting that cannot be used.
    """

    name: str = Field(default="History", description="The name of the memory block.")
    profile: str = Field(default="safe", description="safe, balanced or aggressive: how much may be left out.")
    elide: bool = Field(default=True, description="False: only spell shorter, for agents that cannot retrieve.")
    history: dict[str, list[ChatMessage]] = Field(default_factory=dict, description="The messages of each session.")

    _source: Source = PrivateAttr()

    def __init__(self, *, store: Any = None, **fields: Any) -> None:
        super().__init__(**fields)
        check(profile=self.profile)
        self._source = Source(store)

    async def _aget(self, messages: list[ChatMessage] | None = None, **block_kwargs: Any) -> list[ChatMessage]:
        return list(self.history.get(str(block_kwargs.get(_SESSION, "")), ()))

    async def _aput(self, messages: list[ChatMessage]) -> None:
        by_session: dict[str, list[ChatMessage]] = {}
        for message in messages:
            session = str(message.additional_kwargs.get(_SESSION, ""))
            by_session.setdefault(session, []).append(_without_session(message))
        for session, batch in by_session.items():
            shorter = await self._shorter(batch)
            self.history.setdefault(session, []).extend(shorter)

    async def _shorter(self, batch: Sequence[ChatMessage]) -> Sequence[ChatMessage]:
        try:
            result = await self._source.engine.acompress(
                [_provider_message(m) for m in batch], profile=self.profile, elide=self.elide
            )
            for warning in result.warnings:
                faults.note(warning)
            return [_back(m, new["content"]) for m, new in zip(batch, result.messages, strict=True)]
        except Exception as error:  # noqa: BLE001  # the messages are still good
            faults.unforeseen(error)
            return batch

    async def atruncate(self, content: list[ChatMessage], tokens_to_truncate: int) -> list[ChatMessage] | None:
        """`content` without its oldest turns; None where nothing would remain."""
        count = get_tokenizer()
        starts = [n for n, message in enumerate(content) if message.role == MessageRole.USER and n]
        for start in starts:
            gone = content[:start]
            note = ChatMessage(role=MessageRole.USER, content=f"⋯ {start} earlier messages are left out")
            saved = sum(len(count(m.content or "")) for m in gone) - len(count(note.content or ""))
            if saved >= tokens_to_truncate:
                return [note, *content[start:]]
        return None


def _without_session(message: ChatMessage) -> ChatMessage:
    """Memory writes the session into the messages themselves; providers do not know the field."""
    known = {key: value for key, value in message.additional_kwargs.items() if key != _SESSION}
    return message.model_copy(update={"additional_kwargs": known})


def _provider_message(message: ChatMessage) -> dict[str, Any]:
    """The message as an OpenAI chat message: its texts, and the calls that its tool results answer."""
    said = message.additional_kwargs
    out: dict[str, Any] = {
        "role": message.role.value,
        "content": [{"type": "text", "text": block.text} for block in message.blocks if isinstance(block, TextBlock)],
    }
    calls = [*said.get("tool_calls", ()), *(b for b in message.blocks if hasattr(b, "tool_kwargs"))]
    if calls:
        out["tool_calls"] = [_call(call) for call in calls]
    if "tool_call_id" in said:
        out["tool_call_id"] = said["tool_call_id"]
    return out


def _call(call: Any) -> Any:
    """LlamaIndex's own kinds of calls in the provider's shape; those of a provider's SDK as they are."""
    if not hasattr(call, "tool_kwargs"):
        return call
    call_id = getattr(call, "tool_call_id", None) or getattr(call, "tool_id", None)
    return {"id": call_id, "type": "function", "function": {"name": call.tool_name, "arguments": call.tool_kwargs}}


def _back(message: ChatMessage, parts: Sequence[Any]) -> ChatMessage:
    texts = iter(parts)
    blocks = [
        block.model_copy(update={"text": next(texts)["text"]}) if isinstance(block, TextBlock) else block
        for block in message.blocks
    ]
    return message.model_copy(update={"blocks": blocks})
