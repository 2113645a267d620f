"""Source code: an outline in which every line shown is the source's own, at its own place.

Imports, types, signatures, decorators, constants and the heads of doc comments stay. From MEDIUM on the bodies of
functions are folded in place, save those that the query names or describes, which stay whole. At STRONG short bodies and
comments are folded too. Below MEDIUM, and where a text is short or is a window that the reader chose itself, nothing is.

Where the query asks about functions or types by their names, or quotes their documentation, `_code_focus` shows these, what
they use, and of all else the names; who asks for signatures gets them without imports and comments (`_code_asides`).

What is shown is code of its language still: a fold is a comment where the body stood, `// ⋯ 41-60`, what opens and closes
it is shown, and a line that must be shown deep inside one brings the blocks around it along. No parser: `_code_lines`,
`_code_defs`, `_code_frames` and `_code_sql` go by keywords, brackets and indentation, and what they do not understand is
shown. `_code_stubs` spells the folds. Above stand the router and the engine.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from headroom import lines as lines_
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._code_asides import imports_in, macros, members_in, pod_in
from headroom.compressors._code_data import SHOWN, Data, constants_in, data_in, macros_in
from headroom.compressors._code_defs import Definition, candidates, definition_at
from headroom.compressors._code_focus import Focus
from headroom.compressors._code_frames import balance, framed
from headroom.compressors._code_lines import Source, read
from headroom.compressors._code_linked import called
from headroom.compressors._code_names import heads_in
from headroom.compressors._code_query import Asked, asked, between
from headroom.compressors._code_score import language, score
from headroom.compressors._code_stubs import Stub, pays, render
from headroom.lines import FOLD
from headroom.messages import Hint

_SHORT = {Effort.MEDIUM: 60, Effort.STRONG: 25}
"""Texts of fewer lines stay whole."""
_WINDOW = {Effort.MEDIUM: 250, Effort.STRONG: 60}
"""The same for a part of a file that the reader has chosen: it has asked for these lines."""
_BODY = {Effort.MEDIUM: 3, Effort.STRONG: 2}
"""Bodies of fewer lines stay, what closes them included."""
_COMMENT = {Effort.MEDIUM: 4, Effort.STRONG: 3}
"""Comments stay that have fewer lines beyond their first sentence."""
_TOP = 5
"""A comment that begins on one of the first lines speaks of the whole text."""
_BEST = 2
"""So many functions stay whole because they hold most of the query's words."""
_VAGUE = 3
"""So few words are held by several functions; of more, one that holds fewer than another is not the one described."""
_DATA = {Effort.MEDIUM: 12, Effort.STRONG: 6}
"""Tables and texts of fewer lines stay."""
_ABOVE = 40
_MOST = 0.7
"""A function that is a larger part of the text than this is what the reader wants to see."""
_LARGE, _WIDE, _SENTENCES = 100, 300, 3
_PARTS = (
    "offset",
    "limit",
    "start_line",
    "end_line",
    "line_start",
    "line_end",
    "start",
    "end",
    "view_range",
    "lines",
    "range",
)
_FROM = ("offset", "start_line", "line_start", "start", "view_range")
_LATER_PART = re.compile(r"\bsed\s+(?:-\w+\s+)*['\"]?(?!1,)\d+[,p]|\btail\b|\bawk\b")
_OF_THE_FILE = f"{FOLD} N-M = lines left out"
_OF_THIS_OUTPUT = f"{FOLD} N-M = lines of this output left out; the file's have other numbers"
_PART_OF_FILE = re.compile(r"\b(?:sed|head|tail|awk)\b|\bopen\s+\S+\s+\d|\bgoto\s|\bscroll_|--line-range")
_MORE = re.compile(r"\(\d+ more lines (?:above|below)\)|^\[?(?:Showing )?[Ll]ines \d+", re.MULTILINE)
_LINE_COMMENT = re.compile(
    r"\s*(?://[/!]?|#(?![!\[]|include|define|if|else|elif|endif|pragma|region|undef|import|error|warning))"
)
_DASHES = re.compile(r"\s*--")
_SENTENCE_END = re.compile(r"[.!?](?:\s|$|\*/|\"\"\"|''')|^\W*$")
_OPENS_DOC = re.compile(r"\s*[rRuUbBfF]{0,2}(?:\"\"\"|''')")
_OPENS = re.compile(r"\"\"\"|'''|/\*")
_ENDS = re.compile(r"^(?!\s*(?://|#|\*|--)).*[{};:]\s*$")
"""How a line ends that is code and no part of what follows."""
_WORDS = re.compile(r"[^\W_]")
_NAMES = re.compile(r"[A-Za-z_$][\w$]*")


class CodeCompressor:
    """Source code of any language that spells its structure by indentation and brackets."""

    name = "CodeCompressor"
    kind = "code"

    def score(self, text: str, hint: Hint) -> float:
        """0.7 to 0.9 where a file's name and its lines say code, 0.65 where the lines alone do so clearly."""
        return score(text, hint)

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """Fold bodies that nobody asked about; a text that is short, minified or without functions comes back as it is."""
        effort = limits.effort
        if effort < Effort.MEDIUM:
            return Rendition(text=text)
        source_lines = lines_.split(text)
        least = _WINDOW if _is_window(text, hint) else _SHORT
        if len(source_lines) < least[effort] or len(text) > _WIDE * len(source_lines):
            return Rendition(text=text)
        source = read(text, source_lines, language(hint))
        about = asked(text, hint.query, source_lines, source.starts)
        kept = heads_in(text, source.starts)
        if limits.keep is not None:
            kept += [i for i, line in enumerate(source_lines) if limits.keep.search(line)]
        stubs = _Outline(source, about, effort, kept).stubs()
        note = _OF_THIS_OUTPUT if _numbers_differ(source, hint, limits) else _OF_THE_FILE
        return render(source, source_lines, stubs, limits.first_line, note)


def _numbers_differ(source: Source, hint: Hint, limits: Limits) -> bool:
    """Whether a reader who takes the numbers of our folds for those of the file would be wrong."""
    if source.ahead is not None:
        return source.ahead != limits.first_line - 1
    if hint.command is not None:
        return _LATER_PART.search(hint.command[:2_000]) is not None
    return any(hint.arguments.get(name) not in (None, 0, 1, "", "0", "1") for name in _FROM)


def _is_window(text: str, hint: Hint) -> bool:
    """Whether the reader asked for a part of the file."""
    if hint.command is not None and _PART_OF_FILE.search(hint.command[:2_000]):
        return True
    if any(hint.arguments.get(name) for name in _PARTS):
        return True
    return _MORE.search(text[:400]) is not None or _MORE.search(text[-400:]) is not None


class _Outline:
    """What is folded of one text, collected from its first line to its last."""

    def __init__(self, source: Source, about: Asked, effort: Effort, kept: Sequence[int]) -> None:
        self._source = source
        self._asked = about
        self._effort = effort
        self._kept = kept
        self._pins = sorted({*about.pins, *kept}) if kept else about.pins
        self._candidates = candidates(source)
        self._stubs: list[Stub] = []
        self._described: frozenset[int] = frozenset()
        self._telling: Sequence[int] = ()
        self._found = False
        self._members: Mapping[int, str] = {}

    def stubs(self) -> list[Stub]:
        """All of it, ascending."""
        definitions = self._definitions(0, len(self._source.code))
        focus = Focus(self._source, self._asked, self._candidates, definitions, self._inside)
        if focus.subjects:
            return focus.stubs(self._kept, self._pays)
        self._telling = self._asked.telling_of(self._source.code, {d.name.lower().rstrip("?!") for d in definitions})
        self._found = any(self._asked.names_it(d.name) for d in definitions)
        self._described = self._best(definitions)
        if self._asked.fault:
            best = [d for d in definitions if d.first in self._described]
            self._described |= {d.first for d in called(self._source, definitions, best)}
        outermost = self._without_members(definitions)
        for definition in outermost:
            self._fold(definition)
        tables = list(self._tables(outermost))
        self._fold_comments(outermost, tables)
        for table in tables:
            self._cut(table.first, table.end, table.within, closes=False)
        self._stubs.sort(key=lambda stub: stub.first)
        return self._stubs

    def _definitions(self, first: int, stop: int) -> list[Definition]:
        """The outermost functions that begin between two lines."""
        inside, source, candidates = self._source.inside, self._source, self._candidates
        found: list[Definition] = []
        at = bisect_left(candidates, first)
        while at < len(candidates) and candidates[at] < stop:
            i = candidates[at]
            definition = None if inside[i] else definition_at(source, i, stop)
            if definition is None:
                at += 1
            else:
                found.append(definition)
                at = bisect_left(candidates, definition.end, at)
        return found

    def _without_members(self, definitions: Sequence[Definition]) -> Sequence[Definition]:
        """Types in place of the functions in them, where only the top level is asked for."""
        if not self._asked.top:
            return definitions
        self._pins = sorted({*self._pins, *macros(self._source)})  # of the top level wherever they stand
        found = members_in(self._source, definitions)
        if not found:
            return definitions
        self._members = {d.first: names for d, names in found}
        types = [d for d, _ in found]
        ends = [d.end for d in types]
        others = (
            d
            for d in definitions
            if not ((at := bisect_right(ends, d.first)) < len(types) and types[at].first < d.first)
        )
        return sorted([*types, *others], key=attrgetter("first"))

    def _inside(self, d: Definition) -> list[Definition]:
        return self._definitions(d.body, d.end - 1)

    def _best(self, definitions: Sequence[Definition]) -> frozenset[int]:
        """The functions (by first line) that the query's words describe best, where it names none."""
        least = max(2, (len(self._asked.about) + 1) // 2)
        if len(self._asked.about) < least or self._found:
            return frozenset()
        ends = [0, *(d.end for d in definitions)]
        weights = [
            (self._asked.weight(self._begins(d.first, end), d.end), d.first)
            for end, d in zip(ends, definitions, strict=False)
        ]
        ranked = sorted((w for w in weights if w[0][0] >= least), key=lambda w: (-w[0][0], -w[0][1], w[1]))
        most = ranked[0][0][0] if ranked else 0
        return frozenset(first for (held, _), first in ranked[:_BEST] if held == most or most <= _VAGUE)

    def _begins(self, i: int, least: int) -> int:
        """Where the comment begins that stands above line `i`, line `least` at the earliest."""
        code, inside, above = self._source.code, self._source.inside, i
        while above > max(least, i - _ABOVE) and (inside[above - 1] or not _ENDS.search(code[above - 1])):
            above -= 1
        return above

    def _fold(self, d: Definition) -> None:
        if self._asked.names_it(d.name) or d.first in self._described:
            return
        if d.first in self._members:
            self._cut(d.body, d.last, names=self._members[d.first])
            return
        length = d.end - d.body
        inner = self._inner(d)
        if inner:
            at = d.body
            for nested in inner:
                self._add(at, nested.first)
                self._fold(nested)
                at = nested.end
            self._add(at, d.last, closed=d.end - d.last)
            return
        if self._tells(d.body, d.end) or (d.expression and self._pinned(d)):
            return
        whole = self._level() < Effort.STRONG and length > _MOST * len(self._source.code)
        if whole or length > _LARGE:
            nested_ones = self._inside(d)
            if whole or (len(nested_ones) > 1 and 2 * sum(n.end - n.first for n in nested_ones) > length):
                for nested in nested_ones:
                    self._fold(nested)
                return
        self._add(d.body, d.last, head=self._doc_head(d.body, d.last), closed=d.end - d.last)

    def _pinned(self, d: Definition) -> bool:
        return between(self._pins, d.body, d.end)

    def _tells(self, first: int, end: int) -> bool:
        return between(self._telling, first, end)

    def _inner(self, d: Definition) -> list[Definition]:
        """Functions inside that the query names; none where it does not ask about the inside of this one."""
        if not self._asked.names:
            return []
        if not self._asked.pinned(d.body, d.end) and not self._tells(d.body, d.end):
            return []
        return [n for n in self._inside(d) if self._asked.names_it(n.name)]

    def _level(self) -> Effort:
        """How short what is folded may be: where the query names a function of this text, all else is what stands around it, and
        who asks for signatures wants no bodies."""
        return Effort.STRONG if self._found or self._asked.outline else self._effort

    def _add(self, first: int, end: int, *, head: int = 0, closed: int = 0) -> None:
        """Fold the lines from `first` to `end`, exclusive, if they are enough; `head` of them are shown, and `closed` lines
        behind them, which only close the body."""
        if end + closed - first - head >= _BODY[self._level()]:
            inside = self._source.inside
            self._cut(first + head, end, _opened(self._source.code[first]) if head and inside[first + head] else "")

    def _cut(self, first: int, end: int, within: str = "", *, closes: bool = True, names: str = "") -> None:
        """Fold the lines from `first` to `end`, exclusive, around those that must be shown. `within` is what ends the string or
        the comment in which they begin; it `closes` there if they do not go on to its end. `names` tell what begins in them."""
        pins, source = self._pins, self._source
        shown = pins[bisect_left(pins, first) : bisect_left(pins, end)]
        stop = first
        while within and stop < end and source.inside[stop]:
            stop += 1
        spoken = bisect_left(shown, stop)
        shown = [*shown[:spoken], *framed(source, stop, end, shown[spoken:], self._pays)]
        for at in [*shown, end]:
            if first < at:
                here = within if first < stop else source.within(first)
                ends = closes and first < stop <= at and bool(here)
                self._stubs.append(Stub(first, at - 1, here, ends, names if shown == [] else ""))
            first = at + 1

    def _pays(self, first: int, last: int) -> bool:
        return pays(self._source.code, first, last)

    def _doc_head(self, first: int, end: int) -> int:
        """How many lines at the top of a body are the first sentence of its documentation."""
        if self._asked.outline or not self._source.hashes or not _OPENS_DOC.match(self._source.code[first]):
            return 0
        last = first + 1
        while last < end and self._source.inside[last]:
            last += 1
        return self._sentence(first, last)

    def _sentence(self, first: int, end: int) -> int:
        """How many lines a comment's first sentence takes."""
        code = self._source.code
        spoken = False
        for i in range(first, min(first + _SENTENCES, end)):
            line = code[i]
            says = _WORDS.search(line.lstrip(" \trRuUbBfF")) is not None
            if spoken and not says:
                return i - first
            spoken = spoken or says
            if spoken and (_SENTENCE_END.search(line) or (i > first and says and len(line.rstrip()) < 60)):
                return i - first + 1
        return min(_SENTENCES, end - first)

    def _fold_comments(self, definitions: Sequence[Definition], tables: Sequence[Data]) -> None:
        """Comments of many lines keep their first sentence, outside of what is folded with those inside."""
        usual, little = _COMMENT[self._effort], _COMMENT[self._level()]
        covered = sorted([*((d.first, d.end) for d in definitions), *((t.first, t.end) for t in tables)])
        at = 0
        for first, last in sorted([*self._source.comments, *self._runs(definitions)]):
            while at < len(covered) and covered[at][1] <= first:
                at += 1
            if at < len(covered) and covered[at][0] <= first:
                continue
            silent = self._asked.outline and first >= _TOP
            tail = first if silent else first + self._sentence(first, last + 1)
            if last - tail + 1 >= (2 if silent else usual if first < _TOP else little):
                within = _opened(self._source.code[first]) if self._source.inside[last] else ""
                ends = not within or self._source.code[last].rstrip().endswith(within)
                self._cut(tail, last + 1 if ends else last, within)

    def _tables(self, definitions: Sequence[Definition]) -> Iterator[Data]:
        """Long tables and texts outside of functions that nobody asked about, without how they begin; none where functions stand
        in them. Where the query names a function, also the constants that it does not use, in runs of many."""
        source = self._source
        least, at, most = _DATA[self._effort], 0, _MOST * len(source.code)
        used = self._used(definitions)
        for d in [*definitions, None]:
            stop = len(source.code) if d is None else d.first
            for data in data_in(source, at, stop, least):
                whole = data.end - data.first > most and not self._found
                if not whole and not self._asked.mentioned(source.code[data.header]):
                    yield replace(data, first=data.first + self._shown(data))
            for data in () if source.hashes else macros_in(source, at, stop, _BODY[self._level()]):
                if not self._asked.mentioned(source.code[data.header]):
                    yield data
            if self._asked.outline:
                yield from imports_in(source, at, stop)
                yield from pod_in(source, at, stop)
            if used:
                for first, end in constants_in(source, at, stop, least, used):
                    yield Data(first, first, end)
            at = stop if d is None else d.end

    def _shown(self, data: Data) -> int:
        """How many lines of a table or a text show what all of it is like: none that open a bracket which is closed further on."""
        if self._asked.outline or data.within:
            return 0 if self._asked.outline else SHOWN
        shown = self._source.code[data.first : data.first + SHOWN]
        whole = (n for n in range(len(shown), 0, -1) if not sum(map(balance, shown[:n])))
        return next(whole, 0)

    def _used(self, definitions: Sequence[Definition]) -> frozenset[str]:
        """The words that the functions hold which the query names."""
        code = self._source.code
        named = [d for d in definitions if self._asked.names_it(d.name)]
        return frozenset(word for d in named for line in code[d.first : d.end] for word in _NAMES.findall(line))

    def _runs(self, definitions: Sequence[Definition]) -> Iterator[tuple[int, int]]:
        """Runs of lines outside of functions that are comments from their first character on."""
        source = self._source
        comment = _DASHES if source.sign == "--" else _LINE_COMMENT
        least = 1 if self._asked.outline else _SENTENCES
        found = [i for i in source.holding((source.sign,)) if not source.inside[i] and comment.match(source.code[i])]
        at = 0
        for d in [*definitions, None]:
            stop = bisect_left(found, d.first if d is not None else len(source.code), at)
            yield from (run for run in lines_.runs(found[at:stop]) if run[1] - run[0] >= least)
            at = stop if d is None else bisect_left(found, d.end, stop)


def _opened(line: str) -> str:
    """What ends the string or the comment of several lines that begins on a line."""
    m = _OPENS.search(line)
    return "*/" if m is None or m[0] == "/*" else m[0]
