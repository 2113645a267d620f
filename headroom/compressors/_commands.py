"""Shell commands, as far as compressors look at them: the words in them, read once for all who ask.

Knows no shell's grammar: a word may be a program, an argument or part of a text.
"""

from __future__ import annotations

from functools import lru_cache

_BREAKS = str.maketrans(dict.fromkeys("|;&()", " "))


@lru_cache(maxsize=256)
def words(command: str) -> frozenset[str]:
    """What stands between blanks, pipes, semicolons, ampersands and parentheses."""
    return frozenset(command.translate(_BREAKS).split())
