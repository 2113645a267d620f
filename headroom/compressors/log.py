"""Logs: what is common is folded to one example and a count, what is rare stays.

`LogCompressor` is for text that a program wrote line by line while it ran: syslog, journald, application, container and
access logs. It is not for test and build output, JSON Lines, tables or search hits; `score` leaves those alone.

A template is what lines have in common once numbers and names are taken out (`_templates`). Rare templates are shown
line by line. A frequent one is shown by its first line and by those that stand out (`_outliers`): a rare status, an
extreme duration. Lines that continue another (stack traces) go with it (`_trace`). The start that the shown lines share
is said once (`_prefix`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise

from headroom.compressors import _log_score, _outliers, _prefix, _related, _silence, _templates, _trace
from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._spoken import is_spoken
from headroom.lines import BAR, FOLD, sample, split
from headroom.messages import Hint
from headroom.relevance import matching_lines

_BREAK = "\n"
_MIN_LINES = 8
_MIN_WIDTH = 12
"""Lines that are shorter on average are no log."""
_NUMBER = 3
"""What a line's number costs more than its characters tell: numbers are dear in tokens."""
_LIKE = "like it but for numbers and names"
_LIKE_OF_REQUESTS = "like it but for numbers (4xx, 5xx apart), names and usual clients"
_DETAIL = " DETAIL:  "
"""What PostgreSQL says of an error stands on the next line."""
_FEW_ANSWERS = 4
_FEW_WORDS, _RARE, _MANY = 6, 2, 40
"""Where so few words stand they are kinds of something; one that so few of so many records have is rare."""
_PATIENCE = 20_000
"""After so many lines of which hardly any could be folded, the rest is not tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """How much of each template is shown. Counts are records."""

    rare: int
    """A template with no more records is shown whole."""
    failing: int
    """The same for a template that tells of a failure."""
    severe: float
    """Records of a level that reports trouble are all shown while they are no more than this share of the log."""
    odd: int
    """Records shown of a frequent template because their numbers stand out."""
    few: int
    """Of a failure that comes no more often, lines that share an id with it are shown."""
    alike: int = 0
    """So many lines that differ in a name only are a template, where 0 asks for more of them."""


_RULES: Mapping[Effort, _Rules] = {
    Effort.LIGHT: _Rules(rare=2, failing=3, severe=0.05, odd=6, few=3),
    Effort.MEDIUM: _Rules(rare=1, failing=2, severe=0.025, odd=3, few=3, alike=2),
    Effort.STRONG: _Rules(rare=1, failing=1, severe=0.01, odd=2, few=1, alike=3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """One template: its records in order, what it says of itself, and the distinct masks it is made of."""

    records: list[int]
    masks: list[bytes]
    level: int
    failing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Log:
    """A log taken apart. Record `r` is lines `starts[r]` to `starts[r + 1]`, end exclusive."""

    lines: list[str]
    raw: bytes
    starts: Sequence[int]
    where: Mapping[bytes, list[int]]
    groups: list[_Group]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fold:
    """What is said below a shown line: `more` records like it, the last at line `last`, or that it goes on like lines
    `again`. `tall` are the lines of a record of several lines, `silent` how many minutes pass before the next line of
    the log. Lines count from 0.
    """

    more: int = 0
    last: int = 0
    tall: tuple[int, int] | None = None
    again: tuple[int, int] | None = None
    silent: int = 0

    def beside(self, first_line: int) -> str:
        """What stands behind the number of a line that `more` are like."""
        return f"+{self.more}→{first_line + self.last}" if self.more and self.tall is None else ""

    def below(self, first_line: int) -> str:
        """What stands on a line of its own."""
        parts = []
        if self.again is not None:
            a, b = self.again
            parts.append(f"goes on like lines {first_line + a}-{first_line + b}")
        if self.more and self.tall is not None:
            a, b = self.tall
            parts.append(f"+{self.more} like lines {first_line + a}-{first_line + b}, last {first_line + self.last}")
        if self.silent:
            parts.append(f"then no line of any kind for {self.silent} min")
        return "; ".join(parts)

    def moved(self, by: int) -> _Fold:
        """The same in a text that has `by` more lines before it."""
        again = None if self.again is None else (self.again[0] + by, self.again[1] + by)
        tall = None if self.tall is None else (self.tall[0] + by, self.tall[1] + by)
        return replace(self, last=self.last + by, tall=tall, again=again)


_NOTHING = _Fold()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """The lines to show and, by line, what is said below them."""

    lines: set[int]
    folds: dict[int, _Fold]


class LogCompressor:
    """Logs of any format, recognised by their times and levels."""

    name = "LogCompressor"
    kind = "log"

    def score(self, text: str, hint: Hint) -> float:
        """0.9 for lines that carry times, less for levels alone or for what only the hint calls a log."""
        return _log_score.score(sample(text, 6000), hint)

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """Fold what repeats. LOSSLESS says shared starts once and counts repeats; higher efforts fold templates, LIGHT
        not where lines are merely alike, or what people say."""
        breaks = text.count("\n")
        if breaks + 1 < _MIN_LINES or breaks * _MIN_WIDTH > len(text):
            return Rendition(text=text)
        alike = limits.effort == Effort.LIGHT and (self.score(text, hint) == _log_score.ALIKE or is_spoken(text))
        elided = _elide(text, hint, limits) if limits.effort >= Effort.LIGHT and not alike else None
        if elided is not None:
            return elided
        body, note = _prefix.encode(text)
        return Rendition(text=body, note=note)


def _starts(text: str) -> list[int] | None:
    """Offsets at which lines begin, quickly; None for a text that is too long to be taken apart at once."""
    if len(text) > _prefix.PIECE:
        return None
    return [0, *accumulate(map(len(_BREAK).__add__, map(len, text.split(_BREAK)[:-1])))]


def _elide(text: str, hint: Hint, limits: Limits) -> Rendition | None:
    """The log with frequent templates folded, or None when that gains little."""
    end = text.count(_BREAK) - text.endswith(_BREAK)
    asked = matching_lines(text, hint.query, starts=_starts(text)) if hint.query else []
    shown: dict[int, str] = {}
    folds: dict[int, _Fold] = {}
    total = 0
    for piece in _prefix.pieces(text):
        some, their_folds, count = _choose(piece, total, {0, end}, asked, limits)
        shown.update(some)
        folds.update(their_folds)
        total += count
        if total > _PATIENCE and 10 * len(shown) > 9 * total:
            return None
    if 10 * len(shown) > 9 * total:
        return None
    rendition = _render(shown, folds, end + 1, limits.first_line)
    answered = _templates.statuses(_templates.encode(text))
    if answered and _LIKE in rendition.note:
        others = end + 1 - sum(n for _, n in answered)
        counts = ", ".join([f"{code} ×{n}" for code, n in answered] + ([f"none ×{others}"] if others > 0 else []))
        note = rendition.note.replace(_LIKE, _LIKE_OF_REQUESTS)
        rendition = replace(rendition, note=note, text=f"{rendition.text}\n{FOLD} all lines by status: {counts}")
    return rendition if len(rendition.text) + _NUMBER * len(shown) < len(text) else None


def _choose(
    piece: str, before: int, must: set[int], asked: Sequence[int], limits: Limits
) -> tuple[dict[int, str], dict[int, _Fold], int]:
    """What is to be seen of a piece that has `before` lines before it: lines, what is said below them, and how many lines
    the piece has. `asked` are lines that hold what the query asks for.
    """
    rules = _RULES[limits.effort]
    log = _take_apart(piece, rules.alike)
    lines = log.lines
    also = {i - before for i in must if before <= i < before + len(lines)}
    also = {i for i in also if lines[i]}
    if limits.keep is not None:
        keep = limits.keep.search
        also.update(i for i, line in enumerate(lines) if keep(line))
    silences = _silence.silences(lines)
    also.update(i for a, b, _ in silences for i in (a, b))
    failures = sorted(_failures(log, rules))
    also.update(_related.related(piece, lines, failures))
    also.update(i + 1 for i in failures if i + 1 < len(lines) and _DETAIL in lines[i + 1])
    chosen = _select(log, rules, also, {i - before for i in asked if before <= i < before + len(lines)})
    for a, _, minutes in silences:
        chosen.folds[a] = replace(chosen.folds.get(a, _Fold()), silent=minutes)
    shown = {before + i: lines[i] for i in sorted(chosen.lines)}
    return shown, {before + i: fold.moved(before) for i, fold in chosen.folds.items()}, len(lines)


def _failures(log: _Log, rules: _Rules) -> Iterator[int]:
    """The first lines of failures that are rare."""
    for group in log.groups:
        if len(group.records) <= rules.few and (group.failing or group.level > _templates.WARNING):
            yield from (log.starts[record] for record in group.records)


def _take_apart(text: str, alike: int) -> _Log:
    lines = split(text)
    raw = _templates.without_usual_clients(_templates.with_statuses(_templates.encode(text)))
    if _templates.many_ids(lines):
        raw = _templates.without_ids(raw)
    masks = _templates.masks(raw)
    begins = _trace.records(masks, Counter(masks))
    starts: Sequence[int] = range(len(masks) + 1)
    if begins is not None:
        starts = [*begins, len(masks)]
        masks = [masks[a] if b - a == 1 else b"\n".join(masks[a:b]) for a, b in pairwise(starts)]
    where: defaultdict[bytes, list[int]] = defaultdict(list)
    for record, mask in enumerate(masks):
        where[mask].append(record)
    where.pop(b"", None)
    return _Log(lines=lines, raw=raw, starts=starts, where=where, groups=_groups(where, len(masks), alike))


def _groups(where: Mapping[bytes, list[int]], total: int, alike: int) -> list[_Group]:
    distinct = list(where)
    found = _templates.fold(distinct, max(5, min(30, total // 50)), alike)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for i, template in enumerate(found.of):
        members[template].append(i)
    level_of = _templates.level_of([(key, len(where[m])) for key, m in zip(found.keys, distinct, strict=True)])
    groups = []
    for template, own in members.items():
        key = found.keys[template]
        groups.append(
            _Group(
                records=_in_order([where[distinct[i]] for i in own]),
                masks=[distinct[i] for i in own],
                level=level_of(key),
                failing=not found.failing.isdisjoint(key),
            )
        )
    return groups


def _in_order(lists: Sequence[list[int]]) -> list[int]:
    return lists[0] if len(lists) == 1 else sorted(chain.from_iterable(lists))


def _select(log: _Log, rules: _Rules, also: set[int], asked: set[int]) -> _Shown:
    """Which lines to show, those of `also` among them, and what each of them stands for. What all records of a template hold
    tells them apart from none, though it was asked for: some of those are enough."""
    wanted = {bisect_right(log.starts, i) - 1 for i in also}
    answers = {bisect_right(log.starts, i) - 1 for i in asked}
    per_level = Counter[int]()
    for g in log.groups:
        per_level[g.level] += len(g.records)
    bound = max(4, min(12, int(rules.severe * (len(log.starts) - 1))))
    whole = {
        rank
        for rank, n in per_level.items()
        if rank >= _templates.WARNING and n <= (2 * bound if rank >= _templates.LABELLED else bound)
    }
    numbers: list[bytes] | None = None
    out = _Shown(lines=set(also), folds={})
    for g in log.groups:
        some = rules.failing if g.failing or g.level >= _templates.WARNING else rules.rare
        if len(g.records) <= some or g.level in whole:
            _show(log, g, g.records, out)
            continue
        picked = wanted.intersection(g.records).union(g.records[: max(1, some - 1)])
        told = answers.intersection(g.records)
        if len(told) < len(g.records) or len(told) <= _FEW_ANSWERS:
            picked |= told
        picked |= _rare_words(log, g)
        if g.failing and b"\n" in g.masks[0]:
            picked.add(g.records[-1])  # how it ended
        if len(g.records) >= _outliers.FEW:
            if numbers is None:
                numbers = _templates.digits(log.raw).split(b"\n")
            odd_of = _standing_out if b"\n" not in g.masks[0] else _ends_standing_out
            picked |= odd_of(log, g, numbers, rules.odd)
        _show(log, g, sorted(picked), out)
    return out


def _rare_words(log: _Log, group: _Group) -> set[int]:
    """Records with a word that is rare in a place where only few words stand: `[R.]` among many `[.]` and `[P.]`."""
    if len(group.masks) < 2 or len(group.records) < _MANY:
        return set()
    by_width: defaultdict[int, list[tuple[list[bytes], list[int]]]] = defaultdict(list)
    for m in group.masks:
        row = _templates.words(m)
        by_width[len(row)].append((row, log.where[m]))
    rows = max(by_width.values(), key=len)
    found: set[int] = set()
    for column in zip(*(row for row, _ in rows), strict=True):
        if not 2 <= len(set(column)) <= _FEW_WORDS:
            continue
        times: Counter[bytes] = Counter()
        for word, (_, records) in zip(column, rows, strict=True):
            times[word] += len(records)
        rare = {word for word, n in times.items() if n <= _RARE and b"0" not in word}
        found.update(r for word, (_, records) in zip(column, rows, strict=True) if word in rare for r in records)
    return found if len(found) <= _FEW_WORDS else set()


def _standing_out(log: _Log, group: _Group, numbers: Sequence[bytes], odd: int) -> set[int]:
    """Records of a frequent template whose numbers stand out."""
    forms: dict[tuple[int, bool], tuple[bytes, list[int]]] = {}
    for m in group.masks:
        forms.setdefault((m.count(b"0"), b"0.0.0.0" in m), (m, []))[1].extend(log.where[m])
    found: list[tuple[int, int]] = []
    if len(forms) == 1:
        for (width, _), (m, records) in forms.items():
            rows = [numbers[log.starts[r]] for r in records]
            found.extend((rank, records[row]) for rank, row in _outliers.odd_rows(rows, width, _outliers.places(m)))
    else:
        for width, (records, rows) in _lone_numbers(log, group, numbers).items():
            found.extend((rank, records[row]) for rank, row in _outliers.odd_rows(rows, width, range(width)))
    return set(list(dict.fromkeys(record for _, record in sorted(found)))[:odd])


def _ends_standing_out(log: _Log, group: _Group, numbers: Sequence[bytes], odd: int) -> set[int]:
    """The same of records of several lines, by the numbers in those lines that tell most."""
    found: list[tuple[int, int]] = []
    for at in _trace.telling(group.masks[0]):
        forms: defaultdict[bytes, list[int]] = defaultdict(list)
        for parts in (m.split(b"\n") for m in group.masks):
            if len(parts) > max(1, at):
                forms[parts[at]].extend(log.where[b"\n".join(parts)])
        for m, records in forms.items():
            rows = [numbers[(log.starts[r + 1] if at < 0 else log.starts[r]) + at] for r in records]
            found.extend(
                (rank, records[row]) for rank, row in _outliers.odd_rows(rows, m.count(b"0"), _outliers.places(m))
            )
    return set(list(dict.fromkeys(record for _, record in sorted(found)))[:odd])


def _lone_numbers(log: _Log, group: _Group, numbers: Sequence[bytes]) -> dict[int, tuple[list[int], list[bytes]]]:
    """By how many they are: records of a template and their numbers that are words of their own."""
    out: dict[int, tuple[list[int], list[bytes]]] = {}
    for m in group.masks:
        columns = _outliers.alone(m)
        records, rows = out.setdefault(len(columns), ([], []))
        width = m.count(b"0")
        for r in log.where[m]:
            own = numbers[log.starts[r]].split()
            if len(own) == width:
                records.append(r)
                rows.append(b" ".join([own[i] for i in columns]))
    return out


def _show(log: _Log, group: _Group, picked: Sequence[int], out: _Shown) -> None:
    """Show the picked records, the first of them with all its lines; what repeats those is said, not shown."""
    starts, lines = log.starts, log.lines
    first = picked[0]
    head, end = starts[first], starts[first + 1]
    out.lines.update(range(head, end))
    for r in picked[1:]:
        a, b = starts[r], starts[r + 1]
        out.lines.update(range(a, b))
        both = min(b - a, end - head)
        same = next((i for i in range(1, both) if lines[a + i] != lines[head + i]), both)
        if same > 2:
            out.lines.difference_update(range(a + 1, a + same))
            out.folds[a] = _Fold(again=(head + 1, head + same - 1))
    more = len(group.records) - len(picked)
    if more:
        visible = set(picked)
        last = next(starts[r] for r in reversed(group.records) if r not in visible)
        out.folds[end - 1] = _Fold(more=more, last=last, tall=(head, end - 1) if end - head > 1 else None)


def _render(shown: Mapping[int, str], folds: Mapping[int, _Fold], total: int, first_line: int) -> Rendition:
    """Each shown line behind its number, with how many more there are like it."""
    visible = list(shown.values())
    prefix = _prefix.hoist(visible, columns=True)
    bare = _prefix.without(visible, prefix) if prefix else None
    lines = visible if bare is None else bare
    whole = bare is not None and any(line.startswith(_prefix.WHOLE) for line in bare)
    found = _prefix.bursts(lines)
    bursts = {a: (end, start) for a, end, start in found if not (whole and start.startswith(_prefix.WHOLE))}
    out: list[str] = []
    until, start = 0, ""
    for at, (i, line) in enumerate(zip(shown, lines, strict=True)):
        if at in bursts:
            until, start = bursts[at]
            out.append(f"{FOLD} {_prefix.BURST} = {_prefix.quoted(start)}")
        fold = folds.get(i, _NOTHING)
        number = f"{first_line + i}{fold.beside(first_line)}"
        if at < until:
            out.append(f"{number}{_prefix.BURST}{line[len(start) :]}")
        else:
            out.append(f"{number}{'' if whole and line.startswith(_prefix.WHOLE) else BAR}{line}")
        below = fold.below(first_line)
        if below:
            out.append(f"{FOLD} {below}")
    notes = [f"N{BAR} = line N" + (f" after {_prefix.quoted(prefix)}" if bare is not None else "")]
    if whole:
        notes.append(f"N{_prefix.WHOLE} = whole line")
    if bursts:
        notes.append(
            f"N{_prefix.BURST} = line N{' after that and' if bare is not None else ' after'} what {_prefix.BURST} stands for"
        )
    if any(f.more for f in folds.values()):
        notes.append(f"+K→M = K more {_LIKE}, the last is line M")
    ranges = []
    at = 0
    for i in (*shown, total):
        if i > at:
            ranges.append((at + first_line, i - 1 + first_line))
        at = i + 1
    summary = f"{sum(f.more for f in folds.values()):,} records like others that are shown"
    elision = Elision(ranges=tuple(ranges), count=total - len(shown), summary=summary)
    return Rendition(text="\n".join(out), note=", ".join(notes), elisions=(elision,), lossless=False)
