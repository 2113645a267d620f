"""The proxy as an ASGI application: what a request goes through, from the guard to the log line.

    guard ─▶ own route? ─▶ answered here
      ├────▶ a WebSocket? ─▶ provider ─▶ both connections made one pipe
      └────▶ known route? ─▶ body read ─▶ shortened ─▶ provider ─▶ answer relayed, our tool's calls resolved
                └──no, or the client wants none of it──▶ provider ─▶ answer relayed, both as streams

Whatever fails on our side leaves the request as it came. No retries, no limits, no queue. Above stands the server, below
every other module of this package.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from headroom.exceptions import StoreError
from headroom.proxy import _guard, _headers, _rounds, _routes
from headroom.proxy._asgi import ClientGone, Header, Incoming, Receive, Scope, Send, answer_error, while_connected
from headroom.proxy._dialects import DIALECTS
from headroom.proxy._engines import Engines
from headroom.proxy._figures import Figures
from headroom.proxy._headers import Control
from headroom.proxy._log import JsonLog
from headroom.proxy._metrics import Metrics
from headroom.proxy._own import OwnRoutes, is_own
from headroom.proxy._prefix import Watch
from headroom.proxy._routes import Route, Upstream
from headroom.proxy._shorten import Shortened, Shortener
from headroom.proxy._tunnel import EXTENSION, Tunnel
from headroom.proxy._upstream import Answer, Client, UpstreamError
from headroom.proxy.settings import ProxySettings

_LOGIN = {
    "advice": "a login gets a new token every few hours, and each token is a tenant of its own: an id that only a"
    " summary still names is unknown to the next",
    "remedy": "headroom proxy --namespace default, where you are the only user",
}
_DAY = 86_400.0
_GONE = 499  # as other proxies log a client that did not wait


@dataclass(slots=True)
class _Exchange:
    """One request on its way, and what the log will say about it."""

    method: str
    path: str
    query: bytes
    raw_path: bytes
    headers: Sequence[Header]
    incoming: Incoming
    send: Send
    tunnel: Tunnel | None = None
    route: Route | None = None
    control: Control = field(default_factory=Control)
    status: int = 0
    shortened: Shortened | None = None
    retrieved: int = 0
    dropped: int = 0
    error: str = ""

    @property
    def has_body(self) -> bool:
        names = {key for key, _ in self.headers}
        return b"transfer-encoding" in names or _headers.value_of(self.headers, b"content-length") not in (None, "0")


class Proxy:
    """An ASGI application. Nothing it keeps between requests is needed by another process.

    `figures` is a folder for the figures of several workers, of which each then tells the sum.
    """

    def __init__(self, settings: ProxySettings, figures: Path | None = None) -> None:
        self._settings = settings
        self._upstreams = {name: settings.upstream(name) for name in _routes.PROVIDERS}
        self._engines = Engines(settings)
        self._shortener = Shortener(settings, self._engines)
        self._metrics = Metrics()
        self._figures = Figures(self._metrics, figures)
        self._own = OwnRoutes(settings, self._engines, self._figures)
        self._log = JsonLog(settings.log)
        self._client = Client()
        self._watch = Watch()
        self._chores: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":  # by a server that was not given the Tunnel
            await send({"type": "websocket.close", "code": 1000})  # before it was accepted: the client gets a 403

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        self._own.warm_up()
        self._chores = [asyncio.ensure_future(chore) for chore in (self._tidied(), self._figures.keep())]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def close(self) -> None:
        """Finish work in threads, close connections and files."""
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await asyncio.to_thread(self._figures.save)
        await self._client.close()
        await asyncio.to_thread(self._shortener.close)
        await asyncio.to_thread(self._engines.close)
        self._log.close()

    async def _tidied(self) -> None:
        """Once a day, remove what tenants have left behind."""
        while True:
            try:
                await asyncio.to_thread(self._engines.expire)
            except StoreError:
                self._metrics.faults.labels("what was idle could not be removed").inc()
            await asyncio.sleep(_DAY)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        path = scope["path"]
        exchange = _Exchange(
            method=scope["method"],
            path=path,
            query=scope.get("query_string", b""),
            raw_path=scope.get("raw_path") or path.encode(),
            headers=scope["headers"],
            incoming=Incoming(receive),
            send=send,
            tunnel=scope.get("extensions", {}).get(EXTENSION),
        )

        async def noted(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                exchange.status = int(str(message["status"]))
            await send(message)

        exchange.send = noted  # type: ignore[assignment]  # a mapping that is a dict
        with self._metrics.in_flight.track_inprogress():
            try:
                await self._answered(exchange)
                await self._watched(exchange)
            except ClientGone:
                exchange.error = "client gone"
                exchange.status = exchange.status or _GONE
            except UpstreamError as e:
                await self._failed(exchange, e)
            except Exception as e:  # noqa: BLE001  # the last line of defence: said to the client, counted, logged
                exchange.error = f"fault {type(e).__name__}"
                self._metrics.faults.labels("an unforeseen fault, please report it").inc()
                if not exchange.status:
                    await answer_error(exchange.send, 500, "fault", f"Headroom: {type(e).__name__}, please report it")
            self._noted(exchange, time.perf_counter() - began)

    async def _answered(self, exchange: _Exchange) -> None:
        if not _guard.known_host(self._settings, exchange.headers, exchange.path):
            message = "this Host is not served; name it with --allow-host if it is meant"
            await answer_error(exchange.send, 421, "unknown_host", message)
        elif (_headers.value_of(exchange.headers, b"upgrade") or "").lower() == "websocket":
            await self._upgraded(exchange)
        elif is_own(exchange.path):
            await self._own.handle(
                exchange.method,
                exchange.path,
                exchange.query,
                headers=exchange.headers,
                incoming=exchange.incoming,
                send=exchange.send,
            )
        else:
            await self._forwarded(exchange)

    async def _upgraded(self, exchange: _Exchange) -> None:
        """Join a client that wants a WebSocket with its provider."""
        exchange.control = _headers.control(exchange.headers)
        shortened = _routes.match("POST", exchange.path) is not None and not exchange.control.bypass
        if exchange.tunnel is None or is_own(exchange.path) or shortened:
            # Codex tries a WebSocket first and takes this for "use HTTP", where what it sends can be shortened.
            await answer_error(exchange.send, 426, "no_websocket", "no WebSocket is spoken here; use HTTP")
            return
        if _guard.from_a_page(exchange.headers):  # which could read what comes, unlike answers to requests
            await answer_error(exchange.send, 403, "forbidden", "web pages of other origins open no WebSocket here")
            return
        await exchange.incoming.read(0)  # from then on it is seen when the client goes
        upstream = self._upstreams[_routes.provider(None, exchange.path, exchange.headers)]
        headers = _headers.to_upgrade(exchange.headers, upstream.host, upstream.origin.encode("ascii"))
        await while_connected(exchange.incoming, self._joined(exchange, exchange.tunnel, upstream, headers))

    async def _joined(self, exchange: _Exchange, tunnel: Tunnel, upstream: Upstream, headers: Sequence[Header]) -> None:
        answer = await self._asked(exchange, upstream, headers, b"")
        try:
            if answer.status == 101:
                exchange.status = answer.status
                await tunnel.join(_headers.to_client(answer.headers), answer.joined())
            else:
                await _rounds.pass_on(answer, exchange.send)
        finally:
            await answer.close()

    async def _failed(self, exchange: _Exchange, error: UpstreamError) -> None:
        """A provider that gives no answer is said so; one that breaks off is shown as what it is, by breaking off."""
        exchange.error = f"upstream {error.code}"
        self._metrics.upstream_errors.labels(error.code).inc()
        if not exchange.status:
            status = 504 if error.code == "timeout" else 502
            await answer_error(exchange.send, status, f"upstream_{error.code}", f"Headroom: {error}")

    # -------------------------------------------------------------------------------------------------- forwarding

    async def _forwarded(self, exchange: _Exchange) -> None:
        if not exchange.has_body:
            await exchange.incoming.read(0)  # from then on it is seen when the client goes
        exchange.route = route = _routes.match(exchange.method, exchange.path)
        exchange.control = _headers.control(exchange.headers)
        upstream = self._upstreams[_routes.provider(route, exchange.path, exchange.headers)]
        why = self._leave(exchange)
        body: bytes | None = None
        if not why:
            body = await exchange.incoming.read(self._settings.body_limit)
            why = "" if body is not None else "the body is too large"
        if why or body is None or route is None:
            if route is not None:
                exchange.shortened = Shortened(body=b"", skipped=why)
            await while_connected(exchange.incoming, self._passed(exchange, upstream))
        else:
            await while_connected(exchange.incoming, self._shortened(exchange, route, upstream, body))

    def _leave(self, exchange: _Exchange) -> str:
        """Why a request is passed through without a look at its body, or ""."""
        if exchange.route is None:
            return "not a route with messages"
        if exchange.control.bypass:
            return "bypassed"
        if _guard.from_a_page(exchange.headers):
            return "sent by a web page"
        return ""

    async def _passed(self, exchange: _Exchange, upstream: Upstream) -> None:
        headers = _headers.to_upstream(exchange.headers, upstream.host)
        content: AsyncIterator[bytes] | bytes = exchange.incoming.stream() if exchange.has_body else b""
        answer = await self._asked(exchange, upstream, headers, content)
        try:
            await _rounds.pass_on(answer, exchange.send, self._added(exchange))
        finally:
            await answer.close()

    async def _shortened(self, exchange: _Exchange, route: Route, upstream: Upstream, body: bytes) -> None:
        namespace = self._settings.namespace or _headers.namespace(exchange.headers, exchange.query)
        if not (self._settings.namespace or self._own.advice) and _headers.of_a_login(exchange.headers):
            self._own.advice = _LOGIN
            self._log.write("advice", said=_LOGIN["advice"], remedy=_LOGIN["remedy"])
        encoding = (_headers.value_of(exchange.headers, b"content-encoding") or "").lower()
        if exchange.path.endswith(":streamGenerateContent") and b"alt=sse" not in exchange.query:
            exchange.control = replace(exchange.control, resolvable=False)  # a JSON array, which nobody here reads
        done = await self._shortener.shorten(route, body, exchange.control, namespace, encoding)
        exchange.shortened = done
        self._metrics.shortened(done)
        if done.turned:
            self._log.write(done.turned, route=route.name, why=f"{self._settings.idle_after} requests without a gain")
        resolving = done.offered and route.name != "count_tokens"
        headers = self._headers_for(exchange, upstream, done.body, resolving=resolving)
        answer = await self._asked(exchange, upstream, headers, done.body)
        try:
            if not resolving:
                await _rounds.pass_on(answer, exchange.send, self._added(exchange))
                return

            async def ask(source: str) -> Answer:
                content = source.encode()
                again = _without_encoding(self._headers_for(exchange, upstream, content, resolving=True))
                return await self._asked(exchange, upstream, again, content)

            rounds = _rounds.Rounds(
                dialect=DIALECTS[route.shape],
                engine=self._engines.of(namespace),
                shortened=done,
                ask=ask,
                added=self._added(exchange),
            )
            try:
                await rounds.relay(answer, exchange.send)
            finally:
                exchange.retrieved = rounds.retrieved
                exchange.dropped += rounds.dropped
                self._metrics.retrievals.labels("given").inc(rounds.retrieved - rounds.failed)
                self._metrics.retrievals.labels("refused").inc(rounds.failed)
                self._metrics.retrievals.labels("dropped").inc(rounds.dropped)
                if rounds.faults:
                    self._metrics.faults.labels("an answer could not be read").inc(rounds.faults)
                    exchange.error = f"an answer could not be read ({rounds.faults}), please report it"
        finally:
            await answer.close()

    def _headers_for(self, exchange: _Exchange, upstream: Upstream, content: bytes, *, resolving: bool) -> list[Header]:
        replaced = {b"content-length": str(len(content)).encode()}
        if resolving:
            replaced[b"accept-encoding"] = b"identity"  # what we must read
        return _headers.to_upstream(exchange.headers, upstream.host, replaced)

    async def _asked(
        self,
        exchange: _Exchange,
        upstream: Upstream,
        headers: Sequence[Header],
        content: bytes | AsyncIterator[bytes],
    ) -> Answer:
        target = upstream.target(exchange.raw_path, exchange.query)
        return await self._client.send(exchange.method, upstream.origin, target, headers, content)

    # ---------------------------------------------------------------------------------------------------- accounts

    def _added(self, exchange: _Exchange) -> list[Header]:
        """What we say about a request in its response: counts of what was done with its texts, and why not more."""
        done = exchange.shortened
        if done is None:
            return []
        said = [f"{action}={count}" for action, count in sorted(done.actions.items())]
        if done.chars_before:
            said += [f"chars={done.chars_before}", f"sent={done.chars_after}"]
        if done.skipped:
            said.append(f"untouched={_headers.printable(done.skipped)}")
        headers = [(b"x-headroom", "; ".join(said).encode("ascii"))]
        reasons = sorted(done.reasons.items(), key=lambda item: (-item[1], item[0]))[:8]
        if reasons:
            line = "; ".join(f"{_headers.printable(reason)}={count}" for reason, count in reasons)
            headers.append((b"x-headroom-reasons", line.encode("ascii")))
        return headers

    async def _watched(self, exchange: _Exchange) -> None:
        """The answer has gone out: say where the request's prefix parted from the one before, if that is asked for."""
        done, route = exchange.shortened, exchange.route
        if done is None or route is None or not done.conversation:
            return
        drift = await asyncio.to_thread(self._watch.look, done.conversation, done.source, route.shape)
        if drift is not None:
            for cause, count in drift.causes.items():
                self._metrics.prefix_breaks.labels(cause).inc(count)
            session = exchange.control.session or done.conversation[:12]
            self._log.write("prefix", route=route.name, session=session, said=drift.said, tokens=drift.tokens)

    def _noted(self, exchange: _Exchange, seconds: float) -> None:
        other = "own" if is_own(exchange.path) else "other" if exchange.tunnel is None else "websocket"
        route = exchange.route.name if exchange.route else other
        self._metrics.requests.labels(route, str(exchange.status)).inc()
        done = exchange.shortened or Shortened(body=b"")
        self._log.write(
            "request",
            route=route,
            status=exchange.status,
            ms=round(seconds * 1000, 1),
            shorten_ms=round(done.seconds * 1000, 1),
            session=exchange.control.session,
            blocks=dict(done.actions),
            reasons=dict(done.reasons),
            chars=done.chars_before,
            chars_sent=done.chars_after,
            retrieved=exchange.retrieved,
            put_back=done.put_back,
            dropped=exchange.dropped + done.lost,
            untouched=done.skipped,
            fault=done.fault,
            error=exchange.error,
        )


def _without_encoding(headers: Sequence[Header]) -> list[Header]:
    """Headers for a body that was compressed when it came and is plain now."""
    return [header for header in headers if header[0].lower() != b"content-encoding"]
