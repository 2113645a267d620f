"""What several paths share. Strings only: nothing here looks at a file system."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AsPaths:
    """Lines `first` to `end` (exclusive) of a text with their paths alone, and the note that says how they stood there."""

    first: int
    end: int
    lines: list[str]
    note: str


def common_folder(paths: Collection[str], *, least: int = 24) -> str:
    """The folder, with its closing slash, that all paths lie in; "" where naming it once saves under `least` characters."""
    if len(paths) < 2:
        return ""
    low, high = min(paths), max(paths)
    size = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    folder = low[: max(low.rfind("/", 0, size), low.rfind("\\", 0, size)) + 1]
    return folder if len(folder) * (len(paths) - 1) >= least else ""
