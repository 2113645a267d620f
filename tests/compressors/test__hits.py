from __future__ import annotations

import pytest

from headroom.compressors._hits import DECLARED, DEFINED, Ranking, _definition, searched
from headroom.messages import Hint


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("rg -n -w parse_row", ("parse_row",)),
        ("cd /srv/app && grep -rn --include '*.py' 'parse_row' . | head -20", ("parse_row",)),
        ("git grep -n -e parse_row -- src", ("parse_row",)),
        ('grep -rnE "\\bclass (Row|Table)\\b" src', ("class", "Row", "Table")),
        ("rg -A 3 -t py parse_row src", ("parse_row",)),
        ("rg", ()),
        ("ls -la", ()),
        ("rg 'unclosed", ("unclosed",)),
    ],
)
def test_what_was_searched_is_read_off_the_command(command: str, names: tuple[str, ...]) -> None:
    assert searched(Hint(command=command)) == names


def test_what_was_searched_is_read_off_the_arguments() -> None:
    assert searched(Hint(tool="Grep", arguments={"pattern": "parse_\\w+|Row", "path": "src"})) == ("parse_", "Row")
    assert searched(Hint(tool="Grep", arguments={"pattern": 3})) == ()


@pytest.mark.parametrize(
    "text",
    [
        "def row(value):",
        "async def row(value):",
        "export default function row() {",
        "pub(crate) unsafe fn row<T>(value: T) -> T {",
        "func (t *Table) row(n int) Row {",
        "public static <A, B> Pair<A, B> row(final A a) {",
        "static inline const char *row(int n)",
        "void Table::row(int value) {",
        "enum class row : unsigned char {",
        "#define row(x) (x)",
        "CREATE TABLE row (",
        "CREATE TABLE IF NOT EXISTS row (",
        "const row = 3;",
        "row(value) {",
        "class row(Base):",
    ],
)
def test_a_definition_is_recognised(text: str) -> None:
    assert _definition(text, ("row",)) == DEFINED


@pytest.mark.parametrize(
    "text",
    [
        "row = 3",
        "self.row = row",
        "cell, row = pair",
        "row, cell = pair",
        "row := next()",
        "row: int = 3",
        "row: function (x) {",
        "int row(int n);",
    ],
)
def test_an_assignment_counts_for_less(text: str) -> None:
    assert _definition(text, ("row",)) == DECLARED


@pytest.mark.parametrize(
    "text",
    [
        "return row(value)",
        "x = row(value)",
        "table.row(value)",
        'print("row")',
        "if row == 3:",
        "f(row=3)",
        "new row(1)",
        "throw row(1)",
        "",
    ],
)
def test_a_use_is_no_definition(text: str) -> None:
    assert _definition(text, ("row",)) == 0


def test_a_longer_name_counts_for_less() -> None:
    assert 0 < _definition("def row_of(x):", ("row",)) < DEFINED


def test_code_comes_before_tests_imports_comments_and_repeats() -> None:
    hits = [
        (0, "tests/test_a.py", "3:def row():"),
        (1, "src/a.py", "1:from rows import row"),
        (2, "src/a.py", "2:# row is here"),
        (3, "src/a.py", "9:    use(row)"),
        (4, "src/a.py", "10:    use(row)"),
        (5, "src/b.py", "7:def row():"),
    ]
    order, _ = Ranking.of(Hint(command="rg -n row"), "").choose(hits, 10_000)
    assert order[:3] == [5, 0, 3]
    assert set(order[-2:]) == {2, 4}
    assert Ranking.of(Hint(command="rg -n row"), "").choose(hits, 12)[0] == [5]
