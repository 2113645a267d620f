"""Anthropic messages. The system prompt is a separate parameter of the API and no part of the list.

A tool's result is a `tool_result` block in a user message that answers a `tool_use` block of the assistant message
before it. Thinking and its signatures, the results of server tools, images and encrypted content are no blocks; what
citations point into is fixed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from headroom.messages import Block, Conversation, Path, Role
from headroom.wire._api import (
    CITED,
    Call,
    Origin,
    Seen,
    checked,
    get,
    parts,
    read,
    render,
    string,
    text_blocks,
    text_part,
)

__all__ = ["is_sign", "name", "parse", "render"]

name: Final = "anthropic_messages"

_TYPES = frozenset(
    {"tool_use", "tool_result", "thinking", "redacted_thinking", "server_tool_use", "search_result", "document"}
)


def is_sign(message: Any) -> bool:
    """Whether only this format writes such a message."""
    return isinstance(message, Mapping) and any(_is_own(get(p, "type")) for p in parts(message.get("content")))


def parse(messages: Any) -> Conversation:
    """Read Anthropic messages; `render` is the inverse."""
    return read(checked(messages), name, _blocks)


def _is_own(kind: Any) -> bool:
    return isinstance(kind, str) and (kind in _TYPES or kind.endswith("_tool_result"))


def _blocks(message: Mapping[str, Any], index: int, role: Role, seen: Seen) -> Iterator[Block]:
    content = message.get("content")
    origin = Origin(role, seen.hint(None)) if role == "tool" else Origin(role)
    if isinstance(content, str):
        yield origin.block(content, (index, "content"))
    for j, part in enumerate(parts(content)):
        path = (index, "content", j)
        kind = get(part, "type")
        if kind == "tool_use":
            call_id = string(get(part, "id"))
            if call_id is not None:
                seen.calls[call_id] = Call(string(get(part, "name")), get(part, "input"))
        elif kind == "tool_result" and isinstance(part, Mapping):
            yield from _tool_result(part, path, seen)
        else:
            yield from _part(part, path, origin)


def _tool_result(part: Mapping[str, Any], path: Path, seen: Seen) -> Iterator[Block]:
    call_id = string(part.get("tool_use_id"))
    origin = Origin("tool", seen.hint(call_id, is_error=part.get("is_error") is True), call_id)
    content = part.get("content")
    if isinstance(content, str):
        yield origin.block(content, (*path, "content"))
    for j, inner in enumerate(parts(content)):
        yield from _part(inner, (*path, "content", j), origin)


def _part(part: Any, path: Path, origin: Origin) -> Iterator[Block]:
    """The texts of a part that may stand in a message as well as in a tool result."""
    kind = get(part, "type")
    if kind == "search_result" and isinstance(part, Mapping):  # retrieved context, wherever it stands
        context = Origin("tool", origin.hint, origin.call_id)
        yield from text_blocks(part.get("content"), (*path, "content"), context, _cited(part))
    elif kind == "document" and isinstance(part, Mapping):
        yield from _document(part.get("source"), (*path, "source"), origin, _cited(part))
    else:
        yield from text_part(part, path, origin)


def _document(source: Any, path: Path, origin: Origin, fixed: str | None) -> Iterator[Block]:
    """Plain text sources; PDFs, URLs and files are no text."""
    if isinstance(source, Mapping) and source.get("type") in ("text", "content"):
        key = "data" if source["type"] == "text" else "content"
        yield from text_blocks(source.get(key), (*path, key), origin, fixed)


def _cited(part: Mapping[str, Any]) -> str | None:
    """Why the texts of a part that was given with citations switched on must stay."""
    return CITED if get(part.get("citations"), "enabled") else None
