"""What one must see of a source file to understand some of its functions: what these use, and little else.

Shown are the signatures of the functions that they call, and the constants, fields, types and imports whose names they
hold. By names alone, no scopes: a name that two classes share shows both. Beside `_code_defs`, which finds the functions,
and below `code`, which folds all other lines and tells the names of what is gone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter

from headroom.compressors._code_defs import Definition, name_at, type_at
from headroom.compressors._code_frames import framed
from headroom.compressors._code_lines import SQL, Source, indent
from headroom.compressors._code_linked import written
from headroom.compressors._code_names import TYPE, is_import, kind_of_type, listed, types_in
from headroom.compressors._code_query import Asked, between
from headroom.compressors._code_sql import routine_end
from headroom.compressors._code_stubs import Stub

__all__ = ["Focus"]

_NAMES = re.compile(r"[A-Za-z_$][\w$]*")
_SILENT = re.compile(r"\"(?:[^\"\\\n]|\\.){0,400}\"|'(?:[^'\\\n]|\\.){0,400}'|(?<!:)//.*|(?<![\w$&])#[ \t].*")
"""Strings and comments, which use nothing."""
_DEFINES = re.compile(r"(?<![.\w$])(?P<name>[A-Za-z_$][\w$]*)[?!]?[ \t]*(?:[=;,({\[<]|:(?!:)|$)")
_EXTENDS = re.compile(r"[ \t]*impl\b|[^()]*::~?\w+\([^()]*$|[^()]*\b(\w+)::~?\1\(")
"""What only goes on with what is defined elsewhere, and of what no end was found."""
_FIRST = re.compile(
    r"[ \t]*(?:(?:var|let|const|val|static|attr_\w+|private|public|protected|final|cdef|my|our|local)[ \t]+:?){0,4}"
    r"(?P<name>[A-Za-z_$][\w$]*)(?![.\w$])[^(]*$"
)
"""Where the name is that a line defines: before a sign, or at its beginning."""
_KEYWORDS = frozenset(
    "if else elif for while do return import from def class function const static struct public private protected void int end"
    " then echo use my let var val fn func type package namespace using try catch except finally switch case break self this"
    " cls continue throw raise new pub async await export default enum interface trait impl template typedef pass yield not and"
    " or in is None True False null true false nil undefined string str bool boolean char double float long short unsigned"
    " size_t auto the args kwargs super require include with as final override number object any list dict tuple set mut ref"
    " where match String Object Int Bool List Map Self Some Ok Err extends implements throws virtual inline explicit local"
    " std".split()
)
_MACRO = re.compile(r"[ \t]*#[ \t]*define[ \t]+(?P<name>\w+)")
_TYPE_ALONE = re.compile(
    r"[ \t]*(?!(?:else|do|try|public|private|protected|return)\b)[A-Za-z_][\w:<>,*& \t]{1,120}(?<!:)$"
)
_ATTACHED = re.compile(r"[ \t]*(?://|/?\*|#|@|\[\w|--|template[ \t]*<)")
_COMMENTS = (re.compile(r"[ \t]*(?://|/\*|\*[ /])"), re.compile(r"[ \t]*(?:#|--)"))
_QUOTES = ('"""', "'''")
_CLOSERS = frozenset(")]}")
_FIRST_LINE = re.compile(r"#!|<\?")
"""Without which a text is no program."""
_TOP = 5
"""A comment that stands on the first lines speaks of the whole text."""
_ABOVE = 24
_DEEP = 3
"""In the first lines of a body documentation begins."""
_LONG = 100
_NEAR = 40
"""So many types above a line are looked at for the one that it is in."""
_WIDTH = 400
_FIELD = re.compile(
    r"[ \t]*(?:(?:[\w.<>\[\],?*&]+)[ \t]+){0,6}\*?(?P<name>[A-Za-z_]\w+)(?:\[[^\]\n]*\])?[ \t]*(?:;|=(?![=>])|:(?!:)[^=(){}\n]{1,80}(?:=|;|$))"
)
"""A line that declares a variable, a field or a property."""
_BY_LINE = attrgetter("first")


class Focus:
    """The functions and types of one text that a query asks about by their names."""

    def __init__(
        self,
        source: Source,
        asked: Asked,
        starts: Sequence[int],
        definitions: Sequence[Definition],
        inside: Callable[[Definition], Sequence[Definition]],
    ) -> None:
        """`starts` are the lines on which functions may begin, `definitions` the outermost ones; `inside` finds those in one."""
        self._source = source
        self._starts = starts
        self._definitions = definitions
        self._mentions = [] if asked.stands is not None else [i for i in asked.pins if not _is_remark(source, i)]
        asks = asked.subjects or asked.stands is not None
        if asked.stands is None:
            held = {i for lines in asked.about for i in lines}
            self._mentions += [d.first for d in definitions if d.first in held]
        self._types = types_in(source, definitions) if asks else ()
        found = list(self._found(asked, inside)) if asks else []
        if not found and asked.stands is not None:
            found = list(self._declared(asked.stands))
        self.subjects = sorted(found, key=_BY_LINE)
        self._fault = asked.fault
        if found and asked.fault:
            self._mentions = self._unheld(asked.names)

    def stubs(self, kept: Iterable[int], pays: Callable[[int, int], bool]) -> list[Stub]:
        """All but the subjects, what they use, lines of code that hold what the query names, and those that are `kept`; each
        stub with the names of what begins in it."""
        source, end = self._source, len(self._source.code)
        whole = {0} if _FIRST_LINE.match(source.code[0]) else set()
        for d in self.subjects:
            whole.update(range(_above(source, d.first), d.first), self._whole(d))
        shown = {*_around(source, self._definitions, self._types, self.subjects), *self._mentions, *kept} - whole
        shown.update(d.first for d in self.subjects)
        changing = written(source, self._definitions, self.subjects, self._fields()) if self._fault else {}
        for d, lines in changing.items():
            (whole if len(lines) > 1 and lines[0] == d.first else shown).update(lines)
        touched = sorted(shown | whole)
        shown.update(*(self._header(d) for d in self._definitions if between(touched, d.first, d.end)))
        seeds = sorted(shown)
        spans = [*((d.body, d.last) for d in self._definitions), *((a, b + 1) for a, b in source.comments)]
        skips = {a: b for a, b in spans if not between(seeds, a, b)}
        shown = whole.union(framed(source, 0, end, seeds, pays, skips=skips))
        touched = sorted(shown)
        shown.update(*(span for span in source.comments if between(touched, span[0], span[1] + 1)))
        places = sorted([*self._functions(), *((i, f"{kind_of_type(source, i)}{name}") for i, name in self._types)])
        stubs: list[Stub] = []
        at = 0
        for i in [*sorted(shown), end]:
            if at < i:
                names = listed(places, at, i - 1)
                rest = self._begun(at) if names else ""
                stubs.append(Stub(at, i - 1, source.within(at), names=f"{rest}{names}"))
            at = i + 1
        return stubs

    def _begun(self, at: int) -> str:
        """What a mark says first of which more follows: that the lines from `at` on are the rest of a function."""
        before = bisect_left(self._definitions, at, key=_BY_LINE) - 1
        d = self._definitions[before] if before >= 0 else None
        goes_on = d is not None and d.name and any(line.strip() for line in self._source.code[at : d.last])
        return f"rest of {d.name}, " if d is not None and goes_on else ""

    def _unheld(self, names: AbstractSet[str]) -> list[int]:
        """The mentions that call a subject, or speak of what no subject speaks of itself."""
        held = set().union(*(_words(self._source, d.first, d.end) for d in self.subjects))
        held -= {d.name.lower() for d in self.subjects}
        here = [_words(self._source, i, i + 1) & names for i in self._mentions]
        return [i for i, said in zip(self._mentions, here, strict=True) if not said or not said <= held]

    def _fields(self) -> AbstractSet[str]:
        """The names that are declared within types, outside of functions, or at the top."""
        source, found, at = self._source, set[str](), 0
        for d in [*self._definitions, None]:
            for i in range(at, len(source.code) if d is None else _head(source, d.first)):
                m = None if source.inside[i] or not source.code[i].strip() else _FIELD.match(source.code[i][:_WIDTH])
                if m is not None and not is_import(source.code[i]) and not _is_remark(source, i):
                    found.add(m["name"])
            at = at if d is None else d.end
        return found - _KEYWORDS

    def _header(self, d: Definition) -> Iterable[int]:
        """The signature of a function, and what closes its body."""
        source = self._source
        end = routine_end(source, d.first, d.body, d.end) if source.language in SQL else d.end
        first = _head(source, d.first)
        while source.hashes and first > 0 and source.code[first - 1].lstrip()[:1] == "@":  # a property is no method
            first -= 1
        return [*range(first, d.body), *range(d.last, end)]

    def _functions(self) -> Iterator[tuple[int, str]]:
        """The lines on which functions begin that stand in no other one, and their names; also where no body was found."""
        starts, inside, at = self._starts, self._source.inside, 0
        for d in [*self._definitions, None]:
            while at < len(starts) and (d is None or starts[at] < d.first):
                name = "" if inside[starts[at]] else name_at(self._source, starts[at])
                if name:
                    yield starts[at], name
                at += 1
            if d is not None:
                at = bisect_left(starts, d.end, at)
                if d.name:
                    yield d.first, d.name

    def _found(self, asked: Asked, inside: Callable[[Definition], Sequence[Definition]]) -> Iterator[Definition]:
        todo = list(self._definitions)
        while todo:
            d = todo.pop()
            if asked.asks_for(d.name):
                yield d
            elif self._holds(d, asked.stands):
                within = inside(d)
                deeper = [n for n in within if self._holds(n, asked.stands)]
                todo += deeper or within
                if not deeper and (d.end - d.first <= _LONG or (asked.stands or 0) < d.body + _DEEP):
                    yield d
            elif asked.pinned(d.body, d.end):
                todo += inside(d)
        for i, name in self._types:
            whole = type_at(self._source, i, name) if asked.asks_for(name) else None
            if whole is not None:
                yield whole

    def _declared(self, line: int) -> Iterator[Definition]:
        """What has no body, and stands below a comment that holds a line: a prototype, a member of an interface."""
        source = self._source
        if line < _TOP or (_COMMENTS[source.sign != "//"].match(source.code[line]) is None and not source.inside[line]):
            return
        comment = _COMMENTS[source.sign != "//"]
        while line < len(source.code) and (source.inside[line] or comment.match(source.code[line])):
            line += 1
        if line < len(source.code) and source.code[line].strip() and not is_import(source.code[line]):
            yield Definition(name_at(source, line), line, line + 1, line + 1, line + 1)

    def _holds(self, d: Definition, line: int | None) -> bool:
        """Whether a line is one of a function or of what stands directly above it."""
        return line is not None and line < d.end and (line >= d.first or line >= _attached(self._source, d.first))

    def _whole(self, d: Definition) -> Iterable[int]:
        """All lines of a function; of a long type those outside of its functions, and their signatures."""
        if d.end - d.first <= _LONG or (d.first, d.name) not in self._types:
            return range(d.first, d.end)
        at = bisect_left(self._definitions, d.first, key=_BY_LINE)
        inner = self._definitions[at : bisect_left(self._definitions, d.end, key=_BY_LINE)]
        return set(range(d.first, d.end)).difference(*(range(n.body, n.last) for n in inner))


def _is_remark(source: Source, i: int) -> bool:
    """Whether a line only speaks of what it names, as a comment or a decorator does, or is part of one string."""
    line = source.code[i][:_WIDTH]
    if source.inside[i] or _COMMENTS[source.sign != "//"].match(line) is not None:
        return True
    begins = line.lstrip()[:3]
    return begins[:1] == "@" or (source.hashes and begins in _QUOTES)


def _head(source: Source, first: int) -> int:
    """The line on which the signature of the function begins whose name is on line `first`: its type may stand above."""
    code = source.code
    if source.hashes or first == 0 or source.inside[first - 1]:
        return first
    line = code[first - 1]
    return first - 1 if _TYPE_ALONE.match(line) and indent(line) == indent(code[first]) else first


def _attached(source: Source, first: int) -> int:
    """The line on which the comments, decorators and attributes begin that stand directly above what begins on line `first`."""
    code, inside, at = source.code, source.inside, _head(source, first)
    while at > 0:
        above = at - 1
        if code[above].lstrip()[:1] in _CLOSERS:
            above = _decorator(source, above, indent(code[first]))
        while above > 0 and inside[above]:
            above -= 1
        if _ATTACHED.match(code[above]) is None:
            break
        at = above
    return at


def _decorator(source: Source, last: int, width: int) -> int:
    """The first line of the decorator of several lines that ends on line `last`, or `last` itself."""
    for i in range(last - 1, max(last - _ABOVE, 0) - 1, -1):
        if source.code[i].strip() and indent(source.code[i]) <= width:
            return i if source.code[i].lstrip()[:1] == "@" else last
    return last


def _above(source: Source, first: int) -> int:
    """The same, or `first` itself where they are long."""
    at = _attached(source, first)
    return at if first - at <= _ABOVE else first


def _around(
    source: Source,
    definitions: Sequence[Definition],
    types: Sequence[tuple[int, str]],
    subjects: Sequence[Definition],
) -> Iterator[int]:
    """The lines outside of function bodies that define what the `subjects` use, in no order."""
    used = _used(source, subjects)
    owners = {_owner(source, types, d.first) for d in subjects} | {i for i, name in types if name in used} | {-1}
    at = 0
    for d in [*definitions, None]:
        for i in _defining(source, at, len(source.code) if d is None else _head(source, d.first), used):
            if _owner(source, types, i) in owners:
                yield i
        if d is not None:
            if d.name in used:
                yield from range(d.first, d.body)
            at = d.end


def _owner(source: Source, types: Sequence[tuple[int, str]], i: int) -> int:
    """The line that opens the type in which line `i` stands by its indentation, -1 where there is none."""
    width = indent(source.code[i])
    if not width:
        return -1
    at = bisect_left(types, (i, ""))
    lines = (types[n][0] for n in range(at - 1, max(at - _NEAR, 0) - 1, -1))
    return next((line for line in lines if indent(source.code[line]) < width), -1)


def _words(source: Source, first: int, end: int) -> AbstractSet[str]:
    return {name.lower() for line in source.code[first:end] for name in _NAMES.findall(line[:_WIDTH])}


def _used(source: Source, named: Iterable[Definition]) -> AbstractSet[str]:
    found: set[str] = set()
    for d in named:
        for line in source.code[d.first : d.end]:
            found.update(_NAMES.findall(_SILENT.sub(" ", line[:_WIDTH])))
    return {name for name in found - _KEYWORDS if len(name) > 1}


def _defining(source: Source, first: int, stop: int, used: AbstractSet[str]) -> Iterator[int]:
    code, inside = source.code, source.inside
    for i in range(first, stop):
        line = code[i][:_WIDTH]
        if inside[i] or used.isdisjoint(_NAMES.findall(line)):
            continue
        if _is_remark(source, i) or _EXTENDS.match(line):
            continue
        if is_import(line):
            yield i
            continue
        patterns = [TYPE.match(line), None if source.hashes else _MACRO.match(line)]
        if source.language not in SQL:  # of which most words are the language's own
            patterns += [None if patterns[0] else _DEFINES.search(line), _FIRST.match(line)]
        for m in patterns:
            if m is not None and m["name"] in used:
                yield i
                break
