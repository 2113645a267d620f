"""One engine per tenant, on one database. Nothing here outlives the process: another worker makes the same engines.

The store is opened at the first use, in a worker thread, and tried again when that failed: a proxy without a store passes
everything through.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from headroom import config
from headroom.engine import Headroom
from headroom.proxy._headers import TENANT
from headroom.proxy.settings import ProxySettings
from headroom.store.memory import MemoryStore

if TYPE_CHECKING:
    from headroom.store.sql import CCRStore

_MOST = 1_000
"""Tenants whose engines are kept at hand; an engine holds settings, no content."""


class Engines:
    """The engines by namespace. Thread-safe."""

    def __init__(self, settings: ProxySettings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._root: CCRStore | None = None
        self._engines: OrderedDict[str, Headroom] = OrderedDict()

    def of(self, namespace: str) -> Headroom:
        """The tenant's engine. Raises StoreError where the store's URL cannot be used."""
        with self._lock:
            engine = self._engines.get(namespace)
            if engine is not None:
                self._engines.move_to_end(namespace)
                return engine
            engine = self._engines[namespace] = self._made(namespace)
            if len(self._engines) > _MOST:
                self._engines.popitem(last=False)
            return engine

    def store(self) -> CCRStore:
        """The store in the namespace "default". Raises StoreError where its URL cannot be used."""
        with self._lock:
            return self._opened()

    def warm_up(self) -> None:
        """Open the store, and load what the first request would have to wait for. Raises StoreError.

        Not the tokenizer's vocabulary, twice the size of all else: it is for texts whose gain is in doubt.
        """
        text = "\n".join(
            f"2026-03-01 10:{n // 60:02d}:{n % 60:02d} INFO worker-{n % 4} job {n} done" for n in range(400)
        )
        Headroom(store=MemoryStore()).compress_text(text)
        self.store().projections(["ready"])

    def expire(self) -> None:
        """Remove what tenants have not used for long, as those whose credential was renewed will never be back to see to
        it. Raises StoreError.
        """
        self.store().expire(TENANT)

    def close(self) -> None:
        """Give back the database's connections."""
        with self._lock:
            if self._root is not None:
                self._root.close()

    def _made(self, namespace: str) -> Headroom:
        settings = self._settings
        return Headroom(
            store=self._opened().within(namespace),
            profile=settings.profile,
            tools=settings.tools,
            keep=settings.keep,
            deadline=settings.deadline,
        )

    def _opened(self) -> CCRStore:
        if self._root is None:
            from headroom.store.sql import CCRStore  # noqa: PLC0415  # heavy: the proxy answers before it is there

            url = self._settings.store or config.store_url()
            self._root = CCRStore.from_url(url, busy_timeout=self._settings.store_timeout, key=config.store_key())
        return self._root
