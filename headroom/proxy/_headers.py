"""Headers on their way through: in order, with duplicates, in their own spelling; only what belongs to one connection
stays behind.

`Control` is what a client may say to Headroom; these headers never reach the provider. Credentials are named here and
nowhere kept: a namespace is a hash of one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from headroom.proxy._asgi import Header

_HOP_BY_HOP = frozenset(
    (
        *(b"connection", b"keep-alive", b"proxy-connection", b"te", b"transfer-encoding", b"upgrade"),
        *(b"proxy-authorization", b"expect"),
        b"trailer",  # none of the libraries on either side hands trailers over, so none are announced
    )
)
_OWN = b"x-headroom-"
_CREDENTIALS = (b"authorization", b"x-api-key", b"api-key", b"x-goog-api-key")
TENANT = "tenant-"
"""How the namespaces begin that stand for credentials."""
_LOGIN = re.compile(r"bearer +(?:sk-ant-oat|ya29\.|eyJ[\w-]+\.[\w-]+\.)", re.IGNORECASE)
"""Tokens of Claude's login, of Google's, and the JSON Web Tokens of others, e.g. ChatGPT's."""
_TRUE = frozenset({"1", "true", "yes", "on"})
_WORD = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What a client says to Headroom. `session` is a digest: what was sent is not kept. `resolvable`: it takes the answer
    in a form in which calls of our tool can be answered."""

    bypass: bool = False
    profile: str | None = None
    session: str = ""
    resolvable: bool = True


def value_of(headers: Iterable[Header], name: bytes) -> str | None:
    """The first header with this name (lower case), or None."""
    for key, value in headers:
        if key.lower() == name:
            return value.decode("latin-1").strip()
    return None


def control(headers: Sequence[Header]) -> Control:
    """Read `x-headroom-bypass`, `x-headroom-profile` and `x-headroom-session`."""
    own = {key.lower(): value.decode("latin-1").strip() for key, value in headers if key.lower().startswith(_OWN)}
    if not own:
        return Control()
    session = own.get(b"x-headroom-session", "")
    return Control(
        bypass=own.get(b"x-headroom-bypass", "").lower() in _TRUE,
        profile=own.get(b"x-headroom-profile") or None,
        session=hashlib.blake2b(session.encode(), digest_size=6).hexdigest() if session else "",
    )


def to_upstream(headers: Sequence[Header], host: bytes, replaced: dict[bytes, bytes] | None = None) -> list[Header]:
    """The request's headers as the provider gets them. `replaced` sets values by lower-case name, in place where the
    header is there, at the end where it is not."""
    named = _of_connection(headers)
    rest = {b"host": host, **(replaced or {})}
    out: list[Header] = []
    for key, value in headers:
        low = key.lower()
        if low in named or low.startswith(_OWN):
            continue
        if low in rest:
            out.append((key, rest.pop(low)))
        elif not (low == b"host" or (replaced and low in replaced)):  # a second one of those that were set
            out.append((key, value))
    if b"host" in rest:
        out.insert(0, (b"host", rest.pop(b"host")))
    return out + list(rest.items())


def to_upgrade(headers: Sequence[Header], host: bytes, origin: bytes) -> list[Header]:
    """The headers of a request for a WebSocket as the provider gets them. Clients on programming languages' side name the
    server itself as the origin; that is the provider for them."""
    replaced = {b"origin": origin} if value_of(headers, b"origin") is not None else {}
    return [*to_upstream(headers, host, replaced), (b"Connection", b"Upgrade"), (b"Upgrade", b"websocket")]


def to_client(headers: Sequence[Header], dropped: frozenset[bytes] = frozenset()) -> list[Header]:
    """The response's headers as the client gets them."""
    named = _of_connection(headers) | dropped
    return [(key, value) for key, value in headers if key.lower() not in named]


def _of_connection(headers: Sequence[Header]) -> frozenset[bytes]:
    """The headers that are about one connection, those included that `Connection` names."""
    extra = {
        word.strip().lower() for key, value in headers if key.lower() == b"connection" for word in value.split(b",")
    }
    return _HOP_BY_HOP | extra if extra else _HOP_BY_HOP


def namespace(headers: Sequence[Header], query: bytes = b"") -> str:
    """The tenant that a request's credential stands for: a hash from which no credential can be told."""
    for name in _CREDENTIALS:
        found = value_of(headers, name)
        if found:
            return _digest(found)
    if b"key=" in query:
        for key, found in parse_qsl(query.decode("latin-1")):
            if key == "key" and found:
                return _digest(found)
    return "default"


def _digest(credential: str) -> str:
    hashed = hashlib.blake2b(credential.encode(), digest_size=16, person=b"headroom-tenant")
    return f"{TENANT}{hashed.hexdigest()}"


def of_a_login(headers: Sequence[Header]) -> bool:
    """Whether the credential is a token that a login renews by itself, as a rule within hours."""
    return _LOGIN.match(value_of(headers, b"authorization") or "") is not None


def printable(text: str, most: int = 80) -> str:
    """A text as it may stand in a header: one short line of ASCII, without what separates entries."""
    return _WORD.sub("?", text).replace(";", ",").replace("=", ":")[:most].strip()
