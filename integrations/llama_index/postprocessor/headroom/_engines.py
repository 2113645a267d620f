"""The engine behind every part of this package: one per store, made at first use, and what happens when it fails.

Nothing that goes wrong here reaches the user's call: what was given is given back, the reason is logged once and counted.
Settings that cannot be used are told at once.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import headroom
from headroom.faults import Faults

if TYPE_CHECKING:
    from headroom.store._api import Store

logger = logging.getLogger("llama_index.postprocessor.headroom")


class Source:
    """Where the engine comes from: an engine, a `Store`, a URL, or None for the store that HEADROOM_STORE names (without
    it the embedded one). URLs share their engine. Copies share it too: an engine has locks and connections."""

    def __init__(self, store: headroom.Headroom | Store | str | None = None) -> None:
        self._store = store
        self._engine: headroom.Headroom | None = None

    @property
    def engine(self) -> headroom.Headroom:
        """The engine; made now if there is none."""
        if self._engine is None:
            store = self._store
            if isinstance(store, headroom.Headroom):
                self._engine = store
            else:
                from headroom.api import engine_for  # noqa: PLC0415  # heavy: not before somebody needs an engine

                self._engine = engine_for(store)
        return self._engine

    def __copy__(self) -> Source:
        return self

    def __deepcopy__(self, memo: object) -> Source:
        return self

    def __reduce__(self) -> tuple[type[Source], tuple[str | None]]:
        if self._store is None or isinstance(self._store, str):
            return Source, (self._store,)
        raise TypeError("an engine or a Store object cannot be pickled; pass the URL of the store")


def check(**settings: Any) -> None:
    """Raises `headroom.ConfigError` for a setting that cannot be used."""
    headroom.Headroom(store="sqlite://", **settings)


faults = Faults(logger)
"""The faults of this process."""
