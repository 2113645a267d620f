"""The tables of `store.sql`, their current version, and how a database gets there.

Names start with `headroom_`, the version table's included, so the store can live in an application's own database next
to its own Alembic history. Alembic is imported only when a database is not at `HEAD`. Above stands `store.sql`.

    originals    content-addressed texts; `content` NULL means expired, the row stays as a tombstone
    shown        every visible text once, by its digest and its original; `content` NULL once its original has expired
    projections  the ledger: which visible text was shown for which block, or why none was
    events       counts
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    text,
)
from sqlalchemy.dialects import mysql

from headroom.exceptions import StoreError

HEAD = "0001"
"""The newest revision in `migrations/versions`. Revisions are numbers, so that newer and older can be told apart."""
VERSION_TABLE = "headroom_version"

_OPTIONS: dict[str, Any] = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mariadb_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_bin",
}
_BLOB = LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")
_AUTO = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up INTEGER primary keys only

metadata = MetaData()

# The content stands last in its row: SQLite reads what is before it without touching the overflow pages behind.
originals = Table(
    "headroom_originals",
    metadata,
    Column("namespace", String(128), primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("chars", BigInteger, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("stored_bytes", BigInteger, nullable=False),
    Column("created", Double, nullable=False),
    Column("last_used", Double, nullable=False),
    Column("content", _BLOB),
    Index("ix_headroom_originals_use", "namespace", "last_used", "stored_bytes"),
    **_OPTIONS,
)

shown = Table(
    "headroom_shown",
    metadata,
    Column("namespace", String(128), primary_key=True),
    Column("digest", String(32), primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("stored_bytes", BigInteger, nullable=False),
    Column("content", _BLOB),
    Index("ix_headroom_shown_id", "namespace", "id", "stored_bytes"),
    **_OPTIONS,
)

projections = Table(
    "headroom_projections",
    metadata,
    Column("namespace", String(128), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("digest", String(32)),
    Column("id", String(40)),
    Column("kind", Text, nullable=False),
    Column("compressor", Text, nullable=False),
    Column("lossless", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("last_used", Double, nullable=False),
    Index("ix_headroom_projections_id", "namespace", "id"),
    Index("ix_headroom_projections_use", "namespace", "last_used"),
    **_OPTIONS,
)

events = Table(
    "headroom_events",
    metadata,
    Column("seq", _AUTO, primary_key=True, autoincrement=True),
    Column("namespace", String(128), nullable=False),
    Column("at", Double, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("blocks", BigInteger, nullable=False),
    Column("chars_before", BigInteger, nullable=False),
    Column("chars_after", BigInteger, nullable=False),
    Column("tokens_before", BigInteger, nullable=False),
    Column("tokens_after", BigInteger, nullable=False),
    Index("ix_headroom_events_at", "namespace", "at"),
    **_OPTIONS,
)


def version(connection: Connection) -> str | None:
    """The revision that the database is at; None where the store was never created."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - our constant
    return None if found is None else str(found)


def is_current(connection: Connection) -> bool:
    """Whether the tables are as this code needs them.

    Raises:
        StoreError: when a newer Headroom has changed them.
    """
    found = version(connection)
    if found is not None and found > HEAD:
        raise StoreError(
            f"it has schema {found}, written by a newer Headroom; this one knows {HEAD}: pip install -U headroom-context"
        )
    return found == HEAD


def upgrade(connection: Connection) -> None:
    """Run the missing migrations on an open transaction. The caller holds the lock and commits."""
    from alembic import command  # noqa: PLC0415 - 0.1 s, needed once in the life of a database
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "headroom.store:migrations")
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
