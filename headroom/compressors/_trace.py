"""Records of more than one line: stack traces and other lines that continue the line above them.

Works on masks (see `_templates`), so that one look serves all lines of the same form. In a log whose lines carry times,
a line without one continues the record; in any other text only what is indented or spelled like part of a stack trace.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

TALLEST = 80
"""A record of more lines is no record: its lines stand alone."""

_TIME = re.compile(rb"0:0:0|0-0-0[ T]0:0|0-0-0-0\.0\.0|\[ *0\.0\]|\A[IWEF]?0 0 ")
_CONTINUES = re.compile(
    rb"[ \t]|Caused by: |Suppressed: |\.\.\. 0 more|Traceback \(most recent|goroutine 0 |[})\]]+[;,]?\r?\Z|--- End of"
    rb"|During handling of the above|The above exception was"
)
_LABEL = re.compile(rb"\S+ *\| ?")
"""The name of a service, as `docker compose logs` puts it before each line."""
_TIME_OF_QUERY, _USER_OF_QUERY, _COST_OF_QUERY = b"# Time: ", b"# User@Host: ", b"# Query_time: "
"""What a record of MySQL's log of slow queries begins with; the time is left out where it is that of the record before."""
_TRACEBACK = re.compile(rb"Traceback \(most recent call last\)")
_REACH = 120


def stamped(mask: bytes) -> bool:
    """Whether a masked line carries a time near its start."""
    return _TIME.search(mask, 0, _REACH) is not None


def records(masks: Sequence[bytes], counts: Mapping[bytes, int]) -> list[int] | None:
    """The numbers of the lines at which records begin, ascending; None when each line is a record of its own."""
    if any(m.startswith(_COST_OF_QUERY) for m in counts):
        return _cut(_queries(masks), len(masks))
    times = {m for m in counts if stamped(m)}
    lined = sum(n for m, n in counts.items() if m)
    if 2 * sum(counts[m] for m in times) >= lined:
        tails = {m for m in counts if m and m not in times and not _says_who(m)}
    else:
        tails = {m for m in counts if _CONTINUES.match(m)}
    if not tails:
        return None
    starts = _starts(masks, tails)
    return _cut(starts, len(masks))


def telling(mask: bytes) -> tuple[int, ...]:
    """Which lines of a record of several name what is particular about it: of a query what it cost, of a failure the first,
    the second and the last; between them are the frames."""
    return (1, 2) if mask.startswith((_TIME_OF_QUERY, _USER_OF_QUERY)) else (0, 1, -1)


def _says_who(mask: bytes) -> bool:
    """Whether a line without a time names its service and is no part of a stack trace: the line above may be another's."""
    label = _LABEL.match(mask)
    return label is not None and _CONTINUES.match(mask, label.end()) is None


def _starts(masks: Sequence[bytes], tails: set[bytes]) -> list[int]:
    starts: list[int] = []
    raising = False  # after a Python traceback's frames comes the exception, not indented
    above = b""
    for i, m in enumerate(masks):
        if m in tails and i and above:
            raising = raising or _TRACEBACK.search(m) is not None
        elif raising and m and not stamped(m):
            raising = False
        else:
            raising = _TRACEBACK.search(m) is not None if m[:9] == b"Traceback" else False
            starts.append(i)
        above = m
    return starts


def _queries(masks: Sequence[bytes]) -> list[int]:
    """Where records of a log of slow queries begin; lines in front of the first stand alone."""
    starts: list[int] = []
    found = False
    above = b""
    for i, m in enumerate(masks):
        begins = m.startswith(_TIME_OF_QUERY) or (m.startswith(_USER_OF_QUERY) and not above.startswith(_TIME_OF_QUERY))
        if begins or not found:
            starts.append(i)
        found = found or begins
        above = m
    return starts


def _cut(starts: list[int], total: int) -> list[int]:
    """Take records apart that are taller than `TALLEST`."""
    out: list[int] = []
    for i, start in enumerate(starts):
        end = starts[i + 1] if i + 1 < len(starts) else total
        out.extend(range(start, end) if end - start > TALLEST else (start,))
    return out
