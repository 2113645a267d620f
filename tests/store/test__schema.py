"""The tables that the migrations make are those that the code uses, and versions are told apart."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import CreateTable

from headroom.exceptions import StoreError
from headroom.store import _schema
from headroom.store._database import parse_url
from headroom.store.sql import CCRStore


def test_the_migrations_lead_to_the_tables_of_the_code(url: str) -> None:
    store = CCRStore.from_url(url)
    store.shown(["x"])
    store.close()
    engine = create_engine(parse_url(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": _schema.VERSION_TABLE})
        assert compare_metadata(context, _schema.metadata) == []
        assert context.get_current_revision() == _schema.HEAD
    engine.dispose()


def test_head_is_the_last_revision() -> None:
    scripts = ScriptDirectory("headroom/store/migrations")
    assert scripts.get_current_head() == _schema.HEAD
    assert all(script.revision.isdigit() and len(script.revision) == 4 for script in scripts.walk_revisions())


def test_a_store_of_a_newer_headroom_is_left_alone(url: str) -> None:
    store = CCRStore.from_url(url)
    store.shown(["x"])
    with store._database.write() as connection:
        connection.execute(text(f"UPDATE {_schema.VERSION_TABLE} SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match=r"schema 9999, written by a newer Headroom.*pip install -U"):
        store.shown(["x"])
    store.close()


def test_mysql_gets_columns_that_hold_large_texts_and_tell_case_apart() -> None:
    ddl = str(CreateTable(_schema.originals).compile(dialect=mysql.dialect()))
    assert "content LONGBLOB" in ddl
    assert "COLLATE utf8mb4_bin" in ddl
