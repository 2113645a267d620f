"""A provider and a proxy before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proxy.rig import Origin, Running, running_origin, running_proxy, whole


@pytest.fixture
def origin() -> Iterator[Origin]:
    with running_origin(whole({"ok": True})) as found:
        yield found


@pytest.fixture
def proxy(origin: Origin, tmp_path: Path) -> Iterator[Running]:
    with running_proxy(origin, tmp_path) as found:
        yield found
