"""The tree of commands, and what every failure looks like: one line on stderr and an exit code, never a traceback.

A command is imported when it is run or listed. Above stands only `headroom.__main__`.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence

import click

from headroom._version import __version__
from headroom.cli._shared import CONTEXT, Common, help_without_command, note, store_option
from headroom.exceptions import ExpiredIdError, HeadroomError, UnknownIdError

_COMMANDS: Mapping[str, str] = {
    "compress": "headroom.cli.compress",
    "retrieve": "headroom.cli.retrieve",
    "store": "headroom.cli.store",
    "perf": "headroom.cli.perf",
    "proxy": "headroom.cli.proxy",
    "mcp": "headroom.cli.mcp",
    "wrap": "headroom.cli.wrap",
    "unwrap": "headroom.cli.wrap:unwrap",
    "doctor": "headroom.cli.doctor",
}

_PIPE_CLOSED = 141  # what a program that SIGPIPE ended has, so that a shell sees no difference
_INTERRUPTED = 130


class _Lazy(click.Group):
    """A group whose commands live in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        module, _, name = module.partition(":")
        command = getattr(importlib.import_module(module), name or "command")
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Lazy, context_settings=CONTEXT, invoke_without_command=True)
@store_option
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, message="headroom %(version)s")
@click.pass_context
def headroom(ctx: click.Context, store: str | None, debug: bool) -> None:
    """Shorten what an AI agent reads, keep every original, give any part of it back.

    \b
    Examples:
      pytest -v 2>&1 | headroom compress --command "pytest -v"
      headroom compress server.log --query "why did checkout fail"
      headroom retrieve hr_9f2c41d07ab3 --grep "timeout|refused"
      headroom store ls

    Originals are kept on this machine, in ~/.headroom unless HEADROOM_HOME or HEADROOM_STORE say otherwise. Besides a
    database that --store or HEADROOM_STORE names, only `proxy` and `wrap` use the network: for the agents' own requests, to
    the agents' own providers.

    \b
    Exit codes: 0 done · 1 failed · 2 wrong usage · 3 unknown id · 4 expired id
    """  # noqa: D301  # click reads \b as "do not wrap"
    ctx.obj = Common(store=store, debug=debug)
    help_without_command(ctx)


def run(args: Sequence[str]) -> int:
    """Run one command line; returns the exit code and raises nothing."""
    try:
        return _guarded(lambda: _invoke(args), debug="--debug" in args)
    except KeyboardInterrupt:  # a second Ctrl-C, while the first was being reported
        return _INTERRUPTED


def _invoke(args: Sequence[str]) -> int:
    code = headroom.main(list(args), prog_name="headroom", standalone_mode=False)
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _guarded(work: Callable[[], int], *, debug: bool) -> int:
    try:
        return work()
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx is not None else "headroom"
        return _fail(f"{error.format_message()} (try '{where} --help')", 2)
    except click.ClickException as error:
        return _fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", _INTERRUPTED)
    except (BrokenPipeError, SystemExit):  # click makes the latter of the former
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the flush at exit fails no more
        return _PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  # the last line of defence: a person reads this
        if debug:
            traceback.print_exc()
        return _fail(_said(error), _code(error))


def _code(error: Exception) -> int:
    if isinstance(error, UnknownIdError):
        return 3
    return 4 if isinstance(error, ExpiredIdError) else 1


def _said(error: Exception) -> str:
    if isinstance(error, HeadroomError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"internal error, please report it: {type(error).__name__}: {error} (--debug shows the traceback)"


def _fail(message: str, code: int) -> int:
    note(message)
    return code
