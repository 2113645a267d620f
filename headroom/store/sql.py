"""`CCRStore`: the durable store, on SQLAlchemy Core. SQLite by default, PostgreSQL or MySQL by URL.

What a call has returned is committed. On SQLite (WAL, `synchronous = NORMAL`) that survives a killed process at any
moment; a power cut may take the last moments with it, but never damages what is older. Not asynchronous: the engine
runs it in a thread. The tables are in `_schema`, connections and errors in `_database`, what leaves in `_retention`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Insert, Row, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from headroom.exceptions import ExpiredIdError, StoreError, UnknownIdError
from headroom.store import _codec, _retention
from headroom.store._api import Entry, Event, Projection, Saved, Store, Stored
from headroom.store._database import Database, parse_url
from headroom.store._schema import events as events_table
from headroom.store._schema import originals, projections, shown

MAX_IDLE_DAYS = 30.0
MAX_BYTES = 2 * 2**30
BUSY_TIMEOUT = 10.0

_CHUNK = 400  # values in one IN: old SQLite allows 999 in a statement
_TOUCH_SECONDS = 3600.0
_SWEEP_SECONDS = 600.0
_T = TypeVar("_T")

_ABOUT = [originals.c[name] for name in ("id", "kind", "chars", "lines", "stored_bytes", "created", "last_used")]
# Locks its rows where a database can, so that nobody expires what a save has found to be there.
_ORIGINALS = (
    select(originals.c.id, originals.c.digest, originals.c.last_used, originals.c.content)
    .where(originals.c.namespace == bindparam("ns"), originals.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(originals.c.id)
    .with_for_update()
)
_CONTENT = select(originals.c.content, originals.c.last_used).where(
    originals.c.namespace == bindparam("ns"), originals.c.id == bindparam("one")
)
_SHOWN = select(shown.c.digest).where(
    shown.c.namespace == bindparam("ns"), shown.c.digest.in_(bindparam("digests", expanding=True))
)
_LEDGER = (
    select(projections, shown.c.content)
    .outerjoin(
        shown,
        (shown.c.namespace == projections.c.namespace)
        & (shown.c.digest == projections.c.digest)
        & (shown.c.id == projections.c.id),
    )
    .where(projections.c.namespace == bindparam("ns"), projections.c.key.in_(bindparam("keys", expanding=True)))
)
_REVIVE = (
    update(originals)
    .where(originals.c.namespace == bindparam("b_namespace"), originals.c.id == bindparam("b_id"))
    .values({name: bindparam(f"b_{name}") for name in ("content", "stored_bytes", "last_used")})
)
_REVIVE_SHOWN = (
    update(shown)
    .where(
        shown.c.namespace == bindparam("b_namespace"),
        shown.c.digest == bindparam("b_digest"),
        shown.c.id == bindparam("b_id"),
        shown.c.content.is_(None),
    )
    .values({name: bindparam(f"b_{name}") for name in ("content", "stored_bytes")})
)


class CCRStore(Store):
    """Originals, ledger and events in a database, shared by any number of processes.

    Nothing is opened before the first use. Give it a URL (`from_url`), a file (`from_path`) or an engine of your own:

        CCRStore.from_url("postgresql://user:password@host/db", namespace="team-a")
        CCRStore(engine=my_engine)

    An engine of yours keeps its own settings (for SQLite, set WAL and a busy timeout) and is never disposed of here.

    Args:
        engine: a synchronous SQLAlchemy engine. Tables are created in it, all named `headroom_…`.
        namespace: the tenant; limits and ids are its own.
        max_idle_days: originals that nobody used for so long expire.
        max_bytes: compressed bytes of originals and visible texts; beyond it the longest unused originals expire, but
            none that was used within the last two hours.
        busy_timeout: seconds to wait for another process that is writing to the same SQLite file.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        *,
        engine: Engine | URL,
        namespace: str = "default",
        max_idle_days: float = MAX_IDLE_DAYS,
        max_bytes: int = MAX_BYTES,
        busy_timeout: float = BUSY_TIMEOUT,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._namespace = _codec.checked_namespace(namespace)
        self._limits = _retention.Limits(max_idle=max_idle_days * 86400, max_bytes=max_bytes)
        self._clock = clock
        self._database = Database(engine, busy_timeout=busy_timeout)
        self._next_sweep = 0.0
        self._next_touch = 0.0
        self._written = 0

    @classmethod
    def from_url(
        cls,
        url: str | URL,
        *,
        namespace: str = "default",
        max_idle_days: float = MAX_IDLE_DAYS,
        max_bytes: int = MAX_BYTES,
        busy_timeout: float = BUSY_TIMEOUT,
    ) -> CCRStore:
        """A store at a SQLAlchemy URL, e.g. `sqlite:////home/me/store.db`; `postgresql://` and `mysql://` take the
        drivers that the extras `postgres` and `mysql` install.

        Raises:
            StoreError: when it is no URL. That nothing can be reached there shows at the first use.
        """
        return cls(
            engine=parse_url(url),
            namespace=namespace,
            max_idle_days=max_idle_days,
            max_bytes=max_bytes,
            busy_timeout=busy_timeout,
        )

    @classmethod
    def from_path(cls, path: str | Path, *, namespace: str = "default") -> CCRStore:
        """A store in an SQLite file, whatever characters its path has."""
        return cls(engine=URL.create("sqlite", database=str(Path(path).expanduser())), namespace=namespace)

    @property
    def namespace(self) -> str:
        return self._namespace

    def __repr__(self) -> str:
        return f"CCRStore({self._database.name!r}, namespace={self._namespace!r})"

    # ------------------------------------------------------------------------------------------------------- writing

    def save(self, entries: Sequence[Entry], events: Sequence[Event] = ()) -> Saved:
        _codec.check_entries(entries)
        if not entries and not events:
            return Saved()
        now = self._clock()
        texts = {at: self._original(entry, now) for at, entry in enumerate(entries) if entry.original is not None}
        decisions = [self._decision(entry, now) for entry in entries]
        with self._database.write() as connection:
            collided = self._put(connection, texts)
            kept = [row for at, row in enumerate(decisions) if at not in collided]
            self._show(connection, [row for row in kept if row["content"] is not None])
            self._remember(connection, [row for row in kept if row["key"] is not None])
            if events:
                connection.execute(insert(events_table), [self._event(event, now) for event in events])
        self._written += sum(row["stored_bytes"] for row in texts.values())
        self._sweep(now)
        return Saved(collided=collided)

    def record(self, events: Sequence[Event]) -> None:
        self.save((), events)

    def _original(self, entry: Entry, now: float) -> dict[str, Any]:
        assert entry.original is not None
        data = _codec.to_utf8(entry.original)
        packed = _codec.pack(data)
        return {
            "namespace": self._namespace,
            "id": entry.id,
            "kind": _codec.label(entry.kind),
            "digest": _codec.digest(data),
            "chars": len(entry.original),
            "lines": entry.original.count("\n") + 1,
            "stored_bytes": len(packed),
            "created": now,
            "last_used": now,
            "content": packed,
        }

    def _decision(self, entry: Entry, now: float) -> dict[str, Any]:
        """A row for `shown` and one for `projections` in one dictionary; each statement takes its own columns."""
        data = None if entry.visible is None else _codec.to_utf8(entry.visible)
        packed = None if data is None else _codec.pack(data)
        return {
            "namespace": self._namespace,
            "key": None if entry.key is None else _codec.stored_key(entry.key),
            "digest": None if data is None else _codec.digest(data),
            "id": entry.id,
            "kind": _codec.label(entry.kind),
            "compressor": _codec.label(entry.compressor),
            "lossless": entry.lossless,
            "reason": _codec.label(entry.reason),
            "last_used": now,
            "stored_bytes": len(packed or b""),
            "content": packed,
        }

    def _event(self, event: Event, now: float) -> dict[str, Any]:
        return {
            "namespace": self._namespace,
            "at": now,
            "name": _codec.label(event.name),
            "kind": _codec.label(event.kind),
            "reason": _codec.label(event.reason),
            "blocks": event.blocks,
            "chars_before": event.chars_before,
            "chars_after": event.chars_after,
            "tokens_before": event.tokens_before,
            "tokens_after": event.tokens_after,
        }

    def _put(self, connection: Connection, texts: dict[int, dict[str, Any]]) -> dict[int, str]:
        """Insert what is new; returns the longer ids of texts whose id belongs to another text."""
        if not texts:
            return {}
        wanted: dict[str, dict[str, Any]] = {}
        for row in texts.values():
            wanted.setdefault(row["id"], row)  # of two texts under one id in a batch, the first has it
        known = self._stored(connection, wanted)
        new = [row for name, row in wanted.items() if name not in known]
        if new and self._insert_new(connection, originals, new) != len(new):  # another process was quicker
            known = self._stored(connection, wanted)
        self._use_again(connection, [(known[name], row) for name, row in wanted.items() if name in known])
        collided: dict[int, str] = {}
        for at, row in texts.items():
            name = row["id"]
            if not (_same(known[name], row) if name in known else row["content"] == wanted[name]["content"]):
                collided[at] = self._free_id(connection, row)
        return collided

    def _stored(self, connection: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
        found: dict[str, Row[Any]] = {}
        for chunk in _chunks(list(ids)):
            found |= {row.id: row for row in connection.execute(_ORIGINALS, {"ns": self._namespace, "ids": chunk})}
        return found

    def _use_again(self, connection: Connection, pairs: list[tuple[Row[Any], dict[str, Any]]]) -> None:
        """Bring expired originals back, and count the others as used."""
        rows = [
            row
            for known, row in pairs
            if (known.content is None or known.last_used < row["last_used"] - _TOUCH_SECONDS) and _same(known, row)
        ]
        if rows:
            names = ("namespace", "id", "content", "stored_bytes", "last_used")
            connection.execute(_REVIVE, [{f"b_{name}": row[name] for name in names} for row in rows])

    def _free_id(self, connection: Connection, row: dict[str, Any]) -> str:
        candidates = _codec.longer_ids(row["id"], row["digest"])
        known = self._stored(connection, candidates)
        for name in candidates:
            if name not in known or _same(known[name], row):
                return name
        raise StoreError(f"no free id is left for a text that collides with {row['id']}")

    def _show(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        names = ("namespace", "digest", "id", "stored_bytes", "content")
        new = [{name: row[name] for name in names} for row in rows]
        if new and self._insert_new(connection, shown, new) != len(new):
            connection.execute(_REVIVE_SHOWN, [{f"b_{name}": row[name] for name in names} for row in new])

    def _remember(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        names = [column.name for column in projections.c]
        if rows:
            self._insert_new(connection, projections, [{name: row[name] for name in names} for row in rows])

    def _insert_new(self, connection: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
        """Insert the rows whose primary key is free; returns how many those were, or -1 when the driver cannot say.

        In the order of their keys: two processes that insert the same rows must not wait for each other in a circle.
        """
        rows.sort(key=lambda row: [row[column.name] for column in table.primary_key])
        statement = _INSERTS.get((connection.dialect.name, table.name))
        return connection.execute(statement if statement is not None else insert(table), rows).rowcount

    # ------------------------------------------------------------------------------------------------------- reading

    def projections(self, keys: Sequence[str]) -> dict[str, Projection]:
        names = {_codec.stored_key(key): key for key in keys}
        found: dict[str, Projection] = {}
        stale: list[tuple[str, str | None]] = []
        before = self._clock() - _TOUCH_SECONDS
        with self._database.read() as connection:
            for chunk in _chunks(list(names)):
                for row in connection.execute(_LEDGER, {"ns": self._namespace, "keys": chunk}):
                    if row.digest is not None and row.content is None:
                        continue  # it expired between two statements
                    found[names[row.key]] = _projection(row)
                    if row.last_used < before:
                        stale.append((row.key, row.id))
        if stale:
            self._touch([key for key, _ in stale], [name for _, name in stale if name is not None])
        return found

    def shown(self, texts: Sequence[str]) -> set[str]:
        digests = {_codec.digest(_codec.to_utf8(text)): text for text in texts}
        found: set[str] = set()
        if digests:
            with self._database.read() as connection:
                for chunk in _chunks(list(digests)):
                    found |= set(connection.scalars(_SHOWN, {"ns": self._namespace, "digests": chunk}))
        return {digests[name] for name in found}

    def get(self, id: str) -> str:
        row = None
        if _codec.is_id(id):
            with self._database.read() as connection:
                row = connection.execute(_CONTENT, {"ns": self._namespace, "one": id}).first()
        if row is None:
            raise UnknownIdError(_codec.unknown(id, self._namespace))
        if row.content is None:
            raise ExpiredIdError(_codec.expired(id, self._namespace))
        if row.last_used < self._clock() - _TOUCH_SECONDS:
            self._touch([], [id])
        return self._text(row.content)

    def info(self, id: str) -> Stored:
        row = None
        if _codec.is_id(id):
            with self._database.read() as connection:
                row = connection.execute(
                    select(*_ABOUT).where(originals.c.namespace == self._namespace, originals.c.id == id)
                ).first()
        if row is None:
            raise UnknownIdError(_codec.unknown(id, self._namespace))
        return _about(row)

    def ls(self, limit: int | None = None) -> Iterator[Stored]:
        query = select(*_ABOUT).where(originals.c.namespace == self._namespace, originals.c.stored_bytes > 0)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(originals.c.last_used.desc(), originals.c.id).limit(limit)).all()
        return map(_about, rows)

    def iter_originals(self) -> Iterator[tuple[Stored, str]]:
        for stored in self.ls():
            with self._database.read() as connection:
                row = connection.execute(_CONTENT, {"ns": self._namespace, "one": stored.id}).first()
            if row is not None and row.content is not None:  # else it expired since it was listed
                yield stored, self._text(row.content)

    def events(self, since: float = 0.0) -> Iterator[tuple[float, Event]]:
        query = select(events_table).where(events_table.c.namespace == self._namespace, events_table.c.at >= since)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(events_table.c.at, events_table.c.seq)).all()
        return ((row.at, Event(**{name: getattr(row, name) for name in Event.__slots__})) for row in rows)

    def _text(self, content: bytes) -> str:
        try:
            return _codec.unpack(content)
        except StoreError as e:
            raise StoreError(f"store {self._database.name}: {e}") from e

    def _touch(self, keys: Sequence[str], ids: Sequence[str]) -> None:
        """Note that these were used. A read must not fail or wait because this cannot be written."""
        now = self._clock()
        if now < self._next_touch:
            return
        with contextlib.suppress(StoreError), self._database.write(patient=False) as connection:
            for chunk in _chunks(keys):
                mine = (projections.c.namespace == self._namespace, projections.c.key.in_(chunk))
                connection.execute(update(projections).where(*mine).values(last_used=now))
            for chunk in _chunks(ids):
                mine = (originals.c.namespace == self._namespace, originals.c.id.in_(chunk))
                connection.execute(update(originals).where(*mine).values(last_used=now))
            return
        self._next_touch = now + 60

    # ------------------------------------------------------------------------------------------------------ removing

    def purge(self, *, ids: Sequence[str] | None = None, idle_seconds: float | None = None) -> int:
        unused_since = None if idle_seconds is None else self._clock() - idle_seconds
        removed = 0
        named = [[]] if ids is None else _chunks([name for name in dict.fromkeys(ids) if _codec.is_id(name)])
        for chunk in named:
            while True:
                with self._database.write() as connection:
                    gone = _retention.expire(
                        connection, self._namespace, ids=None if ids is None else chunk, unused_since=unused_since
                    )
                removed += gone
                if gone < _retention.BATCH:
                    break
        self._database.shrink()
        return removed

    def _sweep(self, now: float) -> None:
        """Apply the limits now and then. The save that it rides on is done and must not fail or wait for it."""
        if now < self._next_sweep and self._written < self._limits.max_bytes // 16:
            return
        self._next_sweep = now + _SWEEP_SECONDS
        self._written = 0
        with contextlib.suppress(StoreError), self._database.write(patient=False) as connection:
            if _retention.sweep(connection, self._namespace, self._limits, now):
                self._next_sweep = now

    def close(self) -> None:
        self._database.close()


def _inserts() -> dict[tuple[str, str], Insert]:
    """Statements that leave rows with a taken key alone, as each database spells it."""
    statements: dict[tuple[str, str], Insert] = {}
    for table in (originals, shown, projections):
        statements["sqlite", table.name] = sqlite.insert(table).on_conflict_do_nothing()
        statements["postgresql", table.name] = postgresql.insert(table).on_conflict_do_nothing()
        for name in ("mysql", "mariadb"):
            statements[name, table.name] = insert(table).prefix_with("IGNORE")
    return statements


_INSERTS = _inserts()


def _chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (values[at : at + _CHUNK] for at in range(0, len(values), _CHUNK))


def _same(known: Row[Any], row: dict[str, Any]) -> bool:
    """Whether a stored row holds the text of `row`; the text itself is compared, and its hash where it has expired."""
    if known.digest != row["digest"] or known.content is None:
        return bool(known.digest == row["digest"])
    return known.content == row["content"] or _codec.unpack(known.content) == _codec.unpack(row["content"])


def _projection(row: Row[Any]) -> Projection:
    return Projection(
        id=row.id,
        visible=None if row.content is None else _codec.unpack(row.content),
        kind=row.kind,
        compressor=row.compressor,
        lossless=row.lossless,
        reason=row.reason,
    )


def _about(row: Row[Any]) -> Stored:
    return Stored(**{name: getattr(row, name) for name in row._fields}, expired=row.stored_bytes == 0)
