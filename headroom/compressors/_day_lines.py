"""Chats with the day of their messages said once, from which the export can be rebuilt exactly.

Below a line `12/03/2026:` messages begin with their time alone. Nothing else changes, and nothing is left out. Above stands
`_recorded`, beside it `_spoken`, which reads what is said.
"""

from __future__ import annotations

import re

__all__ = ["exactly"]

_DAY = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
_DATED = re.compile(rf"(\u200e?\[?)({_DAY})(,? )(?=\d{{1,2}}:\d\d)")
_MISTAKEN = re.compile(rf"\d{{1,2}}:\d\d|{_DAY}:\Z")
"""What begins as a message without its day does, or as the line above such messages."""
_FEWEST = 6


def exactly(text: str) -> tuple[str, str] | None:
    """The messages below their days, and how they are read; None where the text could not be rebuilt from that, or where it is
    not shorter."""
    out: list[str] = []
    signs: set[tuple[str, str]] = set()
    day, count = "", 0
    for line in text.split("\n"):
        m = _DATED.match(line)
        if m is None:
            if _MISTAKEN.match(line):
                return None
            out.append(line)
            continue
        signs.add((m[1], m[3]))
        if m[2] != day:
            day = m[2]
            out.append(f"{day}:")
        out.append(line[m.end() :])
        count += 1
    if count < _FEWEST or len(signs) > 1:
        return None
    before, behind = signs.pop()
    note = f'a line with a time begins with "{before}D{behind}", D: is the last day above'
    body = "\n".join(out)
    return (body, note) if len(body) + len(note) < len(text) else None
