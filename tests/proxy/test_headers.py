from __future__ import annotations

import pytest

from headroom.proxy._headers import (
    control,
    namespace,
    of_a_login,
    printable,
    to_client,
    to_upgrade,
    to_upstream,
    value_of,
)

HEADERS = [(b"Host", b"here"), (b"X-A", b"1"), (b"x-a", b"2"), (b"Connection", b"x-hop, close"), (b"X-Hop", b"1")]


def test_headers_keep_order_spelling_and_duplicates() -> None:
    sent = to_upstream([*HEADERS, (b"Content-Length", b"5"), (b"TE", b"trailers")], b"there", {b"content-length": b"9"})
    assert sent == [(b"Host", b"there"), (b"X-A", b"1"), (b"x-a", b"2"), (b"Content-Length", b"9")]
    assert to_upstream([(b"a", b"1")], b"there", {b"b": b"2"}) == [(b"host", b"there"), (b"a", b"1"), (b"b", b"2")]
    assert to_upstream([(b"b", b"1"), (b"b", b"3")], b"there", {b"b": b"2"}) == [(b"host", b"there"), (b"b", b"2")]
    assert to_client(HEADERS, frozenset({b"host"})) == [(b"X-A", b"1"), (b"x-a", b"2")]


def test_control_headers_are_read_and_a_session_is_a_digest() -> None:
    found = control([(b"x-headroom-bypass", b"True"), (b"X-Headroom-Profile", b"safe"), (b"x-headroom-session", b"me")])
    assert (found.bypass, found.profile, len(found.session)) == (True, "safe", 12)
    assert not control([(b"x-headroom-bypass", b"0")]).bypass
    assert control([]) == control([(b"authorization", b"x")])


@pytest.mark.parametrize("name", [b"Authorization", b"x-api-key", b"api-key", b"x-goog-api-key"])
def test_each_credential_is_a_tenant_of_its_own_and_cannot_be_told_from_it(name: bytes) -> None:
    one, two = (namespace([(name, key)]) for key in (b"sk-secret-1", b"sk-secret-2"))
    assert one != two
    assert "secret" not in one
    assert one == namespace([(name, b"sk-secret-1")], b"key=other")


def test_a_key_in_the_query_is_a_credential_and_nothing_is_one_tenant() -> None:
    assert namespace([], b"alt=sse&key=abc") != namespace([], b"key=abd") != "default"
    assert namespace([]) == namespace([], b"key=") == namespace([], b"monkey=1") == "default"


@pytest.mark.parametrize(
    ("value", "renewed"),
    [
        (b"Bearer sk-ant-oat01-abc", True),
        (b"bearer eyJhbGciOi.eyJzdWIiOi.c2ln", True),
        (b"Bearer ya29.a0Af", True),
        (b"Bearer sk-ant-api03-abc", False),
        (b"Bearer sk-proj-abc", False),
        (b"Bearer eyJhbGciOi", False),
        (b"Basic eyJhbGciOi.eyJzdWIiOi.c2ln", False),
    ],
)
def test_the_token_of_a_login_is_told_from_a_key(value: bytes, renewed: bool) -> None:
    assert of_a_login([(b"Authorization", value)]) is renewed
    assert not of_a_login([])


def test_a_request_for_a_websocket_stays_one_and_names_the_provider_as_its_origin() -> None:
    asked = [(b"Host", b"here"), (b"Connection", b"Upgrade"), (b"Upgrade", b"websocket"), (b"Sec-WebSocket-Key", b"k")]
    joined = [(b"Connection", b"Upgrade"), (b"Upgrade", b"websocket")]
    sent = to_upgrade(asked, b"there", b"https://there")
    assert sent == [(b"Host", b"there"), (b"Sec-WebSocket-Key", b"k"), *joined]
    sent = to_upgrade([(b"Origin", b"http://here"), *asked], b"there", b"https://there")
    assert sent == [(b"Origin", b"https://there"), (b"Host", b"there"), (b"Sec-WebSocket-Key", b"k"), *joined]


def test_what_stands_in_a_header_is_short_printable_and_no_separator() -> None:
    assert printable("a=1; né\n" + "x" * 100) == ("a:1, n?" + "x" * 73)
    assert value_of(HEADERS, b"x-a") == "1"
    assert value_of(HEADERS, b"x-b") is None
