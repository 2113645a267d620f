"""Slices of a stored original: lines, grep, query, JSON rows and fields, within a token budget.

A pure function on a text; it knows no store and no conversation. Above stands the engine, which fetches the original
by its id. Each slice says in its first line what it is, how much there is of it, and how to get the next part:
following `next` reaches every selected unit, and every character of it, exactly once.

Coordinates are those of the source: lines count from 1, rows of a JSON array and characters within a line from 0.
`3@2000-` is line (or row) 3 from character 2000 on: that is how a line longer than the budget goes on.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from math import log

from headroom import _json_path as json_path
from headroom import relevance
from headroom._grep import LinePattern
from headroom._pages import Call, Plan, Run, Slice, Source, Unit, fit, fits, short, slice_of, whole
from headroom.exceptions import SliceError
from headroom.terminal import plain

__all__ = ["MIN_TOKENS", "Slice", "Unit", "cut"]

MIN_TOKENS = 64
_QUERY_TERMS = 32
_MOSTLY = 0.6
"""Of a text, the rows are what a query searches; of less than that, its lines."""
_PHRASE = re.compile(r"[\"'`]([^\"'`\n]{2,80})[\"'`]")
_PART = re.compile(r"\s*(?:(\d{1,18})?\s*(?:(-|:|\.\.)\s*(\d{1,18})?)?|(\d{1,18})@(\d{1,18})-?)\s*\Z")


def cut(
    text: str,
    *,
    count: Callable[[str], int],
    id: str = "",
    lines: str | None = None,
    grep: str | None = None,
    query: str | None = None,
    fields: Sequence[str] | None = None,
    rows: str | None = None,
    max_tokens: int | None = 2000,
) -> Slice:
    """Cut a slice out of the original `text`.

    `lines` ("120-180,400,900-") and `rows` ("0-20,57") pick by number; `rows` are the elements of the JSON array that
    the text is or mostly holds, or the records of JSON Lines. `fields` picks JSON values by path; `lines` then counts
    these values, and `rows` limits the array they are taken from. `grep` keeps the units that a Python regex matches,
    `query` those that hold its words, the best first when not all fit. None of them gives the text from its start.
    `count(result.text) <= max_tokens` holds for the whole slice; None means everything that was asked for.

    Raises:
        SliceError: a selector cannot be read, does not fit the text, or `max_tokens` is below 64.
    """
    if max_tokens is not None and max_tokens < MIN_TOKENS:
        raise SliceError(f"max_tokens={max_tokens} is too small for any slice; pass {MIN_TOKENS} or more")
    paths = (fields,) if isinstance(fields, str) else tuple(fields or ())
    call = Call(id=id, lines=lines, grep=grep, query=query, fields=paths, rows=rows)
    try:
        source = _source(text, call)
    except RecursionError as e:
        raise SliceError("the JSON is nested too deeply for fields and rows; use lines or grep") from e
    if not call.selects:
        total = len(source.texts)
        shown = whole(text, id, total)
        if fits(shown, count, max_tokens):
            return slice_of(source, shown, total, total, None)
    plan = _plan(source, call)
    if not plan.wanted and source.unit == "rows" and call.rows is None:
        plan = _plan(_lines_source(text), call)  # it may stand beside the rows
    return fit(plan, count, max_tokens)


# ------------------------------------------------------------------------------------------------------- selecting


def _source(text: str, call: Call) -> Source:
    """The lines of the text, the rows of its array, or the values of its fields."""
    if call.fields:
        return _fields_source(text, call)
    if call.rows is not None and call.lines is not None:
        raise SliceError("rows and lines are two ways to number the same text; pass one of them")
    if call.rows is not None or (call.query and call.lines is None and call.grep is None):
        found = _rows_source(text, 0.0 if call.rows is not None else _MOSTLY)
        if found is not None:
            return found
        if call.rows is not None:
            raise SliceError(
                f"rows={call.rows!r}: the text holds no JSON array and is no JSON Lines; use lines or grep"
            )
    return _lines_source(text)


def _lines_source(text: str) -> Source:
    texts = text.split("\n")
    if not texts[-1]:
        texts.pop()  # the end of the last line is no line
    return Source(texts=texts)


def _rows_source(text: str, least: float) -> Source | None:
    """The rows of the array that the text mostly holds, where they are at least that share of it."""
    doc = json_path.document(text)
    try:
        found = json_path.rows(doc) if doc is not None else None
    except RecursionError:  # so deep that it could just be read as a whole: text, as what is deeper
        found = None
    if doc is None or found is None:
        return None
    name, spans = found
    if least and (not spans or spans[-1][1] - spans[0][0] < least * (doc.span[1] - doc.span[0])):
        return None
    texts = [json_path.one_line(doc.text[a:b]) for a, b in spans]
    return Source(texts=texts, unit="rows", param="rows", base=0, name=f" of {name}" if name else "")


def _fields_source(text: str, call: Call) -> Source:
    doc = json_path.document(text)
    if doc is None:
        raise SliceError(
            f"fields={list(call.fields)!r}: the text is no JSON, or is nested too deeply; use lines or grep"
        )
    within = None
    if call.rows is not None:
        found = json_path.rows(doc)
        if found is None or found[0]:
            raise SliceError(
                f"rows={call.rows!r} with fields needs a text that is an array; write fields=['items[3-9].id']"
            )
        runs, _ = _runs(call.rows, "rows", 0, len(found[1]))
        within = [i for a, b in runs for i in range(a, b)]
    values = json_path.fields(doc, call.fields, within)
    return Source(
        texts=[json_path.one_line(doc.text[a:b]) for _, (a, b) in values],
        unit="values",
        labels=[label or "$" for label, _ in values],
        name=f" at {short(', '.join(call.fields))}",
        about="" if values else f"; keys there: {short(', '.join(json_path.keys(doc)), 200)}",
    )


def _plan(source: Source, call: Call) -> Plan:
    """Select units: by number, then by grep, then by the words of the query."""
    total = len(source.texts)
    given = call.lines if source.param == "lines" else call.rows
    runs, offsets = _runs(f"{source.base}-" if given is None else given, source.param, source.base, total)
    offsets = {i: min(at, len(source.texts[i])) for i, at in offsets.items() if i < total}
    wanted: Sequence[int] = range(*runs[0]) if len(runs) == 1 else [i for a, b in runs for i in range(a, b)]
    hit = None
    if call.grep is not None:
        pattern = LinePattern(call.grep)
        hit = lambda i, at: _hit(pattern, source.texts[i], at)  # noqa: E731
        wanted = [i for i in wanted if _hit(pattern, source.texts[i], offsets.get(i, 0)) >= 0]
    if call.query is not None:
        wanted, word = _ranked(source, call.query, wanted)
        hit = hit or (lambda i, at: _word_end(word, source.texts[i], at))
    filtered = call.grep is not None or call.query is not None
    return Plan(
        source=source,
        call=call,
        runs=runs,
        wanted=wanted,
        offsets=offsets,
        around=1 if filtered and source.unit == "lines" else 0,
        hit=hit,
        ranked=call.query is not None,
    )


def _hit(pattern: LinePattern, line: str, at: int) -> int:
    """Where a match ends, in the line or in what a terminal shows of it; -1 for none."""
    end = pattern.end(line, at)
    if end >= 0 or not ("\x1b" in line or "\b" in line or "\r" in line[:-1]):
        return end
    end = pattern.end(plain(line[at:]))
    return len(line) if end >= 0 else -1


def _runs(spec: str, param: str, base: int, total: int) -> tuple[list[Run], dict[int, int]]:
    """Read "120-180,400,900-" or "3@2000-,4-" as merged runs of units, and the characters at which units start."""
    found: list[Run] = []
    offsets: dict[int, int] = {}
    for part in spec.split(","):
        m = _PART.match(part)
        if m is None or m[1] is m[3] is m[4] is None:
            raise SliceError(f"{param}={spec!r}: {part.strip()!r} is no range; write e.g. {param}='120-180,400,900-'")
        first = int(m[4] or m[1] or base) - base
        last = first if m[4] or not m[2] else int(m[3]) - base if m[3] else total
        if first < 0 or (m[3] and last < first):
            raise SliceError(f"{param}={spec!r}: {part.strip()!r} runs backwards or starts below {base}")
        if m[4]:
            offsets[first] = int(m[5])
        found.append((min(first, total), min(last + 1, total)))
    merged: list[Run] = []
    for a, b in sorted(found):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        elif a < b:
            merged.append((a, b))
    return merged, offsets


def _ranked(source: Source, query: str, among: Iterable[int]) -> tuple[list[int], re.Pattern[str]]:
    """Those of `among` that hold words of the query, best first; and a pattern for these words.

    A word counts by its rarity, a neighbour's words a third, as a paragraph is about one thing; ties go to the first.
    """
    words = _words(query)
    low = [plain(t).lower() if "\x1b" in t else t.lower() for t in source.texts]
    starts = [0, *accumulate(len(t) + 1 for t in low)]
    joined = "\n".join(low)
    held = [found for word in words if (found := _holders(joined, word, starts))]
    telling = [found for found in held if 2 * len(found) <= len(low)]  # a word on most lines tells nothing
    score = [0.0] * (len(low) + 2)  # two more, so that neighbours of the first and last need no test
    for found in telling or held:
        weight = log(1 + (len(low) - len(found) + 0.5) / (len(found) + 0.5))
        for i in found:
            score[i] += weight
    near = 1 / 3 if source.unit == "lines" else 0.0
    best = [(-(score[i] + near * (score[i - 1] + score[i + 1])), i) for i in among if score[i] > 0]
    best.sort()
    return [i for _, i in best], re.compile("|".join(map(re.escape, words)) or r"(?!)", re.IGNORECASE)


def _words(query: str) -> list[str]:
    """What to look for, in lower case: quoted phrases, and the words that can tell lines apart, or else all words."""
    phrases = [m.lower() for m in _PHRASE.findall(query)]
    found = dict.fromkeys([*phrases, *relevance.terms(query)]) or dict.fromkeys(query.lower().split())
    return list(found)[:_QUERY_TERMS]


def _holders(joined: str, word: str, starts: Sequence[int]) -> list[int]:
    """The units that hold `word`: as a whole word where there are such, else anywhere."""
    for pattern in (rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", re.escape(word)):
        found: list[int] = []
        finder = re.compile(pattern)
        match = finder.search(joined)
        while match:
            i = bisect_right(starts, match.start()) - 1
            found.append(i)
            match = finder.search(joined, starts[i + 1])  # once per unit is enough
        if found:
            return found
    return []


def _word_end(word: re.Pattern[str], text: str, at: int) -> int:
    match = word.search(text, at)
    return match.end() if match else -1
