from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from headroom.exceptions import StoreError
from headroom.proxy import _engines
from headroom.proxy._engines import Engines
from headroom.proxy._headers import namespace
from headroom.proxy.settings import ProxySettings
from tests.proxy.rig import chat, log_text


def test_tenants_have_engines_of_their_own_on_one_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_engines, "_MOST", 2)
    engines = Engines(ProxySettings(store=f"sqlite:///{tmp_path / 'store.db'}", profile="aggressive"))
    engines.warm_up()
    one, two = engines.of("one"), engines.of("two")
    assert engines.of("one") is one
    found = one.compress(chat(log_text())["messages"]).changed[0].id or ""
    assert one.retrieve(found) == log_text()
    with pytest.raises(KeyError):
        two.retrieve(found)
    engines.of("three")  # "two" was used longest ago and makes room
    assert engines.of("one") is one
    assert engines.of("two") is not two
    engines.close()


def test_what_a_credential_left_behind_that_is_no_longer_used_expires(tmp_path: Path) -> None:
    engines = Engines(ProxySettings(store=f"sqlite:///{tmp_path / 'store.db'}"))
    names = [namespace([(b"x-api-key", key)]) for key in (b"one", b"two")]
    for name in (*names, "default"):
        assert engines.of(name).compress(chat(log_text())["messages"]).changed
    days = 20.0
    engines.store()._clock = lambda: time.time() + days * 86_400
    for name in names[:1]:
        store = engines.store().within(name)
        (kept,) = store.ls()
        store.get(kept.id)  # is in use
    days = 40.0
    engines.expire()
    assert [sum(1 for _ in engines.store().within(name).ls()) for name in (*names, "default")] == [1, 0, 1]
    engines.close()


def test_a_proxy_that_only_waits_holds_no_vocabulary(tmp_path: Path) -> None:
    program = (
        "import sys; from headroom.proxy._engines import Engines; from headroom.proxy.settings import ProxySettings"
    )
    program += "; Engines(ProxySettings(store=sys.argv[1])).warm_up(); print('tiktoken' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program, f"sqlite:///{tmp_path / 'store.db'}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


def test_a_store_that_is_none_is_an_error_each_time() -> None:
    engines = Engines(ProxySettings(store="nonsense"))
    for _ in range(2):
        with pytest.raises(StoreError):
            engines.of("one")
    engines.close()
