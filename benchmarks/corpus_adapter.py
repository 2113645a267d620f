"""Headroom for the scorer of the shared corpus: `score.py CORPUS --adapter benchmarks.corpus_adapter:safe`.

The store is an SQLite file of this process, fresh and removed at its end. A reader gets back only what the markers in the
messages that it sees refer to: the whole originals without a query, else slices of them. The scorer's own query is used
for slices only: what is shown depends on what stands in the conversation, as in an agent's request.
"""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import headroom
from headroom import markers

Messages: TypeAlias = list[dict[str, Any]]
Retrieve: TypeAlias = Callable[[Messages, "str | None"], list[str]]

SLICE_TOKENS = 2000
"""What an agent would ask for in one call."""


def safe(messages: Messages, _query: str) -> tuple[Messages, Retrieve]:
    """Profile `safe`."""
    return _compress(messages, "safe")


def balanced(messages: Messages, _query: str) -> tuple[Messages, Retrieve]:
    """Profile `balanced`."""
    return _compress(messages, "balanced")


def aggressive(messages: Messages, _query: str) -> tuple[Messages, Retrieve]:
    """Profile `aggressive`."""
    return _compress(messages, "aggressive")


def retrieve(visible: Messages, query: str | None) -> list[str]:
    """The originals that the markers in `visible` refer to, or what `query` finds in them."""
    ids = dict.fromkeys(marker.id for text in _strings(visible) for marker in markers.find(text))
    if query is None:
        return [str(headroom.retrieve(id, store=_store())) for id in ids]  # noqa: A001  # the word for an id
    return [
        str(headroom.retrieve(id, query=query, max_tokens=SLICE_TOKENS, store=_store()))
        for id in ids  # noqa: A001  # as above
    ]


def _compress(messages: Messages, profile: str) -> tuple[Messages, Retrieve]:
    result = headroom.compress(messages, profile=profile, store=_store())
    if result.warnings:
        raise RuntimeError("; ".join(result.warnings))  # counted as a crash: the scores must not hide a fault
    return list(result.messages), retrieve


@lru_cache(maxsize=1)
def _store() -> headroom.CCRStore:
    folder = tempfile.TemporaryDirectory(prefix="headroom-corpus-")
    store = headroom.CCRStore.from_path(Path(folder.name) / "store.db")
    atexit.register(folder.cleanup)
    atexit.register(store.close)  # runs first: the last registered is the first to run
    return store


def _strings(value: object) -> Iterator[str]:
    """Every string within provider messages."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _strings(inner)
