"""Names of groups of tests (`describe` in jest, mocha, vitest) all of which went as expected.

    Cart
      ✓ adds (3 ms)
      ✓ removes

A name goes with the tests below it only when nothing below it is shown: a test that failed keeps the names that lead to it.
Nothing here folds. `test_run` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

__all__ = ["SKIPPED", "names"]

SKIPPED = "skipped"
_TESTS = frozenset(("passed", SKIPPED))
_LONGEST = 200
_TROUBLE = re.compile(r"\b(?:fail|error|warn)", re.IGNORECASE)


def names(source: Sequence[str], labels: Sequence[str | None]) -> Iterator[int]:
    """Numbers (0-based, descending) of the indented lines that name a group, given what is routine: "" for a blank line,
    None for a line that is shown.
    """
    if _TESTS.isdisjoint(labels):
        return
    shown: set[int] = set()  # indents of the lines below that are shown, until a line with a smaller indent
    below = 0
    leads = False
    for i in range(len(source) - 1, -1, -1):
        label = labels[i]
        if label == "":
            continue
        line = source[i]
        indent = len(line) - len(line.lstrip(" "))
        inside = any(n > indent for n in shown)
        shown = {n for n in shown if n <= indent}
        named = label is None and leads and 0 < indent < below and not inside
        if named and len(line) <= _LONGEST and not _TROUBLE.search(line):
            yield i
            leads = True
        else:
            leads = label in _TESTS
            if label is None:
                shown.add(indent)
        below = indent
