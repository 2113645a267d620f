"""A request's parts in the order in which a provider reads, and caches, them: tools, system prompt, messages.

`parts_of` cuts the JSON of a request into `Part`s, `rendered` spells a part as text in which only what matters to the
provider's cache makes a difference. Nothing here changes a request. A part of `cache_aligner`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from headroom.exceptions import MessageFormatError
from headroom.messages import Path

Section: TypeAlias = Literal["parameter", "tool", "system", "message"]

TEXT_TYPES = frozenset({"text", "input_text", "output_text"})
# No text of the prompt: breakpoints, and what identifies an item of OpenAI's responses.
NO_TEXT = frozenset({"cache_control", "prompt_cache_breakpoint"})
_ITEM_FIELDS = frozenset({"id", "status", "type"})
# What stands below these keys is written by a model, a tool or an author: there the order of keys is part of the text.
_FREE = frozenset(
    "input args arguments response output input_schema parameters parametersJsonSchema parameters_json_schema schema".split()
)
# OpenAI puts the schema of a structured answer before the system prompt.
_SCHEMAS = {"openai_chat": ("response_format",), "openai_responses": ("text",)}
# Anthropic: a change of these invalidates what is cached of the messages; elsewhere that is not documented.
_PARAMETERS = {"anthropic_messages": ("tool_choice", "thinking")}


@dataclass(frozen=True, slots=True)
class Part:
    """One tool, one block of the system prompt, one message, or a parameter that the cache depends on."""

    section: Section
    path: Path
    value: Any


def shape_of(request: Mapping[str, Any]) -> str:
    """The name of the wire format of a whole request, by its fields."""
    if "contents" in request:
        return "gemini"
    if "messages" not in request and "input" in request:
        return "openai_responses"
    if not isinstance(request.get("messages"), (list, tuple)):
        raise MessageFormatError(
            "the request has no 'messages', 'input' or 'contents'; pass the body of a provider's API"
        )
    own = "system" in request or any(isinstance(t, Mapping) and "input_schema" in t for t in request.get("tools") or ())
    parts = [p for m in request["messages"] if isinstance(m, Mapping) for p in _listed(m.get("content"))]
    kinds = {str(p.get("type")) for p in parts if isinstance(p, Mapping)}
    return "anthropic_messages" if own or kinds & {"tool_use", "tool_result", "thinking"} else "openai_chat"


def parts_of(request: Mapping[str, Any], shape: str) -> Iterator[Part]:
    """The parts of a request, in the order of the prompt."""
    for name in ("model", *_SCHEMAS.get(shape, ())):
        yield Part("parameter", (name,), request.get(name))
    tools = list(_tools(request))
    system = list(_system(request, shape))
    yield from (*system, *tools) if shape == "gemini" else (*tools, *system)
    for name in _PARAMETERS.get(shape, ()):
        yield Part("parameter", (name,), request.get(name))
    key = {"gemini": "contents", "openai_responses": "input"}.get(shape, "messages")
    messages = request.get(key)
    if isinstance(messages, str):
        yield Part("message", (key,), {"role": "user", "content": messages})
    for i, message in enumerate(_listed(messages)):
        yield Part("message", (key, i), message)


def _tools(request: Mapping[str, Any]) -> Iterator[Part]:
    """Tools one by one; those that Gemini puts together are taken apart."""
    for key in ("tools", "functions"):
        for i, tool in enumerate(_listed(request.get(key))):
            inner = declarations(tool)
            if inner is None:
                yield Part("tool", (key, i), tool)
            else:
                yield from (Part("tool", (key, i, inner, j), each) for j, each in enumerate(_listed(tool[inner])))


def declarations(tool: Any) -> str | None:
    """The key under which an entry of Gemini's tools holds functions, if it does."""
    for key in ("functionDeclarations", "function_declarations"):
        if isinstance(tool, Mapping) and isinstance(tool.get(key), (list, tuple)):
            return key
    return None


def tool_name(tool: Any) -> str:
    """The name of a tool in any provider's shape; the type of one that the provider runs."""
    if not isinstance(tool, Mapping):
        return ""
    for inner in (tool.get("function"), tool.get("custom"), tool):
        if isinstance(inner, Mapping) and isinstance(inner.get("name"), str):
            return str(inner["name"])
    return str(tool.get("type") or next(iter(tool), ""))


def _system(request: Mapping[str, Any], shape: str) -> Iterator[Part]:
    """The system prompt that is no message. OpenAI chat has none."""
    for key in ("system", "instructions", "systemInstruction", "system_instruction"):
        value = request.get(key)
        if value is None or (shape == "openai_chat"):
            continue
        inner = "parts" if isinstance(value, Mapping) and "parts" in value else None
        blocks = value["parts"] if inner else value
        if isinstance(blocks, (list, tuple)):
            path: Path = (key, inner) if inner else (key,)
            yield from (Part("system", (*path, i), block) for i, block in enumerate(blocks))
        else:
            yield Part("system", (key,), value)


def rendered(part: Part) -> str:
    """A part as text: equal texts are equal to the provider's cache. Breakpoints and absent fields make no difference."""
    value = {"text": part.value} if isinstance(part.value, str) else part.value
    try:
        plain = _plain(value, item=part.section == "message")
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), default=str)
    except (RecursionError, ValueError):
        return "nested too deeply"


def same_value(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON but for the order of keys; 1 and 1.0 are not the same."""
    try:
        return bool(one == other) and _sorted(one) == _sorted(other)
    except (RecursionError, ValueError):
        return False


def _sorted(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _plain(value: Any, *, item: bool = False) -> Any:
    """The envelope with sorted keys and without what is no text; free-form objects as they are."""
    if isinstance(value, Mapping):
        if value.get("type") in TEXT_TYPES and isinstance(value.get("text"), str):
            value = {"text": value["text"], **{k: v for k, v in value.items() if k not in {"type", "text"}}}
        drop = NO_TEXT | (_ITEM_FIELDS if item and "type" in value and not _listed(value.get("parts")) else frozenset())
        kind = {"type": value["type"]} if item and value.get("type") not in {None, "message"} else {}
        kept = {k: v for k, v in value.items() if v is not None and k not in drop}
        return {k: v if k in _FREE else _content(k, v) for k, v in sorted({**kept, **kind}.items(), key=_key)}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


def _key(item: tuple[Any, Any]) -> str:
    return str(item[0])


def _content(key: Any, value: Any) -> Any:
    """A string is the short form of one text part."""
    if key in {"content", "system"} and isinstance(value, str):
        return [{"text": value}]
    return _plain(value)


def _listed(value: Any) -> list[Any] | tuple[Any, ...]:
    return value if isinstance(value, (list, tuple)) else ()
