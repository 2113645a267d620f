"""What holds for every test: Hypothesis profiles, a home of its own, and no network but loopback."""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

_BUSY = [HealthCheck.too_slow]
"""How long examples take to make says how busy the machine is."""
settings.register_profile("dev", max_examples=100, deadline=None, suppress_health_check=_BUSY)
settings.register_profile(
    "ci", max_examples=500, deadline=None, derandomize=True, print_blob=True, suppress_health_check=_BUSY
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh HEADROOM_HOME, which nothing of the user's own settings reaches."""
    path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HEADROOM_HOME", str(path))
    monkeypatch.delenv("HEADROOM_STORE", raising=False)
    monkeypatch.delenv("HEADROOM_TEXT_MODEL", raising=False)
    return path


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections leave the machine nowhere: Headroom's base needs no network, and tests must not hide that it does."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(sock: socket.socket, address: Any) -> None:
        _refuse_remote(sock, address)
        connect(sock, address)

    def guarded_ex(sock: socket.socket, address: Any) -> int:
        _refuse_remote(sock, address)
        return connect_ex(sock, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)


def _refuse_remote(sock: socket.socket, address: Any) -> None:
    if sock.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    host = str(address[0])
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local:
        raise AssertionError(f"a test tried to connect to {address!r}; only loopback is allowed")
