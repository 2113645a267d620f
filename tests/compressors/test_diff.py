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
MARK = re.compile(r"⋯(?: lines? (\d+)(?:-(\d+))?(?: \(.*\))?|(\d+))\Z")

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


def followed(source: list[str], visible: list[str], silent: set[int], first_line: int) -> set[int]:
    """Read the visible lines from the top as a model does: which lines do the marks stand for, by the place they have?"""
    marked: set[int] = set()
    at = 0
    for line in visible:
        while at in silent:
            at += 1
        m = MARK.match(line)
        if m is None:
            assert line == source[at]
            at += 1
            continue
        count = int(m[3]) if m[3] else int(m[2] or m[1]) - int(m[1]) + 1
        assert m[3] or int(m[1]) - first_line == at
        marked.update(range(at, at + count))
        at += count
    while at in silent:
        at += 1
    assert at == len(source)
    return marked


@settings(max_examples=500, deadline=None)
@given(diffs(), st.sampled_from([Effort.MEDIUM, Effort.STRONG]), st.integers(1, 300))
def test_every_shown_line_is_a_line_of_the_diff_and_all_else_is_named(
    text: str, effort: Effort, first_line: int
) -> None:
    made = DIFF.compress(text, NO_HINT, Limits(effort=effort, first_line=first_line))
    source = text.split("\n")
    gone = {n - first_line for e in made.elisions for a, b in e.ranges for n in range(a, b + 1)}
    kept = [line for i, line in enumerate(source) if i not in gone]
    visible = made.text.split("\n")
    if "N│" in made.note:
        numbered = [f"{i + first_line}│{line}" for i, line in enumerate(source) if i not in gone]
        assert [line for line in visible if not MARK.match(line)] == numbered
    elif gone:
        assert [line for line in visible if not MARK.match(line)] == kept
        silent = {
            n
            for e in made.elisions
            if e.summary == "file head"
            for a, b in e.ranges
            for n in range(a - first_line, b + 1 - first_line)
        }
        assert followed(source, visible, silent, first_line) == gone - silent
        assert not silent or "index, --- and +++" in made.note
    else:
        assert made.text == text


@settings(max_examples=500, deadline=None)
@given(diffs())
def test_every_line_that_somebody_wrote_stays(text: str) -> None:
    made = DIFF.compress(text, NO_HINT, Limits(effort=Effort.MEDIUM))
    source = text.split("\n")
    gone = {n - 1 for e in made.elisions for a, b in e.ranges for n in range(a, b + 1)}
    kept = [line for i, line in enumerate(source) if i not in gone]
    assert [line for line in written(text) if line not in kept] == []


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


def test_short_runs_of_context_are_marked_by_their_number_alone() -> None:
    old = [f"line {i} says more than a mark takes" for i in range(200)]
    new = [f"{line}!" if i in (20, 150) else line for i, line in enumerate(old)]
    made = DIFF.compress(make(old, new) + "\n", NO_HINT, Limits(effort=Effort.STRONG))
    assert "\n⋯3\n" in made.text
    assert made.note == "⋯N = N lines of context or file head"


def test_the_note_says_what_the_numbers_of_folded_lines_count() -> None:
    lock = make([f'"dependency-{i}": "1.{i}.0"' for i in range(99)], ['"dependency": "2.0.0"'], "package-lock.json")
    made = DIFF.compress(lock, NO_HINT, Limits(effort=Effort.MEDIUM))
    assert "⋯ lines " in made.text
    assert "⋯ lines N-M: of this output, not of a file" in made.note
