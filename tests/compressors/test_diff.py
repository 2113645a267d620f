from __future__ import annotations

import difflib
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors.diff import DiffCompressor
from headroom.messages import NO_HINT, Hint

DATA = Path(__file__).parent.parent / "data" / "diff"
DIFF = DiffCompressor()
MARK = re.compile(r"⋯(?: lines? (\d+)(?:-(\d+))? \((.*)\)|(\d+))\Z")
START = re.compile(r"@@ -(\d+) \+(\d+) @@(.*)\Z")

WORDS = st.sampled_from(
    ["a", "b", "-- a", "++ b", "diff --git a/x b/x", "@@ -1 +1 @@", "", "def f():", "commit 1234567", "⋯ x"]
)
BODIES = st.lists(WORDS, max_size=25)
PATHS = st.sampled_from(["src/a.py", "b.txt", "package-lock.json", "vendor/x.go"])


@st.composite
def diffs(draw: st.DrawFn) -> str:
    out: list[str] = []
    for n in range(draw(st.integers(0, 4))):
        path = draw(PATHS)
        old, new = draw(BODIES), draw(BODIES)
        hunks = list(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm=""))
        if draw(st.booleans()):
            out += [f"commit {n}1234567", "", "    message", ""]
        if hunks:
            out += [f"diff --git a/{path} b/{path}", "index 1234567..89abcde 100644", *hunks]
    return "\n".join(out + draw(st.lists(WORDS, max_size=3)))


def written(text: str) -> list[str]:
    """The added and removed lines of hunks in files that people write."""
    out: list[str] = []
    path, old, new = "", 0, 0
    for line in text.split("\n"):
        if old > 0 or new > 0:
            if line[:1] == "+":
                new -= 1
            elif line[:1] == "-":
                old -= 1
            else:
                old, new = old - 1, new - 1
            if line[:1] in ("+", "-") and not path.startswith(("package-lock", "vendor")):
                out.append(line)
        elif line.startswith("diff --git a/"):
            path = line.split(" b/")[1]
        elif m := re.match(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", line):
            old, new = int(m[1] or 1), int(m[2] or 1)
    return out


def numbered(text: str) -> list[tuple[str, int, int, str]]:
    """Each line of a diff with the file it belongs to and its old and new number; 0 outside of hunks."""
    out: list[tuple[str, int, int, str]] = []
    path, old, new, olds, news = "", 0, 0, 0, 0
    for line in text.split("\n"):
        if (olds > 0 or news > 0) and line[:1] in ("-", "+", " "):
            out.append((path, old, new, line))
            olds, old = (olds - 1, old + 1) if line[:1] in ("-", " ") else (olds, old)
            news, new = (news - 1, new + 1) if line[:1] in ("+", " ") else (news, new)
            continue
        olds = news = 0
        if line.startswith("diff --git a/"):
            path = line.split(" b/")[1]
        elif m := re.match(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", line):
            old, olds, new, news = int(m[1]), int(m[2] or 1), int(m[3]), int(m[4] or 1)
        out.append((path, 0, 0, line))
    return out


def read(visible: str, source: list[tuple[str, int, int, str]], silent: set[int], first_line: int) -> set[int]:
    """Follow a visible text from the top as a model does, by its headers and marks; the lines that its marks stand for.

    Every line shown must be the line of the source that the headers and marks before it say.
    """
    marked: set[int] = set()
    at, old, new = 0, 0, 0
    for line in visible.split("\n"):
        while at in silent:
            at += 1
        m = MARK.match(line)
        if m is not None:
            assert m[4] or int(m[1]) - first_line == at
            count = int(m[4]) if m[4] else int(m[2] or m[1]) - int(m[1]) + 1
            for i in range(at, at + count):
                old += source[i][3][:1] in ("-", " ")
                new += source[i][3][:1] in ("+", " ")
            marked.update(range(at, at + count))
            at += count
            continue
        path, was, now, text = source[at]
        if text.startswith("@@ -") and not (was or now):
            start = START.match(line)
            assert line == text if start is None else text.endswith(f"@@{start[3]}")
            old, new = map(int, re.findall(r"[-+](\d+)", line)[:2])
        elif text.startswith("diff --git a/"):
            assert line in (text, f"diff {path}")
        else:
            assert line == text
            if was or now:
                assert (old, new) == (was, now)
                old += text[:1] in ("-", " ")
                new += text[:1] in ("+", " ")
        at += 1
    while at in silent:
        at += 1
    assert at == len(source)
    return marked


@settings(max_examples=500, deadline=None)
@given(diffs(), st.sampled_from([Effort.MEDIUM, Effort.STRONG]), st.integers(1, 300))
def test_a_reader_can_tell_the_place_of_every_line_shown_and_that_of_every_line_left_out(
    text: str, effort: Effort, first_line: int
) -> None:
    made = DIFF.compress(text, NO_HINT, Limits(effort=effort, first_line=first_line))
    gone = {n - first_line for e in made.elisions for a, b in e.ranges for n in range(a, b + 1)}
    assert sum(e.count for e in made.elisions) == len(gone)
    if not gone:
        assert made.text == text
        return
    silent = {
        n - first_line
        for e in made.elisions
        if e.summary in ("file head", "outer context")
        for a, b in e.ranges
        for n in range(a, b + 1)
    }
    assert read(made.text, numbered(text), silent, first_line) == gone - silent


@settings(max_examples=500, deadline=None)
@given(diffs())
def test_what_people_wrote_is_shown_at_least_once(text: str) -> None:
    made = DIFF.compress(text, NO_HINT, Limits(effort=Effort.MEDIUM))
    visible = {line[1:].strip() for line in made.text.split("\n")}
    assert [line for line in written(text) if line[1:].strip() not in visible] == []


@pytest.mark.parametrize("case", sorted(p.stem for p in DATA.glob("*.in")))
def test_a_reader_sees_what_the_golden_file_shows(case: str) -> None:
    options_file = DATA / f"{case}.json"
    options = json.loads(options_file.read_text(encoding="utf-8")) if options_file.exists() else {}
    effort = Effort[options.pop("effort", "MEDIUM")]
    shown = DIFF.compress((DATA / f"{case}.in").read_text(encoding="utf-8"), Hint(**options), Limits(effort=effort))
    assert f"{shown.note}\n{shown.text}" == (DATA / f"{case}.out").read_text(encoding="utf-8")


def make(old: list[str], new: list[str], path: str = "a.py") -> str:
    hunks = difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="")
    return "\n".join([f"diff --git a/{path} b/{path}", *hunks])


@pytest.mark.parametrize("effort", [Effort.LOSSLESS, Effort.LIGHT])
def test_a_diff_stays_as_it_is_below_medium(effort: Effort) -> None:
    text = make(["x"] * 50, ["y"] * 50, "Cargo.lock")
    assert DIFF.compress(text, NO_HINT, Limits(effort=effort)).text == text


def test_a_line_of_a_lock_file_that_the_query_names_is_shown() -> None:
    text = make([f"pkg{i} 1.0" for i in range(50)], [f"pkg{i} 1.1" for i in range(50)], "poetry.lock")
    made = DIFF.compress(text, Hint(query="which version has pkg17 now?"), Limits(effort=Effort.MEDIUM))
    assert "+pkg17 1.1" in made.text.split("\n")
    assert "+pkg18 1.1" not in made.text


def test_of_a_big_new_file_definitions_stay_when_little_may() -> None:
    body = [line for i in range(40) for line in (f"def f{i}():", f"    first = {i}", "    return first")]
    text = make([], body).replace("diff --git a/a.py b/a.py", "diff --git a/a.py b/a.py\nnew file mode 100644")
    made = DIFF.compress(text, NO_HINT, Limits(effort=Effort.STRONG))
    assert all(f"+def f{i}():" in made.text for i in range(40))


def test_a_log_shows_the_commit_that_the_query_names_when_little_may() -> None:
    one = "commit 1111111\n\n    Parse dates with zone names\n\n" + make(
        ["old date parse line"] * 9, ["new date parse line"] * 9
    )
    two = "commit 2222222\n\n    Colour the help page\n\n" + make(
        ["plain help page line"] * 9, ["blue help page line"] * 9
    )
    hint = Hint(query="what did 'Parse dates with zone names' change")
    made = DIFF.compress(f"{one}\n{two}", hint, Limits(effort=Effort.STRONG))
    assert "+new date parse line" in made.text
    assert "+blue help page line" not in made.text
    assert "Colour the help page" in made.text


def test_a_truncated_or_mangled_diff_does_no_harm() -> None:
    text = make(["a"] * 30, ["b"] * 30)[:150] + "\ngarbage\n@@ -1,900 +1,900 @@\n+x\n-y"
    made = DIFF.compress(text, NO_HINT, Limits(effort=Effort.STRONG))
    assert "garbage" in made.text


@pytest.mark.parametrize("command", ["git diff", "git show HEAD", "git log -p -3", None])
def test_a_diff_is_recognised(command: str | None) -> None:
    assert DIFF.score(make(["a"], ["b"]), Hint(command=command)) >= 0.9
    assert DIFF.score("commit 1234567890\nAuthor: A\n\n    msg\n\n" + make(["a"], ["b"]), Hint(command=command)) >= 0.9


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("git show HEAD:a.py", "def f():\n    return 1\n"),
        ("git log --stat", "commit 1234567890\nAuthor: A\n\n    msg\n\n a.py | 3 +--\n 1 file changed"),
        ("git diff --stat", " a.py | 3 +--\n 1 file changed, 1 insertion(+)"),
        ("git diff --name-only", "a.py\nb.py"),
        (None, "# Notes\n\n- one\n- two\n\n---\n\n+ three\n"),
    ],
)
def test_what_holds_no_hunk_is_no_diff(command: str | None, text: str) -> None:
    assert DIFF.score(text, Hint(command=command)) == 0.0


def test_context_is_cut_to_the_line_before_a_change_and_headers_say_where_it_begins() -> None:
    old = [f"line {i} says more than a mark takes" for i in range(200)]
    new = [f"{line}!" if i in (20, 26, 150) else line for i, line in enumerate(old)]
    made = DIFF.compress(make(old, new) + "\n", NO_HINT, Limits(effort=Effort.MEDIUM))
    assert "@@ -20 +20 @@\n line 19 says" in made.text
    assert "\n⋯4\n line 25 says" in made.text
    assert "@@ -150 +150 @@\n line 149 says" in made.text
    assert "@@ -A +B = first old and new line shown" in made.note
    assert "⋯N = N context lines left out" in made.note
    assert "hunks without their outer context" in made.note


def test_nothing_is_said_of_context_where_none_is_cut() -> None:
    old = [f"line {i} says more than a mark takes" for i in range(40)]
    made = DIFF.compress(make(old, [f"{line}!" for line in old]) + "\n", NO_HINT, Limits(effort=Effort.MEDIUM))
    assert "context" not in made.note


def test_the_legend_of_a_new_file_speaks_of_bodies() -> None:
    new = [line for n in range(60) for line in (f"def f{n}():", f"    print({n}, 'and more')", f"    return {n} + 1")]
    made = DIFF.compress(
        "diff --git a/a.py b/a.py\nnew file mode 100644\n" + "\n".join(make([], new).split("\n")[1:]),
        NO_HINT,
        Limits(effort=Effort.MEDIUM),
    )
    assert "⋯N in a new file = N lines of bodies left out" in made.note
    assert "context" not in made.note


def test_a_diff_behind_other_output_is_read_by_the_same_legend() -> None:
    old = [f"line {i} says more than a mark takes" for i in range(200)]
    new = [f"{line}!" if i in (20, 150) else line for i, line in enumerate(old)]
    merge = "diff --cc b.py\nindex 1234567,89abcde..0000000\n--- a/b.py\n+++ b/b.py\n@@@ -1,2 -1,2 +1,3 @@@\n  a\n++b\n  c\n"
    made = DIFF.compress(
        f"On branch main\n\n$ git diff\n{merge}{make(old, new)}\n",
        Hint(command="git status; git diff"),
        Limits(effort=Effort.MEDIUM),
    )
    assert merge in made.text
    assert "hunks without their outer context" in made.note


def test_context_that_holds_brackets_only_is_left_out() -> None:
    old = ["def f(x):", "    call(", "        x,", "    )", "", "end", "more", "rest"]
    new = [*old[:4], "    other(x)", *old[4:]]
    made = DIFF.compress(make(old, new) + "\n", NO_HINT, Limits(effort=Effort.MEDIUM))
    assert "@@ -5 +5 @@\n+    other(x)\n" in made.text


FUNCTION = [
    line
    for n in range(3)
    for line in (
        f"def total{n}(cart):",
        f"    price{n} = sum(item.price for item in cart)",
        f"    return round_amount(price{n})",
        "",
    )
]


def test_a_block_that_moves_to_another_file_is_shown_where_it_has_gone() -> None:
    gone = make([*FUNCTION, "x = 1"], ["x = 1"], "src/cart.py")
    come = make(["import money"], ["import money", "", *FUNCTION], "src/totals.py")
    made = DIFF.compress(f"{gone}\n{come}\n", NO_HINT, Limits(effort=Effort.MEDIUM))
    assert re.search(r"⋯ lines 5-1\d (?=\(moved to src/totals\.py new line 3\))", made.text)
    assert "+def total0(cart):" in made.text
    assert "-def total0(cart):" not in made.text


def test_a_block_that_is_indented_is_shown_once() -> None:
    body = [f"thing_number_{n}.to_do(with_this_and_that)" for n in range(9)]
    made = DIFF.compress(
        make(body, ["if enabled:", *(f"    {x}" for x in body)]) + "\n", NO_HINT, Limits(effort=Effort.MEDIUM)
    )
    assert "(moved to new line 2, indented 4 more)" in made.text
    assert "+    thing_number_2.to_do(with_this_and_that)" in made.text


def test_a_block_that_is_added_twice_is_shown_once() -> None:
    block = [f"option_{n}: the same text for everybody" for n in range(6)]
    made = DIFF.compress(make([], ["one:", *block, "two:", *block]), NO_HINT, Limits(effort=Effort.MEDIUM))
    assert "(the same as from new line 2 on)" in made.text
    assert made.text.count("+option_3") == 1


def test_a_change_that_many_files_repeat_is_shown_once_with_all_places() -> None:
    change = [
        make(
            ["import os", f"x{n} = {n}", "old_name(1)"],
            ["import os", f"x{n} = {n}", "new_name(1, strict=True)"],
            f"src/f{n}.py",
        )
        for n in range(9)
    ]
    made = DIFF.compress("\n".join(change) + "\n", NO_HINT, Limits(effort=Effort.MEDIUM))
    places = " ".join(f"src/f{n}.py:3" for n in range(1, 9))
    assert f"(the same change as in src/f0.py: {places})" in made.text
    assert made.text.count("+new_name") == 1


def test_of_a_removed_file_the_number_of_lines_is_shown() -> None:
    text = make(FUNCTION * 3, [], "src/cart.py").replace("--- a", "deleted file mode 100644\n--- a")
    made = DIFF.compress(text + "\n", NO_HINT, Limits(effort=Effort.MEDIUM))
    assert made.text.startswith(
        "diff src/cart.py\ndeleted file mode 100644\n@@ -1 +0 @@\n⋯ lines 6-41 (the file is removed)"
    )


def test_of_a_big_new_file_all_that_is_left_out_is_marked() -> None:
    body = [line for i in range(40) for line in (f"def f{i}():", f"    first = {i}", "    return first", "")]
    text = make([], body).replace("diff --git a/a.py b/a.py", "diff --git a/a.py b/a.py\nnew file mode 100644")
    made = DIFF.compress(text, NO_HINT, Limits(effort=Effort.MEDIUM))
    assert all(f"+def f{i}():" in made.text for i in range(40))
    shown = sum(1 for line in made.text.split("\n") if line.startswith("+"))
    assert shown + sum(int(n) for n in re.findall(r"^⋯(\d+)$", made.text, re.MULTILINE)) == len(body)


def test_combined_and_mangled_hunks_stay_as_they_are() -> None:
    combined = "diff --cc a.py\nindex 1,2..3\n--- a/a.py\n+++ b/a.py\n@@@ -1,2 -1,2 +1,3 @@@\n  same\n- old\n -older\n++new\n  same too"
    cut_off = "diff --git a/b.py b/b.py\n--- a/b.py\n+++ b/b.py\n@@ -1,90 +1,90 @@\n one\n two\n three\n-four\n+five\n six\n seven"
    made = DIFF.compress(f"{combined}\n{cut_off}", NO_HINT, Limits(effort=Effort.MEDIUM))
    assert "@@@ -1,2 -1,2 +1,3 @@@\n  same\n- old\n -older\n++new\n  same too" in made.text
    assert "@@ -1,90 +1,90 @@\n one\n two\n three\n-four\n+five\n six\n seven" in made.text


def test_the_note_says_what_the_numbers_of_folded_lines_count() -> None:
    lock = make([f'"dependency-{i}": "1.{i}.0"' for i in range(99)], ['"dependency": "2.0.0"'], "package-lock.json")
    made = DIFF.compress(lock, NO_HINT, Limits(effort=Effort.MEDIUM))
    assert "⋯ lines " in made.text
    assert "⋯ lines N-M: of this output, not of a file" in made.note
