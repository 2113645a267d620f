from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from headroom.cli import proxy
from tests.cli.program import Program


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "99999"], "99999"),
        (["--openai-upstream", "api.openai.com"], "no URL of a provider"),
        (["--config", "none.toml"], "No such file"),
        (["--log", "/"], "cannot be opened"),
        (["--host", "256.1.1.1"], "cannot listen on 256.1.1.1"),
    ],
)
def test_wrong_usage_is_one_line(options: list[str], said: str, program: Program) -> None:
    done = program("proxy", "--port", "0", *options)
    assert done.code in {1, 2}
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_text_model_that_is_not_there_is_said_before_anything_is_served(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADROOM_TEXT_MODEL", "/no/such/model")
    done = program("proxy", "--port", "0")
    assert done.code == 1
    assert done.err.startswith("headroom: text_model='/no/such/model': there is no such file or folder")


def test_a_key_that_is_none_is_said_before_anything_is_served(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADROOM_STORE_KEY", "bad")
    done = program("proxy", "--port", "0")
    assert (done.code, done.err.startswith("headroom: the store's key ")) == (1, True)


def test_the_options_become_settings(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[tools]\nread_contract = "verbatim"\n')
    given = {
        "openai_upstream": "http://localhost:1",
        "anthropic_upstream": None,
        "gemini_upstream": None,
        "profile": "balanced",
        "rules": rules,
        "no_retrieve": True,
        "namespace": "me",
        "allow_host": ("a.example",),
        "deadline": 1.5,
        "idle_after": 7,
        "log": "none",
        "watch_prefix": True,
        "align": False,
    }
    found = proxy._settings("0.0.0.0", "sqlite:////x.db", **given)
    assert (found.store, found.profile, found.namespace, found.log) == ("sqlite:////x.db", "balanced", "me", None)
    assert (found.retrieve, found.deadline, found.idle_after) == (False, 1.5, 7)
    assert found.tools == {"read_contract": "verbatim"}
    assert found.upstreams == {"openai": "http://localhost:1"}
    assert found.allowed_hosts == {"a.example"}  # an address that stands for all is no name
    assert proxy._settings("10.0.0.1", None, **given).allowed_hosts == {"a.example", "10.0.0.1"}
    assert (found.watch_prefix, found.align) == (True, False)
    assert found.token
    assert len(found.token) > 20


def test_nobody_who_asks_for_help_waits_for_a_web_server(program: Program) -> None:
    done = program("proxy", "--help")
    assert done.code == 0
    assert "--openai-upstream" in done.text
    code = "import sys, headroom.cli.proxy; sys.exit('uvicorn' in sys.modules or 'httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
