"""Anthropic's messages, as answers: our tool's calls taken out, and the rounds joined to one answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from headroom.markers import TOOL_NAME
from headroom.proxy import _sse
from headroom.proxy._tool import Slice
from headroom.proxy._turns import Call, Turn, added, dumps

field = "messages"

_APPENDED = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "signature"}
_ENVELOPE = 48  # bytes within which an event's name stands


def stream() -> MessagesStream:
    """A reader for one streamed answer."""
    return MessagesStream()


def read(answer: Mapping[str, Any]) -> tuple[Turn | None, bool]:
    """The turn that wants our tool and nothing else, and whether it is called in any way."""
    content = _content(answer)
    ours = [block for block in content if _is_ours(block)]
    if not ours or len(ours) != sum(block.get("type") == "tool_use" for block in content):
        return None, bool(ours)
    return _turn(content), True


def join(answers: Sequence[Mapping[str, Any]], *, json_answer: bool) -> dict[str, Any]:
    """The last answer with what was said before it, the usage of all, and no call of our tool."""
    last = dict(answers[-1])
    shown = answers[-1:] if json_answer else answers
    last["content"] = [block for answer in shown for block in _content(answer) if not _is_ours(block)]
    if last.get("stop_reason") == "tool_use" and not any(b.get("type") == "tool_use" for b in last["content"]):
        last["stop_reason"] = "end_turn"
    if "id" in answers[0]:
        last["id"] = answers[0]["id"]
    usage: Any = None
    for answer in answers:
        usage = added(usage, answer.get("usage"))
    if usage is not None:
        last["usage"] = usage
    return last


def results(turn: Turn, slices: Sequence[Slice]) -> list[str]:
    """The model's turn, and one message with all results."""
    content = [
        {
            "type": "tool_result",
            "tool_use_id": call.id,
            "content": found.text,
            **({"is_error": True} if found.failed else {}),
        }
        for call, found in zip(turn.calls, slices, strict=True)
    ]
    return [turn.message, dumps({"role": "user", "content": content})]


def _content(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    content = answer.get("content")
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


def _is_ours(block: Mapping[str, Any]) -> bool:
    return block.get("type") == "tool_use" and block.get("name") == TOOL_NAME


def _turn(content: Sequence[dict[str, Any]]) -> Turn:
    calls = [Call(str(block.get("id", "")), block.get("input")) for block in content if _is_ours(block)]
    said = [block for block in content if block.get("type") != "text" or block.get("text")]  # empty text is refused
    return Turn(calls, dumps({"role": "assistant", "content": said}))


class MessagesStream:
    """Reads the events of a message. What has nothing to do with our tool passes byte for byte."""

    def __init__(self) -> None:
        self._later = False  # in a round after the first
        self._shown = 0  # content blocks that the client knows of
        self._spent: Any = None  # usage of the rounds before
        self._begin()

    def _begin(self) -> None:
        self._events: list[bytes] = []
        self._hidden: set[int] = set()
        self._shown_as: dict[int, int] = {}
        self._others = False  # the client's own tools are called
        self._held: list[bytes] = []
        self._usage: dict[str, Any] = {}
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
        if self._hidden and self._stopped and not self._others and (content := self._content()) is not None:
            turn = _turn(content)
            self._spent = added(self._spent, self._usage)
            self._later = True
            self._begin()
            return turn, b""
        held, self._held = self._held, []
        if self._hidden and not self._others:  # nothing is left that the client could be asked to run
            held = [event.replace(b'"stop_reason":"tool_use"', b'"stop_reason":"end_turn"') for event in held]
        return None, b"".join(held)

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
                self._others = self._others or block.get("type") == "tool_use"
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
