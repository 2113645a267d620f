"""`CCRStore`: the durable store, on SQLAlchemy Core. SQLite by default, PostgreSQL or MySQL by URL.

What a call has returned is committed. On SQLite (WAL, `synchronous = NORMAL`) that survives a killed process at any
moment; a power cut may take the last moments with it, but never damages what is older. Not asynchronous: the engine
runs it in a thread. The tables are in `_schema`, connections and errors in `_database`, what leaves in `_retention`.
"""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Row, bindparam, select, update

from headroom.exceptions import ExpiredIdError, StoreError, UnknownIdError
from headroom.store import _codec, _retention, _statements
from headroom.store._api import Entry, Event, Projection, Saved, Store, Stored, digest_of
from headroom.store._cipher import Cipher
from headroom.store._database import Database, parse_url
from headroom.store._schema import events as events_table
from headroom.store._schema import originals, projections, shown
from headroom.store._statements import Known, Remembered

MAX_IDLE_DAYS = 30.0
MAX_BYTES = 2 * 2**30
BUSY_TIMEOUT = 10.0

_TOUCH_SECONDS = 3600.0
_SWEEP_SECONDS = 600.0

_ABOUT = [originals.c[name] for name in ("id", "kind", "chars", "lines", "stored_bytes", "created", "last_used")]
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
        key: encrypts what is stored from now on and reads what it has encrypted; `headroom store new-key` makes one.
            Needs the extra `encryption`. Texts that were stored without it stay readable.
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
        key: str | None = None,
    ) -> None:
        self._namespace = _codec.checked_namespace(namespace)
        self._cipher = None if key is None else Cipher(key)
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
        key: str | None = None,
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
            key=key,
        )

    @classmethod
    def from_path(cls, path: str | Path, *, namespace: str = "default", key: str | None = None) -> CCRStore:
        """A store in an SQLite file, whatever characters its path has."""
        return cls(engine=URL.create("sqlite", database=str(Path(path).expanduser())), namespace=namespace, key=key)

    @property
    def namespace(self) -> str:
        return self._namespace

    def within(self, namespace: str) -> CCRStore:
        """The same database for another tenant; both share its connections."""
        other = copy.copy(self)
        other._namespace = _codec.checked_namespace(namespace)  # noqa: SLF001 - it is of this class
        other._next_sweep = other._next_touch = 0.0  # noqa: SLF001
        other._written = 0  # noqa: SLF001
        return other

    def namespaces(self) -> list[str]:
        """The tenants of this database: those that hold originals, or did."""
        with self._database.read() as connection:
            return sorted(connection.execute(select(originals.c.namespace).distinct()).scalars())

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
                _statements.insert_events(connection, [self._event(event, now) for event in events])
        self._written += sum(row["stored_bytes"] for row in texts.values())
        self._sweep(now)
        return Saved(collided=collided)

    def record(self, events: Sequence[Event]) -> None:
        self.save((), events)

    def _original(self, entry: Entry, now: float) -> dict[str, Any]:
        assert entry.original is not None
        data = _codec.to_utf8(entry.original)
        packed = self._packed(data)
        return {
            "namespace": self._namespace,
            "id": entry.id,
            "kind": _codec.label(entry.kind),
            "digest": digest_of(entry.original),
            "chars": len(entry.original),
            "lines": _codec.line_count(entry.original),
            "stored_bytes": len(packed),
            "created": now,
            "last_used": now,
            "content": packed,
        }

    def _decision(self, entry: Entry, now: float) -> dict[str, Any]:
        """A row for `shown` and one for `projections` in one dictionary; each statement takes its own columns."""
        data = None if entry.visible is None else _codec.to_utf8(entry.visible)
        packed = None if data is None else self._packed(data)
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
        known: dict[str, Known] = {}
        if _statements.insert_new(connection, originals, list(wanted.values())) != len(wanted):
            known = _statements.known(connection, self._namespace, list(wanted))
        self._use_again(connection, [(known[name], row) for name, row in wanted.items() if name in known])
        collided: dict[int, str] = {}
        for at, row in texts.items():
            name = row["id"]
            if not (self._same(known[name], row) if name in known else row["content"] == wanted[name]["content"]):
                collided[at] = self._free_id(connection, row)
        return collided

    def _use_again(self, connection: Connection, pairs: list[tuple[Known, dict[str, Any]]]) -> None:
        """Bring expired originals back, and count the others as used."""
        rows = [
            row
            for known, row in pairs
            if (known.content is None or known.last_used < row["last_used"] - _TOUCH_SECONDS) and self._same(known, row)
        ]
        if rows:
            names = ("namespace", "id", "content", "stored_bytes", "last_used")
            connection.execute(_REVIVE, [{f"b_{name}": row[name] for name in names} for row in rows])

    def _free_id(self, connection: Connection, row: dict[str, Any]) -> str:
        candidates = _codec.longer_ids(row["id"], row["digest"])
        known = _statements.known(connection, self._namespace, candidates)
        for name in candidates:
            if name not in known or self._same(known[name], row):
                return name
        raise StoreError(f"no free id is left for a text that collides with {row['id']}")

    def _same(self, known: Known, row: dict[str, Any]) -> bool:
        """Whether a stored row holds the text of `row`; the text itself is compared, and its hash where it has expired."""
        if known.digest != row["digest"] or known.content is None:
            return bool(known.digest == row["digest"])
        return known.content == row["content"] or self._text(known.content) == self._text(row["content"])

    def _show(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        names = ("namespace", "digest", "id", "stored_bytes", "content")
        new = [{name: row[name] for name in names} for row in rows]
        if new and _statements.insert_new(connection, shown, new) != len(new):
            connection.execute(_REVIVE_SHOWN, [{f"b_{name}": row[name] for name in names} for row in new])

    def _remember(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        names = [column.name for column in projections.c]
        if rows:
            _statements.insert_new(connection, projections, [{name: row[name] for name in names} for row in rows])

    # ------------------------------------------------------------------------------------------------------- reading

    def projections(self, keys: Sequence[str]) -> dict[str, Projection]:
        names = {_codec.stored_key(key): key for key in keys}
        found: dict[str, Projection] = {}
        stale: list[tuple[str, str | None]] = []
        before = self._clock() - _TOUCH_SECONDS
        with self._database.read() as connection:
            for row in _statements.remembered(connection, self._namespace, list(names)):
                if row.digest is not None and row.content is None:
                    continue  # it expired between two statements
                found[names[row.key]] = _projection(row, None if row.content is None else self._text(row.content))
                if row.last_used < before:
                    stale.append((row.key, row.id))
        if stale:
            self._touch([key for key, _ in stale], [name for _, name in stale if name is not None])
        return found

    def shown(self, texts: Sequence[str]) -> set[str]:
        digests = {_codec.digest(_codec.to_utf8(text)): text for text in texts}
        if not digests:
            return set()
        with self._database.read() as connection:
            found = _statements.digests(connection, self._namespace, list(digests))
        return {digests[name] for name in found}

    def get(self, id: str) -> str:
        row = None
        if _codec.is_id(id):
            with self._database.read() as connection:
                row = _statements.content(connection, self._namespace, id)
        if row is None:
            raise UnknownIdError(_codec.unknown(id))
        packed, last_used = row
        if packed is None:
            raise ExpiredIdError(_codec.expired(id))
        if last_used < self._clock() - _TOUCH_SECONDS:
            self._touch([], [id])
        return self._text(packed)

    def info(self, id: str) -> Stored:
        row = None
        if _codec.is_id(id):
            with self._database.read() as connection:
                row = connection.execute(
                    select(*_ABOUT).where(originals.c.namespace == self._namespace, originals.c.id == id)
                ).first()
        if row is None:
            raise UnknownIdError(_codec.unknown(id))
        return _about(row)

    def ls(self, limit: int | None = None) -> Iterator[Stored]:
        query = select(*_ABOUT).where(originals.c.namespace == self._namespace, originals.c.stored_bytes > 0)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(originals.c.last_used.desc(), originals.c.id).limit(limit)).all()
        return map(_about, rows)

    def iter_originals(self) -> Iterator[tuple[Stored, str]]:
        for stored in self.ls():
            with self._database.read() as connection:
                row = _statements.content(connection, self._namespace, stored.id)
            if row is not None and row[0] is not None:  # else it expired since it was listed
                yield stored, self._text(row[0])

    def events(self, since: float = 0.0) -> Iterator[tuple[float, Event]]:
        query = select(events_table).where(events_table.c.namespace == self._namespace, events_table.c.at >= since)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(events_table.c.at, events_table.c.seq)).all()
        return ((row.at, Event(**{name: getattr(row, name) for name in Event.__slots__})) for row in rows)

    def _text(self, content: bytes) -> str:
        try:
            return _codec.unpack(content, self._namespace, self._cipher)
        except StoreError as e:
            raise StoreError(f"store {self._database.name}: {e}") from e

    def _packed(self, data: bytes) -> bytes:
        return _codec.pack(data, self._namespace, self._cipher)

    def _touch(self, keys: Sequence[str], ids: Sequence[str]) -> None:
        """Note that these were used. A read must not fail or wait because this cannot be written."""
        now = self._clock()
        if now < self._next_touch:
            return
        with contextlib.suppress(StoreError), self._database.write(patient=False) as connection:
            for chunk in _statements.chunks(keys):
                mine = (projections.c.namespace == self._namespace, projections.c.key.in_(chunk))
                connection.execute(update(projections).where(*mine).values(last_used=now))
            for chunk in _statements.chunks(ids):
                mine = (originals.c.namespace == self._namespace, originals.c.id.in_(chunk))
                connection.execute(update(originals).where(*mine).values(last_used=now))
            return
        self._next_touch = now + 60

    # ------------------------------------------------------------------------------------------------------ removing

    def purge(self, *, ids: Sequence[str] | None = None, idle_seconds: float | None = None) -> int:
        unused_since = None if idle_seconds is None else self._clock() - idle_seconds
        removed = 0
        named = [[]] if ids is None else _statements.chunks([name for name in dict.fromkeys(ids) if _codec.is_id(name)])
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

    def expire(self, prefix: str) -> int:
        """Apply this store's limits to the namespaces that begin with `prefix` and hold something that was idle for too
        long; returns how many those were. For their owner: otherwise limits are applied as a namespace is written to,
        and to one that a credential stood for which is no longer valid, nobody ever writes again.
        """
        now = self._clock()
        with self._database.read() as connection:
            found = _retention.idle(connection, prefix, now - max(self._limits.max_idle, _retention.GRACE_SECONDS))
        for namespace in found:
            more = True
            while more:
                with self._database.write() as connection:
                    more = _retention.sweep(connection, namespace, self._limits, now)
        if found:
            self._database.shrink()
        return len(found)

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


def _projection(row: Remembered, visible: str | None) -> Projection:
    return Projection(
        id=row.id,
        visible=visible,
        kind=row.kind,
        compressor=row.compressor,
        lossless=bool(row.lossless),
        reason=row.reason,
    )


def _about(row: Row[Any]) -> Stored:
    return Stored(**{name: getattr(row, name) for name in row._fields}, expired=row.stored_bytes == 0)
