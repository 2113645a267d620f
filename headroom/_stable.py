"""Make a request stable: the same tools in the same bytes, and what changes from request to request at the end.

For somebody who has asked for it, because it moves text of the system prompt. In place of what is moved stands a pointer,
and at the end the line, word for word; nothing is lost. A part of `cache_aligner`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from headroom._prompt import TEXT_TYPES, declarations, same_value, shape_of, tool_name
from headroom._volatile import difference, masked, moving, spans
from headroom.messages import Path

ChangeKind: TypeAlias = Literal[
    "tools put in order", "tool spelled alike", "JSON spelled alike", "line moved to the end"
]

POINTER = "(stated at the end of this conversation)"
HEADING = "From the system prompt, as of now:"
_MESSAGES = {"gemini": "contents", "openai_responses": "input"}
_SYSTEM = frozenset({"system", "developer"})


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a request, and where, by the path in the request as it was given."""

    kind: ChangeKind
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """A request that is stable, and what was done to it. Without changes it is the given request itself."""

    request: Mapping[str, Any]
    changes: tuple[Change, ...]


def align(
    request: Mapping[str, Any], *, reference: Mapping[str, Any] | None = None, shape: str | None = None
) -> Aligned:
    """A request with a prefix that stays the same from one request of a conversation to the next.

    Without a `reference` this needs no memory: tools are sorted by name, the keys of their schemas too (properties in the
    order of `required`, then by name), and lines of the system prompt that state the time, today's date or an id of this
    session move to the end of the conversation. With one, tools keep its order and spelling and new ones come behind; JSON
    of messages that differs from it only by the order of keys is spelled as it is there; and lines that differ from it by a
    time, a date, an id or a number move as well.

    Args:
        request: the body of a request to OpenAI (chat or responses), Anthropic or Gemini, parsed; it is not mutated.
        reference: the request before this one in the same conversation, as it was sent.
        shape: the name of their wire format; found out by default.

    Raises:
        MessageFormatError: the body is of no format that Headroom reads.
    """
    shape = shape or shape_of(request)
    known = reference or {}
    changes: list[Change] = []
    out = dict(request)
    for key in ("tools", "functions"):
        if isinstance(request.get(key), (list, tuple)):
            out[key] = _tools(request[key], _listed(known.get(key)), (key,), changes)
    key = _MESSAGES.get(shape, "messages")
    if isinstance(request.get(key), (list, tuple)):
        out[key] = _messages(request[key], _listed(known.get(key)), (key,), changes)
    out = _settled(out, known, shape, changes)
    return Aligned(request=out if changes else request, changes=tuple(changes))


def _tools(tools: Sequence[Any], known: Sequence[Any], path: Path, changes: list[Change]) -> list[Any]:
    """Tools in the order and spelling of those that are known, else sorted. Gemini's are grouped: each group for itself."""
    out: list[Any] = []
    for i, tool in enumerate(tools):
        inner = declarations(tool)
        if inner is None:
            out.append(_tool(tool, known, (*path, i), changes))
        else:
            group = [d for t in known if inner in t for d in _listed(t[inner])]
            out.append({**tool, inner: _tools(tool[inner], group, (*path, i, inner), changes)})
    places = {tool_name(tool): n for n, tool in reversed(list(enumerate(known)))}
    ordered = sorted(out, key=lambda tool: (places.get(tool_name(tool), len(known)), tool_name(tool)))
    if any(a is not b for a, b in zip(ordered, out, strict=True)):
        changes.append(Change("tools put in order", path))
    return _breakpoint_last(ordered, out)


def _breakpoint_last(ordered: list[Any], given: list[Any]) -> list[Any]:
    """A breakpoint behind all tools is still behind all of them when another one is last."""
    last = given[-1] if given else None
    if not isinstance(last, Mapping) or "cache_control" not in last or ordered[-1] is last:
        return ordered
    bare = {key: value for key, value in last.items() if key != "cache_control"}
    moved = [bare if tool is last else tool for tool in ordered]
    moved[-1] = {**moved[-1], "cache_control": last["cache_control"]}
    return moved


def _tool(tool: Any, known: Sequence[Any], path: Path, changes: list[Change]) -> Any:
    """A tool as it was spelled before, if it is the same one; where nothing is known, with sorted keys."""
    if not isinstance(tool, Mapping):
        return tool
    bare, control = _split(tool)
    name = tool_name(tool)
    before = next((old for old in known if isinstance(old, Mapping) and tool_name(old) == name), None)
    try:
        spelled = _sorted(bare) if before is None else _split(before)[0]
        if not same_value(spelled, bare) or _spelling(spelled) == _spelling(bare):
            return tool
    except RecursionError:  # too deep to be sorted: it stays as it is
        return tool
    changes.append(Change("tool spelled alike", path))
    return {**spelled, **control}


def _spelling(value: Any) -> str:
    return json.dumps(value, default=str)


def _split(tool: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A tool without its breakpoint, and the breakpoint."""
    control = {key: tool[key] for key in ("cache_control",) if key in tool}
    return {key: value for key, value in tool.items() if key not in control}, control


def _sorted(value: Any) -> Any:
    """Keys by name, what a tool is called and does first; the properties of a schema first as its list of required ones has them, which its author wrote."""
    if isinstance(value, Mapping):
        out = {key: _sorted(value[key]) for key in sorted(value, key=_rank)}
        properties, required = out.get("properties"), _listed(value.get("required"))
        if isinstance(properties, dict):
            first = [key for key in required if isinstance(key, str) and key in properties]
            out["properties"] = {key: properties[key] for key in dict.fromkeys([*first, *properties])}
        return out
    return [_sorted(each) for each in value] if isinstance(value, (list, tuple)) else value


def _rank(key: Any) -> tuple[bool, str]:
    return key not in {"type", "name", "description"}, str(key)


def _messages(messages: Sequence[Any], known: Sequence[Any], path: Path, changes: list[Change]) -> list[Any]:
    out = list(messages)
    for i, (message, before) in enumerate(zip(messages, known, strict=False)):
        if message is not before and same_value(message, before) and _spelling(message) != _spelling(before):
            out[i] = before
            changes.append(Change("JSON spelled alike", (*path, i)))
    return out


def _settled(request: dict[str, Any], known: Mapping[str, Any], shape: str, changes: list[Change]) -> dict[str, Any]:
    """What changes in the system prompt moves to the end of the messages, where there is a place for it."""
    pointed = [line for _, text, _ in _system(known, shape) for line in text.split("\n")]
    as_before = set(pointed)
    by_mask = {masked(line)[0]: line for line in pointed}
    lines: list[str] = []
    moved: list[Change] = []
    out, role = request, "system"
    for path, text, said_by in _system(request, shape):
        fresh: list[str] = []
        for line in text.split("\n"):
            span = moving(line)
            if span is None and line not in as_before:
                span = difference(line, by_mask.get(masked(line)[0], line)) or _pointed_at(line, pointed)
            if span is not None:
                lines.append(line)
                moved.append(Change("line moved to the end", path))
            fresh.append(line if span is None else f"{line[: span[0]]}{POINTER}{line[span[1] :]}")
        if fresh != text.split("\n"):
            out, role = _put(out, path, "\n".join(fresh)), said_by
    added = _with_last(out, shape, "\n".join([HEADING, *lines]), role) if lines else None
    if added is None:
        return request
    changes += moved
    return added


def _pointed_at(line: str, pointed: Sequence[str]) -> tuple[int, int] | None:
    """Where in a line stands what the reference has moved."""
    for old in pointed:
        head, pointer, tail = old.partition(POINTER)
        end = len(line) - len(tail)
        if pointer and line.startswith(head) and line.endswith(tail) and len(head) < end:
            middle = line[len(head) : end]
            if masked(middle)[0] == "\0" or ((head or tail) and any(spans(middle))):
                return len(head), end
    return None


def _system(request: Mapping[str, Any], shape: str) -> Iterator[tuple[Path, str, str]]:
    """The texts of the system prompt: path, text, and the role that a message with it has."""
    if shape in {"openai_chat", "openai_responses"}:
        key = _MESSAGES.get(shape, "messages")
        if isinstance(request.get("instructions"), str) and shape == "openai_responses":
            yield ("instructions",), request["instructions"], "developer"
        for i, message in enumerate(_listed(request.get(key))):
            role = message.get("role") if isinstance(message, Mapping) else None
            if role not in _SYSTEM:
                return
            yield from ((path, text, str(role)) for path, text in _texts(message.get("content"), (key, i, "content")))
    elif shape == "gemini":
        for name in ("systemInstruction", "system_instruction"):
            value = request.get(name)
            if isinstance(value, Mapping):
                yield from ((path, text, "user") for path, text in _texts(value.get("parts"), (name, "parts")))
            elif isinstance(value, str):
                yield (name,), value, "user"
    else:
        yield from ((path, text, "user") for path, text in _texts(request.get("system"), ("system",)))


def _texts(content: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(content, str):
        yield path, content
    for i, part in enumerate(_listed(content)):
        if isinstance(part, Mapping) and isinstance(part.get("text"), str) and part.get("type", "text") in TEXT_TYPES:
            yield (*path, i, "text"), part["text"]


def _put(container: Any, path: Path, text: str) -> Any:
    """A copy of a container with a text at a path."""
    if not path:
        return text
    new: Any = dict(container) if isinstance(container, Mapping) else list(container)
    new[path[0]] = _put(container[path[0]], path[1:], text)
    return new


def _with_last(request: dict[str, Any], shape: str, text: str, role: str) -> dict[str, Any] | None:
    """The request with a text behind all messages, or None where nothing may stand behind the last one."""
    key = _MESSAGES.get(shape, "messages")
    messages = request.get(key)
    if shape == "openai_responses":
        items = [{"role": "user", "content": messages}] if isinstance(messages, str) else list(_listed(messages))
        part = {"type": "input_text", "text": text}
        return {**request, key: [*items, {"type": "message", "role": role, "content": [part]}]}
    last = _listed(messages)[-1:]
    if not last or not isinstance(last[0], Mapping) or last[0].get("role") in {"assistant", "model"}:
        return None  # the model is to go on in its own words
    if shape == "openai_chat":
        return {**request, key: [*_listed(messages), {"role": role, "content": text}]}
    if shape == "gemini":
        return {**request, key: [*_listed(messages), {"role": "user", "parts": [{"text": text}]}]}
    content = last[0].get("content")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else list(_listed(content))
    message = {**last[0], "content": [*blocks, {"type": "text", "text": text}]}
    return {**request, key: [*_listed(messages)[:-1], message]}


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()
