"""Headroom: the context layer for AI agents.

    import headroom

    result = headroom.compress(messages)          # shorter tool results, same shape
    headroom.retrieve(id, grep="ERROR")           # any slice of an original

`Headroom` holds a store and settings for an application; the functions here use one with default settings. Importing
this package is cheap: what is heavy is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from headroom._version import __version__
from headroom.exceptions import (
    BudgetError,
    ConfigError,
    ExpiredIdError,
    HeadroomError,
    MessageFormatError,
    RetrievalError,
    SliceError,
    StoreError,
    UnknownIdError,
)

if TYPE_CHECKING:
    from headroom.api import acompress, acompress_text, aretrieve, compress, compress_text, retrieve
    from headroom.engine import Headroom
    from headroom.result import BlockReport, CompressResult, Retrieved, TextResult
    from headroom.store.memory import MemoryStore
    from headroom.store.sql import CCRStore
    from headroom.text_model import TextModel

__all__ = [
    "BlockReport",
    "BudgetError",
    "CCRStore",
    "CompressResult",
    "ConfigError",
    "ExpiredIdError",
    "Headroom",
    "HeadroomError",
    "MemoryStore",
    "MessageFormatError",
    "RetrievalError",
    "Retrieved",
    "SliceError",
    "StoreError",
    "TextModel",
    "TextResult",
    "UnknownIdError",
    "__version__",
    "acompress",
    "acompress_text",
    "aretrieve",
    "compress",
    "compress_text",
    "retrieve",
]

_HOMES = {
    "BlockReport": "headroom.result",
    "CCRStore": "headroom.store.sql",
    "CompressResult": "headroom.result",
    "Headroom": "headroom.engine",
    "MemoryStore": "headroom.store.memory",
    "Retrieved": "headroom.result",
    "TextModel": "headroom.text_model",
    "TextResult": "headroom.result",
    "acompress": "headroom.api",
    "acompress_text": "headroom.api",
    "aretrieve": "headroom.api",
    "compress": "headroom.api",
    "compress_text": "headroom.api",
    "retrieve": "headroom.api",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'headroom' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
