"""Which rows of a large uniform grid to show, and what to say about the others.

Shown are the first and last rows, rows that the query or `keep` names, rows that do not fit the columns, rows with a
rare value, a failure word, an extreme number or a change of state, and some in between. Works on the grid's columns;
`_spell` prints the result. The choice is a pure function of the grid and the hint.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, compress, count, islice
from operator import itemgetter, ne
from typing import Any, Final

from headroom import relevance
from headroom.compressors._api import Effort, Limits
from headroom.compressors._columns import Column, Grid, merge_loose
from headroom.compressors._flow import MISSING, Bare, Num, flow
from headroom.compressors._hits import defining
from headroom.compressors._series import middles, telling
from headroom.compressors._strange import strange
from headroom.lines import clipped
from headroom.messages import Hint

__all__ = ["ALL", "Part", "choose", "summary"]

# Per effort, in characters: size from which on rows are left out, size to aim at, share to aim at, most of that.
_SCALE = {
    Effort.LIGHT: (24_000, 16_000, 0.0, 16_000),
    Effort.MEDIUM: (3_000, 2_000, 0.25, 12_000),
    Effort.STRONG: (1_500, 1_200, 0.1, 6_000),
}
_MIN_ROWS = 24
_ENDS = 3
_SPREAD = 5
_EXTREME, _MAD = 8.0, 1.4826
_LONG = 300
_MOST_SERIES = 24
_KINDS, _SELDOM = 8, 12
"""Values that are kinds rather than names, and rows up to which one of them is rare."""
_DESCRIBED = 40
_SAID = 500
"""Characters of descriptions after which columns are named only."""
_NAMED = 20
_SHORT = 40
_COMMON = 4
"""So many different values are told one by one."""
_TEXT, _DIGITS = frozenset((str,)), frozenset((Num,))
_TEXTS = frozenset((str, type(None)))
_PLAIN = frozenset((str, Num, type(None), type(MISSING)))
_NUMERIC = frozenset("0123456789+-. \t\r\nnNiI_")
_LAST = frozenset("0123456789. \t\r\nnNfFyY")
"""What a text that `float` reads may begin and end with: digits of other scripts aside."""
_NUMBER = re.compile(
    r"\s*(?:[+-]?(?:[\d_]+(?:\.[\d_]*)?|\.[\d_]+)(?:e[+-]?[\d_]+)?|[+-]?(?:nan|inf(?:inity)?))\s*\Z", re.IGNORECASE
)
"""No text that `float` reads looks otherwise."""
_GLANCE = 17
"""So many values that are no numbers, and the column is none of numbers."""
_NAME = re.compile(r"[A-Za-z_][\w$]+")
_LONGEST_QUERY = 2_000
_CODE = re.compile(r"[ \t(<]")
"""A line that defines a name holds one of them."""
_PROBES = 16
"""So many values of a column show which names most of them hold."""
_STATUS = re.compile(r"(?:status|level|severity|code)\Z", re.IGNORECASE)
_BAD = re.compile(r"[45]\d\d|[56]0|err(?:or)?|fatal|critical|panic|alert|emerg(?:ency)?|fail(?:ed|ure)?", re.IGNORECASE)
"""A status of HTTP, a level of pino or bunyan, a word."""
_IDS = re.compile(r"(?:id|trace|span|request)\Z", re.IGNORECASE)
_STATUSES, _TROUBLES, _SHARING = 64, 12, 5
"""So many different statuses, rows of trouble, and rows for each that share its id."""
_FAILURE = (
    "error fail fatal panic exception traceback denied refused timeout timed critical abort crash killed invalid warn"
    " unhealthy".split()
)


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of an array a grid is: the number of its first row, and its share of the whole. `lines` says that rows
    are numbered as lines of the text. Rows of several lines begin at `starts`, which ends with the line behind the last."""

    first: int = 0
    share: float = 1.0
    lines: bool = False
    starts: Sequence[int] = ()

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The numbers of these rows, or the lines that they take."""
        if self.starts:
            return self.starts[first], self.starts[last + 1] - 1
        return self.first + first, self.first + last


ALL: Final = Part()


def choose(grid: Grid, hint: Hint, limits: Limits, part: Part = ALL) -> list[int] | None:
    """Indices of the rows to show, ascending; None where all should be."""
    if limits.effort not in _SCALE or grid.rows < _MIN_ROWS:
        return None
    least, aim, share, most = _SCALE[limits.effort]
    lines = grid.lines()
    size = sum(map(len, lines)) + len(lines)
    if size < least * part.share or (limits.effort < Effort.STRONG and size > _LONG * len(lines)):
        return None  # long rows are texts in their own right, not samples of one kind of fact
    total = len(lines)
    wanted = max(aim, min(share * size / part.share, most)) * part.share
    room = max(2 * _ENDS, int(total * wanted / size))
    picked = {*range(_ENDS), *range(total - _ENDS, total), *grid.loose}
    fitted = [i for i in range(total) if i not in grid.loose] if grid.loose else range(total)
    words = _words(grid, lines, hint, limits)
    picked.update(_named(words, hint, limits))
    asked = _often(words, hint)
    trouble = _failures(grid, lines)
    for c in grid.columns:
        if c.fixed is None:
            found = chain(_telling(c), strange(c), _defining(c, asked, hint) if asked else ())
            picked.update([fitted[i] for i in found])
    picked.update(trouble)
    picked.update(_related(grid, fitted, trouble | _refused(grid, fitted)))
    spread = max(room - len(picked), room // _SPREAD)  # what is ordinary is shown, too, from all over the array
    step = total / (spread + 1)
    picked.update(int(k * step) for k in range(1, spread + 1))
    return sorted(picked) if len(picked) <= 0.75 * total else None


def _words(grid: Grid, lines: list[str], hint: Hint, limits: Limits) -> list[str]:
    """The rows by all that their cells say, hoisted or not, as far as somebody asks."""
    hidden = [c for c in grid.columns if c.pattern is not None]
    if not hidden or not (hint.query or limits.keep):
        return lines
    wide = merge_loose(
        list(map("  ".join, zip(*[c.values for c in hidden], strict=True))), dict.fromkeys(grid.loose, ""), grid.rows
    )
    both = list(map("  ".join, zip(lines, wide, strict=True)))
    return both if "\n".join(both).count("\n") < len(both) else [line.replace("\n", " ") for line in both]


def _named(lines: Sequence[str], hint: Hint, limits: Limits) -> set[int]:
    """Rows that the query or `keep` names."""
    found = set(relevance.matching_lines("\n".join(lines), hint.query, starts=_starts(lines)) if hint.query else ())
    if limits.keep is not None:
        found.update(i for i, line in enumerate(lines) if limits.keep.search(line))
    return found


def _starts(lines: Sequence[str]) -> list[int]:
    """Where in their text each line begins."""
    return list(accumulate([len(line) + 1 for line in lines[:-1]], initial=0))


@lru_cache(maxsize=256)
def _names(query: str) -> tuple[str, ...]:
    """What in a query may be the name of something that is defined somewhere."""
    found = dict.fromkeys(_NAME.findall(query[:_LONGEST_QUERY]))
    return tuple([name for name in found if len(name) > 3 or not relevance.is_stop_word(name.lower())])


def _often(lines: Sequence[str], hint: Hint) -> list[str]:
    """Names in the query that some of the rows hold, seen from a few."""
    some = "\n".join(lines[:: 1 + len(lines) // _PROBES]) if hint.query else ""
    return [name for name in _names(hint.query or "") if some.count(name) > 1]


def _defining(c: Column, asked: Sequence[str], hint: Hint) -> list[int]:
    """Rows that define a name of the query which most of them hold."""
    if str not in c.kinds or type(c.values[0]) is not str:
        return []
    if c.kinds == _TEXT and (c.has_kinds or not _CODE.search("\n".join(c.distinct))):
        return []
    some = "\n".join(map(str, c.values[:: 1 + len(c.values) // _PROBES]))
    return defining(list(map(str, c.values)), hint)[:_SELDOM] if any(some.count(name) > 1 for name in asked) else []


def _failures(grid: Grid, lines: Sequence[str]) -> set[int]:
    """Lines with a failure word; a word on many lines tells nothing and counts as none.

    So nothing is looked for in columns that say the same in all rows, digits aside.
    """
    own = [c for c in grid.columns if c.in_rows and c.kinds != _DIGITS and not c.alike]
    texts = [c.distinct if c.kinds == _TEXT and c.pattern is None else c.cells for c in own]
    low = "\n".join(chain(*texts, grid.loose.values())).lower()
    words = [word for word in _FAILURE if word in low]
    if not words:
        return set()
    low = "\n".join(lines).lower()
    starts = _starts(low.split("\n"))
    out: set[int] = set()
    for word in words:
        found: set[int] = set()
        at = low.find(word)
        while at >= 0 and len(found) <= 12:
            found.add(bisect_right(starts, at) - 1)
            at = low.find(word, at + len(word))
        out |= found if len(found) <= 12 else set()
    return out


def _related(grid: Grid, fitted: Sequence[int], trouble: set[int]) -> set[int]:
    """Rows that share the id of a request, a job, a trace with one that tells of trouble; what many share is no such id.
    `fitted` are the rows that the columns hold."""
    out: set[int] = set()
    for c in grid.columns if 0 < len(trouble) <= _TROUBLES else ():
        if c.fixed is not None or not _IDS.search(c.name) or not c.kinds <= _PLAIN:
            continue
        wanted = {value for row, value in zip(fitted, c.values, strict=True) if row in trouble}
        key = re.compile(rf"\b{re.escape(c.name.rpartition('.')[2])}:\"?([^,}}\"]+)")
        wanted.update(m[1] for row in trouble & grid.loose.keys() if (m := key.search(grid.loose[row])))
        wanted -= {None, "", MISSING}
        found = [row for row, value in zip(fitted, c.values, strict=True) if value in wanted] if wanted else []
        out.update(found if len(found) <= _SHARING * len(wanted) else ())
    return out


def _refused(grid: Grid, fitted: Sequence[int]) -> set[int]:
    """Rows whose status or level tells of trouble."""
    out: set[int] = set()
    for c in grid.columns:
        if c.fixed is None and c.kinds <= _PLAIN and _STATUS.search(c.name) and len(c.distinct) <= _STATUSES:
            bad = {value for value in c.distinct if isinstance(value, str) and _BAD.fullmatch(value)}
            out.update([row for row, value in zip(fitted, c.values, strict=True) if value in bad] if bad else ())
    return out


def _few(flags: Iterable[bool]) -> list[int]:
    """Where the flags are set, unless that is so often that it tells nothing."""
    numbers = [i for i, flag in enumerate(flags) if flag]
    return numbers if len(numbers) <= 12 else numbers[:6] + numbers[-2:]


def _telling(c: Column) -> set[int]:
    """Rows in which this column holds something out of the ordinary."""
    values, total = c.values, len(c.values)
    if Bare in c.kinds:
        return _extremes(middles(values)).union(telling(values)[:_MOST_SERIES])
    c.numbers = _numbers(values, c.kinds)
    if c.numbers is not None:
        return _extremes(c.numbers)
    keys = values if c.kinds <= _TEXTS else [v if isinstance(v, str) or v is None else repr(v) for v in values]
    if keys is values and not c.has_kinds:
        return set()
    counts = c.counts if keys is values else Counter(keys)
    if len(counts) > max(12, total // 8):
        return set()
    seldom = max(2, min(_SELDOM, total // 12) if len(counts) <= _KINDS else total // 100)
    rare = {k for k, n in counts.items() if n <= seldom}
    out = set(islice(compress(count(), map(rare.__contains__, keys)), 24)) if rare else set()
    if len(counts) <= _KINDS:
        changes = list(islice(compress(count(1), map(ne, keys, keys[1:])), 9))
        out.update(chain(changes, [i - 1 for i in changes]) if len(changes) <= 8 else ())
    return out


def _numbers(values: Sequence[Any], kinds: frozenset[type]) -> list[float] | None:
    """The column as numbers, NaN for what is none, where nearly all are; texts that spell numbers count."""
    if bool in kinds:
        return None  # `float` would take them
    if Num not in kinds:
        some = [v for v in values[:_GLANCE] if type(v) is str and v[:1] in _NUMERIC and v[-1] in _LAST]
        if not any(map(_NUMBER.match, some)):
            return None
    try:
        return list(map(float, values))
    except (TypeError, ValueError):
        pass
    out = []
    bad = 0
    for v in values:
        try:
            out.append(float(v))
        except (TypeError, ValueError):
            out.append(math.nan)
            bad += 1
            if bad >= _GLANCE and 4 * bad > len(out):
                return None
    return out if 4 * bad <= len(out) else None


def _finite(numbers: Sequence[float]) -> list[float]:
    """Those that are neither infinite nor NaN, ascending."""
    return sorted(numbers if math.isfinite(sum(numbers)) else filter(math.isfinite, numbers))


def _extremes(numbers: Sequence[float]) -> set[int]:
    """Rows of the least and greatest number, and of those far out by the robust z-score (median and MAD)."""
    known = _finite(numbers)
    if len(known) < 3 or known[0] == known[-1]:
        return set()
    out = {numbers.index(known[0]), numbers.index(known[-1])}
    few = known[:: 1 + len(known) // 4000]  # enough for a median and a spread
    half, quarter = len(few) // 2, len(few) // 4
    middle = few[half]
    if half > 8:  # at least half of the numbers are so far from the middle, so the spread is no less
        least = min(middle - few[quarter], few[half + quarter + 1] - middle) * _EXTREME * _MAD
        if least > 0 and middle - least <= known[0] and known[-1] <= middle + least:
            return out
    spread = sorted([abs(x - middle) for x in few])[half] * _MAD
    if not spread:
        return out.union(_few(x != middle for x in numbers))
    low, high = middle - _EXTREME * spread, middle + _EXTREME * spread
    if known[0] < low or known[-1] > high:
        far = [(-abs(x - middle), i) for i, x in enumerate(numbers) if not low <= x <= high and math.isfinite(x)]
        out.update(i for _, i in sorted(far)[:8])
    return out


def summary(grid: Grid, hidden: Sequence[int]) -> str:
    """What the hidden rows hold, column by column: ranges of numbers, counts of few values, how many distinct others. Columns
    of which there is nothing else to say stand together, and those for which there is no room by their names."""
    at: Sequence[int] = hidden
    if grid.loose:
        gone = set(hidden)
        fitted = [i for i in range(grid.rows) if i not in grid.loose]
        at = [k for k, i in enumerate(fitted) if i in gone]
    parts: list[str] = []
    together: dict[str, list[str]] = {f"{len(at)} distinct": [], f"absent×{len(at)}": []}
    rest: list[str] = []
    room = _SAID
    taken = itemgetter(*at) if len(at) > 1 else lambda values: tuple(values[k] for k in at)
    for number, c in enumerate([c for c in grid.columns if not c.defined]):
        if room < 0 or number >= _DESCRIBED:
            rest.append(c.name)
            continue
        numbers = taken(c.numbers) if c.numbers is not None else None
        said = _described(taken(c.values), numbers, c.kinds)
        if said in together:
            together[said].append(c.name)
        else:
            parts.append(f"{c.name} {said}")
            room -= len(parts[-1])
    different, absent = (_named_some(names) for names in together.values())
    parts += [f"all different: {different}"] if different else []
    parts += [f"absent: {absent}"] if absent else []
    return "; ".join([*parts, *([f"also {_named_some(rest)}"] if rest else [])])


def _named_some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join([*names[:_NAMED], f"{more} more columns"] if more > 1 else names)


def _briefly(value: str) -> str:
    """A value on one line, and no more of it than tells it from others."""
    first = value.partition("\n")[0]
    return clipped(value, _SHORT) if first == value else f"{first[: _SHORT - 1].rstrip()}…"


def _described(values: Sequence[Any], numbers: Sequence[float] | None, kinds: frozenset[type]) -> str:
    """What these values of a column of such kinds hold; `numbers` where they are known to be some."""
    if len(kinds) > 1:
        kinds = frozenset(map(type, values))
    if numbers is None or not math.isfinite(sum(numbers)):
        numbers = _numbers(values, kinds) or ()
    known = _finite(numbers)
    if known:
        low, middle, high = (str(values[numbers.index(x)]) for x in (known[0], known[len(known) // 2], known[-1]))
        others = f", {len(values) - len(known)} no number" if len(known) < len(values) else ""
        return (f"{low}..{high} median {middle}" if low != high else low) + others
    if kinds != _TEXT:
        values = [v if isinstance(v, str) else "absent" if v is MISSING else flow(v) for v in values]
    distinct = len(set(values))
    if distinct == len(values) > _COMMON:
        return f"{distinct} distinct"
    counts = Counter(values)
    least = 0 if distinct <= _COMMON else max(3, (len(values) + 19) // 20)
    ranked = sorted([(n, k) for k, n in counts.items() if n >= least], key=itemgetter(0), reverse=True)[:_COMMON]
    common = [(n, f"{_briefly(k) or repr(k)}×{n}") for n, k in ranked]
    if len(common) == distinct:
        return ", ".join([said for _, said in common])
    often = ", ".join([said for n, said in common[:3] if n > 2 and 20 * n >= len(values)])
    return f"{distinct} distinct" + (f", most {often}" if often else "")
