"""`headroom_retrieve` as this package offers it to a model, and the answer to its calls.

The definition is the same bytes every time, so that it never breaks a provider's cached prefix. Its description tells it
from a tool of the same name that the caller's own agent answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from headroom.engine import Headroom
from headroom.exceptions import HeadroomError
from headroom.markers import TOOL_NAME
from litellm_headroom._engine import FAULTS

MAX_TOKENS = 2000
"""Of a slice, unless the model asks for another size: a whole original may be longer than the model's window."""

DESCRIPTION = (
    "Get back parts of a text that was shortened. A shortened text starts with a line '[headroom hr_… · …]'; pass the id"
    " that stands there. Choose one of: lines, grep, query; for JSON: rows, fields. The answer says how much there is of"
    " what was asked for, and how to get the next part. '0 matches in all N lines' means that it is not in the text."
)
PARAMETERS: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "id": {
            "type": "string",
            "description": "The id in the first line of the shortened text, such as hr_9f2c41d07ab3.",
        },
        "lines": {"type": "string", "description": "Line numbers, such as '120-180,400,900-'."},
        "grep": {"type": "string", "description": "A Python regular expression; matching lines."},
        "query": {"type": "string", "description": "Words; the lines or rows that hold them, best first."},
        "fields": {
            "type": "array",
            "items": {"type": "string"},
            "description": "JSON paths, such as 'orders[3].status'.",
        },
        "rows": {"type": "string", "description": "Rows of a JSON array from 0, such as '0-20,57'."},
        "max_tokens": {
            "type": "integer",
            "description": f"Size of the answer, at least 64; {MAX_TOKENS} if not given.",
        },
    },
    "required": ["id"],
}
_TEXTS = ("lines", "grep", "query", "rows")


def name_of(tool: Any) -> str | None:
    """The name of a tool definition of any shape; None for tools of a provider's own, which have none."""
    found = _part(tool, "name")
    return found if isinstance(found, str) else None


def is_ours(tool: Any) -> bool:
    """Whether this package has put the tool into the request, in whatever shape it is by now."""
    return name_of(tool) == TOOL_NAME and _part(tool, "description") == DESCRIPTION


def is_retrieve(tool: Any) -> bool:
    """Whether a tool gives slices of originals by their id: `headroom_retrieve`, also behind an MCP server's prefix.

    Another tool of that name, such as that of LiteLLM's own guardrail, knows nothing of our ids.
    """
    if not (name_of(tool) or "").endswith(TOOL_NAME):
        return False
    schema = _part(tool, "parameters") or _part(tool, "input_schema")
    known = schema.get("properties") if isinstance(schema, Mapping) else None
    return isinstance(known, Mapping) and "id" in known


def _part(tool: Any, name: str) -> Any:
    function = tool.get("function") if isinstance(tool, Mapping) else None
    source = function if isinstance(function, Mapping) else tool
    return source.get(name) if isinstance(source, Mapping) else None


def answer(engine: Headroom, arguments: Any) -> str:
    """The slice that a model asks for, or what it should do instead. Never raises.

    `arguments` are a mapping or the JSON text of one.
    """
    try:
        given = json.loads(arguments or "{}") if isinstance(arguments, str) else arguments
        if not isinstance(given, Mapping) or not isinstance(given.get("id"), str):
            return "The arguments must be a JSON object with the id of a shortened text: {'id': 'hr_…', 'grep': '…'}"
        return engine.retrieve(given["id"].strip(), **_selectors(given)).text
    except json.JSONDecodeError as error:
        return f"The arguments are no JSON: {error}"
    except HeadroomError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  # the model gets an answer, whatever happened: counted, and logged
        FAULTS.unforeseen(error, engine)
        return f"The slice could not be cut: {type(error).__name__}: {error}"


def _selectors(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a model has written, as the engine takes it: a number of a line is a text, one field is a list."""
    found: dict[str, Any] = {
        name: ",".join(map(str, given[name])) if isinstance(given[name], list) else str(given[name])
        for name in _TEXTS
        if given.get(name) not in (None, "")
    }
    fields = given.get("fields")
    if isinstance(fields, str):
        fields = [fields]
    if isinstance(fields, Sequence) and fields:
        found["fields"] = [str(field) for field in fields]
    size = given.get("max_tokens")
    try:
        found["max_tokens"] = MAX_TOKENS if size is None else int(size)
    except (TypeError, ValueError):
        found["max_tokens"] = MAX_TOKENS
    return found
