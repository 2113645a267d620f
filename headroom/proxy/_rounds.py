"""An answer in which the model may call our tool: its calls are answered here, and the model goes on.

Everything else reaches the client as it comes, byte for byte; the client sees neither call nor result. An answer that
cannot be read is passed on as it is. Above stands the app, below the dialects and the way to the provider.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headroom.engine import Headroom
from headroom.exceptions import StoreError
from headroom.proxy import _headers, _kept, _splice, _sse, _tool
from headroom.proxy._asgi import Header, Send, answer
from headroom.proxy._shorten import Shortened
from headroom.proxy._tool import Slice
from headroom.proxy._turns import Dialect, Stream, Turn, dumps
from headroom.proxy._upstream import Answer, UpstreamError

_ROUNDS = 8
"""Rounds in which slices are given; the model is then told to go on without."""
_PATIENCE = 4
_NOT_TAKEN = frozenset({400, 404, 422})  # what providers say of thoughts that they have not kept
_MOVED = frozenset({b"content-length", b"content-encoding"})

Ask = Callable[[str], Awaitable[Answer]]
"""Sends the request with this JSON as its body."""


@dataclass(slots=True)
class Rounds:
    """The rounds of one request. `retrieved` counts the calls that were answered, `failed` those of them that got no slice,
    `dropped` the calls that the model will never hear of, `faults` what of the answer we failed to read."""

    dialect: Dialect
    engine: Headroom
    shortened: Shortened
    ask: Ask
    added: Sequence[Header] = ()
    retrieved: int = 0
    failed: int = 0
    dropped: int = 0
    faults: int = 0
    _source: str = field(init=False)
    _count: int = 0
    _open: Answer | None = None  # of a later round

    def __post_init__(self) -> None:
        self._source = self.shortened.source

    async def relay(self, first: Answer, send: Send) -> None:
        """Give the client the answer that begins with `first`."""
        kind = _headers.value_of(first.headers, b"content-type") or ""
        encoding = _encoding(first)
        try:
            if _is_stream(first):
                await self._stream(first, send)
            elif first.status == 200 and encoding in _DECODERS and "json" in kind:
                await self._whole(first, send, encoding)
            else:
                await pass_on(first, send, self.added)
        finally:
            if self._open is not None:  # also when the client has gone in the middle of a later round
                await self._open.close()

    # -------------------------------------------------------------------------------------------------------- whole

    async def _whole(self, first: Answer, send: Send, encoding: str) -> None:
        answers: list[dict[str, Any]] = []
        current, raw, touched = first, b"", False
        while True:
            raw = b"".join([chunk async for chunk in current.chunks()])
            found = _object(raw, encoding)
            if found is None:
                break
            answers.append(found)
            try:
                turn, called = self.dialect.read(found, self.shortened.asked)
            except Exception:  # noqa: BLE001  # counted; what was paid for is delivered
                self.faults += 1
                break
            touched = touched or called
            if turn is None or turn.beside or self._count >= _ROUNDS + _PATIENCE:
                await self._leave(turn, called=called)
                break
            await current.close()
            current = await self._next(turn)
            encoding = _encoding(current)
            if current.status != 200 or encoding not in _DECODERS:
                await pass_on(current, send, self.added)  # what the client would have got, had it asked now
                return
        await current.close()
        joined: dict[str, Any] | None = None
        if touched and found is not None:
            try:
                joined = self.dialect.join(answers, self.shortened.asked)
            except Exception:  # noqa: BLE001  # as above
                self.faults += 1
        if joined is None:
            headers = [*_headers.to_client(current.headers), *self.added]
            await send({"type": "http.response.start", "status": current.status, "headers": headers})
            await send({"type": "http.response.body", "body": raw})
            return
        headers = [*_headers.to_client(current.headers, _MOVED), *self.added]
        await answer(send, current.status, dumps(joined).encode(), headers)

    # ------------------------------------------------------------------------------------------------------- stream

    async def _stream(self, first: Answer, send: Send) -> None:
        headers = [*_headers.to_client(first.headers, _MOVED), *self.added]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        reader = self.dialect.stream(self.shortened.asked)
        current = first
        while True:
            turn, late = await self._read(reader, _decoded(current), send)
            if turn is None or turn.beside:
                await self._leave(turn, called=reader.called, renamed=reader.renamed)
                await send({"type": "http.response.body", "body": late})
                return
            await current.close()
            problem: Any = None
            if self._count >= _ROUNDS + _PATIENCE:
                self.dropped += len(turn.calls)
                problem = {"type": "api_error", "message": "the model asks for one slice after another without an end"}
            else:
                try:
                    current = await self._next(turn)
                except UpstreamError as e:
                    problem = {"type": "api_error", "code": e.code, "message": str(e)}
                else:
                    problem = None if _is_stream(current) else await _problem(current)
            if problem is not None:
                await send({"type": "http.response.body", "body": reader.failed(problem)})
                return

    async def _read(self, reader: Stream, chunks: AsyncIterator[bytes], send: Send) -> tuple[Turn | None, bytes]:
        """Read the events of one round, give the client what is for it; the turn that calls our tool, and what is left."""
        splitter = _sse.Splitter()
        async for chunk in chunks:
            out = b"".join([self._fed(reader, event) for event in splitter.feed(chunk)])
            if out:
                await send({"type": "http.response.body", "body": out, "more_body": True})
        rest = splitter.rest()
        last = self._fed(reader, rest) if rest else b""
        turn, late = reader.end()
        return turn, last + late

    def _fed(self, reader: Stream, event: bytes) -> bytes:
        """What the client gets for an event; the event itself where we fail."""
        try:
            return reader.feed(event)
        except Exception:  # noqa: BLE001  # counted; what was paid for is delivered
            self.faults += 1
            return event

    async def _next(self, turn: Turn) -> Answer:
        """Answer the calls and let the model go on. Raises UpstreamError."""
        self._count += 1
        slices = await asyncio.to_thread(self._slices, turn)
        self._counted(slices)
        before = self._source
        self._source = self._with(before, self.dialect.results(turn, slices))
        self._open = await self.ask(self._source)
        if turn.plain and self._open.status in _NOT_TAKEN:
            await self._open.close()
            self._source = self._with(before, self.dialect.results(turn, slices, plain=True))
            self._open = await self.ask(self._source)
        return self._open

    def _with(self, source: str, items: list[str]) -> str:
        return _splice.splice(source, [_splice.put_last(source, (self.dialect.field,), items)])

    def _slices(self, turn: Turn) -> list[Slice]:
        if self._count > _ROUNDS:
            over = "No more slices in this turn. Answer with what you have, or run a tool again."
            return [Slice(over, failed=True) for _ in turn.calls]
        return [_tool.resolve(self.engine, call.arguments) for call in turn.calls]

    def _counted(self, slices: Sequence[Slice]) -> None:
        self.retrieved += len(slices)
        self.failed += sum(found.failed for found in slices)

    # ---------------------------------------------------------------------------------------------- what is remembered

    async def _leave(self, turn: Turn | None, *, called: bool, renamed: tuple[str, str] | None = None) -> None:
        """The client gets this round's end next: remember what its next request needs. Calls for which that fails are
        dropped."""
        beside = turn if turn is not None and turn.beside else None
        if beside is None:
            self.dropped += len(turn.calls) if turn is not None else int(called)
        if beside is not None or renamed is not None:
            await asyncio.to_thread(self._remember, beside, renamed)

    def _remember(self, turn: Turn | None, renamed: tuple[str, str] | None) -> None:
        try:
            if renamed is not None:
                _kept.rename(self.engine, *renamed)
            if turn is not None:
                self._answer_beside(turn)
        except StoreError:
            self.dropped += len(turn.calls) if turn is not None else 1
        except Exception:  # noqa: BLE001  # counted; what was paid for is delivered
            self.faults += 1

    def _answer_beside(self, turn: Turn) -> None:
        """Answer calls that stand beside the client's own, for the request that brings back this turn. Raises StoreError."""
        alone = self.shortened.asked.kept
        sound = [call for call in turn.calls if _kept.is_sound(call, ids=self.dialect.has_ids, alone=alone)]
        found = [(call, _tool.resolve(self.engine, call.arguments)) for call in sound if turn.anchor]
        if found:
            messages = json.loads(self.shortened.source)[self.dialect.field]
            _kept.keep(self.engine, self.dialect, turn, found, messages, alone=alone)
        self._counted([slice_ for _, slice_ in found])
        self.dropped += len(turn.calls) - len(found)


async def pass_on(current: Answer, send: Send, added: Sequence[Header] = ()) -> None:
    """Give the client an answer as it is, as it comes."""
    headers = [*_headers.to_client(current.headers), *added]
    await send({"type": "http.response.start", "status": current.status, "headers": headers})
    async for chunk in current.chunks():
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _problem(current: Answer) -> Any:
    """What the provider says went wrong, for an event in a stream that has begun."""
    try:
        found = json.loads(await current.body())
    except (ValueError, RecursionError, UpstreamError):
        found = None
    await current.close()
    if isinstance(found, dict) and "error" in found:
        found = found["error"]
    return found if isinstance(found, dict) else {"type": "api_error", "message": f"status {current.status}"}


class _Plain:
    """Nothing to decode."""

    def decompress(self, data: bytes) -> bytes:
        return data


_DECODERS: Mapping[str, Callable[[], Any]] = {
    "identity": _Plain,
    "gzip": lambda: zlib.decompressobj(zlib.MAX_WBITS | 16),
    "deflate": zlib.decompressobj,
}


def _encoding(current: Answer) -> str:
    return (_headers.value_of(current.headers, b"content-encoding") or "identity").lower()


def _is_stream(current: Answer) -> bool:
    """Whether an answer is a stream of events that can be read."""
    kind = _headers.value_of(current.headers, b"content-type") or ""
    return current.status == 200 and kind.startswith("text/event-stream") and _encoding(current) in _DECODERS


async def _decoded(current: Answer) -> AsyncIterator[bytes]:
    decoder = _DECODERS[_encoding(current)]()
    async for chunk in current.chunks():
        try:
            yield decoder.decompress(chunk)
        except zlib.error as e:
            raise UpstreamError("cut", f"the provider's answer cannot be decompressed ({e})") from e


def _object(raw: bytes, encoding: str) -> dict[str, Any] | None:
    try:
        value = json.loads(_DECODERS[encoding]().decompress(raw))
    except (ValueError, RecursionError, zlib.error):
        return None
    return value if isinstance(value, dict) else None
