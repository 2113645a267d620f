"""`headroom wrap` and `headroom unwrap`: an agent with the proxy in between, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from headroom import config
from headroom.cli import _shared
from headroom.wrap import edits, runner
from headroom.wrap.agents import AGENTS, Agent
from headroom.wrap.journal import Journal

_PORT = 8787
_LASTING = "`headroom proxy --namespace default`"


@click.command(
    "wrap",
    context_settings={**_shared.CONTEXT, "ignore_unknown_options": True},
    short_help="Start an agent with the proxy in between.",
)
@click.option("--port", metavar="N", type=click.IntRange(1, 65535), default=_PORT, show_default=True,
              help="Where a proxy may run already; without one, one is started for this run.")  # fmt: skip
@click.option("--profile", type=click.Choice(_shared.PROFILES), help="How much may be left out.  [default: safe]")
@click.option("--config", "rules", metavar="FILE", help="TOML with profile, keep, and rules by tool.")
@click.option("--no-retrieve", is_flag=True, help="Offer the model no tool, and so leave nothing out.")
@click.option(
    "--persist", is_flag=True, help="Write the proxy's address into the agent's configuration, start nothing."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@_shared.store_option
@click.argument("agent", type=click.Choice(list(AGENTS)))
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def command(ctx: click.Context, /, agent: str, args: tuple[str, ...], port: int, **given: Any) -> int:
    """Start an agent so that what it reads is shortened on the way to its model.

    Only the agent's own process is told: by its environment, and by arguments where it reads no variable. A proxy is
    started for it unless one runs; when the proxy dies, requests go straight to the provider. ARGS go to the agent, its
    exit code comes back. What stands behind -- goes to the agent even where an option of that name is known here.

    With --persist the address of a proxy that you keep running goes into the agent's configuration; `headroom unwrap`
    takes it out again, byte for byte.

    \b
    Examples:
      headroom wrap claude
      headroom wrap codex -- exec "why do the tests fail"
      headroom wrap gemini --profile balanced -- -p "read the log"
      headroom wrap claude --persist --dry-run
    """  # noqa: D301  # click reads \b as "do not wrap"
    chosen, env, home = AGENTS[agent], config.environment(), config.home()
    if given["persist"]:
        _persist(chosen, f"http://127.0.0.1:{port}", dry_run=given["dry_run"])
        return 0
    common = ctx.find_root().obj
    store = given["store"] or (common.store if isinstance(common, _shared.Common) else None)
    proxy_args = [
        *([f"--profile={given['profile']}"] if given["profile"] else []),
        *([f"--config={Path(given['rules']).absolute()}"] if given["rules"] else []),
        *(["--no-retrieve"] if given["no_retrieve"] else []),
        *([f"--store={store}"] if store else []),
    ]
    options = runner.Options(home=home, env=env, port=port, proxy_args=tuple(proxy_args), say=_shared.note)
    if given["dry_run"]:
        _shared.write(runner.described(chosen, args, options))
        return 0
    return runner.run(chosen, args, options)


def _persist(agent: Agent, address: str, *, dry_run: bool) -> None:
    env, journal = config.environment(), Journal(config.home())
    for planned in agent.lasting(env, address):
        if dry_run:
            _shared.write(edits.difference(planned) or f"{planned.file} says so already\n")
        elif journal.apply(f"wrap:{agent.name}", planned):
            _shared.note(f"written to {planned.file}")
        else:
            _shared.note(f"{planned.file} says so already")
    why = agent.routing(env).why
    if why:
        _shared.note(f"{agent.name}: {why}")
    elif not dry_run:
        if runner.ready(int(address.rpartition(":")[2])) is None:
            _shared.note(f"no proxy runs at {address}; {agent.name} needs it from now on: {_LASTING}")
        alias = f"alias {agent.programs[0]}='headroom wrap {agent.name} --'"
        _shared.note(f"it cannot go on without that proxy; in place of --persist, {alias} can")


@click.command("unwrap", context_settings=_shared.CONTEXT, short_help="Put configuration back as it was.")
@click.argument("agent", type=click.Choice(list(AGENTS)), required=False)
@click.option("--all", "everything", is_flag=True, help="Every agent, and what `headroom mcp install` wrote.")
@click.option("--dry-run", is_flag=True, help="Show the change and make none.")
def unwrap(agent: str | None, *, everything: bool, dry_run: bool) -> None:
    """Put configuration back as it was before `wrap --persist`, and what a run that was killed has left.

    Files come back byte for byte, checked by hash. Where one was changed otherwise since, only our settings are taken
    out of it.

    \b
    Examples:
      headroom unwrap claude
      headroom unwrap --all --dry-run
    """  # noqa: D301  # click reads \b as "do not wrap"
    if (agent is None) != everything:
        raise click.UsageError("name an agent, or --all")
    home = config.home()
    journal = Journal(home)
    if not dry_run:
        runner.clean_up(home)
    found = [entry for entry in journal.entries() if everything or entry.owner == f"wrap:{agent}"]
    for entry in reversed(found):
        if dry_run:
            _shared.write(journal.undo_difference(entry))
        else:
            _shared.note(journal.undo(entry).said)
    if not found:
        _shared.note("nothing to undo")
