"""The statements that every call of `store.sql` needs, with as little as may be between them and the database.

SQLite takes their text directly, through its driver: what SQLAlchemy does around a statement costs more there than the
statement itself. Everywhere else, where the way to the server costs most, SQLAlchemy executes them. Both ways read the
same definitions, from `_schema`. Transactions and errors are those of `_database`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Insert, Select, Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from headroom.store._database import direct
from headroom.store._schema import events, originals, projections, shown

CHUNK = 400  # values in one IN: old SQLite allows 999 in a statement
_T = TypeVar("_T")


class Known(NamedTuple):
    """An original that is stored; `content` is None once it has expired."""

    id: str
    digest: str
    last_used: float
    content: bytes | None


class Remembered(NamedTuple):
    """A decision of the ledger; `content` is the visible text, None where there is none or it has expired."""

    key: str
    digest: str | None
    id: str | None
    kind: str
    compressor: str
    lossless: bool
    reason: str
    last_used: float
    content: bytes | None


# Locks its rows where a database can, so that nobody expires what a save has found to be there.
_ORIGINALS = (
    select(*(originals.c[name] for name in Known._fields))
    .where(originals.c.namespace == bindparam("ns"), originals.c.id.in_(bindparam("names", expanding=True)))
    .order_by(originals.c.id)
    .with_for_update()
)
_CONTENT = select(originals.c.content, originals.c.last_used).where(
    originals.c.namespace == bindparam("ns"), originals.c.id.in_(bindparam("names", expanding=True))
)
_SHOWN = select(shown.c.digest).where(
    shown.c.namespace == bindparam("ns"), shown.c.digest.in_(bindparam("names", expanding=True))
)
_LEDGER = (
    select(*(projections.c[name] for name in Remembered._fields[:-1]), shown.c.content)
    .outerjoin(
        shown,
        (shown.c.namespace == projections.c.namespace)
        & (shown.c.digest == projections.c.digest)
        & (shown.c.id == projections.c.id),
    )
    .where(projections.c.namespace == bindparam("ns"), projections.c.key.in_(bindparam("names", expanding=True)))
)


def known(connection: Connection, namespace: str, ids: Sequence[str]) -> dict[str, Known]:
    """Those of the originals that are stored or were, by id."""
    return {row[0]: Known(*row) for row in _fetch(connection, _ORIGINALS, namespace, ids)}


def content(connection: Connection, namespace: str, id: str) -> tuple[bytes | None, float] | None:
    """The stored bytes of an original and when it was last used; None where there never was one."""
    for packed, last_used in _fetch(connection, _CONTENT, namespace, [id]):
        return packed, last_used
    return None


def digests(connection: Connection, namespace: str, wanted: Sequence[str]) -> set[str]:
    """Those of the digests that belong to a visible text."""
    return {row[0] for row in _fetch(connection, _SHOWN, namespace, wanted)}


def remembered(connection: Connection, namespace: str, keys: Sequence[str]) -> Iterator[Remembered]:
    """The ledger's decisions about those of the keys that it knows."""
    return (Remembered(*row) for row in _fetch(connection, _LEDGER, namespace, keys))


def insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    """Insert the rows whose primary key is free; returns how many those were, or -1 when the driver cannot say.

    In the order of their keys: two processes that insert the same rows must not wait for each other in a circle.
    """
    if len(rows) > 1:
        rows.sort(key=lambda row: [row[column.name] for column in table.primary_key])
    driver = direct(connection)
    if driver is None:
        statement = _INSERTS.get((connection.dialect.name, table.name))
        return connection.execute(statement if statement is not None else insert(table), rows).rowcount
    return _insert_directly(driver, _INSERTS["sqlite", table.name], rows)


def insert_events(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Append to the events."""
    driver = direct(connection)
    if driver is None:
        connection.execute(_EVENTS, rows)
    else:
        _insert_directly(driver, _EVENTS, rows)


def chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """`values`, as many at a time as one statement takes."""
    return (values[at : at + CHUNK] for at in range(0, len(values), CHUNK))


def _fetch(connection: Connection, query: Select[Any], namespace: str, names: Sequence[str]) -> Iterable[Sequence[Any]]:
    driver = direct(connection)
    for some in map(list, chunks(names)):
        if driver is None:
            yield from connection.execute(query, {"ns": namespace, "names": some})
        else:
            size = 1 << (len(some) - 1).bit_length()  # a name more than once does no harm, and few texts serve all
            padding = some[-1:] * (size - len(some))
            yield from driver.execute(_question(query, size), (namespace, *some, *padding)).fetchall()


@lru_cache(maxsize=64)
def _question(query: Select[Any], size: int) -> str:
    """A query's text for SQLite, with a place for the namespace and for `size` names behind it."""
    asked = query.params(ns="", names=[""] * size)
    return str(asked.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}))


def _insert_directly(driver: sqlite3.Connection, statement: Insert, rows: list[dict[str, Any]]) -> int:
    text, names = _text(statement, tuple(rows[0]))
    return driver.executemany(text, [[row[name] for name in names] for row in rows]).rowcount


@lru_cache(maxsize=64)
def _text(statement: Insert, names: tuple[str, ...]) -> tuple[str, Sequence[str]]:
    """An insert's text for SQLite and the columns in the order in which it takes their values."""
    compiled = statement.compile(dialect=sqlite.dialect(), column_keys=list(names))
    return str(compiled), compiled.positiontup or ()


def _inserts() -> dict[tuple[str, str], Insert]:
    """Statements that leave rows with a taken key alone, as each database spells it."""
    statements: dict[tuple[str, str], Insert] = {}
    for table in (originals, shown, projections):
        statements["sqlite", table.name] = sqlite.insert(table).on_conflict_do_nothing()
        statements["postgresql", table.name] = postgresql.insert(table).on_conflict_do_nothing()
        for name in ("mysql", "mariadb"):
            statements[name, table.name] = insert(table).prefix_with("IGNORE")
    return statements


_INSERTS = _inserts()
_EVENTS = insert(events)
