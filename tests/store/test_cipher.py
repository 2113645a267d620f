"""Sealed texts: opened by the same key in the same namespace only, and nothing of them stands on the disk."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import headroom
from headroom import CCRStore, ConfigError, Headroom
from headroom.exceptions import StoreError
from headroom.store._api import Entry, content_id
from headroom.store._cipher import Cipher, new_key

pytest.importorskip("cryptography", reason="the extra is not installed: headroom-context[encryption]")

KEY = new_key()
LOG = "\n".join(f"2026-01-01 10:00:{n % 60:02d} INFO worker {n % 7} took the secret tulip {n}" for n in range(900))


@given(st.binary(min_size=1), st.text(min_size=1, max_size=20, alphabet=st.characters(codec="utf-8")))
def test_what_is_sealed_is_opened_by_the_same_key_and_namespace(data: bytes, namespace: str) -> None:
    sealed = Cipher(KEY).seal(data, namespace)
    assert Cipher(KEY).open(sealed, namespace) == data
    assert Cipher(KEY).seal(data, namespace) == sealed  # one text is one sequence of bytes
    for cipher, where in ((Cipher(new_key()), namespace), (Cipher(KEY), namespace + "x")):
        with pytest.raises(StoreError, match="another key"):
            cipher.open(sealed, where)
    with pytest.raises(StoreError, match="damaged"):
        Cipher(KEY).open(sealed[:-1] + bytes([sealed[-1] ^ 1]), namespace)


def test_nothing_of_a_text_stands_in_the_files(tmp_path: Path) -> None:
    """Neither of the original nor of what was shown, the write-ahead log included; and all of it comes back."""
    path = tmp_path / "store.db"
    store = CCRStore.from_path(path, key=KEY)
    made = Headroom(store=store).compress_text(LOG)
    assert made.id
    assert headroom.retrieve(made.id, store=store) == LOG
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"tulip" not in written
    assert b"LogCompressor" in written  # these are the files
    store.close()
    again = CCRStore.from_path(path, key=KEY)
    assert Headroom(store=again).compress_text(LOG).text == made.text
    assert again.get(made.id) == LOG
    assert [text for _, text in again.iter_originals()] == [LOG]
    again.close()


def test_a_store_that_was_plain_is_read_and_grows_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    plain = CCRStore.from_path(path)
    plain.save([Entry(key=None, id=content_id("one"), original="one")])
    plain.close()
    store = CCRStore.from_path(path, key=KEY)
    store.save([Entry(key=None, id=content_id(text), original=text) for text in ("one", "two")])
    assert {store.get(content_id(text)) for text in ("one", "two")} == {"one", "two"}
    store.close()


@pytest.mark.parametrize(("key", "says"), [(None, "set HEADROOM_STORE_KEY"), (new_key(), "another key")])
def test_without_the_key_nothing_is_read_and_nothing_is_shortened(tmp_path: Path, key: str | None, says: str) -> None:
    path = tmp_path / "store.db"
    store = CCRStore.from_path(path, key=KEY)
    made = Headroom(store=store).compress_text(LOG)
    store.close()
    other = CCRStore.from_path(path, key=key)
    result = Headroom(store=other).compress_text(LOG)
    assert (result.text, result.block.action) == (LOG, "unchanged")
    assert any(says in warning for warning in result.warnings)
    assert made.id
    with pytest.raises(StoreError, match=says):
        other.get(made.id)
    other.close()


def test_tenants_of_one_key_read_their_own_texts_only(tmp_path: Path) -> None:
    store = CCRStore.from_path(tmp_path / "store.db", namespace="a", key=KEY)
    entry = Entry(key=None, id=content_id(LOG), original=LOG)
    store.save([entry])
    store.within("b").save([entry])
    assert store.within("b").get(content_id(LOG)) == LOG
    store.close()


@pytest.mark.parametrize("key", ["", "short", "not base64!", "A" * 44, new_key() + "AAAA"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match="new-key"):
        Cipher(key)


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(ConfigError, match=r"headroom-context\[encryption\]"):
        Cipher(KEY)


def test_the_environment_gives_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key"
    path.write_text(KEY + "\n")
    monkeypatch.setenv("HEADROOM_STORE_KEY_FILE", str(path))
    made = headroom.compress_text(LOG, store=f"sqlite:///{tmp_path}/store.db")
    assert made.id
    store = CCRStore.from_path(tmp_path / "store.db")
    with pytest.raises(StoreError, match="HEADROOM_STORE_KEY"):
        store.get(made.id)
    store.close()
    monkeypatch.setenv("HEADROOM_STORE_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(ConfigError, match="cannot be read"):
        headroom.engine.open_store()


def test_a_key_is_not_printed() -> None:
    assert KEY not in repr(Cipher(KEY))
