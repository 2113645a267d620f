"""`headroom doctor`: what works on this machine, what does not, and what to type."""

from __future__ import annotations

from collections.abc import Iterator

import click

from headroom import config
from headroom.cli import _shared
from headroom.wrap import checks, runner
from headroom.wrap.agents import AGENTS
from headroom.wrap.checks import Finding
from headroom.wrap.journal import Journal

_SIGNS = {"ok": "ok  ", "note": "note", "bad": "BAD "}


@click.command(
    "doctor", context_settings=_shared.CONTEXT, short_help="What works here, and what to type where it does not."
)
@click.argument("agents", nargs=-1, type=click.Choice(list(AGENTS)))
@click.option("--no-agents", is_flag=True, help="Start no agent.")
@click.option("--port", metavar="N", type=click.IntRange(1, 65535), default=8787, show_default=True,
              help="Where the proxy runs that agents are led to for good.")  # fmt: skip
@_shared.store_option
@click.pass_context
def command(ctx: click.Context, agents: tuple[str, ...], *, no_agents: bool, port: int, store: str | None) -> int:
    """Check the store, the proxy, what was written into configuration, and every agent that is installed.

    Each agent (or those that are named) is started twice with the question "ping", once straight and once through a
    proxy, and answered by a provider of ours on this machine: that costs nothing and leaves the machine nowhere. It shows
    whether its key arrives, and how many tokens we add to the start of a session.

    \b
    Examples:
      headroom doctor
      headroom doctor claude
      headroom doctor --no-agents

    Exit code 1: something is bad. What to type stands below it.
    """  # noqa: D301  # click reads \b as "do not wrap"
    common = ctx.find_root().obj
    url = store or (common.store if isinstance(common, _shared.Common) else None)
    bad = 0
    for finding in _findings(agents, url, port, none=no_agents):
        bad += finding.level == "bad"
        remedy = f"      {finding.remedy}\n" if finding.remedy else ""
        _shared.write(f"{_SIGNS[finding.level]}  {finding.what}\n{remedy}")
    return 1 if bad else 0


def _findings(names: tuple[str, ...], store: str | None, port: int, *, none: bool) -> Iterator[Finding]:
    env, home = config.environment(), config.home()
    yield from checks.store(store)
    yield from checks.parts()
    yield from checks.proxy(port)
    yield from checks.addresses(env)
    yield from checks.journal(Journal(home))
    if none:
        return
    options = runner.Options(home=home, env=env, port=port, say=_shared.note)
    chosen = [AGENTS[name] for name in names] or checks.installed(env)
    if not chosen:
        yield Finding(level="note", what="agents: none of those that are known is on the PATH")
    for agent in chosen:
        runner.program_of(agent, env)
        yield from checks.agent(agent, options)
