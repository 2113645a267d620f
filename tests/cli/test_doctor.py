from __future__ import annotations

from pathlib import Path

import pytest

from headroom.wrap import checks
from headroom.wrap.checks import Finding
from tests.cli.program import Program


@pytest.fixture(autouse=True)
def _user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in checks._URLS:
        monkeypatch.delenv(name, raising=False)


def test_it_explains_itself(program: Program) -> None:
    assert "Examples:\n" in program("doctor", "--help").text


def test_a_machine_without_agents_is_well(program: Program) -> None:
    ran = program("doctor", "--port", "9")
    assert ran.code == 0
    lines = ran.text.splitlines()
    assert lines[0] == "ok    store: an original was kept and came back exactly"
    assert "note  proxy: none on port 9; `headroom wrap` starts its own" in lines
    assert lines[-1] == "note  agents: none of those that are known is on the PATH"


def test_what_is_bad_gives_code_1_and_what_to_type(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    ran = program("doctor", "--no-agents")
    assert ran.code == 1
    assert "BAD   ANTHROPIC_BASE_URL=http://127.0.0.1:9: nothing answers there\n      start it again" in ran.text


def test_the_store_that_is_named_is_the_one_that_is_checked(program: Program, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/other/store.db"
    assert program("--store", url, "doctor", "--no-agents").code == 0
    assert (tmp_path / "other" / "store.db").exists()


def test_an_agent_that_is_named_must_be_there(program: Program) -> None:
    ran = program("doctor", "aider")
    assert ran.code == 1
    assert "aider: no such program on the PATH" in ran.err


def test_the_agents_that_are_found_are_asked(program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("claude", "gemini"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(
        checks, "agent", lambda known, _options: iter([Finding(level="ok", what=f"{known.name}: asked")])
    )
    assert program("doctor").text.splitlines()[-2:] == ["ok    claude: asked", "ok    gemini: asked"]
    assert program("doctor", "gemini").text.splitlines()[-1:] == ["ok    gemini: asked"]
