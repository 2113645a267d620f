"""Warnings of compilers and linters that come again and again: of each kind the first ones stay whole.

Errors are never touched. Of a further warning of the same kind its own line stays and the source excerpt below it is
folded; with `whole`, runs of such warnings are folded and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from headroom.compressors._folds import Fold

_HEAD = re.compile(
    r"(?:(?P<place>[^\s:(][^:(\n]{0,200}(?::\d+(?::\d+)?|\(\d+(?:,\d+)?\))) ?:? )?"
    r"(?P<level>(?:fatal )?error|warning)(?P<code>\[\w+\]| [A-Z]+\d+)?: (?P<text>.*)"
)
_ROW = re.compile(r"\s+\d+:\d+ +(?P<level>error|warning) +(?P<text>\S.*?) {2,}(?P<rule>[\w@/.-]+)\s*\Z")
"""A row of eslint and its kin, below the path of a file."""
_INSTALLER = re.compile(r"(?P<kind>(?:npm|pnpm|yarn|warning|bun) (?:warn|WARN)(?: deprecated)?) \S")
_ABOVE = re.compile(
    r"\S.*: (?:In (?:(?:static )?member |lambda |copy |move )?(?:function|constructor|destructor|instantiation)|At top level)|In file included from | +from \S+:\d+[,:]"
)
"""Where the code stands that the warning below is about."""
_KIND = re.compile(r"\[[\w\-+=:]+\]\s*\Z|^\[[\w\-]+\]")
_VALUES = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"|‘[^’]*’|\d+")
_END = re.compile(
    r"\S.*: In (?:function|member|constructor|lambda)|In file included from |\d+ (?:error|warning)s?\b|make|\["
)
_EXCERPT = re.compile(r"\d+ *[|│ ]|[|^~=+>.]|(?:.*: )?note: ")
_CARET = re.compile(r"\s*[\^~]")
_FAILURE = re.compile(r"FAIL|Error\b|Exception\b|Traceback|panicked|^E  ")
_FAILURES = ("FAIL", "Error", "Exception", "Traceback", "panicked", "E  ")
"""Without one of these `_FAILURE` finds nothing, which is told at a small part of its price."""
_WHOLE = 3
_TALLEST = 25
_LONGEST = 1_000


def repeated_warnings(source: Sequence[str], pins: set[int], taken: bytearray, *, whole: bool) -> Iterator[Fold]:
    """Folds for the excerpts below repeated warnings or, with `whole`, for the warnings themselves."""
    heads = [
        (i, head)
        for i, line in enumerate(source)
        if ("warning" in line or "error" in line or "warn " in line or "WARN " in line)
        and (head := _head(line)) is not None
    ]
    if not heads:
        return
    failures = tuple(filter("\n".join(source).__contains__, _FAILURES))
    counts: Counter[str] = Counter()
    run: list[tuple[int, int, str]] = []
    for n, (i, (kind, alone)) in enumerate(heads):
        limit = heads[n + 1][0] if n + 1 < len(heads) else len(source)
        end = i + 1 if alone else _end(source, i, limit, failures)
        counts[kind] += 1
        clean = 1 not in taken[i:end] and pins.isdisjoint(range(i, end))
        if not kind or counts[kind] <= _WHOLE or not clean:
            yield from _joined(run)
            run = []
        elif whole:
            start = _start(source, i, taken, pins)
            if run and run[-1][1] != start:
                yield from _joined(run)
                run = []
            run.append((start, end, kind))
        else:
            body = i + 2 if i + 1 < end and source[i + 1].lstrip().startswith("-->") else i + 1
            if end > body:
                noted = any("note: " in source[j] for j in range(body, end))
                yield Fold(body, end - 1, "excerpt, note" if noted else "excerpt")
    yield from _joined(run)


def _start(source: Sequence[str], head: int, taken: bytearray, pins: set[int]) -> int:
    """The first of the lines above a warning that say in which function, or by which include, it stands."""
    while head and not taken[head - 1] and head - 1 not in pins and _ABOVE.match(source[head - 1]):
        head -= 1
    return head


def _head(line: str) -> tuple[str, bool] | None:
    """What sort of warning a line announces, "" for an error, and whether it is all that is said; None for other lines."""
    if len(line) > _LONGEST:
        return None
    told = _INSTALLER.match(line)
    if told is not None:
        return told["kind"], True
    row = _ROW.match(line) if line[:1].isspace() else None
    if row is not None:
        return f"warning {row['rule']}" if row["level"] == "warning" else "", True
    m = _HEAD.match(line)
    return None if m is None else (_kind(m), False)


def _kind(head: re.Match[str]) -> str:
    """What sort of warning a compiler tells of; "" for an error."""
    if head["level"] != "warning":
        return ""
    code = _KIND.search(head["text"])
    if code is not None:
        return f"warning {code[0].strip()}"
    return f"warning{head['code'] or ''}: {_VALUES.sub('…', head['text'])[:80]}".rstrip()


def _end(source: Sequence[str], head: int, limit: int, failures: Sequence[str]) -> int:
    """The line after the last one that belongs to the warning at `head`: its excerpt, caret and notes. `failures` are those
    of `_FAILURES` that the output holds."""
    stop = min(limit, head + _TALLEST)
    end = head + 1
    while end < stop and source[end] and not source[end].isspace() and _continues(source, end, failures):
        end += 1
    return end


def _continues(source: Sequence[str], i: int, failures: Sequence[str]) -> bool:
    """Whether a line below a warning belongs to it: indented, numbered, a note, or with a caret under it."""
    line = source[i]
    if any(map(line.__contains__, failures)) and _FAILURE.search(line):
        return False
    if line[:1].isspace():
        return True
    if _END.match(line):
        return False
    return _EXCERPT.match(line) is not None or (i + 1 < len(source) and _CARET.match(source[i + 1]) is not None)


def _joined(run: Sequence[tuple[int, int, str]]) -> Iterator[Fold]:
    if run:
        counts = Counter(kind for _, _, kind in run)
        yield Fold(run[0][0], run[-1][1] - 1, ", ".join(f"{n} × {kind}" for kind, n in counts.items()))
