"""Settings with dotted names, what neighbours begin with once: `sysctl -a`, `git config -l`, Java's properties, `gron`.

    net.ipv4.conf.all.accept_local = 0        net.ipv4.conf.all.
    net.ipv4.conf.all.arp_accept = 0           accept_local = 0
                                               arp_accept = 0

Nothing is lost. Above stands `listing`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from headroom.compressors._api import Rendition

__all__ = ["share", "shorten_settings"]

_SETTING = re.compile(r"([^\s=:]+\.)([^\s=:.]+ ?=.*)\Z", re.DOTALL)
_FEWEST = 8
_NOTE = "one blank before what follows the line that ends in a dot"


def share(lines: Sequence[str]) -> float:
    """Which share of the lines are settings; 0 where the first are none."""
    if not all(map(_SETTING.match, lines[:3])):
        return 0.0
    return sum(_SETTING.match(line) is not None for line in lines) / len(lines)


def shorten_settings(text: str) -> Rendition | None:
    """The text with what neighbouring names begin with on a line of its own; None where that is not shorter, or where it
    could not be undone."""
    whole = text.removesuffix("\n")
    lines = whole.split("\n")
    rows = [_SETTING.match(line) for line in lines]
    if len(rows) < _FEWEST or any(
        row is None and (line[:1] == " " or line[-1:] == ".") for line, row in zip(lines, rows, strict=True)
    ):
        return None
    out: list[str] = []
    for start, run in groupby(range(len(rows)), key=lambda i: _start(rows[i])):
        own = list(run)
        if not start or len(own) < 2:
            out += [lines[i] for i in own]
        else:
            out.append(start)
            out += [f" {lines[i][len(start) :]}" for i in own]
    body = "\n".join(out) + text[len(whole) :]
    return Rendition(text=body, note=_NOTE) if len(body) + len(_NOTE) < len(text) else None


def _start(row: re.Match[str] | None) -> str:
    return row[1] if row is not None else ""
