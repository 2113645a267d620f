"""A tool call as later texts speak of it: its name for a reader, and the long texts that the agent wrote in it.

What an agent has written it is often shown again: a file that it reads after writing it, an editor's echo of an edit. The
names are those of the call's own arguments. Nothing here looks at results. Above stand `dedupe` and `_pass`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from headroom.messages import Hint

COMMAND = "command"
"""What the shell command of a call is called, whatever its argument is."""
_LONG = 320
"""Characters that an argument must have: what is shorter is hardly ever shown again."""
_LABEL = 48
_NAME = re.compile(r"[\w.\[\]-]{1,80}", re.ASCII)
_MOVES = re.compile(r"\A\s*(?:cd\s+[^\s&;|]+\s*(?:&&|;)\s*)+")
"""What stands before most of an agent's commands and tells nothing about them."""


def about(hint: Hint) -> str:
    """Which call it was, to go behind its number: `, Read(src/app.py)`; "" where nothing is known of it.

    Of a long path the end is told, of a long command the beginning.
    """
    told = hint.path or _MOVES.sub("", hint.command or "") or _first(hint.arguments)
    told = " ".join(told.split()).replace("·", ".")  # a marker's separator
    if len(told) > _LABEL:
        told = f"…{told[1 - _LABEL :]}" if hint.path else f"{told[: _LABEL - 1]}…"
    return f", {hint.tool or 'tool'}({told})" if (hint.tool or told) else ""


def _first(arguments: Mapping[str, Any]) -> str:
    return next((v for v in arguments.values() if isinstance(v, str)), "")


def written(hint: Hint) -> Iterator[tuple[str, str]]:
    """The texts of several lines that a call was given, with the places where they stand: `command`, `content`,
    `edits[1].new_string`. None comes twice."""
    known: set[str] = set()
    for name, text in [(COMMAND, hint.command), *_texts(hint.arguments)]:
        if text is not None and len(text) >= _LONG and "\n" in text and text not in known and _NAME.fullmatch(name):
            known.add(text)
            yield name, text


def _texts(arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts in arguments, at any depth."""
    stack: list[tuple[str, Any]] = [(str(key), value) for key, value in arguments.items()]
    while stack:
        name, value = stack.pop()
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, Mapping):
            stack += [(f"{name}.{key}", inner) for key, inner in value.items()]
        elif isinstance(value, (list, tuple)):
            stack += [(f"{name}[{n}]", inner) for n, inner in enumerate(value)]
