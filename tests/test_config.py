from __future__ import annotations

from pathlib import Path

import pytest

from headroom import config
from headroom.exceptions import ConfigError


def test_home_is_the_folder_that_the_environment_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "kept"))
    assert config.home() == tmp_path / "kept"


def test_home_is_not_created_by_asking_for_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "kept"))
    config.home()
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("value", [None, "", "  "])
def test_home_defaults_to_a_hidden_folder_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str | None
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv("HEADROOM_HOME")
    if value is not None:
        monkeypatch.setenv("HEADROOM_HOME", value)
    assert config.home() == tmp_path / ".headroom"


def test_a_relative_home_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEADROOM_HOME", "here")
    assert config.home() == tmp_path / "here"


def test_a_home_that_cannot_be_resolved_is_a_config_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROOM_HOME", "~nobody-of-this-name-lives-here/x")
    with pytest.raises(ConfigError, match="HEADROOM_HOME='~nobody"):
        config.home()


def test_the_store_is_a_file_in_the_home(home: Path) -> None:
    assert config.store_url() == f"sqlite:///{home / 'headroom.db'}"


def test_the_environment_may_name_another_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROOM_STORE", "postgresql+psycopg://db/headroom")
    assert config.store_url() == "postgresql+psycopg://db/headroom"


def test_a_home_that_cannot_stand_in_a_url_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "what?"))
    with pytest.raises(ConfigError, match="holds a '\\?'"):
        config.store_url()


@pytest.mark.parametrize(("value", "path"), [(None, None), ("  ", None), (" /models/tiny ", "/models/tiny")])
def test_a_text_model_is_named_by_the_environment_or_there_is_none(
    monkeypatch: pytest.MonkeyPatch, value: str | None, path: str | None
) -> None:
    if value is not None:
        monkeypatch.setenv("HEADROOM_TEXT_MODEL", value)
    assert config.text_model() == path
