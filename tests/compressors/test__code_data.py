"""Tables and texts that are assigned outside of functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._code_data import Data, constants_in, data_in, macros_in
from headroom.compressors._code_lines import read


def found(text: str, language: str, least: int = 2) -> list[Data]:
    source = read(text, text.split("\n"), language)
    return list(data_in(source, 0, len(source.code), least))


@pytest.mark.parametrize(
    ("text", "language", "first", "end", "within"),
    [
        ("A = {\n    1,\n    2,\n}\nb", "py", 1, 3, ""),
        ("A: dict[str, int] = dict(\n    a=1,\n    b=2,\n)", "py", 1, 3, ""),
        ("    NAMES = [\n        1,\n        2,\n    ]", "py", 1, 3, ""),
        ('A = """\na\nb\n"""\nc', "py", 1, 3, '"""'),
        ("const a = `\na\nb\n`;\nc", "js", 1, 3, "`"),
        ("export const a: A[] = [\n  1,\n  2,\n];", "ts", 1, 3, ""),
        ("module.exports = {\n  a: 1,\n  b: 2,\n};", "js", 1, 3, ""),
        ("static const char *a[] = {\n#if B\n  1,\n#endif\n};", "c", 1, 4, ""),
        ("var a = map[string]int{\n\t1,\n\t2,\n}", "go", 1, 3, ""),
        ("var a = []struct {\n\tb int\n}{\n\t1,\n\t2,\n}", "go", 3, 5, ""),
        ("pub static A: &[&str] = &[\n    1,\n    2,\n];", "rs", 1, 3, ""),
        ("$a = array(\n    1,\n    2,\n);", "php", 1, 3, ""),
        ("A = %w[\n  1\n  2\n].freeze", "rb", 1, 3, ""),
    ],
)
def test_a_table_or_a_text_is_found_with_its_lines(text: str, language: str, first: int, end: int, within: str) -> None:
    assert found(text, language)[-1] == Data(first - 1, first, end, within)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A = [1, 2]\nb\nc", "py"),
        ("A = {\n    1,\n}", "py"),
        ("type A = {\n  a: 1;\n  b: 2;\n};", "ts"),
        ("const f = (a) => {\n  b\n  c\n};", "js"),
        ("if (a = b) {\n  c\n  d\n}", "js"),
        ("for (a = b; c; d) {\n  e\n  f\n}", "c"),
        ("struct A {\n  int b;\n  int c;\n};", "c"),
        ("enum A {\n  B,\n  C,\n};", "java"),
        ("a = b(c, [\n  1,\n2\n", "js"),
        ("a == b {\n  c\n  d\n}", "swift"),
        ('def f():\n    """a\n    b\n    c\n    """', "py"),
    ],
)
def test_what_is_short_code_or_a_type_is_none(text: str, language: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("#define A(b) \\\n  c(b); \\\n  d(b)\ne", 1, 3),
        ("#define A(b,  \\\n          c)  \\\n  d(b); \\\n  e(c)\nf", 2, 4),
        ("# define A \\\n  b \\\n  c", 1, 3),
        ("#define A(b) ((b) + \\\n  1 + \\\n  2)", 1, 3),
    ],
)
def test_what_a_macro_stands_for_begins_behind_its_parameters(text: str, first: int, end: int) -> None:
    source = read(text, text.split("\n"), "c")
    assert list(macros_in(source, 0, len(source.code), 2)) == [Data(0, first, end)]
    assert list(macros_in(source, 0, len(source.code), 3)) == []


CONSTANTS = [f"    Key{n} = 'key {n}'  # as it is called" for n in range(20)]


def unused(lines: list[str], *used: str, language: str = "py") -> list[tuple[int, int]]:
    source = read("\n".join(lines), lines, language)
    return list(constants_in(source, 0, len(lines), 12, frozenset(used)))


def test_constants_in_a_run_are_those_that_nobody_uses_but_the_first_ones() -> None:
    assert unused(["class Keys:", *CONSTANTS, "", "print()"]) == [(3, 21)]
    assert unused(["class Keys:", *CONSTANTS], "Key1", "Key9", "Key10", "Key19") == [(3, 10), (12, 20)]
    assert unused(["class Keys:", *CONSTANTS[:11]]) == []
    assert unused([*CONSTANTS[:8], "if later:", *CONSTANTS[8:]]) == [(11, 21)]
    assert unused(["A = 1", *CONSTANTS[:12]]) == [(3, 13)]


def test_remarks_and_long_macros_belong_to_a_run() -> None:
    remarks = [line for row in CONSTANTS for line in ("    # what it does", row, "")]
    assert unused(remarks) == [(7, 59)]
    macros = [line for n in range(14) for line in (f"#define A{n}(b) \\", f"  c(b, {n})")]
    assert unused(macros, "A5", language="c") == [(4, 10), (11, 28)]
    assert unused([*macros[:10], "#if D", *macros[10:], "#endif"], language="c") == []


@given(
    st.lists(st.sampled_from(["A = {", "  b = [", "  ]", "}", "x = '''", "'''", "  1,", "}{", "# a", ""]), max_size=60),
    st.sampled_from(["py", "js", "go"]),
    st.integers(1, 5),
)
def test_what_is_found_lies_in_order_and_has_its_least(lines: list[str], language: str, least: int) -> None:
    at = 0
    for data in found("\n".join(lines), language, least):
        assert at <= data.header < data.first
        assert data.end - data.first >= least
        assert data.end < max(2, len(lines))
        at = data.end
