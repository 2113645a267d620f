"""Lay out a selection of numbered units within a token budget, and say how to get the rest.

`retrieval` decides what is wanted (`Plan`), this module how much of it fits, what the model reads, and what comes next.
Pure functions; knows no JSON, no regex and no store.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from headroom.exceptions import SliceError
from headroom.lines import BAR, FOLD, format_ranges
from headroom.lines import runs as runs_of

Unit: TypeAlias = Literal["lines", "rows", "values"]
Run: TypeAlias = tuple[int, int]
"""0-based, end exclusive."""

_BEFORE = 200
"""How many characters before a match are shown in a unit that is too long to be shown whole."""
_TOKEN_CHARS = 200
"""No counter finds fewer tokens than characters / this: what is longer needs not be counted to know that it is too long."""
_LONG = 120
"""Arguments longer than this are not spelled out in the status line."""
_ENOUGH = 40
"""Fewer characters of a unit than this are not worth a long status line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of an original. `text` is what the model reads.

    `shown` of the `matched` units that were asked for are in `text` (a unit that is shown in part counts), of `total`
    units in the original. `next` holds the arguments for the next part, e.g. `lines="400-520"`; None when there is
    none. `complete` says that nothing that was asked for is missing.
    """

    text: str
    matched: int
    total: int
    shown: int
    unit: Unit
    next: str | None
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The arguments of `cut` that say what is wanted."""

    id: str
    lines: str | None
    grep: str | None
    query: str | None
    fields: tuple[str, ...]
    rows: str | None

    @property
    def selects(self) -> bool:
        return not (self.lines is self.grep is self.query is self.rows is None and not self.fields)

    def spelled(self, param: str, spec: str) -> str:
        """The arguments of this call with `param` replaced: what the next call is."""
        given = {"grep": self.grep, "query": self.query, "fields": list(self.fields) or None}
        given |= {"rows": self.rows, "lines": self.lines, param: spec}
        return ", ".join(f"{k}={quoted(v)}" for k, v in given.items() if v is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The numbered units that are cut from. `param` is the argument that addresses them, `base` their first number."""

    texts: Sequence[str]
    unit: Unit = "lines"
    param: Literal["lines", "rows"] = "lines"
    base: int = 1
    labels: Sequence[str] | None = None
    name: str = ""
    """Which array, which fields."""
    about: str = ""
    """What else there is, for the case that nothing was found."""

    def label(self, i: int) -> str:
        return self.labels[i] if self.labels is not None else str(i + self.base)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be shown: `wanted` units, best first, within the selected `runs`."""

    source: Source
    call: Call
    runs: Sequence[Run]
    wanted: Sequence[int]
    offsets: Mapping[int, int]
    around: int
    """How many neighbours of a unit may be shown with it."""
    hit: Callable[[int, int], int] | None
    """(unit, from character) -> where its first match ends, -1 for none."""
    ranked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What a slice shows: parts of units as (unit, from, to character), `shown` wanted units among them.

    `spec` says where the rest is.
    """

    parts: Sequence[tuple[int, int, int]]
    shown: int
    spec: str | None


# --------------------------------------------------------------------------------------------------------- fitting


def fit(plan: Plan, count: Callable[[str], int], max_tokens: int | None) -> Slice:
    """As much of the plan as the budget allows: whole units, or a part of one that alone is too long."""
    total = len(plan.wanted)

    def ok(page: _Page, brief: bool = False) -> bool:
        if max_tokens is not None and sum(b - a for _, a, b in page.parts) > max_tokens * _TOKEN_CHARS:
            return False
        return fits(_render(plan, page, brief), count, max_tokens)

    for page in (_page(plan, total, around=plan.around), _page(plan, total)):
        if ok(page):
            return _finish(plan, page)
    for brief in (False, True):
        n = _most(total, lambda k: ok(_page(plan, k), brief))  # noqa: B023
        if n:
            wide = _page(plan, n, around=plan.around if plan.ranked else 0)
            return _finish(plan, wide if ok(wide, brief) else _page(plan, n), brief)
    if not total and ok(_page(plan, 0), brief=True):
        return _finish(plan, _page(plan, 0), brief=True)
    start = _start(plan) if total else 0
    size = len(plan.source.texts[plan.wanted[0]]) - start if total else 0
    for brief, enough in ((False, _ENOUGH), (True, 1)):
        chars = _most(size, lambda k: ok(_part_page(plan, start, start + k), brief))  # noqa: B023
        if chars >= enough:
            return _finish(plan, _part_page(plan, start, start + chars), brief)
    raise SliceError(f"max_tokens={max_tokens} leaves no room for one character here; pass more")


def fits(text: str, count: Callable[[str], int], max_tokens: int | None) -> bool:
    """Whether the whole text is within the budget."""
    return max_tokens is None or (len(text) <= (max_tokens + 1) * 2 * _TOKEN_CHARS and count(text) <= max_tokens)


def _most(limit: int, good: Callable[[int], bool]) -> int:
    """A large k <= limit that is good; 0 for none. Counts grow nearly with k, and the answer itself is tested."""
    if limit < 1 or not good(1):
        return 0
    low, step = 1, 2
    while low + step <= limit and good(low + step):
        low, step = low + step, step * 2
    high = min(low + step, limit + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if good(middle) else (low, middle)
    return low


def _page(plan: Plan, n: int, around: int = 0) -> _Page:
    """The first `n` wanted units, with `around` neighbours where the selected runs reach."""
    wanted = plan.wanted[:n]
    units: Sequence[int] = sorted(wanted) if plan.ranked else wanted
    if around:
        edges = [a for a, _ in plan.runs]
        units = sorted({j for i in wanted for j in (i - 1, i, i + 1) if j == i or _selected(plan, edges, j)})
        if plan.ranked:
            n = len(set(plan.wanted).intersection(units))
    parts = [(i, plan.offsets.get(i, 0), len(plan.source.texts[i])) for i in units]
    if n >= len(plan.wanted):
        spec = ""
    elif plan.ranked:
        spec = _spec(plan, _without(plan.runs, units), {})
    else:
        spec = _spec(plan, _without(plan.runs, [], start=plan.wanted[n]), plan.offsets)
    return _Page(parts=parts, shown=n, spec=spec or None)


def _selected(plan: Plan, edges: Sequence[int], i: int) -> bool:
    at = bisect_right(edges, i) - 1
    return at >= 0 and i < plan.runs[at][1] and i not in plan.offsets


def _start(plan: Plan) -> int:
    """The character at which the first unit, too long to be shown whole, starts: shortly before its match."""
    unit = plan.wanted[0]
    at = plan.offsets.get(unit, 0)
    end = plan.hit(unit, at) if plan.hit is not None else -1
    return max(at, end - _BEFORE)


def _part_page(plan: Plan, start: int, end: int) -> _Page:
    """Characters of the first wanted unit. What follows in it is the next page, if it is asked for."""
    unit = plan.wanted[0]
    again = end < len(plan.source.texts[unit]) and (plan.hit is None or plan.hit(unit, end) >= 0)
    here = [f"{unit + plan.source.base}@{end}-"] if again else []
    if len(plan.wanted) > 1:
        rest = _without(plan.runs, [unit]) if plan.ranked else _without(plan.runs, [], start=plan.wanted[1])
        here.append(_spec(plan, rest, {} if plan.ranked else plan.offsets))
    return _Page(parts=[(unit, start, end)], shown=1, spec=",".join(here) or None)


def _render(plan: Plan, page: _Page, brief: bool) -> str:
    source = plan.source
    out = [_brief_status(plan, page) if brief else _status(plan, page)]
    units = [i for i, _, _ in page.parts]
    grouped = len(runs_of(units)) < len(units)  # where each unit stands alone, its number says enough
    before = None
    for i, a, b in page.parts:
        text = source.texts[i]
        if grouped and before is not None and i != before + 1:
            out.append(FOLD)
        if not brief and (a, b) != (0, len(text)):
            out.append(f"{FOLD} {source.unit[:-1]} {source.label(i)}: chars {a}-{b} of {len(text)}")
        out.append(f"{source.label(i)}{BAR}{text[a:b]}")
        before = i
    return "\n".join(out)


def _finish(plan: Plan, page: _Page, brief: bool = False) -> Slice:
    following = plan.call.spelled(plan.source.param, page.spec) if page.spec else None
    text = _render(plan, page, brief)
    return slice_of(plan.source, text, len(plan.wanted), page.shown, following)


def slice_of(source: Source, text: str, matched: int, shown: int, following: str | None) -> Slice:
    """The answer, once its text stands."""
    return Slice(
        text=text,
        matched=matched,
        total=len(source.texts),
        shown=shown,
        unit=source.unit,
        next=following,
        complete=following is None,
    )


# ------------------------------------------------------------------------------------------------- what comes next


def _without(runs: Sequence[Run], taken: Sequence[int], start: int = 0) -> list[Run]:
    """The runs from `start` on without the `taken` units."""
    out: list[Run] = []
    holes = [(a, b + 1) for a, b in runs_of(taken)]
    for low, high in runs:
        a, b = max(low, start), high
        for x, y in holes:
            if a < b and x < b and y > a:
                if x > a:
                    out.append((a, x))
                a = y
        if a < b:
            out.append((a, b))
    return out


def _spec(plan: Plan, runs: Sequence[Run], offsets: Mapping[int, int]) -> str:
    base, total = plan.source.base, len(plan.source.texts)
    out: list[str] = []
    for low, high in runs:
        a = low
        for i in sorted(offsets):
            if a <= i < high:
                out += [f"{a + base}-{i - 1 + base}"] if a < i else []
                out.append(f"{i + base}@{offsets[i]}-")
                a = i + 1
        if a < high:
            out.append(f"{a + base}-" if high == total else format_ranges([(a + base, high - 1 + base)]))
    return ",".join(out)


# ----------------------------------------------------------------------------------------------------- status line


def _status(plan: Plan, page: _Page) -> str:
    what = _what(plan, page)
    if page.spec is not None:
        arguments = plan.call.spelled(plan.source.param, page.spec)
        what += f"; next: {_next(plan, page.spec, arguments)}"
    return _head(plan.call.id, what)


def _next(plan: Plan, spec: str, arguments: str) -> str:
    """How to get the next part, in words where the arguments are too long to be said on every page."""
    if len(arguments) <= _LONG:
        return f'headroom_retrieve("{plan.call.id}", {arguments})' if plan.call.id else arguments
    if len(spec) <= _LONG // 2:
        return f"the same call with {plan.source.param}={quoted(spec)}"
    if plan.ranked:
        return f"ask in other words, or by {plan.source.param} or grep"
    return f"the same call, its {plan.source.param} from {spec.partition(',')[0].rstrip('-')} on"


def _brief_status(plan: Plan, page: _Page) -> str:
    """The least that makes a page usable, for budgets that are nearly nothing."""
    spec = page.spec
    if spec is None:
        return _head(short(plan.call.id, 40), f"{page.shown:,} of {len(plan.wanted):,} matches")
    if len(spec) > _LONG // 4:
        spec = spec.partition(",")[0]
        return _head(short(plan.call.id, 40), f"next: {plan.source.param} from {spec.rstrip('-')} on")
    return _head(short(plan.call.id, 40), f"next: {plan.source.param}={quoted(spec)}")


def _what(plan: Plan, page: _Page) -> str:
    source, call, n = plan.source, plan.call, page.shown
    matched, total = len(plan.wanted), len(source.texts)
    units = f"{source.unit}{source.name}"
    asked = " · ".join(
        f"{k} {quoted(short(v))}" for k, v in (("grep", call.grep), ("query", call.query)) if v is not None
    )
    if asked and not matched:
        return f"{asked}: 0 matches in {_scope(plan)}{source.about}"
    if asked:
        best = "the best " if plan.ranked and n < matched else ""
        part = f"{n:,} of {matched:,}" if n < matched else f"{matched:,}"
        return f"{asked}: {best}{part} matching {source.unit[:-1] if matched == 1 else source.unit} in {_scope(plan)}"
    if not total:
        return f"0 {units}{source.about}"
    if not matched:
        return f"no such {units}: there are {total:,}"
    ranges = [(a + source.base, b + source.base) for a, b in runs_of([i for i, _, _ in page.parts])]
    if len(ranges) > 6:
        return f"{n:,} {source.unit} from {ranges[0][0]} to {ranges[-1][1]}{source.name}, of {total:,}"
    return f"{source.unit} {format_ranges(ranges)}{source.name}, {n:,} of {total:,}"


def _scope(plan: Plan) -> str:
    """What has been searched, as "all 2,000 lines" or "500 of 2,000 lines"."""
    total = len(plan.source.texts)
    size = sum(b - a for a, b in plan.runs)
    units = f"{plan.source.unit}{plan.source.name}"
    if size == total and not plan.offsets:
        return f"all {total:,} {units}"
    rest = " (the first from a character on)" if plan.offsets else ""
    return f"{size:,} of {total:,} {units}{rest}"


def whole(text: str, id: str, total: int) -> str:
    """The whole original, as it is."""
    what = f"all {total:,} line{'' if total == 1 else 's'}, as they are" if text else "the original is empty"
    return f"{_head(id, what)}\n{text}"


def _head(id: str, what: str) -> str:
    return f"[{id} · {what}]" if id else f"[{what}]"


def short(value: str, limit: int = 60) -> str:
    return value if len(value) <= limit else f"{value[: limit - 1]}…"


def quoted(value: str | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False)
