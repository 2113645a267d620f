"""What the readers of answers have in common: a model's turn, its calls of our tool, and usage that adds up.

A `Dialect` reads one provider's answers, whole or as a stream. It takes our tool's calls out, tells them to `_rounds`, which
answers them, and joins what the model says afterwards to what it had said before. It knows no store and no network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from headroom.proxy._tool import Slice


@dataclass(frozen=True, slots=True)
class Call:
    """A call of our tool: the provider's id of it and its arguments, JSON text or a mapping."""

    id: str
    arguments: Any


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that calls our tool and nothing else. `message` is what the model has said, as JSON for the next request."""

    calls: Sequence[Call]
    message: str


class Stream(Protocol):
    """Reads the events of one answer, over all its rounds."""

    def feed(self, event: bytes) -> bytes:
        """What the client gets for this event: itself, another one, or nothing yet."""

    def end(self) -> tuple[Turn | None, bytes]:
        """The round's events are over: a turn that wants our tool, or None, and what the client still gets."""

    def failed(self, error: Any) -> bytes:
        """The event that tells the client that the provider failed after the answer had begun. `error` has a message."""


class Dialect(Protocol):
    """The answers of one route."""

    @property
    def field(self) -> str:
        """Where a request has its messages; results are put behind them."""

    def stream(self) -> Stream:
        """A reader for one answer."""

    def read(self, answer: Mapping[str, Any]) -> tuple[Turn | None, bool]:
        """The turn that wants our tool and nothing else, or None; and whether our tool is called in any way."""

    def join(self, answers: Sequence[Mapping[str, Any]], *, json_answer: bool) -> dict[str, Any]:
        """One answer made of the answers of all rounds: no call of our tool, all that was said, usage added up.

        `json_answer`: its text must be one JSON document, so what was said before the last round is left out."""

    def results(self, turn: Turn, slices: Sequence[Slice]) -> list[str]:
        """The messages, as JSON, that stand behind the request's own ones: the model's turn and what its calls get."""


def dumps(value: Any) -> str:
    """Compact JSON that can be written as UTF-8."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def added(first: Any, second: Any) -> Any:
    """Usage of two calls: numbers are added up, mappings key by key, of anything else the later one counts."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return {key: added(first.get(key), second.get(key)) for key in (*first, *(k for k in second if k not in first))}
    if _is_number(first) and _is_number(second):
        return first + second
    return first if second is None else second


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
