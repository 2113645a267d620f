"""What every store must do. Runs against memory, SQLite and PostgreSQL."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headroom.exceptions import ExpiredIdError, StoreError, UnknownIdError
from headroom.store._api import Entry, Event, Projection, Store, Stored, content_id

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
TEXT = "2026-11-22 12:00:01 INFO started\n" * 100


def entry(original: str = TEXT, **fields: Any) -> Entry:
    return Entry(**{"key": None, "id": content_id(original), "original": original, "visible": "short", **fields})


def put(store: Store, text: str, **fields: Any) -> str:
    store.save([entry(text, **fields)])
    return content_id(text)


@settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(original=ANY_TEXT, visible=ANY_TEXT, key=st.text(st.characters(exclude_categories=()), min_size=1, max_size=200))
def test_any_text_comes_back_code_point_for_code_point(store: Store, original: str, visible: str, key: str) -> None:
    name = content_id(original)
    assert store.save([Entry(key=key, id=name, original=original, visible=visible)]).collided == {}
    assert store.get(name) == original
    assert store.shown([visible, visible + "?"]) >= {visible}
    assert store.projections([key])[key].id is not None


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "a\x00\udfff\n" * 1000, "é⋯😀" * 5000, "x" * 3_000_000])
def test_hard_texts_come_back(store: Store, text: str) -> None:
    assert store.get(put(store, text)) == text


def test_what_one_namespace_holds_is_unknown_in_another(make_store: Any) -> None:
    mine, yours = make_store(namespace="mine"), make_store(namespace="Mine")
    name = put(mine, TEXT, key="k")
    assert (mine.namespace, yours.namespace) == ("mine", "Mine")
    for ask in (yours.get, yours.info):
        with pytest.raises(UnknownIdError):
            ask(name)
    assert yours.projections(["k"]) == {}
    assert yours.shown(["short"]) == set()
    assert list(yours.ls()) == []
    assert list(yours.iter_originals()) == []
    assert yours.purge() == 0
    assert mine.get(name) == TEXT


@pytest.mark.parametrize("id", ["hr_000000000000", "", "hr_\x00", "hr_é", "x" * 100_000, "\ud800", "%", "' OR 1=1 --"])
def test_an_id_that_was_never_stored_is_unknown(store: Store, id: str) -> None:
    for ask in (store.get, store.info):
        with pytest.raises(UnknownIdError, match="never stored"):
            ask(id)


def test_an_expired_id_is_not_an_unknown_one(store: Store) -> None:
    name = put(store, TEXT)
    assert store.purge(ids=[name, "hr_000000000000", "\x00"]) == 1
    with pytest.raises(ExpiredIdError, match="run the tool again"):
        store.get(name)
    assert store.info(name).expired
    assert list(store.ls()) == []


def test_an_expired_text_that_is_stored_again_lives_again(store: Store) -> None:
    name = put(store, TEXT, key="k")
    store.purge()
    assert store.projections(["k"]) == {}
    put(store, TEXT, key="k")
    assert store.get(name) == TEXT
    assert store.projections(["k"])["k"].visible == "short"
    assert not store.info(name).expired


def test_a_text_is_stored_once(store: Store, clock: Any) -> None:
    put(store, TEXT)
    clock.pass_hours(1)
    put(store, TEXT)
    store.save([entry(), entry()])
    assert len(list(store.ls())) == 1


def test_another_text_under_a_taken_id_gets_a_longer_id_and_overwrites_nothing(store: Store) -> None:
    name = put(store, "the first")
    saved = store.save([entry("good"), entry("another", id=name, key="k", visible="v"), entry("the first", id=name)])
    longer = saved.collided[1]
    assert list(saved.collided) == [1]
    assert longer == content_id("another", 16)
    assert store.get(name) == "the first"
    assert store.get(content_id("good")) == "good"
    assert store.projections(["k"]) == {}
    assert store.save([entry("another", id=longer, key="k")]).collided == {}
    assert store.get(longer) == "another"
    assert store.save([entry("another", id=name)]).collided == {0: longer}


def test_two_texts_under_one_id_in_one_batch_collide(store: Store) -> None:
    saved = store.save([entry("one", id="hr_000000000000"), entry("two", id="hr_000000000000")])
    assert saved.collided == {1: content_id("two", 16)}
    assert store.get("hr_000000000000") == "one"


def test_another_text_does_not_take_over_an_expired_id(store: Store) -> None:
    name = put(store, "the first")
    store.purge()
    assert store.save([entry("another", id=name)]).collided == {0: content_id("another", 16)}
    with pytest.raises(ExpiredIdError):
        store.get(name)


def test_the_ledger_keeps_its_first_decision(store: Store) -> None:
    first = entry(key="k", visible="v1", kind="log", compressor="LogCompressor", lossless=True, reason="r")
    store.save([first])
    store.save([entry("other", key="k", visible="v2"), Entry(key="plain", reason="too small"), entry(key="k")])
    name = content_id(TEXT)
    assert store.projections(["k", "plain", "unknown"]) == {
        "k": Projection(id=name, visible="v1", kind="log", compressor="LogCompressor", lossless=True, reason="r"),
        "plain": Projection(id=None, visible=None, reason="too small"),
    }


def test_many_keys_are_asked_for_at_once(store: Store) -> None:
    keys = [f"key-{i}" for i in range(3000)]
    store.save([Entry(key=key, reason="small") for key in keys])
    assert store.projections(keys).keys() == set(keys)
    store.save([entry(f"text {i}", visible=f"v{i}") for i in range(1000)])
    assert store.shown([f"v{i}" for i in range(1500)]) == {f"v{i}" for i in range(1000)}
    assert store.purge() == 1000


def test_what_was_shown_is_known_after_its_original_has_gone(store: Store) -> None:
    put(store, TEXT, visible="[headroom …]\nshort")
    store.purge()
    assert store.shown(["[headroom …]\nshort", "[headroom …]"]) == {"[headroom …]\nshort"}


def test_one_visible_text_may_stand_for_two_originals(store: Store) -> None:
    one, two = put(store, "one", key="1", visible="same"), put(store, "two", key="2", visible="same")
    store.purge(ids=[one])
    assert store.projections(["1", "2"]) == {"2": Projection(id=two, visible="same")}


def test_info_tells_size_and_times_and_is_no_use(store: Store, clock: Any) -> None:
    text = TEXT * 20
    name = put(store, text, kind="log")
    start = clock.now
    clock.pass_hours(5)
    info = store.info(name)
    assert info == Stored(
        id=name, kind="log", chars=len(text), lines=2000, stored_bytes=info.stored_bytes, created=start, last_used=start
    )
    assert 0 < info.stored_bytes < len(text) / 5


def test_ls_lists_the_last_used_first(store: Store, clock: Any) -> None:
    ids = []
    for word in ("a", "b", "c"):
        ids.append(put(store, word))
        clock.pass_hours(2)
    store.get(ids[0])
    assert [stored.id for stored in store.ls()] == [ids[0], ids[2], ids[1]]
    assert [stored.id for stored in store.ls(limit=1)] == [ids[0]]
    assert [text for _, text in store.iter_originals()] == ["a", "c", "b"]


def test_serving_a_projection_keeps_its_original_in_use(store: Store, clock: Any) -> None:
    put(store, TEXT, key="k")
    clock.pass_hours(3)
    store.projections(["k"])
    assert store.purge(idle_seconds=3600) == 0
    assert store.info(content_id(TEXT)).last_used == clock.now


def test_purge_takes_all_or_those_named_or_those_unused(store: Store, clock: Any) -> None:
    old = put(store, "old")
    clock.pass_hours(10)
    new = [put(store, f"new {i}") for i in range(3)]
    assert store.purge(ids=new, idle_seconds=3600) == 0
    assert store.purge(idle_seconds=3600) == 1
    assert store.purge(ids=[old, new[0], new[0]]) == 1
    assert store.purge(ids=[]) == 0
    assert store.purge() == 2
    assert store.purge() == 0


def test_what_nobody_used_for_too_long_expires(make_store: Any, clock: Any) -> None:
    store = make_store(max_idle_days=2)
    old = put(store, "old", key="k")
    store.save([Entry(key="plain")])
    clock.pass_hours(24)
    used = put(store, "used")
    clock.pass_hours(25)
    store.save([], [Event(name="compress")])
    with pytest.raises(ExpiredIdError):
        store.get(old)
    assert store.get(used) == "used"
    assert store.projections(["k", "plain"]) == {}


def test_beyond_the_size_limit_the_longest_unused_expire_but_never_the_fresh(make_store: Any, clock: Any) -> None:
    store = make_store(max_bytes=4000)
    numbers = itertools.count()
    ids = []
    for _ in range(6):
        ids.append(put(store, "".join(chr(0x4E00 + 7919 * next(numbers) % 20000) for _ in range(500))))
        clock.pass_hours(1.1)
    alive = [not store.info(name).expired for name in ids]
    assert alive == sorted(alive)  # the oldest have gone
    assert 2 <= sum(alive) < 6
    fresh = [put(store, f"{i} " + "".join(chr(0x4E00 + next(numbers) % 20000) for _ in range(900))) for i in range(9)]
    assert all(store.get(name) for name in fresh)


def test_events_are_kept_with_their_time(store: Store, clock: Any) -> None:
    first = Event(name="compress", kind="log", reason="ok", blocks=2, chars_before=9, chars_after=3, tokens_before=4)
    store.record([first])
    clock.pass_hours(1)
    store.save([entry()], [Event(name="retrieve")])
    assert list(store.events()) == [(clock.now - 3600, first), (clock.now, Event(name="retrieve"))]
    assert [event.name for _, event in store.events(since=clock.now)] == ["retrieve"]


def test_labels_that_a_database_cannot_hold_are_cleaned(store: Store) -> None:
    store.save([entry(key="k", kind="a\x00\ud800", reason="r" * 10_000)], [Event(name="n", reason="\x00")])
    found = store.projections(["k"])["k"]
    assert found.kind == "a\ufffd\ufffd"
    assert len(found.reason) == 200


@pytest.mark.parametrize("bad", [Entry(key="k", visible="v"), Entry(key="k", id="\x00", original="o", visible="v")])
def test_an_entry_that_could_not_be_retrieved_is_refused_with_its_batch(store: Store, bad: Entry) -> None:
    with pytest.raises(StoreError, match="id"):
        store.save([entry(), bad])
    assert list(store.ls()) == []


@pytest.mark.parametrize("namespace", ["", " a", "\x00", "x" * 129, "\ud800"])
def test_a_namespace_that_a_database_could_confuse_is_refused(make_store: Any, namespace: str) -> None:
    with pytest.raises(StoreError, match="namespace"):
        make_store(namespace=namespace)


def test_nothing_to_do_is_done(store: Store) -> None:
    assert store.save([]).collided == {}
    assert store.projections([]) == {}
    assert store.shown([]) == set()


def test_a_closed_store_opens_again(store: Store) -> None:
    name = put(store, TEXT)
    store.close()
    store.close()
    assert store.get(name) == TEXT


def test_threads_may_share_a_store(store: Store) -> None:
    def work(number: int) -> bool:
        texts = [f"{number % 4}-{i}\n" * 50 for i in range(15)]  # each text is saved by two threads
        for text in texts:
            store.save([entry(text, key=text, visible=text[:20])], [Event(name="compress")])
        return all(store.get(content_id(text)) == text for text in texts)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert len(list(store.ls())) == 60
    assert len(list(store.events())) == 120
