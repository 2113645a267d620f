"""Texts become bytes and the same texts again; ids, keys and labels are what databases can hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.exceptions import StoreError
from headroom.retrieval import cut
from headroom.store import _codec
from headroom.store._api import MAX_DIGITS, content_id

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@settings(max_examples=500, deadline=None)
@given(ANY_TEXT, st.integers(1, 50))
def test_pack_and_unpack_are_inverses(text: str, times: int) -> None:
    text *= times
    packed = _codec.pack(_codec.to_utf8(text))
    assert _codec.unpack(packed) == text
    assert len(packed) <= len(_codec.to_utf8(text)) + 1


@given(ANY_TEXT)
def test_ids_are_made_of_the_digest(text: str) -> None:
    name = _codec.digest(_codec.to_utf8(text))
    assert content_id(text, MAX_DIGITS) == "hr_" + name[:MAX_DIGITS]
    assert _codec.longer_ids(content_id(text), name) == [content_id(text, n) for n in (16, 20, 24)]


@pytest.mark.parametrize("packed", [b"", b"\x01", b"\x01no zlib", b"\x00\xff", b"\x07later"])
def test_bytes_that_are_no_text_are_an_error(packed: bytes) -> None:
    with pytest.raises(StoreError):
        _codec.unpack(packed)


@given(ANY_TEXT)
def test_keys_and_labels_are_what_every_database_holds(text: str) -> None:
    key = _codec.stored_key(text)
    assert key.isascii()
    assert key.isprintable()
    assert 1 <= len(key) <= _codec.MAX_KEY
    assert _codec.stored_key(key) == key
    label = _codec.label(text)
    assert "\x00" not in label
    label.encode()


def test_lines_are_counted_as_retrieval_counts_them() -> None:
    for text in ("one", "one\n", "one\ntwo", "one\n\ntwo\n"):
        assert _codec.line_count(text) == cut(text, count=len, grep="nowhere").total
