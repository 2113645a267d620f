"""Gemini's answers: our tool's calls taken out, and the rounds joined to one answer.

Read are whole answers and streams of server-sent events (`alt=sse`). The stream as one JSON array is not, so the tool is
not offered there.
"""

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

has_ids = False
field = "contents"
_SIGNATURE = "thoughtSignature"


def stream(_asked: Asked = ANY) -> GeminiStream:
    """A reader for one streamed answer."""
    return GeminiStream()


def read(answer: Mapping[str, Any], _asked: Asked = ANY) -> tuple[Turn | None, bool]:
    """The turn in which our tool is called, and whether it is."""
    parts = _parts(_candidate(answer).get("content"))
    called = any(map(_is_ours, parts))
    return (_turn(parts) if called else None), called


def join(answers: Sequence[Mapping[str, Any]], asked: Asked = ANY) -> dict[str, Any]:
    """The last answer with what was said before it, the usage of all, and no call of our tool."""
    shown = answers[-1:] if asked.json else answers
    parts = [p for answer in shown for p in _without_ours(_parts(_candidate(answer).get("content")))]
    return _with_parts(joined(answers, "usageMetadata"), parts)


def results(turn: Turn, slices: Sequence[Slice], *, plain: bool = False) -> list[str]:
    """The model's turn, and one turn with all results."""
    parts = ",".join(result(call, found) for call, found in zip(turn.calls, slices, strict=True))
    return [turn.plain if plain else turn.message, f'{{"role":"user","parts":[{parts}]}}']


def result(call: Call, found: Slice) -> str:
    """A part of a user's turn."""
    response: dict[str, Any] = {"name": TOOL_NAME, "response": {"error" if found.failed else "output": found.text}}
    return dumps({"functionResponse": {**({"id": call.id} if call.id else {}), **response}})


def turns(messages: Sequence[Any]) -> list[SentTurn]:
    """The turns with calls of the client's tools. Their results, in the turn behind them, are in the order of the calls;
    clients give ids to results of calls that had none."""
    found = []
    for i, (content, answer) in enumerate(pairwise(messages)):
        parts = _parts(content) if isinstance(content, dict) and content.get("role") == "model" else []
        theirs = [part for part in parts if _is_theirs(part)]
        if theirs:
            answered = [n for n, part in enumerate(_raw_parts(answer)) if _is_result(part)]
            found.append(
                SentTurn(
                    _name(theirs[0]),
                    [
                        (_name(p), (field, i, "parts", n))
                        for n, p in enumerate(_raw_parts(content))
                        if isinstance(p, dict)
                    ],
                    [(_name(call), (field, i + 1, "parts", n)) for call, n in zip(theirs, answered, strict=False)],
                    theirs[0],
                )
            )
    return found


def fitted(source: str, first: Mapping[str, Any]) -> tuple[str, str | None]:
    """A signature that went over to the client's first call comes back to ours."""
    signature = json.loads(source).get(_SIGNATURE)
    if not signature or first.get(_SIGNATURE) != signature:
        return source, None
    return source, dumps({key: value for key, value in first.items() if key != _SIGNATURE})


def _candidate(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    candidates = answer.get("candidates")
    first = candidates[0] if isinstance(candidates, list) and candidates else None
    return first if isinstance(first, dict) else {}


def _raw_parts(content: Any) -> list[Any]:
    return listed(content.get("parts")) if isinstance(content, dict) else []


def _parts(content: Any) -> list[dict[str, Any]]:
    return mappings(_raw_parts(content))


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


def _is_result(part: Any) -> bool:
    return isinstance(part, dict) and "functionResponse" in part


def _name(part: Mapping[str, Any]) -> str:
    """A call is known by its id, or by what it says and what signs it; other parts by what signs them, if anything does."""
    call, signature = _call(part), part.get(_SIGNATURE)
    return named(call.get("id"), call and [call.get("name"), call.get("args") or {}, signature], signature)


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


def _turn(said: Sequence[dict[str, Any]]) -> Turn:
    shown = iter(_without_ours(said))
    parts = []
    for part in said:
        if _is_ours(part):
            call = _call(part)
            parts.append(Part(call=Call(str(call.get("id") or ""), call.get("args"), dumps(part))))
        else:
            parts.append(Part(_name(next(shown)), theirs=_is_theirs(part)))
    return Turn(parts, dumps({"role": "model", "parts": list(said)}))


class GeminiStream(Reading):
    """Reads the chunks of an answer. What has nothing to do with our tool passes byte for byte."""

    def _begin(self) -> None:
        self._all: list[dict[str, Any]] = []
        self._hidden = False
        self._signature: Any = None  # of a call of ours
        self._others = False  # the client's own tools are called
        self._usage = None
        self._finished = False
        self._held = b""  # what ends a turn in which ours stands beside others

    def feed(self, event: bytes) -> bytes:
        value = _sse.json_of(_sse.data_of(event))
        if value is None:
            return event
        parts = _parts(_candidate(value).get("content"))
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
        out = _sse.event(value)
        if self._finished and self._hidden and self._others:
            self._held += out
            return b""
        return out

    def _without_ours(self, parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        shown = _without_ours(parts, None if self._others else self._signature)
        signed = [part[_SIGNATURE] for part in parts if _is_ours(part) and _SIGNATURE in part]
        self._signature = self._signature or (signed[0] if signed else None)
        return shown

    def end(self) -> tuple[Turn | None, bytes]:
        turn = _turn(self._all) if self._hidden and self._finished else None
        if self._goes_on(turn):
            return turn, b""
        held, self._held = self._held, b""
        return turn, held

    def failed(self, error: Any) -> bytes:
        return _sse.event({"error": {"code": 502, "status": "UNAVAILABLE", "message": "", **error}})

    def _wants_us(self) -> bool:
        return bool(self._hidden) and not self._others
