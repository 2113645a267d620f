from __future__ import annotations

import pytest

from headroom.proxy import _guard
from headroom.proxy.settings import ProxySettings

LOCAL = ProxySettings(token="secret")


@pytest.mark.parametrize(
    ("host", "known"),
    [
        (b"localhost:8787", True),
        (b"127.0.0.1", True),
        (b"[::1]:8787", True),
        (b"LOCALHOST.", True),
        (b"evil.example:8787", False),
        (b"127.0.0.1.evil.example", False),
        (b"localhost@evil.example", False),
        (b"0.0.0.0:8787", False),
        (b"", False),
    ],
)
def test_only_names_of_ours_are_served(host: bytes, known: bool) -> None:
    assert _guard.known_host(LOCAL, [(b"host", host)], "/v1/models") is known
    assert _guard.known_host(LOCAL, [(b"host", host)], "/livez")
    assert _guard.known_host(ProxySettings(allowed_hosts=frozenset({"*"})), [(b"host", host)], "/x")


def test_further_names_can_be_allowed() -> None:
    settings = ProxySettings(allowed_hosts=frozenset({"Proxy.Internal", "[fe80::1]"}))
    assert _guard.known_host(settings, [(b"host", b"proxy.internal:80")], "/x")
    assert _guard.known_host(settings, [(b"host", b"[fe80::1]:80")], "/x")


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ([], False),
        ([(b"origin", b"http://localhost:8787")], False),
        ([(b"origin", b"http://localhost:3000")], True),
        ([(b"origin", b"https://evil.example")], True),
        ([(b"origin", b"null")], True),
        ([(b"origin", b"http://[")], True),
        ([(b"sec-fetch-site", b"cross-site")], True),
        ([(b"sec-fetch-site", b"none")], False),
    ],
)
def test_requests_of_pages_of_other_origins_are_known(headers: list[tuple[bytes, bytes]], foreign: bool) -> None:
    assert _guard.from_a_page([(b"host", b"localhost:8787"), *headers]) is foreign


def test_originals_are_read_with_the_token_only() -> None:
    assert _guard.may_read(LOCAL, [(b"x-headroom-token", b"secret")])
    assert _guard.may_read(LOCAL, [(b"authorization", b"bearer secret")])
    for headers in (
        [],
        [(b"authorization", b"Basic secret")],
        [(b"x-headroom-token", b"")],
        [(b"x-headroom-token", b"Secret")],
    ):
        assert not _guard.may_read(LOCAL, headers)
        assert not _guard.may_read(ProxySettings(), headers)
