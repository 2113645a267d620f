"""The agents that are known: where each one's requests go, and how it is told another address.

`Agent.routing` says which provider's requests can be led through the proxy and where they would have gone without us: an
address that the user has set himself stays the provider. `Agent.launch` says what the agent's process is given, nothing
more; `Agent.lasting` says which settings lead it to a proxy for good.

Reads configuration, writes none and starts nothing: that is `runner` and `journal`.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from headroom.exceptions import ConfigError
from headroom.wrap import _jsonc, _lines, edits, places
from headroom.wrap.edits import Planned, Setting

__all__ = ["AGENTS", "DEFAULTS", "Agent", "Launch", "Provider", "Route", "Routing"]

Provider: TypeAlias = Literal["openai", "anthropic", "gemini"]
Environment: TypeAlias = Mapping[str, str]
Addresses: TypeAlias = Mapping[Provider, str]

DEFAULTS: Mapping[Provider, str] = {
    "openai": "https://api.openai.com",
    "anthropic": "https://api.anthropic.com",
    "gemini": "https://generativelanguage.googleapis.com",
}
_CHATGPT = "https://chatgpt.com/backend-api/codex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A provider and its address; `suffix` is what the agent's base URL has behind host and port ("" or "/v1")."""

    provider: Provider
    upstream: str
    suffix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Which requests go through the proxy. `why`: none do, because; or something that the user should know."""

    routes: tuple[Route, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What the agent's process gets: variables, arguments in front of the user's own, files in a folder of the run."""

    env: Mapping[str, str] = field(default_factory=dict)
    args: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """`programs` are its names on the PATH, the first that is there is started.

    `launch` is given the base URL of each route, suffix included, and a folder for files; `lasting` the base URLs of a
    proxy that is always there. `borrow` are settings that are written for one run only and taken back after it. `once`
    are the arguments for a single question, which stands last; empty where there is no such way.
    """

    name: str
    programs: tuple[str, ...]
    routing: Callable[[Environment], Routing]
    launch: Callable[[Environment, Addresses, Path], Launch]
    lasting: Callable[[Environment, str], tuple[Planned, ...]]
    borrow: Callable[[Environment], tuple[Planned, ...]] = lambda _env: ()
    once: tuple[str, ...] = ()


def _route(provider: Provider, upstream: str, *suffixes: str) -> Route:
    """The route whose base URL ends as the provider's own does, because agents build paths on what they are given."""
    bare = upstream.rstrip("/")
    suffix = next((suffix for suffix in suffixes if bare.endswith(suffix)), "")
    return Route(provider=provider, upstream=bare.removesuffix(suffix), suffix=suffix)


def _json_at(file: Path, *keys: str) -> Any:
    """A value of somebody's JSON configuration, None where there is none or it cannot be read: a hint, no more."""
    try:
        return _jsonc.read(file.read_text("utf-8"), keys)
    except (OSError, KeyError, ValueError):
        return None


def _tools_instead() -> str:
    """What an agent gets whose requests cannot be led through the proxy."""
    if importlib.util.find_spec("mcp") is None:
        return "it would get the MCP tools instead: pip install 'headroom-context[mcp]'"
    return "it gets the MCP tools instead"


def _mcp_entry(**more: Any) -> dict[str, Any]:
    command, *args = *places.headroom_command(), "mcp"
    return {"command": command, "args": args, **more}


# ------------------------------------------------------------------------------------------------------------ Claude Code


def _claude_set(env: Environment) -> str | None:
    """The base URL of the user's settings, which wins over the environment."""
    found = _json_at(places.claude_settings(env), "env", "ANTHROPIC_BASE_URL")
    return found if isinstance(found, str) else None


def _claude_routing(env: Environment) -> Routing:
    for name in ("BEDROCK", "VERTEX", "FOUNDRY"):
        if env.get(f"CLAUDE_CODE_USE_{name}", "0") not in ("", "0", "false"):
            return Routing(why=f"CLAUDE_CODE_USE_{name} is set; such requests are signed for their own address")
    upstream = _claude_set(env) or env.get("ANTHROPIC_BASE_URL") or DEFAULTS["anthropic"]
    return Routing(routes=(_route("anthropic", upstream),))


def _claude_launch(env: Environment, addresses: Addresses, _folder: Path) -> Launch:
    changes = {"ANTHROPIC_BASE_URL": addresses["anthropic"]}
    upstream = _claude_routing(env).routes[0].upstream
    if upstream == DEFAULTS["anthropic"] and "ENABLE_TOOL_SEARCH" not in env:
        changes["ENABLE_TOOL_SEARCH"] = "true"  # with another base URL it would send every MCP tool's schema at once
    settings = json.dumps({"env": {"ANTHROPIC_BASE_URL": addresses["anthropic"]}})
    return Launch(env=changes, args=("--settings", settings) if _claude_set(env) else ())


def _claude_lasting(env: Environment, address: str) -> tuple[Planned, ...]:
    values = {"ANTHROPIC_BASE_URL": address, "ENABLE_TOOL_SEARCH": "true"}
    settings = [Setting(keys=("env", name), value=value) for name, value in values.items()]
    return (edits.plan(places.claude_settings(env), "json", settings),)


# ------------------------------------------------------------------------------------------------------------------ Codex


def _codex_config(env: Environment, *keys: str) -> Any:
    try:
        return _lines.read_toml(places.codex(env).read_text("utf-8"), keys)
    except (OSError, KeyError, ValueError):
        return None


def _codex_key(env: Environment) -> str:
    """The setting that holds the address of the model provider in use."""
    chosen = _codex_config(env, "model_provider")
    return "openai_base_url" if chosen in (None, "openai") else f"model_providers.{chosen}.base_url"


def _codex_routing(env: Environment) -> Routing:
    key = _codex_key(env)
    upstream = _codex_config(env, *key.split("."))
    if not isinstance(upstream, str):
        if key != "openai_base_url":
            return Routing(why=f"its model provider {key.split('.')[1]!r} has no base_url that could be replaced")
        upstream = _CHATGPT if _uses_chatgpt(env) else f"{DEFAULTS['openai']}/v1"
    return Routing(routes=(_route("openai", upstream, "/v1"),))


def _uses_chatgpt(env: Environment) -> bool:
    """Whether it is signed in with a ChatGPT account, whose requests have another address than those with a key."""
    if env.get("CODEX_API_KEY"):
        return False
    auth = places.codex(env).with_name("auth.json")
    return _json_at(auth, "OPENAI_API_KEY") is None and _json_at(auth, "tokens") is not None


def _codex_launch(env: Environment, addresses: Addresses, _folder: Path) -> Launch:
    return Launch(args=("-c", f"{_codex_key(env)}={json.dumps(addresses['openai'])}"))


def _codex_lasting(env: Environment, address: str) -> tuple[Planned, ...]:
    if _codex_key(env) != "openai_base_url" or _uses_chatgpt(env):
        raise ConfigError(
            "Codex is signed in with ChatGPT or uses another model provider, whose address the proxy would have to be"
            " started with; use `headroom wrap codex` without --persist"
        )
    return (edits.plan(places.codex(env), "toml", [Setting(keys=("openai_base_url",), value=f"{address}/v1")]),)


# ----------------------------------------------------------------------------------------------------------------- Gemini

_GEMINI_KEY = {"security": {"auth": {"selectedType": "gemini-api-key"}}}


def _gemini_auth(env: Environment) -> str | None:
    found = _json_at(places.gemini_settings(env), "security", "auth", "selectedType")
    return found if isinstance(found, str) else None


def _gemini_routing(env: Environment) -> Routing:
    auth = _gemini_auth(env)
    if auth not in (None, "gemini-api-key", "gateway") or (auth is None and not env.get("GEMINI_API_KEY")):
        return Routing(
            why="it is not used with a Gemini API key, and what it speaks otherwise cannot be shortened on the way;"
            " `headroom mcp install gemini` gives it the tools"
        )
    upstream = env.get("GOOGLE_GEMINI_BASE_URL") or DEFAULTS["gemini"]
    return Routing(routes=(_route("gemini", upstream),))


def _gemini_launch(env: Environment, addresses: Addresses, folder: Path) -> Launch:
    changes = {"GOOGLE_GEMINI_BASE_URL": addresses["gemini"]}
    if _gemini_auth(env) is not None or env.get("GEMINI_CLI_SYSTEM_DEFAULTS_PATH"):
        return Launch(env=changes)
    # With a base URL it takes the key's place for another kind of sign-in, unless the kind is written down somewhere.
    file = "gemini-defaults.json"
    changes["GEMINI_CLI_SYSTEM_DEFAULTS_PATH"] = str(folder / file)
    return Launch(env=changes, files={file: json.dumps(_GEMINI_KEY)})


def _gemini_lasting(env: Environment, address: str) -> tuple[Planned, ...]:
    return (edits.plan(places.gemini_env(env), "env", [Setting(keys=("GOOGLE_GEMINI_BASE_URL",), value=address)]),)


# ---------------------------------------------------------------------------------------------- Aider, OpenCode, Copilot


def _aider_openai(env: Environment) -> str:
    try:
        written = _lines.read_line(places.aider(env).read_text("utf-8"), "openai-api-base", ":")
    except (OSError, KeyError, ValueError):
        written = ""
    found = env.get("AIDER_OPENAI_API_BASE") or env.get("OPENAI_API_BASE") or written
    return found or f"{DEFAULTS['openai']}/v1"


def _aider_routing(env: Environment) -> Routing:
    anthropic = env.get("ANTHROPIC_API_BASE") or env.get("ANTHROPIC_BASE_URL") or DEFAULTS["anthropic"]
    return Routing(routes=(_route("openai", _aider_openai(env), "/v1"), _route("anthropic", anthropic)))


def _aider_launch(_env: Environment, addresses: Addresses, _folder: Path) -> Launch:
    openai, anthropic = addresses["openai"], addresses["anthropic"]
    names = {"AIDER_OPENAI_API_BASE": openai, "OPENAI_API_BASE": openai}
    return Launch(env={**names, "ANTHROPIC_API_BASE": anthropic, "ANTHROPIC_BASE_URL": anthropic})


def _aider_lasting(env: Environment, address: str) -> tuple[Planned, ...]:
    return (edits.plan(places.aider(env), "yaml", [Setting(keys=("openai-api-base",), value=f"{address}/v1")]),)


_OPENCODE: Mapping[str, tuple[Provider, str]] = {
    "anthropic": ("anthropic", "/v1"),
    "openai": ("openai", "/v1"),
    "google": ("gemini", "/v1beta"),
}


def _opencode_routing(env: Environment) -> Routing:
    routes = []
    for name, (provider, suffix) in _OPENCODE.items():
        written = _json_at(places.opencode(env), "provider", name, "options", "baseURL")
        upstream = written if isinstance(written, str) else f"{DEFAULTS[provider]}{suffix}"
        routes.append(_route(provider, upstream, suffix))
    return Routing(routes=tuple(routes))


def _opencode_launch(env: Environment, addresses: Addresses, _folder: Path) -> Launch:
    try:
        given = json.loads(env.get("OPENCODE_CONFIG_CONTENT") or "{}")
    except ValueError:
        given = {}
    for name, (provider, _) in _OPENCODE.items():
        options = given.setdefault("provider", {}).setdefault(name, {}).setdefault("options", {})
        options["baseURL"] = addresses[provider]
    return Launch(env={"OPENCODE_CONFIG_CONTENT": json.dumps(given)})


def _opencode_lasting(env: Environment, address: str) -> tuple[Planned, ...]:
    settings = [
        Setting(keys=("provider", name, "options", "baseURL"), value=f"{address}{suffix}")
        for name, (_, suffix) in _OPENCODE.items()
    ]
    return (edits.plan(places.opencode(env), "json", settings),)


def _copilot_routing(env: Environment) -> Routing:
    upstream = env.get("COPILOT_PROVIDER_BASE_URL")
    if not upstream:
        return Routing(
            why="without COPILOT_PROVIDER_BASE_URL its requests go to GitHub and cannot be led elsewhere;"
            f" {_tools_instead()}"
        )
    provider: Provider = "anthropic" if env.get("COPILOT_PROVIDER_TYPE") == "anthropic" else "openai"
    return Routing(routes=(_route(provider, upstream, "/v1"),))


def _copilot_launch(_env: Environment, addresses: Addresses, _folder: Path) -> Launch:
    for address in addresses.values():
        return Launch(env={"COPILOT_PROVIDER_BASE_URL": address})
    if importlib.util.find_spec("mcp") is None:
        return Launch()
    servers = {"mcpServers": {"headroom": _mcp_entry(type="local", tools=["*"])}}
    return Launch(args=("--additional-mcp-config", json.dumps(servers)))


def _copilot_lasting(env: Environment, _address: str) -> tuple[Planned, ...]:
    entry = Setting(keys=("mcpServers", "headroom"), value=_mcp_entry(type="local", tools=["*"]))
    return (edits.plan(places.copilot(env), "json", [entry]),)


# ----------------------------------------------------------------------------------------------------------------- Cursor


def _cursor_routing(_env: Environment) -> Routing:
    return Routing(
        why=f"its requests go through Cursor's own servers, where no proxy of ours can stand; {_tools_instead()}"
    )


def _cursor_file(env: Environment) -> tuple[Planned, ...]:
    return (edits.plan(places.cursor(env), "json", [Setting(keys=("mcpServers", "headroom"), value=_mcp_entry())]),)


_ALL = (
    Agent(
        name="claude",
        programs=("claude",),
        routing=_claude_routing,
        launch=_claude_launch,
        lasting=_claude_lasting,
        once=("--no-session-persistence", "-p"),
    ),
    Agent(
        name="codex",
        programs=("codex",),
        routing=_codex_routing,
        launch=_codex_launch,
        lasting=_codex_lasting,
        once=("exec", "--skip-git-repo-check", "--ephemeral"),
    ),
    Agent(
        name="cursor",
        programs=("cursor-agent", "cursor"),
        routing=_cursor_routing,
        launch=lambda _env, _addresses, _folder: Launch(),
        lasting=lambda env, _address: _cursor_file(env),
        borrow=lambda env: _cursor_file(env) if importlib.util.find_spec("mcp") else (),
    ),
    Agent(
        name="aider",
        programs=("aider",),
        routing=_aider_routing,
        launch=_aider_launch,
        lasting=_aider_lasting,
        once=("--no-git", "--yes-always", "--no-check-update", "--message"),
    ),
    Agent(
        name="copilot",
        programs=("copilot",),
        routing=_copilot_routing,
        launch=_copilot_launch,
        lasting=_copilot_lasting,
        once=("-p",),
    ),
    Agent(
        name="gemini",
        programs=("gemini",),
        routing=_gemini_routing,
        launch=_gemini_launch,
        lasting=_gemini_lasting,
        once=("--skip-trust", "-p"),
    ),
    Agent(
        name="opencode",
        programs=("opencode",),
        routing=_opencode_routing,
        launch=_opencode_launch,
        lasting=_opencode_lasting,
        once=("run",),
    ),
)
AGENTS: Mapping[str, Agent] = {agent.name: agent for agent in _ALL}
