"""What breaks the prefix that a provider has cached, named between consecutive requests of a conversation.

A diagnosis for who asks for it, beside the way of the requests and never in it. What the last requests were is kept in
memory only, within bounds; another worker that sees the next request of a conversation has nothing to compare it with.
`aligned` makes a request stable where that is asked for. Below stands `headroom.cache_aligner`.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from headroom.cache_aligner import align, compare
from headroom.exceptions import HeadroomError
from headroom.proxy._turns import dumps

_MOST_CHARS = 32_000_000


@dataclass(frozen=True, slots=True)
class Drift:
    """Where a request parts from the one before. `said` is one line without content, `causes` are counted."""

    said: str
    causes: Mapping[str, int]
    tokens: int


class Watch:
    """The last request of each conversation, as it was sent. Thread-safe."""

    def __init__(self, most_chars: int = _MOST_CHARS) -> None:
        self._most = most_chars
        self._size = 0
        self._lock = Lock()
        self._last: OrderedDict[str, str] = OrderedDict()

    def look(self, conversation: str, source: str, shape: str) -> Drift | None:
        """Compare with the request before, then keep this one; None where there is nothing to tell."""
        before = self._swap(conversation, source)
        if before is None:
            return None
        try:
            found = compare(json.loads(before), json.loads(source), shape=shape)
        except (HeadroomError, ValueError, RecursionError):
            return None
        if found.stable:
            return None
        causes: dict[str, int] = {}
        for one in found.breaks:
            causes[str(one.cause)] = causes.get(str(one.cause), 0) + 1
        return Drift(str(found), causes, found.lost)

    def _swap(self, conversation: str, source: str) -> str | None:
        with self._lock:
            before = self._last.pop(conversation, None)
            self._size -= len(before or "")
            if len(source) <= self._most:
                self._last[conversation] = source
                self._size += len(source)
            while self._size > self._most:
                self._size -= len(self._last.popitem(last=False)[1])
            return before


def conversation(scope: str, session: str, messages: Sequence[Any]) -> str:
    """A name for a conversation: the client's own, or a digest of what its user said first."""
    first = session or dumps(next((m for m in messages if isinstance(m, dict) and m.get("role") == "user"), None))
    return hashlib.blake2b(f"{scope}\0{first}".encode(), digest_size=16).hexdigest()


def aligned(source: str, parsed: dict[str, Any], shape: str) -> tuple[str, dict[str, Any]]:
    """The request with a stable prefix; the very same where there is nothing to do."""
    found = align(parsed, shape=shape)
    if not found.changes:
        return source, parsed
    request = dict(found.request)
    return dumps(request), request
