from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._stat_lists import stat, usage

PATHS = st.sampled_from(
    ["a.py", "src/a.py", "src/b.py", "src/x/", "tests/t/c.py", "x/:", "my file", "src/{a => b}/c.py"]
)
SIZES = st.sampled_from(["4", "4.0K", "1,2M", "16\t3", "-\t-"])
CHANGES = st.sampled_from(["3 +", "12 ++--", "0", "Bin 0 -> 12 bytes", "Unmerged"])
ENDS = st.sampled_from(["", "\n"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(SIZES, PATHS), max_size=30), ENDS)
def test_every_size_can_be_read_again(rows: list[tuple[str, str]], end: str) -> None:
    text = "\n".join(f"{size}\t{path}" for size, path in rows) + end
    made = usage(text)
    if made is None:
        return
    out: list[str] = []
    for line in made.text.removesuffix("\n").split("\n"):
        folder, colon, names = line.partition("/: ")
        parts = [entry.rpartition(" ") for entry in names.split(", ")] if colon and "\t" not in line else []
        out += [f"{size}\t{folder}/{name}".replace(" ", "\t") for size, _, name in parts] or [line]
    assert "\n".join(out) + end == text


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["7", "1204", "0f" * 16, "ab" * 32]), PATHS), min_size=1, max_size=30), ENDS)
def test_every_number_and_digest_can_be_read_again_but_for_padding(rows: list[tuple[str, str]], end: str) -> None:
    """As `wc` and `sha256sum` print them."""
    lines = [f"{told}  {path}" if len(told) > 9 else f"{told:>7} {path}" for told, path in rows]
    made = usage("\n".join(lines) + end)
    if made is None:
        return
    out: list[str] = []
    for line in made.text.removesuffix("\n").split("\n"):
        folder, colon, names = line.partition("/: ")
        parts = [entry.rpartition(" ") for entry in names.split(", ")] if colon and " " not in folder else []
        out += [f"{told} {folder}/{name}" for told, _, name in parts] or [" ".join(line.split(maxsplit=1))]
    assert out == [f"{told} {path}" for told, path in rows]


def test_what_is_told_of_each_file_is_named() -> None:
    names = [f"src/harbour/f{n}.py" for n in range(20)]
    for told, what in (
        ("{n}\t", "size"),
        ("1\t{n}\t", "lines added, removed"),
        ("   {n} ", "number"),
        ("ab" * 20 + "  ", "digest"),
    ):
        made = usage("".join(f"{told.format(n=n)}{name}\n" for n, name in enumerate(names)))
        assert made is not None
        assert made.note == f"dir/: {what} and name of each entry"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(PATHS, CHANGES), max_size=30), ENDS)
def test_every_change_can_be_read_again(rows: list[tuple[str, str]], end: str) -> None:
    made = stat("\n".join(f" {path:<60} | {what}" for path, what in rows) + f"\n {len(rows)} files changed{end}")
    if made is None:
        return
    found: list[tuple[str, str]] = []
    for line in made.text.split("\n"):
        grouped = re.match(r"(\S*/): (.+)\Z", line)
        if grouped:
            found += [(grouped[1] + name, what) for name, _, what in (e.partition(" ") for e in grouped[2].split(", "))]
        elif " | " in line:
            path, _, what = line[1:].partition(" | ")
            found.append((path, what))
    assert found == rows
    assert made.lossless


def test_rows_below_commits_are_shortened_in_their_places() -> None:
    text = "".join(f"commit {n}\n\n src/app/a.py | {n} +\n src/app/b.py | {n} -\n\n" for n in range(9))
    made = stat(text)
    assert made is not None
    assert "commit 3\n\nsrc/app/: a.py 3 +, b.py 3 -\n\ncommit 4" in made.text


@pytest.mark.parametrize("text", ["", "a | b\n" * 9, "src/: x\n" + " src/a | 1 +\n" * 9, " a, b/c | 2 +\n" * 9])
def test_what_is_none_or_could_be_misread_is_left_alone(text: str) -> None:
    assert stat(text) is None


def test_lines_of_another_sort_stay_where_they_are() -> None:
    made = usage("".join(f"{n}\t/srv/data/part-{n}\n" for n in range(20)) + "du: cannot read directory '/srv/x'\n")
    assert made is not None
    assert made.text.endswith("19 part-19\ndu: cannot read directory '/srv/x'\n")


def test_matches_per_file_stand_before_the_names() -> None:
    """As the search of SWE-agent counts them."""
    rows = [f"/srv/harbour/quay_{n // 5}/berth_{n}.py ({n + 1} matches)" for n in range(12)]
    made = usage("\n".join(rows))
    assert made is not None
    assert made.note == "dir/: matches and name of each entry"
    assert made.text.split("\n")[2] == "/srv/harbour/quay_2/: 11 berth_10.py, 12 berth_11.py"
    assert usage("\n".join([*rows, *(f"4\t./src/{n}.py" for n in range(3))])) is None
