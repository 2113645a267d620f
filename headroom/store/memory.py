"""`MemoryStore`: the store contract within one process, for tests and for people without a disk.

Not durable: what it holds ends with the process. Texts are kept compressed. Thread-safe. `store.sql.CCRStore` is the
durable sibling; both answer alike (one set of contract tests runs against both).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from headroom.exceptions import ExpiredIdError, StoreError, UnknownIdError
from headroom.store import _codec
from headroom.store._api import Entry, Event, Projection, Saved, Store, Stored, digest_of

GRACE_SECONDS = 7200.0
"""What was used within this time is never removed to save space: its marker may just have been returned."""


@dataclass(slots=True)
class _Original:
    kind: str
    packed: bytes | None  # None: expired
    digest: str
    chars: int
    lines: int
    created: float
    last_used: float


@dataclass(slots=True)
class _Decision:
    projection: Projection  # its visible text is kept in `_visible`
    digest: str | None
    last_used: float


class MemoryStore(Store):
    """Originals, ledger and events in dictionaries.

    Args:
        namespace: the tenant. Each `MemoryStore` is separate, whatever its namespace.
        max_idle_days: originals that nobody used for so long expire.
        max_bytes: compressed bytes of originals and visible texts; beyond it the longest unused originals expire, but
            none that was used within the last two hours.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        namespace: str = "default",
        *,
        max_idle_days: float = 30,
        max_bytes: int = 256 * 2**20,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._namespace = _codec.checked_namespace(namespace)
        self._max_idle = max_idle_days * 86400
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = threading.RLock()
        self._originals: dict[str, _Original] = {}
        self._ledger: dict[str, _Decision] = {}
        self._visible: dict[tuple[str, str], bytes] = {}  # (digest, id) -> packed text
        self._digests: set[str] = set()  # of all that was ever shown
        self._events: list[tuple[float, Event]] = []
        self._bytes = 0
        self._next_sweep = 0.0
        self._sweep_above = max_bytes

    @property
    def namespace(self) -> str:
        return self._namespace

    def __repr__(self) -> str:
        return f"MemoryStore(namespace={self._namespace!r})"

    # ------------------------------------------------------------------------------------------------------- writing

    def save(self, entries: Sequence[Entry], events: Sequence[Event] = ()) -> Saved:
        _codec.check_entries(entries)
        collided: dict[int, str] = {}
        with self._lock:
            now = self._clock()
            for at, entry in enumerate(entries):
                longer = self._put(entry, now) if entry.original is not None else None
                if longer is not None:
                    collided[at] = longer
                else:
                    self._decide(entry, now)
            self._events.extend((now, event) for event in events)
            self._sweep(now)
        return Saved(collided=collided)

    def record(self, events: Sequence[Event]) -> None:
        self.save((), events)

    def _put(self, entry: Entry, now: float) -> str | None:
        """Keep an original; returns a longer id when another text has this one."""
        assert entry.id is not None
        assert entry.original is not None
        text_digest = digest_of(entry.original)
        packed = _codec.pack(_codec.to_utf8(entry.original))
        known = self._originals.get(entry.id)
        if known is not None and not _same(known, packed, text_digest):
            return self._free_id(entry.id, packed, text_digest)
        if known is None or known.packed is None:
            kind, lines = _codec.label(entry.kind), _codec.line_count(entry.original)
            self._originals[entry.id] = _Original(kind, packed, text_digest, len(entry.original), lines, now, now)
            self._bytes += len(packed)
        else:
            known.last_used = now
        return None

    def _free_id(self, id: str, packed: bytes, text_digest: str) -> str:
        for longer in _codec.longer_ids(id, text_digest):
            known = self._originals.get(longer)
            if known is None or _same(known, packed, text_digest):
                return longer
        raise StoreError(f"no free id is left for a text that collides with {id}")

    def _decide(self, entry: Entry, now: float) -> None:
        text_digest = None
        if entry.visible is not None:
            assert entry.id is not None
            data = _codec.to_utf8(entry.visible)
            text_digest = _codec.digest(data)
            if (text_digest, entry.id) not in self._visible:
                packed = self._visible[text_digest, entry.id] = _codec.pack(data)
                self._bytes += len(packed)
            self._digests.add(text_digest)
        if entry.key is not None and entry.key not in self._ledger:
            projection = Projection(
                id=entry.id,
                visible=None,
                kind=_codec.label(entry.kind),
                compressor=_codec.label(entry.compressor),
                lossless=entry.lossless,
                reason=_codec.label(entry.reason),
            )
            self._ledger[entry.key] = _Decision(projection, text_digest, now)

    # ------------------------------------------------------------------------------------------------------- reading

    def projections(self, keys: Sequence[str]) -> dict[str, Projection]:
        found: dict[str, Projection] = {}
        with self._lock:
            now = self._clock()
            for key in keys:
                decision = self._ledger.get(key)
                if decision is None:
                    continue
                decision.last_used = now
                known, visible = decision.projection, None
                if known.id is not None and known.id in self._originals:
                    self._originals[known.id].last_used = now
                if decision.digest is not None and known.id is not None:
                    visible = _codec.unpack(self._visible[decision.digest, known.id])
                found[key] = Projection(
                    id=known.id,
                    visible=visible,
                    kind=known.kind,
                    compressor=known.compressor,
                    lossless=known.lossless,
                    reason=known.reason,
                )
        return found

    def shown(self, texts: Sequence[str]) -> set[str]:
        digests = {text: _codec.digest(_codec.to_utf8(text)) for text in texts}
        with self._lock:
            return {text for text, text_digest in digests.items() if text_digest in self._digests}

    def get(self, id: str) -> str:
        with self._lock:
            known = self._known(id)
            if known.packed is None:
                raise ExpiredIdError(_codec.expired(id))
            known.last_used = self._clock()
            packed = known.packed
        return _codec.unpack(packed)

    def info(self, id: str) -> Stored:
        with self._lock:
            return _stored(id, self._known(id))

    def ls(self, limit: int | None = None) -> Iterator[Stored]:
        with self._lock:
            alive = [_stored(name, known) for name, known in self._originals.items() if known.packed is not None]
        alive.sort(key=lambda stored: (-stored.last_used, stored.id))
        return iter(alive[:limit] if limit is not None else alive)

    def iter_originals(self) -> Iterator[tuple[Stored, str]]:
        for stored in self.ls():
            known = self._originals.get(stored.id)
            packed = known.packed if known is not None else None
            if packed is not None:
                yield stored, _codec.unpack(packed)

    def events(self, since: float = 0.0) -> Iterator[tuple[float, Event]]:
        with self._lock:
            return iter([(at, event) for at, event in self._events if at >= since])

    def _known(self, id: str) -> _Original:
        known = self._originals.get(id)
        if known is None:
            raise UnknownIdError(_codec.unknown(id))
        return known

    # ------------------------------------------------------------------------------------------------------ removing

    def purge(self, *, ids: Sequence[str] | None = None, idle_seconds: float | None = None) -> int:
        with self._lock:
            limit = None if idle_seconds is None else self._clock() - idle_seconds
            doomed = {
                name
                for name in (self._originals if ids is None else dict.fromkeys(ids))
                if (known := self._originals.get(name)) is not None
                and known.packed is not None
                and (limit is None or known.last_used <= limit)
            }
            self._expire(doomed)
            return len(doomed)

    def _expire(self, ids: set[str]) -> None:
        """Turn originals into tombstones; the decisions that show them go too, digests of what was shown stay."""
        if not ids:
            return
        for name in ids:
            known = self._originals[name]
            self._bytes -= len(known.packed or b"")
            known.packed = None
        for place in [place for place in self._visible if place[1] in ids]:
            self._bytes -= len(self._visible.pop(place))
        for key in [key for key, decision in self._ledger.items() if decision.projection.id in ids]:
            del self._ledger[key]

    def _sweep(self, now: float) -> None:
        if now < self._next_sweep and self._bytes <= self._sweep_above:
            return
        self._next_sweep = now + 600
        idle = now - max(self._max_idle, GRACE_SECONDS)
        self._expire({name for name, k in self._originals.items() if k.packed is not None and k.last_used <= idle})
        for key in [k for k, d in self._ledger.items() if d.projection.id is None and d.last_used <= idle]:
            del self._ledger[key]
        if self._bytes > self._max_bytes:
            self._expire(self._longest_unused(self._bytes - self._max_bytes, now - GRACE_SECONDS))
        # What is too new to go must not cause a full sweep on every save.
        self._sweep_above = max(self._max_bytes, self._bytes + self._bytes // 16)

    def _longest_unused(self, surplus: int, before: float) -> set[str]:
        sizes = {name: len(known.packed or b"") for name, known in self._originals.items()}
        for (_, name), packed in self._visible.items():
            sizes[name] = sizes.get(name, 0) + len(packed)
        doomed: set[str] = set()
        candidates = [(k.last_used, name) for name, k in self._originals.items() if k.packed and k.last_used <= before]
        for _, name in sorted(candidates):
            if surplus <= 0:
                break
            surplus -= sizes[name]
            doomed.add(name)
        return doomed

    def close(self) -> None:
        """Nothing to give back: the store's content lives as long as the object."""


def _same(known: _Original, packed: bytes, text_digest: str) -> bool:
    return known.digest == text_digest if known.packed is None else known.packed == packed


def _stored(id: str, known: _Original) -> Stored:
    return Stored(
        id=id,
        kind=known.kind,
        chars=known.chars,
        lines=known.lines,
        stored_bytes=len(known.packed or b""),
        created=known.created,
        last_used=known.last_used,
        expired=known.packed is None,
    )
