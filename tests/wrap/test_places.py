from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import headroom
from headroom.wrap import places

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("place", "variable", "file"),
    [
        (places.claude_json, "CLAUDE_CONFIG_DIR", ".claude.json"),
        (places.claude_settings, "CLAUDE_CONFIG_DIR", "settings.json"),
        (places.codex, "CODEX_HOME", "config.toml"),
        (places.copilot, "COPILOT_HOME", "mcp-config.json"),
        (places.gemini_settings, "GEMINI_CLI_HOME", ".gemini/settings.json"),
        (places.gemini_env, "GEMINI_CLI_HOME", ".gemini/.env"),
    ],
)
def test_the_agents_own_variable_moves_its_folder(place: object, variable: str, file: str, tmp_path: Path) -> None:
    assert callable(place)
    assert place({variable: str(tmp_path), "HOME": "/home/me"}) == tmp_path / file
    assert Path("/home/me") in place({"HOME": "/home/me"}).parents


def test_opencode_with_comments_is_preferred_where_it_is_there(tmp_path: Path) -> None:
    env = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert places.opencode(env).name == "opencode.json"
    (tmp_path / "opencode").mkdir()
    (tmp_path / "opencode" / "opencode.jsonc").write_text("{}")
    assert places.opencode(env).name == "opencode.jsonc"
    assert places.opencode({**env, "OPENCODE_CONFIG": "/x/my.json"}) == Path("/x/my.json")


def test_the_others_are_in_the_home_folder() -> None:
    assert places.cursor({"HOME": "/home/me"}) == Path("/home/me/.cursor/mcp.json")
    assert places.aider({"HOME": "/home/me"}) == Path("/home/me/.aider.conf.yml")


@pytest.mark.parametrize(("platform", "part"), [("linux", ".config"), ("darwin", "Library"), ("win32", "AppData")])
def test_vscode_has_another_folder_on_each_system(platform: str, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert part in places.vscode({"HOME": "/home/me", "USERPROFILE": "/home/me"}).parts


def test_the_command_starts_this_headroom() -> None:
    command = [*places.headroom_command(), "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == f"headroom {headroom.__version__}\n"
