"""OpenAI's Responses API, as answers: our tool's calls taken out, and the rounds joined to one answer.

The joined answer has the id of the first round, as clients insist on. What a provider keeps under that id would lack the
later rounds, so the tool is offered only where nothing is kept (`store` is false).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headroom.markers import TOOL_NAME
from headroom.proxy import _sse
from headroom.proxy._tool import Slice
from headroom.proxy._turns import Call, Turn, added, dumps

field = "input"

_THEIRS = frozenset(
    "function_call custom_tool_call local_shell_call shell_call apply_patch_call computer_call mcp_approval_request".split()
)
"""Items that ask the client to do something. Other calls (web search, code interpreter) the provider has made itself."""
_OPENING = frozenset({"response.created", "response.in_progress", "response.queued"})
_CLOSING = frozenset({"response.completed", "response.incomplete", "response.failed"})
_ENVELOPE = 72  # bytes within which an event's name stands


def stream() -> ResponsesStream:
    """A reader for one streamed answer."""
    return ResponsesStream()


def read(answer: Mapping[str, Any]) -> tuple[Turn | None, bool]:
    """The turn that wants our tool and nothing else, and whether it is called in any way."""
    items = _items(answer)
    called = any(map(_is_ours, items))
    wanted = called and answer.get("status") in (None, "completed") and not any(map(_is_theirs, items))
    return (_turn(items) if wanted else None), called


def join(answers: Sequence[Mapping[str, Any]], *, json_answer: bool) -> dict[str, Any]:
    """The last answer with what was said before it, the usage of all, and no call of our tool."""
    last = dict(answers[-1])
    shown = answers[-1:] if json_answer else answers
    last["output"] = [item for answer in shown for item in _items(answer) if not _is_ours(item)]
    if "id" in answers[0]:
        last["id"] = answers[0]["id"]
    usage: Any = None
    for answer in answers:
        usage = added(usage, answer.get("usage"))
    if usage is not None:
        last["usage"] = usage
    return last


def results(turn: Turn, slices: Sequence[Slice]) -> list[str]:
    """The items that the model has put out, and one result per call."""
    outputs = [
        dumps({"type": "function_call_output", "call_id": call.id, "output": found.text})
        for call, found in zip(turn.calls, slices, strict=True)
    ]
    return [turn.message, *outputs]


def _items(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    items = answer.get("output")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _is_ours(item: Mapping[str, Any]) -> bool:
    return item.get("type") == "function_call" and item.get("name") == TOOL_NAME


def _is_theirs(item: Mapping[str, Any]) -> bool:
    return item.get("type") in _THEIRS and not _is_ours(item)


def _turn(items: Sequence[Mapping[str, Any]]) -> Turn:
    calls = [Call(str(item.get("call_id", "")), item.get("arguments")) for item in items if _is_ours(item)]
    return Turn(calls, ",".join(dumps(item) for item in items))


class ResponsesStream:
    """Reads the events of a response. What has nothing to do with our tool passes byte for byte."""

    def __init__(self) -> None:
        self._later = False  # in a round after the first
        self._before: list[dict[str, Any]] = []  # items of the rounds before that the client has seen
        self._sent = 0  # events that the client has got, which number them
        self._spent: Any = None  # usage of the rounds before
        self._id: Any = None  # of the first round
        self._begin()

    def _begin(self) -> None:
        self._items: dict[int, dict[str, Any]] = {}
        self._hidden: set[int] = set()
        self._shown_as: dict[int, int] = {}
        self._others = False  # the client's own tools are called
        self._usage: Any = None
        self._completed = False

    def feed(self, event: bytes) -> bytes:
        plain = not self._later and not self._hidden
        if plain and b".delta" in event[:_ENVELOPE]:
            return self._out(event)
        value = _sse.json_of(_sse.data_of(event))
        kind = value.get("type") if value is not None else None
        if value is None or not isinstance(kind, str):
            return event
        if isinstance(value.get("response"), dict):
            self._id = self._id or value["response"].get("id")
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
            self._completed = kind == "response.completed"
            self._usage = value["response"].get("usage")
            if self._wants_us():
                return b""
            value["response"] = self._whole(value["response"])
        return self._out(event if plain and not self._hidden else self._numbered(value, kind))

    def end(self) -> tuple[Turn | None, bytes]:
        if not self._wants_us():
            return None, b""
        items = [self._items[number] for number in sorted(self._items)]
        self._before += [item for item in items if not _is_ours(item)]
        self._spent = added(self._spent, self._usage)
        self._later = True
        self._begin()
        return _turn(items), b""

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

    def _wants_us(self) -> bool:
        """Whether the round is over, with calls of our tool alone, and all of it is here."""
        return bool(self._hidden) and not self._others and self._completed and self._hidden <= self._items.keys()

    def _whole(self, response: dict[str, Any]) -> dict[str, Any]:
        """The response as the client should remember it: what it has seen, and what all of it has cost."""
        if not self._later and not self._hidden:
            return response
        output = [item for item in response.get("output") or () if isinstance(item, dict) and not _is_ours(item)]
        usage = added(self._spent, self._usage)
        response = {**response, "id": self._id or response.get("id")}
        return {**response, "output": [*self._before, *output], **({} if usage is None else {"usage": usage})}

    def _numbered(self, value: dict[str, Any], kind: str) -> bytes:
        return _sse.event({**value, "sequence_number": self._sent}, kind)

    def _out(self, event: bytes) -> bytes:
        self._sent += 1
        return event
