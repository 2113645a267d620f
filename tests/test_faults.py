"""What went wrong and left something as it was: counted by reason, logged once, also counted by the store."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from headroom import Headroom, MemoryStore
from headroom.exceptions import StoreError
from headroom.faults import Faults

LOG = logging.getLogger("tests.faults")


def test_reasons_are_counted_apart_up_to_a_limit() -> None:
    faults = Faults(LOG)
    for n in range(Faults.LIMIT + 5):
        faults.note(f"reason {n}")
    faults.note("reason 0")
    counts = faults.counts()
    assert (len(counts), counts["reason 0"], counts["other faults"]) == (Faults.LIMIT + 1, 2, 5)


def test_each_reason_is_logged_once_and_the_store_counts_all(caplog: pytest.LogCaptureFixture) -> None:
    faults, engine = Faults(LOG), Headroom(store=MemoryStore())
    with caplog.at_level(logging.WARNING, LOG.name):
        for _ in range(3):
            faults.unforeseen(ZeroDivisionError("a fault"), engine)
    assert [record.getMessage().count("ZeroDivisionError: a fault") for record in caplog.records] == [1]
    assert [event.reason for _, event in engine.store.events()] == ["ZeroDivisionError: a fault"] * 3


def test_a_store_that_cannot_count_a_fault_raises_nothing() -> None:
    class Full(MemoryStore):
        def record(self, events: Any) -> None:
            raise StoreError("full")

    faults = Faults(LOG)
    faults.note("a reason", engine=Headroom(store=Full()))
    assert faults.counts() == {"a reason": 1}
