"""Columns of strings that other columns spell already, in whole or in part: `url` is `"https://x.test/a/"+id`.

A pattern is found on a few rows and proved on all. `_columns` asks for patterns and spells the cells that remain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, repeat
from typing import Any, Final, TypeAlias

from headroom.compressors._flow import Num, dumps

__all__ = ["OWN", "Column", "find_patterns", "shorten_fixed"]

OWN: Final = "…"
"""The term of a pattern that stands for the row's own cell, and the end of that cell's name."""

_MAX_REFERENCES = 80
_LONG_START = 16
_FEW = 8
_KINDS = 12
_Pattern: TypeAlias = tuple[tuple[str, ...], list[str], list[str]]
"""The terms of a pattern, what remains of each row, and the names of the columns it uses."""
_Sample: TypeAlias = tuple[str, str, str]
"""The values of a column in the first row, one in the middle and the last."""
_TEXTUAL = (frozenset((str,)), frozenset((Num,)))
_PLAIN_NAME = re.compile(r"\$\d+\Z|(?!(?:true|false|null|NaN|Infinity)\Z)[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\Z", re.ASCII)
_NUMERIC = frozenset("+-.0123456789 ")
_TENTHS = re.compile(r"-?\d+\.(\d+)\Z")
_LINK_PREFIX = re.compile(r"[\s\S]*/|\d{4}-\d\d-\d\dT|[\s\S]{16,} ")


@dataclass(slots=True)
class Column:
    """One column: its spelled name and the value of each row.

    After `grid`, exactly one of these holds: `fixed` (one value for all rows), `pattern` without `OWN` (built from other
    columns), `cells` (spelled per row). A pattern is the terms of a sum: JSON strings, other columns' names with or
    without a slice, and `OWN`, which stands for the row's own cell. `is_key` marks the one that holds the rows' keys in an object;
    it is always spelled in full. `numbers` are the values of a column that was found to hold numbers; one is
    `alike` that was found to hold the same in all rows, digits aside. `inner` are the keys of the objects in its lists, where
    those are spelled by their places.
    """

    name: str
    values: Sequence[Any]
    kinds: frozenset[type]
    fixed: str | None = None
    pattern: tuple[str, ...] | None = None
    as_str: bool = False
    is_key: bool = False
    cells: list[str] = field(default_factory=list)
    numbers: list[float] | None = None
    alike: bool = False
    inner: tuple[str, ...] = ()
    _distinct: frozenset[Any] | None = field(default=None, init=False, repr=False)
    _counts: Counter[Any] | None = field(default=None, init=False, repr=False)

    @property
    def distinct(self) -> frozenset[Any]:
        """The different values of a column without objects and lists, when `values` are final. A string and a number of one
        spelling are one."""
        if self._distinct is None:
            self._distinct = frozenset(self.values)
        return self._distinct

    @property
    def counts(self) -> Counter[Any]:
        """How many rows hold each of `distinct`, in the order of their first rows."""
        if self._counts is None:
            self._counts = Counter(self.values)
        return self._counts

    @property
    def has_kinds(self) -> bool:
        """Whether the different values are so few that each is a kind, and a rare one tells something."""
        return len(self.distinct) <= max(_KINDS, len(self.values) // 8)

    @property
    def in_rows(self) -> bool:
        """Whether the rows hold a cell for this column."""
        return self.fixed is None and (self.pattern is None or OWN in self.pattern)

    @property
    def defined(self) -> bool:
        """Whether it is said once for all rows what this column holds, apart from an own cell."""
        return self.fixed is not None or self.pattern is not None


def shorten_fixed(columns: Sequence[Column], keep_whole: Collection[str]) -> None:
    """Let what is one value for all rows begin with another such value, where that is long: `user.url+"/keys"`.

    Not where that cuts a word of `keep_whole` in two, or where the key itself is one.
    """
    fixed = [c for c in columns if c.fixed is not None and c.kinds == {str}]
    starts = sorted((c for c in fixed if len(c.values[0]) >= _LONG_START and _PLAIN_NAME.match(c.name)), key=_length)
    for c in fixed:
        value = c.values[0]
        found = [s for s in starts[:_MAX_REFERENCES] if len(s.values[0]) < len(value) and value.startswith(s.values[0])]
        if not found or _key(c) in keep_whole:
            continue
        start, low = len(found[-1].values[0]), value.lower()
        if not any(t in low and t not in low[:start] and t not in low[start:] for t in keep_whole):
            c.fixed = f"{found[-1].name}+{dumps(value[start:])}"


def _key(c: Column) -> str:
    return c.name.rpartition(".")[2].lower()


def _length(c: Column) -> int:
    return len(c.values[0])


def find_patterns(columns: Sequence[Column], keep_whole: Collection[str]) -> None:
    """Give a pattern to each column of strings that other columns spell already, in whole or in part.

    A column that a pattern names may be built from others itself, but never from one that needs it.
    """
    sources = [c for c in columns if c.kinds in _TEXTUAL and _PLAIN_NAME.match(c.name)]
    del sources[_MAX_REFERENCES:]
    samples = {c.name: _sample(c.values) for c in columns if c.kinds in _TEXTUAL}
    sampled = [(s, samples[s.name]) for s in sources]
    needs: dict[str, set[str]] = {}
    texts = [c for c in columns if c.kinds == _TEXTUAL[0]]
    # Long ones first: what is built from others should be the long text, not the id inside it.
    for c in sorted(texts, key=lambda c: -sum(map(len, samples[c.name]))):
        if c.is_key or _key(c) in keep_whole:
            continue
        made = _pattern(c, samples[c.name], sampled)
        if made is None or c.name in _all_needs(made[2], needs):
            continue
        if keep_whole and _hides(c, made, [s for s in sources if s.name in made[2]], keep_whole):
            continue
        c.pattern, c.cells, named = made
        needs[c.name] = set(named)
        if not any(c.cells):
            c.pattern = tuple(term for term in c.pattern if term != OWN)


def _hides(c: Column, made: _Pattern, used: Sequence[Column], asked: Collection[str]) -> bool:
    """Whether a word that is asked for would stand nowhere any more: its parts would be in different places."""
    asked = _spanning(made[0], asked)
    values = "\n".join(c.values).lower() if asked else ""
    terms = [term for term in asked if term in values]
    if not terms:
        return False
    seen = "\n".join(["\n".join(column.values).lower() for column in used] + made[1] + list(made[0])).lower()
    return any(term not in seen for term in terms)


def _spanning(pattern: Sequence[str], asked: Collection[str]) -> Collection[str]:
    """Those of the words that could stand across a border between two terms, to judge by the letter of a text there."""
    if any(term.startswith("format(") or "\\" in term for term in pattern):
        return asked
    found: set[str] = set()
    for left, right in pairwise(pattern):
        if left[-1] == '"':
            found.update([word for word in asked if left[-2].lower() in word[:-1]])
        elif right[0] == '"':
            found.update([word for word in asked if right[1].lower() in word[1:]])
        else:
            return asked
    return found


def _all_needs(names: Sequence[str], needs: dict[str, set[str]]) -> set[str]:
    """These columns and all that they are built from."""
    out: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in out:
            out.add(name)
            todo.extend(needs.get(name, ()))
    return out


def _sample(values: Sequence[str]) -> _Sample:
    return values[0], values[len(values) // 2], values[-1]


def _pattern(c: Column, sample: _Sample, sources: Sequence[tuple[Column, _Sample]]) -> _Pattern | None:
    values = c.values
    if sample[0] == sample[1] == sample[2] and len(values) > 3:
        return None  # hardly changes: a group says it better
    if " " not in sample[0] and "/" not in sample[0]:
        return _slice(c, sample, sources)  # names and ids stay whole, only what repeats a part of one may go
    best: _Pattern | None = None
    gain = 12 + sum(map(len, sample)) // 8
    for s, inside in sources:
        if inside[0] not in sample[0] or inside[1] not in sample[1] or inside[2] not in sample[2] or "" in inside:
            continue
        if s is c or s.pattern is not None:
            continue
        for found in (_whole(values, s, sample, inside), _ending(values, s), _starting(values, s)):
            if found is None:
                continue
            saved = sum(map(len, values[:50])) - sum(map(len, found[1][:50])) - sum(map(len, found[0]))
            if saved > gain:
                best, gain = found, saved
                break
    if best is None and 3 * len(c.distinct) > len(values):  # few values are better said whole, by a group
        best = _affixes(values)
    return _resolved(best, [s for s, _ in sources if s is not c and s.pattern is None]) if best is not None else None


def _slice(c: Column, sample: _Sample, sources: Sequence[tuple[Column, _Sample]]) -> _Pattern | None:
    """The same first, or all but the first, characters of another column in every row."""
    values = c.values
    first, middle, last = sample
    if not first:
        return None
    for s, inside in sources:
        other = inside[0]
        if first not in other or middle not in inside[1] or last not in inside[2] or "/" in other or " " in other:
            continue
        if s is c or s.pattern is not None:
            continue
        at = len(other) - len(first)
        if list(values) == [v[at:] for v in s.values]:
            return (f"{s.name}[{at}:]" if at else s.name,), [""] * len(values), [s.name]
        if list(values) == [v[: len(first)] for v in s.values]:
            return (f"{s.name}[:{len(first)}]",), [""] * len(values), [s.name]
    return None


def _said(text: str) -> tuple[str, ...]:
    """A literal text as a term; no term where there is none."""
    return (dumps(text),) if text else ()


def _whole(values: Sequence[str], s: Column, sample: Sequence[str], inside: Sequence[str]) -> _Pattern | None:
    """The same text, the source, the same text, in every row."""
    before, _, after = sample[0].partition(inside[0])
    if sample[1] != before + inside[1] + after or sample[2] != before + inside[2] + after:
        return None
    if [before + o + after for o in s.values] != list(values):
        return None
    return (*_said(before), s.name, *_said(after)), [""] * len(values), [s.name]


def _ending(values: Sequence[str], s: Column) -> _Pattern | None:
    if not all(map(str.endswith, values, s.values)) or min(map(len, s.values)) == 0:
        return None
    cores = [v[: len(v) - len(o)] for v, o in zip(values, s.values, strict=False)]
    start, end = _common(cores)
    rest = [v[len(start) : len(v) - len(end)] for v in cores]
    return (*_said(start), OWN, *_said(end), s.name), rest, [s.name]


def _starting(values: Sequence[str], s: Column) -> _Pattern | None:
    if not all(map(str.startswith, values, s.values)) or min(map(len, s.values)) == 0:
        return None
    cores = [v[len(o) :] for v, o in zip(values, s.values, strict=False)]
    start, end = _common(cores)
    rest = [v[len(start) : len(v) - len(end)] for v in cores]
    return (s.name, *_said(start), OWN, *_said(end)), rest, [s.name]


def _common(values: Sequence[str]) -> tuple[str, str]:
    """What all values begin with, and what they end with behind that."""
    if len(values) > _FEW:
        head, tail = _common(_sample(values))  # no more than that
        fit = min(map(len, values)) >= len(head) + len(tail)
        fit = fit and (not head or all(map(str.startswith, values, repeat(head))))
        if fit and (not tail or all(map(str.endswith, values, repeat(tail)))):
            return head, tail
    low, high = min(values), max(values)
    short = min(map(len, values))
    start = 0
    while start < short and low[start] == high[start]:
        start += 1
    if values[0][-1:] != values[-1][-1:] or start == short:
        return values[0][:start], ""
    turned = [v[: start - 1 if start else None : -1] for v in values]
    low, high = min(turned), max(turned)
    short = min(map(len, turned))
    end = 0
    while end < short and low[end] == high[end]:
        end += 1
    return values[0][:start], values[0][len(values[0]) - end :] if end else ""


def _affixes(values: Sequence[str]) -> _Pattern | None:
    """A long beginning or end that all values share, cut where a path or date is, so that names and ids stay whole."""
    start, end = _common(values)
    cut = _LINK_PREFIX.match(start)
    start = cut[0] if cut else ""
    at = next((i for i, ch in enumerate(end) if ch in "/{?#" or (ch == " " and len(end) - i > 16)), len(end))
    end = end[at:]
    if (len(start) + len(end)) * len(values) < 30 or max(len(start), len(end)) < 12:
        return None
    return (*_said(start), OWN, *_said(end)), [v[len(start) : len(v) - len(end)] for v in values], []


def _resolved(found: _Pattern, sources: Sequence[Column]) -> _Pattern:
    """Put another column's name in place of the own cell where what remains is that column, as it is or rounded."""
    pattern, rest, named = found
    if OWN not in pattern or not any(rest):
        return found
    first = _TENTHS.match(rest[0])
    spec = f".{len(first[1])}f" if first else ""
    for s in sources:
        if s.values[0] == rest[0] and list(s.values) == rest:
            return _with_own(pattern, s.name), [""] * len(rest), [*named, s.name]
        if spec and s.values[0][:1] in _NUMERIC and _rounds_to(s.values, rest, spec):
            return _with_own(pattern, f'format({s.name},"{spec}")'), [""] * len(rest), [*named, s.name]
    return found


def _with_own(pattern: Sequence[str], term: str) -> tuple[str, ...]:
    return tuple(term if t == OWN else t for t in pattern)


def _rounds_to(values: Sequence[str], rest: Sequence[str], spec: str) -> bool:
    try:
        if format(float(values[0]), spec) != rest[0]:
            return False
        return list(map(f"{{:{spec}}}".format, map(float, values))) == list(rest)
    except ValueError:
        return False
