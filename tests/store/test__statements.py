"""The direct way to SQLite and SQLAlchemy's say the same."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine

from headroom.store import _statements
from headroom.store._api import Entry, content_id
from headroom.store._database import direct
from headroom.store._schema import shown
from headroom.store.sql import CCRStore


def entry(number: int) -> Entry:
    text = f"text {number}"
    return Entry(key=f"key-{number}", id=content_id(text), original=text, visible=text[:3], kind="log", lossless=True)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    store = CCRStore.from_path(tmp_path / "store.db")
    store.save([entry(number) for number in range(7)])
    yield store
    store.close()


def answers(connection: Connection) -> list[Any]:
    names = [content_id(f"text {number}") for number in range(9)]
    return [
        _statements.known(connection, "default", names),
        sorted(_statements.remembered(connection, "default", ["key-1", "key-3", "key-40"])),
        _statements.content(connection, "default", names[2]),
        _statements.content(connection, "default", names[8]),
        _statements.known(connection, "somebody else's", names),
    ]


def test_both_ways_read_the_same(store: CCRStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with store._database.read() as connection:
        assert direct(connection) is not None
        directly = answers(connection)
        monkeypatch.setattr(_statements, "direct", lambda _: None)
        assert answers(connection) == directly
    assert len(directly[0]) == 7
    assert [row.key for row in directly[1]] == ["key-1", "key-3"]


def test_both_ways_leave_a_row_with_a_taken_key_alone(store: CCRStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def row(number: int, packed: bytes) -> dict[str, Any]:
        return {"namespace": "x", "digest": f"d{number}", "id": "hr_1", "stored_bytes": len(packed), "content": packed}

    with store._database.write() as connection:
        assert _statements.insert_new(connection, shown, [row(2, b"b"), row(1, b"a")]) == 2
        assert _statements.insert_new(connection, shown, [row(1, b"other"), row(3, b"c")]) == 1
        monkeypatch.setattr(_statements, "direct", lambda _: None)
        assert _statements.insert_new(connection, shown, [row(1, b"other"), row(4, b"d")]) == 1
        assert _statements.digests(connection, "x", ["d1", "d4", "d5"]) == {"d1", "d4"}


@pytest.mark.parametrize("count", [0, 1, 3, _statements.CHUNK, 2 * _statements.CHUNK + 5])
def test_any_number_of_names_may_be_asked_for(store: CCRStore, count: int) -> None:
    with store._database.read() as connection:
        found = _statements.known(connection, "default", [content_id(f"text {number}") for number in range(count)])
    assert len(found) == min(count, 7)


def test_an_engine_without_the_standard_driver_is_served_by_sqlalchemy(tmp_path: Path) -> None:
    class Wrapped:
        """A driver's connection that is none of Python's own."""

        def __init__(self, path: str) -> None:
            self._inner = sqlite3.connect(path, check_same_thread=False)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._inner, name)

    engine = create_engine("sqlite://", creator=lambda: Wrapped(str(tmp_path / "store.db")))
    store = CCRStore(engine=engine)
    store.save([entry(1)])
    assert store.get(content_id("text 1")) == "text 1"
    assert store.projections(["key-1"])["key-1"].lossless is True
    engine.dispose()
