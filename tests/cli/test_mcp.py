from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import Program

MINE = '{\n  // mine\n  "theme": "dark",\n}\n'


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    file = tmp_path / ".claude.json"
    file.write_text(MINE)
    return file


@pytest.mark.parametrize("args", [["mcp"], ["mcp", "install"], ["mcp", "uninstall"]])
def test_every_command_explains_itself(program: Program, args: list[str]) -> None:
    ran = program(*args, "--help")
    assert ran.code == 0
    assert ran.text.startswith(f"Usage: headroom {' '.join(args)}")


def test_a_dry_run_shows_the_change_and_makes_none(program: Program, settings: Path, home: Path) -> None:
    ran = program("mcp", "install", "claude", "--dry-run")
    assert ran.text.startswith(f"--- {settings}\n+++ {settings}\n")
    assert '"headroom": {' in ran.text
    assert settings.read_text() == MINE
    assert not (home / "journal").exists()


def test_what_install_writes_uninstall_takes_back_to_the_byte(program: Program, settings: Path) -> None:
    assert (
        program("mcp", "install", "claude").err
        == f"headroom: written to {settings}; start claude anew to see the tools\n"
    )
    assert "// mine" in settings.read_text()
    assert "has this entry already" in program("mcp", "install", "claude").err
    assert "has this entry already" in program("mcp", "install", "claude", "--dry-run").text
    assert '-    "headroom": {' in program("mcp", "uninstall", "claude", "--dry-run").text
    assert "byte for byte" in program("mcp", "uninstall", "claude").err
    assert settings.read_text() == MINE
    assert "nothing to undo" in program("mcp", "uninstall", "claude").err


def test_a_file_that_cannot_be_understood_is_one_line(program: Program, settings: Path) -> None:
    settings.write_text("{")
    ran = program("mcp", "install", "claude")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "write by hand: mcpServers.headroom" in ran.err
    assert settings.read_text() == "{"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["mcp", "install", "emacs"], "'emacs' is not one of"),
        (["mcp", "--port", "99999"], "99999 is not in the range"),
        (["mcp", "--root", "no-such-folder"], "'no-such-folder' is no folder"),
    ],
)
def test_wrong_usage_is_one_line(program: Program, args: list[str], says: str) -> None:
    ran = program(*args)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert says in ran.err


def test_without_the_extra_it_says_what_to_install(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "headroom.mcp.server", None)
    ran = program("mcp")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "pip install 'headroom-context[mcp]'" in ran.err


def test_nothing_is_installed_that_could_not_start(
    program: Program, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    ran = program("mcp", "install", "claude")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "headroom-context[mcp]" in ran.err
    assert settings.read_text() == MINE


def test_taking_an_entry_back_needs_no_extra() -> None:
    code = (
        "import sys, headroom.mcp.clients, headroom.cli.mcp; print(json.dumps([m for m in sys.modules if m == 'mcp']))"
    )
    done = subprocess.run([sys.executable, "-c", f"import json; {code}"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
