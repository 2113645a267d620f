"""`headroom store`: what is kept, what is known of it, and how to be rid of it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timezone

import click

from headroom.cli import _shared, _tenants
from headroom.store import _cipher
from headroom.store._api import Store, Stored

_DAY = 86400.0
_OWN = "default"


@click.group("store", context_settings=_shared.CONTEXT, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Look at the originals that are kept, export them, remove them.

    What nobody used for 30 days is removed by itself, and the longest unused when all take more than 2 GiB. What a proxy
    keeps, a namespace per credential, is among them.

    \b
    Examples:
      headroom store ls --limit 10
      headroom store show hr_9f2c41d07ab3
      headroom store purge --idle 7
      headroom store export backup.jsonl
    """  # noqa: D301  # click reads \b as "do not wrap"
    _shared.help_without_command(ctx)


@command.command("new-key")
def new_key() -> None:
    """Print a fresh key for encrypting the store's texts.

    Set it as HEADROOM_STORE_KEY, or name a file that holds it with HEADROOM_STORE_KEY_FILE. What is stored from then on is
    encrypted; what was stored before stays as it is. Whoever loses the key loses the texts.
    """
    _shared.write(_cipher.new_key() + "\n")


@command.command("ls")
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="No more than so many, the last used first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line, sizes in characters and bytes.")
@_tenants.namespace_option
@_shared.store_option
@click.pass_context
def ls(ctx: click.Context, limit: int | None, as_json: bool, namespace: str | None, store: str | None) -> None:
    """List the originals, the last used first."""
    kept = _tenants.tenants(ctx, store, namespace)
    found = [(tenant.namespace, stored) for tenant in kept for stored in tenant.ls(limit)]
    found = sorted(found, key=lambda pair: -pair[1].last_used)[:limit]
    if as_json:
        for name, stored in found:
            _shared.write(_shared.to_json({**asdict(stored), "namespace": name}) + "\n")
        return
    if not found:
        _shared.note("the store is empty")
        return
    now = time.time()
    head = ("ID", "KIND", "CHARS", "LINES", "ON DISK", "CREATED", "LAST USED", "NAMESPACE")
    rows = [(*_row(stored, now), name) for name, stored in found]
    columns = len(head) if any(name != _OWN for name, _ in found) else -1
    _shared.write(_shared.table(head[:columns], [row[:columns] for row in rows], right="  >>>>>") + "\n")


def _row(stored: Stored, now: float) -> tuple[str, ...]:
    return (
        stored.id,
        stored.kind or "-",
        f"{stored.chars:,}",
        f"{stored.lines:,}",
        _shared.size(stored.stored_bytes),
        f"{_shared.ago(now - stored.created)} ago",
        f"{_shared.ago(now - stored.last_used)} ago",
    )


@command.command("show")
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object; times in seconds since the epoch.")
@_shared.store_option
@click.pass_context
def show(ctx: click.Context, id: str, as_json: bool, store: str | None) -> None:
    """What is known of one original. Its text: `headroom retrieve ID`."""
    wanted = id.strip()
    kept = _tenants.holder(_tenants.tenants(ctx, store), wanted)
    stored = kept.info(wanted)
    if as_json:
        _shared.write(_shared.to_json({**asdict(stored), "namespace": kept.namespace}) + "\n")
        return
    facts = {
        "id": stored.id,
        "namespace": kept.namespace,
        "kind": stored.kind or "-",
        "length": f"{_shared.plural(stored.chars, 'character')} in {_shared.plural(stored.lines, 'line')}",
        "on disk": _shared.size(stored.stored_bytes),
        "created": _when(stored.created),
        "last used": _when(stored.last_used),
        "state": "removed; only this entry is left" if stored.expired else f"kept: headroom retrieve {stored.id}",
    }
    _shared.write("".join(f"{name:<10} {value}\n" for name, value in facts.items()))


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=timezone.utc).astimezone().isoformat(" ", "seconds")


@command.command("purge")
@click.option("--id", "ids", metavar="ID", multiple=True, help="Only this one. May be given often.")
@click.option("--idle", metavar="DAYS", type=click.FloatRange(min=0), help="Only what was not used for so many days.")
@click.option("--all", "everything", is_flag=True, help="All originals.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@_tenants.namespace_option
@_shared.store_option
@click.pass_context
def purge(
    ctx: click.Context,
    *,
    ids: tuple[str, ...],
    idle: float | None,
    everything: bool,
    yes: bool,
    namespace: str | None,
    store: str | None,
) -> None:
    """Remove originals, and what was shown of them, for good.

    With --id and --idle both must hold. Their ids answer "expired" from then on.
    """
    if everything == bool(ids or idle is not None):
        raise click.UsageError("say what to remove: --id ID, --idle DAYS, or --all alone")
    kept = _tenants.tenants(ctx, store, namespace)
    ids = tuple(dict.fromkeys(map(str.strip, ids)))
    for wanted in ids:
        _tenants.holder(kept, wanted)  # one that is not known is an error rather than nothing
    chosen = [(tenant, stored) for tenant in kept for stored in _chosen(tenant, ids, idle)]
    if not chosen:
        _shared.note("nothing to remove")
        return
    what = f"{_shared.plural(len(chosen), 'original')} ({_shared.size(sum(s.stored_bytes for _, s in chosen))})"
    if not yes and not _confirmed(f"Remove {what} for good?"):
        raise click.ClickException("nothing was removed")
    seconds = None if idle is None else idle * _DAY
    removed = sum(tenant.purge(ids=ids or None, idle_seconds=seconds) for tenant in kept)
    _shared.note(f"removed {_shared.plural(removed, 'original')}")


def _confirmed(question: str) -> bool:
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        click.echo(err=True)  # the question's line has not ended
        raise


def _chosen(kept: Store, ids: tuple[str, ...], idle: float | None) -> Iterator[Stored]:
    """What a purge would remove."""
    before = float("inf") if idle is None else time.time() - idle * _DAY
    return (stored for stored in kept.ls() if (not ids or stored.id in ids) and stored.last_used <= before)


@command.command("export")
@click.argument("file", default="-", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@_tenants.namespace_option
@_shared.store_option
@click.pass_context
def export(ctx: click.Context, file: str, force: bool, namespace: str | None, store: str | None) -> None:
    """Write all originals as JSON Lines to FILE, which only you may read, or to stdout.

    Each line holds id, namespace, kind, created, last_used and text.
    """
    kept = _tenants.tenants(ctx, store, namespace)
    found = ((tenant.namespace, *pair) for tenant in kept for pair in tenant.iter_originals())
    records = (json.dumps(_record(*each)) + "\n" for each in found)  # ASCII: any code point survives
    if file == "-":
        for record in records:
            _shared.write(record)
        return
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if force else os.O_EXCL)
    try:
        descriptor = os.open(file, flags, 0o600)
    except FileExistsError as error:
        raise click.UsageError(f"{file} is there already; --force overwrites it") from error
    count = 0
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        for count, record in enumerate(records, 1):  # noqa: B007  # used after the loop
            stream.write(record)
    _shared.note(f"{_shared.plural(count, 'original')} written to {file}")


def _record(namespace: str, stored: Stored, text: str) -> dict[str, object]:
    return {
        "id": stored.id,
        "namespace": namespace,
        "kind": stored.kind,
        "created": stored.created,
        "last_used": stored.last_used,
        "text": text,
    }
