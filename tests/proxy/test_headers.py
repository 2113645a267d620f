from __future__ import annotations

import pytest

from headroom.proxy._headers import control, namespace, printable, to_client, to_upstream, value_of

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


def test_what_stands_in_a_header_is_short_printable_and_no_separator() -> None:
    assert printable("a=1; né\n" + "x" * 100) == ("a:1, n?" + "x" * 73)
    assert value_of(HEADERS, b"x-a") == "1"
    assert value_of(HEADERS, b"x-b") is None
