"""Where the rows of a text stand that is no JSON: YAML, TOML, XML say it in lines, so that a row can be asked for.

A reader notes of each list on which lines its items begin. `_respelled` stands above; nothing of rows or grids is known here.
"""

from __future__ import annotations

from typing import Any, TypeAlias

__all__ = ["Places", "longest"]

Places: TypeAlias = dict[int, tuple[list[Any], list[int]]]
"""By the identity of a list: itself, the lines (from 0) on which its items begin, and the line behind the last one."""


def longest(places: Places) -> tuple[list[Any], list[int]] | None:
    """The list of objects that takes the most lines, each of its items lines of its own; None where there is none."""
    found = [
        (rows, starts)
        for rows, starts in places.values()
        if len(starts) == len(rows) + 1 and all(type(row) is dict for row in rows) and starts == sorted(set(starts))
    ]
    return max(found, key=lambda pair: pair[1][-1] - pair[1][0], default=None)
