"""Text of which each line begins with its number, as the tools that read files print it: `     7→text`, `     7	text`.

`without_numbers` takes the numbers off where they are just that: one more on each line. What it returns is the text of the
file, which others know by its look. Above stands the router.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Numbered", "without_numbers"]

_FIRST = re.compile(r" {0,8}(\d{1,7})→| {1,8}(\d{1,7})\t")
"""With a tab only where the number is set to the right: else it is a column of a table."""
_FEWEST = 8
_BELOW = re.compile(r"\s*(?:<system-reminder>[\s\S]*</system-reminder>\s*)*\Z")
_LONGEST_BELOW = 3_000


@dataclass(frozen=True, slots=True)
class Numbered:
    """The lines without their numbers, the number of the first of them, and what stands below them, its line end before it
    included."""

    text: str
    first: int
    below: str

    @property
    def said(self) -> str:
        """What is left out, in words."""
        return (
            "line numbers left out" if self.first == 1 else f"line numbers left out: line 1 is {self.first} of the file"
        )


def without_numbers(text: str) -> Numbered | None:
    """None where not each line has a number, or where other text stands below."""
    begin = _FIRST.match(text)
    if begin is None:
        return None
    first, sign = int(begin[1] or begin[2]), begin[0][-1]
    lines = text.split("\n")
    bare: list[str] = []
    for n, line in enumerate(lines, first):
        number, found, rest = line.partition(sign)
        if not found or number.lstrip(" ") != str(n):
            break
        bare.append(rest)
    below = "\n".join(["", *lines[len(bare) :]]) if len(bare) < len(lines) else ""
    if len(bare) < _FEWEST or len(below) > _LONGEST_BELOW or _BELOW.match(below) is None:
        return None
    return Numbered("\n".join(bare), first, below)
