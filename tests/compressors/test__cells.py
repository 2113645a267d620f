"""Tables of pages: cells stay in their columns."""

from __future__ import annotations

from headroom.compressors._cells import Table


def table(*rows: list[tuple[str, str]]) -> list[str]:
    """Rows of (inside of the cell's tag, text)."""
    read = Table(0)
    for row in rows:
        read.row = []
        for head, text in row:
            read.open_cell(head.split()[0], head)
            read.add(text)
        read.end_row()
    return read.markdown()


def test_a_table_is_markdown() -> None:
    """Headings are told from data; bars are escaped; empty rows go."""
    assert table([("th", "k"), ("th", "v")], [("td", "a|b"), ("td", "")], [("td", "")]) == [
        "| k | v |\n|---|---|\n| a\\|b |  |"
    ]
    assert table([("td", "a"), ("td", "b")]) == ["| a | b |"]


def test_a_single_column_is_no_table() -> None:
    """But paragraphs."""
    assert table([("td", "a|b")], [("td", "c")]) == ["a|b", "c"]


def test_cells_that_span_columns_keep_what_follows_in_its_column() -> None:
    """A model would read the price under the name otherwise."""
    assert table([("th", "a"), ("th colspan=2", "b"), ("th", "c")], [("td", n) for n in "wxyz"]) == [
        "| a | b |  | c |\n|---|---|---|---|\n| w | x | y | z |"
    ]


def test_cells_that_span_rows_are_said_in_each() -> None:
    """As such where they are long."""
    long = "a long text that need not be said twice"
    assert table(
        [('td rowspan="3"', "2019"), ("td", "Jan"), ("td ROWSPAN='2'", long)],
        [("td", "Feb")],
        [("td", "Mar"), ("td", "x")],
    ) == [f"| 2019 | Jan | {long} |\n| 2019 | Feb | ″ |\n| 2019 | Mar | x |"]


def test_spans_beyond_reason_are_not_followed() -> None:
    """A page cannot make a table of any size."""
    (shown,) = table([("td colspan=9999 rowspan=9999", "a"), ("td", "b")], *[[("td", "c")] for _ in range(300)])
    assert len(shown) < 8_000
