"""What a store is. CCR: compress, cache, retrieve.

A store keeps three things: `originals` (content-addressed, never overwritten), the ledger of `projections` (which bytes
were shown for which block) and `events` (counts, never content). `sql.CCRStore` is the durable one, `memory.MemoryStore`
lives in the process. Nothing here knows of messages, compressors or providers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

ID_PREFIX = "hr_"
MIN_DIGITS = 12
MAX_DIGITS = 24
_LARGEST_REMEMBERED = 250_000
"""Characters of a text that may stay in memory for its hash."""


def content_id(text: str, digits: int = MIN_DIGITS) -> str:
    """`hr_` and the first `digits` hex digits of the BLAKE2b hash of the text, the same everywhere.

    Lone surrogates are hashed as they stand (`surrogatepass`), so every `str` has an id.
    """
    return ID_PREFIX + digest_of(text)[:digits]


def digest_of(text: str) -> str:
    """All 32 hex digits of that hash. Whoever stores a text that has just been named need not read it again."""
    return _remembered(text) if len(text) <= _LARGEST_REMEMBERED else _hashed(text)


def _hashed(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


_remembered = lru_cache(maxsize=4)(_hashed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One decision of the engine, to be made durable before its text is shown.

    `key` identifies the block in its conversation (a hash of all that stands before it, of itself and of the settings);
    None where no ledger entry is wanted. `visible` is what is shown, header included, or None when the block was left
    as it was; then `original` is None as well and only the decision is kept.
    """

    key: str | None
    id: str | None = None
    original: str | None = None
    visible: str | None = None
    kind: str = ""
    compressor: str = ""
    lossless: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A decision that the ledger remembers. `visible` is None where the block was left as it was (`reason` says why)."""

    id: str | None
    visible: str | None
    kind: str = ""
    compressor: str = ""
    lossless: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, in numbers. Never holds content. Token counts are estimates unless the caller counted."""

    name: str  # "compress", "retrieve", "fault", "purge"
    kind: str = ""
    reason: str = ""
    blocks: int = 0
    chars_before: int = 0
    chars_after: int = 0
    tokens_before: int = 0
    tokens_after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is known of one original, without its text. Times are seconds since the epoch; sizes are in code points and
    stored bytes.
    """

    id: str
    kind: str
    chars: int
    lines: int
    stored_bytes: int
    created: float
    last_used: float
    expired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The answer of `Store.save`. `collided` maps the index of an entry whose id belongs to another text to the longer
    id that is free; that entry was not saved, all others were.
    """

    collided: dict[int, str] = field(default_factory=dict)


class Store(Protocol):
    """Every method raises `StoreError` when the store cannot be read or written, with the file or URL and the reason."""

    @property
    def namespace(self) -> str:
        """The tenant. An id of another namespace is unknown here."""

    def save(self, entries: Sequence[Entry], events: Sequence[Event] = ()) -> Saved:
        """Commit originals, ledger entries and events in one transaction; durable against a killed process on return.

        A key that the ledger has already keeps its first decision. An original that had expired lives again.
        """

    def projections(self, keys: Sequence[str]) -> dict[str, Projection]:
        """The ledger's decisions for those of `keys` that it knows; counts as a use of their originals.

        A decision goes together with its original, so every `id` in the answer can be retrieved.
        """

    def shown(self, texts: Sequence[str]) -> set[str]:
        """Those of `texts` that the engine itself has produced in this namespace, whatever block they were shown for.

        Still answers for texts whose original has expired.
        """

    def get(self, id: str) -> str:
        """The original, code point for code point; counts as a use.

        Raises:
            UnknownIdError: never stored in this namespace.
            ExpiredIdError: stored once, removed since.
        """

    def info(self, id: str) -> Stored:
        """What is known of an original; raises UnknownIdError. Does not count as a use."""

    def ls(self, limit: int | None = None) -> Iterator[Stored]:
        """The originals of this namespace, last used first; expired ones are left out."""

    def iter_originals(self) -> Iterator[tuple[Stored, str]]:
        """What `ls` lists together with the texts, one at a time, for an export. Does not count as a use."""

    def events(self, since: float = 0.0) -> Iterator[tuple[float, Event]]:
        """The events of this namespace from `since` (seconds since the epoch) on, oldest first, each with its time."""

    def purge(self, *, ids: Sequence[str] | None = None, idle_seconds: float | None = None) -> int:
        """Remove originals: those named, or those unused for so long, or all; returns how many. They become expired.

        The visible texts that were made from them and the ledger's decisions about them go as well, so that no content
        stays behind; `shown` still knows these texts by their digest. Given both, `ids` and `idle_seconds` must hold.
        """

    def record(self, events: Sequence[Event]) -> None:
        """Commit events."""

    def close(self) -> None:
        """Give back connections. Using the store again opens new ones."""
