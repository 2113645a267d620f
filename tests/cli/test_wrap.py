from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.program import Program


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, and a `claude` on the PATH that does nothing."""
    for name in ("ANTHROPIC_BASE_URL", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "CODEX_API_KEY", "ENABLE_TOOL_SEARCH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    program = tmp_path / "bin" / "claude"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


@pytest.mark.parametrize("args", [["wrap"], ["unwrap"]])
def test_every_command_explains_itself(program: Program, args: list[str]) -> None:
    ran = program(*args, "--help")
    assert ran.code == 0
    assert "Examples:\n" in ran.text


def test_a_dry_run_says_what_would_be_done_and_does_nothing(program: Program, user: Path, home: Path) -> None:
    ran = program("wrap", "claude", "--dry-run", "--", "-p", "hi")
    assert ran.code == 0
    assert ran.text.splitlines() == [
        f"start      {user}/bin/claude … -p hi",
        "proxy      one of its own, for this run",
        "provider   anthropic: https://api.anthropic.com",
        "variable   ANTHROPIC_BASE_URL=http://127.0.0.1:PORT",
        "variable   ENABLE_TOOL_SEARCH=true",
    ]
    assert list(home.iterdir()) == []


def test_a_lasting_setting_is_shown_written_and_taken_back(program: Program, user: Path) -> None:
    file = user / ".claude" / "settings.json"
    assert "+++ " in program("wrap", "claude", "--persist", "--dry-run").text
    assert not file.exists()
    said = program("wrap", "claude", "--persist", "--port", "9").err
    assert f"written to {file}" in said
    assert "no proxy runs at http://127.0.0.1:9; claude needs it from now on: `headroom proxy --namespace" in said
    assert "alias claude='headroom wrap claude --' can" in said
    assert "says so already" in program("wrap", "claude", "--persist", "--port", "9").err
    assert program("unwrap", "claude", "--dry-run").text.startswith(f"--- {file}\n+++ /dev/null\n")
    assert program("unwrap", "claude").err == f"headroom: {file} is gone, as it was not there before\n"
    assert not file.parent.exists()
    assert program("unwrap", "--all").err == "headroom: nothing to undo\n"


def test_unwrap_all_takes_back_what_every_command_wrote(program: Program, user: Path) -> None:
    program("wrap", "claude", "--persist")
    program("wrap", "codex", "--persist")
    program("mcp", "install", "claude")
    before = {path.name for path in user.iterdir()}
    assert {".claude", ".codex", ".claude.json"} <= before
    assert program("unwrap", "--all").code == 0
    assert {path.name for path in user.iterdir()} == {"bin"}


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["wrap", "emacs"], 2, "'emacs' is not one of"),
        (["wrap", "aider"], 1, "no such program on the PATH"),
        (["wrap"], 2, "Missing argument"),
        (["unwrap"], 2, "name an agent, or --all"),
        (["unwrap", "claude", "--all"], 2, "name an agent, or --all"),
        (["wrap", "codex", "--profile", "wild"], 2, "'wild' is not one of"),
    ],
)
def test_wrong_usage_is_one_line(program: Program, user: Path, args: list[str], code: int, says: str) -> None:
    assert user.is_dir()
    ran = program(*args)
    assert (ran.code, ran.err.count("\n")) == (code, 1)
    assert says in ran.err
