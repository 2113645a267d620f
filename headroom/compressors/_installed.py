"""Compressors of outsiders: what other distributions register under the entry point group `headroom.compressors`.

An entry point names a class without arguments that satisfies `Compressor`. One that cannot be loaded is left out and
reported; it never stops the built-in ones.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import entry_points

from headroom.compressors._api import Compressor

GROUP = "headroom.compressors"


def with_installed(builtin: Sequence[Compressor]) -> tuple[tuple[Compressor, ...], tuple[str, ...]]:
    """`builtin` with the installed ones before the last, which always answers; and why some could not be loaded.

    They are asked in the order of their names, so that the same installation gives the same bytes.
    """
    found, faults = _installed(tuple(sys.path))
    return (*builtin[:-1], *found, *builtin[-1:]), faults


@lru_cache(maxsize=2)
def _installed(_path: tuple[str, ...]) -> tuple[tuple[Compressor, ...], tuple[str, ...]]:
    """What the distributions on the path register: looked up once, for it takes longer than compressing a text."""
    found: list[Compressor] = []
    faults: list[str] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        try:
            found.append(point.load()())
        except Exception as error:  # noqa: BLE001  # somebody else's code; the reason is reported with every result
            faults.append(f"compressor {point.name!r} ({point.value}) is not used: {type(error).__name__}: {error}")
    return tuple(found), tuple(faults)
