"""What leaves a store, and when: SQL on an open transaction of `store.sql`, which decides when to call it.

An original that leaves becomes a tombstone. The visible texts that were made from it and the ledger's decisions about
it leave with it; digests of what was shown stay, so that Headroom still recognises its own texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from headroom.store._schema import events, originals, projections, shown

GRACE_SECONDS = 7200.0
"""What was used within this time is never removed to save space: its marker may just have been returned."""
BATCH = 400
"""Rows that one transaction may remove: the most that a sweep adds to the save it rides on."""
_EVENTS_SECONDS = 400 * 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how much a namespace keeps. Seconds; compressed bytes of originals and visible texts."""

    max_idle: float
    max_bytes: int


def expire(
    connection: Connection, namespace: str, *, ids: Sequence[str] | None = None, unused_since: float | None = None
) -> int:
    """Remove at most `BATCH` originals, those unused longest first; returns how many. Both conditions must hold.

    What another transaction is saving at this moment is in use, and passed over.
    """
    mine = originals.c.namespace == namespace
    wanted = select(originals.c.id).where(mine, originals.c.stored_bytes > 0)
    if ids is not None:
        wanted = wanted.where(originals.c.id.in_(ids))
    if unused_since is not None:
        wanted = wanted.where(originals.c.last_used <= unused_since)
    doomed = connection.scalars(
        wanted.order_by(originals.c.last_used).limit(BATCH).with_for_update(skip_locked=True)
    ).all()
    if doomed:
        connection.execute(
            update(originals).where(mine, originals.c.id.in_(doomed)).values(content=None, stored_bytes=0)
        )
        connection.execute(
            update(shown)
            .where(shown.c.namespace == namespace, shown.c.id.in_(doomed))
            .values(content=None, stored_bytes=0)
        )
        connection.execute(
            delete(projections).where(projections.c.namespace == namespace, projections.c.id.in_(doomed))
        )
    return len(doomed)


def sweep(connection: Connection, namespace: str, limits: Limits, now: float) -> bool:
    """Apply the limits with bounded work; returns whether there is more to do."""
    idle = now - max(limits.max_idle, GRACE_SECONDS)
    more = expire(connection, namespace, unused_since=idle) == BATCH
    ledger = (projections.c.namespace == namespace, projections.c.id.is_(None), projections.c.last_used <= idle)
    stale = connection.scalars(select(projections.c.key).where(*ledger).limit(BATCH)).all()
    if stale:
        connection.execute(delete(projections).where(*ledger, projections.c.key.in_(stale)))
    connection.execute(delete(events).where(events.c.namespace == namespace, events.c.at < now - _EVENTS_SECONDS))
    surplus = _surplus(connection, namespace, limits.max_bytes, now - GRACE_SECONDS)
    if surplus:
        expire(connection, namespace, ids=surplus)
    return more or len(stale) == BATCH or len(surplus) == BATCH


def idle(connection: Connection, prefix: str, unused_since: float) -> list[str]:
    """The namespaces that begin with `prefix` and hold something that nobody has used for so long."""
    mine = originals.c.namespace.startswith(prefix, autoescape=True)
    wanted = select(originals.c.namespace).where(mine, originals.c.last_used <= unused_since)
    return list(connection.scalars(wanted.where(originals.c.stored_bytes > 0).distinct()))


def _surplus(connection: Connection, namespace: str, max_bytes: int, before: float) -> list[str]:
    """The ids to remove so that the namespace fits its limit, those unused longest first."""
    total = sum(
        connection.scalar(select(func.coalesce(func.sum(t.c.stored_bytes), 0)).where(t.c.namespace == namespace)) or 0
        for t in (originals, shown)
    )
    over = int(total) - max_bytes
    if over <= 0:
        return []
    visible = select(func.coalesce(func.sum(shown.c.stored_bytes), 0)).where(
        shown.c.namespace == namespace, shown.c.id == originals.c.id
    )
    rows = connection.execute(
        select(originals.c.id, originals.c.stored_bytes + visible.scalar_subquery())
        .where(originals.c.namespace == namespace, originals.c.stored_bytes > 0, originals.c.last_used <= before)
        .order_by(originals.c.last_used)
        .limit(BATCH)
    )
    doomed: list[str] = []
    for name, size in rows:
        if over <= 0:
            break
        doomed.append(name)
        over -= int(size)
    return doomed
