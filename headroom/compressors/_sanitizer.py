"""Reports of sanitizers (address, leak, thread, undefined behaviour): frames without addresses, and no map of shadow memory.

    #1 0x55c8aa258d20 in moor(int) src/a.cc:8          #1 moor(int) src/a.cc:8
      0x0c047fff7fb0: 00 00 00 00 00 00 00 00            ⋯ lines 26-30 (shadow bytes)
    =>0x0c047fff8000: fa fa 00 04[fa]fa fa fa          =>0x0c047fff8000: fa fa 00 04[fa]fa fa fa

What was read or written, where it lies and every frame stays. `test_run` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from headroom.compressors._folds import Fold

__all__ = ["NOTE", "SIGN", "shadow", "without_addresses"]

SIGN = "Sanitizer: "
"""Stands in every report."""
NOTE = "frames without addresses"
_FRAME = re.compile(r"^( {2,8}#\d+) 0x[0-9a-f]{6,16} in (?=.*[\w)>\]])", re.MULTILINE)
_ROW = re.compile(r"  0x[0-9a-f]{8,16}: ?[\[ ]?[0-9a-f]{2}[\] ]")
_LEGEND = "Shadow byte legend"


def without_addresses(text: str) -> str:
    """The text without where in memory the code of each frame lies: it is another place in each run."""
    return _FRAME.sub(r"\1 ", text)


def shadow(source: Sequence[str], pins: AbstractSet[int], taken: bytearray) -> Iterator[Fold]:
    """Folds for the bytes of shadow memory but for the row that is meant, and for what they stand for."""
    first = -1
    label = ""
    legend = False
    for i in range(len(source) + 1):
        line = source[i] if i < len(source) else ""
        legend = line.startswith(_LEGEND) or (legend and line[:2] == "  ")
        row = not legend and line[:2] == "  " and _ROW.match(line) is not None
        now = "what shadow bytes stand for" if legend else "shadow bytes" if row else ""
        if i < len(source) and (i in pins or taken[i]):
            now = ""
        if first >= 0 and now != label:
            yield Fold(first, i - 1, label)
            first = -1
        if now and first < 0:
            first, label = i, now
