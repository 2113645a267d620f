"""The functions of the package: one engine with default settings, made at first use.

They take the settings of `Headroom` as arguments, `store` included. An application that has its own settings holds a
`Headroom` instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from headroom import config
from headroom.compaction import Compaction
from headroom.engine import Headroom
from headroom.exceptions import ConfigError
from headroom.result import CompressResult, Retrieved, TextResult
from headroom.store._api import Store

M = TypeVar("M")
Spans: TypeAlias = Sequence["str | re.Pattern[str]"]


@lru_cache(maxsize=8)
def _engine_at(url: str) -> Headroom:
    return Headroom(store=url)


def engine_for(store: Store | str | None) -> Headroom:
    """The engine of a store, with default settings: one per URL for the process, so that connections are shared, the embedded
    store's for None; a given store gets an engine of its own, which is cheap."""
    if store is None or isinstance(store, str):
        return _engine_at(store or config.store_url())
    return Headroom(store=store)


def engine_of(engine: Headroom | None, store: Store | str | None) -> Headroom:
    """The engine that was given, or the one of the store: a URL or None (the embedded store) has one for the process.

    Raises:
        ConfigError: both were given, or something else than an engine.
    """
    if engine is None:
        return engine_for(store)
    if store is not None:
        raise ConfigError("engine= and store= were both given; the engine has a store already")
    if not isinstance(engine, Headroom):
        raise ConfigError(f"engine={engine!r} must be a headroom.Headroom")
    return engine


def compress(
    messages: Sequence[M],
    *,
    model: str | None = None,
    query: str | None = None,
    profile: str = "safe",
    budget: int | None = None,
    store: Store | str | None = None,
    tools: Mapping[str, str] | None = None,
    roles: Iterable[str] = ("tool",),
    keep: Spans = (),
    elide: bool = True,
    deadline: float | None = None,
    bypass: bool = False,
    shape: str | None = None,
    compaction: Compaction | None = None,
    cold: bool = False,
    sent: int = 0,
) -> CompressResult[M]:
    """Shorten what an agent reads. Same shape, same order, same number of messages; the input is not touched.

    `store` is a `CCRStore`, a SQLAlchemy URL, or None for the embedded one. The other arguments, and the errors, are those
    of `Headroom.compress`.
    """
    return engine_for(store).compress(
        messages,
        model=model,
        query=query,
        profile=profile,
        budget=budget,
        tools=tools,
        roles=roles,
        keep=keep,
        elide=elide,
        deadline=deadline,
        bypass=bypass,
        shape=shape,
        compaction=compaction,
        cold=cold,
        sent=sent,
    )


def compress_text(
    text: str,
    *,
    tool: str | None = None,
    command: str | None = None,
    path: str | None = None,
    query: str | None = None,
    model: str | None = None,
    profile: str = "safe",
    budget: int | None = None,
    store: Store | str | None = None,
    tools: Mapping[str, str] | None = None,
    keep: Spans = (),
    elide: bool = True,
) -> TextResult:
    """Shorten one text. Arguments and errors are those of `Headroom.compress_text`, and `store` as in `compress`."""
    return engine_for(store).compress_text(
        text,
        tool=tool,
        command=command,
        path=path,
        query=query,
        model=model,
        profile=profile,
        budget=budget,
        tools=tools,
        keep=keep,
        elide=elide,
    )


def retrieve(
    id: str,  # the word that markers and the tool use
    *,
    lines: str | None = None,
    grep: str | None = None,
    query: str | None = None,
    fields: Sequence[str] | None = None,
    rows: str | None = None,
    max_tokens: int | None = None,
    store: Store | str | None = None,
) -> Retrieved:
    """A slice of an original, or all of it, exactly. Arguments and errors are those of `Headroom.retrieve`."""
    return engine_for(store).retrieve(
        id, lines=lines, grep=grep, query=query, fields=fields, rows=rows, max_tokens=max_tokens
    )


async def acompress(messages: Sequence[M], *, store: Store | str | None = None, **options: Any) -> CompressResult[M]:
    """`compress` in a worker thread: the event loop goes on."""
    return await engine_for(store).acompress(messages, **options)


async def acompress_text(text: str, *, store: Store | str | None = None, **options: Any) -> TextResult:
    """`compress_text` in a worker thread."""
    return await engine_for(store).acompress_text(text, **options)


async def aretrieve(id: str, *, store: Store | str | None = None, **options: Any) -> Retrieved:  # as above
    """`retrieve` in a worker thread."""
    return await engine_for(store).aretrieve(id, **options)
