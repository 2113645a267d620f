"""The tool that the proxy offers to models and answers itself: its definition in each shape, when it is offered, and what
a call gets.

It is offered where the client itself gives tools and the proxy reads the answers of that route, from the first request
on and always spelled alike, because the list of tools heads the prefix that providers cache.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from headroom.engine import Headroom
from headroom.exceptions import ExpiredIdError, RetrievalError, StoreError, UnknownIdError
from headroom.markers import TOOL_NAME
from headroom.messages import Path

MAX_TOKENS = 2_000
"""A slice's size unless the model asks for another one."""
_LARGEST = 20_000
_DECLARATIONS = ("functionDeclarations", "function_declarations")
_NAMESPACE = "functions"  # the one that a call without a namespace belongs to

_DESCRIPTION = (
    "Returns part of a tool output that was shortened under a line '[headroom hr_…]'. Nothing is lost: ask for the lines"
    " you need, or search it. Prefer this to running the tool again."
)
_PARAMETERS = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "description": "hr_…"},
        "lines": {"type": "string", "description": "Line numbers, e.g. 120-180,400"},
        "grep": {"type": "string", "description": "Regex; says so when nothing matches"},
        "query": {"type": "string", "description": "Words to rank by"},
        "rows": {"type": "string", "description": "Rows of a JSON array, from 0, e.g. 0-20,57"},
        "fields": {"type": "array", "items": {"type": "string"}, "description": "JSON paths, e.g. items[3].id"},
        "max_tokens": {"type": "integer"},
    },
    "required": ["id"],
}
_DEFINITIONS: Mapping[str, Any] = {
    "openai_chat": {
        "type": "function",
        "function": {"name": TOOL_NAME, "description": _DESCRIPTION, "parameters": _PARAMETERS},
    },
    "anthropic_messages": {"name": TOOL_NAME, "description": _DESCRIPTION, "input_schema": _PARAMETERS},
    "openai_responses": {
        "type": "function",
        "name": TOOL_NAME,
        "description": _DESCRIPTION,
        "parameters": _PARAMETERS,
        "strict": False,
    },
    "gemini": {"name": TOOL_NAME, "description": _DESCRIPTION, "parameters": _PARAMETERS},
}
DEFINITIONS: Mapping[str, str] = {
    shape: json.dumps(definition, ensure_ascii=False, separators=(",", ":"))
    for shape, definition in _DEFINITIONS.items()
}
"""Shape -> the tool as JSON. Shapes that are missing here have answers that the proxy does not read."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What a call of the tool gets; `id` is the original that it was cut from."""

    text: str
    failed: bool = False
    id: str = ""


def is_given(body: Mapping[str, Any]) -> bool:
    """Whether the client has a tool of this name itself, directly or by an MCP server; it will answer it then."""
    return any(name == TOOL_NAME or name.endswith(f"__{TOOL_NAME}") for name in _names(body))


def is_offered(shape: str, body: Mapping[str, Any]) -> bool:
    """Whether the proxy adds the tool to this request and answers its calls."""
    return (
        shape in DEFINITIONS
        and place(shape, body) is not None
        and body.get("n") in (None, 1)  # of several answers at once each could go another way
        and not is_given(body)
        and _accepts(shape, body)
    )


def place(shape: str, body: Mapping[str, Any]) -> Path | None:
    """The path of the list in which the tool stands first; None where the client gives no tools."""
    tools: Any = body.get("tools")
    if _has_tools(tools):
        if shape != "gemini":
            return ("tools",)
        # With the client's own: Gemini takes functions in one list only.
        names = [name for name in _DECLARATIONS if isinstance(tools[0].get(name), list) and tools[0][name]]
        return ("tools", 0, names[0]) if len(names) == 1 else None
    if shape == "openai_responses":
        for i, item in _additional(body):
            inner = item["tools"]
            if _has_tools(inner):
                # Codex has all its tools in namespaces, and its model calls none from elsewhere.
                spaces = [
                    n
                    for n, tool in enumerate(inner)
                    if tool.get("name") == _NAMESPACE and _has_tools(tool.get("tools"))
                ]
                return ("input", i, "tools", spaces[0], "tools") if spaces else ("input", i, "tools")
    return None


def is_kept(shape: str, body: Mapping[str, Any]) -> bool:
    """Whether the provider keeps the answer, for requests that name it."""
    return shape == "openai_responses" and body.get("store") is not False


def _accepts(shape: str, body: Mapping[str, Any]) -> bool:
    """Whether rounds of ours can stand between this request and its answer."""
    if shape == "openai_responses":
        # What the provider itself adds to a conversation, or works on for later, would show our rounds to the client.
        return bool(body.get("input")) and not (body.get("background") or body.get("conversation"))
    if shape == "gemini":
        # Cached contents hold their own tools, the provider's own tools go with no others, and of several candidates each
        # could go another way.
        wanted = _generation(body)
        return (
            all(any(name in tool for name in _DECLARATIONS) for tool in body["tools"])
            and not (body.get("cachedContent") or body.get("cached_content"))
            and wanted.get("candidateCount", wanted.get("candidate_count")) in (None, 1)
        )
    return True


def wants_json(body: Mapping[str, Any]) -> bool:
    """Whether the answer's text must be one JSON document, so that nothing may stand before it."""
    text = body.get("text")
    wanted = _generation(body)
    for form in (body.get("response_format"), text.get("format") if isinstance(text, dict) else None):
        if isinstance(form, dict) and form.get("type") in {"json_object", "json_schema"}:
            return True
    return "json" in str(wanted.get("responseMimeType") or wanted.get("response_mime_type") or "")


def _generation(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found = body.get("generationConfig") or body.get("generation_config")
    return found if isinstance(found, dict) else {}


def _has_tools(tools: Any) -> bool:
    return isinstance(tools, list) and bool(tools) and all(isinstance(tool, dict) for tool in tools)


def _additional(body: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The items of an input that hold tools, with their places."""
    items = body.get("input")
    for i, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and item.get("type") == "additional_tools" and isinstance(item.get("tools"), list):
            yield i, item


def _names(body: Mapping[str, Any]) -> list[str]:
    tools = body.get("tools")
    found = []
    given = [
        *(tools if isinstance(tools, list) else ()),
        *(tool for _, item in _additional(body) for tool in item["tools"]),
    ]
    for tool in given:
        if isinstance(tool, dict):
            inner = tool.get("function")
            declared = tool.get("functionDeclarations") or tool.get("function_declarations")
            nested = tool.get("tools")  # of a namespace
            lists = [found for found in (declared, nested) if isinstance(found, list)]
            places = [tool, inner, *(place for listed in lists for place in listed)]
            found += [place["name"] for place in places if isinstance(place, dict) and "name" in place]
    return [name for name in found if isinstance(name, str)]


def resolve(engine: Headroom, arguments: Any) -> Slice:
    """Answer one call. What is wrong with it is said in words for the model; nothing is raised."""
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except (ValueError, RecursionError):
            arguments = None
    if not isinstance(arguments, dict) or not isinstance(arguments.get("id"), str):
        return Slice('The arguments must be a JSON object with an "id" such as "hr_9f2c41d07ab3".', failed=True)
    given = {name: arguments[name] for name in ("lines", "grep", "query", "rows") if arguments.get(name)}
    fields = arguments.get("fields")
    if isinstance(fields, str):
        fields = [fields]
    wrong = [name for name, value in given.items() if not isinstance(value, str)]
    if wrong or not (fields is None or (isinstance(fields, list) and all(isinstance(f, str) for f in fields))):
        return Slice(f"{', '.join(wrong) or 'fields'}: must be text; see the tool's schema.", failed=True)
    try:
        limit = _limit(arguments.get("max_tokens"))
        name = arguments["id"].strip()
        return Slice(engine.retrieve(name, **given, fields=fields or None, max_tokens=limit).text, id=name)
    except UnknownIdError:
        return Slice(f"{arguments['id'][:60]} is no id that was shown here. Asking again will not help.", failed=True)
    except ExpiredIdError:
        return Slice(f"{arguments['id'][:60]} has been removed since. Run the tool that made it again.", failed=True)
    except (RetrievalError, StoreError) as e:
        return Slice(str(e), failed=True)
    except Exception as e:  # noqa: BLE001  # the conversation goes on, and the model is told
        return Slice(f"The slice could not be made ({type(e).__name__}); run the tool again.", failed=True)


def _limit(asked: Any) -> int:
    return min(max(asked, 64), _LARGEST) if type(asked) is int else MAX_TOKENS
