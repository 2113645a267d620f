"""The MCP clients that are known: in which file each lists its servers, and in what form.

Plans the change and writes nothing; `headroom.wrap.journal` does. Above stands the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headroom.wrap import places
from headroom.wrap.edits import Planned, Setting, Syntax
from headroom.wrap.edits import plan as plan_edit

__all__ = ["CLIENTS", "Client", "plan"]

_NAME = "headroom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Where a client lists its servers (`keys` lead to the map of them) and how it writes one down."""

    file: Callable[[Mapping[str, str]], Path]
    keys: tuple[str, ...] = ("mcpServers",)
    syntax: Syntax = "json"
    spell: Callable[[Sequence[str]], dict[str, Any]]
    variables: str = "env"


def _plain(command: Sequence[str]) -> dict[str, Any]:
    return {"command": command[0], "args": list(command[1:])}


def _stdio(command: Sequence[str]) -> dict[str, Any]:
    return {"type": "stdio", **_plain(command)}


CLIENTS: Mapping[str, Client] = {
    "claude": Client(file=places.claude_json, spell=_stdio),
    "codex": Client(file=places.codex, keys=("mcp_servers",), syntax="toml", spell=_plain),
    "cursor": Client(file=places.cursor, spell=_plain),
    "gemini": Client(file=places.gemini_settings, spell=_plain),
    "copilot": Client(file=places.copilot, spell=lambda command: {"type": "local", **_plain(command), "tools": ["*"]}),
    "vscode": Client(file=places.vscode, keys=("servers",), spell=_stdio),
    "opencode": Client(
        file=places.opencode,
        keys=("mcp",),
        spell=lambda command: {"type": "local", "command": list(command), "enabled": True},
        variables="environment",
    ),
}


def plan(name: str, env: Mapping[str, str], command: Sequence[str] | None = None) -> Planned:
    """What the configuration of a client would become with our server in it.

    `command` starts the server; without it, this Headroom.

    Raises:
        ConfigError: the file cannot be read or understood, or git tracks it.
    """
    client = CLIENTS[name]
    start = (*(command or (*places.headroom_command(), "mcp")),)
    value = client.spell(start)
    kept = _variables(env)
    if kept:
        value[client.variables] = kept
    return plan_edit(client.file(env), client.syntax, [Setting(keys=(*client.keys, _NAME), value=value)])


def _variables(env: Mapping[str, str]) -> dict[str, str]:
    """Those that name the store: not every client hands its environment on. A password goes into no file."""
    named = {name: env.get(name, "") for name in ("HEADROOM_HOME", "HEADROOM_STORE")}
    return {name: value for name, value in named.items() if value and "@" not in value}
