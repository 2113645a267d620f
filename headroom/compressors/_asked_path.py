"""A nested document of which the query names a path: what stands there, and by name what the document holds besides.

    {action:created,release:{id:7,tag_name:v1,⋯:author assets tarball_url},⋯:repository sender}

A path is a quoted word of the query that is a key at the top, or one with dots or brackets that leads somewhere in the
document, from its top or from a few places within. Objects and lists on the way keep little else: short plain values, what
tells of a failure, and the names of the rest.
Above stands `crusher`, which spells what is left.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeAlias

from headroom.compressors._api import Elision
from headroom.compressors._flow import Num, Pairs, flow, key_text
from headroom.lines import FOLD

__all__ = ["NOTE", "may_name", "without_others"]

Path: TypeAlias = tuple[str | int, ...]

NOTE = f"{FOLD}: what else stands there, left out"

_WANTED = re.compile(r"`([^`\n]{2,300})`|\"([^\"\n]{2,300})\"|'([^'\n]{2,300})'|(?<!\S)([^\s`\"']*[.\[][^\s`\"']+)")
_MOST_PATHS = 6
_MOST_PLACES = 4
"""What stands in more of them is no one place."""
_INDEX = re.compile(r"\[(\d{1,9})\](?:\.|(?=\[)|\Z)|(\d{1,9})(?:\.|(?=\[)|\Z)")
_QUOTED_KEY = re.compile(r"\[(?:\"([^\"]+)\"|'([^']+)')\](?:\.|(?=\[)|\Z)")
_STEPS = re.compile(r"[.\[\]\"']+")
_CUT = re.compile(r"[.\[]|\Z")
_LONGEST_QUERY = 4_000
_BEGINNING = 200
_SHORT_QUERY = 300
"""In a longer one a quoted word may be anything."""
_NEAR = 300
"""So many characters of plain values may stay in each object on the way."""
_PLAIN = 120
_NAMES = 240
_TELLING = re.compile(r"error|fail|warn|exception|fault|problem|status|reason", re.IGNORECASE)
_TOLD = 600
"""What went wrong is shown whoever asks for something else, up to so many characters of it."""
_DEEPEST = 24
_LOOKED_AT = 5_000
"""In so many objects and lists a path is looked for; where there are more, it has to lead from the top."""
_GAIN = 0.7


def may_name(query: str, text: str) -> bool:
    """Whether the query holds what is spelled like a path, and something of it is a key of the text, which is an object."""
    if text[:_BEGINNING].lstrip("\ufeff \t\r\n")[:1] != "{":
        return False
    keys = (key for word in _words(query) for key in (word, *_STEPS.split(word)) if key)
    return any(f'"{key}":' in text or f'"{key}" :' in text for key in keys)


def without_others(value: Any, query: str) -> tuple[Any, Elision] | None:
    """The document without what does not lie on the paths that the query names, and how much that is; None where the query
    names none, or where most of the document would stay."""
    paths = _paths(value, query) if type(value) is dict else []
    if not paths:
        return None
    cutter = _Cutter()
    made = cutter.cut(value, paths)
    if not cutter.gone or FOLD in flow(value) or len(flow(made)) > _GAIN * len(flow(value)):
        return None
    return made, Elision(ranges=(), count=cutter.gone, unit="values", summary="not on the path that the query names")


def _words(query: str) -> Iterator[str]:
    """What is spelled like a path."""
    for m in islice(_WANTED.finditer(query[:_LONGEST_QUERY]), _MOST_PATHS):
        word = (m[1] or m[2] or m[3] or m[4].rstrip(".,;:?!)")).removeprefix("$").removeprefix(".")
        if len(word) > 1:
            yield word


def _paths(value: dict[str, Any], query: str) -> list[Path]:
    """Where the query leads in the document."""
    found: dict[Path, None] = {}
    for word in _words(query):
        has_steps = _STEPS.search(word) is not None
        if len(query) > _SHORT_QUERY and not has_steps:
            continue
        path = _resolved(value, word)
        if path is not None:
            found[path] = None
        elif has_steps:
            found.update(dict.fromkeys(_places(value, word)))
    return list(found)


def _resolved(value: Any, path: str) -> Path | None:
    """The steps of a path as people write it; keys may hold dots and slashes themselves, the longest that fits is taken."""
    if not path:
        return ()
    if type(value) is list:
        index = _INDEX.match(path)
        at = int(index[1] or index[2]) if index else len(value)
        rest = _resolved(value[at], path[index.end() :]) if index and at < len(value) else None
        return None if rest is None else (at, *rest)
    if type(value) is not dict:
        return None
    for key, left in _first_keys(path):
        if key in value:
            rest = _resolved(value[key], left)
            if rest is not None:
                return (key, *rest)
    return None


def _first_keys(path: str) -> Iterator[tuple[str, str]]:
    """Each key that a path may begin with, longest first, and what would follow."""
    named = _QUOTED_KEY.match(path)
    if named is not None:
        yield named[1] or named[2], path[named.end() :]
    for end in [m.start() for m in _CUT.finditer(path)][:_DEEPEST][::-1]:
        if end:
            yield path[:end], path[end + 1 :] if path[end : end + 1] == "." else path[end:]


def _places(value: Any, path: str) -> list[Path]:
    """Where within the document a path leads somewhere; none where that are many places, or there are too many to look at."""
    found: list[Path] = []
    left: list[tuple[Any, Path]] = [(value, ())]
    looked = 0
    while left:
        inner, at = left.pop()
        looked += 1
        if looked > _LOOKED_AT:
            return []
        if type(inner) is dict:
            rest = _resolved(inner, path)
            if rest is not None:
                found.append((*at, *rest))
                if len(found) > _MOST_PLACES:
                    return []
            steps: Sequence[tuple[str | int, Any]] = list(inner.items())
        else:
            steps = list(enumerate(inner))
        left += [(v, (*at, step)) for step, v in steps if type(v) is dict or type(v) is list]
    return sorted(found, key=str)


class _Cutter:
    """Counts the values that go."""

    def __init__(self) -> None:
        self.gone = 0

    def cut(self, value: Any, paths: Sequence[Path]) -> Any:
        """The value with what lies on the paths, which lead on within it."""
        if not all(paths):  # one of them ends here
            return value
        onward: defaultdict[str | int, list[Path]] = defaultdict(list)
        for path in paths:
            onward[path[0]].append(path[1:])
        if type(value) is list:
            return self._items(value, onward)
        return self._members(value, onward)

    def _members(self, value: dict[str, Any], onward: dict[str | int, list[Path]]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        names: list[str] = []
        room = _NEAR
        for key, own in value.items():
            if key in onward:
                out[key] = self.cut(own, onward[key])
                continue
            size = len(key) + _plain_size(own)
            if size <= min(room, _PLAIN) or (_TELLING.search(key) and len(flow(own)) <= _TOLD):
                out[key] = own
                room -= min(room, size)
            else:
                names.append(key_text(key))
                self.gone += _leaves(own)
        if names:
            out[FOLD] = Num(_listed(names))
        return out

    def _items(self, value: list[Any], onward: dict[str | int, list[Path]]) -> list[Any]:
        out: list[Any] = []
        last = -1
        for at in [*sorted(int(n) for n in onward), len(value)]:
            if at - last > 1:
                out.append(Num(f"{FOLD} [{last + 1}]-[{at - 1}]"))
                self.gone += sum(map(_leaves, value[last + 1 : at]))
            if at < len(value):
                out.append(self.cut(value[at], onward[at]))
            last = at
        return out


def _plain_size(value: Any) -> int:
    """Characters of a plain value; those of all else are too many."""
    if type(value) in (dict, list, Pairs):
        return 2 if not value else _PLAIN + 1
    return len(value) if isinstance(value, str) else 5


def _leaves(value: Any) -> int:
    """How many plain values there are in a value; an empty object is one."""
    count, left = 0, [value]
    while left:
        inner = left.pop()
        if type(inner) is dict and inner:
            left.extend(inner.values())
        elif type(inner) is Pairs:
            left.extend(v for _, v in inner)
        elif type(inner) is list and inner:
            left.extend(inner)
        else:
            count += 1
    return count


def _listed(names: Sequence[str]) -> str:
    """As many names as there is room for, and how many more there are."""
    out: list[str] = []
    room = _NAMES
    for name in names:
        room -= len(name) + 1
        if room < 0 and out:
            return f"{' '.join(out)} and {len(names) - len(out):,} more"
        out.append(name)
    return " ".join(out)
