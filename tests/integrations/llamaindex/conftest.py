"""What the tests of the LlamaIndex integration share. They are skipped where LlamaIndex is not installed."""

from __future__ import annotations

import pytest

from headroom import Headroom, MemoryStore


@pytest.fixture
def engine() -> Headroom:
    return Headroom(store=MemoryStore())
