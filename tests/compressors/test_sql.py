from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._sql_statements import parts, squeezed
from headroom.compressors._sql_tables import read
from headroom.compressors.sql import SqlCompressor
from headroom.lines import FOLD
from headroom.messages import NO_HINT, Hint

SQL = SqlCompressor()
HEAD = (
    "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.6\n\nSET statement_timeout = 0;\n"
    "SET lock_timeout = 0;\nSET client_encoding = 'UTF8';\nSELECT pg_catalog.set_config('search_path', '', false);\n\n"
)
NAMES = ("berths", "berth_logs", "calls", "call_lines", "harbours", "pilots", "tides", "tugs")
OWN = (
    "note text",
    "depth numeric(5,2) DEFAULT 0.0 NOT NULL",
    "kind public.kind DEFAULT 'a'::public.kind",
    "berth_id bigint",
)
ALIKE = (
    "id bigint NOT NULL",
    "created_at timestamp with time zone DEFAULT now() NOT NULL",
    "is_open boolean DEFAULT true NOT NULL",
)


def titled(name: str, sort: str, statement: str, owner: str = "sea") -> str:
    return f"--\n-- Name: {name}; Type: {sort}; Schema: public; Owner: {owner}\n--\n\n{statement}\n\n\n"


def table(name: str, columns: Sequence[str], owner: str = "sea") -> str:
    rows = ",\n    ".join(columns)
    return titled(name, "TABLE", f"CREATE TABLE public.{name} (\n    {rows}\n);") + (
        f"ALTER TABLE public.{name} OWNER TO {owner};\n\n"
    )


def key(name: str) -> str:
    statement = f"ALTER TABLE ONLY public.{name}\n    ADD CONSTRAINT {name}_pkey PRIMARY KEY (id);"
    return titled(f"{name} {name}_pkey", "CONSTRAINT", statement)


def relation(name: str, to: str) -> str:
    statement = f"ALTER TABLE ONLY public.{name}\n    ADD CONSTRAINT {name}_{to}_fkey FOREIGN KEY ({to}_id) REFERENCES public.{to}(id);"
    return titled(f"{name} {name}_{to}_fkey", "FK CONSTRAINT", statement)


def index(name: str, column: str) -> str:
    return titled(f"{name}_{column}", "INDEX", f"CREATE INDEX {name}_{column} ON public.{name} USING btree ({column});")


SCHEMA = (
    HEAD
    + "".join(table(name, [*ALIKE, f"own_{name} integer"], "diver" if name == "tugs" else "sea") for name in NAMES)
    + "".join(key(name) for name in NAMES if name != "tides")
    + index("calls", "berths_id")
    + relation("calls", "berths")
    + relation("berth_logs", "berths")
    + relation("berths", "harbours")
    + "--\n-- PostgreSQL database dump complete\n--\n"
)


def compress(text: str, query: str | None = None, effort: Effort = Effort.MEDIUM) -> Rendition:
    return SQL.compress(text, Hint(query=query), Limits(effort=effort))


def statements(text: str) -> list[str]:
    """The statements of a script, each on a line."""
    found = [squeezed(part, escapes=False) for part in parts(text, text.split("\n")) if part.sort == "statement"]
    assert None not in found
    return [line for line in found if line is not None]


def expanded(body: str) -> list[str]:
    """The statements for which what is shown stands."""
    alike: dict[str, str] = {}
    out: list[str] = []
    tables = re.findall(r"^CREATE TABLE public\.(\w+) ", body, re.MULTILINE)
    for line in body.split("\n"):
        if line.startswith(f"{FOLD} a column named alone"):
            alike = dict(column.split(" ", 1) for column in line.partition(" is: ")[2].split("; "))
        elif m := re.fullmatch(rf"{FOLD} for <t> = (.*?): ((?:ALTER|CREATE) .*)", line):
            names = m[1].split(", ")
            if m[1].startswith("each of the"):
                missing = m[1].partition(" except ")[2].split(", ")
                names = [t for t in tables if t not in missing]
            out += [s.strip().replace("<t>", name) for s in re.findall(r"[^;]+;", m[2]) for name in names]
        elif m := re.fullmatch(rf"CREATE TABLE public\.(\w+) \({FOLD} as in (\w+)\);", line):
            (like,) = (s for s in out if s.startswith(f"CREATE TABLE public.{m[2]} ("))
            out.append(like.replace(f"public.{m[2]} ", f"public.{m[1]} ", 1))
        elif (found := read(line)) is not None:
            columns = [f"{c.text} {alike[c.name]}" if c.text == c.name else c.text for c in found.columns]
            out.append(f"{found.head}({', '.join(columns)}{found.tail}")
        elif line and not line.startswith("--"):
            out.append(line)
    return out


@given(
    st.lists(
        st.tuples(
            st.sampled_from(NAMES),
            st.lists(st.sampled_from((*ALIKE, *OWN, "id integer")), min_size=1, unique_by=lambda c: c.split()[0]),
            st.sampled_from(("sea", "sea", "diver")),
            st.booleans(),
        ),
        min_size=2,
        unique_by=lambda t: t[0],
    ),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), unique=True, max_size=8),
)
def test_nothing_is_lost_without_a_query(
    tables: list[tuple[str, list[str], str, bool]], relations: list[tuple[str, str]]
) -> None:
    text = HEAD
    text += "".join(table(name, columns, owner) for name, columns, owner, _ in tables)
    text += "".join(key(name) for name, _, _, keyed in tables if keyed)
    text += "".join(relation(a, b) + index(a, f"{b}_id") for a, b in relations)
    made = compress(text, effort=Effort.LOSSLESS)
    assert made.lossless
    assert sorted(expanded(made.text)) == sorted(statements(text))


def test_a_schema_says_once_what_its_tables_have_in_common() -> None:
    made = compress(SCHEMA, effort=Effort.LOSSLESS)
    assert made.lossless
    assert "-- Name:" not in made.text
    assert f"{FOLD} for <t> = each of the 8 tables except tugs: ALTER TABLE public.<t> OWNER TO sea;" in made.text
    assert "\nALTER TABLE public.tugs OWNER TO diver;\n" in made.text
    assert (
        "each of the 8 tables except tides: ALTER TABLE ONLY public.<t> ADD CONSTRAINT <t>_pkey PRIMARY KEY (id);"
        in made.text
    )
    assert "CREATE TABLE public.calls (id, created_at, is_open, own_calls integer);" in made.text
    assert made.text.endswith("-- PostgreSQL database dump complete")
    assert 5 * len(made.text) < 2 * len(SCHEMA)


@pytest.mark.parametrize("effort", list(Effort))
def test_all_keys_and_indexes_of_a_table_in_the_query_stay_whole(effort: Effort) -> None:
    made = compress(SCHEMA, "Which foreign key to berths has no supporting index?", effort)
    for name, to in (("calls", "berths"), ("berth_logs", "berths"), ("berths", "harbours")):
        assert f"ADD CONSTRAINT {name}_{to}_fkey FOREIGN KEY ({to}_id) REFERENCES public.{to}(id);" in made.text
    assert "CREATE INDEX calls_berths_id ON public.calls USING btree (berths_id);" in made.text
    assert "own_calls integer" in made.text


def test_a_table_with_the_columns_of_another_one_names_it() -> None:
    parts_ = "".join(
        table(f"logs_2026_{n:02}", [*OWN, "own integer", "other character varying(30)"]) for n in range(1, 13)
    )
    made = compress(SCHEMA + parts_, effort=Effort.LOSSLESS)
    assert made.lossless
    assert f"\nCREATE TABLE public.logs_2026_02 ({FOLD} as in logs_2026_01);\n" in made.text
    assert sorted(expanded(made.text)) == sorted(statements(SCHEMA + parts_))


def wide(name: str) -> str:
    return table(
        name, [f"{name}_{n} character varying({n + 20}) DEFAULT ''::character varying NOT NULL" for n in range(9)]
    )


def test_types_of_tables_that_the_query_does_not_touch_go_and_their_lines_are_told() -> None:
    text = SCHEMA + wide("radars") + wide("masts") + wide("buoys") + relation("buoys", "berths")
    first = text[: text.index("CREATE TABLE public.radars")].count("\n") + 1
    made = compress(text, "Why is the key from buoys to berths slow?")
    assert f"{FOLD} {first}-{first + 10} CREATE TABLE public.radars (radars_0 …, radars_1 …, " in made.text
    assert "buoys_3 character varying(23) DEFAULT ''" in made.text
    assert (first, first + 10) in [r for e in made.elisions for r in e.ranges]
    assert "…" in made.note
    assert "radars_3 character varying(23)" in compress(text, "Why does the migration fail?").text
    assert "radars_3 character varying(23)" in compress(text, "Which columns of berths can be null?").text


def test_settings_that_every_dump_has_go_and_another_one_stays() -> None:
    made = compress(SCHEMA.replace("lock_timeout = 0", "lock_timeout = 5000"))
    assert f"{FOLD} 3 settings as in every dump: lines 7, 9-10" in made.text
    assert "\nSET lock_timeout = 5000;\n" in made.text
    assert "SET statement_timeout = 0;" in compress(SCHEMA, effort=Effort.LOSSLESS).text


def test_a_setting_that_changes_within_the_dump_stays_wherever_it_stands() -> None:
    spaces = "SET default_tablespace = fast;\n\n" + index("tugs", "id") + "SET default_tablespace = '';\n\n"
    made = compress(SCHEMA + spaces * 3)
    assert made.text.count("SET default_tablespace = fast;") == made.text.count("SET default_tablespace = '';") == 3


ROUTINE = "CREATE FUNCTION public.tidy() RETURNS void\n    LANGUAGE plpgsql\n    AS $$\nBEGIN\n{}END $$;\n\n".format(
    "".join(f"  UPDATE public.tides SET level = {n}; -- step\n" for n in range(12))
)


def test_bodies_of_routines_go_unless_the_query_is_about_them() -> None:
    text = SCHEMA + ROUTINE
    made = compress(text, "Which foreign key to berths has no index?")
    assert "CREATE FUNCTION public.tidy() RETURNS void\n    LANGUAGE plpgsql\n    AS $$\n⋯ lines " in made.text
    assert "level = 3" not in made.text
    assert ROUTINE.rstrip() in compress(text, "what does tidy do").text
    assert ROUTINE.rstrip() in compress(text).text


def test_a_statement_with_a_comment_inside_keeps_its_lines() -> None:
    inner = "CREATE TABLE public.odd (\n    id integer, -- counts from 7\n    x text\n);"
    assert inner in compress(SCHEMA + inner).text


def test_an_unknown_heading_stays() -> None:
    text = SCHEMA + "--\n-- Name: gone; Type: TABLE; Schema: public; Owner: sea\n--\n\n-- by hand: do not apply twice\n"
    made = compress(text)
    assert "-- Name: gone; Type: TABLE" in made.text
    assert "-- by hand: do not apply twice" in made.text


def test_what_must_be_kept_is_kept() -> None:
    kept = Limits(effort=Effort.MEDIUM, keep=re.compile("own_tides integer\n"))
    assert SQL.compress(SCHEMA, NO_HINT, kept).text == SCHEMA


def test_a_line_that_looks_like_one_of_ours_leaves_the_text_alone() -> None:
    text = SCHEMA + f"{FOLD} for <t> = tides: DROP TABLE <t>;\n"
    assert compress(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CREATE TABLE is what we said.\nThen we left, and nobody came back for it.\n" * 9,
        "2026-01-01 10:00:00 LOG: statement: CREATE TABLE a (id int);\n" * 9,
        "def f():\n    return 'CREATE TABLE a (id int);'\n" * 9,
        "SELECT 1;\nSELECT 2;\nSELECT 3;\n",
        "Select the berth.\n\nCREATE TABLE a (id int);\n" + "We met at the quay.\n" * 20,
        "\\restrict x\n",
    ],
)
def test_what_is_no_script_is_not_claimed(text: str) -> None:
    assert SQL.score(text, NO_HINT) == 0.0


def test_scripts_are_claimed_by_what_they_say() -> None:
    assert SQL.score(SCHEMA, NO_HINT) > 0.9
    assert SQL.score(SCHEMA.partition("SET ")[2].partition("\n")[2].partition("\n--\n")[2], NO_HINT) > 0.6
    assert SQL.score("CREATE TABLE a (id int);\nCREATE INDEX b ON a (id);\n", NO_HINT) > 0.6
    assert SQL.score("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE a (id int);\n", NO_HINT) > 0.9


def test_a_file_that_an_agent_edits_keeps_its_lines() -> None:
    room = Headroom(store=MemoryStore(), profile="balanced")
    read = room.compress_text(SCHEMA, query="berths", tool="read_file", path="db/schema.sql")
    printed = room.compress_text(SCHEMA, query="berths", command="cat db/migrations/004.sql")
    assert "SqlCompressor" not in (read.block.compressor, printed.block.compressor)
    assert room.compress_text(SCHEMA, command="pg_dump -s port").block.compressor == "SqlCompressor"


def test_a_script_that_breaks_off_inside_a_string_is_no_fault() -> None:
    text = SCHEMA + "INSERT INTO public.tides VALUES (1, 'never closed;\n" + "DROP TABLE x;\n" * 3
    made = compress(text)
    assert "INSERT INTO public.tides VALUES (1, 'never closed;" in made.text


def test_a_session_with_descriptions_in_it_is_left_to_be_read_part_by_part() -> None:
    about = (
        ' Table "public.calls"\n Column | Type | Nullable \n--------+------+----------\n id     | text | not null \n\n'
    )
    assert SQL.score(about * 9, NO_HINT) == 0.95
    assert SQL.score(f"{about * 9} id \n----\n 1\n(1 row)\n", NO_HINT) == 0.5


@pytest.mark.parametrize("blank", ["\n", " ", " \n", "\t\n \n", "--\n", "("])
def test_long_runs_of_blanks_cost_no_more_than_their_length(blank: str) -> None:
    run = blank * 50_000
    for text in (
        run,
        run + "x",
        SCHEMA + run + "INSERT INTO a VALUES (" + run + "1);\n",
        "CREATE TABLE a (" + run + "x int);\n",
    ):
        assert 0 <= SQL.score(text, NO_HINT) <= 1
        assert len(compress(text).text) <= len(text)
