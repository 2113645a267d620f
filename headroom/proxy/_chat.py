"""OpenAI's chat completions, as answers: our tool's calls taken out, and the rounds joined to one answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from headroom.markers import TOOL_NAME
from headroom.proxy import _sse
from headroom.proxy._tool import Slice
from headroom.proxy._turns import Call, Turn, added, dumps

field = "messages"

_THOUGHTS = ("reasoning_content", "reasoning")  # what some providers want back together with the calls
_BETWEEN = "\n\n"


def stream() -> ChatStream:
    """A reader for one streamed answer."""
    return ChatStream()


def read(answer: Mapping[str, Any]) -> tuple[Turn | None, bool]:
    """The turn that wants our tool and nothing else, and whether it is called in any way."""
    message = _message(answer)
    calls = _calls(message)
    ours = [call for call in calls if _is_ours(call)]
    if not ours or len(ours) != len(calls):
        return None, bool(ours)
    return Turn([_call(call) for call in ours], dumps({**message, "role": "assistant"})), True


def join(answers: Sequence[Mapping[str, Any]], *, json_answer: bool) -> dict[str, Any]:
    """The last answer with what was said before it, the usage of all, and no call of our tool."""
    last = dict(answers[-1])
    message = dict(_message(last))
    said = [text for text in (_message(a).get("content") for a in answers[:-1]) if isinstance(text, str) and text]
    if said and not json_answer:
        final = message.get("content")
        message["content"] = _BETWEEN.join([*said, final] if isinstance(final, str) and final else said)
    calls = _calls(message)
    others = [call for call in calls if not _is_ours(call)]
    choice = dict(last["choices"][0])
    if len(others) != len(calls):
        message["tool_calls"] = others
        if not others:
            del message["tool_calls"]
            choice["finish_reason"] = "stop"
    choice["message"] = message
    last["choices"] = [choice, *last["choices"][1:]]
    if "id" in answers[0]:
        last["id"] = answers[0]["id"]
    usage: Any = None
    for answer in answers:
        usage = added(usage, answer.get("usage"))
    if usage is not None:
        last["usage"] = usage
    return last


def results(turn: Turn, slices: Sequence[Slice]) -> list[str]:
    """The model's turn, and one tool message per call."""
    tools = [
        dumps({"role": "tool", "tool_call_id": call.id, "content": found.text})
        for call, found in zip(turn.calls, slices, strict=True)
    ]
    return [turn.message, *tools]


def _message(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = answer.get("choices")
    if isinstance(choices, list) and len(choices) == 1 and isinstance(choices[0], dict):
        message = choices[0].get("message")
        if isinstance(message, dict):
            return message
    return {}


def _calls(message: Mapping[str, Any]) -> list[Any]:
    calls = message.get("tool_calls")
    return calls if isinstance(calls, list) else []


def _is_ours(call: Any) -> bool:
    function = call.get("function") if isinstance(call, dict) else None
    return isinstance(function, dict) and function.get("name") == TOOL_NAME


def _call(call: Mapping[str, Any]) -> Call:
    return Call(str(call.get("id", "")), call["function"].get("arguments"))


class ChatStream:
    """Reads `chat.completion.chunk` events. What has nothing to do with our tool passes byte for byte."""

    def __init__(self) -> None:
        self._later = False  # in a round after the first
        self._same: dict[str, Any] = {}  # what all chunks of one answer have in common
        self._spent: Any = None  # usage of the rounds before
        self._spoke = False  # in the rounds before
        self._shown = 0  # tool calls that the client knows of
        self._begin()

    def _begin(self) -> None:
        self._data: list[bytes] = []
        self._hidden: set[int] = set()
        self._shown_as: dict[int, int] = {}
        self._held: list[tuple[bytes, dict[str, Any] | None]] = []
        self._usage: Any = None
        self._said = False

    def feed(self, event: bytes) -> bytes:
        data = _sse.data_of(event)
        if data is None:
            return event
        self._data.append(data)
        if not self._later and not self._hidden and b'"tool_calls"' not in data:
            return event
        chunk = _sse.json_of(data)
        if chunk is None or not isinstance(chunk.get("choices"), list):
            return self._hold_or(event, None, hold=bool(self._hidden))
        changed = self._take_out(chunk)
        if chunk.get("usage"):
            self._usage = chunk["usage"]
        if self._later:
            self._continue(chunk)
            changed = True
        finished = not chunk["choices"] or any(c.get("finish_reason") for c in _choices(chunk))
        if self._hidden and finished:
            return self._hold_or(event, chunk, hold=True)
        if not changed:
            return event
        return _sse.event(self._billed(chunk)) if _says_something(chunk, later=self._later) else b""

    def end(self) -> tuple[Turn | None, bytes]:
        if not self._later and self._data:
            first = _sse.json_of(self._data[0]) or {}
            self._same = {key: first[key] for key in ("id", "created", "model") if key in first}
        if self._hidden and not self._shown_as and any(chunk is not None for _, chunk in self._held):
            turn = self._turn()
            self._spent = added(self._spent, self._usage)
            self._later = True
            self._spoke = self._spoke or self._said_anything()
            self._begin()
            return turn, b""
        held, self._held = self._held, []
        return None, b"".join(event if chunk is None else _sse.event(self._billed(chunk)) for event, chunk in held)

    def failed(self, error: Any) -> bytes:
        return _sse.event({"error": error})

    def _hold_or(self, event: bytes, chunk: dict[str, Any] | None, *, hold: bool) -> bytes:
        if hold:
            self._held.append((event, chunk))
            return b""
        return event

    def _take_out(self, chunk: dict[str, Any]) -> bool:
        """Take our tool's calls out of a chunk, and number the others as if ours had never been."""
        changed = False
        for choice in _choices(chunk):
            delta = choice.get("delta")
            if not isinstance(delta, dict) or not isinstance(calls := delta.get("tool_calls"), list):
                continue
            kept = []
            for call in calls:
                number = call.get("index", 0) if isinstance(call, dict) else 0
                if _is_ours(call):
                    self._hidden.add(number)
                if number in self._hidden:
                    continue
                if number not in self._shown_as:
                    self._shown_as[number] = self._shown
                    self._shown += 1
                kept.append({**call, "index": self._shown_as[number]})
            if kept != calls:
                changed = True
                delta["tool_calls"] = kept
                if not kept:
                    del delta["tool_calls"]
        return changed

    def _continue(self, chunk: dict[str, Any]) -> None:
        """Make a chunk of a later round one of the first answer."""
        chunk.update({key: value for key, value in self._same.items() if key in chunk})
        for choice in _choices(chunk):
            delta = choice.get("delta")
            if isinstance(delta, dict):
                delta.pop("role", None)
                if delta.get("content") and self._spoke and not self._said:
                    self._said = True
                    delta["content"] = f"{_BETWEEN}{delta['content']}"

    def _billed(self, chunk: dict[str, Any]) -> dict[str, Any]:
        if chunk.get("usage") and self._spent is not None:
            chunk["usage"] = added(self._spent, chunk["usage"])
        return chunk

    def _deltas(self) -> Iterator[dict[str, Any]]:
        for data in self._data:
            for choice in _choices(_sse.json_of(data) or {}):
                delta = choice.get("delta")
                if isinstance(delta, dict):
                    yield delta

    def _said_anything(self) -> bool:
        return any(delta.get("content") for delta in self._deltas())

    def _turn(self) -> Turn:
        """The turn that stands in this round's chunks."""
        message: dict[str, Any] = {"role": "assistant", "content": None}
        calls: dict[int, dict[str, Any]] = {}
        for delta in self._deltas():
            for name in ("content", *_THOUGHTS):
                if isinstance(delta.get(name), str):
                    message[name] = (message.get(name) or "") + delta[name]
            for part in _calls(delta):
                call = calls.setdefault(part.get("index", 0), {"id": "", "name": "", "arguments": ""})
                function = part.get("function") or {}
                call["id"] = part.get("id") or call["id"]
                call["name"] = function.get("name") or call["name"]
                call["arguments"] += function.get("arguments") or ""
        message["content"] = message["content"] or None
        message["tool_calls"] = [
            {"id": c["id"], "type": "function", "function": {"name": c["name"], "arguments": c["arguments"]}}
            for c in calls.values()
        ]
        return Turn([Call(c["id"], c["arguments"]) for c in calls.values()], dumps(message))


def _choices(chunk: Mapping[str, Any]) -> list[dict[str, Any]]:
    choices = chunk.get("choices")
    return [choice for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []


def _says_something(chunk: Mapping[str, Any], *, later: bool) -> bool:
    """Whether anything is left in a chunk from which our calls were taken."""
    if chunk.get("usage"):
        return True
    for choice in _choices(chunk):
        delta = choice.get("delta")
        if choice.get("finish_reason") or not isinstance(delta, dict):
            return True
        if any(value for key, value in delta.items() if key != "role") or ("role" in delta and not later):
            return True
    return False
