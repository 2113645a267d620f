from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from headroom import CCRStore, Headroom
from headroom.cli import _tenants
from headroom.engine import open_store
from headroom.exceptions import UnknownIdError
from tests.cli.program import LOG, Program

OTHER = LOG.replace("worker", "runner")


@pytest.fixture
def ids(program: Program) -> tuple[str, str]:
    """One original of the command line's own, and one that a proxy keeps for a credential."""
    own = json.loads(program("compress", "--json", stdin=LOG.encode()).out)["id"]
    with Headroom(store=open_store().within("tenant-of-a-key")) as engine:
        theirs = engine.compress_text(OTHER).id
    assert theirs is not None
    return own, theirs


def test_an_id_that_a_model_was_shown_by_the_proxy_is_found(program: Program, ids: tuple[str, str]) -> None:
    assert program("retrieve", ids[1]).text == OTHER
    assert "tenant-of-a-key" in program("store", "show", ids[1]).text
    assert json.loads(program("store", "show", "--json", ids[1]).out)["namespace"] == "tenant-of-a-key"


def test_all_tenants_are_listed_and_exported(program: Program, ids: tuple[str, str]) -> None:
    head, *rows = program("store", "ls").text.splitlines()
    assert head.split()[-1] == "NAMESPACE"
    assert {(row.split()[0], row.split()[-1]) for row in rows} == {(ids[0], "default"), (ids[1], "tenant-of-a-key")}
    assert len(program("store", "ls", "--limit", "1").text.splitlines()) == 2
    records = [json.loads(line) for line in program("store", "export").text.splitlines()]
    assert {r["namespace"]: r["text"] for r in records} == {"default": LOG, "tenant-of-a-key": OTHER}


@pytest.mark.usefixtures("ids")
def test_a_purge_of_all_is_one_of_all_tenants(program: Program) -> None:
    assert program("store", "purge", "--all", "--yes").err == "headroom: removed 2 originals\n"
    assert program("store", "ls").err == "headroom: the store is empty\n"


def test_one_tenant_can_be_named(program: Program, ids: tuple[str, str]) -> None:
    named = ("--namespace", "tenant-of-a-key")
    assert program("store", "ls", "--json", *named).text.count("\n") == 1
    assert program("store", "export", *named).text.count("\n") == 1
    assert program("store", "purge", "--id", ids[0], "--yes", *named).code == 3
    assert program("store", "purge", "--all", "--yes", *named).err == "headroom: removed 1 original\n"
    assert program("retrieve", ids[0]).text == LOG
    assert program("retrieve", ids[1]).code == 4


@pytest.fixture
def store() -> Iterator[CCRStore]:
    opened = open_store()
    yield opened
    opened.close()


def test_one_that_holds_a_text_goes_before_one_that_did(store: CCRStore) -> None:
    kept = [store, store.within("other")]
    (name,) = {str(Headroom(store=each).compress_text(LOG).id) for each in kept}
    store.purge()
    assert _tenants.holder(kept, name).namespace == "other"
    kept[1].purge()
    assert _tenants.holder(kept, name) is store
    with pytest.raises(UnknownIdError):
        _tenants.holder(kept, "hr_000000000000")


def test_the_namespaces_of_a_store_are_those_that_hold_or_held_something(store: CCRStore) -> None:
    assert store.namespaces() == []
    for name in ("b", "a"):
        Headroom(store=store.within(name)).compress_text(LOG)
    store.within("a").purge()
    assert store.namespaces() == ["a", "b"]
