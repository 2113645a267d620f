"""A nested JSON document on few lines: what repeats inside it is said once.

    <a>=https://api.test/repos/x/y
    {action:edited,
    repo:{id:7,url:<a>,forks_url:<a>/forks,owner:{login:ann,id:1}},
    commits:#1,
    sender:=repo.owner}
    #1=40 rows: id,title
    …

`<a>` is a beginning that many strings share, `=path` the same value as at that path, `{..=path,k:v}` the same object with
`k` replaced or added behind, `#1` an array that stands as a grid below, or an object of
like objects (`12 entries`: each row begins with its key). Exact, but that from MEDIUM on of very many plain values in one
place only some are shown; `tests/compressors/decode.py` is the inverse. Stands on `_flow`, `_columns` and `_spell`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._columns import grid, map_grid, scalar_grid
from headroom.compressors._flow import Num, Pairs, atom, flow, key_text, string
from headroom.compressors._rows import ALL, Part
from headroom.compressors._spell import spelled
from headroom.messages import Hint

__all__ = ["Main", "outline"]

_MIN_ROWS = 4
_MIN_REPEAT = 40
_MIN_SPREAD = 8
_DATA = 60
"""An object of so many like objects tells facts of one sort; one of fewer may define what other things look like."""
_LONGEST_QUERY = 2_000
_MANY = 2_000
"""Characters of plain values in one place beyond which not all of them may be shown."""
_MAX_ALIASES = 8
_LONGEST_LINK = 500
_SHORTEST = 12
_LAST_CUT = re.compile(rf"(.{{{_SHORTEST - 1},}}[^/:])[/{{?#]", re.DOTALL)
_LINK = re.compile(r"[a-z][a-z+]*://|/[\w.-]+/|[\w.-]+@[\w.-]+:")
_CONTAINERS = frozenset((dict, list, Pairs))
_NESTED = frozenset((dict, list, str))


@dataclass(frozen=True, slots=True)
class Main:
    """An array within a value that has other limits than all else, and which part of the text its rows are."""

    value: list[Any]
    limits: Limits
    part: Part


def outline(
    value: Any,
    hint: Hint,
    limits: Limits,
    asked: Collection[str] = (),
    *,
    is_lines: bool = False,
    first: int = 0,
    at: str = "",
    main: Main | None = None,
) -> Rendition:
    """Any value. Strings under a key in `asked` (lower case) are spelled in full.

    A list with `is_lines` is spelled value by value, a line each; `first` is the number of its first value. `at` is where
    the value stands in a larger one, `main` an array in it of which rows may be left out. Elisions are
    those of arrays that stand below as grids; their summaries begin with the array's path.
    """
    if _is_matrix(value) and not is_lines:
        return Rendition(text=flow(value))
    writer = _Writer(value, hint, limits, asked, at=at, main=main)
    text = writer.text(value, is_lines, first)
    return Rendition(text=text, note=writer.note(), elisions=tuple(writer.elisions), lossless=not writer.elisions)


def _is_matrix(value: Any) -> bool:
    """Lists of scalars, or one list of them: nothing in it can repeat in a way that is worth a name."""
    if type(value) is not list:
        return False
    kinds = set(map(type, value))
    if kinds == {list}:
        kinds = set().union(*[map(type, row) for row in value])
    return not kinds & {list, dict, Pairs, str}


def _is_link(text: str) -> bool:
    """Whether it begins like a link or a path."""
    return ("/" in text or "@" in text) and _LINK.match(text) is not None


def _is_plain(value: Any) -> bool:
    """Whether this is no object, and no list of anything but numbers."""
    return set(map(type, value)) <= {Num} if type(value) is list else type(value) not in (dict, Pairs)


class _Writer:
    """One document: what was written where, which beginnings have a short name, which arrays stand below."""

    def __init__(
        self, value: Any, hint: Hint, limits: Limits, asked: Collection[str], *, at: str, main: Main | None
    ) -> None:
        self.elisions: list[Elision] = []
        self._main = main
        self._hint = hint
        self._limits = limits
        self._asked = asked
        self._at = at
        self._ids: dict[Any, int] = {}
        self._sizes: list[int] = []
        self._id_of: dict[int, int] = {}
        self._counts: Counter[int] = Counter()
        self._linked = False
        if type(value) in _CONTAINERS:
            self._canon(value)
        self._places: dict[int, str] = {}
        self._spreads: dict[tuple[str, ...], tuple[str, Any]] = {}
        self._used: set[str] = set()
        self._below: list[str] = []
        self._notes: set[str] = set()
        self._aliases: list[tuple[str, str]] = []
        if self._linked:
            links: list[str] = []
            self._links(value, "", set(), links)
            self._aliases = _aliases(links)
        self._prefixes = tuple(prefix for _, prefix in self._aliases)

    # ------------------------------------------------------------------------------------------ what repeats

    def _canon(self, value: Any) -> int:
        """The same number for the same object or list; each is counted."""
        kind = type(value)
        keys: tuple[str, ...]
        if kind is dict:
            keys, own = tuple(value), tuple(value.values())
        elif kind is Pairs:
            keys, own = tuple([k for k, _ in value]), tuple([v for _, v in value])
        else:
            keys, own = (), tuple(value)
        kinds = tuple(map(type, own))
        if not self._linked and str in kinds:
            self._linked = any(type(v) is str and len(v) > 15 and _is_link(v) for v in own)
        inner = own if _CONTAINERS.isdisjoint(kinds) else [self._canon(v) if type(v) in _CONTAINERS else v for v in own]
        number = self._ids.setdefault((kind, keys, kinds, tuple(inner)), len(self._sizes))
        if number == len(self._sizes):
            separators = 2 * len(own) if kind is dict else len(own) if kind is list else 0
            self._sizes.append(sum(map(len, keys)) + sum(map(self._size, inner)) + separators)
        self._id_of[id(value)] = number
        self._counts[number] += 1
        return number

    def _size(self, value: Any) -> int:
        """About how many characters a value takes; of an object or list the number is given."""
        return len(value) if isinstance(value, str) else self._sizes[value] if type(value) is int else 4

    def _links(self, value: Any, key: str, seen: set[int], found: list[str]) -> None:
        """Find strings that look like links or paths and will be written, each as often as it is."""
        number = self._id_of[id(value)]
        if number in seen and self._sizes[number] >= _MIN_REPEAT:
            return
        seen.add(number)
        for k, v in value.items() if type(value) is dict else zip(repeat(key), value, strict=False):
            kind = type(v)
            if kind is str:
                if len(v) > 15 and _is_link(v) and k.lower() not in self._asked:
                    found.append(v)
            elif kind is dict or kind is list:
                self._links(v, k, seen, found)

    # ------------------------------------------------------------------------------------------ writing

    def text(self, value: Any, is_lines: bool, first: int) -> str:
        body = self._top(value, is_lines, first)
        if body == "#1" and len(self._below) == 1:
            return self._below.pop().removeprefix("#1=")
        legend = [f"<{name}>={prefix}" for name, prefix in self._aliases if name in self._used]
        return "\n".join([*legend, body, *self._below])

    def note(self) -> str:
        parts = []
        if self._used:
            parts.append("<a>: text given at top")
        if "same" in self._notes:
            parts.append("=p: same value as at path p")
        if "spread" in self._notes:
            parts.append("{..=p,k:v}: object at p with k set")
        if self._below:
            parts.append("#1: below")
        rest = sorted(n for n in self._notes if n not in ("same", "spread"))
        return "; ".join([*parts, *rest])

    def _top(self, value: Any, is_lines: bool, first: int) -> str:
        if type(value) is dict:
            made = self._map(value, "", "")
            return made or "{" + ",\n".join(self._pairs(value, value, "")) + "}"
        if type(value) is list and (is_lines or any(type(v) in (dict, list, Pairs) for v in value)):
            items = [self._value(v, f"[{i}]", "") for i, v in enumerate(value, first)]
            return "\n".join(items) if is_lines else "[" + ",\n".join(items) + "]"
        return self._value(value, "", "")

    def _pairs(self, value: dict[str, Any], keys: Iterable[str], path: str) -> list[str]:
        """These members of an object at a path."""
        out = []
        for key in keys:
            name, own = key_text(key), value[key]
            kind = type(own)
            if kind is str:
                out.append(f"{name}:{self._string(own, key)}")
            elif kind is dict or kind is list:
                out.append(f"{name}:{self._container(own, f'{path}.{name}' if path else name, key)}")
            else:
                out.append(f"{name}:{flow(own)}")
        return out

    def _value(self, value: Any, path: str, key: str) -> str:
        kind = type(value)
        if kind is str:
            return self._string(value, key)
        if kind is dict or kind is list:
            return self._container(value, path, key)
        return flow(value)

    def _string(self, value: str, key: str) -> str:
        if len(value) > 15 and value.startswith(self._prefixes) and key.lower() not in self._asked:
            for name, prefix in self._aliases:
                if value.startswith(prefix):
                    self._used.add(name)
                    rest = value[len(prefix) :]
                    return f"<{name}>{string(rest)}" if rest else f"<{name}>"
        return atom(value)

    def _container(self, value: Any, path: str, key: str) -> str:
        if not value:
            return "{}" if type(value) is dict else "[]"
        number = self._id_of[id(value)]
        if self._counts[number] > 1 and self._sizes[number] >= _MIN_REPEAT:
            place = self._places.get(number)
            if place:
                self._notes.add("same")
                return "=" + place
        if type(value) is list:
            made = self._many(value, path, key) or self._array(value, path, key)
            self._places.setdefault(number, path)
            return made
        text = self._many(value, path, key) or self._spread(value, path) or self._map(value, path, key)
        if text is None:
            text = "{" + ",".join(self._pairs(value, value, path)) + "}"
        self._remember(value, path)
        return text

    def _remember(self, value: dict[str, Any], path: str) -> None:
        """Later values may refer to this one; not before it is complete, so that nothing refers to what it is part of."""
        self._places.setdefault(self._id_of[id(value)], path)
        if len(value) >= _MIN_SPREAD:
            self._spreads.setdefault(tuple(value)[:_MIN_SPREAD], (path, value))

    def _spread(self, value: dict[str, Any], path: str) -> str | None:
        """The object as another one with differences, where that is well shorter."""
        if len(value) < _MIN_SPREAD:
            return None
        keys = tuple(value)
        base_path, base = self._spreads.get(keys[:_MIN_SPREAD], ("", {}))
        if not base or keys[: len(base)] != tuple(base):
            return None
        changed = [k for k in keys if k not in base or not self._same(base[k], value[k])]
        if 2 * len(changed) > len(keys):
            return None
        self._notes.add("spread")
        return "{" + ",".join([f"..={base_path}", *self._pairs(value, changed, path)]) + "}"

    def _same(self, a: Any, b: Any) -> bool:
        if type(a) is not type(b):
            return False
        if type(a) in (dict, list, Pairs):
            return self._id_of[id(a)] == self._id_of[id(b)]
        return bool(a == b)

    def _array(self, value: list[Any], path: str, key: str) -> str:
        if len(value) >= _MIN_ROWS and type(value[0]) is dict:
            made = grid(value, self._asked)
            if made is not None:
                main = self._main if self._main is not None and value is self._main.value else None
                limits, part = (self._limits, ALL) if main is None else (main.limits, main.part)
                block = spelled(made, self._hint, limits, elide=True, part=part)
                if len(block.text) + 20 < 0.9 * self._sizes[self._id_of[id(value)]]:
                    return self._put_below(block, path)
        if _NESTED.isdisjoint(map(type, value)):
            return flow(value)
        return "[" + ",".join([self._value(v, f"{path}[{i}]", key) for i, v in enumerate(value)]) + "]"

    def _many(self, value: dict[str, Any] | list[Any], path: str, key: str) -> str | None:
        """Very many plain values of one place, and not the one that is asked for: those that tell something, where effort
        allows that."""
        if (
            self._limits.effort < Effort.MEDIUM
            or self._sizes[self._id_of[id(value)]] < _MANY
            or key.lower() in self._asked
        ):
            return None
        own = list(value.values()) if type(value) is dict else value
        if not all(map(_is_plain, own)) or sum(v.count(" ") for v in own if type(v) is str) > 2 * len(own):
            return None  # sentences are no samples of one kind of fact
        block = spelled(
            scalar_grid(value), self._naming(value), self._limits, elide=True, what="values", path=self._asking(path)
        )
        return self._put_below(block, path) if block.elisions else None

    def _asking(self, path: str) -> str:
        """The path as retrieval takes it; "" for one with keys that are written otherwise there."""
        whole = f"{self._at}.{path}".strip(".")
        return "" if '"' in whole or " " in whole else whole

    def _naming(self, value: Collection[Any]) -> Hint:
        """The hint, with the keys that stand within a path in the query."""
        query = (self._hint.query or "")[:_LONGEST_QUERY].lower()
        named = [k for k in value if len(k) > 1 and k.lower() in query] if query and type(value) is dict else []
        return replace(self._hint, query=" ".join([self._hint.query or "", *named])) if named else self._hint

    def _map(self, value: dict[str, Any], path: str, key: str) -> str | None:
        """An object of like objects as a grid, where that is well shorter."""
        if len(value) < _MIN_ROWS or set(map(type, value.values())) != {dict}:
            return None
        made = map_grid(value, self._asked)
        if made is None:
            return None
        elide = len(value) >= _DATA and key.lower() not in self._asked
        block = spelled(made, self._naming(value), self._limits, elide=elide, what="entries", path=self._asking(path))
        if len(block.text) + 20 >= 0.9 * self._sizes[self._id_of[id(value)]]:
            return None
        return self._put_below(block, path)

    def _put_below(self, block: Rendition, path: str) -> str:
        self._notes.update(block.note.split("; ") if block.note else ())
        self.elisions.extend(replace(e, summary=f"{path}: {e.summary}") for e in block.elisions)
        number = len(self._below) + 1
        self._below.append(f"#{number}={block.text}")
        return f"#{number}"


def _aliases(links: Iterable[str]) -> list[tuple[str, str]]:
    """Short names for beginnings that many links share, longest first."""
    counts = _beginnings(links)
    ranked = sorted(((-k * (len(p) / 4 - 2), p) for p, k in counts.items() if k > 2))[:24]
    chosen: list[str] = []
    left = {p: counts[p] for _, p in ranked if atom(p) == p}
    named = dict.fromkeys(left, 0)  # how much of it has a name already
    while len(chosen) < _MAX_ALIASES and left:
        best, gain = "", 6.0
        for p, k in left.items():
            base = named[p]
            worth = k * ((len(p) - base) / 4 - (0.5 if base else 2)) - len(p) / 4 - 4
            if worth > gain:
                best, gain = p, worth
        if not best:
            break
        chosen.append(best)
        taken = left.pop(best)
        for p in left:
            if best.startswith(p):
                left[p] -= taken
            elif p.startswith(best):
                named[p] = max(named[p], len(best))
    chosen.sort(key=lambda p: (-len(p), p))
    return list(zip("abcdefgh", chosen, strict=False))


def _beginnings(links: Iterable[str]) -> Mapping[str, int]:
    """How many links begin with a text that ends between two of their parts. Taken apart from their ends, so that what
    they share is looked at once."""
    counts: defaultdict[str, int] = defaultdict(int)
    left: Mapping[str, int] = Counter([link for link in links if len(link) < _LONGEST_LINK])
    while left:
        shorter: defaultdict[str, int] = defaultdict(int)
        for link, times in left.items():
            if link[-1] not in "/:":
                counts[link] += times
            start = _start(link)
            if start:
                shorter[start] += times
        left = shorter
    return counts


def _start(link: str) -> str:
    """The link without its last part, "" for one of which too little would be left."""
    if "{" in link or "?" in link or "#" in link:
        cut = _LAST_CUT.match(link)
        return cut[1] if cut is not None else ""
    at = link.rfind("/", _SHORTEST)
    while at > 0 and link[at - 1] in "/:":
        at = link.rfind("/", _SHORTEST, at)
    return link[:at] if at > 0 else ""
