from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors.listing import ListingCompressor
from headroom.messages import NO_HINT, Hint
from tests.compressors.test__ls_rows import decode_long

DATA = Path(__file__).parent.parent / "data" / "listing"
LISTING = ListingCompressor()
GROUP = re.compile(r"(here|\S*/): (.+)\Z")


def decode(body: str, note: str) -> str:
    """The input again, from what a reader sees."""
    if note.startswith("row starting") or " N = " in note:
        return decode_long(body, note)
    root = note.partition("paths below ")[2]
    out: list[str] = []
    for line in body.split("\n"):
        m = GROUP.match(line)
        if m is None:
            out.append(line)
            continue
        path = root + ("" if m[1] == "here" else m[1])
        itself = {".": path[:-1] or ".", "./": path or "./"}
        out += [itself.get(name, path + name) for name in m[2].split(" ")]
    return "\n".join(out)


PART = st.sampled_from(["src", "lib", "a.b", "here", "deep-er", "x", "__init__.py", "résumé.txt", "$1", "."])
PATH = st.builds(
    lambda start, parts, end: start + "/".join(parts) + end,
    st.sampled_from(["", "", "./", "/srv/www/application/current/"]),
    st.lists(PART, min_size=1, max_size=4),
    st.sampled_from(["", "", "", "/"]),
)
LINE = st.one_of(
    PATH, PATH, PATH, st.sampled_from(["", "My File.txt", "src/: a b", "here: a", "Found 3 files", "a//b", "⋯ 3"])
)


@settings(max_examples=500, deadline=None)
@given(st.lists(LINE, max_size=40), st.booleans())
def test_the_lossless_form_gives_back_every_path_in_order(lines: list[str], ordered: bool) -> None:
    text = "\n".join(sorted(lines) if ordered else lines)
    shown = LISTING.compress(text, NO_HINT, Limits())
    assert shown.lossless
    assert shown.text == text or decode(shown.text, shown.note) == text


@settings(max_examples=500, deadline=None)
@given(st.lists(LINE, max_size=40), st.sampled_from([Effort.MEDIUM, Effort.STRONG]))
def test_every_path_is_shown_or_counted(lines: list[str], effort: Effort) -> None:
    lines = [*(f"src/part{n}.ts" for n in range(40)), *lines]
    shown = LISTING.compress("\n".join(lines), NO_HINT, Limits(effort=effort))
    if shown.lossless:
        return
    gone = {i for e in shown.elisions for a, b in e.ranges for i in range(a, b + 1)}
    assert sum(e.count for e in shown.elisions) == len(gone)
    visible = decode("\n".join(x for x in shown.text.split("\n") if not x.startswith("⋯")), shown.note).split("\n")
    assert visible == [line for i, line in enumerate(lines, 1) if i not in gone]


def cases() -> list[str]:
    return sorted(p.stem for p in DATA.glob("*.in"))


@pytest.mark.parametrize("case", cases())
def test_a_reader_sees_what_the_golden_file_shows(case: str) -> None:
    options = json.loads((DATA / f"{case}.json").read_text(encoding="utf-8"))
    hint = Hint(command=options.get("command"), query=options.get("query"))
    text = (DATA / f"{case}.in").read_text(encoding="utf-8")
    shown = LISTING.compress(text, hint, Limits(effort=Effort[options["effort"]]))
    assert f"{shown.note}\n{shown.text}" == (DATA / f"{case}.out").read_text(encoding="utf-8")
    assert LISTING.score(text, hint) >= 0.9


def project(count: int = 60) -> list[str]:
    return ["./README.md", *(f"./src/ops/part{n}.ts" for n in range(count)), "./src/ops/retryPolicy.ts", "./src/z.ts"]


@pytest.mark.parametrize(
    "query", ['Which file has a name containing "retryPolicy"?', "show the retry policy operator", "retry_policy"]
)
def test_a_name_that_the_query_is_about_is_shown(query: str) -> None:
    lines = project()
    lines.insert(20, lines.pop(-2))
    shown = LISTING.compress("\n".join(lines), Hint(query=query), Limits(effort=Effort.STRONG))
    assert "retryPolicy.ts" in shown.text
    assert not shown.lossless


def test_a_sort_of_file_that_is_rare_is_shown() -> None:
    lines = project()
    lines.insert(20, "./src/ops/secrets.env")
    assert "secrets.env" in LISTING.compress("\n".join(lines), NO_HINT, Limits(effort=Effort.STRONG)).text


def test_a_kept_name_is_shown() -> None:
    limits = Limits(effort=Effort.STRONG, keep=re.compile(r"part31\.ts"))
    assert "part31.ts" in LISTING.compress("\n".join(project()), NO_HINT, limits).text


def test_the_state_of_a_work_tree_is_never_cut() -> None:
    text = "\n".join(f" M src/part{n}.ts" for n in range(200))
    hint = Hint(command="cd app && git status --short")
    assert LISTING.score(text, hint) >= 0.9
    for effort in Effort:
        made = LISTING.compress(text, hint, Limits(effort=effort))
        assert made.lossless
        assert made.text == " M src/: " + " ".join(f"part{n}.ts" for n in range(200))


def test_safe_efforts_leave_nothing_out() -> None:
    text = "\n".join(project())
    shown = LISTING.compress(text, Hint(command="rg --files"), Limits(effort=Effort.LIGHT))
    assert shown.lossless
    assert decode(shown.text, shown.note) == text


LOG = "\n".join(f"2024-05-01 12:30:{n:02} INFO /srv/app request {n}" for n in range(40))
HITS = "\n".join(f"src/a.py:{n}:    run({n})" for n in range(40))
YAML = "\n".join(f"key{n}: value" for n in range(40))
WORDS = "\n".join(f"word{n}" for n in range(40))
CODE = "\n".join(["import os", "", "def run():", "    return 1"] * 9)
TABLE = "\n".join(f"{n},a/b,3" for n in range(40))
DIFF = "\n".join(["diff --git a/x b/x", "--- a/x", "+++ b/x", *[f"+a/{n}" for n in range(3)], *["-b  c"] * 9])
URLS = "\n".join(f"https://example.org/{n}" for n in range(40))


@pytest.mark.parametrize("text", [LOG, HITS, YAML, WORDS, CODE, TABLE, DIFF, URLS, "", "a", "\n\n\n"])
def test_what_is_no_listing_is_not_claimed(text: str) -> None:
    assert LISTING.score(text, NO_HINT) == 0.0


@pytest.mark.parametrize(
    "hint",
    [
        Hint(command="find . -name '*.ts' | head -100"),
        Hint(command="cd app && rg --files"),
        Hint(command="git ls-files src"),
        Hint(command="rg -l timer"),
        Hint(tool="Glob"),
        Hint(tool="list_dir"),
    ],
)
def test_a_listing_that_was_asked_for_is_certain_where_all_lines_are_paths(hint: Hint) -> None:
    assert LISTING.score("\n".join(project()), hint) == 0.95
    assert LISTING.score("\n".join(project()), NO_HINT) == 0.7
    assert LISTING.score(LOG, hint) == 0.0


def test_reading_a_file_of_paths_is_not_a_listing_that_was_asked_for() -> None:
    assert LISTING.score("\n".join(project()), Hint(command="cat files.txt")) == 0.7


@pytest.mark.parametrize(
    "text", ["x" * 200_000, "/" * 200_000, "a/" * 100_000, "├── " * 50_000, "\n" * 200_000, "\0\n\ud800\n"]
)
def test_odd_texts_come_back_whole(text: str) -> None:
    for effort in Effort:
        assert LISTING.compress(text, NO_HINT, Limits(effort=effort)).text == text
    LISTING.score(text, NO_HINT)


def test_rows_of_ls_are_rows_whatever_else_the_command_did() -> None:
    """A command that asks for changes as well, and output that stands above the rows."""
    rows = "".join(f"-rw-r--r-- 1 ann staff {n * 37} May {n:>2} 10:00 berth_{n}.py\n" for n in range(10, 28))
    hint = Hint(command="pwd && ls -l && git status --short")
    assert LISTING.score(rows, hint) >= 0.85
    assert LISTING.compress(rows, hint, Limits()).note.startswith("row starting with its size")
    above = "".join(f"name = {n}\n" for n in range(10))
    made = LISTING.compress(above + rows, Hint(command="cat berth.py; ls -l"), Limits())
    assert made.text.startswith(f"{above}370 May 10")
