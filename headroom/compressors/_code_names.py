"""Names in source code that belong to no function: how imports and types begin, and how names of what is folded are listed.

Below `_code_focus` and `_code_asides`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from headroom.compressors._code_defs import Definition
from headroom.compressors._code_lines import SQL, Source

__all__ = ["TYPE", "heads_in", "is_import", "kind_of_type", "listed", "types_in"]

_IMPORT = re.compile(
    r"[ \t]*(?:use(?![(\w])|import|from|using|#[ \t]*(?:include|import)|require|include|cimport|@import|open|alias|extern crate)\b(?![<:.=])"
)
_FROM = re.compile(r"\bfrom[ \t]*['\"]|=[ \t]*require\b")
_MODIFIER = (
    r"(?:export|default|declare|public|private|protected|internal|fileprivate|open|final|static|abstract|sealed|partial|data"
    r"|inner|cdef|cpdef|pub(?:\([\w: ]{1,40}\))?|typedef|unsafe|readonly|local|indirect|enum(?=[ \t]class)"
    r"|template[ \t]*<[^\n]{0,120}>)"
)
TYPE = re.compile(
    rf"[ \t]*(?:{_MODIFIER}[ \t]+){{0,6}}(?P<word>class|struct|interface|enum|trait|protocol|record|object|union|module|namespace|type"
    r"|actor|extension|contract|@interface|@implementation|@protocol"
    r"|(?i:create[ \t]+(?:or[ \t]+replace[ \t]+)?(?:table|view|type)(?:[ \t]+if[ \t]+not[ \t]+exists)?))[ \t]+"
    r"(?P<name>[\w$.\"`]+)|[ \t]+(?P<grouped>\w+)[ \t]+(?:interface|struct)[ \t]*\{$"
)
_PATH = r"[\w./\\@+~()\[\]-]{0,200}(?:/[\w.@+-]{1,80}|[\w)\]]\.\w{1,8})"
_HEAD = re.compile(
    rf"^(?:(?:={{2,}}|-{{3,}}|#{{3,}}|\*{{3,}}|>{{3,}}|<{{3,}}|==>)[ ]?{_PATH}(?:[ ]?(?:={{2,}}|-{{3,}}|#{{3,}}|\*{{3,}}|<{{3,}}|>{{3,}}|<==))?"
    rf"|(?:(?://|#|--|;|/\*)[ =*-]{{0,12}})?(?:file|path|filename)[ ]?:[ ]?{_PATH}[ =*/-]{{0,12}})\r?$",
    re.MULTILINE | re.IGNORECASE,
)
"""What a script prints above each of several files: `===== path =====`, `==> path <==`, `// FILE: path`."""
_WIDTH = 400
_LABEL = 160
"""So many characters of names stand in one mark."""


def heads_in(text: str, starts: Sequence[int]) -> list[int]:
    """The lines that say which file follows. `starts` are the offsets of the lines."""
    return [bisect_left(starts, m.start()) for m in _HEAD.finditer(text)]


def is_import(line: str) -> bool:
    """Whether a line begins an import, or ends one that began above."""
    if _IMPORT.match(line):
        return True
    return ("from" in line or "require" in line) and _FROM.search(line[:_WIDTH]) is not None


def types_in(source: Source, definitions: Sequence[Definition]) -> Sequence[tuple[int, str]]:
    """The lines outside of functions and strings that open a type, each with the type's name."""
    code, inside = source.code, source.inside
    found: list[tuple[int, str]] = []
    at = 0
    for d in [*definitions, None]:
        for i in range(at, len(code) if d is None else d.first):
            m = None if inside[i] or code[i][-1:] == ";" else TYPE.match(code[i][:_WIDTH])
            if m is not None:
                found.append((i, (m["name"] or m["grouped"]).strip('"`')))
        at = d.end if d is not None else at
    return found


def kind_of_type(source: Source, i: int) -> str:
    """`class `, `struct `: what stands before the name of the type that line `i` opens; "" where a file holds hardly else."""
    m = None if source.language in SQL else TYPE.match(source.code[i][:_WIDTH])
    return f"{m['word']} " if m is not None and m["word"] and m["word"].isalpha() else ""


def listed(places: Sequence[tuple[int, str]], first: int, last: int) -> str:
    """The names of what begins on the lines `first` to `last`, as many as a reader may want to see. `places` ascend."""
    here = places[bisect_left(places, (first, "")) : bisect_left(places, (last + 1, ""))]
    names = dict.fromkeys(name[:_LABEL] for _, name in here)
    told: list[str] = []
    length = 0
    for name in names:
        length += len(name) + 2
        if length > _LABEL and told:
            return f"{', '.join(told)}, {len(names) - len(told)} more"
        told.append(name)
    return ", ".join(told)
