"""The three tools: what a client reads about them, and what they do. Knows the engine and no protocol.

Descriptions and schemas are paid for at the start of each session, so they hold what a model needs in order to call them
and nothing else. `call` always answers: what goes wrong becomes an answer with `is_error`, in words that say what to do.

Above stands `server`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headroom.engine import Headroom
from headroom.exceptions import ConfigError, HeadroomError
from headroom.markers import TOOL_NAME
from headroom.store._api import Event

__all__ = ["MAX_TOKENS", "Answer", "Tool", "Tools", "UnknownToolError"]

MAX_TOKENS = 2000
"""Of a slice, unless the model asks for another size: a whole original may be longer than the model's window."""

_MAX_FILE = 50_000_000
_DAY = 86400.0
_JSON_TYPES: Mapping[str, type] = {"string": str, "integer": int, "array": list, "number": float}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What a client is told about a tool. `output_schema` is None where the answer is text for the model alone."""

    name: str
    title: str
    description: str
    input_schema: Mapping[str, Any]
    output_schema: Mapping[str, Any] | None = None
    read_only: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`text` is for the model, `structured` for programs where the tool has an output schema; `about` are figures that
    no model reads.
    """

    text: str
    structured: Mapping[str, Any] | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    is_error: bool = False


class UnknownToolError(LookupError):
    """No tool has this name: an error of the protocol, not of a tool."""


class _ArgumentError(ValueError):
    """The arguments do not fit the tool's schema."""


class Tools:
    """The tools over one engine.

    Args:
        engine: what compresses, keeps and retrieves.
        roots: folders whose files `headroom_compress` may read. Without any it takes text alone.
    """

    def __init__(self, engine: Headroom, roots: Sequence[Path] = ()) -> None:
        self._engine = engine
        self._roots = tuple(root.resolve() for root in roots)
        self._calls: dict[str, Callable[..., Answer]] = {
            "headroom_compress": self._compress,
            TOOL_NAME: self._retrieve,
            "headroom_stats": self._stats,
        }
        self.tools = (_compress_tool(files=bool(self._roots)), _RETRIEVE, _STATS)

    def call(self, name: str, arguments: Mapping[str, Any] | None) -> Answer:
        """Call a tool; blocks while it works.

        Raises:
            UnknownToolError: there is no such tool.
        """
        tool = next((tool for tool in self.tools if tool.name == name), None)
        if tool is None:
            raise UnknownToolError(f"unknown tool {name!r}; there are {', '.join(self._calls)}")
        try:
            return self._calls[name](**_checked(tool.input_schema, arguments or {}))
        except (_ArgumentError, HeadroomError) as error:
            return Answer(text=str(error), is_error=True)
        except Exception as error:  # noqa: BLE001  # a fault of ours must not end the client's session
            self._fault(error)
            return Answer(text=f"{name} failed, please report it: {type(error).__name__}: {error}", is_error=True)

    def _fault(self, error: Exception) -> None:
        """Count it where `headroom_stats` finds it; what cannot be counted is in the answer all the same."""
        try:
            self._engine.store.record([Event(name="fault", reason=f"mcp: {type(error).__name__}: {error}"[:200])])
        except HeadroomError:
            self._engine.lost_events += 1

    # ------------------------------------------------------------------------------------------------------ the tools

    def _compress(
        self, *, text: str | None = None, path: str | None = None, max_tokens: int | None = None, **hints: Any
    ) -> Answer:
        if (text is None) == (path is None):
            given = "pass text or path, one of them" if self._roots else "text is missing"
            raise _ArgumentError(given)
        if text is None:
            assert path is not None
            text = self._read(path)
        result = self._engine.compress_text(text, path=path, budget=max_tokens, **hints)
        notes = [f"[headroom: {warning}]\n" for warning in result.warnings]
        about = {
            "id": result.id,
            "action": result.block.action,
            "reason": result.block.reason,
            "compressor": result.block.compressor,
            "lossless": result.block.lossless,
            "tokens_before": result.tokens_before,
            "tokens_after": result.tokens_after,
            "estimated": result.estimated,
        }
        return Answer(text="".join([*notes, result.text]), about=about)

    def _retrieve(self, *, id: str, max_tokens: int = MAX_TOKENS, **selected: Any) -> Answer:
        found = self._engine.retrieve(id.strip(), max_tokens=max_tokens, **selected)
        about = {"shown": found.shown, "matched": found.matched, "total": found.total, "unit": found.unit}
        return Answer(text=found.text, about={**about, "next": found.next, "complete": found.complete})

    def _stats(self, *, days: float = 30.0) -> Answer:
        store = self._engine.store
        counts: dict[str, int] = dict.fromkeys(_COUNTS, 0)
        for _, event in store.events(since=time.time() - days * _DAY):
            if event.name == "compress":
                counts["texts_compressed"] += event.blocks
                counts["tokens_before"] += event.tokens_before
                counts["tokens_after"] += event.tokens_after
            elif event.name == "retrieve":
                counts["retrievals"] += 1
                counts["chars_retrieved"] += event.chars_after
            elif event.name == "fault":
                counts["faults"] += 1
        for stored in store.ls():
            counts["originals_kept"] += 1
            counts["bytes_kept"] += stored.stored_bytes
        structured = {"days": days, **counts, "estimated": True}
        return Answer(text=json.dumps(structured), structured=structured)

    # ---------------------------------------------------------------------------------------------------------- files

    def _read(self, path: str) -> str:
        """A file below one of the roots; bytes that are no UTF-8 become lone surrogates.

        Raises:
            ConfigError: it is elsewhere, no file, too large or cannot be read.
        """
        given = Path(path).expanduser()
        bases = (given,) if given.is_absolute() else tuple(root / given for root in self._roots)
        places = [place.resolve() for place in bases]
        allowed = [p for p in places if any(p.is_relative_to(root) for root in self._roots)]
        if not allowed:
            raise ConfigError(f"{path!r} is outside {', '.join(map(str, self._roots))}; only files there are read")
        file = next((p for p in allowed if p.exists()), allowed[0])
        try:
            if not file.is_file():
                raise ConfigError(f"{path!r} is no file" if file.exists() else f"{path!r} does not exist")
            if (size := file.stat().st_size) > _MAX_FILE:
                raise ConfigError(f"{path!r} has {size:,} bytes; at most {_MAX_FILE:,} are read")
            return file.read_bytes().decode("utf-8", "surrogateescape")
        except OSError as error:
            raise ConfigError(f"{path!r} cannot be read: {error.strerror}") from error


def _checked(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments, without those that are null, which clients send for "not given".

    Raises:
        _ArgumentError: one is missing, unknown, or of another type than the schema says.
    """
    known: Mapping[str, Mapping[str, Any]] = schema["properties"]
    given = {name: value for name, value in arguments.items() if value is not None}
    for name, value in given.items():
        if name not in known:
            raise _ArgumentError(f"unknown argument {name!r}; there are {', '.join(known)}")
        wanted = known[name]["type"]
        kind = _JSON_TYPES[wanted]
        fits = isinstance(value, (int, float) if kind is float else kind) and not isinstance(value, bool)
        if fits and wanted == "array":
            fits = all(isinstance(item, str) for item in value)
        if not fits:
            what = "a list of strings" if wanted == "array" else f"of type {wanted}"
            raise _ArgumentError(f"{name} must be {what}, not {value!r:.80}")
        if value in known[name].get("enum", (value,)) and value >= known[name].get("minimum", value):
            continue
        allowed = known[name].get("enum") or f"{known[name]['minimum']} or more"
        raise _ArgumentError(f"{name}={value!r:.80}: must be {allowed}")
    for name in schema.get("required", ()):
        if name not in given:
            raise _ArgumentError(f"{name} is missing")
    return given


# ---------------------------------------------------------------------------------------------------- what clients read


def _object(properties: Mapping[str, Mapping[str, Any]], *required: str) -> dict[str, Any]:
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": dict(properties), **needed, "additionalProperties": False}


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _compress_tool(*, files: bool) -> Tool:
    what: dict[str, dict[str, Any]] = {"text": {"type": "string"}}
    about = "Shorten a long text (log, test output, JSON, diff, search hits, table)."
    if files:
        what["path"] = _text("A file to read instead of passing text.")
        about = "Read a long file (log, test output, JSON, diff, table) in short form, or shorten a text."
    return Tool(
        name="headroom_compress",
        title="Shorten a text",
        description=f"{about} What is left out is marked, and {TOOL_NAME} gets it back.",
        input_schema=_object(
            {
                **what,
                "command": _text("The shell command that printed it."),
                "query": _text("What you are after."),
                "profile": {"type": "string", "enum": ["safe", "balanced", "aggressive"]},
                "max_tokens": {"type": "integer", "minimum": 1},
            },
            *(() if files else ("text",)),
        ),
        read_only=False,
    )


_RETRIEVE = Tool(
    name=TOOL_NAME,
    title="Get back what was left out",
    description=(
        "Get parts of a shortened text back, by the id in its first line '[headroom hr_… · …]'. The answer says how much"
        " there is and how to get the next part; '0 matches in all N lines' means that it is not there."
    ),
    input_schema=_object(
        {
            "id": {"type": "string"},
            "lines": _text("'120-180,400'"),
            "grep": _text("Python regex"),
            "query": _text("words, best lines first"),
            "fields": {"type": "array", "items": {"type": "string"}, "description": "JSON paths: orders[3].status"},
            "rows": _text("of a JSON array, from 0: '0-20,57'"),
            "max_tokens": {"type": "integer", "minimum": 64, "default": MAX_TOKENS},
        },
        "id",
    ),
)

_COUNTS = (
    "texts_compressed",
    "tokens_before",
    "tokens_after",
    "retrievals",
    "chars_retrieved",
    "faults",
    "originals_kept",
    "bytes_kept",
)

_STATS = Tool(
    name="headroom_stats",
    title="What was saved",
    description="What Headroom saved and keeps, as counts.",
    input_schema=_object({"days": {"type": "number", "minimum": 0, "default": 30}}),
    output_schema=_object(
        {
            "days": {"type": "number"},
            **{name: {"type": "integer"} for name in _COUNTS},
            "estimated": {"type": "boolean"},
        },
        *("days", *_COUNTS, "estimated"),
    ),
)
