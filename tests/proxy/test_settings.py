from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from headroom.exceptions import ConfigError
from headroom.proxy.settings import ProxySettings, load


def test_a_file_sets_rules(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text('profile = "balanced"\nkeep = ["acme"]\n[tools]\nread_contract = "verbatim"\n')
    found = load(path, ProxySettings(profile="safe"))
    assert (found.profile, found.keep, found.tools) == ("balanced", ("acme",), {"read_contract": "verbatim"})
    path.write_text('namespace = "mine"\n')
    assert load(path, ProxySettings()).namespace == "mine"
    path.write_text("")
    assert load(path, ProxySettings(keep=("x",), namespace="n")).namespace == "n"
    assert load(path, ProxySettings(keep=("x",))) == ProxySettings(keep=("x",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("profile = ", "rules.toml"),
        ("profil = 1", "'profil' is no setting"),
        ("profile = 1", "profile=1 must be text"),
        ("namespace = false", "namespace=False must be text"),
        ('namespace = " "', "must be 1 to 100 letters"),
        ('profile = "lavish"', "profile='lavish' is unknown"),
        ('keep = "acme"', "must be a list of texts"),
        ("tools = 3", r"\[tools\] must hold"),
        ('[tools]\nx = "y"', "'y' is unknown"),
    ],
)
def test_a_file_that_says_something_else_is_an_error(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said):
        load(path, ProxySettings())
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path / "none", ProxySettings())


@pytest.mark.parametrize(
    "wrong",
    [{"deadline": 0}, {"idle_after": -1}, {"upstreams": {"acme": "http://x"}}, {"profile": "x"}, {"tools": {"a": "b"}}],
)
def test_settings_that_cannot_be_used_are_errors(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        ProxySettings(**wrong)


def test_settings_go_to_other_processes_and_know_where_providers_are() -> None:
    settings = ProxySettings(upstreams={"openai": "http://localhost:1/v1"}, allowed_hosts=frozenset({"A.example"}))
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert settings.upstream("openai").origin == "http://localhost:1"
    assert settings.upstream("anthropic").origin == "https://api.anthropic.com"
    assert settings.hosts() == {"localhost", "127.0.0.1", "::1", "a.example"}
