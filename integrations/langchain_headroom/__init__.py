"""Headroom for LangChain: agents and chains read less, and can get back what was left out.

    from langchain_headroom import HeadroomCompressor, HeadroomMiddleware, headroom_retrieve_tool

    chain = prompt | HeadroomCompressor() | model
    agent = create_agent(model, tools, middleware=[HeadroomMiddleware()])

It maps LangChain's objects to texts for the engine of `headroom` and back. Importing it is cheap; each name brings in its
part of LangChain when it is first used. Settings, the store and the errors are those of `headroom`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_headroom._engine import faults
    from langchain_headroom.callbacks import HeadroomCallbackHandler, Savings
    from langchain_headroom.compressor import HeadroomCompressor
    from langchain_headroom.middleware import HeadroomMiddleware
    from langchain_headroom.node import headroom_node
    from langchain_headroom.retrieve import headroom_retrieve_tool

__all__ = [
    "HeadroomCallbackHandler",
    "HeadroomCompressor",
    "HeadroomMiddleware",
    "Savings",
    "faults",
    "headroom_node",
    "headroom_retrieve_tool",
]

_HOMES = {
    "HeadroomCallbackHandler": "langchain_headroom.callbacks",
    "HeadroomCompressor": "langchain_headroom.compressor",
    "HeadroomMiddleware": "langchain_headroom.middleware",
    "Savings": "langchain_headroom.callbacks",
    "faults": "langchain_headroom._engine",
    "headroom_node": "langchain_headroom.node",
    "headroom_retrieve_tool": "langchain_headroom.retrieve",
}
_FRAMEWORK = {"langchain_core", "langchain", "langgraph"}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'langchain_headroom' has no attribute {name!r}")
    try:
        value = getattr(importlib.import_module(home), name)
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _FRAMEWORK:
            raise
        extra = "langchain-agents" if name == "HeadroomMiddleware" else "langchain"
        raise ImportError(
            f"{name} needs {missing.replace('_', '-')}, which is missing or too old ({error}):"
            f" pip install 'headroom-context[{extra}]'",
            name=error.name,
            path=error.path,
        ) from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
