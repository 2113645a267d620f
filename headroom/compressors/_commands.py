"""Shell commands and names of tools, as far as compressors look at them, read once for all who ask.

Knows no shell's grammar: a word may be a program, an argument or part of a text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

_RETRIEVER = re.compile(r"retriev|knowledge|semantic|vector|similar|(?<![a-z])rag(?![a-z])", re.IGNORECASE)
_DOCUMENT = re.compile(r"(?<!<)<<-?[ \t]*(['\"]?)([A-Za-z_]\w*)\1")
_MOST = 64
"""So many documents in a command are looked for."""
_BREAKS = str.maketrans(dict.fromkeys("|;&()", " "))


@lru_cache(maxsize=256)
def words(command: str) -> frozenset[str]:
    """What stands between blanks, pipes, semicolons, ampersands and parentheses."""
    return frozenset(command.translate(_BREAKS).split())


@lru_cache(maxsize=256)
def without_documents(command: str) -> str:
    """A command without what it feeds to others line by line (`<<EOF` up to the line `EOF`): programs and texts, no commands."""
    padded = f"{command}\n"
    out: list[str] = []
    at = 0
    for m in islice(_DOCUMENT.finditer(command), _MOST):
        first = padded.find("\n", m.end())
        end = padded.find(f"\n{m[2]}\n", first) if m.start() >= at else -1
        if end >= 0:
            out.append(padded[at:first])
            at = end + 1 + len(m[2])
    return "".join([*out, command[at:]])


@lru_cache(maxsize=256)
def retrieves(tool: str) -> bool:
    """Whether a tool, by its name, looks passages up that somebody wrote: `retrieve_documents`, `search_knowledge_base`."""
    return _RETRIEVER.search(tool) is not None
