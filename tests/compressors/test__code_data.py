"""Tables and texts that are assigned outside of functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._code_data import Data, data_in
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
