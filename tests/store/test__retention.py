"""Limits hold in the end, with bounded work at a time, and never for a namespace that is not the caller's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from headroom.exceptions import ExpiredIdError
from headroom.store import _retention
from headroom.store._api import Entry, Event, content_id
from headroom.store.sql import CCRStore


def entry(original: str) -> Entry:
    return Entry(key=original[:100], id=content_id(original), original=original, visible=original[:20])


def test_limits_are_applied_in_bounded_steps_until_they_hold(tmp_path: Path, clock: Any) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    store = CCRStore(engine=engine, clock=clock, max_idle_days=1)
    store.save([entry(f"text {i}") for i in range(1000)])
    clock.pass_hours(48)
    left = []
    for _ in range(3):
        store.record([Event(name="tick")])
        left.append(sum(1 for _ in store.ls()))
    assert left == [600, 200, 0]
    with pytest.raises(ExpiredIdError):
        store.get(content_id("text 7"))
    engine.dispose()


def test_one_namespace_cannot_push_out_what_another_holds(tmp_path: Path, clock: Any) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    mine, yours = (CCRStore(engine=engine, clock=clock, namespace=name, max_bytes=50_000) for name in ("m", "y"))
    mine.save([entry("quiet")])
    clock.pass_hours(5)
    for _ in range(20):
        yours.save([entry(os.urandom(10_000).hex())])
        clock.pass_hours(1)
    assert mine.get(content_id("quiet")) == "quiet"
    assert sum(stored.stored_bytes for stored in yours.ls()) < 100_000
    engine.dispose()


def test_namespaces_that_nobody_writes_to_again_expire_by_their_owners_word(tmp_path: Path, clock: Any) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    root = CCRStore(engine=engine, clock=clock, max_idle_days=1)
    gone, used, other = (root.within(name) for name in ("tenant-1", "tenant-2", "tenant"))
    for store in (gone, used, other):
        store.save([entry(f"text {i}") for i in range(900)])
    clock.pass_hours(20)
    used.save([entry("text")])
    clock.pass_hours(20)
    assert root.expire("tenant-") == 2
    kept = [sum(1 for _ in store.ls()) for store in (gone, used, other)]
    assert kept == [0, 1, 900]
    assert root.expire("tenant-") == 0
    with pytest.raises(ExpiredIdError):
        gone.get(content_id("text 7"))
    engine.dispose()


def test_what_goes_for_size_is_what_fits_the_surplus(tmp_path: Path, clock: Any) -> None:
    store = CCRStore.from_path(tmp_path / "store.db")
    store.save([entry(f"text {i}") for i in range(10)])
    limits = _retention.Limits(max_idle=1e12, max_bytes=50)
    with store._database.write() as connection:
        assert not _retention.sweep(connection, "default", limits, clock() + 10**9)
    with store._database.write() as connection:
        assert not _retention.sweep(connection, "other", limits, clock() + 10**9)
    assert sum(1 for _ in store.ls()) == 3  # 7 bytes and as many shown; 50 hold three of them
    store.close()
