"""OpenAI's chat completions, as answers: our tool's calls taken out, and the rounds joined to one answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from headroom.markers import TOOL_NAME
from headroom.proxy import _sse
from headroom.proxy._tool import Slice
from headroom.proxy._turns import (
    ANY,
    Asked,
    Call,
    Part,
    Reading,
    SentTurn,
    Turn,
    added,
    dumps,
    joined,
    listed,
    mappings,
    named,
)

has_ids = True
field = "messages"

_THOUGHTS = ("reasoning_content", "reasoning")  # what some providers want back together with the calls
_BETWEEN = "\n\n"


def stream(_asked: Asked = ANY) -> ChatStream:
    """A reader for one streamed answer."""
    return ChatStream()


def read(answer: Mapping[str, Any], _asked: Asked = ANY) -> tuple[Turn | None, bool]:
    """The turn in which our tool is called, and whether it is."""
    message = _message(answer)
    called = any(map(_is_ours, mappings(message.get("tool_calls"))))
    return (_turn({**message, "role": "assistant"}) if called else None), called


def join(answers: Sequence[Mapping[str, Any]], asked: Asked = ANY) -> dict[str, Any]:
    """The last answer with what was said before it, the usage of all, and no call of our tool."""
    last = joined(answers)
    message = dict(_message(last))
    said = [text for text in (_message(a).get("content") for a in answers[:-1]) if isinstance(text, str) and text]
    if said and not asked.json:
        final = message.get("content")
        message["content"] = _BETWEEN.join([*said, final] if isinstance(final, str) and final else said)
    calls = listed(message.get("tool_calls"))
    others = [call for call in calls if not _is_ours(call)]
    choice = dict(last["choices"][0])
    if len(others) != len(calls):
        message["tool_calls"] = others
        if not others:
            del message["tool_calls"]
            choice["finish_reason"] = "stop"
    choice["message"] = message
    last["choices"] = [choice, *last["choices"][1:]]
    return last


def results(turn: Turn, slices: Sequence[Slice], *, plain: bool = False) -> list[str]:
    """The model's turn, and one tool message per call."""
    said = turn.plain if plain else turn.message
    return [said, *(result(call, found) for call, found in zip(turn.calls, slices, strict=True))]


def result(call: Call, found: Slice) -> str:
    """A tool message."""
    return dumps({"role": "tool", "tool_call_id": call.id, "content": found.text})


def turns(messages: Sequence[Any]) -> list[SentTurn]:
    """The turns with calls of the client's tools; their results are the tool messages behind them."""
    found = []
    for i, message in enumerate(messages):
        calls = mappings(message.get("tool_calls")) if isinstance(message, dict) else []
        theirs = [(_name(call), (field, i, "tool_calls", n)) for n, call in enumerate(calls) if not _is_ours(call)]
        if theirs:
            tools = list(takewhile(_is_result, messages[i + 1 :]))
            answered = [(named(tool.get("tool_call_id")), (field, i + 1 + n)) for n, tool in enumerate(tools)]
            first = next(call for call in calls if not _is_ours(call))
            found.append(SentTurn(theirs[0][0], theirs, answered, first))
    return found


def fitted(source: str, _first: Mapping[str, Any]) -> tuple[str, str | None]:
    """A call may stand beside any other."""
    return source, None


def _message(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = answer.get("choices")
    if isinstance(choices, list) and len(choices) == 1 and isinstance(choices[0], dict):
        message = choices[0].get("message")
        if isinstance(message, dict):
            return message
    return {}


def _is_ours(call: Any) -> bool:
    function = call.get("function") if isinstance(call, dict) else None
    return isinstance(function, dict) and function.get("name") == TOOL_NAME


def _is_result(message: Any) -> bool:
    return isinstance(message, dict) and message.get("role") == "tool"


def _name(call: Mapping[str, Any]) -> str:
    return named(call.get("id"), call.get("function"))


def _turn(message: Mapping[str, Any]) -> Turn:
    parts = []
    for call in mappings(message.get("tool_calls")):
        ours = Call(str(call.get("id", "")), call["function"].get("arguments"), dumps(call)) if _is_ours(call) else None
        parts.append(Part("" if ours else _name(call), ours, ours is None))
    return Turn(parts, dumps(message))


class ChatStream(Reading):
    """Reads `chat.completion.chunk` events. What has nothing to do with our tool passes byte for byte."""

    def __init__(self) -> None:
        self._same: dict[str, Any] = {}  # what all chunks of one answer have in common
        self._spoke = False  # in the rounds before
        self._shown = 0  # tool calls that the client knows of
        super().__init__()

    def _begin(self) -> None:
        self._data: list[bytes] = []
        self._hidden: set[int] = set()
        self._shown_as: dict[int, int] = {}
        self._held: list[tuple[bytes, dict[str, Any] | None]] = []
        self._usage = None
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
        finished = any(chunk is not None for _, chunk in self._held)
        turn = self._turn() if self._hidden and finished else None
        spoke = self._spoke or (turn is not None and self._said_anything())
        if self._goes_on(turn):
            self._spoke = spoke
            return turn, b""
        held, self._held = self._held, []
        return turn, b"".join(event if chunk is None else _sse.event(self._billed(chunk)) for event, chunk in held)

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
            for part in mappings(delta.get("tool_calls")):
                call = calls.setdefault(
                    part.get("index", 0), {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
                )
                # Fields of one provider go along: some hold the signature of the thoughts that led to the call.
                call.update({key: value for key, value in part.items() if value and key not in {"index", "function"}})
                function = part.get("function") or {}
                call["function"]["name"] = function.get("name") or call["function"]["name"]
                call["function"]["arguments"] += function.get("arguments") or ""
        message["content"] = message["content"] or None
        message["tool_calls"] = list(calls.values())
        return _turn(message)


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
