"""OpenAI's Responses API, as answers: our tool's calls taken out, and the rounds joined to one answer.

A later round is sent all that the rounds before have put out, so an answer that the provider keeps is whole under the last
round's id, and the client gets that one. An answer that nobody keeps has the first round's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from headroom.markers import TOOL_NAME
from headroom.proxy import _sse
from headroom.proxy._tool import Slice
from headroom.proxy._turns import (
    ANY,
    Asked,
    Call,
    Part,
    Place,
    Reading,
    SentTurn,
    Turn,
    added,
    dumps,
    joined,
    mappings,
    named,
)

has_ids = True
field = "input"

_THEIRS = frozenset(
    "function_call custom_tool_call local_shell_call shell_call apply_patch_call computer_call mcp_approval_request".split()
)
"""Items that ask the client to do something. Other calls (web search, code interpreter) the provider has made itself."""
_OPENING = frozenset({"response.created", "response.in_progress", "response.queued"})
_CLOSING = frozenset({"response.completed", "response.incomplete", "response.failed"})
_ENVELOPE = 72  # bytes within which an event's name stands


def stream(asked: Asked = ANY) -> ResponsesStream:
    """A reader for one streamed answer."""
    return ResponsesStream(asked)


def read(answer: Mapping[str, Any], asked: Asked = ANY) -> tuple[Turn | None, bool]:
    """The turn in which our tool is called, and whether it is."""
    items = mappings(answer.get("output"))
    called = any(map(_is_ours, items))
    whole = called and answer.get("status") in (None, "completed")
    return (_turn(items, asked) if whole else None), called


def join(answers: Sequence[Mapping[str, Any]], asked: Asked = ANY) -> dict[str, Any]:
    """The last answer with what was said before it, the usage of all, and no call of our tool."""
    shown = answers[-1:] if asked.json else answers
    last = joined(answers)
    last["output"] = [item for answer in shown for item in mappings(answer.get("output")) if not _is_ours(item)]
    if asked.kept and "id" in answers[-1]:
        last["id"] = answers[-1]["id"]
    return last


def results(turn: Turn, slices: Sequence[Slice], *, plain: bool = False) -> list[str]:
    """The items that the model has put out, and one result per call."""
    outputs = [result(call, found) for call, found in zip(turn.calls, slices, strict=True)]
    return [turn.plain if plain else turn.message, *outputs]


def result(call: Call, found: Slice) -> str:
    """An item of the input."""
    return dumps({"type": "function_call_output", "call_id": call.id, "output": found.text})


def turns(messages: Sequence[Any]) -> list[SentTurn]:
    """The turns with calls of the client's tools: items that the model has put out, and the results behind them. Results
    whose calls are not there belong to an answer that the provider has kept."""
    found: list[SentTurn] = []
    items: list[tuple[int, Mapping[str, Any]]] = []
    answered: list[Place] = []
    known: set[str] = set()
    for i, item in enumerate([*messages, {}]):  # the last one ends the last turn
        kind = str(item.get("type") or "") if isinstance(item, dict) else ""
        if kind.endswith("_output") and item.get("call_id"):
            answered.append((named(item["call_id"]), (field, i)))
            continue
        if answered:
            found += _sent(items, answered, known)
            items, answered = [], []
        if not isinstance(item, dict) or item.get("role") not in (None, "assistant"):
            items = []
        elif not _is_ours(item):
            items.append((i, item))
            known.update([_name(item)] if _is_theirs(item) else [])
    return found


def fitted(source: str, first: Mapping[str, Any]) -> tuple[str, str | None]:
    """A call goes without its own id where the client's do: the id ties it to thoughts that then are not there either."""
    if "id" in first:
        return source, None
    return dumps({key: value for key, value in json.loads(source).items() if key != "id"}), None


def _sent(items: Sequence[tuple[int, Mapping[str, Any]]], answered: Sequence[Place], known: set[str]) -> list[SentTurn]:
    """The turn of these items and results, or one for each result whose call is not `known`."""
    first = next((item for _, item in items if _is_theirs(item)), None)
    if first is not None:
        return [SentTurn(_name(first), [(_name(item), (field, i)) for i, item in items], answered, first)]
    return [SentTurn(name, (), answered) for name, _ in answered if name not in known]


def _is_ours(item: Mapping[str, Any]) -> bool:
    return item.get("type") == "function_call" and item.get("name") == TOOL_NAME


def _is_theirs(item: Mapping[str, Any]) -> bool:
    kind = item.get("type")
    return isinstance(kind, str) and kind in _THEIRS and not _is_ours(item)


def _name(item: Mapping[str, Any]) -> str:
    """Clients may leave out the ids of items, but not what ties a result to its call."""
    return named(item.get("call_id"), item.get("encrypted_content"), item.get("id"))


def _turn(items: Sequence[Mapping[str, Any]], asked: Asked) -> Turn:
    parts = []
    for item in items:
        ours = Call(str(item.get("call_id", "")), item.get("arguments"), dumps(item)) if _is_ours(item) else None
        parts.append(Part("" if ours else _name(item), ours, _is_theirs(item)))
    message, plain = _spelled(items), _spelled(_plain(items))
    if not asked.kept:
        return Turn(parts, plain)
    return Turn(parts, message, plain if plain != message else "")


def _plain(items: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The items without thoughts that stand there by their id only. What follows such a thought has an id that is tied to
    it; without these ids the provider takes the items as new ones."""
    readable = [item for item in items if item.get("type") != "reasoning" or item.get("encrypted_content")]
    if len(readable) == len(items):
        return items
    return [
        item if item.get("type") == "reasoning" else {key: value for key, value in item.items() if key != "id"}
        for item in readable
    ]


def _spelled(items: Sequence[Mapping[str, Any]]) -> str:
    return ",".join(map(dumps, items))


class ResponsesStream(Reading):
    """Reads the events of a response. What has nothing to do with our tool passes byte for byte."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._before: list[dict[str, Any]] = []  # items of the rounds before that the client has seen
        self._sent = 0  # events that the client has got, which number them
        self._id: Any = None  # of the first round
        self._last_id: Any = None  # of the round at hand
        super().__init__()

    def _begin(self) -> None:
        self._items: dict[int, dict[str, Any]] = {}
        self._hidden: set[int] = set()
        self._shown_as: dict[int, int] = {}
        self._others = False  # the client's own tools are called
        self._usage = None
        self._completed = False
        self._held = b""  # what ends a turn in which ours stands beside others

    @property
    def renamed(self) -> tuple[str, str] | None:
        known = isinstance(self._id, str) and isinstance(self._last_id, str)
        return (self._id, self._last_id) if self._asked.kept and known and self._id != self._last_id else None

    def feed(self, event: bytes) -> bytes:
        plain = not self._later and not self._hidden
        if plain and b".delta" in event[:_ENVELOPE]:
            return self._out(event)
        value = _sse.json_of(_sse.data_of(event))
        kind = value.get("type") if value is not None else None
        if value is None or not isinstance(kind, str):
            return event
        if isinstance(value.get("response"), dict):
            self._last_id = value["response"].get("id") or self._last_id
            self._id = self._id or self._last_id
        if kind in _OPENING:
            return b"" if self._later else self._out(event)
        number = value.get("output_index")
        if isinstance(number, int):
            item = value.get("item")
            if isinstance(item, dict):
                self._item(number, item, done=kind == "response.output_item.done")
            if number in self._hidden:
                return b""
            if number not in self._shown_as:
                self._shown_as[number] = len(self._before) + len(self._shown_as)
            value["output_index"] = self._shown_as[number]
        if kind in _CLOSING and isinstance(value.get("response"), dict):
            return self._closed(event, value, kind)
        return self._out(event if plain and not self._hidden else self._numbered(value, kind))

    def end(self) -> tuple[Turn | None, bytes]:
        whole = self._hidden and self._completed and self._hidden <= self._items.keys()
        items = [self._items[number] for number in sorted(self._items)] if whole else []
        turn = _turn(items, self._asked) if items else None
        if self._goes_on(turn):
            self._before += [item for item in items if not _is_ours(item)]
            return turn, b""
        held, self._held = self._held, b""
        return turn, held

    def failed(self, error: Any) -> bytes:
        said = {"code": error.get("code") or error.get("type") or "api_error", "message": str(error.get("message", ""))}
        response = {
            "id": self._id or "",
            "object": "response",
            "status": "failed",
            "error": said,
            "output": self._before,
        }
        value = {"type": "response.failed", "response": response}
        return self._out(self._numbered(value, "response.failed"))

    def _item(self, number: int, item: dict[str, Any], *, done: bool) -> None:
        if _is_ours(item):
            self._hidden.add(number)
        self._others = self._others or _is_theirs(item)
        if done:
            self._items[number] = item

    def _closed(self, event: bytes, value: dict[str, Any], kind: str) -> bytes:
        """The round's last event: nothing where the answer goes on, later where our calls must be remembered first."""
        self._completed = kind == "response.completed"
        self._usage = value["response"].get("usage")
        if not self._hidden and not self._later:
            return self._out(event)
        if self._hidden and self._completed and not self._others and self._hidden <= self._items.keys():
            return b""
        out = self._out(self._numbered({**value, "response": self._whole(value["response"])}, kind))
        if self._hidden or self.renamed is not None:
            self._held, out = out, b""
        return out

    def _whole(self, response: dict[str, Any]) -> dict[str, Any]:
        """The response as the client should remember it: what it has seen, and what all of it has cost."""
        output = [item for item in mappings(response.get("output")) if not _is_ours(item)]
        usage = added(self._spent, self._usage)
        name = self._last_id if self._asked.kept else self._id
        response = {**response, "id": name or response.get("id"), "output": [*self._before, *output]}
        return response if usage is None else {**response, "usage": usage}

    def _numbered(self, value: dict[str, Any], kind: str) -> bytes:
        return _sse.event({**value, "sequence_number": self._sent}, kind)

    def _out(self, event: bytes) -> bytes:
        self._sent += 1
        return event
