"""An engine on a store in memory. Imports nothing of LangChain, so that the tests are skipped cleanly without it."""

from __future__ import annotations

import pytest

from headroom import Headroom, MemoryStore


@pytest.fixture
def engine() -> Headroom:
    return Headroom(store=MemoryStore())
