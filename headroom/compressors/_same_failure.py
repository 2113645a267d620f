"""Tests that failed with the same words at the same place: shown once, the others by their names.

    ___ test_epoch[1.0] ___
    …
    E   assert 1 == 0
    ⋯ lines 24-38 (2 failures like that of test_epoch[1.0] but for values: test_epoch[1.0a1], test_epoch[1.0b2])

What was raised, and where, is compared word for word, everything around it but for numbers and texts in quotes. pytest and unittest;
`test_run` stands above.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from headroom.compressors._folds import Fold

__all__ = ["same_failures"]

_PYTEST = re.compile(r"_{3,} (\S.*\S|\S) _{3,}\s*\Z")
_UNITTEST = re.compile(r"(?:FAIL|ERROR): (\S.*)\Z")
_RULE = re.compile(r"(?:=+(?: .* =+)?|-{20,})\s*\Z")
_VALUES = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"|\[[^\[\]]*\]|0x[0-9a-fA-F]+|\d+(?:\.\d+)*")
_RAISED = re.compile(r"E  |[A-Za-z_][\w.]*(?:Error|Exception|Failure|Warning)\b")
_PLACE = re.compile(r"\S+:\d+: |  File \"")
_FIRSTS = frozenset("_FE")
"""What the lines begin with that name a failure."""
_LONGEST = 400
"""Lines of a failure, at most."""
_WIDEST = 1_000


@dataclass(frozen=True, slots=True)
class _Failure:
    """Lines `first` to `last` (0-based, inclusive) tell of the test `name`; from `body` on they tell what happened."""

    name: str
    first: int
    body: int
    last: int


def same_failures(source: Sequence[str], pins: AbstractSet[int], taken: bytearray) -> Iterator[Fold]:
    """Folds for failures that say what an earlier one says; neighbours share one. Pinned and taken lines stay."""
    found = [f for f in _failures(source) if f.last - f.first <= _LONGEST]
    if len(found) < 2:
        return
    gists = [_gist(source, failure) for failure in found]
    times = Counter(gists)
    seen: dict[tuple[str, ...], _Failure] = {}
    like: deque[tuple[_Failure | None, _Failure]] = deque()
    for failure, gist in zip(found, gists, strict=True):
        key = _key(source, failure) if gist is not None and times[gist] > 1 else None
        free = key is not None and not any(taken[failure.first : failure.last + 1])
        shown = seen.setdefault(key, failure) if free and key is not None else failure
        pinned = any(i in pins for i in range(failure.first, failure.last + 1))
        like.append((None if shown is failure or pinned else shown, failure))
    while like:
        example, first = like.popleft()
        own = [first]
        while like and like[0][0] is example is not None and like[0][1].first == own[-1].last + 1:
            own.append(like.popleft()[1])
        if example is not None:
            names = ", ".join([failure.name for failure in own])
            what = f"{len(own)} failures" if len(own) > 1 else "1 failure"
            yield Fold(first.first, own[-1].last, f"{what} like that of {example.name} but for values: {names}")


def _failures(source: Sequence[str]) -> Iterator[_Failure]:
    """The failures of a report, in order; those that are not followed by another end at a rule."""
    likely = [i for i, line in enumerate(source) if line[:1] in _FIRSTS]
    starts = [start for i in likely if (start := _start(source, i)) is not None]
    for n, (first, body, name) in enumerate(starts):
        limit = starts[n + 1][0] if n + 1 < len(starts) else len(source)
        end = next((i for i in range(body, limit) if source[i][:1] in "=-" and _RULE.match(source[i])), limit)
        yield _Failure(name, first, body, end - 1)


def _start(source: Sequence[str], i: int) -> tuple[int, int, str] | None:
    """First line, first line of what happened, and name of the failure whose name stands in line `i`."""
    line = source[i]
    if line[:3] == "___" and (m := _PYTEST.match(line)) is not None:
        return i, i + 1, m[1]
    if i and line[:1] in "FE" and source[i - 1][:3] == "===" and (m := _UNITTEST.match(line)) is not None:
        body = next((k + 1 for k in range(i + 1, min(i + 6, len(source))) if source[k][:3] == "---"), i + 1)
        return i - 1, body, m[1]
    return None


def _gist(source: Sequence[str], failure: _Failure) -> tuple[int, str] | None:
    """How many lines a failure has, and the first that says what was raised; None where none does. Failures that say the
    same are alike in this, which is cheaper to know."""
    said = [line for line in source[failure.body : failure.last + 1] if line and not line.isspace()]
    if not said or max(map(len, said)) > _WIDEST:
        return None
    raised = next((line for line in said if _RAISED.match(line)), None)
    return None if raised is None else (len(said), raised)


def _key(source: Sequence[str], failure: _Failure) -> tuple[str, ...]:
    """What a failure with a gist says: the same for those that differ in values only."""
    out: list[str] = []
    raised = False
    for line in source[failure.body : failure.last + 1]:
        if not line or line.isspace():
            continue
        tells = _RAISED.match(line) is not None and not (raised and line[:1] == "E")
        out.append(line if tells or _PLACE.match(line) else _VALUES.sub("…", line))
        raised = raised or tells
    return tuple(out)
