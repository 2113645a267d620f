"""One database for `store.sql`: opened when first used, created or upgraded where needed, its errors in plain words.

It knows SQLite files (folder, permissions, WAL, a file that was moved away), forks, and what may go wrong; it does not
know what the tables mean. Below stands `_schema`.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import Pool

from headroom.exceptions import RetrievalError, StoreError
from headroom.store import _schema

_DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
_INSTALL = {"psycopg": "headroom-context[postgres]", "pymysql": "headroom-context[mysql]"}
_REASONS = (
    ("locked", "another process holds its lock; end that process, or allow more time with busy_timeout"),
    ("is full", "the disk is full, or the file may not grow; free some space"),
    ("readonly", "it is read-only; make the file and its folder writable"),
    ("not a database", "the file is no SQLite database; move it away, and a new one is created"),
    ("malformed", "the file is damaged; move it away, and a new one is created"),
    ("unable to open", "it cannot be opened; its path must name a file in a folder that you may write to"),
    ("disk i/o error", "the disk cannot be read or written; check its space and its health"),
)
_MOST_IDLE = 8
_ADVISORY = 0x6865_6164_726F_6F6D  # "headroom": the name of our lock among a PostgreSQL server's advisory locks

_alive: weakref.WeakSet[Database] = weakref.WeakSet()
_inherited: list[tuple[Pool, list[Connection]]] = []
_migrating = threading.Lock()  # Alembic keeps its context in module globals


class Database:
    """Connections to one database. Thread-safe, fork-safe."""

    def __init__(self, where: URL | Engine, *, busy_timeout: float) -> None:
        self._url = where.url if isinstance(where, Engine) else where
        self._owned = not isinstance(where, Engine)
        self._engine = where if isinstance(where, Engine) else None
        self._busy_timeout = busy_timeout
        self._lock = threading.Lock()
        self._ready = False
        self._finalizer: weakref.finalize[[Engine, list[Connection]], Database] | None = None
        self._file = sqlite_file(self._url)
        self._idle: list[Connection] = []
        self._inode: tuple[int, int] | None = None
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self.is_mysql = self._url.get_backend_name() in {"mysql", "mariadb"}
        self.name = str(self._file) if self._file else display(self._url)
        _alive.add(self)

    # ------------------------------------------------------------------------------------------------- connections

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for queries. Raises StoreError for all that goes wrong inside."""
        with self._in_plain_words(), self._borrowed() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self, *, patient: bool = True) -> Iterator[Connection]:
        """A transaction, committed at the end. An impatient one gives up at once when another process is writing."""
        with self._in_plain_words(), self._borrowed() as connection:
            if not self.is_sqlite:
                yield connection
                connection.commit()
                return
            hurried = not patient and self._owned
            if hurried:
                connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            try:
                _begin(connection, ours=self._owned)
                yield connection
                _commit(connection)
            finally:
                if hurried:
                    connection.rollback()
                    connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(self._busy_timeout * 1000)}")

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[Connection]:
        """A connection, given back at the end. Those to an SQLite file of ours stay open and are used again: what
        SQLAlchemy's pool does for each use costs more than a small statement."""
        engine = self._opened()
        connection = self._waiting(engine) or engine.connect()
        try:
            yield connection
            if connection.in_transaction():
                connection.rollback()
        except BaseException:
            connection.close()
            raise
        if self._file is not None and self._owned and engine is self._engine and len(self._idle) < _MOST_IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    def _waiting(self, engine: Engine) -> Connection | None:
        """A connection that nobody uses, if there is one to this engine."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was quicker
                return None
            if connection.engine is engine:
                return connection
            connection.close()
        return None

    def close(self) -> None:
        """Close our connections; an engine that belongs to the application is left alone."""
        with self._lock:
            self._drop()

    def shrink(self) -> None:
        """Give the room of removed rows back to the disk, if it can be done now."""
        if self._file is None or not self._owned:
            return
        with contextlib.suppress(StoreError), self.read() as connection:
            cursor = connection.connection.cursor()
            # `execute` would take one step, which frees one page.
            cursor.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);")
            cursor.close()

    # ----------------------------------------------------------------------------------------------------- opening

    def _opened(self) -> Engine:
        engine = self._engine
        if engine is not None and self._ready and self._inode == _inode(self._file):
            return engine
        with self._lock:
            if not self._ready or self._inode != _inode(self._file):
                self._open()
            assert self._engine is not None
            return self._engine

    def _open(self) -> None:
        """Make the tables exist and be current. Whatever fails, the next call starts again."""
        self._ready = False
        self._drop()  # connections to a file that was moved away would write into nothing
        if self._file is not None and self._owned:
            _create_file(self._file)
        engine = self._engine = self._engine or self._connected()
        with engine.connect() as connection:
            current = _schema.is_current(connection)
        if not current:
            with _migrating:
                self._migrate(engine)
        self._inode = _inode(self._file)
        self._ready = True

    def _connected(self) -> Engine:
        settings: dict[str, Any] = {"hide_parameters": True}  # an error must not quote what was stored
        if self.is_sqlite:
            settings |= {"connect_args": {"timeout": self._busy_timeout}, "max_overflow": -1}
        else:
            settings |= {"pool_pre_ping": True, "isolation_level": "READ COMMITTED"}
        try:
            engine = create_engine(self._url, **settings)
        except ModuleNotFoundError as e:
            package = _INSTALL.get(str(e.name), str(e.name))
            raise StoreError(f"the driver {e.name!r} is not installed: pip install '{package}'") from e
        except NoSuchModuleError as e:
            raise StoreError(f"{self._url.drivername!r} is no database that SQLAlchemy knows") from e
        except (ArgumentError, TypeError, ValueError) as e:
            raise StoreError(f"the URL cannot be used: {e}") from e
        if engine.dialect.is_async:
            raise StoreError(f"{self._url.drivername!r} is an async driver: name a blocking one, it runs in a thread")
        if self.is_sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
        self._finalizer = weakref.finalize(self, _dispose, engine, self._idle)
        return engine

    def _migrate(self, engine: Engine) -> None:
        if self.is_sqlite and self._owned:
            self._use_wal(engine)
        with engine.connect() as connection:
            if self.is_sqlite:
                _begin(connection)
            elif self._url.get_backend_name() == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": _ADVISORY})
            elif self.is_mysql:
                connection.execute(text("SELECT GET_LOCK('headroom', 60)"))
            try:
                if not _schema.is_current(connection):
                    _schema.upgrade(connection)
                connection.commit()
            finally:
                if self.is_mysql:  # its table definitions commit on their own, so the lock is no transaction's
                    connection.execute(text("SELECT RELEASE_LOCK('headroom')"))

    def _use_wal(self, engine: Engine) -> None:
        """Switch a new file to WAL. SQLite does not wait for others here, so we do."""
        deadline = time.monotonic() + self._busy_timeout
        while True:
            try:
                with engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA auto_vacuum = INCREMENTAL")  # counts while the file is empty
                    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                return
            except OperationalError as e:
                if "locked" not in str(e.orig) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def _drop(self) -> None:
        if not self._owned or self._engine is None:
            return
        self._ready = False
        if self._finalizer is not None:
            self._finalizer.detach()
        engine, self._engine = self._engine, None
        _dispose(engine, self._idle)

    def forget(self) -> None:
        """In a forked child: leave the parent's connections alone, neither used nor closed, and open new ones."""
        self._lock = threading.Lock()
        self._ready = False
        if self._engine is None:
            return
        _inherited.append((self._engine.pool, self._idle))
        self._idle = []
        if self._finalizer is not None:
            self._finalizer.detach()
        if self._owned:
            self._engine = None
        else:
            self._engine.dispose(close=False)

    # ------------------------------------------------------------------------------------------------------ errors

    @contextlib.contextmanager
    def _in_plain_words(self) -> Iterator[None]:
        try:
            yield
        except RetrievalError:
            raise
        except StoreError as e:
            raise StoreError(f"store {self.name}: {e}") from e
        except DBAPIError as e:
            raise StoreError(f"store {self.name}: {self._reason(e.orig)}") from e
        except OSError as e:
            raise StoreError(f"store {self.name}: {e.strerror or e} ({e.filename or self.name})") from e
        except sqlite3.Error as e:
            raise StoreError(f"store {self.name}: {self._reason(e)}") from e
        except (SQLAlchemyError, OverflowError) as e:
            raise StoreError(f"store {self.name}: {e}") from e

    def _reason(self, error: BaseException | None) -> str:
        said = " ".join(str(error).split()) or type(error).__name__
        if self.is_sqlite:
            low = said.lower()
            for sign, reason in _REASONS:
                if sign in low:
                    return f"{reason} ({said})"
        return said


def direct(connection: Connection) -> sqlite3.Connection | None:
    """The connection of Python's own SQLite driver, where that is what lies below."""
    driver = connection.connection.driver_connection
    return driver if isinstance(driver, sqlite3.Connection) else None


def _dispose(engine: Engine, idle: list[Connection]) -> None:
    while idle:
        with contextlib.suppress(IndexError):
            idle.pop().close()
    engine.dispose()


def parse_url(url: str | URL) -> URL:
    """The URL with our default drivers and `~` resolved; raises StoreError when it is none."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as e:
        shown = re.sub(r"(://[^/@:]*:)[^@]*@", r"\1***@", str(url))
        raise StoreError(f"{shown!r} is no SQLAlchemy URL; write e.g. sqlite:////home/me/headroom.db") from e
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise StoreError("an SQLite store needs a file; for one in memory use headroom.MemoryStore()")
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database.startswith("~"):
        parsed = parsed.set(database=os.path.expanduser(parsed.database))  # noqa: PTH111 - a Path would eat `//`
    return parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))


def display(url: URL) -> str:
    """The URL as an error may show it: no password, no options (they may hold one)."""
    return url.set(query={}).render_as_string(hide_password=True)


def sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite URL; None for other databases and for `file:` URIs, which SQLite reads on its own."""
    database = url.database
    if url.get_backend_name() != "sqlite" or not database or database == ":memory:" or database.startswith("file:"):
        return None
    return Path(database).absolute()


def _create_file(path: Path) -> None:
    """Create a missing file for its owner's eyes only; SQLite gives its -wal and -shm files the same permissions."""
    if path.exists():
        return
    for folder in reversed([path.parent, *path.parent.parents]):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _inode(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        found = os.stat(path)  # noqa: PTH116 - on every call: twice as fast as Path.stat
    except OSError:
        return (-1, -1)  # never equal to what was opened
    return found.st_dev, found.st_ino


def _begin(connection: Connection, *, ours: bool = False) -> None:
    """Take SQLite's write lock at once: a transaction that first reads could not wait for it later.

    An application's engine may begin a transaction in its own way; a connection of `ours` needs no help from SQLAlchemy.
    """
    driver = direct(connection)
    if not ours or driver is None:
        connection.begin()
    if driver is not None and not driver.in_transaction:
        driver.execute("BEGIN IMMEDIATE")
    elif not getattr(connection.connection.driver_connection, "in_transaction", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _commit(connection: Connection) -> None:
    """SQLAlchemy knows of the transaction only where it has executed something in it."""
    driver = direct(connection)
    if driver is None or connection.in_transaction():
        connection.commit()
    else:
        driver.commit()


def _prepare_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA secure_delete = ON")  # what is purged is overwritten, not just forgotten
    cursor.execute("PRAGMA journal_size_limit = 67108864")
    cursor.close()


def _after_fork() -> None:
    global _migrating  # noqa: PLW0603 - a thread of the parent may have held it
    _migrating = threading.Lock()
    for database in list(_alive):
        database.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
