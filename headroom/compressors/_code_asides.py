"""What an outline of source code can do without where signatures are asked for: imports, and the insides of types.

Who asks what is on the top level of a file with several functions and types is told the names of members only. Beside
`_code_data`, below `code`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from headroom.compressors._code_data import Data
from headroom.compressors._code_defs import Definition, type_at
from headroom.compressors._code_lines import Source
from headroom.compressors._code_names import is_import, listed, types_in

__all__ = ["imports_in", "macros", "members_in", "pod_in"]

_FEW = 4
"""Runs of fewer imports stay."""
_SEVERAL = 3
"""Of a file with fewer types and functions the members are what is of interest."""
_SMALL = 3
_CONTINUES = re.compile(r"[ \t]|[)}\]]|//|#[ \t]|$")
_IN_TYPES = frozenset(("java", "cs", "csharp", "c#"))
"""Languages in which functions stand in types only, so that these are what is asked for."""
_PERL = frozenset(("pl", "pm", "perl"))
_CLOSERS = frozenset("})]")
_NAMESPACE = re.compile(r"[ \t]*(?:\w+[ \t]+)?(?:namespace|module|@implementation|contract)\b")
_MACRO = re.compile(r"[ \t]*#[ \t]*define\b")
_BY_LINE = attrgetter("first")


def imports_in(source: Source, first: int, stop: int) -> Iterator[Data]:
    """Runs of imports between the lines `first` and `stop`, exclusive."""
    code, inside = source.code, source.inside
    at = first
    while at < stop:
        if inside[at] or code[at][:1] in _CLOSERS or not is_import(code[at]):
            at += 1
            continue
        i = last = at + 1
        while i < stop and not inside[i] and not inside[min(i + 1, len(code) - 1)]:
            if is_import(code[i]):
                last = i + 1
            elif not _CONTINUES.match(code[i]):
                break
            elif code[i].strip() and last == i:
                last = i + 1
            i += 1
        if last - at >= _FEW:
            yield Data(at, at, last)
        at = i


def pod_in(source: Source, first: int, stop: int) -> Iterator[Data]:
    """The documentation between the lines `first` and `stop`, exclusive, that stands in Perl as paragraphs of its own."""
    if source.language not in _PERL:
        return
    at = -1
    for i in range(first, stop):
        line = source.code[i]
        if line[:1] != "=" or not line[1:2].isalpha():
            continue
        if at < 0:
            at = i
        if line.startswith("=cut"):
            yield Data(at, at, i + 1)
            at = -1
    if at >= 0:
        yield Data(at, at, stop)


def macros(source: Source) -> Iterator[int]:
    """The lines that define a macro."""
    if not source.hashes:
        yield from (i for i in source.holding(("define",)) if _MACRO.match(source.code[i]) and not source.inside[i])


def members_in(source: Source, definitions: Sequence[Definition]) -> list[tuple[Definition, str]]:
    """The outermost types of a file that has several types and functions, each with the names of its functions. Where functions
    stand in types only, those of them that have none."""
    found: list[Definition] = []
    outer = 0
    for i, name in types_in(source, definitions):
        if (found and i < found[-1].end) or _NAMESPACE.match(source.code[i]):
            continue
        outer += 1
        whole = type_at(source, i, name)
        if whole is not None:
            found.append(whole)
    inner = [
        definitions[bisect_left(definitions, d.first, key=_BY_LINE) : bisect_left(definitions, d.end, key=_BY_LINE)]
        for d in found
    ]
    if outer + len(definitions) - sum(map(len, inner)) < _SEVERAL:
        return []
    return [
        (d, listed([(n.first, n.name) for n in members if n.name], d.body, d.last))
        for d, members in zip(found, inner, strict=True)
        if d.last - d.body >= _SMALL and not (members and source.language in _IN_TYPES)
    ]
