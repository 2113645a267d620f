"""RSpec's documentation format: what each example says it does, indented below its group, without a verdict where it passed.

    Berth                                       Berth
      #moor                                       #moor
        takes a ship                            ⋯ line 3 (1 × passed)
        refuses a long ship (FAILED - 1)            refuses a long ship (FAILED - 1)

`_routine_folds` stands above, and folds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from headroom.compressors._routine import START

__all__ = ["SIGN", "documented"]

SIGN = "Finished in "
"""Stands below all examples."""
_SUMMARY = re.compile(r"\d+ examples?, \d+ failures?\b")
_ENDS = ("Failures:", "Pending:", SIGN)
_MARKED = re.compile(r"\((?:FAILED - \d+|PENDING\b.*)\)\s*\Z")
_PASSED = "passed"


def documented(source: Sequence[str], labels: list[str | None]) -> None:
    """Label the examples that passed, and their groups."""
    end = next((i for i, line in enumerate(source) if line.startswith(_ENDS)), -1)
    if end < 0 or not any(map(_SUMMARY.match, source[end:])):
        return
    below = -1  # the indent of the line that follows
    for i in range(end - 1, -1, -1):
        line = source[i]
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip(" "))
        if labels[i] is None and not _MARKED.search(line):
            if below > indent and (indent or not i or not source[i - 1].strip()):  # what a test prints stands between
                labels[i] = START
            elif indent:
                labels[i] = _PASSED
        below = indent
