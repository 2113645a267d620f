"""What LiteLLM must have so that a callback can answer a tool call: its agentic loop, on every surface, in streams too.

The only module that touches the loop's own types; where they are missing `AVAILABLE` is False.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any

from litellm_headroom._shapes import CHAT, Shape
from litellm_headroom._tool import is_ours

OLDEST = (1, 106)
"""Earlier versions run the loop on some surfaces only, or hand a plain object to a reader of a stream."""
ROUNDS = 8
"""Requests that may follow one request of the caller, unless it says `max_agentic_loops` itself."""


def _optional(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


_types = _optional("litellm.types.integrations.custom_logger")
_chat = _optional("litellm.litellm_core_utils.chat_completion_agentic_loop")

CONVERTED: str = getattr(_types, "HEADROOM_CONVERTED_STREAM_KEY", "")
"""The argument that tells LiteLLM to play a whole answer back as a stream."""


def version() -> tuple[int, ...]:
    """The installed LiteLLM's version."""
    return tuple(int(part) for part in metadata.version("litellm").split(".")[:3] if part.isdigit())


AVAILABLE = version() >= OLDEST and _chat is not None and bool(CONVERTED)


def plan(shape: Shape, model: str, rows: Sequence[Any], params: Mapping[str, Any], kwargs: Mapping[str, Any]) -> Any:
    """The next request for LiteLLM. The last one that it would allow does not offer the tool any more.

    `params` are the parameters of the request before, as the provider got them.
    """
    patch: dict[str, Any] = {"messages": list(rows), "optional_params": {}}
    if shape is CHAT:
        provider = kwargs.get("custom_llm_provider")
        patch["model"] = f"{provider}/{model}" if provider and not model.startswith(f"{provider}/") else model
        if "tool_choice" in params:
            patch["optional_params"]["tool_choice"] = params["tool_choice"]
    most = kwargs.get("max_agentic_loops") or _chat.DEFAULT_MAX_AGENTIC_LOOPS
    if int(kwargs.get("_agentic_loop_depth") or 0) + 1 >= int(most):
        others = [tool for tool in params.get("tools") or () if not is_ours(tool)]
        if others:
            patch["tools"] = others
        else:
            patch["optional_params"]["tool_choice"] = shape.no_tools
    return _types.AgenticLoopPlan(run_agentic_loop=True, request_patch=_types.AgenticLoopRequestPatch(**patch))
