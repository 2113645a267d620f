"""TAP, the Test Anything Protocol: which lines say only that a test passed.

`ok 3 - trims` may be followed by a block of details in YAML, and node's runner announces each test by a comment. Both go
with the test that passed; the block of a test that failed, was skipped or is to do is evidence, whatever its lines are like.
Nothing here folds. `test_run` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

__all__ = ["blocks"]

_RESULT = re.compile(r" *(not )?ok \d+\b")
_OPEN = "---"
_CLOSE = "..."
_PLAIN = re.compile(r" +(?:duration_ms|time|type): \S.*")
_LONGEST = 2_000
"""A block that is not closed within so many lines is none."""


def blocks(source: Sequence[str], labels: Sequence[str | None]) -> Iterator[tuple[int, int, bool]]:
    """Inclusive 0-based spans of the detail blocks below test results, and whether one may go with its result: when
    `labels` knows that as passed and the block says nothing but how long the test took.
    """
    if f"{_OPEN}\n" not in "\n".join(source):
        return
    at = 0
    for start in [i for i, line in enumerate(source) if line.endswith(_OPEN)]:
        if start > at and source[start].lstrip(" ") == _OPEN and _RESULT.match(source[start - 1]):
            end = _end(source, start)
            if end:
                inside = source[start + 1 : end]
                yield start, end, bool(labels[start - 1]) and all(map(_PLAIN.match, inside))
                at = end + 1


def _end(source: Sequence[str], start: int) -> int:
    """The line that closes the block which opens at `start`, or 0."""
    indent = source[start][: -len(_OPEN)]
    for i in range(start + 1, min(start + _LONGEST, len(source))):
        if source[i] == indent + _CLOSE:
            return i
        if source[i] and not source[i].startswith(indent):
            return 0
    return 0
