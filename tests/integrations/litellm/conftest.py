"""What the tests of the LiteLLM integration share. Without LiteLLM they are skipped, each by its own file."""

from __future__ import annotations

import importlib.util
import os
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from pytest_asyncio import is_async_test

from headroom import Headroom, MemoryStore
from tests.integrations.litellm.upstream import Upstream, running

if TYPE_CHECKING:
    from litellm_headroom import HeadroomCallback

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # read when litellm is imported, which would ask the network
if importlib.util.find_spec("litellm") is not None:
    with warnings.catch_warnings():  # what it says while it is imported is not about us
        warnings.simplefilter("ignore")
        from tests.integrations.litellm.untyped import litellm


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests: LiteLLM keeps clients and a logging task of the first that it sees.

    Of warnings only those count that come from our code: LiteLLM warns about much of itself.
    """
    for item in items:
        if "integrations/litellm" not in item.path.as_posix():
            continue
        item.add_marker(pytest.mark.filterwarnings("ignore", "error:::(litellm_)?headroom"))
        if is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture
def engine() -> Headroom:
    return Headroom(store=MemoryStore())


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with running() as server:
        yield server


@pytest.fixture
def callback(engine: Headroom) -> HeadroomCallback:
    """The callback that LiteLLM runs in this test."""
    from litellm_headroom import HeadroomCallback

    made = HeadroomCallback(engine=engine)
    litellm.callbacks = [made]
    return made


@pytest.fixture(autouse=True)
def _no_callbacks_stay() -> Iterator[None]:
    yield
    if importlib.util.find_spec("litellm") is not None:
        litellm.logging_callback_manager._reset_all_callbacks()
