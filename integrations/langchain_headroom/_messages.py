"""LangChain messages in, LangChain messages out: mapped to provider messages for the engine and back.

Message for message and in place: ids, names, tool calls, artifacts, status and unknown content parts stay what they are;
what changes is the text of a copy, and its `response_metadata["headroom"]` says how. Errors of tools, what the model
fetched back with `headroom_retrieve`, and text that citations point into are never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from headroom import tokens
from headroom.engine import Headroom
from headroom.exceptions import BudgetError, ConfigError
from headroom.markers import TOOL_NAME
from headroom.result import BlockReport
from langchain_headroom._engine import FAULTS, METADATA, Settings

M = TypeVar("M", bound=BaseMessage)

_ROLES: tuple[tuple[type[BaseMessage], str], ...] = (
    (ToolMessage, "tool"),
    (HumanMessage, "user"),
    (AIMessage, "assistant"),
    (SystemMessage, "system"),
    (FunctionMessage, "function"),
)
_FIXED = ("a fixed text",)
"""In place of citations: that is how provider JSON says that a text must stay as it is."""


def is_fixed(message: BaseMessage) -> bool:
    """Whether a message must stay as it is: a tool's error, a retrieved slice, or what was decided at birth."""
    if not isinstance(message, ToolMessage):
        return False
    return message.status == "error" or message.name == TOOL_NAME or report_of(message).get("action") == "unchanged"


def report_of(message: BaseMessage) -> Mapping[str, Any]:
    """What a message says about its own compression; empty when it says nothing."""
    report = message.response_metadata.get(METADATA)
    return report if isinstance(report, Mapping) else {}


def compress_messages(
    engine: Headroom,
    messages: Sequence[M],
    settings: Settings,
    fixed: Callable[[M], bool] = is_fixed,
) -> list[M]:
    """The messages as the model should see them; those that do not change are the same objects. Never fails the caller.

    Raises:
        ConfigError: a setting cannot be used. BudgetError: the budget that was set cannot be met.
    """
    try:
        sent = provider_messages(messages, fixed)
        result = engine.compress(sent, **settings.for_messages())
        out = list(messages)
        changed: dict[int, list[BlockReport]] = {}
        for block in result.changed:
            changed.setdefault(int(block.path[0]), []).append(block)
        for index, blocks in changed.items():
            out[index] = _with_content(
                messages[index], sent[index]["content"], result.messages[index]["content"], blocks
            )
    except (ConfigError, BudgetError):
        raise
    except Exception as error:  # noqa: BLE001  # fail towards the original: logged, and counted
        FAULTS.unforeseen(error, engine)
        return list(messages)
    for warning in result.warnings:
        FAULTS.note(warning)
    return out


def provider_messages(messages: Sequence[M], fixed: Callable[[M], bool] = is_fixed) -> list[dict[str, Any]]:
    """OpenAI chat messages with the same texts at the same places. Parts that hold no text are blanked."""
    slices: dict[str | None, bool] = {}  # by the id of a call that stands before: whether it asks for a slice
    sent: list[dict[str, Any]] = []
    for message in messages:
        sliced = isinstance(message, ToolMessage) and slices.get(message.tool_call_id, False)
        sent.append(_provider_message(message, fixed(message) or sliced))
        if isinstance(message, AIMessage):
            slices.update({call["id"]: call["name"] == TOOL_NAME for call in message.tool_calls})
    return sent


def _provider_message(message: BaseMessage, fixed: bool) -> dict[str, Any]:
    sent: dict[str, Any] = {"role": _role(message), "content": _content(message.content, fixed)}
    if isinstance(message, AIMessage) and message.tool_calls:
        sent["tool_calls"] = [
            {"id": call["id"], "type": "function", "function": {"name": call["name"], "arguments": call["args"]}}
            for call in message.tool_calls
        ]
    elif isinstance(message, ToolMessage):
        sent["tool_call_id"] = message.tool_call_id
        sent["name"] = message.name
    elif isinstance(message, FunctionMessage):
        sent["name"] = message.name
    return sent


def _role(message: BaseMessage) -> str:
    if isinstance(message, ChatMessage):
        return message.role
    return next((role for kind, role in _ROLES if isinstance(message, kind)), "system")


def _content(content: Any, fixed: bool) -> Any:
    """Text stays where it is; images, audio, files, reasoning and the like are blanked, so that nothing reads them."""
    if isinstance(content, str):
        return [{"type": "text", "text": content, "citations": _FIXED}] if fixed else content
    return [_part(part, fixed) for part in content] if isinstance(content, list) else ""


def _part(part: Any, fixed: bool) -> Any:
    if isinstance(part, str):
        return {"type": "text", "text": part, "citations": _FIXED} if fixed else part
    if isinstance(part, Mapping) and part.get("type") == "text" and isinstance(part.get("text"), str):
        cited = _FIXED if fixed else part.get("citations") or part.get("annotations")
        return {"type": "text", "text": part["text"], "citations": cited}
    return {"type": "other"}


def _with_content(message: M, before: Any, after: Any, blocks: Sequence[BlockReport]) -> M:
    content: Any = after
    if isinstance(message.content, list):
        content = [
            old if new is sent else (new if isinstance(old, str) else {**old, "text": new["text"]})
            for old, sent, new in zip(message.content, before, after, strict=True)
        ]
    report = report_on(blocks, _texts(before, blocks), _texts(after, blocks))
    metadata = {**message.response_metadata, METADATA: report}
    return message.model_copy(update={"content": content, "response_metadata": metadata})


def _texts(content: Any, blocks: Sequence[BlockReport]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        value = content
        for key in block.path[2:]:
            value = value[key]
        found.append(value)
    return found


def report_on(blocks: Sequence[BlockReport], before: Sequence[str], after: Sequence[str]) -> dict[str, Any]:
    """What was done to the blocks of one message or document, as JSON. Token figures are estimates."""
    return {
        "action": "compressed" if any(b.action == "compressed" for b in blocks) else "referenced",
        "ids": [b.id for b in blocks],
        "lossless": all(b.lossless for b in blocks),
        "chars_before": sum(map(len, before)),
        "chars_after": sum(map(len, after)),
        "tokens_before": sum(map(_estimate, before)),
        "tokens_after": sum(map(_estimate, after)),
    }


_ESTIMATES: dict[tuple[int, int], int] = {}
_MOST_ESTIMATES = 8192


def _estimate(text: str) -> int:
    """Tokens of a text, remembered without it: a history comes by again with every request."""
    key = hash(text), len(text)
    found = _ESTIMATES.get(key)
    if found is None:
        if len(_ESTIMATES) >= _MOST_ESTIMATES:
            _ESTIMATES.clear()
        found = _ESTIMATES[key] = tokens.estimate(text)
    return found
