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
