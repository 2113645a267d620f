"""What is special about the store in memory; the contract is tested in test_contract.py."""

from __future__ import annotations

import os
from typing import Any

from headroom.store._api import Entry, content_id
from headroom.store.memory import MemoryStore


def save(store: MemoryStore, original: str) -> str:
    store.save([Entry(key=original[:99], id=content_id(original), original=original, visible=original[:20])])
    return content_id(original)


def test_each_store_is_its_own() -> None:
    one, two = MemoryStore(), MemoryStore()
    save(one, "text")
    assert list(two.ls()) == []


def test_texts_are_kept_compressed() -> None:
    store = MemoryStore()
    assert store.info(save(store, "the same line\n" * 10_000)).stored_bytes < 2000


def test_its_size_is_bounded_once_texts_are_no_longer_fresh(clock: Any) -> None:
    store = MemoryStore(max_bytes=100_000, clock=clock)
    for _ in range(60):
        save(store, os.urandom(5_000).hex())
        clock.pass_hours(1)
        assert sum(stored.stored_bytes for stored in store.ls()) < 130_000


def test_after_all_has_gone_nothing_counts_as_held(clock: Any) -> None:
    store = MemoryStore(clock=clock)
    for i in range(50):
        save(store, f"text {i}" * 100)
    store.purge()
    assert store._bytes == 0
    assert store._ledger == {}


def test_repr_names_the_namespace() -> None:
    assert repr(MemoryStore("team")) == "MemoryStore(namespace='team')"
