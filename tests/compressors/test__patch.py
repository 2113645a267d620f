from __future__ import annotations

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._patch import Patch, read

WORDS = st.sampled_from(["a", "b", "-- a", "++ b", "diff --git a/x b/x", "@@ -1 +1 @@", "", "commit 1234567", "\\ no"])
BODIES = st.lists(WORDS, max_size=30)


def patch(old: list[str], new: list[str], head: str = "diff --git a/a.py b/a.py") -> Patch:
    return read([head, *difflib.unified_diff(old, new, "a/a.py", "b/a.py", lineterm="")])


@settings(max_examples=500, deadline=None)
@given(BODIES, BODIES)
def test_hunks_hold_what_their_headers_say_and_every_line_has_its_numbers(old: list[str], new: list[str]) -> None:
    found = patch(old, new)
    for file in found.files:
        assert file.end == len(found.source)
        for hunk in file.hunks:
            assert hunk.exact
            for i in range(hunk.header + 1, hunk.end):
                was, now = found.place(hunk, i)
                if found.signs[i] != "+":
                    assert old[was - 1] == found.source[i][1:]
                if found.signs[i] != "-":
                    assert new[now - 1] == found.source[i][1:]


def test_a_path_is_read_with_or_without_a_prefix_and_quotes() -> None:
    heads = {
        "diff --git a/src/a.py b/src/a.py": ("src/a.py", True),
        "diff --git src/a.py src/a.py": ("src/a.py", True),
        "diff --git a/old.py b/new.py": ("new.py", False),
        'diff --git "a/na\\303\\257ve.py" "b/na\\303\\257ve.py"': ("na\\303\\257ve.py", False),
        "diff --cc src/a.py": ("src/a.py", False),
    }
    for head, (path, same) in heads.items():
        (file,) = patch(["x"], ["y"], head).files
        assert (file.path, file.same) == (path, same)


@pytest.mark.parametrize(
    "hunk",
    [
        "@@ -1,9 +1,9 @@\n a\n-b\n+c",
        "@@@ -1,2 -1,2 +1,2 @@@\n- a\n -b\n++c",
        "@@ -1,2 +1,2 @@\n a\n\n-b\n+c",
        "@@ -1 +1 @@",
    ],
)
def test_a_hunk_that_is_combined_cut_off_or_mangled_is_not_exact(hunk: str) -> None:
    (file,) = read(["diff --git a/a b/a", *hunk.split("\n")]).files
    assert [h.exact for h in file.hunks] == [False]


def test_a_commit_above_files_is_theirs() -> None:
    lines = ["commit 1234567", "", "    one", "", "diff --git a/a b/a", "@@ -1 +1 @@", "-a", "+b", "", "commit 89abcde"]
    found = read([*lines, "", "diff --git a/a b/a", "@@ -1 +1 @@", "-a", "+b"])
    assert [file.commit for file in found.files] == [0, 9]
    assert found.count([h for f in found.files for h in f.hunks]) == "+2 −2"


def test_a_file_without_git_begins_with_its_two_names() -> None:
    found = read("--- a/x.c\t2024-01-01\n+++ b/x.c\t2024-01-02\n@@ -1 +1 @@\n-a\n+b".split("\n"))
    assert [(file.path, file.same, len(file.hunks)) for file in found.files] == [("x.c", False, 1)]
