"""CacheWatch: compares each request of a conversation with the one before it, for a door that sees them pass.

Keeps the latest request of each conversation in memory, compressed, up to a number of bytes; nothing is written anywhere. A
request that was missed, in another process or after a restart, means one comparison less and nothing else. `cache_aligner`
does the comparing; doors stand above.
"""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from headroom.cache_aligner import Comparison, compare
from headroom.exceptions import MessageFormatError
from headroom.prices import cache_price

__all__ = ["CacheWatch"]

_MESSAGES = ("messages", "input", "contents")
_SYSTEM = frozenset({"system", "developer"})


class CacheWatch:
    """Safe to share between threads.

    Args:
        most_bytes: of memory for all conversations together, compressed; the longest unused go first.
        clock: seconds, never going back.
    """

    def __init__(self, *, most_bytes: int = 16 << 20, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most_bytes
        self._clock = clock
        self._lock = Lock()
        self._held = 0
        self._latest: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()

    def see(
        self, body: bytes, *, session: str = "", shape: str | None = None, model: str | None = None
    ) -> Comparison | None:
        """Compare a request's body with that of the same conversation's latest request, and remember it instead.

        None where there is nothing to compare: the first request of a conversation, one that comes when the provider has
        forgotten the one before, or a body that is no request. Conversations are told apart by their first message, and
        by the `session` where there is one; `shape` and `model` are found in the body by default. Takes about as long as reading and writing both bodies as JSON.
        """
        after = _parsed(body)
        key = _key(after, session) if after is not None else None
        if after is None or key is None:
            return None
        now = self._clock()
        with self._lock:
            seen = self._latest.pop(key, None)
            self._put(key, now, zlib.compress(body, 1), seen)
        if seen is None or now - seen[0] > _lifetime(model or after.get("model"), body, shape):
            return None
        before = _parsed(zlib.decompress(seen[1]))
        try:
            return None if before is None else compare(before, after, shape=shape, model=model)
        except MessageFormatError:
            return None

    def _put(self, key: bytes, now: float, packed: bytes, seen: tuple[float, bytes] | None) -> None:
        self._held -= len(seen[1]) if seen is not None else 0
        self._latest[key] = (now, packed)
        self._held += len(packed)
        while self._held > self._most:
            _, (_, oldest) = self._latest.popitem(last=False)
            self._held -= len(oldest)

    def __len__(self) -> int:
        """How many conversations are remembered."""
        return len(self._latest)


def _parsed(body: bytes) -> Mapping[str, Any] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _key(request: Mapping[str, Any], session: str) -> bytes | None:
    """What a conversation's requests have in common: the first message that is no instruction."""
    messages: list[Any] = next((request[name] for name in _MESSAGES if isinstance(request.get(name), list)), [])
    said = (m for m in messages if not (isinstance(m, dict) and m.get("role") in _SYSTEM))
    first = next(said, None)
    if first is None:
        return None
    text = json.dumps([session, _texts(first)])
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _texts(message: Any) -> list[str]:
    """The texts of a message, so that a breakpoint or another spelling of its parts makes no other conversation."""
    found: list[str] = []
    stack = [message]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += [value[name] for name in ("content", "parts", "text", "output") if name in value]
        elif isinstance(value, list):
            stack += reversed(value)
        elif isinstance(value, str):
            found.append(value)
    return found


def _lifetime(model: Any, body: bytes, shape: str | None) -> int:
    """Seconds for which the provider keeps what it has cached."""
    price = cache_price(model if isinstance(model, str) else None, shape or "")
    return price.seconds_hour if b'"1h"' in body else price.seconds
