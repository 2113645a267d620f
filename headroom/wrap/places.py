"""Where the agents keep their configuration, by the environment that they would start in. Files need not exist."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = [
    "aider",
    "claude_json",
    "claude_settings",
    "codex",
    "copilot",
    "cursor",
    "gemini_env",
    "gemini_settings",
    "headroom_command",
    "opencode",
    "vscode",
]

Environment = Mapping[str, str]


def claude_json(env: Environment) -> Path:
    """Claude Code's own state, with the MCP servers of the user."""
    folder = env.get("CLAUDE_CONFIG_DIR")
    return (Path(folder) if folder else _home(env)) / ".claude.json"


def claude_settings(env: Environment) -> Path:
    """Claude Code's settings of the user."""
    return _folder(env, "CLAUDE_CONFIG_DIR", ".claude") / "settings.json"


def codex(env: Environment) -> Path:
    """The Codex CLI's configuration."""
    return _folder(env, "CODEX_HOME", ".codex") / "config.toml"


def cursor(env: Environment) -> Path:
    """Cursor's MCP servers of the user."""
    return _home(env) / ".cursor" / "mcp.json"


def gemini_settings(env: Environment) -> Path:
    """The Gemini CLI's settings of the user."""
    return _gemini(env) / "settings.json"


def gemini_env(env: Environment) -> Path:
    """The variables that the Gemini CLI sets for itself where the project has no `.env`."""
    return _gemini(env) / ".env"


def copilot(env: Environment) -> Path:
    """The Copilot CLI's MCP servers."""
    return _folder(env, "COPILOT_HOME", ".copilot") / "mcp-config.json"


def opencode(env: Environment) -> Path:
    """OpenCode's configuration of the user: the file that is there, else the one to be made."""
    if env.get("OPENCODE_CONFIG"):
        return Path(env["OPENCODE_CONFIG"])
    folder = _folder(env, "XDG_CONFIG_HOME", ".config") / "opencode"
    commented = folder / "opencode.jsonc"
    return commented if commented.exists() else folder / "opencode.json"


def aider(env: Environment) -> Path:
    """Aider's configuration of the user."""
    return _home(env) / ".aider.conf.yml"


def vscode(env: Environment) -> Path:
    """VS Code's MCP servers of the user."""
    if sys.platform == "darwin":
        folder = _home(env) / "Library" / "Application Support"
    elif sys.platform == "win32":
        folder = Path(env.get("APPDATA") or _home(env) / "AppData" / "Roaming")
    else:
        folder = _folder(env, "XDG_CONFIG_HOME", ".config")
    return folder / "Code" / "User" / "mcp.json"


def headroom_command() -> tuple[str, ...]:
    """How to start this very Headroom from anywhere: the script beside the interpreter, or the interpreter itself."""
    script = shutil.which("headroom", path=str(Path(sys.executable).parent))
    return (script,) if script else (sys.executable, "-m", "headroom")


def _gemini(env: Environment) -> Path:
    home = env.get("GEMINI_CLI_HOME")  # in place of the home folder
    return (Path(home) if home else _home(env)) / ".gemini"


def _folder(env: Environment, variable: str, name: str) -> Path:
    chosen = env.get(variable)
    return Path(chosen) if chosen else _home(env) / name


def _home(env: Environment) -> Path:
    chosen = env.get("USERPROFILE" if sys.platform == "win32" else "HOME")
    return Path(chosen) if chosen else Path.home()
