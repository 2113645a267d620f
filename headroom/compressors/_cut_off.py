"""JSON that ends too early: `head -c`, `head -80`, a tool that prints no more than so many characters.

`closed` gives the part of it that is whole, with the brackets closed that are open, and what stands behind that part. It
knows JSON's tokens and nothing of values; who reads the closed document finds out whether it is JSON. `crusher` stands above.
"""

from __future__ import annotations

import re

__all__ = ["NOTE", "closed", "ending"]

NOTE = "cut off in the source"
_TOKEN = re.compile(r'"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z)|[{}\[\],]|[^\s{}\[\],":]+', re.DOTALL)
_CLOSES = {"{": "}", "[": "]"}
_SAID = re.compile(
    r"\s*(?:(?:\.{3}|…)\s*(?:[\[(<][^\n]{0,160})?|[\[(<][^\n\"]{0,80}(?:truncated|omitted|cut off)[^\n\"]{0,80})\Z"
)
"""What a tool says where it has cut: `... [truncated]`."""
_LARGEST = 200_000
"""Characters up to which a text is looked at."""
_NEAR = 200
_FEWEST = 100
"""Characters that must be whole."""


def closed(text: str) -> tuple[str, str] | None:
    """The document up to its last whole member, closed, and the text behind that member; None where no bracket is open
    at the end, or next to nothing is whole."""
    if len(text) > _LARGEST or text.lstrip()[:1] not in _CLOSES:
        return None
    said = _SAID.search(text, max(0, len(text) - _NEAR))
    stack: list[str] = []
    whole = depth = (
        0  # where the last whole member ends, and how many brackets are open there; behind it they only open
    )
    for m in _TOKEN.finditer(text, 0, said.start() if said is not None else len(text)):
        sign = m[0]
        if sign in _CLOSES:
            stack.append(_CLOSES[sign])
        elif sign in ("}", "]"):
            if not stack or stack.pop() != sign:
                return None
            whole, depth = m.end(), len(stack)
        elif sign == ",":
            if not stack:
                return None
            whole, depth = m.start(), len(stack)
    if not stack or whole < _FEWEST:
        return None
    return text[:whole] + "".join(reversed(stack[:depth])), text[whole:].lstrip(", \t\r\n").rstrip()


def ending(rest: str, fold: str) -> str:
    """The line below a closed document: where it was cut off, and what stands there."""
    return f"{fold} cut off here, within the last value" + (f", at: {rest}" if rest else "")
