from __future__ import annotations

import pytest

from headroom.compressors._api import Effort
from headroom.compressors._sql_asked import Asked, asked
from headroom.compressors._sql_tables import Table, read

LINES = (
    "CREATE TABLE public.parcels (id bigint, state public.parcel_state, note text);",
    "CREATE TABLE public.parcel_events (id bigint, parcel_id bigint, happened_at date);",
    "CREATE TABLE public.hubs (id bigint, name text, city text);",
    "CREATE TABLE public.categories (id bigint, name text);",
)
TABLES = [table for line in LINES if (table := read(line)) is not None]
KEY = "ALTER TABLE public.parcel_events ADD FOREIGN KEY (parcel_id) REFERENCES public.parcels(id);"


def ask(query: str | None, effort: Effort = Effort.MEDIUM) -> Asked:
    return asked(query, TABLES, [*LINES, KEY], effort)


def kept(about: Asked, name: str) -> frozenset[str] | None:
    table: Table = next(t for t in TABLES if t.name == name)
    return about.columns_of(table)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("Why is DELETE FROM parcels slow?", {"parcels", "parcel_events"}),
        ("why can a parcel not be deleted", {"parcels", "parcel_events"}),
        ("the parcel events are late", {"parcels", "parcel_events"}),
        ("rename parcel_events.happened_at", {"parcel_events"}),
        ("which category is empty", {"categories"}),
        ("why does the migration fail", set()),
    ],
)
def test_a_table_is_named_in_singular_or_plural_or_by_its_words(query: str, named: set[str]) -> None:
    assert ask(query).named == named


def test_tables_that_a_key_relates_to_a_named_one_keep_their_types_and_others_those_that_are_named() -> None:
    about = ask("why is parcels.city wrong")
    assert kept(about, "parcels") is None
    assert kept(about, "parcel_events") is None
    assert kept(about, "hubs") == frozenset({"city"})
    assert kept(about, "categories") == frozenset()


@pytest.mark.parametrize(
    "query", [None, "", "why does it fail", "which columns of parcels are nullable?", "type of parcels"]
)
def test_who_names_no_table_or_asks_about_columns_gets_all_types(query: str | None) -> None:
    assert kept(ask(query), "hubs") is None


def test_less_is_left_out_where_less_may_be() -> None:
    assert kept(ask("parcels", Effort.LOSSLESS), "hubs") is None
    assert kept(ask(None, Effort.STRONG), "hubs") == frozenset()


def test_a_statement_is_touched_that_names_a_table_of_the_query() -> None:
    about = ask("Which foreign key to parcels has no index?")
    assert about.touches(KEY)
    assert not about.touches("CREATE INDEX hubs_city ON public.hubs (city);")
