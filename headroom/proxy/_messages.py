"""Anthropic's messages, as answers: our tool's calls taken out, and the rounds joined to one answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
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
field = "messages"

_APPENDED = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "signature"}
_ENVELOPE = 48  # bytes within which an event's name stands


def stream(_asked: Asked = ANY) -> MessagesStream:
    """A reader for one streamed answer."""
    return MessagesStream()


def read(answer: Mapping[str, Any], _asked: Asked = ANY) -> tuple[Turn | None, bool]:
    """The turn in which our tool is called, and whether it is."""
    content = mappings(answer.get("content"))
    called = any(map(_is_ours, content))
    return (_turn(content) if called else None), called


def join(answers: Sequence[Mapping[str, Any]], asked: Asked = ANY) -> dict[str, Any]:
    """The last answer with what was said before it, the usage of all, and no call of our tool."""
    last = joined(answers)
    shown = answers[-1:] if asked.json else answers
    last["content"] = [block for answer in shown for block in mappings(answer.get("content")) if not _is_ours(block)]
    if last.get("stop_reason") == "tool_use" and not any(map(_is_theirs, last["content"])):
        last["stop_reason"] = "end_turn"
    return last


def results(turn: Turn, slices: Sequence[Slice], *, plain: bool = False) -> list[str]:
    """The model's turn, and one message with all results."""
    content = ",".join(result(call, found) for call, found in zip(turn.calls, slices, strict=True))
    return [turn.plain if plain else turn.message, f'{{"role":"user","content":[{content}]}}']


def result(call: Call, found: Slice) -> str:
    """A block of a user's message."""
    block = {"type": "tool_result", "tool_use_id": call.id, "content": found.text}
    return dumps({**block, "is_error": True} if found.failed else block)


def turns(messages: Sequence[Any]) -> list[SentTurn]:
    """The turns with calls of the client's tools; their results stand in the message behind them."""
    found = []
    for i, (message, answer) in enumerate(pairwise(messages)):
        content = _blocks(message, "assistant")
        first = next((block for block in content if isinstance(block, dict) and _is_theirs(block)), None)
        if first is not None:
            path = (field, i, "content")
            parts = [(_name(block), (*path, n)) for n, block in enumerate(content) if isinstance(block, dict)]
            found.append(SentTurn(_name(first), parts, _results(_blocks(answer, "user"), i + 1), first))
    return found


def fitted(source: str, _first: Mapping[str, Any]) -> tuple[str, str | None]:
    """A call may stand beside any other."""
    return source, None


def _results(content: Sequence[Any], i: int) -> list[Place]:
    return [
        (named(block.get("tool_use_id")), (field, i, "content", n))
        for n, block in enumerate(content)
        if isinstance(block, dict) and block.get("type") == "tool_result"
    ]


def _blocks(message: Any, role: str) -> list[Any]:
    content = message.get("content") if isinstance(message, dict) and message.get("role") == role else None
    return content if isinstance(content, list) else []


def _is_ours(block: Mapping[str, Any]) -> bool:
    return block.get("type") == "tool_use" and block.get("name") == TOOL_NAME


def _is_theirs(block: Mapping[str, Any]) -> bool:
    return block.get("type") == "tool_use" and not _is_ours(block)


def _name(block: Mapping[str, Any]) -> str:
    """Calls have ids; thoughts that are signed are known by what signs them."""
    return named(block.get("id"), block.get("signature"), block.get("data"))


def _turn(content: Sequence[dict[str, Any]]) -> Turn:
    parts = []
    for block in content:
        ours = Call(str(block.get("id", "")), block.get("input"), dumps(block)) if _is_ours(block) else None
        parts.append(Part("" if ours else _name(block), ours, _is_theirs(block)))
    said = [block for block in content if block.get("type") != "text" or block.get("text")]  # empty text is refused
    return Turn(parts, dumps({"role": "assistant", "content": said}))


class MessagesStream(Reading):
    """Reads the events of a message. What has nothing to do with our tool passes byte for byte."""

    def __init__(self) -> None:
        self._shown = 0  # content blocks that the client knows of
        super().__init__()

    def _begin(self) -> None:
        self._events: list[bytes] = []
        self._hidden: set[int] = set()
        self._shown_as: dict[int, int] = {}
        self._others = False  # the client's own tools are called
        self._held: list[bytes] = []
        self._usage = {}
        self._stopped = False

    def feed(self, event: bytes) -> bytes:
        plain = not self._later and not self._hidden
        if plain and b"content_block_delta" in event[:_ENVELOPE]:
            self._events.append(event)
            return event
        value = _sse.json_of(_sse.data_of(event))
        kind = value.get("type") if value is not None else None
        if value is None or not isinstance(kind, str):
            return event
        if kind.startswith("content_block_"):
            self._events.append(event)
            return self._block(event, value, kind)
        if kind in {"message_start", "message_delta"}:
            usage = (value.get("message") or {}).get("usage") if kind == "message_start" else value.get("usage")
            self._usage.update({k: v for k, v in (usage or {}).items() if v is not None})
        if kind == "message_start":
            return b"" if self._later else event
        if kind == "message_delta":
            self._stopped = (value.get("delta") or {}).get("stop_reason") == "tool_use"
            event = self._billed(event, value)
        if self._hidden and kind in {"message_delta", "message_stop"}:
            self._held.append(event)
            return b""
        return event

    def end(self) -> tuple[Turn | None, bytes]:
        content = self._content() if self._hidden and self._stopped else None
        turn = None if content is None else _turn(content)
        if self._goes_on(turn):
            return turn, b""
        held, self._held = self._held, []
        if self._hidden and not self._others:  # nothing is left that the client could be asked to run
            held = [event.replace(b'"stop_reason":"tool_use"', b'"stop_reason":"end_turn"') for event in held]
        return turn, b"".join(held)

    def failed(self, error: Any) -> bytes:
        return _sse.event({"type": "error", "error": error}, "error")

    def _block(self, event: bytes, value: dict[str, Any], kind: str) -> bytes:
        """An event of a content block: nothing for ours, the others numbered as if ours had never been."""
        number = value.get("index", 0)
        block = value.get("content_block")
        if kind == "content_block_start" and isinstance(block, dict):
            if _is_ours(block):
                self._hidden.add(number)
            else:
                self._others = self._others or _is_theirs(block)
        if number in self._hidden:
            return b""
        if number not in self._shown_as:
            self._shown_as[number] = self._shown
            self._shown += 1
        if self._shown_as[number] == number:
            return event
        return _sse.event({**value, "index": self._shown_as[number]}, kind)

    def _billed(self, event: bytes, value: dict[str, Any]) -> bytes:
        if self._spent is None:
            return event
        usage = added(self._spent, self._usage)
        return _sse.event({**value, "usage": usage}, "message_delta")

    def _content(self) -> list[dict[str, Any]] | None:
        """The blocks that stand in this round's events, or None where one cannot be put together."""
        blocks: dict[int, dict[str, Any]] = {}
        inputs: dict[int, str] = {}
        for event in self._events:
            value = _sse.json_of(_sse.data_of(event)) or {}
            number, delta = value.get("index", 0), value.get("delta")
            if value.get("type") == "content_block_start" and isinstance(value.get("content_block"), dict):
                blocks[number] = dict(value["content_block"])
            elif isinstance(delta, dict) and number in blocks:
                kind = delta.get("type")
                if kind == "input_json_delta":
                    inputs[number] = inputs.get(number, "") + delta.get("partial_json", "")
                elif kind == "citations_delta":
                    blocks[number]["citations"] = [*(blocks[number].get("citations") or ()), delta.get("citation")]
                elif kind in _APPENDED:
                    name = _APPENDED[kind]
                    blocks[number][name] = (blocks[number].get(name) or "") + delta.get(name, "")
                else:
                    return None
        for number, text in inputs.items():
            try:
                blocks[number]["input"] = json.loads(text or "{}")
            except ValueError:
                return None
        return [blocks[number] for number in sorted(blocks)]
