"""How sure one can be that a text is source code: by the file's name or the command, confirmed by what its lines look like."""

from __future__ import annotations

import re
from functools import lru_cache

from headroom import lines
from headroom.compressors._code_lines import HASHES, SLASHES, SQL, language_of
from headroom.messages import Hint

__all__ = ["language", "score"]

_READER = re.compile(r"\b(?:cat|bat|batcat|sed|head|tail|nl|less|more|awk|open|view|type|gc|git show)\b")
_FILE = re.compile(r"[\w./\\@+-]*\.[A-Za-z]\w{0,11}\b")
_OTHER = re.compile(
    r"\s*(?:[\[{](?=\s*[\"\[{\d])|<(?:!doctype|html|\?xml|svg)|diff --|@@ -|Index: |commit [0-9a-f]{7})", re.IGNORECASE
)
_NUMBER = r"(?:[ ]*\d{1,7}(?:\t|→|:[ ]?|[ ]?[|│][ ]?))?"
_DEFINES = re.compile(
    r"(?:\w+ ){0,3}(?:def \w|class \w[^\n]*[:{(]|func [\w(]|fn \w+|function\b ?\*?\w*\(|struct \w+[^\n]*[{;]|impl\b|#include"
    r"|import [\w{*\"'(.]|from \S+ import|using \w|package \w+[; ]*$|namespace \w|const \w+ = |type \w+ (?:struct|interface|=)"
    r"|interface \w+|public |private |static |local \w|[\w.]+ = function\()"
)
_SCRIPT = re.compile(r"#!\s*/\S*\b(?:env |)(?:sh|bash|zsh|ksh|dash|python[\d.]*|perl|ruby|node|php|lua)\b")
_NUMBERED = re.compile(_NUMBER)
_DOC = re.compile(r"^[^\n]{0,12}(?:[rRuU]?\"\"\"(?:[^\"]|\"(?!\"\")){0,30000}\"\"\"|/\*[^/]{0,3000}\*/)", re.MULTILINE)
"""Documentation: lines of prose, which say nothing about the rest."""
_REMARK = re.compile(
    r"//|/\*|\*(?:[ /]|\Z)|#(?![!\[]|\s*(?:include|define|if|el|endif|pragma|undef|import|error))|--\s|<!--|;;"
)
_ELSE = re.compile(
    r"[+-](?![-+])|\S{1,200}?[:-]\d+[:-]|\"[^\"]{1,80}\"\s*:|[\w-]+\s*:\s[^=(){}]*;\Z|\d{4}-\d\d|\[\d|<[a-z/!]"
)
"""How lines begin of diffs, search hits, JSON, style sheets, logs, mark-up."""
_WORDS = frozenset(
    "return if else elif for while do import from def class function const static struct public private protected void int end"
    " fi done esac then echo use my let var val fn func type package namespace using try catch except finally switch case break"
    " continue throw raise new local pub async await export default enum interface trait impl template typedef pass yield".split()
)
_BRACKETS = frozenset("{}()[]$@")
_SIGNS = ("\n```", "\n@@ -", "\n+++ ")
"""Markdown with code in it, and diffs of code, are none."""
_GLANCE = 8
_LONG = 300
_SAMPLE = 1_800
_QUOTES = ('"""', "/*")
_PATIENCE = 60_000
_ENDS = frozenset(";{}()[]:,")
_CLOSERS = frozenset(("end", "fi", "done", "esac", "then", "else"))


def score(text: str, hint: Hint) -> float:
    """0.7 to 0.9 where name and lines agree, 0.65 where the lines alone are clear, 0.0 for anything else."""
    named = language(hint)
    if named is None and _reads_another_file(hint):
        return 0.0
    found = _by_sample(text, lines.sample(text, _SAMPLE), named)
    if found or not any(quote in text for quote in _QUOTES):
        return found
    bare = _DOC.sub("", text[:_PATIENCE])  # of which there may be so much that a sample is all documentation
    return (
        _by_sample(bare, lines.sample(bare, _SAMPLE), named) if 10 * len(bare) < 9 * min(len(text), _PATIENCE) else 0.0
    )


def _by_sample(text: str, sample: str, named: str | None) -> float:
    rows = [row for row in map(str.strip, sample.split("\n")) if row and not row.rstrip(":→|│").isdigit()]
    if len(rows) < 6 or len(sample) > _LONG * len(rows) or _OTHER.match(sample):
        return 0.0
    if named is not None:
        rows = [row for row in rows if not _REMARK.match(row)] or rows
        ends = sum([row[-1] in _ENDS or row in _CLOSERS or row.endswith(") end") for row in rows]) / len(rows)
        return 0.9 if ends > 0.4 else 0.7 if ends > 0.15 else 0.0
    ends = sum([row[-1] in _ENDS or row in _CLOSERS for row in rows]) / len(rows)
    if _SCRIPT.match(text[:_LONG]):
        return 0.65
    if ends < 0.25:
        return 0.0
    glance = rows[:: len(rows) // _GLANCE + 1]
    if 2 * sum([_ELSE.match(row) is not None for row in glance]) > len(glance):
        return 0.0
    if any(sign in sample for sign in _SIGNS):
        return 0.0
    return 0.65 if _reads_as_code(sample) else 0.0


def _reads_as_code(sample: str) -> bool:
    """By what its lines do, documentation left out: how they end, how many define something, call or assign."""
    plain = _DOC.sub("", sample) if '"""' in sample or "/*" in sample else sample
    rows = [
        _NUMBERED.sub("", row, count=1).strip() if row[:1].isdigit() else row
        for row in map(str.strip, plain.split("\n"))
    ]
    rows = [row for row in rows if row and not _REMARK.match(row)]
    size = len(rows)
    if size < 6:
        return False
    does = sum(map(_does, rows)) / size
    ends = sum([row[-1] in _ENDS or row in _CLOSERS for row in rows]) / size
    if does < 0.35 or ends < 0.2:
        return False
    others = sum([_ELSE.match(row) is not None for row in rows]) / size
    if others > 0.5:
        return False
    acts = does > 0.7 and ends > 0.4
    nested = acts and sum([row[-1] in "{}" or row[-2:] in ("};", ");", "},") for row in rows]) > 0.2 * size
    if nested and others <= 0.25:
        return True
    defines = sum([_DEFINES.match(row) is not None for row in rows])
    many = defines > 0.08 * size
    if others > 0.25 and not many:
        return False
    return nested or (defines > 2 and (many or ends > 0.6)) or (acts and defines > 1)


def _does(row: str) -> bool:
    """Whether a line has what lines of code have: a call, an assignment, a keyword in front, a bracket alone."""
    if "(" in row or "=" in row or row[0] in _BRACKETS or "->" in row or "::" in row:
        return True
    return row.partition(" ")[0].rstrip(":;{") in _WORDS


def language(hint: Hint) -> str | None:
    """A file suffix or language name of source code, as the hint tells it."""
    if hint.language is not None:
        low = hint.language.lower()
        return low if low in HASHES or low in SLASHES or low in SQL else None
    if hint.path:
        return language_of(hint.path)
    return _of_command(hint.command) if hint.command else None


@lru_cache(maxsize=1024)
def _of_command(command: str) -> str | None:
    if len(command) > 2_000 or not _READER.search(command):
        return None
    for name in _FILE.findall(command):
        found = language_of(name)
        if found is not None:
            return found
    return None


def _reads_another_file(hint: Hint) -> bool:
    """Whether the path names a file of another kind, which outweighs what its lines look like."""
    return bool(hint.path) and "." in (hint.path or "").rpartition("/")[2][1:]
