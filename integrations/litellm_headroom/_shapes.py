"""The three shapes of a request that LiteLLM speaks: chat completions, OpenAI's responses, Anthropic's messages.

Each knows where the conversation stands, how a tool is defined, which calls of `headroom_retrieve` an answer holds, and
how these calls and their results are written for the next request. Nothing here calls the engine or LiteLLM.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from headroom.markers import TOOL_NAME
from litellm_headroom._tool import DESCRIPTION, PARAMETERS

NOTE: Final = (
    "[headroom: the model asked for more of a shortened text, but the request that carried the answer failed;"
    " please ask again]"
)
"""Stands in an answer whose call of `headroom_retrieve` could not be answered: the caller has no such tool."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of `headroom_retrieve`: its id and its arguments, as a mapping or as JSON text."""

    id: str
    arguments: Any


class Shape(Protocol):
    """What a shape knows. Responses are LiteLLM's objects, or the dicts that they are made of."""

    wire: str
    """The name of the wire format in `headroom.wire`."""
    key: str
    """Where the conversation stands in the arguments of a call and in the provider's body."""
    tool: Mapping[str, Any]
    """The definition of `headroom_retrieve`."""
    no_tools: Any
    """The `tool_choice` that forbids every call."""

    def calls(self, response: Any) -> list[Call]:
        """The calls of `headroom_retrieve`."""

    def exchange(self, response: Any, calls: Sequence[Call], slices: Sequence[str], stored: bool) -> list[Any]:
        """What follows in the conversation: what the model said with these calls, and their results.

        Calls of other tools are left out: the model makes them again when it has read the slices. `stored` says that
        the provider keeps the response.
        """

    def strip(self, response: Any) -> None:
        """Take the calls of `headroom_retrieve` out of a response, in place, and say so where nothing else is left."""


class _Chat:
    wire = "openai_chat"
    key = "messages"
    tool: Mapping[str, Any] = {
        "type": "function",
        "function": {"name": TOOL_NAME, "description": DESCRIPTION, "parameters": PARAMETERS},
    }
    no_tools: Any = "none"

    def calls(self, response: Any) -> list[Call]:
        message = _message(response)
        return [Call(str(get(c, "id")), get(get(c, "function"), "arguments")) for c in _ours(message)]

    def exchange(self, response: Any, calls: Sequence[Call], slices: Sequence[str], stored: bool) -> list[Any]:
        message = _message(response)
        said: dict[str, Any] = {"role": "assistant", "content": get(message, "content")}
        # Signed thinking and reasoning belong to the calls; providers ask for them back, others never send them.
        for name in ("thinking_blocks", "reasoning_content"):
            if get(message, name):
                said[name] = plain(get(message, name))
        said["tool_calls"] = [{k: v for k, v in plain(c).items() if k != "index"} for c in _ours(message)]
        results = [
            {"role": "tool", "tool_call_id": call.id, "content": text} for call, text in zip(calls, slices, strict=True)
        ]
        return [said, *results]

    def strip(self, response: Any) -> None:
        message = _message(response)
        others = [c for c in get(message, "tool_calls") or () if get(get(c, "function"), "name") != TOOL_NAME]
        put(message, "tool_calls", others or None)
        if not others:
            put(message, "content", _with_note(get(message, "content")))
            put(get(response, "choices")[0], "finish_reason", "stop")


_NO_TOOLS: Final = {"type": "none"}


class _Anthropic:
    wire = "anthropic_messages"
    key = "messages"
    tool: Mapping[str, Any] = {"name": TOOL_NAME, "description": DESCRIPTION, "input_schema": PARAMETERS}
    no_tools: Any = _NO_TOOLS

    def calls(self, response: Any) -> list[Call]:
        return [
            Call(str(get(b, "id")), get(b, "input")) for b in _items(response, "content") if _is_call(b, "tool_use")
        ]

    def exchange(self, response: Any, calls: Sequence[Call], slices: Sequence[str], stored: bool) -> list[Any]:
        said = [
            plain(block)
            for block in _items(response, "content")
            if get(block, "type") != "tool_use" or _is_call(block, "tool_use")
        ]
        said = [block for block in said if block.get("type") != "text" or block.get("text")]  # empty ones are refused
        results = [
            {"type": "tool_result", "tool_use_id": call.id, "content": text}
            for call, text in zip(calls, slices, strict=True)
        ]
        return [{"role": "assistant", "content": said}, {"role": "user", "content": results}]

    def strip(self, response: Any) -> None:
        others = [block for block in _items(response, "content") if not _is_call(block, "tool_use")]
        if not any(get(block, "type") == "tool_use" for block in others):
            others.append({"type": "text", "text": NOTE})
            put(response, "stop_reason", "end_turn")
        put(response, "content", others)


class _Responses:
    wire = "openai_responses"
    key = "input"
    tool: Mapping[str, Any] = {
        "type": "function",
        "name": TOOL_NAME,
        "description": DESCRIPTION,
        "parameters": PARAMETERS,
        "strict": False,
    }
    no_tools: Any = "none"

    def calls(self, response: Any) -> list[Call]:
        return [
            Call(str(get(item, "call_id")), get(item, "arguments"))
            for item in _items(response, "output")
            if _is_call(item, "function_call")
        ]

    def exchange(self, response: Any, calls: Sequence[Call], slices: Sequence[str], stored: bool) -> list[Any]:
        said = []
        for item in map(plain, _items(response, "output")):
            if item.get("type") == "function_call" and not _is_call(item, "function_call"):
                continue
            # What the provider has not kept cannot be named by its id, and reasoning that it cannot read is refused.
            if not stored:
                if item.get("type") == "reasoning" and not item.get("encrypted_content"):
                    continue
                item.pop("id", None)
            said.append(item)
        results = [
            {"type": "function_call_output", "call_id": call.id, "output": text}
            for call, text in zip(calls, slices, strict=True)
        ]
        return [*said, *results]

    def strip(self, response: Any) -> None:
        others = [item for item in map(plain, _items(response, "output")) if not _is_call(item, "function_call")]
        if not any(item.get("type") == "function_call" for item in others):
            text = {"type": "output_text", "text": NOTE, "annotations": []}
            said = {"type": "message", "id": "msg_headroom", "role": "assistant", "status": "completed"}
            others.append({**said, "content": [text]})
        if isinstance(response, dict):
            response["output"] = others
        else:  # its own types, which the new item needs as well
            response.output = type(response)(**{**plain(response), "output": others}).output


CHAT: Final[Shape] = _Chat()
ANTHROPIC: Final[Shape] = _Anthropic()
RESPONSES: Final[Shape] = _Responses()
SHAPES: Final[tuple[Shape, ...]] = (CHAT, ANTHROPIC, RESPONSES)
BY_CALL_TYPE: Final[Mapping[str, Shape]] = {
    "completion": CHAT,
    "acompletion": CHAT,
    "anthropic_messages": ANTHROPIC,
    "responses": RESPONSES,
    "aresponses": RESPONSES,
}


def shape_of(response: Any) -> Shape | None:
    """The shape of a response; None for streams and for what is no conversation."""
    for field, shape in (("choices", CHAT), ("output", RESPONSES), ("content", ANTHROPIC)):
        if isinstance(get(response, field), list):
            return shape
    return None


def get(thing: Any, name: str) -> Any:
    """A field of a dict or of an object; None where there is none."""
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def put(thing: Any, name: str, value: Any) -> None:
    """Set a field of a dict or of an object."""
    if isinstance(thing, dict):
        thing[name] = value
    else:
        setattr(thing, name, value)


def plain(thing: Any) -> Any:
    """JSON of an object of LiteLLM or of a provider's SDK: what is None is left out."""
    if isinstance(thing, Mapping):
        return {key: plain(value) for key, value in thing.items() if value is not None}
    if isinstance(thing, (list, tuple)):
        return [plain(value) for value in thing]
    return thing.model_dump(exclude_none=True) if hasattr(thing, "model_dump") else thing


def _message(response: Any) -> Any:
    choices = get(response, "choices")
    return get(choices[0], "message") if choices else None


def _ours(message: Any) -> list[Any]:
    return [c for c in get(message, "tool_calls") or () if get(get(c, "function"), "name") == TOOL_NAME]


def _items(response: Any, name: str) -> list[Any]:
    found = get(response, name)
    return found if isinstance(found, list) else []


def _is_call(item: Any, kind: str) -> bool:
    return bool(get(item, "type") == kind and get(item, "name") == TOOL_NAME)


def _with_note(content: Any) -> str:
    return f"{content}\n\n{NOTE}" if isinstance(content, str) and content else NOTE
