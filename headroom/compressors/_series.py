r"""Series of numbers in JSON: what a database of metrics, a dashboard or a model answers.

    [[1795440000,"0.31"],[1795440060,"0.34"],…]     ~1795440000+60: "0.31" "0.34" …
    [1795440000,1795440060,1795440120,…]             ~1795440000+60×30
    the same, from MEDIUM on, where it is long       ⋯30: 0.31..0.35 min 0.29@1795440240 med 0.32 max 0.98@1795441680
                                                       jump 0.33@1795441020>0.93@1795441080

`spelled_series` puts a `Bare` text in the place of each series of a parsed document. Pairs of a time and a value whose times
go up by one step keep all that they say. Of long ones, and of long lists of fractions, the first, last, least, middle and
greatest value stay, where they jump, what is far out, what is no number and which times are missing, with their times.
Nothing here spells anything else; `crusher` stands above.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise
from operator import eq
from typing import Any, TypeAlias

from headroom.compressors._api import Effort, Elision, Limits
from headroom.compressors._flow import Bare, Num, atom, key_text
from headroom.compressors._steps import jumps, outliers
from headroom.lines import FOLD

__all__ = ["Spelled", "may_hold", "middles", "spelled_series", "telling"]

_BEGINS = re.compile(r"\[\s*(?:\[\s*\"?-?\d[^\[\]{}]{0,80}\]\s*,\s*\[|-?\d[\d.eE+-]*\s*,\s*-?\d[\d.eE+-]*\s*,\s*-?\d)")
"""What a list of pairs or of numbers begins with."""
_FEWEST = 4
"""Pairs below which nothing is gained."""
_LONG = 20
"""Points up to which all of a series are shown."""
_FRACTIONS = 0.5
"""Share of numbers with a point in a list that is a series: whole numbers may be ids, lines, counts of something."""
_EPOCH = 100_000_000
"""Greater numbers may be times; smaller ones that go up may be anything, where they are few."""
_SURE = 12
_GAPS = 8
"""For each gap in the times a series has so many points at least; else its times have no step."""
_VALUE = re.compile(r"[+-]?(?:\d[\d.eE+-]*|Inf(?:inity)?|NaN)\Z")
_TIME = re.compile(r"-?\d{1,18}(?:\.\d{1,9})?\Z")
_WHOLE = re.compile(r"-?\d{1,18}\Z")
_WIDEST = 9
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_MORE = re.compile(r"\A⋯.*?(?: max \S+@\S+|all the same) [^|\s]")
_MIDDLE = re.compile(r" med (\S+) ")
_MOST_TOLD = 4
_SMOOTH = 0.3
"""Neighbours that differ by less than this share of what all values differ by make a curve, of which some points tell more."""
_SAMPLES = 8
_DEEPEST = 60
_DIGITS = 4_000
"""Characters of a query in which times are looked for."""

Place: TypeAlias = tuple[Any, Any]
"""What holds a series, and its key or index there."""
Span: TypeAlias = tuple[int, str, str, str]
"""How many points, first and last time, step."""


@dataclass(slots=True)
class _Series:
    """Times (none: places from 0) and values as the source spells them; `path` leads to it. Of numbers that go up or down
    by one step, only `times`. `more` are the values of further columns, `names` of all of these."""

    place: Place
    path: str
    values: list[Any]
    times: list[str] = field(default_factory=list)
    value_first: bool = False
    step: str = ""
    """What each time is later than the one before it, but for gaps; "" where there is no such step."""
    more: list[list[Any]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @property
    def span(self) -> Span:
        ends = (self.times[0], self.times[-1]) if self.times else ("", "")
        return (len(self.values), *ends, self.step)

    def time(self, at: int) -> str:
        return self.times[at] if self.times else f"[{at}]"


@dataclass(frozen=True, slots=True)
class Spelled:
    """A document with its series spelled; how they are to be read, and what is left out. `common` are the times of those that
    do not say theirs."""

    value: Any
    note: str
    elisions: tuple[Elision, ...] = ()
    common: Span | None = None


def may_hold(text: str) -> bool:
    """Whether a list of pairs or of numbers begins somewhere."""
    return _BEGINS.search(text) is not None


def spelled_series(
    value: Any, query: str, limits: Limits, at: str = "", first: int | None = None, *, before: Spelled | None = None
) -> Spelled | None:
    """The document, which is changed, with its series spelled; None where it has none.

    `at` is its path in a larger one; `first` the number of its first row, where it is a list of rows and no series itself.
    `before` is what was made of a part of the same document: one note has to tell of both.
    """
    root = [value]
    if first is not None and type(value) is list:
        rows = ((i, own) for i, own in enumerate(value) if type(own) is list or type(own) is dict)
        found = [s for i, own in rows for s in _found(own, (value, i), f"{at}[{first + i}]", 1)]
    else:
        found = list(_found(value, (root, 0), at, 0))
    brief = [s for s in found if len(s.values) > _LONG] if limits.effort >= Effort.MEDIUM else []
    short = {id(s) for s in brief}
    exact = [s for s in found if id(s) not in short and s.step and not s.more]
    if not brief and not exact:
        return None
    notes = {(_NOTES[s.value_first] if s.values else _RUN): None for s in exact}
    for s in exact:
        _put(s, _whole(s))
    if not brief:
        return Spelled(root[0], "; ".join(notes))
    common = before.common if before is not None else _common(brief)
    asked = frozenset(re.findall(r"\d[\w:.-]*\w", query[:_DIGITS]))
    gone = 0
    for s in brief:
        text, shown = _brief(s, common, asked) if not s.more else _columns(s, common, asked)
        gone += len(s.values) * (1 + len(s.more)) - shown
        _put(s, text)
    if before is None or not before.elisions:
        notes[_how(common, brief[0], limits)] = None
    lost = Elision(ranges=(), count=gone, unit="values", summary=f"points of {len(brief):,} series")
    return Spelled(root[0], "; ".join(notes), (lost,), common)


def _common(series: Sequence[_Series]) -> Span | None:
    """The times that most of several series have."""
    span, times = Counter([s.span for s in series]).most_common(1)[0]
    return span if times > 1 or len(series) == 1 else None


def telling(values: Sequence[Any]) -> list[int]:
    """Which of these are series in short that say more than their range."""
    return [i for i, v in enumerate(values) if type(v) is Bare and _MORE.search(v)]


def middles(values: Sequence[Any]) -> list[float]:
    """The middle value of each series in short, NaN for all else."""
    found = [_MIDDLE.search(v) if type(v) is Bare else None for v in values]
    return [math.nan if m is None else float(m[1]) for m in found]


_NOTES = {
    False: '~t+s: "a" "b" = [[t,"a"],[t+s,"b"]], ~u within: the next is at u',
    True: "~~t+s: a b = [[a,t],[b,t+s]], ~u within: the next is at u",
}


_RUN = "~a+s×n: n numbers a, a+s, …"


def _put(s: _Series, text: str) -> None:
    s.place[0][s.place[1]] = Bare(text)


def _how(common: Span | None, first: _Series, limits: Limits) -> str:
    """How a series in short is to be read."""
    when = ""
    if common is not None and common[1]:
        when = f" ({common[0]} from {common[1]} to {common[2]}{f' by {common[3]}' if common[3] else ''}, if nothing else is said)"
    asks = first.path and '"' not in first.path and " " not in first.path and limits.first_line == 1
    ask = f'; all of one: fields=["{first.path}"]' if asks else ""
    return f"{FOLD}n: n points{when}, first..last, v@t: value at time t ([t]: place){ask}"


# ------------------------------------------------------------------------------------------------------ finding


def _found(value: Any, place: Place, path: str, depth: int) -> Iterator[_Series]:
    """The series of a document."""
    if depth > _DEEPEST:
        return
    if type(value) is dict:
        for key, own in value.items():
            if type(own) is list or type(own) is dict:
                yield from _found(own, (value, key), f"{path}.{key_text(key)}".lstrip("."), depth + 1)
    elif type(value) is list and value:
        made = _series(value, place, path)
        if made is not None:
            yield made
            return
        for at, own in enumerate(value):
            if type(own) is list or type(own) is dict:
                yield from _found(own, (value, at), f"{path}[{at}]", depth + 1)


def _series(value: list[Any], place: Place, path: str) -> _Series | None:
    """The series that a list is, where it is one."""
    if len(value) < _FEWEST:
        return None
    kinds = set(map(type, value))
    if Num in kinds and kinds <= {Num, type(None)}:
        run = _run(value) if len(value) >= _SURE and None not in value[:3] else None
        if run is not None:
            return _Series(place, path, [], value, step=run)
        fractions = sum(["." in v or "e" in v for v in value if v is not None])
        return _Series(place, path, value) if len(value) > _LONG and fractions >= _FRACTIONS * len(value) else None
    widths = set(map(len, value)) if kinds == {list} else set()
    if len(widths) == 1 and 2 < min(widths) <= _WIDEST:
        return _table(value, place, path)
    if widths != {2}:
        return None
    first, second = ([pair[i] for pair in value] for i in (0, 1))
    for times, values, turned in ((first, second, False), (second, first, True)):
        step = _step(times)
        if step is not None and _are_values(values):
            return _Series(place, path, values, list(map(str, times)), turned, step)
    return None


def _table(value: list[list[Any]], place: Place, path: str) -> _Series | None:
    """Rows of a time and several values."""
    if len(value) <= _LONG:
        return None
    times, *columns = [list(column) for column in zip(*value, strict=True)]
    step = _step(times)
    if step is None or not all(map(_are_values, columns)):
        return None
    told: Any = place[0].get("columns") if type(place[0]) is dict else None
    known = type(told) is list and len(told) == len(columns) + 1 and all(type(name) is str for name in told)
    names = told[1:] if known else [f"${n}" for n in range(2, len(columns) + 2)]
    return _Series(place, path, columns[0], list(map(str, times)), False, step, columns[1:], names)


def _run(value: Sequence[Any]) -> str | None:
    """The step by which whole numbers go up or down, or "0" where they are all the same."""
    if set(map(type, value)) != {Num} or not all(map(_WHOLE.match, (value[0], value[1], value[-1]))):
        return None
    first, by = int(value[0]), int(value[1]) - int(value[0])
    return str(by) if all(map(eq, value, map(str, count(first, by)))) else None


def _are_values(values: Sequence[Any]) -> bool:
    """Whether these are numbers, or texts that spell them; a few may be null."""
    kinds = set(map(type, values))
    if not kinds <= {Num, str, type(None)} or (Num in kinds and str in kinds):
        return False
    if 2 * values.count(None) > len(values):
        return False
    return str not in kinds or all(v is None or _VALUE.match(v) for v in values)


def _step(times: Sequence[Any]) -> str | None:
    """By what the times go up, mostly; "" where that is by something else each time; None for no times."""
    kinds = set(map(type, times))
    if kinds == {str}:
        return "" if all(map(_STAMP.match, times)) and list(times) == sorted(times) else None
    if kinds != {Num} or not all(map(_TIME.match, times)):
        return None
    if any("." in t for t in times):
        numbers = list(map(float, times))
        return "" if numbers[0] >= _EPOCH and all(a < b for a, b in pairwise(numbers)) else None
    whole = list(map(int, times))
    steps = Counter([b - a for a, b in pairwise(whole)])
    by, often = steps.most_common(1)[0]
    if min(steps) <= 0 or any(str(n) != t for n, t in zip(whole, times, strict=True)):
        return None
    if whole[0] < _EPOCH and len(times) < _SURE:
        return None
    if (len(times) - 1 - often) * _GAPS <= len(times):
        return str(by)
    return "" if whole[0] >= _EPOCH else None


# ----------------------------------------------------------------------------------------------------- spelling


def _whole(s: _Series) -> str:
    """All of a series whose times have a step."""
    if not s.values:
        return f"~{s.times[0]}{int(s.step):+d}×{len(s.times)}"
    out: list[str] = []
    expected = None
    for time, value in zip(map(int, s.times), s.values, strict=True):
        if expected is not None and time != expected:
            out.append(f"~{time}")
        out.append(f'"{value}"' if type(value) is str else atom(value))
        expected = time + int(s.step)
    return f"{'~~' if s.value_first else '~'}{s.times[0]}+{s.step}: {' '.join(out)}"


def _columns(s: _Series, common: Span | None, asked: frozenset[str]) -> tuple[str, int]:
    """Rows of several values in short, column by column."""
    parts: list[str] = []
    shown = 0
    for name, values in zip(s.names, [s.values, *s.more], strict=True):
        one = _Series(s.place, s.path, values, s.times, step="" if parts else s.step)
        text, own = _brief(one, one.span if parts else common, asked)
        mark, _, told = text.partition(": ")
        parts.append(f"{name} {told}" if parts else f"{mark}: {name} {told}")
        shown += own
    return " | ".join(parts), shown


def _brief(s: _Series, common: Span | None, asked: frozenset[str]) -> tuple[str, int]:
    """A long series in short, and how many of its points that shows."""
    numbers = [_number(v) for v in s.values]
    known = sorted([(n, i) for i, n in enumerate(numbers) if n is not None])
    shown = {0, len(numbers) - 1}
    parts = [f"{_spelled(s.values[0])}..{_spelled(s.values[-1])}"]
    if s.span != common and s.times:
        parts.insert(0, f"from {s.times[0]} to {s.times[-1]}{f' by {s.step}' if s.step else ''}:")
    if not known or known[0][0] == known[-1][0]:
        parts += ["all the same" if len(known) == len(numbers) else "all the same but"] if known else []
    else:
        least, middle, most = known[0][1], known[len(known) // 2][1], known[-1][1]
        shown.update((least, most))
        parts.append(f"min {_at(s, least)} med {_spelled(s.values[middle])} max {_at(s, most)}")
        parts += _told_apart(s, [i for _, i in known], numbers, shown)
    parts += _odd(s, numbers, shown)
    points = [i for i, time in enumerate(s.times) if time in asked] if asked else []
    parts += [f"asked {_at(s, i)}" for i in points[:_MOST_TOLD]]
    return f"{FOLD}{len(numbers)}: {' '.join(parts)}", len(shown.union(points[:_MOST_TOLD]))


def _told_apart(s: _Series, ranked: Sequence[int], numbers: Sequence[float | None], shown: set[int]) -> list[str]:
    """Where the values jump, which are far out, and some of them where they make a curve."""
    places = sorted(ranked)
    known = [n for n in numbers if n is not None]
    out = []
    steps = jumps(known)
    for at in steps[:_MOST_TOLD]:
        before, after = places[at - 1], places[at]
        shown.update((before, after))
        out.append(f"jump {_at(s, before)}>{_at(s, after)}")
    far = [places[at] for at in outliers(known, steps) if places[at] not in shown]
    curve = not steps and _is_curve(known)
    if far and not curve:
        some = far[:_MOST_TOLD]
        shown.update(some)
        more = f" and {len(far) - len(some)} more" if len(far) > len(some) else ""
        out.append(f"far out {', '.join([_at(s, i) for i in some]).replace(', ', ' ')}{more}")
    if curve:
        by = -(-len(numbers) // _SAMPLES)
        shown.update(range(0, len(numbers), by))
        out.append(f"1 in {by}: {' '.join([_spelled(v) for v in s.values[::by]])}")
    return out


def _is_curve(known: Sequence[float]) -> bool:
    """Whether neighbours are much nearer to each other than others are."""
    near = sorted([abs(b - a) for a, b in pairwise(known)])
    ranked = sorted(known)
    spread = ranked[3 * len(ranked) // 4] - ranked[len(ranked) // 4]
    return near[len(near) // 2] < _SMOOTH * spread


def _odd(s: _Series, numbers: Sequence[float | None], shown: set[int]) -> list[str]:
    """What is no number, and which times are missing."""
    out = []
    none = [i for i, n in enumerate(numbers) if n is None]
    if none:
        shown.update(none[:_MOST_TOLD])
        more = f" and {len(none) - _MOST_TOLD} more" if len(none) > _MOST_TOLD else ""
        out.append(" ".join([_at(s, i) for i in none[:_MOST_TOLD]]) + more)
    if s.step and s.times:
        by = int(s.step)
        gaps = [(int(a), int(b)) for a, b in pairwise(s.times) if int(b) - int(a) > by]
        for a, b in gaps[:_MOST_TOLD]:
            out.append(f"none between {a} and {b}")
        out += [f"and {len(gaps) - _MOST_TOLD} gaps more"] if len(gaps) > _MOST_TOLD else []
    return out


def _at(s: _Series, at: int) -> str:
    return f"{_spelled(s.values[at])}@{s.time(at)}"


def _spelled(value: Any) -> str:
    return "null" if value is None else str(value)


def _number(value: Any) -> float | None:
    """The value as a number; None for what is none, and for what is not finite."""
    if value is None:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
