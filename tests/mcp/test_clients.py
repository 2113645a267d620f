from __future__ import annotations

import json
from pathlib import Path

import pytest

from headroom.mcp import clients
from headroom.wrap import _lines

COMMAND = ("/opt/headroom", "mcp")
PLAIN = {"command": "/opt/headroom", "args": ["mcp"]}


@pytest.mark.parametrize(
    ("name", "file", "keys", "entry"),
    [
        ("claude", ".claude.json", "mcpServers", {"type": "stdio", **PLAIN}),
        ("cursor", ".cursor/mcp.json", "mcpServers", PLAIN),
        ("gemini", ".gemini/settings.json", "mcpServers", PLAIN),
        ("copilot", ".copilot/mcp-config.json", "mcpServers", {"type": "local", **PLAIN, "tools": ["*"]}),
        (
            "opencode",
            ".config/opencode/opencode.json",
            "mcp",
            {"type": "local", "command": list(COMMAND), "enabled": True},
        ),
    ],
)
def test_each_client_gets_the_form_that_it_documents(
    tmp_path: Path, name: str, file: str, keys: str, entry: dict[str, object]
) -> None:
    planned = clients.plan(name, {"HOME": str(tmp_path)}, COMMAND)
    assert planned.file == tmp_path / file
    assert json.loads(planned.after) == {keys: {"headroom": entry}}


def test_codex_gets_a_table(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('model = "x"\n')
    planned = clients.plan("codex", {"CODEX_HOME": str(tmp_path), "HOME": "/nowhere"}, COMMAND)
    assert planned.after.startswith(b'model = "x"\n\n[mcp_servers.headroom]\n')
    assert _lines.read_toml(planned.after.decode(), ("mcp_servers", "headroom")) == PLAIN


def test_vscode_calls_its_servers_servers(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "c"), "APPDATA": str(tmp_path)}
    planned = clients.plan("vscode", env, COMMAND)
    assert planned.file.parts[-3:] == ("Code", "User", "mcp.json")
    assert json.loads(planned.after) == {"servers": {"headroom": {"type": "stdio", **PLAIN}}}


def test_the_store_that_is_named_by_the_environment_is_named_in_the_entry(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "HEADROOM_HOME": "/srv/h", "HEADROOM_STORE": "sqlite:////srv/s.db"}
    entry = json.loads(clients.plan("claude", env, COMMAND).after)["mcpServers"]["headroom"]
    assert entry["env"] == {"HEADROOM_HOME": "/srv/h", "HEADROOM_STORE": "sqlite:////srv/s.db"}
    codex = clients.plan("codex", env, COMMAND).after.decode()
    assert _lines.read_toml(codex, ("mcp_servers", "headroom", "env"))["HEADROOM_HOME"] == "/srv/h"
    entry = json.loads(clients.plan("opencode", env, COMMAND).after)["mcp"]["headroom"]
    assert entry["environment"]["HEADROOM_HOME"] == "/srv/h"


def test_a_password_goes_into_no_file(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "HEADROOM_STORE": "postgresql://me:secret@db/h"}
    assert b"secret" not in clients.plan("claude", env, COMMAND).after


def test_without_a_command_it_is_this_headroom(tmp_path: Path) -> None:
    entry = json.loads(clients.plan("cursor", {"HOME": str(tmp_path)}).after)["mcpServers"]["headroom"]
    assert Path(entry["command"]).is_absolute()
    assert entry["args"][-1] == "mcp"
