"""Findings as biome, oxlint and rolldown draw them are read to their last line, and repeated ones are named with their places."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._excerpts import Lint, repeated_lints
from headroom.compressors._graphic import drawn, read

BARS = "━" * 40


def biome(path: str, line: int, rule: str = "lint/style/useConst", said: str = "This let never changes.") -> list[str]:
    head = f"{path}:{line}:1 {rule}  FIXABLE  {BARS}"
    return [
        head,
        "",
        f"  ! {said}",
        "  ",
        f"  > {line} │ let x = 3;",
        "      │ ^^^",
        "  ",
        "  i Safe fix: Use const instead.",
        "  ",
        "",
    ]


def oxlint(path: str, line: int, said: str = "eval can be harmful.") -> list[str]:
    return [
        f"  ! eslint(no-eval): {said}",
        f"   ,-[{path}:{line}:8]",
        f" {line} | return eval(rule)",
        "   :        ^^^^",
        "   `----",
        "",
    ]


def rolldown(path: str, line: int) -> list[str]:
    return ["[EVAL] Use of direct `eval`.", f"   ╭─[ {path}:{line}:8 ]", "   │", f" {line} │ eval(rule)", "───╯", ""]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([biome, oxlint, rolldown]), st.sampled_from(["src/a.js", "b.ts"]), st.integers(1, 999)
        ),
        max_size=12,
    )
)
def test_every_finding_is_read_with_its_place_and_nothing_beside_it(made: list[tuple[object, str, int]]) -> None:
    source: list[str] = ["Checking 3 files", ""]
    spans = []
    for form, path, line in made:
        block = form(path, line)  # type: ignore[operator]
        spans.append((len(source), len(source) + len(block), path, f"{line}"))
        source += block
    source.append("Found 3 errors.")
    assert [(f.head, f.end, f.path, f.line) for f in read(source)] == spans
    assert drawn("\n".join(source)) == len(made)


def test_a_rule_and_what_it_says_are_told_apart() -> None:
    found = list(read([*biome("a.js", 2), *oxlint("b.js", 3), *rolldown("c.js", 4)]))
    assert [f.lint for f in found] == [
        Lint("lint/style/useConst", " FIXABLE", "This let never changes."),
        Lint("eslint(no-eval)", "", "eval can be harmful."),
        Lint("EVAL", "", "Use of direct `eval`."),
    ]


def test_what_cannot_be_parsed_is_no_lint() -> None:
    (found,) = read(biome("a.js", 2, "parse", "Expected a semicolon."))
    assert found.lint is None


def marks(source: list[str]) -> list[str]:
    return [fold.label for fold in repeated_lints(list(read(source)), source, set(), bytearray(len(source)))]


def test_a_message_that_differs_in_a_name_is_told_by_the_name() -> None:
    said = "Identifier '{}' is imported but never used.".format
    source = [line for n, name in enumerate("abc", 1) for line in oxlint("a.js", n, said(name))]
    assert marks(source) == ["2 more: eslint(no-eval) for 'b' a.js:2:8, for 'c' :3:8"]


def test_another_message_of_the_same_rule_is_spelt_once() -> None:
    said = "Variable '{}' is declared but never used at all.".format
    source = [*oxlint("a.js", 1), *(line for n, name in enumerate("bcb", 2) for line in oxlint("a.js", n, said(name)))]
    assert marks(source) == [f"3 more: eslint(no-eval) {said('b')} a.js:2:8, :4:8, for 'c' :3:8"]


def test_rulers_and_corners_of_other_tools_are_none() -> None:
    assert drawn(f"Installing\n   {BARS} 12.0/12.0 MB\n\n[1,\n 2]\n{BARS}\n╭──────╮\n│ a │\n") == 0


def script(line: int, *said: str) -> list[str]:
    return [f"In src/a.sh line {line}:", "echo $f", *(f"     ^-- {text}" for text in said), "", ""]


QUOTE = "SC2086 (info): Double quote to prevent globbing and word splitting."
LOCAL = "SC3043 (warning): In POSIX sh, 'local' is undefined."
BROKEN = "SC1073 (error): Couldn't parse this test expression."


def test_findings_of_shellcheck_are_read_by_what_stands_behind_their_carets() -> None:
    source = ["", *script(2, QUOTE), *script(3, QUOTE, QUOTE), *script(4, LOCAL, QUOTE), *script(5, BROKEN)]
    found = list(read([*source, "For more information:", "  https://www.shellcheck.net/wiki/SC2086 -- …"]))
    assert [(f.head, f.path, f.at) for f in found] == [
        (1, "src/a.sh", ":2"),
        (6, "src/a.sh", ":3"),
        (12, "src/a.sh", ":4"),
        (18, "src/a.sh", ":5"),
    ]
    assert [f.lint and f.lint.code for f in found] == ["SC2086", "SC2086", "SC3043+SC2086", None]
    assert found[-1].end == len(source)


def test_findings_of_bandit_are_read_with_their_weight() -> None:
    issue = [
        ">> Issue: [B101:assert_used] Use of assert detected.",
        "   Severity: Low   Confidence: High",
        "   CWE: CWE-703 (https://cwe.mitre.org/data/definitions/703.html)",
        "   Location: src/a.py:17:4",
        "16\t        pass",
        "17\t    assert out",
        "",
        "-" * 50,
    ]
    found = list(read([*issue, *issue, "", "Code scanned:"]))
    assert [(f.head, f.end, f.path, f.at) for f in found] == [(0, 8, "src/a.py", ":17:4"), (8, 16, "src/a.py", ":17:4")]
    assert found[0].lint == Lint("B101:assert_used", " (severity Low, confidence High)", "Use of assert detected.")
