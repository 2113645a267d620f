"""A request's body, shortened: parsed, given to the engine, and put back with nothing changed but the texts and the tool.

Whatever goes wrong gives the untouched bytes and a reason. The work is done in a worker thread; who has waited for the
deadline goes on with the untouched bytes. Above stands the app, below the engine.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import time
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from headroom.engine import Headroom
from headroom.exceptions import HeadroomError, StoreError
from headroom.messages import Path
from headroom.policy import MIN_CHARS
from headroom.proxy import _idle, _kept, _prefix, _splice, _tool
from headroom.proxy._dialects import DIALECTS
from headroom.proxy._engines import Engines
from headroom.proxy._headers import Control
from headroom.proxy._routes import Route
from headroom.proxy._turns import ANY, Asked, dumps
from headroom.proxy.settings import ProxySettings
from headroom.result import CompressResult

_THREADS = 4
_TELLING = (b"tools", b"previous_response_id")  # what makes also a small request ours to look at
_FATAL = ("the store failed", "an unforeseen fault")  # how the engine's warnings begin that are about a whole request


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """What becomes of a body. `body` is sent; `source` is the same as JSON text where it could be read, its messages a list;
    `asked` is what it wants of its answer. `put_back` counts calls of our tool that stand in it again, `lost` those that
    could not be put back.

    `actions` counts blocks ("compressed", "referenced", "unchanged"), `reasons` why blocks stayed as they were; `skipped`
    says why the whole request did, "" where it was looked at; `fault` marks those reasons that are nobody's wish; `turned`
    is "paused" or "resumed" where this request was the last straw; `conversation` names what the request belongs to, where
    prefixes are watched.
    """

    body: bytes
    source: str = ""
    offered: bool = False
    stream: bool = False
    asked: Asked = ANY
    put_back: int = 0
    lost: int = 0
    actions: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    chars_before: int = 0
    chars_after: int = 0
    seconds: float = 0.0
    skipped: str = ""
    fault: bool = False
    turned: str = ""
    conversation: str = ""

    @property
    def gained(self) -> int:
        """Characters that are not sent."""
        return self.chars_before - self.chars_after


class _Unreadable(Exception):  # noqa: N818  # not an error of anybody
    """Why a body is not looked into."""


class Shortener:
    """Shortens bodies, a few at a time."""

    def __init__(self, settings: ProxySettings, engines: Engines) -> None:
        self._settings = settings
        self._engines = engines
        self._idle = _idle.Idle(settings.idle_after)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="headroom")

    async def shorten(
        self, route: Route, body: bytes, control: Control, namespace: str, encoding: str = ""
    ) -> Shortened:
        """Shorten one body; raises nothing. `encoding` is its Content-Encoding."""
        if len(body) < MIN_CHARS and not encoding and not any(name in body for name in _TELLING):
            return Shortened(body=body, skipped="too small to gain anything")
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, self._work, route, body, control, namespace, encoding)
        try:
            return await asyncio.wait_for(work, self._settings.deadline * 2)
        except asyncio.TimeoutError:  # its name before Python 3.11
            return Shortened(body=body, skipped="the deadline was reached", fault=True)

    def close(self) -> None:
        """End the threads; work that has begun is finished."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _work(self, route: Route, body: bytes, control: Control, namespace: str, encoding: str) -> Shortened:
        began = time.perf_counter()
        try:
            done = self._shortened(route, body, control, namespace, encoding)
        except _Unreadable as e:
            done = Shortened(body=body, skipped=str(e))
        except StoreError as e:
            done = Shortened(body=body, skipped=f"the store failed: {e}", fault=True)
        except HeadroomError as e:
            done = Shortened(body=body, skipped=str(e))
        except Exception as e:  # noqa: BLE001  # fail towards the original: counted, and visible in header and log
            done = Shortened(
                body=body, skipped=f"an unforeseen fault, please report it: {type(e).__name__}", fault=True
            )
        return replace(done, seconds=time.perf_counter() - began)

    def _shortened(self, route: Route, body: bytes, control: Control, namespace: str, encoding: str) -> Shortened:
        original = source = _text(body, encoding, self._settings.body_limit)
        parsed = _parsed(source)
        if self._settings.align:
            source, parsed = _prefix.aligned(source, parsed, route.shape)
        messages = _messages(route, parsed)
        engine = self._engines.of(namespace)
        offered = control.resolvable and self._settings.retrieve and _tool.is_offered(route.shape, parsed)
        place = _tool.place(route.shape, parsed) if offered else None
        edits = [] if place is None else [_splice.put_first(source, place, _tool.DEFINITIONS[route.shape])]
        scope = f"{namespace} {route.name}"
        result: CompressResult[Any] | None = None
        turned = ""
        if parsed[route.field] is messages and (not self._idle.paused(scope) or _idle.brings_much(messages)):
            result = engine.compress(
                messages,
                shape=route.shape,
                profile=control.profile,
                elide=None if offered or _tool.is_given(parsed) else False,
                sent=_idle.sent_before(messages) if self._idle.has_paused(scope, engine) else 0,
            )
            failed = [warning for warning in result.warnings if warning.startswith(_FATAL)]
            if failed and not result.changed:
                return _report(Shortened(body=body, skipped=failed[0], fault=True), result)
            turned = self._idle.count(scope, len(result.changed), engine)
            edits += _splice.replaced(source, _changes(route.field, result))
        kept = self._put_back(route, engine, _splice.splice(source, edits) if edits else source, parsed)
        done = Shortened(
            body=body if kept.source == original else _bytes(kept.source, encoding),
            source=kept.source if parsed[route.field] is messages else _listed(kept.source, route.field, messages),
            conversation=_prefix.conversation(scope, control.session, messages) if self._settings.watch_prefix else "",
            offered=offered,
            stream=parsed.get("stream") is True,
            asked=Asked(json=_tool.wants_json(parsed), kept=_tool.is_kept(route.shape, parsed)),
            put_back=kept.calls,
            lost=kept.lost,
            turned=turned,
        )
        return _report(done, result) if result is not None else replace(done, skipped=_unlooked(parsed, route))

    @staticmethod
    def _put_back(route: Route, engine: Headroom, source: str, parsed: Mapping[str, Any]) -> _kept.PutBack:
        """The request with what the answers before have left to it, whether it is offered the tool or not: the provider may
        know of these calls. Without it where that fails."""
        try:
            return _kept.put_back(engine, DIALECTS[route.shape], source, parsed)
        except Exception:  # noqa: BLE001  # counted; the rest of the work on this request is good
            return _kept.PutBack(source, lost=1)


def _text(body: bytes, encoding: str, limit: int) -> str:
    if encoding == "gzip":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
                body = file.read(limit + 1)
        except (OSError, EOFError, zlib.error) as e:
            raise _Unreadable("the body is no gzip") from e
        if len(body) > limit:
            raise _Unreadable("the body is too large")
    elif encoding not in {"", "identity"}:
        raise _Unreadable(f"the body is encoded as {encoding[:20]}")
    try:
        return body.decode()
    except UnicodeDecodeError as e:
        raise _Unreadable("the body is no UTF-8") from e


def _bytes(text: str, encoding: str) -> bytes:
    data = text.encode()
    return gzip.compress(data, mtime=0) if encoding == "gzip" else data


def _parsed(source: str) -> dict[str, Any]:
    try:
        parsed = json.loads(source)
    except RecursionError as e:
        raise _Unreadable("the JSON is nested too deeply") from e
    except ValueError as e:
        raise _Unreadable("the body is no JSON") from e
    if not isinstance(parsed, dict):
        raise _Unreadable("the body is no JSON object")
    return parsed


def _messages(route: Route, parsed: Mapping[str, Any]) -> list[Any]:
    """The request's messages. A text in their place stands for one message of the user's, in which nothing is shortened."""
    messages = parsed.get(route.field)
    if isinstance(messages, str) and route.shape == "openai_responses":
        return [{"role": "user", "content": messages}]
    if not isinstance(messages, list):
        raise _Unreadable(f"no list of {route.field}")
    return messages


def _listed(source: str, name: str, messages: Sequence[Any]) -> str:
    """The same request with its messages as a list."""
    ((start, end),) = _splice.spans(source, [(name,)]).values()
    return _splice.splice(source, [_splice.Edit(start, end, dumps(messages))])


def _unlooked(parsed: Mapping[str, Any], route: Route) -> str:
    """Why no text of a request was looked at."""
    return "only a text of the user's" if isinstance(parsed[route.field], str) else "paused, because it had not paid"


def _changes(name: str, result: CompressResult[Any]) -> dict[Path, str]:
    """The texts that differ, by their paths from the body's root."""
    changes: dict[Path, str] = {}
    for block in result.changed:
        text: Any = result.messages
        for key in block.path:
            text = text[key]
        where = (name, *block.path)
        changes[where] = text
    return changes


def _report(done: Shortened, result: CompressResult[Any]) -> Shortened:
    """Counts of what was done; reasons without what is particular to one machine."""
    return replace(
        done,
        actions=Counter(block.action for block in result.blocks),
        reasons=Counter(block.reason.partition(":")[0] for block in result.blocks if block.action == "unchanged"),
        chars_before=sum(block.chars_before for block in result.blocks),
        chars_after=sum(block.chars_after for block in result.blocks),
    )
