"""What `headroom doctor` looks at. Each check gives findings: what is so, and what to type where it should not be so.

The agents are checked by running them: each makes one real request, once straight and once through a proxy, to a provider
of ours on loopback. That shows whether its key arrives, and what we add to the start of a session, in tokens.

Above stands the command line; below `runner`, `probe`, the engine.
"""

from __future__ import annotations

import importlib.util
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from headroom import tokens
from headroom.engine import Headroom
from headroom.exceptions import ConfigError, HeadroomError
from headroom.wrap import runner
from headroom.wrap.agents import AGENTS, DEFAULTS, Agent, Routing
from headroom.wrap.journal import Entry, Journal
from headroom.wrap.probe import Probe, Request, probing
from headroom.wrap.runner import Options

__all__ = ["Finding", "addresses", "agent", "installed", "journal", "parts", "proxy", "store"]

Level: TypeAlias = Literal["ok", "note", "bad"]

_EXTRAS = {"proxy": ("httpx", "prometheus_client", "uvicorn"), "mcp": ("mcp",)}
"""What each extra brings, by the names that are imported."""
_AGENT_SECONDS = 90.0
_MUCH = 1000
_BILLING = "x-anthropic-billing-header: "
_URLS = (
    "ANTHROPIC_BASE_URL",
    "OPENAI_BASE_URL",
    "OPENAI_API_BASE",
    "GOOGLE_GEMINI_BASE_URL",
    "COPILOT_PROVIDER_BASE_URL",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`level` "bad" is something to mend; `remedy` says how."""

    level: Level
    what: str
    remedy: str = ""


def store(url: str | None) -> Iterator[Finding]:
    """A text is shortened, and its original comes back."""
    text = "".join(f"10:00:{n % 60:02d} INFO worker-{n % 4} job {n} of doctor done\n" for n in range(300))
    try:
        with Headroom(store=url) as engine:
            result = engine.compress_text(text)
            same = result.id is not None and engine.retrieve(result.id) == text
            if result.id is not None:
                engine.store.purge(ids=[result.id])
    except HeadroomError as error:
        yield Finding(level="bad", what=f"store: {error}", remedy="free or repair it, or set HEADROOM_STORE to another")
        return
    if same:
        yield Finding(level="ok", what="store: an original was kept and came back exactly")
    else:
        why = "; ".join(result.warnings) or result.block.reason
        yield Finding(
            level="bad", what=f"store: nothing was kept ({why})", remedy="look at the folder named in the message"
        )


def parts() -> Iterator[Finding]:
    """The extras that the doors need."""
    for extra, modules in _EXTRAS.items():
        missing = [module for module in modules if importlib.util.find_spec(module) is None]
        if missing:
            remedy = f"pip install 'headroom-context[{extra}]'"
            yield Finding(level="note", what=f"extra {extra}: not installed", remedy=remedy)
        else:
            yield Finding(level="ok", what=f"extra {extra}: installed")


def proxy(port: int) -> Iterator[Finding]:
    """Whether one runs where agents are led for good, and whether its store works."""
    found = runner.ready(port)
    if found is None:
        yield Finding(level="note", what=f"proxy: none on port {port}; `headroom wrap` starts its own")
    elif found["status"] != "ok":
        remedy = "it passes everything on, unshortened, until that is mended"
        yield Finding(
            level="bad", what=f"proxy: on port {port}, but its store fails: {found.get('store')}", remedy=remedy
        )
    else:
        yield Finding(level="ok", what=f"proxy: version {found['version']} on port {port}")
    if found is not None and found.get("advice"):
        yield Finding(level="note", what=f"proxy: {found['advice']}", remedy=found.get("remedy", ""))


def addresses(env: Mapping[str, str]) -> Iterator[Finding]:
    """Base URLs of the environment that lead to this machine must lead to something."""
    for name in _URLS:
        url = env.get(name, "")
        if url and not _answers(url):
            remedy = f"start it again (`headroom proxy`), or `unset {name}`"
            yield Finding(level="bad", what=f"{name}={url}: nothing answers there", remedy=remedy)


def journal(book: Journal) -> Iterator[Finding]:
    """What we have written into files of others, and whether it still holds."""
    for entry in book.entries():
        kind, _, name = entry.owner.partition(":")
        undo = f"headroom mcp uninstall {name}" if kind == "mcp" else f"headroom unwrap {name.partition(':')[0]}"
        file = entry.planned.file
        if not file.exists():
            yield Finding(level="note", what=f"{file}: was removed since we wrote to it", remedy=undo)
        elif kind == "run":
            yield Finding(
                level="note", what=f"{file}: holds a setting of a run that was killed or goes on", remedy=undo
            )
        else:
            yield Finding(level="ok", what=f"{file}: written by `headroom {kind}`; back with `{undo}`")
            yield from _leads_nowhere(entry, undo)


def _leads_nowhere(entry: Entry, undo: str) -> Iterator[Finding]:
    for setting in entry.planned.settings:
        url = setting.value
        if isinstance(url, str) and url.startswith("http") and not _answers(url):
            remedy = f"`headroom proxy --namespace default`, or `{undo}`"
            yield Finding(
                level="bad", what=f"{entry.planned.file} leads to {url}: nothing answers there", remedy=remedy
            )


def _answers(url: str) -> bool:
    """Whether a base URL leads elsewhere, or to a proxy of ours that runs. Other servers on loopback are not our affair."""
    try:
        parts = urlsplit(url)
        local, port = parts.hostname in ("127.0.0.1", "localhost", "::1"), parts.port or 80
    except ValueError:
        return False
    return not local or runner.ready(port) is not None or runner.listens(port)


# ------------------------------------------------------------------------------------------------------------ the agents


def installed(env: Mapping[str, str]) -> list[Agent]:
    """The agents that are on the PATH."""
    found = []
    for known in AGENTS.values():
        try:
            runner.program_of(known, env)
        except ConfigError:
            continue
        found.append(known)
    return found


def agent(known: Agent, options: Options) -> Iterator[Finding]:
    """One request of the agent, straight and through a proxy."""
    routing = known.routing(options.env)
    if not routing.routes:
        yield Finding(level="note", what=f"{known.name}: {routing.why}")
        return
    with tempfile.TemporaryDirectory() as folder, probing() as probe:
        says: list[str] = []
        straight = _asked(known, options, probe, Path(folder), says)
        through = _asked_through(known, options, probe, Path(folder), says)
    if straight is None:
        what = f"{known.name}: made no request when asked something{_because(says)}"
        yield Finding(level="bad", what=what, remedy=f"try it alone: {known.name} {' '.join(known.once)} ping")
        return
    if through is None:
        what = f"{known.name}: its request did not come through the proxy{_because(says)}"
        yield Finding(level="bad", what=what, remedy=f"headroom wrap {known.name} --dry-run shows how it is told")
        return
    yield from _keys(known, straight, through)
    yield _overhead(known, straight, through)
    if _BILLING in straight.body and any(route.upstream != DEFAULTS[route.provider] for route in routing.routes):
        what = f"{known.name}: its first line differs between sessions, so only Anthropic itself can cache what follows"
        yield Finding(level="note", what=what, remedy="export CLAUDE_CODE_ATTRIBUTION_HEADER=0")


def _because(says: Sequence[str]) -> str:
    return f" ({says[-1]})" if says else ""


def _keys(known: Agent, straight: Request, through: Request) -> Iterator[Finding]:
    if not straight.key:
        what = f"{known.name}: sends no key, with us or without"
        yield Finding(level="bad", what=what, remedy=f"sign in: start {known.name}, or set its key's variable")
    elif through.key != straight.key:
        what = (
            f"{known.name}: its key arrives in {straight.key!r} without us, in {through.key or 'no header'!r} with us"
        )
        yield Finding(level="bad", what=what, remedy="please report it")
    else:
        yield Finding(level="ok", what=f"{known.name}: a request came through the proxy, with its key ({through.key})")


def _overhead(known: Agent, straight: Request, through: Request) -> Finding:
    count = tokens.counter_for(None).count
    before, after = count(straight.body), count(through.body)
    what = f"{known.name}: a session starts with about {before:,} tokens without us, {after:,} with us ({after - before:+,})"
    much = after - before > _MUCH
    remedy = f"headroom wrap {known.name} --no-retrieve offers no tool" if much else ""
    return Finding(level="bad" if much else "ok", what=what, remedy=remedy)


def _asked(known: Agent, options: Options, probe: Probe, folder: Path, says: list[str]) -> Request | None:
    """The agent's request when it is led straight to the probe."""
    found = {route.provider: probe.url + route.suffix for route in known.routing(options.env).routes}
    launch = known.launch(options.env, found, options.home / "runs" / "doctor")
    with runner.files_of(launch, options.home / "runs" / "doctor"):
        command = [runner.program_of(known, options.env), *launch.args, *known.once, "ping"]
        _once(command, runner.environment(options.env, launch), folder, says)
    return _taken(probe)


def _asked_through(known: Agent, options: Options, probe: Probe, folder: Path, says: list[str]) -> Request | None:
    routes = tuple(replace(route, upstream=probe.url) for route in known.routing(options.env).routes)
    led = replace(known, routing=lambda _env: Routing(routes=routes))

    def start(command: Sequence[str], env: Mapping[str, str]) -> int:
        return _once(command, env, folder, says)

    runner.run(led, [*known.once, "ping"], replace(options, say=says.append, start=start))
    return _taken(probe)


def _taken(probe: Probe) -> Request | None:
    found = probe.main
    probe.requests.clear()
    return found


def _once(command: Sequence[str], env: Mapping[str, str], folder: Path, says: list[str]) -> int:
    """Run a program to its end, with nobody at its keyboard; its last words are kept where it failed."""
    settings: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    try:
        done = subprocess.run(  # noqa: S603  # the user's own agent
            list(command), env=dict(env), cwd=folder, timeout=_AGENT_SECONDS, check=False, **settings
        )
    except subprocess.TimeoutExpired:
        says.append(f"it did not end within {_AGENT_SECONDS:.0f} s")
        return 1
    if done.returncode:
        lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
        says.append(f"it ended with code {done.returncode}: {lines[-1][:200] if lines else 'no word'}")
    return done.returncode
