"""Lines of a log that share an id with a failure: the request that failed, the job, the trace.

An id is a UUID, a run of hexadecimal digits, a word and a number (`order-4711`), or the number of a process. One that many lines have says nothing
about a failure in particular. Above stands `log`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice

__all__ = ["related"]

_ID = re.compile(
    r"(?<![\w.-])(?:[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
    r"|(?=[a-fA-F]*\d)(?=\d*[a-fA-F])[0-9a-fA-F]{8,32}|[A-Za-z]{1,8}[-_#]\d{3,12})(?![\w-]|\.\w)"
)
_PROCESS = re.compile(r"\b(?:[Pp]rocess|[Pp]id|PID)[ =:]+(\d{2,8})\b")
_BEFORE, _BEHIND = re.compile(r"[\w.-]"), re.compile(r"[\w-]|\.\w")
_LOOK, _FAILURES = 240, 40
"""So far into a line, and in so many lines, an id is looked for."""
_IDS, _IDS_OF_ONE, _LINES = 12, 3, 5
_MANY, _FIRST = 40, 2
"""Of an id that more lines have, up to so many, the first tell what was asked for; that of more lines is none of a failure's."""


def related(text: str, lines: Sequence[str], failures: Iterable[int]) -> set[int]:
    """The numbers of lines that have one of the first ids of the `failures`, which are numbers of lines too. `lines` are those
    of `text`."""
    some = islice(failures, _FAILURES)
    ids = set(islice((name for line in some for name in _ids(lines[line][:_LOOK])), _IDS))
    if not ids:
        return set()
    starts = list(accumulate(map((1).__add__, map(len, lines)), initial=0))
    out: set[int] = set()
    for name in ids:
        hits = list(islice(_lines_with(name, text, starts), _MANY + 1))
        if len(hits) <= _MANY:
            out.update(hits if len(hits) <= _LINES else hits[:_FIRST])
    return out


def _ids(line: str) -> Iterator[str]:
    return islice(dict.fromkeys([*_PROCESS.findall(line), *_ID.findall(line)]), _IDS_OF_ONE)


def _lines_with(name: str, text: str, starts: Sequence[int]) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if _BEHIND.match(text, end) or (at and _BEFORE.match(text, at - 1)):
            at = text.find(name, end)
            continue
        line = bisect_right(starts, at) - 1
        yield line
        at = text.find(name, starts[line + 1])
