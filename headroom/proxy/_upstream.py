"""The way to the providers: one HTTP client, which adds nothing, keeps no cookies, follows nothing and repeats nothing.

It goes the way that the client's own SDK would have gone: the environment's proxies and certificates apply. Above stands
the relay; below httpx.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx

from headroom.proxy._asgi import Header

_IDLE_SECONDS = 5.0
"""How long an unused connection is kept: as long as the SDKs do, and shorter than providers do, who would close it just as
the next request is on its way."""


class UpstreamError(Exception):
    """The provider could not be asked, or broke off. `code` says which: "unreachable", "timeout" or "cut"."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Joined:
    """A connection on which a provider has agreed to speak another protocol (101): bytes, no longer requests."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def read(self, size: int) -> bytes:
        """What has come, at most so many bytes; none at the end. Raises UpstreamError where it breaks off."""
        try:
            data: bytes = await self._stream.read(size)
        except (httpcore.NetworkError, httpcore.TimeoutException) as e:
            raise UpstreamError("cut", _said("the provider broke off", e)) from e
        return data

    async def write(self, data: bytes) -> None:
        """Send bytes. Raises UpstreamError where nobody takes them."""
        try:
            await self._stream.write(data)
        except (httpcore.NetworkError, httpcore.TimeoutException) as e:
            raise UpstreamError("cut", _said("the provider broke off", e)) from e


class Answer:
    """A provider's response of which the head has come. Close it."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.status = response.status_code
        self.headers: Sequence[Header] = response.headers.raw

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes, still compressed if it was. Raises UpstreamError where it breaks off."""
        try:
            async for chunk in self._response.aiter_raw():
                yield chunk
        except httpx.HTTPError as e:
            raise UpstreamError("cut", _said("the provider broke off", e)) from e

    async def body(self) -> bytes:
        """All of the body, decompressed. Raises UpstreamError."""
        try:
            return await self._response.aread()
        except httpx.HTTPError as e:
            raise UpstreamError("cut", _said("the provider broke off", e)) from e

    def joined(self) -> Joined:
        """The connection, of an answer whose status is 101."""
        return Joined(self._response.extensions["network_stream"])

    async def close(self) -> None:
        """Give the connection back, or close it when the body has not been read."""
        await self._response.aclose()


class Client:
    """Sends requests to providers. Safe for any number at once."""

    def __init__(self, *, connect_timeout: float = 10.0) -> None:
        # No limit on connections: a queue in here would hold back what the provider would have taken.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=200, keepalive_expiry=_IDLE_SECONDS)
        jar = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._client = httpx.AsyncClient(limits=limits, cookies=jar, follow_redirects=False)
        # How long an answer may take is for the client to say, who closes the connection when it has waited enough.
        self._timeout = httpx.Timeout(None, connect=connect_timeout).as_dict()

    async def send(
        self, method: str, origin: str, target: bytes, headers: Sequence[Header], content: bytes | AsyncIterable[bytes]
    ) -> Answer:
        """Send one request and wait for the head of the answer.

        Raises:
            UpstreamError: there is none.
        """
        extensions = {"target": target, "timeout": self._timeout}
        request = httpx.Request(method, origin, headers=list(headers), content=content, extensions=extensions)
        try:
            return Answer(await self._client.send(request, stream=True))
        except httpx.ConnectTimeout as e:
            raise UpstreamError("timeout", f"no connection to {origin} in time") from e
        except httpx.ConnectError as e:
            raise UpstreamError("unreachable", _said(f"no connection to {origin}", e)) from e
        except (httpx.HTTPError, httpx.InvalidURL) as e:
            raise UpstreamError("cut", _said(f"{origin} closed the connection without an answer", e)) from e

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def _said(what: str, error: Exception) -> str:
    return f"{what} ({type(error).__name__}: {error})" if str(error) else f"{what} ({type(error).__name__})"
