from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._sql_alike import HOLE, Names, folded, relates

TABLES = ("parcel", "parcel_events", "parcels", "hubs", "hub", "order_lines")


def expanded(line: str) -> list[str]:
    """The statements for which a fold of listed tables stands."""
    m = re.fullmatch(rf"⋯ for {HOLE} = ([^:]*): (.*)", line)
    assert m is not None
    names: list[str] = []
    for part in m[1].split("; "):
        if part.startswith("each of the"):
            missing = part.partition(" except ")[2].split(", ")
            names += [t for t in TABLES if t not in missing]
        else:
            names += part.split(", ")
    return [s.replace(HOLE, name) for name in names for s in re.findall(r"[^;]+;", m[2].replace("; ", ";"))]


PATTERNS = (
    "ALTER TABLE public.{0} OWNER TO sea;",
    "ALTER TABLE ONLY public.{0} ADD CONSTRAINT {0}_pkey PRIMARY KEY (id);",
    "ALTER SEQUENCE public.{0}_id_seq OWNED BY public.{0}.id;",
    "ALTER TABLE ONLY public.{0} ADD CONSTRAINT {0}_hub_fkey FOREIGN KEY (hub_id) REFERENCES public.hubs(id);",
    "GRANT SELECT ON TABLE public.{0} TO reader, parcel_reader;",
    "CREATE INDEX {0}_parcel_id ON public.{0} USING btree (parcel_id);",
)


@given(st.lists(st.tuples(st.sampled_from(PATTERNS), st.sampled_from(TABLES)), unique=True, max_size=40))
def test_whoever_puts_the_names_in_their_place_has_the_statements(given_: list[tuple[str, str]]) -> None:
    statements = [pattern.format(table) for pattern, table in given_]
    instead, gone = folded(dict(enumerate(statements)), Names.of(TABLES, ()))
    shown = [s for n, s in enumerate(statements) if n not in gone]
    shown += [s for line in instead.values() for s in expanded(line)]
    assert sorted(shown) == sorted(statements)


def test_the_exceptions_are_named_and_another_owner_stays() -> None:
    lines = [f"ALTER TABLE public.{t} OWNER TO {'diver' if t == 'hubs' else 'sea'};" for t in TABLES]
    instead, gone = folded(dict(enumerate(lines)), Names.of(TABLES, ()))
    assert list(instead.values()) == [
        "⋯ for <t> = each of the 6 tables except hubs: ALTER TABLE public.<t> OWNER TO sea;"
    ]
    assert 3 not in gone


def test_keys_and_indexes_name_their_tables() -> None:
    lines = [f"CREATE INDEX {t}_at ON public.{t} USING btree (at);" for t in TABLES]
    (line,) = folded(dict(enumerate(lines)), Names.of(TABLES, ()))[0].values()
    assert line.startswith("⋯ for <t> = parcel, parcel_events, parcels, hubs, hub, order_lines: CREATE INDEX <t>_at")


def test_statements_that_say_different_things_of_one_table_and_rules_of_order_stay() -> None:
    lines = ["SET default_tablespace = fast;"] * 5 + [f"ALTER TABLE hubs ADD x{n} int;" for n in range(5)]
    assert folded(dict(enumerate(lines)), Names.of(TABLES, ())) == ({}, set())


def test_counters_are_listed() -> None:
    lines = [f"SELECT pg_catalog.setval('public.{t}_id_seq', {n}, true);" for n, t in enumerate(TABLES)]
    (line,) = folded(dict(enumerate(lines)), Names.of(TABLES, ()))[0].values()
    assert line.startswith("⋯ for <t> n = parcel 0, parcel_events 1, parcels 2, ")
    assert line.endswith(": SELECT pg_catalog.setval('public.<t>_id_seq', n, true);")


def test_what_relates_tables() -> None:
    assert relates("ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b(id);")
    assert relates("create unique index x on a (b);")
    assert not relates("ALTER TABLE a OWNER TO b;")
