"""Prose in the strings of records: what a search, a vector store or an API answers, as JSON or as Python prints it.

What the query asks for stays, whole sentences word for word, and a sign stands where something is left out of a string;
all other values survive. Titles and names next to a passage help to tell what it is about. Of documents in which prose
is not the most of it, nothing is left out here. `_extract` chooses; `crusher` stands above and writes the rest.
"""

from __future__ import annotations

import json
import re
from ast import literal_eval
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._extract import Share, extract
from headroom.lines import FOLD
from headroom.messages import Hint

__all__ = ["JSON", "NOTE", "PYTHON", "Quotes", "answering"]

NOTE = f"{FOLD} = left out"
_LEAST = 2_000
"""Characters of prose that a document must have."""
_FEWEST = 3
"""Of fewer long strings each is a text of its own."""
_LONG = 200
"""Characters that a string must have, the quotes included."""
_MOSTLY = 0.6
"""The share of a document that its long strings must be."""
_LARGEST = 300_000
_PROBES, _CALM = 24, 80
_GAIN = 0.8
"""To so much the document has to be shortened, or it is only spelled anew."""
_TITLE = 240
_SHARES = {
    Effort.MEDIUM: Share(least=1_200, part=0.35, floor=0.15, outline=False),
    Effort.STRONG: Share(least=600, part=0.12, floor=0.4, outline=False),
}
"""Wider than for passages of prose: a hit is short, and two of them often make the answer together."""
_NAME = re.compile(r"[^\W\d_]{2}")
_BRACKET = re.compile(r"[{}()]")
"""Between what begins and what ends a record stand its strings; lists are parts of one."""
_BRACKETS = frozenset("{}()")
_RULE = "---\n\n"
_ESCAPED_FOLD = "\\u22ef"


@dataclass(frozen=True, slots=True)
class Quotes:
    """How strings are written: a pattern for one, quotes included, and what turns it into its text and back."""

    pattern: re.Pattern[str]
    read: Callable[[str], str]
    write: Callable[[str], str]


def _read_python(quoted: str) -> str:
    try:
        return str(literal_eval(quoted))
    except SyntaxError as error:
        raise ValueError("a string that Python cannot read") from error


_DECODER = json.JSONDecoder(strict=False)
_ENCODER = json.JSONEncoder(ensure_ascii=False)
JSON = Quotes(
    re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL),
    lambda quoted: str(_DECODER.raw_decode(quoted)[0]),
    _ENCODER.encode,
)
PYTHON = Quotes(re.compile(r"""'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*\""""), _read_python, repr)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A long string: where it stands in the source, quotes included, what it says, and where that stands among the others."""

    span: tuple[int, int]
    text: str
    start: int


def answering(
    text: str,
    quotes: Quotes,
    hint: Hint,
    limits: Limits,
    *,
    is_prose: Callable[[str], bool],
    crush: Callable[[str], Rendition | None],
) -> Rendition | None:
    """The document with those sentences of its long strings that the query asks for; None where that is not to be done.

    `crush` writes such a document without loss.
    """
    if limits.effort < Effort.MEDIUM or not hint.query or not _LEAST <= len(text) <= _LARGEST:
        return None
    if (quotes is JSON and not _may_hold(text)) or FOLD in text or ("\\" in text and _ESCAPED_FOLD in text.lower()):
        return None
    taken = _taken(text, quotes)
    if taken is None:
        return None
    cells, joined = taken
    if not is_prose(" ".join(cell.text for cell in cells)):
        return None
    share = _SHARES[limits.effort]
    found = extract(joined, hint.query, limits.effort, sentences=True, keep=limits.keep, share=share)
    if found is None:
        return None
    rest, elisions = _without(text, quotes, cells, found.kept)
    made = crush(rest) if elisions else None
    if made is None or not made.lossless or len(made.text) > _GAIN * len(text):
        return None
    note = f"{made.note}; {NOTE}" if made.note else NOTE
    return Rendition(text=made.text, note=note, elisions=tuple(elisions), lossless=False)


def _may_hold(text: str) -> bool:
    """A look at places from all over: whether at enough of them no string begins or ends for a while."""
    places = range(0, len(text), len(text) // _PROBES)
    return 4 * sum([text.find('"', at, at + _CALM) < 0 for at in places]) >= _PROBES


def _taken(text: str, quotes: Quotes) -> tuple[list[_Cell], str] | None:
    """The long strings of a document, and all of them as one text, each below what its record calls it, and between them those
    of records that have no long one; None where they are few or not the most of it."""
    least = max(_LEAST, _MOSTLY * len(text))
    if quotes is JSON and _between_quotes(text) < least:
        return None
    strings = [m.span() for m in quotes.pattern.finditer(text)]
    long = [n for n, (a, b) in enumerate(strings) if b - a >= _LONG and not _is_key(text, b)]
    if len(long) < _FEWEST or sum([strings[n][1] - strings[n][0] for n in long]) < least:
        return None
    cells: list[_Cell] = []
    parts: list[str] = []
    at = done = 0
    for previous, n, following in zip([-1, *long[:-1]], long, [*long[1:], len(strings)], strict=True):
        first, last = strings[n]
        try:
            said = quotes.read(text[first:last])
        except ValueError:
            return None  # no such document after all
        before, behind = _before(text, strings, previous, n), _behind(text, strings, n, following)
        others = _titles(text, strings[done : n - len(before)]) if cells else []  # no record stands before the first
        title = " · ".join(_titles(text, [*before, *behind]))
        head = "".join([*(f"{name}\n\n" for name in others), *([_RULE] if others else [])])
        head += f"# {title[:_TITLE]}\n\n" if title else ""
        parts.append(f"{head}{said}\n\n{'' if title else _RULE}")  # a title parts them as well
        cells.append(_Cell((first, last), said, at + len(head)))
        at += len(parts[-1])
        done = n + 1 + len(behind)
    return cells, "".join(parts)


def _before(text: str, strings: Sequence[tuple[int, int]], previous: int, n: int) -> list[tuple[int, int]]:
    """The strings of a record before its long one, number `n`, and behind another long one, number `previous`."""
    depth = 0
    for k in range(n - 1, previous, -1):
        gap = text[strings[k][1] : strings[k + 1][0]]
        for sign in reversed(_BRACKET.findall(gap)) if not _BRACKETS.isdisjoint(gap) else ():
            depth += 1 if sign in "})" else -1
            if depth < 0:
                return list(strings[k + 1 : n])
    return list(strings[previous + 1 : n])


def _behind(text: str, strings: Sequence[tuple[int, int]], n: int, following: int) -> list[tuple[int, int]]:
    """The strings of a record behind its last long one; those between two long ones are said of the second."""
    depth = 0
    for k in range(n, following):
        gap = text[strings[k][1] : strings[k + 1][0] if k + 1 < len(strings) else len(text)]
        for sign in _BRACKET.findall(gap) if not _BRACKETS.isdisjoint(gap) else ():
            depth += 1 if sign in "{(" else -1
            if depth < 0:
                return list(strings[n + 1 : k + 1])
    return []


def _between_quotes(text: str) -> int:
    """No fewer characters than the long strings of JSON have, found without a look at each string."""
    plain = text.replace('\\"', "__") if "\\" in text else text
    total = at = 0
    while at < len(plain):
        quote = plain.rfind('"', at, at + _LONG - 2)
        if quote < 0:  # none comes soon
            quote = plain.find('"', at + _LONG - 2)
            quote = len(plain) if quote < 0 else quote
            total += quote - at + 2
        at = quote + 1
    return total


def _is_key(text: str, end: int) -> bool:
    """Whether the string that ends there is one."""
    return text[end : end + 1] == ":" or text[end : end + 8].lstrip()[:1] == ":"


def _titles(text: str, strings: Sequence[tuple[int, int]]) -> list[str]:
    """Names among these strings: no addresses, no keys."""
    found = [text[a + 1 : b - 1] for a, b in strings if not _is_key(text, b)]
    return [name for name in found if "://" not in name and _NAME.search(name)]


def _without(text: str, quotes: Quotes, cells: list[_Cell], kept: list[tuple[int, int]]) -> tuple[str, list[Elision]]:
    """The document with only what is kept of each long string, and what is gone."""
    out: list[str] = []
    elisions: list[Elision] = []
    done = at = 0
    for cell in cells:
        first, last = cell.start, cell.start + len(cell.text)
        while at < len(kept) and kept[at][1] <= first:
            at += 1
        pieces: list[tuple[int, int]] = []
        while at < len(kept) and kept[at][0] < last:
            pieces.append((max(kept[at][0], first) - first, min(kept[at][1], last) - first))
            if kept[at][1] > last:
                break
            at += 1
        said = _pieced(cell.text, pieces)
        if said != cell.text:
            out += (text[done : cell.span[0]], quotes.write(said))
            done = cell.span[1]
            elisions.append(Elision(ranges=(cell.span,), count=max(1, len(cell.text) - len(said)), unit="chars"))
    return "".join([*out, text[done:]]), elisions


def _pieced(text: str, pieces: list[tuple[int, int]]) -> str:
    """A string of which only `pieces` are shown."""
    if not pieces:
        return FOLD
    said = f" {FOLD} ".join([text[a:b].strip() for a, b in pieces])
    head = "" if pieces[0][0] == 0 else f"{FOLD} "
    tail = "" if pieces[-1][1] == len(text) else f" {FOLD}"
    return head + said + tail
