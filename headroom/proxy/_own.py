"""The routes that the proxy answers itself: compress, retrieve, and what operators ask.

`/v1/compress` and `/v1/retrieve/{id}` speak the contract of LiteLLM's `headroom` guardrail. Reading an original takes the
installation's token; whose originals are read follows from the credential that comes with it. Below stands the engine.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, unquote

from headroom._version import __version__
from headroom.engine import Headroom
from headroom.exceptions import ExpiredIdError, HeadroomError, RetrievalError, StoreError, UnknownIdError
from headroom.proxy import _guard, _headers, _metrics
from headroom.proxy._asgi import Header, Incoming, Send, answer, answer_error, answer_json
from headroom.proxy._engines import Engines
from headroom.proxy._figures import Figures
from headroom.proxy.settings import ProxySettings
from headroom.store._api import ID_PREFIX

_RETRIEVE = "/v1/retrieve/"
_PATHS = frozenset({"/livez", "/readyz", "/stats", "/metrics", "/v1/compress"})
_SLICE_TOKENS = 2_000


def is_own(path: str) -> bool:
    """Whether the proxy answers this path itself."""
    return path in _PATHS or path.startswith(_RETRIEVE)


class OwnRoutes:
    """Answers what `is_own` names. `advice` is what its operator should know, and the remedy."""

    def __init__(self, settings: ProxySettings, engines: Engines, figures: Figures) -> None:
        self._settings = settings
        self._engines = engines
        self._figures = figures
        self._warm: asyncio.Task[str] | None = None
        self.advice: dict[str, str] = {}

    def warm_up(self) -> None:
        """Open the store in the background; `/readyz` waits for it."""
        self._warm = asyncio.get_running_loop().create_task(asyncio.to_thread(self._store_state))

    async def handle(
        self, method: str, path: str, query: bytes, *, headers: Sequence[Header], incoming: Incoming, send: Send
    ) -> int:
        """Answer one request; returns the status."""
        if _guard.from_a_page(headers):
            return await _error(send, 403, "forbidden", "web pages may not ask this")
        wanted = "POST" if path == "/v1/compress" else "GET"
        if method != wanted and not (wanted == "GET" and method == "HEAD"):
            return await _error(send, 405, "method_not_allowed", f"{path} takes {wanted}")
        if path == "/livez":
            await answer_json(send, 200, {"status": "ok"})
        elif path == "/readyz":
            await answer_json(send, 200, await self._ready())
        elif path == "/metrics":
            await answer(
                send, 200, self._figures.exposition(), [(b"content-type", _metrics.CONTENT_TYPE.encode("ascii"))]
            )
        elif path == "/stats":
            await answer_json(send, 200, {"version": __version__, **self._figures.as_json()})
        elif path == "/v1/compress":
            return await self._compress(headers, incoming, send)
        else:
            return await self._retrieve(unquote(path[len(_RETRIEVE) :]), query, headers, send)
        return 200

    async def _ready(self) -> dict[str, str]:
        """A proxy whose store fails is ready all the same: it passes everything through, and says so here."""
        state = await asyncio.shield(self._warm) if self._warm is not None else ""
        if state:
            state = await asyncio.to_thread(self._store_state)
        found = {"status": "degraded" if state else "ok", "version": __version__, "store": state or "ok"}
        return {**found, **self.advice}

    def _store_state(self) -> str:
        try:
            self._engines.warm_up()
        except HeadroomError as e:
            return str(e)
        return ""

    # ------------------------------------------------------------------------------------------ compress, retrieve

    async def _compress(self, headers: Sequence[Header], incoming: Incoming, send: Send) -> int:
        body = await incoming.read(self._settings.body_limit)
        if body is None:
            return await _error(send, 413, "too_large", f"the body has more than {self._settings.body_limit:,} bytes")
        try:
            asked = json.loads(body)
        except (ValueError, RecursionError):
            asked = None
        if not isinstance(asked, dict) or not isinstance(asked.get("messages"), list):
            return await _error(send, 400, "bad_request", 'the body must be {"messages": […], "model": "…"}')
        try:
            engine = await asyncio.to_thread(self._engines.of, self._namespace(headers))
            found = await asyncio.to_thread(_compressed, engine, asked)
        except HeadroomError as e:
            status = 503 if isinstance(e, StoreError) else 400
            return await _error(send, status, "bad_request" if status == 400 else "store", str(e))
        await answer_json(send, 200, found)
        return 200

    async def _retrieve(self, id: str, query: bytes, headers: Sequence[Header], send: Send) -> int:
        if not _guard.may_read(self._settings, headers):
            return await _error(send, 401, "token", "originals are read with this installation's token only")
        asked = {key: values[-1] for key, values in parse_qs(query.decode("latin-1")).items()}
        name = id if id.startswith(ID_PREFIX) else f"{ID_PREFIX}{id}"
        try:
            engine = await asyncio.to_thread(self._engines.of, self._namespace(headers))
            found = await asyncio.to_thread(_retrieved, engine, name, asked)
        except (UnknownIdError, ExpiredIdError) as e:
            return await _error(send, 404, "expired" if isinstance(e, ExpiredIdError) else "unknown", str(e))
        except StoreError as e:
            return await _error(send, 503, "store", str(e))
        except (RetrievalError, ValueError) as e:
            return await _error(send, 400, "bad_request", str(e))
        await answer_json(send, 200, found)
        return 200

    def _namespace(self, headers: Sequence[Header]) -> str:
        """Whose originals: those of the credential that comes besides the token."""
        if self._settings.namespace is not None:
            return self._settings.namespace
        if self._settings.token is not None and _guard.bearer(headers) == self._settings.token:
            headers = [header for header in headers if header[0].lower() != b"authorization"]
        return _headers.namespace(headers)


def _compressed(engine: Headroom, asked: dict[str, Any]) -> dict[str, Any]:
    config = asked.get("config")
    lossless = isinstance(config, dict) and config.get("mode") == "lossless"
    model = asked.get("model")
    result = engine.compress(
        asked["messages"], model=model if isinstance(model, str) else None, elide=False if lossless else None
    )
    changed = result.changed
    # What was written shorter without loss needs no tool; a caller gives it to the model when there is an id here.
    needed = [block for block in changed if block.id and (not block.lossless or block.action == "referenced")]
    return {
        "messages": result.messages,
        "tokens_before": result.tokens_before,
        "tokens_after": result.tokens_after,
        "tokens_saved": result.tokens_saved,
        "compression_ratio": round(result.tokens_after / result.tokens_before, 4) if result.tokens_before else 1.0,
        "estimated": result.estimated,
        "transforms_applied": sorted({block.compressor for block in changed}),
        "ccr_hashes": list(dict.fromkeys((block.id or "").removeprefix(ID_PREFIX) for block in needed)),
        "warnings": list(result.warnings),
    }


def _retrieved(engine: Headroom, id: str, asked: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {name: asked[name] for name in ("lines", "grep", "query", "rows") if asked.get(name)}
    if asked.get("fields"):
        given["fields"] = [path.strip() for path in asked["fields"].split(",") if path.strip()]
    if asked.get("max_tokens"):
        given["max_tokens"] = int(asked["max_tokens"])
    elif given:
        given["max_tokens"] = _SLICE_TOKENS
    found = engine.retrieve(id, **given)
    return {
        "id": id,
        "original_content": found.text,
        "complete": found.complete,
        "matched": found.matched,
        "total": found.total,
        "unit": found.unit,
        "next": found.next,
    }


async def _error(send: Send, status: int, code: str, message: str) -> int:
    await answer_error(send, status, code, message)
    return status
