"""The package's functions: the engine with default settings, in the signatures that users see."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

import headroom
from headroom import ConfigError, Headroom, MemoryStore, api
from headroom.api import engine_of

LOG = "\n".join(f"2026-01-01 10:{n // 60:02d}:{n % 60:02d} INFO worker {n % 7} served request {n}" for n in range(400))


def test_compress_and_retrieve_use_the_embedded_store(home: Path) -> None:
    """No set-up at all."""
    message = {"role": "tool", "tool_call_id": "c", "content": LOG}
    (block,) = headroom.compress([message]).changed
    assert block.id is not None
    assert headroom.retrieve(block.id) == LOG
    assert headroom.compress_text(LOG).id == block.id
    assert (home / "headroom.db").exists()
    api.engine_for(None).close()


def test_a_store_may_be_given_by_url_or_as_an_object(tmp_path: Path) -> None:
    """Both are one argument."""
    url = f"sqlite:///{tmp_path / 'a.db'}"
    result = headroom.compress_text(LOG, store=url)
    assert result.id is not None
    assert headroom.retrieve(result.id, store=url) == LOG
    store = headroom.MemoryStore()
    assert headroom.compress_text(LOG, store=store).id == result.id
    assert headroom.retrieve(result.id, store=store) == LOG
    api.engine_for(url).close()


async def test_the_async_functions_do_the_same() -> None:
    """In a worker thread."""
    store = headroom.MemoryStore()
    result = await headroom.acompress([{"role": "tool", "tool_call_id": "c", "content": LOG}], store=store)
    (block,) = result.changed
    assert block.id is not None
    assert await headroom.aretrieve(block.id, store=store) == LOG
    assert (await headroom.acompress_text(LOG, store=store)).id == block.id


@pytest.mark.parametrize("name", ["compress", "compress_text", "retrieve"])
def test_functions_take_what_the_methods_take(name: str) -> None:
    """No option can be forgotten in one of the two."""
    function = set(inspect.signature(getattr(api, name)).parameters) - {"store"}
    method = set(inspect.signature(getattr(Headroom, name)).parameters) - {"self"}
    assert function == method


def test_one_url_has_one_engine_and_a_store_its_own() -> None:
    assert engine_of(None, "sqlite:///a.db") is engine_of(None, "sqlite:///a.db")
    store = MemoryStore()
    assert engine_of(None, store).store is store
    engine = Headroom(store=store)
    assert engine_of(engine, None) is engine
    with pytest.raises(ConfigError, match="both given"):
        engine_of(engine, store)
    with pytest.raises(ConfigError, match=r"must be a headroom\.Headroom"):
        engine_of("an engine", None)  # type: ignore[arg-type]
