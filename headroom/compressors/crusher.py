"""JSON: arrays of objects, nested documents, JSON Lines. One file per kind; the values survive exactly.

An array of objects becomes a grid with its keys named once (`_columns`, `_spell`); everything else becomes an outline
without the quotes and the repetitions (`_outline`). White space and the spelling of escapes do not survive, values do.
Where effort allows, rows of large uniform arrays go (`_rows`), and what does not lie on a path that the query names
(`_asked_path`). Series of numbers are told by `_series`, reports of linters and
scanners by `_named_lines` and `_sarif`. A large text is read and spelled piece by piece (`_pieces`).
Long texts in strings may be shortened by the compressors of their kinds (`_texts`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from headroom import lines, relevance
from headroom._literals import as_json, looks_like
from headroom.compressors import _cut_off
from headroom.compressors._answers import JSON, PYTHON, Quotes, answering
from headroom.compressors._api import Compressor, Effort, Elision, Limits, Rendition
from headroom.compressors._asked_path import NOTE, may_name, without_others
from headroom.compressors._columns import grid
from headroom.compressors._flow import parse, parse_most
from headroom.compressors._named_lines import may_name_lines, with_named_lines
from headroom.compressors._outline import outline
from headroom.compressors._pieces import WHOLE, begins_with_rows, cut, is_lines, joined, size_of
from headroom.compressors._rows import Part
from headroom.compressors._sarif import is_sarif, without_manuals
from headroom.compressors._series import Spelled, may_hold, spelled_series
from headroom.compressors._spell import spelled
from headroom.compressors._texts import shortened
from headroom.messages import Hint

# A bracket alone is no sign: `[INFO]`, `[1] a footnote` and `[2024-01-02 10:00] …` begin with one, too.
_HEAD = re.compile(
    r"\ufeff?\s*(?:(\{)\s*\"|\[\s*(?:\{\s*[\"}]|\[\s*[\[{\"\d\]-]|\"|(?:-?\d[\d.eE+-]*|null|true|false)\s*,))"
)
_OBJECTS = re.compile(r"\s*\[\s*\(?[A-Z]\w*\(\w+=")
"""A list of objects, as Python prints it."""
_NO_COMMA = re.compile(r"\s*\[+ *-?\d[\d.eE+-]* +-?\d")
"""Arrays as numpy prints them."""
_EVENTS = re.compile(r'\s*\{(?=[^\n]{0,200}"Action": ?")[^\n]{0,400}"(?:Package|ImportPath)": ?"')
_LARGEST = 700_000
"""Characters up to which a text that cannot be cut is read as a whole."""
_SURE = 0.6
_OF_NOTHING = Hint()
_CUT = re.compile(r"\"[^\"\n]{1,200}\"\s*:\s|\",\s*\Z|\n\s*\"[^\"\n]*\Z|,\s*\Z|\":\"|\",\"")
"""What stands near the end of a document that was cut off."""
_TAIL = 300
_INDENT = "  "
"""White space of which printed JSON is full; it takes no memory once the text is read."""
_KEY = re.compile(r"\"\s*:\s*[\[{\"\dtfn-]")


class SmartCrusher:
    """Re-encodes JSON so that keys, constants and repetitions stand once.

    `within` are the compressors that may shorten long texts in its strings, as far as effort allows it.
    """

    name = "SmartCrusher"
    kind = "json"

    def __init__(self, within: Sequence[Compressor] = ()) -> None:
        self._within = within

    def score(self, text: str, hint: Hint) -> float:
        """Near 1 for a text that begins and ends like JSON, 0 for all else."""
        begin = _HEAD.match(text[:200])
        if text[-200:].rstrip(" \t\r\n")[-1:] not in {"}", "]"}:
            return 0.7 if begin is not None and _CUT.search(text, max(0, len(text) - _TAIL)) else 0.0
        if begin is None:
            return 0.9 if looks_like(text[:200]) else 0.7 if _OBJECTS.match(text[:200]) else 0.0
        if _NO_COMMA.match(text[:200]):
            return 0.0
        if _EVENTS.match(text[:400]):
            return 0.9  # results of tests, where their compressor says so
        return 0.95 if begin[1] is None or _KEY.search(lines.sample(text)) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The values of `text`, shorter; `text` itself where it is no JSON or nothing is gained."""
        head = text[:200]
        read = self._literal if looks_like(head) else self._objects if _OBJECTS.match(head) else self._json
        made = read(text, hint, limits)
        if made is None or len(made.text) >= len(text) or not _keeps(text, made.text, limits.keep):
            return Rendition(text=text)
        return made

    def _json(self, text: str, hint: Hint, limits: Limits) -> Rendition | None:
        return (
            self._answering(text, JSON, hint, limits)
            or self._spelled(text, hint, limits)
            or self._cut_off(text, hint, limits)
        )

    def _cut_off(self, text: str, hint: Hint, limits: Limits) -> Rendition | None:
        """A document that ends too early: what of it is whole, and the text behind that."""
        found = _cut_off.closed(text)
        made = self._spelled(found[0], hint, replace(limits, effort=Effort.LOSSLESS)) if found is not None else None
        if found is None or made is None:
            return None
        body = f"{made.text}\n{_cut_off.ending(found[1], lines.FOLD)}"
        return replace(made, text=body, note="; ".join(filter(None, [_cut_off.NOTE, made.note])))

    def _spelled(self, text: str, hint: Hint, limits: Limits) -> Rendition | None:
        made = _in_all(text, hint, limits)
        if self._within:
            inner = self._texts_shortened(text, hint, limits)
            if inner is not None and (made is None or _length(inner) < _length(made)):
                made = inner
        return made

    def _literal(self, text: str, hint: Hint, limits: Limits) -> Rendition | None:
        """Lists and dicts as Python prints them. Texts in their strings stay whole: no place in them would be the source's."""
        answer = self._answering(text, PYTHON, hint, limits)
        if answer is not None:
            return answer
        with suppress(ValueError, RecursionError):
            found = as_json(text)
            whole, rows = (
                self._spelled(found, hint, replace(limits, effort=Effort.LOSSLESS)),
                _in_all(found, hint, limits),
            )
            return _python(min(filter(None, (rows, whole)), key=_length, default=None))
        return None

    def _objects(self, text: str, hint: Hint, limits: Limits) -> Rendition | None:
        """Objects as Python prints them: only what prose in them loses to a query."""
        return self._answering(text, PYTHON, hint, limits, lambda rest: Rendition(text=rest))

    def _texts_shortened(self, text: str, hint: Hint, limits: Limits) -> Rendition | None:
        if "\\" not in text:
            return None
        exact = replace(limits, effort=Effort.LOSSLESS)
        with suppress(ValueError, RecursionError):
            return shortened(
                text,
                hint,
                limits,
                self._within,
                crush=lambda rest: _whole(rest, hint, exact),
                answer=lambda inner: self._answering(inner, JSON, hint, limits),
            )
        return None

    def _answering(
        self,
        text: str,
        quotes: Quotes,
        hint: Hint,
        limits: Limits,
        crush: Callable[[str], Rendition | None] | None = None,
    ) -> Rendition | None:
        """Where the document is mostly prose: the sentences that the query asks for."""

        def spelled(rest: str) -> Rendition | None:
            exact = replace(limits, effort=Effort.LOSSLESS)
            return _whole(rest, hint, exact) if quotes is JSON else _python(_whole(as_json(rest), hint, exact))

        def is_prose(part: str) -> bool:
            return any(c.kind == "prose" and c.score(part, _OF_NOTHING) >= _SURE for c in self._within)

        with suppress(ValueError, RecursionError):
            made = answering(text, quotes, hint, limits, is_prose=is_prose, crush=crush or spelled)
            if made is not None and _keeps(text, made.text, limits.keep):
                return made
        return None


def _length(made: Rendition) -> int:
    return len(made.text) + len(made.note)


def _in_all(text: str, hint: Hint, limits: Limits) -> Rendition | None:
    """The rendition of a document: of the places that the query names, or of all of it, in pieces where it is large."""
    with suppress(ValueError, RecursionError):
        focused = _focused(text, hint, limits)
        if focused is not None:
            return focused
    of_one_piece = len(text) <= _LARGEST and limits.effort >= Effort.MEDIUM and is_sarif(text)
    if not of_one_piece and len(text) > WHOLE and len(text) - len(_INDENT) * text.count(_INDENT) > WHOLE:
        with suppress(ValueError, RecursionError):
            return in_pieces(text, hint, limits)
    if len(text) <= _LARGEST:
        with suppress(ValueError, RecursionError):
            return _whole(text, hint, limits)
    return None


def _focused(text: str, hint: Hint, limits: Limits) -> Rendition | None:
    """What stands on the paths that the query names, where it names any and something may be left out."""
    if limits.effort < Effort.MEDIUM or len(text) > _LARGEST or not hint.query or not may_name(hint.query, text):
        return None
    parsed = parse(text)
    focus = None if parsed is None or parsed[1] else without_others(parsed[0], hint.query)
    if focus is None:
        return None
    drawn = outline(focus[0], hint, limits, _asked(hint.query))
    note = "; ".join(filter(None, [NOTE, drawn.note]))
    return replace(drawn, note=note, elisions=(*drawn.elisions, focus[1]), lossless=False)


def _python(made: Rendition | None) -> Rendition | None:
    return None if made is None else replace(made, note="; ".join(filter(None, ["Python literals", made.note])))


def _whole(text: str, hint: Hint, limits: Limits) -> Rendition | None:
    parsed = parse(text)
    if parsed is not None:
        ready = _preparing(text, hint, limits)(parsed[0], "", 0 if parsed[1] else None)
        return ready.told(_render(ready.value, parsed[1], hint, limits))
    lined = parse_most(text)
    made = grid(lined, _asked(hint.query or "")) if lined is not None else None
    if made is None:
        return None
    return spelled(made, hint, limits, elide=True, what="JSON Lines", part=Part(limits.first_line, lines=True))


@dataclass(slots=True)
class _Ready:
    """A document of which large values are told in short before it is spelled: how that reads, and what is left out."""

    value: Any
    notes: list[str] = field(default_factory=list)
    elisions: list[Elision] = field(default_factory=list)

    def told(self, made: Rendition) -> Rendition:
        """What is made of the document, with that."""
        if not self.notes and not self.elisions:
            return made
        note = "; ".join(filter(None, [made.note, *self.notes]))
        elisions = (*made.elisions, *self.elisions)
        return replace(made, note=note, elisions=elisions, lossless=made.lossless and not self.elisions)


def _preparing(text: str, hint: Hint, limits: Limits) -> Callable[[Any, str, int | None], _Ready]:
    """Makes a value of the text ready, given its path and the number of its first row, where it is a list of rows."""
    series = may_hold(text)
    lined = limits.effort >= Effort.MEDIUM and may_name_lines(text)
    sarif = limits.effort >= Effort.MEDIUM and is_sarif(text)
    asks: list[str] = []
    before: list[Spelled] = []

    def ready(value: Any, at: str, first: int | None) -> _Ready:
        made = _Ready(value)
        shorter = without_manuals(value, limits) if sarif and not at else None
        if shorter is not None:
            made.notes.append(shorter.note)
            made.elisions.append(shorter.elision)
        named = with_named_lines(value, limits, at, first or 0) if lined else None
        if named is not None:
            asks.append(named.ask)
            made.notes += [named.note, asks[0]]
            made.elisions.append(named.elision)
        last = before[0] if before else None
        found = spelled_series(value, hint.query or "", limits, at, first, before=last) if series else None
        if found is not None:
            if found.elisions:
                before.append(found)
            made.value = found.value
            made.notes.append(found.note)
            made.elisions += found.elisions
        return made

    return ready


def _keeps(text: str, body: str, keep: re.Pattern[str] | None) -> bool:
    """Whether everything that must stay byte-exact still stands in the body."""
    return keep is None or all(m[0] in body for m in keep.finditer(text))


def in_pieces(text: str, hint: Hint, limits: Limits, size: int = 0) -> Rendition:
    """The rendition of a large JSON text, made of pieces of about `size` characters (0: by the memory that they take).

    Raises:
        ValueError: when the text is no JSON, or cannot be cut.
    """
    size = size or size_of(text, rows=begins_with_rows(text))
    share = min(1.0, size / len(text))
    asked = _asked(hint.query or "")
    prepare = _preparing(text, hint, limits)

    def parts() -> Iterator[tuple[str, Rendition]]:
        for piece in cut(text, size):
            ready = prepare(piece.value, piece.path, piece.first)
            if type(piece.value) is list:
                made = _rows(ready.value, hint, limits, Part(piece.first, share))
            else:
                made = outline(ready.value, hint, limits, asked, at=piece.path)
            yield piece.title, ready.told(made)
            del piece, ready  # or two pieces would live at once

    return joined(parts(), "JSON Lines" if is_lines(text, size) else "one JSON value in pieces")


@lru_cache(maxsize=256)
def _asked(query: str) -> frozenset[str]:
    """Keys that the query names: what stands under them is spelled in full."""
    return frozenset([part for term in relevance.terms(query) for part in (term, term.rpartition(".")[2])])


def _rows(rows: list[Any], hint: Hint, limits: Limits, part: Part) -> Rendition:
    asked = _asked(hint.query or "")
    made = grid(rows, asked)
    if made is not None:
        return spelled(made, hint, limits, elide=True, part=part)
    return outline(rows, hint, limits, asked, is_lines=True, first=part.first)


def _render(value: Any, is_lines: bool, hint: Hint, limits: Limits) -> Rendition:
    asked = _asked(hint.query or "")
    made = grid(value, asked) if type(value) is list and len(value) > 1 else None
    if made is not None:
        return spelled(made, hint, limits, elide=True, what="JSON Lines" if is_lines else "rows")
    drawn = outline(value, hint, limits, asked, is_lines=is_lines)
    return replace(drawn, note="; ".join(filter(None, ["JSON Lines", drawn.note]))) if is_lines else drawn
