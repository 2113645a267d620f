"""Who may use the proxy: hosts by name, web pages not at all, originals by token only.

A page in a browser can send requests to this machine, and a name it controls can be made to lead here (DNS rebinding). So
the Host must be one of ours; a request that comes from a page of another origin gets nothing of ours: own routes refuse it,
requests to providers are passed through untouched. No answer of ours allows another origin to read it (no CORS).
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from headroom._token import matches
from headroom.proxy._asgi import Header
from headroom.proxy._headers import value_of
from headroom.proxy.settings import ProxySettings

_OPEN = frozenset({"/livez", "/readyz"})
"""Probes address a machine by its number; these routes tell nothing."""


def known_host(settings: ProxySettings, headers: Sequence[Header], path: str) -> bool:
    """Whether the request is addressed to a name of ours."""
    if "*" in settings.allowed_hosts or path in _OPEN:
        return True
    return _name(value_of(headers, b"host") or "") in settings.hosts()


def from_a_page(headers: Sequence[Header]) -> bool:
    """Whether a web page of another origin has sent this."""
    origin = value_of(headers, b"origin")
    if origin is None:
        return value_of(headers, b"sec-fetch-site") in {"cross-site", "same-site"}
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return True
    return not host or host.lower() != (value_of(headers, b"host") or "").lower()


def may_read(settings: ProxySettings, headers: Sequence[Header]) -> bool:
    """Whether the request carries this installation's token, as `x-headroom-token` or as a bearer."""
    if settings.token is None:
        return False
    return matches(value_of(headers, b"x-headroom-token") or bearer(headers), settings.token)


def bearer(headers: Sequence[Header]) -> str | None:
    """What stands behind `Authorization: Bearer`."""
    scheme, _, given = (value_of(headers, b"authorization") or "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else None


def _name(host: str) -> str:
    """`[::1]:8787` -> `::1`; a name in lower case, without port and without the root's dot."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")
