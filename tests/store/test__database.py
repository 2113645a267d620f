"""What goes wrong with a database: the caller gets a StoreError with the place and a reason, and can go on later."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

from headroom.exceptions import StoreError
from headroom.store._api import Entry, content_id
from headroom.store._database import display, parse_url
from headroom.store.sql import CCRStore

ENTRY = Entry(key="k", id=content_id("text"), original="text", visible="t")
CALLS: list[Callable[[CCRStore], object]] = [
    lambda store: store.save([ENTRY]),
    lambda store: store.get(content_id("text")),
    lambda store: store.projections(["k"]),
    lambda store: store.shown(["t"]),
    lambda store: store.info(content_id("text")),
    lambda store: list(store.ls()),
    lambda store: list(store.iter_originals()),
    lambda store: list(store.events()),
    lambda store: store.purge(),
]


def assert_all_fail(store: CCRStore, *said: str) -> None:
    for call in CALLS:
        with pytest.raises(StoreError) as caught:
            call(store)
        for words in said:
            assert words in str(caught.value)
        assert "\n" not in str(caught.value)


def assert_works(store: CCRStore) -> None:
    store.save([ENTRY])
    assert store.get(content_id("text")) == "text"
    store.close()


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file")
    store = CCRStore.from_path(tmp_path / "folder" / "store.db")
    assert_all_fail(store, str(tmp_path / "folder"), "Not a directory")
    (tmp_path / "folder").unlink()
    assert_works(store)


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "store.db").mkdir()
    store = CCRStore.from_path(tmp_path / "store.db")
    assert_all_fail(store, str(tmp_path / "store.db"), "must name a file")
    (tmp_path / "store.db").rmdir()
    assert_works(store)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("dear diary " * 1000)
    store = CCRStore.from_path(tmp_path / "store.db")
    assert_all_fail(store, str(tmp_path / "store.db"), "no SQLite database; move it away")
    assert (tmp_path / "store.db").read_text().startswith("dear diary")
    (tmp_path / "store.db").rename(tmp_path / "diary.txt")
    assert_works(store)


def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = CCRStore.from_path(path)
    store.save([Entry(key=str(i), id=content_id(f"{i}"), original=f"{i}", visible=f"v{i}") for i in range(2000)])
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    with pytest.raises(StoreError, match="damaged; move it away"):
        store.get(content_id("7"))
    with pytest.raises(StoreError, match="damaged"):
        store.save([ENTRY])
    store.close()
    path.unlink()
    assert_works(store)


def test_a_file_that_loses_its_tables_while_it_is_open(tmp_path: Path) -> None:
    store = CCRStore.from_path(tmp_path / "store.db")
    store.save([ENTRY])
    other = sqlite3.connect(tmp_path / "store.db")
    other.execute("DROP TABLE headroom_originals")
    other.close()
    with pytest.raises(StoreError, match="no such table"):
        store.get(content_id("text"))
    store.close()


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="POSIX permissions")
def test_a_read_only_folder_can_be_read_and_says_why_it_cannot_be_written() -> None:
    home = Path(tempfile.mkdtemp())  # not tmp_path: the folders above it are closed to other users
    store = CCRStore.from_path(home / "store.db")
    store.save([ENTRY])
    store.close()
    missing = CCRStore.from_path(home / "other.db")
    for path in (home / "store.db", home):
        path.chmod(0o555)
    root = os.geteuid() == 0  # permissions do not stop root
    if root:
        os.seteuid(65534)
    try:
        with pytest.raises(StoreError, match="read-only"):
            store.save([ENTRY])
        with pytest.raises(StoreError, match="Permission denied"):
            missing.save([ENTRY])
    finally:
        if root:
            os.seteuid(0)
        store.close()
    home.chmod(0o755)
    (home / "store.db").chmod(0o600)
    assert_works(store)
    shutil.rmtree(home)


def test_a_read_that_cannot_note_the_use_still_reads(tmp_path: Path, clock: Any) -> None:
    CCRStore.from_path(tmp_path / "store.db").save([ENTRY])
    engine = create_engine(f"sqlite:///file:{tmp_path / 'store.db'}?mode=ro&uri=true")
    store = CCRStore(engine=engine, clock=lambda: clock() + 10**9)
    assert store.get(content_id("text")) == "text"
    assert store.projections(["k"])["k"].visible == "t"
    with pytest.raises(StoreError, match="read-only"):
        store.save([ENTRY])
    engine.dispose()


def test_a_lock_that_is_held_too_long(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    store = CCRStore.from_url(url, busy_timeout=0.05)
    store.save([ENTRY])
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"store\.db: another process holds its lock.*busy_timeout"):
        store.save([ENTRY])
    assert store.get(content_id("text")) == "text"
    other.execute("ROLLBACK")
    other.close()
    assert_works(store)


def test_a_lock_during_creation(tmp_path: Path) -> None:
    store = CCRStore.from_url(f"sqlite:///{tmp_path / 'store.db'}", busy_timeout=0.05)
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="another process holds its lock"):
        store.save([ENTRY])
    other.execute("ROLLBACK")
    other.close()
    assert_works(store)


def test_a_full_disk_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    pages = [80]

    @event.listens_for(engine, "checkout")
    def limit(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages[0]}")

    store = CCRStore(engine=engine)
    store.save([ENTRY])
    noise = os.urandom(400_000).hex()
    with pytest.raises(StoreError, match="the disk is full"):
        store.save([Entry(key="big", id=content_id(noise), original=noise, visible="big")])
    assert store.get(content_id("text")) == "text"
    assert store.projections(["big"]) == {}
    pages[0] = 10_000
    store.save([Entry(key="big", id=content_id(noise), original=noise, visible="big")])
    assert store.get(content_id(noise)) == noise
    engine.dispose()


def test_a_server_that_cannot_be_reached(tmp_path: Path) -> None:
    store = CCRStore.from_url(f"postgresql://me:secret@/db?host={tmp_path}&password=secret")
    assert_all_fail(store, "postgresql+psycopg://me:***@/db", "connection")
    with pytest.raises(StoreError) as caught:
        store.shown(["x"])
    assert "secret" not in str(caught.value)


def test_a_connection_that_the_server_has_closed_is_replaced(postgres_url: str) -> None:
    store = CCRStore.from_url(postgres_url)
    store.save([ENTRY])
    admin = create_engine(parse_url(postgres_url))
    with admin.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    admin.dispose()
    assert_works(store)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "no SQLAlchemy URL"),
        ("", "no SQLAlchemy URL"),
        ("postgresql://me:secret@host:port/db", "no SQLAlchemy URL"),
        ("sqlite://", "MemoryStore"),
        ("sqlite:///:memory:", "MemoryStore"),
    ],
)
def test_what_is_no_url_of_a_store_is_refused_at_once(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        CCRStore.from_url(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("oracle+oracledb://me:secret@host/db", r"pip install"),
        ("postgresql+psycopg2://me:secret@host/db", r"pip install 'psycopg2'"),
        ("nosuchdb://me:secret@host/db", "no database that SQLAlchemy knows"),
        ("sqlite:///store.db?timeout=soon", "cannot be used"),
        ("postgresql+asyncpg://me:secret@host/db", "pip install|async driver"),
    ],
)
def test_a_driver_or_option_that_is_missing_is_named(
    url: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = CCRStore.from_url(url)
    with pytest.raises(StoreError, match=said) as caught:
        store.save([ENTRY])
    assert "secret" not in str(caught.value)


def test_an_error_chain_quotes_nothing_of_what_was_stored(tmp_path: Path) -> None:
    store = CCRStore.from_path(tmp_path / "store.db")
    store.save([])
    assert store.shown(["x"]) == set()
    with store._database.write() as connection:
        connection.execute(text("DROP TABLE headroom_originals"))
    with pytest.raises(StoreError) as caught:
        store.save([Entry(key="k", id=content_id("secret"), original="secret", visible="secret")])
    error: BaseException | None = caught.value
    while error is not None:
        assert "secret" not in str(error)
        error = error.__cause__
    store.close()


def test_urls_name_the_drivers_that_the_extras_install() -> None:
    assert parse_url("postgresql://h/d").drivername == "postgresql+psycopg"
    assert parse_url("postgres://h/d").drivername == "postgresql+psycopg"
    assert parse_url("mysql://h/d").drivername == "mysql+pymysql"
    assert parse_url("postgresql+psycopg2://h/d").drivername == "postgresql+psycopg2"
    assert parse_url("sqlite:///~/x.db").database == str(Path("~/x.db").expanduser())
    assert display(parse_url("mysql://u:p@h/d?ssl_key=x")) == "mysql+pymysql://u:***@h/d"


def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    store = CCRStore.from_path(tmp_path / "a b?c%20#é" / "store.db")
    assert_works(store)
    assert (tmp_path / "a b?c%20#é" / "store.db").exists()
