"""`headroom mcp`: the MCP server, and its entry in the configuration of agents."""

from __future__ import annotations

import importlib
import importlib.util
import io
import socket
import sys
from pathlib import Path
from types import ModuleType

import click

from headroom import _token, config
from headroom.cli import _shared
from headroom.mcp import clients
from headroom.mcp.tools import Tools
from headroom.wrap import edits
from headroom.wrap.journal import Journal

_NEEDED = "the MCP server needs an extra: pip install 'headroom-context[mcp]'"


@click.group(
    "mcp",
    context_settings=_shared.CONTEXT,
    invoke_without_command=True,
    short_help="Serve the tools to any MCP client.",
)
@click.option("--http", is_flag=True, help="Serve streamable HTTP in place of stdio.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="With --http: where to listen.")
@click.option(
    "--port", default=8788, show_default=True, metavar="N", type=click.IntRange(0, 65535), help="With --http."
)
@click.option("--allow-host", metavar="NAME", multiple=True, help="With --http: a Host to answer besides loopback.")
@click.option("--root", metavar="DIR", multiple=True, help="A folder whose files may be read.  [default, stdio: here]")
@click.option("--no-files", is_flag=True, help="Read no files: headroom_compress takes text alone.")
@click.option(
    "--profile", type=click.Choice(_shared.PROFILES), default="safe", show_default=True, help="As in compress."
)
@_shared.store_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    http: bool,
    host: str,
    port: int,
    allow_host: tuple[str, ...],
    root: tuple[str, ...],
    no_files: bool,
    profile: str,
    store: str | None,
) -> None:
    """Serve the tools headroom_compress, headroom_retrieve and headroom_stats to any MCP client.

    Without a command: over stdio, for clients that start this program themselves, or with --http at /mcp. Over HTTP a
    client must send the token that is kept in the file `token` of ~/.headroom. `install` writes the server into the
    configuration of an agent.

    \b
    Examples:
      headroom mcp install claude --dry-run
      headroom mcp install claude
      headroom mcp --http --port 8788
      headroom mcp uninstall claude
    """  # noqa: D301  # click reads \b as "do not wrap"
    if ctx.invoked_subcommand is not None:
        return
    server = _server()
    engine = _shared.engine(ctx, store, profile=profile)
    tools = Tools(engine, _roots(root, here=not http, none=no_files))
    server.log_to_stderr()
    if http:
        _serve_http(server, tools, host, port, allow_host)
        return
    if sys.stdin.isatty():
        _shared.note(
            "waiting for an MCP client on stdin; `headroom mcp install CLIENT` lets an agent start this itself"
        )
    server.serve_stdio(tools)
    if sys.stdout.closed:  # SDK 1.x does that; what ends the program flushes it
        sys.stdout = io.StringIO()


def _server() -> ModuleType:
    try:
        return importlib.import_module("headroom.mcp.server")
    except ImportError as error:
        raise click.ClickException(f"{_NEEDED} ({error})") from error


def _roots(given: tuple[str, ...], *, here: bool, none: bool) -> list[Path]:
    if none:
        return []
    for folder in given:
        if not Path(folder).is_dir():
            raise click.UsageError(f"--root: {folder!r} is no folder")
    return [Path(folder) for folder in given] or ([Path.cwd()] if here else [])


def _serve_http(server: ModuleType, tools: Tools, host: str, port: int, hosts: tuple[str, ...]) -> None:
    token = _token.install_token()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        sock = socket.create_server((host, port), family=family)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    with sock:
        shown = f"[{host}]" if ":" in host else host
        _shared.note(
            f"MCP at http://{shown}:{sock.getsockname()[1]}/mcp; clients send 'Authorization: Bearer …' with what is in"
            f" {config.home() / 'token'}"
        )
        server.serve_http(tools, sock, token=token, hosts=[host, *hosts])


# ------------------------------------------------------------------------------------------------------------- clients


@command.command("install", short_help="Write the server into an agent's configuration.")
@click.argument("client", type=click.Choice(list(clients.CLIENTS)))
@click.option("--dry-run", is_flag=True, help="Show the change and make none.")
def install(client: str, *, dry_run: bool) -> None:
    """Write the server into the configuration of CLIENT, for all projects of this user.

    Comments and layout of the file stay. The bytes that were there before are kept in a journal, so that `headroom mcp
    uninstall CLIENT` puts them back. A file that git tracks is not touched.
    """
    if importlib.util.find_spec("mcp") is None:
        raise click.ClickException(_NEEDED)
    planned = clients.plan(client, config.environment())
    if dry_run:
        _shared.write(edits.difference(planned) or f"{planned.file} has this entry already\n")
        return
    if Journal(config.home()).apply(f"mcp:{client}", planned):
        _shared.note(f"written to {planned.file}; start {client} anew to see the tools")
    else:
        _shared.note(f"{planned.file} has this entry already")


@command.command("uninstall", short_help="Take the server out of an agent's configuration.")
@click.argument("client", type=click.Choice(list(clients.CLIENTS)))
@click.option("--dry-run", is_flag=True, help="Show the change and make none.")
def uninstall(client: str, *, dry_run: bool) -> None:
    """Put the configuration of CLIENT back as it was before `install`, byte for byte.

    Where the file was changed otherwise since, only our entry is taken out of it.
    """
    journal = Journal(config.home())
    found = journal.entries(f"mcp:{client}")
    if not found:
        _shared.note(f"nothing to undo: `headroom mcp install {client}` has not written anything")
        return
    for entry in reversed(found):
        if dry_run:
            _shared.write(journal.undo_difference(entry))
        else:
            _shared.note(journal.undo(entry).said)
