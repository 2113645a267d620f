"""The list of what went wrong inside a door and left something as it was: counted by reason, each reason logged once.

For doors that stand in somebody else's process, where a fault of ours must neither raise nor pass in silence.
"""

from __future__ import annotations

import logging
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING

from headroom.exceptions import StoreError
from headroom.store._api import Event

if TYPE_CHECKING:
    from headroom.engine import Headroom


class Faults:
    """Faults of this process, logged to `log`. Safe to share between threads."""

    LIMIT = 100
    """Reasons kept apart; what comes later is counted together."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def note(self, reason: str, *, engine: Headroom | None = None, error: BaseException | None = None) -> None:
        """Count a fault and log it, if it is new. With an `engine`, its store counts the fault as well."""
        reason = reason[:300]
        with self._lock:
            if reason not in self._counts and len(self._counts) >= self.LIMIT:
                reason = "other faults"
            new = reason not in self._counts
            self._counts[reason] += 1
        if new:
            self._log.warning("left as it was: %s (said once, counted from now on)", reason, exc_info=error)
        if engine is not None:
            try:
                engine.store.record([Event(name="fault", reason=reason[:200])])
            except StoreError:
                self._log.debug("the store could not count a fault", exc_info=True)

    def unforeseen(self, error: Exception, engine: Headroom | None = None) -> None:
        """Count an exception that nobody thought of."""
        self.note(f"{type(error).__name__}: {error}", engine=engine, error=error)

    def counts(self) -> dict[str, int]:
        """How often each reason occurred in this process."""
        with self._lock:
            return dict(self._counts)
