"""Originals, what was shown, the ledger of projections, events."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision: str | None = None

_OPTIONS: dict[str, Any] = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mariadb_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_bin",
}
_BLOB = sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")
_AUTO = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _originals()
    _shown()
    _projections()
    _events()


def _originals() -> None:
    op.create_table(
        "headroom_originals",
        sa.Column("namespace", sa.String(128), primary_key=True),
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("chars", sa.BigInteger, nullable=False),
        sa.Column("lines", sa.BigInteger, nullable=False),
        sa.Column("stored_bytes", sa.BigInteger, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("last_used", sa.Double, nullable=False),
        sa.Column("content", _BLOB),
        **_OPTIONS,
    )
    op.create_index("ix_headroom_originals_use", "headroom_originals", ["namespace", "last_used", "stored_bytes"])


def _shown() -> None:
    op.create_table(
        "headroom_shown",
        sa.Column("namespace", sa.String(128), primary_key=True),
        sa.Column("digest", sa.String(32), primary_key=True),
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("stored_bytes", sa.BigInteger, nullable=False),
        sa.Column("content", _BLOB),
        **_OPTIONS,
    )
    op.create_index("ix_headroom_shown_id", "headroom_shown", ["namespace", "id", "stored_bytes"])


def _projections() -> None:
    op.create_table(
        "headroom_projections",
        sa.Column("namespace", sa.String(128), primary_key=True),
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("digest", sa.String(32)),
        sa.Column("id", sa.String(40)),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("compressor", sa.Text, nullable=False),
        sa.Column("lossless", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("last_used", sa.Double, nullable=False),
        **_OPTIONS,
    )
    op.create_index("ix_headroom_projections_id", "headroom_projections", ["namespace", "id"])
    op.create_index("ix_headroom_projections_use", "headroom_projections", ["namespace", "last_used"])


def _events() -> None:
    op.create_table(
        "headroom_events",
        sa.Column("seq", _AUTO, primary_key=True, autoincrement=True),
        sa.Column("namespace", sa.String(128), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("blocks", sa.BigInteger, nullable=False),
        sa.Column("chars_before", sa.BigInteger, nullable=False),
        sa.Column("chars_after", sa.BigInteger, nullable=False),
        sa.Column("tokens_before", sa.BigInteger, nullable=False),
        sa.Column("tokens_after", sa.BigInteger, nullable=False),
        **_OPTIONS,
    )
    op.create_index("ix_headroom_events_at", "headroom_events", ["namespace", "at"])
