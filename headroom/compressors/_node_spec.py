"""What node's test runner says of each failure a second time, less indented, at the end of its `spec` report.

    ✖ failing tests:

    test at test/cart.test.js:7:5
    ✖ rejects NaN (0.62ms)
    ⋯ lines 207-220 (as said in 41-54)

Where a test stands and what it is called stay. `test_run` stands above.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from headroom.compressors._folds import Fold

__all__ = ["SECTION", "said_above"]

SECTION = "✖ failing tests:"
_FAILED = "✖ "
_FEWEST = 3


def said_above(source: Sequence[str], pins: AbstractSet[int], taken: bytearray, first_line: int) -> Iterator[Fold]:
    """Folds for what stands below the names of tests that failed, word for word as above; a query is answered there."""
    section = next((i for i, line in enumerate(source) if line == SECTION), len(source))
    plain = [line.strip() for line in source]
    above: dict[str, int] = {}
    for i in range(section):
        if plain[i].startswith(_FAILED):
            above.setdefault(plain[i], i)
    for i in range(section + 1, len(source)):
        at = above.get(plain[i]) if source[i].startswith(_FAILED) else None
        if at is None:
            continue
        end, until, told = _again(plain, (i + 1, at + 1), section)
        while end > i + 1 and not plain[end - 1]:
            end -= 1
        while until > at + 1 and not plain[until - 1]:
            until -= 1
        if told >= _FEWEST and all(_free(k, pins, taken) for k in range(i + 1, end)):
            yield Fold(i + 1, end - 1, f"as said in {at + 1 + first_line}-{until - 1 + first_line}")


def _again(plain: Sequence[str], starts: tuple[int, int], section: int) -> tuple[int, int, int]:
    """Up to where the lines from the first start on say what those from the second on do, where those end, and how many say
    more than how node itself came there."""
    i, at = starts
    told = 0
    while i < len(plain) and at < section:
        if _is_inner(plain[i]):
            i += 1
        elif _is_inner(plain[at]):
            at += 1
        elif plain[i] == plain[at] and not plain[i].startswith(_FAILED):
            i, at, told = i + 1, at + 1, told + bool(plain[i])
        else:
            break
    return i, at, told


def _is_inner(line: str) -> bool:
    """Whether a line is a frame of node itself; such a frame may open what it knows of the error."""
    return line.startswith("at ") and "node:" in line and not line.endswith("{")


def _free(i: int, pins: AbstractSet[int], taken: bytearray) -> bool:
    return i not in pins and not taken[i]
