from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from headroom.exceptions import ConfigError
from headroom.wrap import _lines
from headroom.wrap.agents import AGENTS, DEFAULTS, Launch, Route


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


def routes(name: str, env: Mapping[str, str]) -> tuple[Route, ...]:
    return AGENTS[name].routing(env).routes


def launch(name: str, env: Mapping[str, str]) -> Launch:
    found = {route.provider: f"http://127.0.0.1:1{route.suffix}" for route in routes(name, env)}
    return AGENTS[name].launch(env, found, Path("/runs/1"))


def test_the_agents_are_those_of_the_documentation() -> None:
    assert list(AGENTS) == ["claude", "codex", "cursor", "aider", "copilot", "gemini", "opencode"]


# ------------------------------------------------------------------------------------------------------------ Claude Code


def test_claude_is_told_by_its_environment_and_keeps_its_tool_search(env: dict[str, str]) -> None:
    assert routes("claude", env) == (Route(provider="anthropic", upstream=DEFAULTS["anthropic"]),)
    found = launch("claude", env)
    assert found.env == {"ANTHROPIC_BASE_URL": "http://127.0.0.1:1", "ENABLE_TOOL_SEARCH": "true"}
    assert found.args == ()


def test_what_the_user_said_about_tool_search_holds(env: dict[str, str]) -> None:
    assert "ENABLE_TOOL_SEARCH" not in launch("claude", {**env, "ENABLE_TOOL_SEARCH": "false"}).env


def test_a_gateway_of_the_user_stays_the_provider(env: dict[str, str]) -> None:
    env["ANTHROPIC_BASE_URL"] = "https://gateway.example/claude/"
    assert routes("claude", env)[0].upstream == "https://gateway.example/claude"
    assert "ENABLE_TOOL_SEARCH" not in launch("claude", env).env


def test_claude_settings_win_over_its_environment_so_they_are_given_as_arguments(
    env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude" / "settings.json").write_text('{"env": {"ANTHROPIC_BASE_URL": "https://gw.example"}}')
    assert routes("claude", env)[0].upstream == "https://gw.example"
    assert launch("claude", env).args == ("--settings", '{"env": {"ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}}')


def test_claude_on_bedrock_is_left_alone(env: dict[str, str]) -> None:
    routing = AGENTS["claude"].routing({**env, "CLAUDE_CODE_USE_BEDROCK": "1"})
    assert routing.routes == ()
    assert "signed" in routing.why
    assert AGENTS["claude"].routing({**env, "CLAUDE_CODE_USE_BEDROCK": "0"}).routes


# ------------------------------------------------------------------------------------------------------------------ Codex


def config(tmp_path: Path, text: str, auth: str = "") -> None:
    (tmp_path / ".codex").mkdir()
    (tmp_path / ".codex" / "config.toml").write_text(text)
    if auth:
        (tmp_path / ".codex" / "auth.json").write_text(auth)


def test_codex_with_a_key_goes_to_the_api(env: dict[str, str]) -> None:
    assert routes("codex", env) == (Route(provider="openai", upstream=DEFAULTS["openai"], suffix="/v1"),)
    found = launch("codex", env)
    assert (found.env, found.args) == ({}, ("-c", 'openai_base_url="http://127.0.0.1:1/v1"'))


def test_codex_with_a_chatgpt_account_goes_where_its_token_is_good(env: dict[str, str], tmp_path: Path) -> None:
    config(tmp_path, "", '{"OPENAI_API_KEY": null, "tokens": {"access_token": "t"}}')
    assert routes("codex", env) == (Route(provider="openai", upstream="https://chatgpt.com/backend-api/codex"),)
    assert launch("codex", env).args == ("-c", 'openai_base_url="http://127.0.0.1:1"')
    assert routes("codex", {**env, "CODEX_API_KEY": "sk"})[0].upstream == DEFAULTS["openai"]
    with pytest.raises(ConfigError, match="without --persist"):
        AGENTS["codex"].lasting(env, "http://127.0.0.1:8787")


def test_codex_with_another_model_provider_keeps_it(env: dict[str, str], tmp_path: Path) -> None:
    config(tmp_path, 'model_provider = "azure"\n[model_providers.azure]\nbase_url = "https://x.example/openai/v1"\n')
    assert routes("codex", env) == (Route(provider="openai", upstream="https://x.example/openai", suffix="/v1"),)
    assert launch("codex", env).args == ("-c", 'model_providers.azure.base_url="http://127.0.0.1:1/v1"')


def test_codex_with_a_model_provider_of_no_address_is_left_alone(env: dict[str, str], tmp_path: Path) -> None:
    config(tmp_path, 'model_provider = "amazon-bedrock"\n')
    routing = AGENTS["codex"].routing(env)
    assert routing.routes == ()
    assert "'amazon-bedrock'" in routing.why


# ----------------------------------------------------------------------------------------------------------------- Gemini


def test_gemini_with_a_key_is_told_by_its_environment_and_how_it_is_signed_in(env: dict[str, str]) -> None:
    env["GEMINI_API_KEY"] = "k"
    found = launch("gemini", env)
    assert found.env == {
        "GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:1",
        "GEMINI_CLI_SYSTEM_DEFAULTS_PATH": "/runs/1/gemini-defaults.json",
    }
    (file,) = found.files.values()
    assert json.loads(file) == {"security": {"auth": {"selectedType": "gemini-api-key"}}}


@pytest.mark.parametrize(("kind", "led"), [("gemini-api-key", True), ("oauth-personal", False), ("vertex-ai", False)])
def test_gemini_with_another_sign_in_is_left_alone(env: dict[str, str], tmp_path: Path, kind: str, led: bool) -> None:
    (tmp_path / ".gemini").mkdir()
    (tmp_path / ".gemini" / "settings.json").write_text(json.dumps({"security": {"auth": {"selectedType": kind}}}))
    routing = AGENTS["gemini"].routing({**env, "GEMINI_API_KEY": "k"})
    assert bool(routing.routes) is led
    assert ("mcp install gemini" in routing.why) is not led
    if led:
        assert launch("gemini", env).files == {}


# ------------------------------------------------------------------------------------------------------------- the others


def test_aider_is_told_of_both_providers(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".aider.conf.yml").write_text("openai-api-base: https://gw.example/x\n")
    assert routes("aider", env) == (
        Route(provider="openai", upstream="https://gw.example/x"),
        Route(provider="anthropic", upstream=DEFAULTS["anthropic"]),
    )
    assert routes("aider", {"HOME": "/nowhere"})[0].suffix == "/v1"
    assert launch("aider", env).env["AIDER_OPENAI_API_BASE"] == "http://127.0.0.1:1"


def test_opencode_keeps_what_it_is_given_inline(env: dict[str, str]) -> None:
    env["OPENCODE_CONFIG_CONTENT"] = '{"model": "x", "provider": {"openai": {"options": {"apiKey": "k"}}}}'
    found = json.loads(launch("opencode", env).env["OPENCODE_CONFIG_CONTENT"])
    assert found["model"] == "x"
    assert found["provider"]["openai"]["options"] == {"apiKey": "k", "baseURL": "http://127.0.0.1:1/v1"}
    assert found["provider"]["google"]["options"]["baseURL"] == "http://127.0.0.1:1/v1beta"


def test_copilot_with_a_provider_of_its_own_is_led_there(env: dict[str, str]) -> None:
    env |= {"COPILOT_PROVIDER_BASE_URL": "https://api.anthropic.com", "COPILOT_PROVIDER_TYPE": "anthropic"}
    assert routes("copilot", env)[0].provider == "anthropic"
    assert launch("copilot", env).env == {"COPILOT_PROVIDER_BASE_URL": "http://127.0.0.1:1"}


def test_copilot_on_github_gets_the_tools_for_this_run(env: dict[str, str]) -> None:
    assert "MCP tools" in AGENTS["copilot"].routing(env).why
    flag, servers = launch("copilot", env).args
    assert flag == "--additional-mcp-config"
    assert json.loads(servers)["mcpServers"]["headroom"]["args"][-1] == "mcp"


def test_cursor_gets_the_tools_in_its_file(env: dict[str, str]) -> None:
    assert routes("cursor", env) == ()
    (planned,) = AGENTS["cursor"].borrow(env)
    assert json.loads(planned.after)["mcpServers"]["headroom"]["args"][-1] == "mcp"


@pytest.mark.parametrize("name", list(AGENTS))
def test_what_lasts_is_in_the_file_that_the_agent_documents(env: dict[str, str], tmp_path: Path, name: str) -> None:
    files = {
        "claude": ".claude/settings.json",
        "codex": ".codex/config.toml",
        "cursor": ".cursor/mcp.json",
        "aider": ".aider.conf.yml",
        "copilot": ".copilot/mcp-config.json",
        "gemini": ".gemini/.env",
        "opencode": ".config/opencode/opencode.json",
    }
    (planned,) = AGENTS[name].lasting(env, "http://127.0.0.1:8787")
    assert planned.file == tmp_path / files[name]
    assert (b"http://127.0.0.1:8787" in planned.after) is (name not in ("cursor", "copilot"))


def test_codex_lasting_is_read_back_as_what_it_is(env: dict[str, str]) -> None:
    (planned,) = AGENTS["codex"].lasting(env, "http://127.0.0.1:8787")
    assert _lines.read_toml(planned.after.decode(), ("openai_base_url",)) == "http://127.0.0.1:8787/v1"


@pytest.mark.parametrize("name", ["cursor", "copilot"])
def test_without_the_extra_no_server_is_named_that_could_not_start(
    env: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert "pip install 'headroom-context[mcp]'" in AGENTS[name].routing(env).why
    assert launch(name, env) == Launch()
    assert AGENTS[name].borrow(env) == ()
