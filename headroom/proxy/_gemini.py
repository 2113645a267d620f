"""Gemini's answers: our tool's calls taken out, and the rounds joined to one answer.

Read are whole answers and streams of server-sent events (`alt=sse`). The stream as one JSON array is not, so the tool is
not offered there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headroom.markers import TOOL_NAME
from headroom.proxy import _sse
from headroom.proxy._tool import Slice
from headroom.proxy._turns import Call, Turn, added, dumps

field = "contents"
_SIGNATURE = "thoughtSignature"


def stream() -> GeminiStream:
    """A reader for one streamed answer."""
    return GeminiStream()


def read(answer: Mapping[str, Any]) -> tuple[Turn | None, bool]:
    """The turn that wants our tool and nothing else, and whether it is called in any way."""
    parts = _parts(answer)
    ours = [part for part in parts if _is_ours(part)]
    if not ours or any(_is_theirs(part) for part in parts):
        return None, bool(ours)
    return _turn(parts), True


def join(answers: Sequence[Mapping[str, Any]], *, json_answer: bool) -> dict[str, Any]:
    """The last answer with what was said before it, the usage of all, and no call of our tool."""
    shown = answers[-1:] if json_answer else answers
    parts = [part for answer in shown for part in _without_ours(_parts(answer))]
    usage: Any = None
    for answer in answers:
        usage = added(usage, answer.get("usageMetadata"))
    last = _with_parts(answers[-1], parts)
    return {**last, **({} if usage is None else {"usageMetadata": usage})}


def results(turn: Turn, slices: Sequence[Slice]) -> list[str]:
    """The model's turn, and one turn with all results."""
    parts = []
    for call, found in zip(turn.calls, slices, strict=True):
        response: dict[str, Any] = {"name": TOOL_NAME, "response": {"error" if found.failed else "output": found.text}}
        parts.append({"functionResponse": {**({"id": call.id} if call.id else {}), **response}})
    return [turn.message, dumps({"role": "user", "parts": parts})]


def _candidate(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    candidates = answer.get("candidates")
    first = candidates[0] if isinstance(candidates, list) and candidates else None
    return first if isinstance(first, dict) else {}


def _parts(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    content = _candidate(answer).get("content")
    parts = content.get("parts") if isinstance(content, dict) else None
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _with_parts(answer: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    candidate = dict(_candidate(answer))
    candidate["content"] = {"role": "model", **(candidate.get("content") or {}), "parts": list(parts)}
    return {**answer, "candidates": [candidate, *(answer.get("candidates") or [])[1:]]}


def _call(part: Mapping[str, Any]) -> Mapping[str, Any]:
    call = part.get("functionCall")
    return call if isinstance(call, dict) else {}


def _is_ours(part: Mapping[str, Any]) -> bool:
    return _call(part).get("name") == TOOL_NAME


def _is_theirs(part: Mapping[str, Any]) -> bool:
    return "functionCall" in part and not _is_ours(part)


def _without_ours(parts: Sequence[dict[str, Any]], signature: Any = None) -> list[dict[str, Any]]:
    """The parts for the client. The first call of a turn carries the signature of the thoughts before it, which the provider
    wants back: it goes over to the call that is the first one now."""
    kept = []
    for part in parts:
        if _is_ours(part):
            signature = signature or part.get(_SIGNATURE)
        elif signature and "functionCall" in part:
            kept.append({_SIGNATURE: signature, **part})
            signature = None
        else:
            kept.append(part)
    return kept


def _turn(parts: Sequence[Mapping[str, Any]]) -> Turn:
    calls = [Call(str(_call(part).get("id") or ""), _call(part).get("args")) for part in parts if _is_ours(part)]
    return Turn(calls, dumps({"role": "model", "parts": list(parts)}))


class GeminiStream:
    """Reads the chunks of an answer. What has nothing to do with our tool passes byte for byte."""

    def __init__(self) -> None:
        self._later = False  # in a round after the first
        self._spent: Any = None  # usage of the rounds before
        self._begin()

    def _begin(self) -> None:
        self._all: list[dict[str, Any]] = []
        self._hidden = False
        self._signature: Any = None  # of a call of ours
        self._others = False  # the client's own tools are called
        self._usage: Any = None
        self._finished = False

    def feed(self, event: bytes) -> bytes:
        value = _sse.json_of(_sse.data_of(event))
        if value is None:
            return event
        parts = _parts(value)
        self._all += parts
        shown = self._without_ours(parts)
        self._hidden = self._hidden or len(shown) != len(parts)
        self._others = self._others or any(map(_is_theirs, parts))
        self._usage = value.get("usageMetadata") or self._usage
        ends = bool(_candidate(value).get("finishReason"))
        self._finished = self._finished or ends
        if not self._hidden and not self._later:
            return event
        if self._wants_us() and ends and not shown:
            return b""
        if not ends and not shown and parts:
            return b""
        value = _with_parts(value, shown) if _candidate(value) else value
        if self._wants_us() and ends:  # the answer goes on in the next round
            value["candidates"][0].pop("finishReason")
        if value.get("usageMetadata"):
            value["usageMetadata"] = added(self._spent, value["usageMetadata"])
        return _sse.event(value)

    def _without_ours(self, parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        shown = _without_ours(parts, None if self._others else self._signature)
        signed = [part[_SIGNATURE] for part in parts if _is_ours(part) and _SIGNATURE in part]
        self._signature = self._signature or (signed[0] if signed else None)
        return shown

    def end(self) -> tuple[Turn | None, bytes]:
        if not (self._wants_us() and self._finished):
            return None, b""
        turn = _turn(self._all)
        self._spent = added(self._spent, self._usage)
        self._later = True
        self._begin()
        return turn, b""

    def failed(self, error: Any) -> bytes:
        return _sse.event({"error": {"code": 502, "status": "UNAVAILABLE", "message": "", **error}})

    def _wants_us(self) -> bool:
        return self._hidden and not self._others
