"""Honest idle: where shortening has not paid for many requests in a row, it pauses, and says so once.

A pause must not cost the provider's cached prefix. So the tool stays in the list, what the ledger knows stays known, and
that there was a pause is remembered in the store: from then on whatever was sent untouched stays so, in every worker. A
request that brings a large new result is tried all the same; when that pays, the pause is over.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from headroom.engine import Headroom
from headroom.exceptions import StoreError
from headroom.store._api import Entry

LARGE = 8_000
"""Characters of a new result from which on it is tried during a pause."""
_LOOK_SECONDS = 1.0
_MOST = 10_000
_CALLS = ("_call", "reasoning", "compaction")


@dataclass(slots=True)
class _Scope:
    fruitless: int = 0
    paused: bool = False
    once: bool = False  # has ever paused, here or in another worker
    looked: float = float("-inf")


class Idle:
    """Pauses by scope, which is a tenant and a route. Thread-safe."""

    def __init__(self, after: int) -> None:
        self._after = after
        self._lock = Lock()
        self._scopes: OrderedDict[str, _Scope] = OrderedDict()

    def paused(self, scope: str) -> bool:
        """Whether requests of this scope are left alone for now."""
        with self._lock:
            found = self._scopes.get(scope)
            return found is not None and found.paused

    def count(self, scope: str, gained: int, engine: Headroom) -> str:
        """Note what a request has gained, in characters; "paused" or "resumed" where that changes something.

        A pause begins only when it can be remembered.
        """
        if not self._after:
            return ""
        with self._lock:
            state = self._of(scope)
            state.fruitless = 0 if gained else state.fruitless + 1
            if state.paused and gained:
                state.paused = False
                return "resumed"
            if state.paused or state.fruitless < self._after:
                return ""
            state.fruitless = 0
        try:
            engine.store.save([Entry(key=_key(scope), reason="shortening has paused")])
        except StoreError:
            return ""
        with self._lock:
            state.paused = state.once = True
        return "paused"

    def has_paused(self, scope: str, engine: Headroom) -> bool:
        """Whether this scope has ever paused, in any worker. Raises StoreError."""
        if not self._after:
            return False
        with self._lock:
            state = self._of(scope)
            if state.once or time.monotonic() < state.looked + _LOOK_SECONDS:
                return state.once
        known = bool(engine.store.projections([_key(scope)]))
        with self._lock:
            state.once, state.looked = known, time.monotonic()
        return known

    def _of(self, scope: str) -> _Scope:
        state = self._scopes.get(scope)
        if state is None:
            state = self._scopes[scope] = _Scope()
            if len(self._scopes) > _MOST:
                self._scopes.popitem(last=False)
        return state


def _key(scope: str) -> str:
    return f"idle:{scope}"


def sent_before(messages: Sequence[Any]) -> int:
    """The number of messages up to the model's last turn: a provider has had them. In any wire shape."""
    for n in range(len(messages) - 1, -1, -1):
        message = messages[n]
        if isinstance(message, dict):
            kind = message.get("type")
            if message.get("role") in {"assistant", "model"} or (isinstance(kind, str) and kind.endswith(_CALLS)):
                return n + 1
    return 0


def brings_much(messages: Sequence[Any]) -> bool:
    """Whether there is a large text among the messages that are new."""
    stack = list(messages[sent_before(messages) :])
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            if len(value) >= LARGE:
                return True
        elif isinstance(value, dict):
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
    return False
