from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._hit_runs import Runs, bare, grouped, parse

PATHS = st.sampled_from(["a.py", "src/b.py", "x-12-y.ts", "C:\\p q\\c.c", "HEAD:src/a.py", "1.txt", "-", "⋯"])
TEXTS = st.sampled_from(["", "run()", "12:x", "-3-", "a.py:3:run", "1.txt-4-x", "//", "--"])
HITS = st.builds("{}:{}:{}".format, PATHS, st.integers(1, 999), TEXTS)
CONTEXT = st.builds("{}-{}-{}".format, PATHS, st.integers(1, 999), TEXTS)
BODIES = st.builds("{}{}{}".format, st.integers(1, 999), st.sampled_from(":-"), TEXTS)
LINES = st.lists(st.one_of(HITS, HITS, CONTEXT, BODIES, PATHS, TEXTS, st.just("--")), max_size=30)


def written(found: Runs) -> list[str]:
    """The lines again, from paths and bodies."""
    out: list[str] = []
    for n in range(len(found)):
        path, lines = found.path(n), found.body(n).split("\n")
        if path is None or (found.headed and not path):
            out += lines
        elif found.headed:
            out += [path, *lines]
        elif not found.cut:
            out += [path + line for line in lines]
        else:
            out += [line if line == "--" else path + line.lstrip("0123456789")[:1] + line for line in lines]
    return out


@settings(max_examples=500, deadline=None)
@given(LINES)
def test_runs_hold_every_line_once_and_in_order(lines: list[str]) -> None:
    text = "\n".join(lines)
    for found in (parse(text), bare(text), grouped(text)):
        if found is not None:
            assert written(found) == text.split("\n")
            assert found.lines == text.count("\n") + 1
            assert [found.firsts[n] + found.size(n) for n in range(len(found))] == [*found.firsts[1:], found.lines]


def test_a_run_longer_than_one_match_goes_on_under_the_same_path() -> None:
    text = "\n".join(f"a.py:{n}:x" for n in range(1, 2500))
    found = parse(text)
    assert found is not None
    assert {found.path(n) for n in range(len(found))} == {"a.py"}
    assert written(found) == text.split("\n")


@pytest.mark.parametrize("path", ["C:\\src\\a.c", "HEAD~2:src/a.py", "my file.md"])
def test_a_path_may_hold_a_drive_a_revision_or_blanks(path: str) -> None:
    found = parse(f"{path}:3:x\n{path}:9:y")
    assert found is not None
    assert (len(found), found.path(0), found.body(0)) == (1, path, "3:x\n9:y")


def test_a_path_that_looks_like_context_is_told_by_its_hits() -> None:
    found = parse("v-2-x/a.py-4-before\nv-2-x/a.py:5:hit\n--\nv-2-x/a.py:9:hit")
    assert found is not None
    assert {found.path(n) for n in range(len(found))} <= {"v-2-x/a.py", None}


def test_the_first_lines_of_a_run_can_be_asked_for() -> None:
    text = "\n".join(f"a.py:{n}:x" for n in range(1, 9))
    found = parse(text)
    assert found is not None
    assert found.body(0, 2) == "1:x\n2:x"
    assert grouped("a.py\n1:x\n2:y\n3:z").body(0, 2) == "1:x\n2:y"


def test_lines_that_begin_like_a_hit_without_a_path_cannot_be_grouped() -> None:
    assert parse("a.py:3:x\n12:30:00 started\na.py:4:x") is None


def test_hits_without_numbers_need_a_path_and_company() -> None:
    assert bare("a.py:x\na.py:y\na.py:z") is not None
    assert bare("a.py:x\nb.py:y\nc.py:z") is None
    assert bare(":x\na.py:y") is None
