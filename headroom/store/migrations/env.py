"""Alembic's entry point. Run by `_schema.upgrade` on its connection; `alembic` on the command line is not supported."""

from __future__ import annotations

from alembic import context

from headroom.store._schema import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
