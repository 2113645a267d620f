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
_CODE = re.compile(
    rf"^{_NUMBER}[ \t]*(?:(?:async |export |public |private |protected |static |pub(?:\([a-z]+\))? |abstract |override |final )*"
    r"(?:def|class|func|fn|function|struct|enum|interface|trait|impl|type|const|let|var|import|from|use|package|module"
    r"|namespace|return|if|elif|else|for|while|switch|case|try|except|catch|with|raise|throw|await|yield|end|self|this"
    r"|using|typedef|template|void|int|val)\b[^\n]*[\w(){\[\]}:;,=\"'>*]|#include|#define|#if|#endif|//|/\*|\*[ /]|\*$|@\w+|[)}\]]+[;,]*[ \t\r]*$"
    r"|#[ !]|[\w.\[\]\"']+(?:: [\w\[\], |]+)? [-+*/|]?:?= \S|[\w.>:-]+\([^\n]*[)(,;{:]\s*$|[^\n]{1,200}(?:[;{]|=> ?[({]|,)[ \t\r]*$)",
    re.MULTILINE,
)
_DEFINES = re.compile(
    rf"^{_NUMBER}[ \t]*(?:\w+ ){{0,3}}(?:def \w|class \w[^\n]*[:{{(]|func [\w(]|fn \w+|function\b ?\*?\w*\(|struct \w+[^\n]*[{{;]|impl\b|#include"
    r"|import [\w{*\"'(.]|from \S+ import|using \w|package \w+[; ]*$|namespace \w|const \w+ = |type \w+ (?:struct|interface|=)"
    r"|interface \w+|public |private |static )",
    re.MULTILINE,
)
_LONG = 300
_SAMPLE = 1_800
_ENDS = frozenset(";{}()[]:,")


def score(text: str, hint: Hint) -> float:
    """0.7 to 0.9 where name and lines agree, 0.65 where the lines alone are clear, 0.0 for anything else."""
    named = language(hint)
    if named is None and _reads_another_file(hint):
        return 0.0
    sample = lines.sample(text, _SAMPLE)
    rows = [row for row in map(str.strip, sample.split("\n")) if row and not row.rstrip(":→|│").isdigit()]
    if len(rows) < 6 or len(sample) > _LONG * len(rows) or _OTHER.match(sample):
        return 0.0
    ends = sum(1 for row in rows if row[-1] in _ENDS) / len(rows)
    if named is not None:
        return 0.9 if ends > 0.4 else 0.7 if ends > 0.15 else 0.0
    if ends < 0.4 or len(_DEFINES.findall(sample)) < 2:
        return 0.0
    return 0.65 if 20 * len(_CODE.findall(sample)) > 11 * len(rows) else 0.0


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
