from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from headroom._token import install_token, matches
from headroom.exceptions import ConfigError


def test_the_token_is_made_once_and_only_the_owner_may_read_it(home: Path) -> None:
    first = install_token()
    assert len(first) >= 40
    assert install_token() == first
    assert [p.name for p in home.iterdir()] == ["token"]
    if os.name == "posix":
        assert stat.S_IMODE((home / "token").stat().st_mode) == 0o600


def test_many_askers_at_once_get_the_same(home: Path) -> None:
    start, found = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        found.append(install_token())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {install_token()}
    assert [p.name for p in home.iterdir()] == ["token"]


def test_an_empty_file_is_no_token(home: Path) -> None:
    (home / "token").write_text("\n")
    with pytest.raises(ConfigError, match="remove the file"):
        install_token()


def test_a_home_that_cannot_be_written_is_a_clear_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").write_text("")
    monkeypatch.setenv("HEADROOM_HOME", str(home / "file"))
    with pytest.raises(ConfigError, match="token for local servers"):
        install_token()


@pytest.mark.parametrize("given", ["Bearer secret", "bearer  secret ", "secret"])
def test_the_right_token_matches(given: str) -> None:
    assert matches(given, "secret")


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic secret", "sécret", "\udc80"])
def test_anything_else_does_not(given: str | None) -> None:
    assert not matches(given, "secret")
