"""Lines in which linters tell what they have found: which they are, and which only look like it."""

from __future__ import annotations

import pytest

from headroom.compressors._finding_lines import Finding, may_tell, read


def one(*lines: str) -> Finding | None:
    found = read(lines, 1, drawn=False)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("line", "path", "at", "text"),
    [
        ("src/a.py:4:5: D103 Missing docstring", "src/a.py", ":4:5", "D103 Missing docstring"),
        ("a.c:30:  Extra space  [whitespace/parens] [2]", "a.c", ":30", "Extra space  [whitespace/parens] [2]"),
        ("src/c.ts(2,1): error TS6133: unused", "src/c.ts", "(2,1)", "error TS6133: unused"),
        ("[warn] src/a.ts", "src/a.ts", "", "warn"),
        ("would reformat src/b.py", "src/b.py", "", "would reformat"),
        ("Would reformat: src/b.py", "src/b.py", "", "Would reformat"),
        ("ERROR: /x/a.py Imports are incorrectly sorted.", "/x/a.py", "", "Imports are incorrectly sorted."),
    ],
)
def test_a_line_is_a_finding(line: str, path: str, at: str, text: str) -> None:
    assert one(line) == Finding(0, path, at, text)
    assert may_tell(line) or at.startswith("(")


def test_a_place_that_says_what_is_found_on_the_next_line() -> None:
    found = one("src/a.py:42 in public function `find`:", "        D205: 1 blank line required")
    assert found == Finding(0, "src/a.py", ":42", "D205: 1 blank line required\nin public function `find`:", 2)


@pytest.mark.parametrize(
    "line",
    [
        "    12: return x",
        "12:30:00 INFO started",
        "src/a.py:4:    return x",
        "[info] src/a.ts",
        "ERROR: it did not start",
    ],
)
def test_a_line_is_none(line: str) -> None:
    assert one(line) is None
    assert not may_tell(line)


def test_a_finding_with_places_and_lines_of_its_own_below_stays() -> None:
    assert one("a.py:1:0: R0801: Similar lines in 2 files", "==a:[8:20]", "==b:[8:20]") is None
