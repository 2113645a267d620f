"""A table of a web page while it is being read, and what it looks like in markdown.

Cells that reach over several columns or rows keep the columns in line. `_html` says what it meets; nothing here reads
HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SPAN = re.compile(r"""\s(col|row)span\s*=\s*["']?\s*(\d{1,4})""", re.IGNORECASE)
_MOST_COLUMNS, _MOST_ROWS, _LONGEST = 12, 200, 24
"""What is honoured of a span; a text repeated in each row that it spans is no longer than that."""
_DITTO = "″"


@dataclass(slots=True)
class Table:
    """Rows of cells. `row` is the one that is being read, None between rows; `headed` says that the first one holds
    headings. `start` is where the table begins in the page."""

    start: int
    rows: list[list[str]] = field(default_factory=list)
    row: list[str] | None = None
    headed: bool = False
    _at: int = 0
    _down: dict[int, tuple[int, str]] = field(default_factory=dict)
    _spans: list[tuple[int, int]] = field(default_factory=list)

    def open_cell(self, name: str, head: str) -> None:
        """A cell begins: `name` is its tag, `head` the inside of it."""
        if self.row is None:
            self.row = []
        if self._down:
            self._fill(self.row)
        self.headed = self.headed or (name == "th" and not self.rows)
        self._at = len(self.row)
        self.row.append("")
        if len(head) > 2 and "span" in head.lower():
            self._span(self.row, head)

    def _span(self, row: list[str], head: str) -> None:
        for way, number in _SPAN.findall(head):
            if way.lower() == "row":
                if self._at < _MOST_COLUMNS and int(number) > 1:
                    self._spans.append((self._at, min(int(number), _MOST_ROWS)))
            else:
                row += [""] * (min(int(number), _MOST_COLUMNS) - 1)

    def _fill(self, row: list[str]) -> None:
        """The cells that reach down from the rows above."""
        while len(row) in self._down:
            rows, text = self._down.pop(len(row))
            if rows > 1:
                self._down[len(row)] = rows - 1, text
            row.append(text)

    def add(self, text: str) -> None:
        """More text of the cell that was opened last."""
        if self.row and text:
            cell = self.row[self._at]
            self.row[self._at] = f"{cell} {text}" if cell else text

    def end_row(self) -> None:
        """The row is complete."""
        row, self.row = self.row, None
        if not row:
            return
        if self._down:
            self._fill(row)
        for at, rows in self._spans:
            text = row[at]
            self._down[at] = rows - 1, text if len(text) <= _LONGEST else _DITTO
        self._spans.clear()
        self.rows.append(row)

    def cells(self) -> list[str]:
        """What is not empty, row by row."""
        return [cell for row in [*self.rows, self.row or []] for cell in row if cell]

    def markdown(self) -> list[str]:
        """The table's blocks: one, unless it has a single column."""
        rows = [row for row in self.rows if any(row)]
        if max(map(len, rows), default=0) <= 1:
            return [row[0] for row in rows]
        lines = ["| " + " | ".join([cell.replace("|", "\\|") for cell in row]) + " |" for row in rows]
        if self.headed:
            lines.insert(1, "|" + "---|" * len(rows[0]))
        return ["\n".join(lines)]
