"""What all parts of this package share: the engine of a store, the settings of a call, and the list of faults.

Nothing here compresses, and nothing here knows of LiteLLM or of the shape of a request.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from re import Pattern
from threading import Lock
from typing import Any

from headroom import config
from headroom.engine import Headroom
from headroom.exceptions import ConfigError, StoreError
from headroom.store._api import Event, Store

log = logging.getLogger("litellm_headroom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of one call of the engine; None means "as the engine has it"."""

    profile: str | None = None
    tools: Mapping[str, str] | None = None
    keep: Sequence[str | Pattern[str]] | None = None
    elide: bool | None = None
    deadline: float | None = None

    def check(self, engine: Headroom | None) -> None:
        """Raises ConfigError where a setting cannot be used. Opens no store."""
        given = {name: value for name, value in self.arguments().items() if value is not None}
        if given:
            (engine or Headroom()).compress([], bypass=True, **given)

    def arguments(self) -> dict[str, Any]:
        """Arguments of `Headroom.compress`."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def engine_of(engine: Headroom | None, store: Store | str | None) -> Headroom:
    """The engine that was given, or the one of the store: a URL or None (the embedded store) has one for the process.

    Raises:
        ConfigError: both were given, or something else than an engine.
    """
    if engine is None:
        return _at(store or config.store_url()) if store is None or isinstance(store, str) else Headroom(store=store)
    if store is not None:
        raise ConfigError("engine= and store= were both given; the engine has a store already")
    if not isinstance(engine, Headroom):
        raise ConfigError(f"engine={engine!r} must be a headroom.Headroom")
    return engine


@lru_cache(maxsize=8)
def _at(url: str) -> Headroom:
    return Headroom(store=url)


class Faults:
    """What went wrong and left a request or an answer as it was: counted by reason, each reason logged once."""

    LIMIT = 100
    """Reasons kept apart; what comes later is counted together."""

    def __init__(self) -> None:
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
            log.warning("left as it was: %s (said once, counted from now on)", reason, exc_info=error)
        if engine is not None:
            try:
                engine.store.record([Event(name="fault", reason=reason[:200])])
            except StoreError:
                log.debug("the store could not count a fault", exc_info=True)

    def unforeseen(self, error: Exception, engine: Headroom | None) -> None:
        """Count an exception that nobody thought of."""
        self.note(f"{type(error).__name__}: {error}", engine=engine, error=error)

    def counts(self) -> dict[str, int]:
        """How often each reason occurred in this process."""
        with self._lock:
            return dict(self._counts)


FAULTS = Faults()


def faults() -> dict[str, int]:
    """Faults of this process that left something as it was, by reason. Empty when all went well."""
    return FAULTS.counts()
