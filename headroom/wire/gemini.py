"""The `contents` of Gemini's generateContent, from AI Studio or Vertex AI, in the spelling of REST or of Python's SDK.

A tool's result is a `functionResponse` part that answers a `functionCall` by its `id`, or where there is none by name
and order. Its `response` is an object: the texts in it are blocks, the object stays one. Thoughts, signed texts, inline
data, files, and what the provider's own tools ran are no blocks, or fixed ones. `systemInstruction`, `tools` and all
other parameters of the request are no part of the list.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from headroom.exceptions import MessageFormatError
from headroom.messages import Block, Conversation, Path, Role
from headroom.wire._api import Call, Origin, Seen, described, get, listed, parts, read, render, string

__all__ = ["is_sign", "name", "parse", "render"]

name: Final = "gemini"

_VALUE = 200
"""Shorter strings deep within a response are values of a structure, such as names and states, and no texts."""
_DEEPEST = 64
_SIGNED = "its thought signature covers it"
_ROLES = {None: "user", "model": "assistant"}


def is_sign(message: Any) -> bool:
    """Whether only this format writes such a content. Parts that have a `type` are some other framework's."""
    if not isinstance(message, Mapping) or "content" in message:
        return False
    if not isinstance(message.get("parts"), (list, tuple)):
        return message.get("role") == "model"  # an answer that was cut off before its first word
    return all(string(get(part, "type")) is None for part in message["parts"])


def parse(messages: Any) -> Conversation:
    """Read `contents`; `render` is the inverse.

    Raises:
        MessageFormatError: no list or tuple of mappings with `parts` or a string `role`.
    """
    return read(_checked(messages), name, _Reader().blocks, _role)


def _checked(contents: Any) -> Sequence[Any]:
    for i, content in enumerate(listed(contents)):
        if not _is_content(content):
            raise MessageFormatError(
                f"contents[{i}] is {described(content)}, no content of Gemini's: it has no 'parts'"
            )
    return contents  # type: ignore[no-any-return]  # listed() has looked


def _is_content(content: Any) -> bool:
    if not isinstance(content, Mapping) or not isinstance(content.get("role"), (str, type(None))):
        return False
    return "parts" in content or ("role" in content and "content" not in content)


def _role(content: Mapping[str, Any]) -> str:
    role = content.get("role")
    return _ROLES.get(role) or str(role)


def _field(part: Any, camel: str, snake: str) -> tuple[str, Any]:
    """The key that a part uses for a field, and its value."""
    return (snake, get(part, snake)) if get(part, camel) is None else (camel, get(part, camel))


class _Reader:
    """Reads the contents of one conversation, in order. Calls without an id wait, by name, for their results."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Call]] = {}
        self._answered = False

    def blocks(self, content: Mapping[str, Any], index: int, role: Role, seen: Seen) -> Iterator[Block]:
        for j, part in enumerate(parts(content.get("parts"))):
            path = (index, "parts", j)
            call = _field(part, "functionCall", "function_call")[1]
            key, response = _field(part, "functionResponse", "function_response")
            if call is not None:
                self._remember(call, seen)
            elif response is not None:
                self._answered = True
                if isinstance(part, Mapping) and isinstance(get(response, "response"), Mapping):
                    yield from _response(response["response"], (*path, key, "response"), self._origin(response, seen))
            elif isinstance(part, Mapping) and isinstance(part.get("text"), str) and not part.get("thought"):
                signed = _field(part, "thoughtSignature", "thought_signature")[1] is not None
                yield Origin(role).block(part["text"], (*path, "text"), _SIGNED if signed else None)

    def _remember(self, call: Any, seen: Seen) -> None:
        if self._answered:  # a new turn: what was not answered never will be
            self._waiting.clear()
            self._answered = False
        call_id, tool = string(get(call, "id")), string(get(call, "name"))
        known = Call(tool, get(call, "args"))
        if call_id is not None:
            seen.calls[call_id] = known
        elif tool is not None:
            self._waiting.setdefault(tool, deque()).append(known)

    def _origin(self, response: Mapping[str, Any], seen: Seen) -> Origin:
        call_id, tool = string(response.get("id")), string(response.get("name"))
        waiting = self._waiting.get(tool or "")
        if call_id in seen.calls or not waiting:
            return Origin("tool", seen.hint(call_id, tool=tool), call_id)
        return Origin("tool", Seen(calls={"": waiting.popleft()}, question=seen.question).hint(""), call_id)


def _response(response: Mapping[str, Any], path: Path, origin: Origin) -> Iterator[Block]:
    """The texts in a result: all strings of its first level and of text parts, below that those that are long."""
    failed = replace(origin, hint=replace(origin.hint, is_error=True))
    todo: list[tuple[Any, Path]] = [(response, path)]
    first = len(path)
    while todo:
        value, at = todo.pop()
        if isinstance(value, str):
            if len(at) == first + 1 or at[-1] == "text" or len(value) >= _VALUE:
                yield (failed if at[first] == "error" else origin).block(value, at)
        elif len(at) < _DEEPEST:
            items = value.items() if isinstance(value, Mapping) else enumerate(parts(value))
            todo.extend(reversed([(below, (*at, key)) for key, below in items]))
