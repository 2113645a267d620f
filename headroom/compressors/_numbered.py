"""Text of which each line begins with its number, as the tools that read files print it: `     7→text`, `     7	text`,
below the head of SWE-agent `7:text`, below that of OpenCode `00007| text`.

`without_numbers` takes the numbers off where they are just that: one more on each line. What it returns is the text of the
file, which others know by its look. Above stands the router, beside it `_wrappers`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from headroom.compressors._wrappers import inside

__all__ = ["Numbered", "without_numbers"]

_READ = re.compile(r" {0,8}(\d{1,7})([→\t])")
_PLAIN = re.compile(r" {0,8}(\d{1,7})(→)| {1,8}(\d{1,7})(\t)")
"""Where nobody says that a file was read, with a tab only if the number is set to the right: else it is a column of a table."""
_HEADS = {"[File: ": re.compile(r"(\d{1,7})(:)"), "<file>": re.compile(r"(\d{5,7})(\| )")}
_FEWEST = 8
_BELOW = re.compile(r"\s*(?:\([^\n]{1,200}\)\s*)?\Z")
"""What a tool says of the rest of the file."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """The lines without their numbers, the number of the first of them, and what stands above and below them, line ends
    included."""

    text: str
    first: int
    above: str
    below: str

    def said(self, first_line: int) -> str:
        """What is left out, in words, where the first of the lines is called `first_line`."""
        what = "line numbers left out"
        return what if self.first == first_line else f"{what}: line {first_line} is {self.first} of the file"


def without_numbers(text: str, *, read: bool = False) -> Numbered | None:
    """None where not each line has a number, or where other text stands around them than tools put there.

    `read` says that a tool has read a file.
    """
    head = next(filter(text.startswith, _HEADS), None)
    plain = _READ if read else _PLAIN
    if head is None and plain.match(text) is None:
        return None
    start, end = inside(text)
    begin = (plain if head is None else _HEADS[head]).match(text, start)
    if begin is None:
        return None
    number, sign = filter(None, begin.groups())
    first = int(number)
    lines = text[start:end].split("\n")
    bare: list[str] = []
    for n, line in enumerate(lines, first):
        number, found, rest = line.partition(sign)
        if not found or (number.lstrip(" 0") or "0") != str(n):
            break
        bare.append(rest)
    rest = "\n".join(["", *lines[len(bare) :]]) if len(bare) < len(lines) else ""
    if len(bare) < _FEWEST or _BELOW.match(rest) is None:
        return None
    return Numbered("\n".join(bare), first, text[:start], rest + text[end:])
