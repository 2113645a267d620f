"""What the tests of the LiteLLM integration share. Imports nothing of LiteLLM, so that they are skipped cleanly without it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from headroom import Headroom, MemoryStore
from tests.integrations.litellm.upstream import Upstream, running

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # it is read when litellm is imported, which would ask the network


@pytest.fixture
def engine() -> Headroom:
    return Headroom(store=MemoryStore())


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with running() as server:
        yield server
