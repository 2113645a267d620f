"""What only the durable store promises: processes, kills, forks, restarts, an application's own engine."""

from __future__ import annotations

import json
import os
import random
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

from headroom.exceptions import StoreError, UnknownIdError
from headroom.store._api import Entry, Store, content_id
from headroom.store.memory import MemoryStore
from headroom.store.sql import CCRStore

WORKER = """
import random, sys
from headroom.store.sql import CCRStore
from headroom.store._api import Entry, Event, content_id

url, number, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = random.Random(number)
store = CCRStore.from_url(url)
for i in range(rounds):
    own = f"worker {number} text {i} " + "".join(rng.choices("abcdefghij\\n", k=rng.randrange(9000)))
    shared = f"everybody's text {i} " * 50
    entries = [Entry(key=f"{content_id(t)}", id=content_id(t), original=t, visible=t[:40], kind="log") for t in (own, shared)]
    rng.shuffle(entries)
    assert store.save(entries, [Event(name="compress", blocks=2)]).collided == {}
    for entry in entries:
        print(entry.id, flush=True)
        assert store.get(entry.id) == entry.original
    assert len(store.projections([entry.key for entry in entries])) == 2
store.close()
"""


def work(url: str, number: int, rounds: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", WORKER, url, str(number), str(rounds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def entry(original: str) -> Entry:
    return Entry(key=original[:100], id=content_id(original), original=original, visible=original[:20])


def test_eight_processes_may_create_and_fill_one_store_at_once(url: str) -> None:
    workers = [work(url, number, 25) for number in range(8)]
    ids: set[str] = set()
    for worker in workers:
        out, err = worker.communicate(timeout=120)
        assert (worker.returncode, err) == (0, "")
        ids.update(out.split())
    store = CCRStore.from_url(url)
    assert len(ids) == 8 * 25 + 25
    assert {stored.id for stored in store.ls()} == ids
    assert all(content_id(original) == stored.id for stored, original in store.iter_originals())
    assert sum(event.blocks for _, event in store.events()) == 8 * 25 * 2
    store.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_whatever_was_saved_before_a_kill_can_be_read_after_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    rng = random.Random(1)
    returned: list[str] = []
    for number in range(8):
        worker = work(url, number, 100_000)
        assert worker.stdout is not None
        moment = rng.randrange(1, 400)
        returned += [worker.stdout.readline().strip() for _ in range(moment)]
        worker.send_signal(signal.SIGKILL)
        rest, _ = worker.communicate()
        returned += [line for line in rest.split("\n")[:-1] if line]
    store = CCRStore.from_url(url)
    assert all(content_id(store.get(name)) == name for name in returned)
    assert len(returned) > 500
    with store._database.read() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    store.close()


def test_nothing_is_opened_before_the_first_use(tmp_path: Path) -> None:
    store = CCRStore.from_path(tmp_path / "deep" / "er" / "store.db")
    assert list(tmp_path.iterdir()) == []
    assert store.shown(["x"]) == set()
    store.close()
    assert (tmp_path / "deep" / "er" / "store.db").exists()


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_the_owner_may_look_into_the_folder_and_the_files(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        store = CCRStore.from_path(tmp_path / "new" / "store.db")
        store.save([entry("x")])
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
        store.close()
    finally:
        os.umask(old)
    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_store_is_the_same_after_a_restart(url: str) -> None:
    first = CCRStore.from_url(url)
    first.save([entry("text")])
    first.close()
    again = CCRStore.from_url(url)
    assert again.get(content_id("text")) == "text"
    assert again.projections(["text"])["text"].visible == "text"
    again.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_and_its_parent_may_both_go_on(url: str) -> None:
    store = CCRStore.from_url(url)
    store.save([entry("before")])
    children = []
    for number in range(3):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                store.save([entry(f"child {number}")])
                status = 0 if store.get(content_id("before")) == "before" else 2
            finally:
                os._exit(status)
        children.append(child)
    store.save([entry("parent")])
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert {original for _, original in store.iter_originals()} == {"before", "parent", "child 0", "child 1", "child 2"}
    store.close()


def test_an_engine_of_the_application_is_used_and_left_open(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'app.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
    store = CCRStore(engine=engine)
    store.save([entry("text")])
    pool = engine.pool
    store.close()
    assert engine.pool is pool
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "theirs"
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
        assert all(name.startswith(("headroom_", "alembic_version", "sqlite_")) for name in names)
    engine.dispose()


def test_a_store_of_a_foreign_engine_that_begins_on_its_own_works(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'app.db'}")
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    store = CCRStore(engine=engine)
    store.save([entry("text")])
    assert store.get(content_id("text")) == "text"
    engine.dispose()


def test_a_purged_text_is_gone_from_the_disk(tmp_path: Path) -> None:
    secret = "".join(random.Random(2).choices("abcdefghijklmnopqrstuvwxyz", k=60))
    store = CCRStore.from_path(tmp_path / "store.db")
    store.save([Entry(key="k", id=content_id(secret), original=secret, visible=secret + "!")])
    assert any(secret.encode() in path.read_bytes() for path in tmp_path.iterdir())
    assert store.purge() == 1
    assert not any(secret.encode() in path.read_bytes() for path in tmp_path.iterdir())
    store.close()


def test_purging_gives_room_back_to_the_disk(tmp_path: Path) -> None:
    rng = random.Random(3)
    store = CCRStore.from_path(tmp_path / "store.db")
    store.save([entry(rng.randbytes(100_000).hex()) for _ in range(20)])
    assert store.purge() == 20
    assert (tmp_path / "store.db").stat().st_size < 300_000
    store.close()


def test_a_file_that_was_deleted_under_a_running_store_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = CCRStore.from_path(path)
    store.save([entry("first")])
    for file in tmp_path.iterdir():
        file.unlink()
    store.save([entry("second")])
    store.close()
    again = CCRStore.from_path(path)
    assert [original for _, original in again.iter_originals()] == ["second"]
    again.close()


def test_the_touch_of_a_read_does_not_wait_for_a_writer(tmp_path: Path, clock: Any) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    CCRStore.from_url(url).save([entry("text")])
    store = CCRStore(engine=create_engine(url).url, clock=lambda: clock() + 10**9, busy_timeout=600)
    other = create_engine(url)
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        assert store.get(content_id("text")) == "text"
        assert store.projections(["text"])["text"].visible == "text"
    assert store.info(content_id("text")).last_used < clock()
    other.dispose()
    store.close()


def test_what_memory_exports_a_database_takes(tmp_path: Path) -> None:
    memory, store = MemoryStore(), CCRStore.from_path(tmp_path / "store.db")
    texts = ["a", "\ud800\x00", "é" * 5000]
    memory.save([entry(original) for original in texts])
    lines = [json.dumps({"id": stored.id, "text": original}) for stored, original in memory.iter_originals()]
    store.save([Entry(key=None, id=row["id"], original=row["text"]) for row in map(json.loads, lines)])
    assert {original for _, original in store.iter_originals()} == set(texts)
    store.close()


def test_nobody_pays_for_sqlalchemy_before_a_database_is_used() -> None:
    code = "import sys, headroom.store, headroom.store.memory; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    code = "import sys, headroom.store.sql; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_store_that_is_never_closed_warns_of_nothing(tmp_path: Path) -> None:
    code = f"from headroom.store.sql import CCRStore as S; S.from_path({str(tmp_path / 's.db')!r}).shown(['x'])"
    done = subprocess.run([sys.executable, "-X", "dev", "-W", "error", "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_both_stores_have_the_verbs_of_the_contract() -> None:
    verbs = {name for name in vars(Store) if not name.startswith("_")}
    for kind in (MemoryStore, CCRStore):
        assert verbs <= vars(kind).keys()


def test_tenants_of_one_database_share_its_connections_and_nothing_else(tmp_path: Path) -> None:
    store = CCRStore.from_path(tmp_path / "store.db")
    other = store.within("other")
    store.save([entry("text")])
    assert (store.get(content_id("text")), other.namespace) == ("text", "other")
    with pytest.raises(UnknownIdError):
        other.get(content_id("text"))
    other.save([entry("text of the other")])
    assert [stored.id for stored in store.ls()] == [content_id("text")]
    assert other._database is store._database
    with pytest.raises(StoreError, match="namespace"):
        store.within(" ")
    store.close()


def test_repr_names_the_place_without_the_password() -> None:
    store = CCRStore.from_url("postgresql://me:secret@db.example/x?sslpassword=alsosecret", namespace="n")
    assert repr(store) == "CCRStore('postgresql+psycopg://me:***@db.example/x', namespace='n')"


def test_a_damaged_text_is_an_error_that_names_the_store(tmp_path: Path) -> None:
    store = CCRStore.from_path(tmp_path / "store.db")
    store.save([entry("text")])
    with store._database.write() as connection:
        connection.execute(text("UPDATE headroom_originals SET content = x'0178'"))
    with pytest.raises(StoreError, match=r"store\.db: a stored text is damaged"):
        store.get(content_id("text"))
    with store._database.write() as connection:
        connection.execute(text("UPDATE headroom_originals SET content = x'7f78'"))
    with pytest.raises(StoreError, match="newer Headroom"):
        store.get(content_id("text"))
    store.close()
