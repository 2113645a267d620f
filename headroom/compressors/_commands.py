"""Shell commands and names of tools, as far as compressors look at them, read once for all who ask.

Knows no shell's grammar: a word may be a program, an argument or part of a text.
"""

from __future__ import annotations

import re
from functools import lru_cache

_RETRIEVER = re.compile(r"retriev|knowledge|semantic|vector|similar|(?<![a-z])rag(?![a-z])", re.IGNORECASE)
_BREAKS = str.maketrans(dict.fromkeys("|;&()", " "))


@lru_cache(maxsize=256)
def words(command: str) -> frozenset[str]:
    """What stands between blanks, pipes, semicolons, ampersands and parentheses."""
    return frozenset(command.translate(_BREAKS).split())


@lru_cache(maxsize=256)
def retrieves(tool: str) -> bool:
    """Whether a tool, by its name, looks passages up that somebody wrote: `retrieve_documents`, `search_knowledge_base`."""
    return _RETRIEVER.search(tool) is not None
