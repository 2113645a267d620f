from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors.test_run import TestRunCompressor
from headroom.messages import NO_HINT, Hint

DATA = Path(__file__).parent.parent / "data" / "test"
RUN = TestRunCompressor()
MARK = re.compile(r"⋯ lines? (\d+)(?:-(\d+))?(?: \(.*\))?\Z")
NUMBERED = re.compile(r"(\d+)│(.*)\Z", re.DOTALL)

RULER = "_ " * 40
LINES = st.sampled_from(
    [
        "tests/test_a.py::test_one PASSED        [ 10%]",
        "tests/test_a.py::test_two FAILED        [ 20%]",
        "tests/test_a.py .......          [ 30%]",
        "=== RUN   TestX",
        "--- PASS: TestX (0.00s)",
        "--- FAIL: TestY (0.00s)",
        "test a::b ... ok",
        "   Compiling serde v1.0.2",
        "a.c:3:37: warning: unused variable 'x' [-Wunused]",
        "    3 | int x;",
        "a.c:9:1: error: no such thing",
        "_______ test_two _______",
        RULER,
        "_ _ _",
        "self = <X object at 0x7f8899aabbcc>",
        "self = <X object at 0x7f8899aabbdd>",
        "    def load(path, encoding='utf-8', errors='strict'):",
        ">       return read(path, encoding=encoding, errors=errors)",
        "    a helper that stands between the test and the fault",
        "E       AssertionError: assert 1 == 2",
        "lib/load.py:12: ",
        "=== FAILURES ===",
        "====== PASSES ======",
        "",
        "0 errors, 0 failed",
        "⋯ lines 1-2",
        "/usr/lib/a/b.d.ts",
    ]
)
TEXTS = st.lists(LINES | st.text(max_size=12), max_size=60).map("\n".join)


def unfold(body: str, note: str, total: int, first_line: int) -> dict[int, str]:
    """The shown lines by their 0-based number; fails where marks and lines do not add up to the whole."""
    shown: dict[int, str] = {}
    at = 0
    for line in body.split("\n"):
        m = NUMBERED.match(line) if "N│" in note else None
        if m is not None:
            assert at == int(m[1]) - first_line
            shown[at] = m[2]
            at += 1
            continue
        mark = MARK.match(line)
        if mark is not None and (at != 0 or int(mark[1]) == first_line) and int(mark[1]) - first_line == at:
            at = int(mark[2] or mark[1]) - first_line + 1
            continue
        assert "N│" not in note
        shown[at] = line
        at += 1
    assert at == total
    return shown


def long_ruler(line: str, note: str) -> str:
    m = re.match(r"`(. . .)` = line of (\d+) characters", note)
    return (m[1][:2] * 400)[: int(m[2])] if m is not None and line == m[1] else line


@settings(max_examples=500, deadline=None)
@example("===== PASSES =====\n" + "tests/test_a.py::test_one PASSED        [ 10%]\n" * 3 + "said", Effort.MEDIUM, 1)
@given(TEXTS, st.sampled_from(list(Effort)), st.integers(1, 500))
def test_every_line_is_shown_whole_at_its_place_or_within_a_mark(text: str, effort: Effort, first_line: int) -> None:
    made = RUN.compress(text, NO_HINT, Limits(effort=effort, first_line=first_line))
    source = text.split("\n")
    if made.lossless:
        assert "\n".join(long_ruler(line, made.note) for line in made.text.split("\n")) == text
        return
    shown = unfold(made.text, made.note, len(source), first_line)
    for i, line in shown.items():
        assert long_ruler(line, made.note) == source[i]
    gone = {n for e in made.elisions for a, b in e.ranges for n in range(a - first_line, b - first_line + 1)}
    assert gone == set(range(len(source))) - set(shown)


@settings(max_examples=500, deadline=None)
@given(TEXTS, st.sampled_from(list(Effort)))
def test_what_failed_stays_visible(text: str, effort: Effort) -> None:
    made = RUN.compress(text, NO_HINT, Limits(effort=effort))
    shown = {line.partition("│")[2] if "N│" in made.note else line for line in made.text.split("\n")}
    for line in text.split("\n"):
        if " FAILED " in line or "--- FAIL" in line or line.startswith("E  ") or ": error:" in line:
            assert line in shown


@pytest.mark.parametrize("case", sorted(p.stem for p in DATA.glob("*.in")))
def test_a_reader_sees_what_the_golden_file_shows(case: str) -> None:
    options_file = DATA / f"{case}.json"
    options = json.loads(options_file.read_text(encoding="utf-8")) if options_file.exists() else {}
    effort = Effort[options.pop("effort", "LIGHT")]
    shown = RUN.compress((DATA / f"{case}.in").read_text(encoding="utf-8"), Hint(**options), Limits(effort=effort))
    assert f"{shown.note}\n{shown.text}" == (DATA / f"{case}.out").read_text(encoding="utf-8")


def test_a_run_without_failures_shrinks_to_its_verdict() -> None:
    text = "\n".join(
        [f"tests/test_a.py::test_{i} PASSED   [ {i:2}%]" for i in range(99)] + ["", "== 99 passed in 1.0s =="]
    )
    made = RUN.compress(text, NO_HINT, Limits(effort=Effort.LIGHT))
    assert made.text == "⋯ lines 1-99 (99 × PASSED tests/test_a.py::…)\n\n== 99 passed in 1.0s =="


def test_what_the_query_names_is_shown_although_it_passed() -> None:
    text = "\n".join(f"tests/test_a.py::test_case_{i} PASSED" for i in range(99))
    made = RUN.compress(text, Hint(query="did test_case_42 run?"), Limits(effort=Effort.LIGHT))
    assert "tests/test_a.py::test_case_42 PASSED" in made.text.split("\n")


def test_what_must_be_kept_is_shown() -> None:
    text = "\n".join(f"   Compiling crate{i} v1.0.{i}" for i in range(99))
    made = RUN.compress(text, NO_HINT, Limits(effort=Effort.STRONG, keep=re.compile("crate7 ")))
    assert "   Compiling crate7 v1.0.7" in made.text.split("\n")


def test_a_test_that_prints_keeps_the_line_that_announces_it() -> None:
    quiet = "\n".join(f"=== RUN   Test{i}\n--- PASS: Test{i} (0.00s)" for i in range(9))
    made = RUN.compress(
        f"{quiet}\n=== RUN   TestLoud\n    a_test.go:9: hello\n{quiet}", NO_HINT, Limits(effort=Effort.LIGHT)
    )
    assert "\n=== RUN   TestLoud\n    a_test.go:9: hello\n" in made.text


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("pytest -q tests", "....                         [100%]\n4 passed in 0.01s"),
        ("cd app && npx tsc --noEmit", "src/a.ts(1,2): error TS2304: Cannot find name 'x'."),
        ("CI=1 npm test", "PASS src/a.test.js\n  ✓ adds (1 ms)\nTests:       1 passed, 1 total"),
        ("timeout 60 cargo test", "running 1 test\ntest a ... ok\n\ntest result: ok. 1 passed; 0 failed"),
        ("make -j4 all", "gcc -c a.c -o a.o\nmake: *** [a.o] Error 1"),
        ("python -m unittest -v", "test_a (m.T.test_a) ... ok\n\nRan 1 test in 0.001s\n\nOK"),
        ("go test ./...", "ok  \texample.org/a\t0.012s\nFAIL\texample.org/b\t0.1s"),
    ],
)
def test_a_command_that_the_text_confirms_is_nearly_certain(command: str, text: str) -> None:
    assert RUN.score(text, Hint(tool="bash", command=command)) == 0.95


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("grep -rn 'make' .", "a.txt:3: make all\nb.txt:9: make test"),
        ("find / -name '*.py'", "\n".join(f"/usr/lib/m{i}.py" for i in range(50))),
        ("cat notes.md", "# Notes\n\nThe tests passed yesterday, one failed today.\n"),
        ("pytest --json", '{"passed": 3, "failed": 0}'),
        (None, "[1, 2, 3]"),
    ],
)
def test_other_text_is_left_to_others(command: str | None, text: str) -> None:
    assert RUN.score(text, Hint(tool="bash", command=command)) < 0.3


def test_a_test_that_failed_as_expected_is_not_called_skipped() -> None:
    lines = [f"tests/test_a.py::test_{i} {'XFAIL (bug 12)' if i % 2 else 'SKIPPED (no network)'}" for i in range(20)]
    made = RUN.compress("\n".join(lines), NO_HINT, Limits(effort=Effort.MEDIUM))
    assert made.text == "⋯ lines 1-20 (10 × skipped, 10 × xfailed)"


def test_words_for_test_output_as_a_whole_pick_none_of_its_lines() -> None:
    """`tests/` stands in the paths of tests that passed as well as of those that failed."""
    passed = [
        f"tests/test_{name}.py ....... [ {n}%]" for n, name in enumerate(("a", "b", "c", "d", "e", "f", "g", "h"))
    ]
    text = "\n".join(["=== test session starts ===", *passed, "=== 1 failed, 56 passed in 1.20s ==="])
    asked = Hint(command="pytest", query="Run the tests and tell me which tests fail, and why.")
    named = Hint(command="pytest", query="Does tests/test_d.py pass?")
    limits = Limits(effort=Effort.LIGHT)
    assert "tests/test_d.py" not in TestRunCompressor().compress(text, asked, limits).text
    assert "tests/test_d.py" in TestRunCompressor().compress(text, named, limits).text


def test_paths_that_are_cut_short_come_with_the_folder_that_they_are_below() -> None:
    files = [f"services/billing/src/{name}.py" for name in ("ledger", "invoice", "refund", "tax")]
    text = "\n".join(f"{file}:{n}:1: D103 Missing docstring in public function" for file in files for n in range(1, 9))
    rendition = RUN.compress(text, Hint(command="ruff check --output-format concise"), Limits(effort=Effort.LIGHT))
    assert "; invoice.py:1:1" in rendition.text
    assert rendition.note == "⋯ places are below services/billing/src/"


def test_the_name_of_the_tool_that_was_run_picks_no_line() -> None:
    link = "  = help: for further information visit https://lints.test/index.html#len_zero"
    one = [
        "warning: length",
        " --> a.rs:3:4",
        "  |",
        "3 | x",
        "  | ^",
        "  |",
        link,
        "  = note: `#[warn(clippy::len_zero)]`",
    ]
    text = "\n".join("\n".join([*one, ""]).replace("3", str(n)) for n in range(3, 6))
    asked = Hint(command="cargo clippy", query="Run clippy and fix the warnings")
    made = RUN.compress(text, asked, Limits(effort=Effort.MEDIUM))
    assert "further information" not in made.text
    assert made.note.startswith("excerpts: ")


def test_a_tool_that_tells_its_level_in_brackets_does_not_begin_json() -> None:
    text = "[WARNING] Unexpected key\n" + "check yaml" + "." * 60 + "Passed\n"
    assert RUN.score(text, Hint(command="pre-commit run --all-files")) == 0.95


def test_the_few_tests_that_were_skipped_are_named_with_their_reasons() -> None:
    lines = [f"tests/test_a.py::test_{i} PASSED   [ {i:2}%]" for i in range(40)]
    lines[7] = "tests/test_a.py::test_7 SKIPPED (no network)   [  7%]"
    made = RUN.compress("\n".join(lines), NO_HINT, Limits(effort=Effort.MEDIUM))
    skipped = "1 × skipped: tests/test_a.py::test_7 SKIPPED (no network)"
    assert made.text == f"⋯ lines 1-40 (39 × PASSED, {skipped})"
    many = [line.replace("PASSED", "SKIPPED") if i % 4 == 0 else line for i, line in enumerate(lines)]
    assert "(11 × skipped, 29 × PASSED)" in RUN.compress("\n".join(many), NO_HINT, Limits(effort=Effort.MEDIUM)).text


EXCERPTS = st.lists(
    st.sampled_from(
        [
            "E702 Multiple statements on one line",
            "warning: unneeded `return` statement",
            "error[E0308]: mismatched types",
            " --> a.py:3:9",
            "3 | a = 1; b = 2",
            "4 | c = 3",
            "  |",
            "  |     ^",
            "",
            "a.c:3:9: warning: unused variable ‘x’ [-Wunused-variable]",
            "a.c:3:9: note: declared here",
            "/usr/include/c++/12/map:60:5: note: candidate: ‘bool operator<’",
            "/usr/include/c++/12/map:60:5:   required from ‘void sort’",
            "./node_modules/dayjs/dayjs.min.js 6.99 KiB [built] [code generated]",
            "  harmony import specifier dayjs ./src/index.js 6:22-27",
            "WARNING in ./src/a.js 1:2-3",
            "export 'x' was not found in './b'",
            "    > 3 | it('adds', () => expect(1).toBe(2));",
            "      4 | it('takes away', () => {});",
            "✖ failing tests:",
            "✖ rounds (0.6ms)",
            "   1: core::panicking::panic_fmt",
            "             at /rustc/59807616e1fa/library/core/src/panicking.rs:80:14",
            "=== RUN   TestX",
            "--- FAIL: TestX (0.00s)",
        ]
    ),
    max_size=80,
).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(EXCERPTS, st.sampled_from([Effort.LIGHT, Effort.MEDIUM]), st.integers(1, 500))
def test_every_line_that_is_not_shown_is_named_by_an_elision(text: str, effort: Effort, first_line: int) -> None:
    made = RUN.compress(text, NO_HINT, Limits(effort=effort, first_line=first_line))
    gone = {n - first_line for e in made.elisions for a, b in e.ranges for n in range(a, b + 1)}
    left = [line for i, line in enumerate(text.split("\n")) if i not in gone]
    assert [line for line in made.text.split("\n") if not line.startswith("⋯")] == left
    assert made.lossless == (not gone)
