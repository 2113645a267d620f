"""Real parsers for the languages whose outlines are tested: is a text still code of its language?"""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from typing import Any

from tree_sitter import Language, Parser

_GRAMMARS = {
    "py": ("python", "language"),
    "ts": ("typescript", "language_typescript"),
    "tsx": ("typescript", "language_tsx"),
    "js": ("javascript", "language"),
    "go": ("go", "language"),
    "rs": ("rust", "language"),
    "java": ("java", "language"),
    "c": ("c", "language"),
    "cpp": ("cpp", "language"),
    "cs": ("c_sharp", "language"),
    "rb": ("ruby", "language"),
    "php": ("php", "language_php"),
    "sh": ("bash", "language"),
    "kt": ("kotlin", "language"),
    "swift": ("swift", "language"),
    "sql": ("sql", "language"),
}
_EMPTY_BLOCK = re.compile(r"^(BEGIN\n\s*)--", re.MULTILINE)
LANGUAGES = frozenset(_GRAMMARS)
"""File suffixes for which there is a parser."""


@lru_cache
def _parser(suffix: str) -> Parser:
    module, function = _GRAMMARS[suffix]
    grammar: Any = importlib.import_module(f"tree_sitter_{module}")
    return Parser(Language(getattr(grammar, function)()))


def faults(suffix: str, text: str) -> list[int]:
    """The lines (from 1) at which `text` is no code of the language, by what a parser makes of it."""
    if suffix == "sql":
        text = _EMPTY_BLOCK.sub(
            r"\1RETURN; --", text
        )  # PostgreSQL does without a statement there, the grammar does not
    found: list[int] = []
    todo = [_parser(suffix).parse(text.encode()).root_node]
    while todo:
        node = todo.pop()
        if node.is_error or node.is_missing:
            found.append(node.start_point[0] + 1)
        elif node.has_error:
            todo += node.children
    return sorted(found)
