"""What the readers of answers have in common: a model's turn, its calls of our tool, and usage that adds up.

A `Dialect` reads one provider's answers, whole or as a stream. It takes our tool's calls out, tells them to `_rounds`, which
answers them, and joins what the model says afterwards to what it had said before. It also finds a model's turns in the
requests that follow, for `_kept`. It knows no store and no network.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from headroom.messages import Path
from headroom.proxy._tool import Slice


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request wants of its answer. `json`: its text is one JSON document; `kept`: the provider keeps it under its id,
    for requests that go on from there."""

    json: bool = False
    kept: bool = False


ANY = Asked()
"""Nothing in particular."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of our tool: the provider's id of it, its arguments, JSON text or a mapping, and all of it as JSON."""

    id: str
    arguments: Any
    source: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a turn: a call of ours, or one that the client has got. `name` tells it from others and is the same when the
    client sends it back ("": it cannot be told); `theirs` asks the client to do something."""

    name: str = ""
    call: Call | None = None
    theirs: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that calls our tool. `parts` are what the model has said, in order; `message` is the same as JSON for the next
    request, `plain` without what only a provider can read that has kept it ("": there is nothing of that kind)."""

    parts: Sequence[Part]
    message: str
    plain: str = ""

    @property
    def calls(self) -> list[Call]:
        """The calls of our tool."""
        return [part.call for part in self.parts if part.call is not None]

    @property
    def beside(self) -> bool:
        """Whether the client is asked to do something as well, so that the turn ends here."""
        return any(part.theirs for part in self.parts)

    @property
    def anchor(self) -> str:
        """The name of the client's first call, by which the turn is known; "" where it has none."""
        return next((part.name for part in self.parts if part.theirs), "")


Place: TypeAlias = tuple[str, Path]
"""The name of a part of a request, and its path from the request's root."""


@dataclass(frozen=True, slots=True)
class SentTurn:
    """A model's turn as the client sends it back: the parts among which our calls stood, and the results behind them.
    `first` is the client's first call, None where only the results are sent, because the provider has kept the calls."""

    anchor: str
    parts: Sequence[Place]
    results: Sequence[Place]
    first: Mapping[str, Any] | None = None


class Stream(Protocol):
    """Reads the events of one answer, over all its rounds."""

    @property
    def called(self) -> bool:
        """Whether our tool has been called in this round."""

    @property
    def renamed(self) -> tuple[str, str] | None:
        """The id that the client has seen first and the one under which the provider keeps the whole, where they differ."""

    def feed(self, event: bytes) -> bytes:
        """What the client gets for this event: itself, another one, or nothing yet."""

    def end(self) -> tuple[Turn | None, bytes]:
        """The round's events are over: the turn in which our tool is called, or None, and what the client still gets."""

    def failed(self, error: Any) -> bytes:
        """The event that tells the client that the provider failed after the answer had begun. `error` has a message."""


class Reading:
    """What the streams of all shapes have in common."""

    def __init__(self) -> None:
        self._later = False  # in a round after the first
        self._spent: Any = None  # usage of the rounds before
        self._usage: Any = None  # of the round at hand
        self._hidden: set[int] | bool = False  # which parts of it are calls of ours, or whether any is
        self._begin()

    def _begin(self) -> None:
        """A round begins."""
        raise NotImplementedError

    @property
    def called(self) -> bool:
        return bool(self._hidden)

    @property
    def renamed(self) -> tuple[str, str] | None:
        return None

    def _goes_on(self, turn: Turn | None) -> bool:
        """Whether the round that is over is followed by one of ours, which begins now."""
        if turn is None or turn.beside:
            return False
        self._spent = added(self._spent, self._usage)
        self._later = True
        self._begin()
        return True


class Dialect(Protocol):
    """The answers of one route."""

    @property
    def field(self) -> str:
        """Where a request has its messages; results are put behind them."""

    @property
    def has_ids(self) -> bool:
        """Whether each call must have an id."""

    def stream(self, asked: Asked = ...) -> Stream:
        """A reader for one answer."""

    def read(self, answer: Mapping[str, Any], asked: Asked = ...) -> tuple[Turn | None, bool]:
        """The turn in which our tool is called, and whether it is; None where the turn is not whole."""

    def join(self, answers: Sequence[Mapping[str, Any]], asked: Asked = ...) -> dict[str, Any]:
        """One answer made of the answers of all rounds: no call of our tool, all that was said, usage added up. Where its
        text must be one JSON document, what was said before the last round is left out."""

    def results(self, turn: Turn, slices: Sequence[Slice], *, plain: bool = False) -> list[str]:
        """The messages, as JSON, that stand behind the request's own ones: the model's turn and what its calls get."""

    def result(self, call: Call, found: Slice) -> str:
        """What one call gets, as JSON that can stand next to the result of a client's call."""

    def turns(self, messages: Sequence[Any]) -> list[SentTurn]:
        """The turns among a request's messages that called the client's tools."""

    def fitted(self, source: str, first: Mapping[str, Any]) -> tuple[str, str | None]:
        """A call of ours, JSON, as it may stand in the turn that the client sends, and JSON that must stand in place of
        `first`, the client's first call, or None."""


def named(*values: Any) -> str:
    """A name for a part, made of the first of `values` that says something."""
    for value in values:
        if value:
            spelled = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
            return hashlib.blake2b(spelled.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return ""


def joined(answers: Sequence[Mapping[str, Any]], usage: str = "usage") -> dict[str, Any]:
    """The last answer under the first one's id, with the usage of all, which stands in `usage`."""
    last = dict(answers[-1])
    if "id" in answers[0]:
        last["id"] = answers[0]["id"]
    spent: Any = None
    for answer in answers:
        spent = added(spent, answer.get(usage))
    if spent is not None:
        last[usage] = spent
    return last


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


def listed(value: Any) -> list[Any]:
    """`value` if it is a list, else nothing."""
    return value if isinstance(value, list) else []


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, or nothing."""
    return [item for item in listed(value) if isinstance(item, dict)]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
