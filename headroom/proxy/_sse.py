"""Server-sent events in bytes: whole events out of chunks that are cut anywhere, and the data that an event carries.

What comes out, joined, is what went in. Nothing here knows what the data mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_END = re.compile(rb"\r\n\r\n|\n\n|\r\r|\r\n\n|\n\r\n|\r\n\r(?!\n)|\n\r(?!\n)")
_LONGEST_END = 4


class Splitter:
    """Cuts a byte stream after each empty line."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._seen = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The events that are complete now, each with its empty line."""
        self._buffer += chunk
        start = 0
        while (found := _END.search(self._buffer, max(start, self._seen))) is not None:
            end = found.end()
            if end == len(self._buffer) and self._buffer.endswith(b"\r"):
                break  # a line feed may belong to it
            yield bytes(self._buffer[start:end])
            start = self._seen = end
        del self._buffer[:start]
        self._seen = max(0, len(self._buffer) - _LONGEST_END)

    def rest(self) -> bytes:
        """What has come since the last empty line; call it at the end."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        self._seen = 0
        return rest


def data_of(event: bytes) -> bytes | None:
    """The event's data, its lines joined; None where it has none (a comment, a keep-alive)."""
    found = [
        line[5:].removeprefix(b" ")
        for line in re.split(rb"\r\n|\n|\r", event.removeprefix(b"\xef\xbb\xbf"))
        if line[:5] == b"data:"
    ]
    return b"\n".join(found) if found else None


def json_of(data: bytes | None) -> dict[str, Any] | None:
    """The data as a JSON object; None where they are none."""
    if data is None or not data.lstrip().startswith(b"{"):
        return None
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def event(value: Any, name: str | None = None) -> bytes:
    """An event that carries JSON."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    return (f"event: {name}\n".encode() if name else b"") + b"data: " + data + b"\n\n"
