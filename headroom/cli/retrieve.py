"""`headroom retrieve`: an original, or the part of it that is wanted."""

from __future__ import annotations

from typing import Any

import click

from headroom.cli import _shared, _tenants
from headroom.engine import Headroom


@click.command("retrieve", context_settings=_shared.CONTEXT)
@click.argument("id")
@click.option("--lines", metavar="RANGES", help="Line numbers, from 1: '120-180,400,900-'.")
@click.option("--rows", metavar="RANGES", help="Rows of a JSON array or JSON Lines, from 0: '0-20,57'.")
@click.option("--grep", metavar="REGEX", help="Lines, or rows, that a Python regular expression matches.")
@click.option("--query", metavar="WORDS", help="Lines, or rows, with these words, the best first.")
@click.option("--fields", metavar="PATHS", multiple=True, help="JSON values by path: 'a.b,items[3-9].id'.")
@click.option("--max-tokens", metavar="N", type=click.IntRange(min=1), help="No more tokens than this.")
@_shared.store_option
@click.pass_context
def command(ctx: click.Context, /, id: str, fields: tuple[str, ...], store: str | None, **given: Any) -> None:
    """Print the original with this ID, byte for byte, or a part of it.

    A part opens with a line that says how much there is, and how to get the next one. That nothing matches is an answer
    too: "0 matches in all 2,000 lines", exit code 0.

    \b
    Examples:
      headroom retrieve hr_9f2c41d07ab3 > original.log
      headroom retrieve hr_9f2c41d07ab3 --lines 120-180
      headroom retrieve hr_9f2c41d07ab3 --grep "timeout|refused" --max-tokens 500
      headroom retrieve hr_5d0c77aa01e2 --fields "orders[0-9].status"

    Exit code 3: the id was never stored here. 4: it was, and has been removed since.
    """  # noqa: D301  # click reads \b as "do not wrap"
    paths = [path.strip() for listed in fields for path in listed.split(",") if path.strip()]
    wanted = id.strip()
    with Headroom(store=_tenants.holder(_tenants.tenants(ctx, store), wanted)) as engine:
        found = engine.retrieve(wanted, fields=paths or None, **given)
    whole = not paths and not any(given.values())
    _shared.write(found.text if whole or found.text.endswith("\n") else f"{found.text}\n")
