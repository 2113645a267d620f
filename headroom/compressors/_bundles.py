"""What webpack says of what it bundled: modules as counts by package, errors and warnings whole.

    ../node_modules/axios/lib/axios.js 1.39 KiB [built] [code generated]
      [used exports unknown]
      cjs require ./lib/axios ../node_modules/axios/index.js 1:0-39

A module of the project keeps its own line, what stands below it (exports, who imports it) goes; modules of packages go
whole. A module with an error or a warning stays as it is, so does every line of another form. The same message at many
places is said once, and where a module was looked for in vain is counted. `test_run` stands above.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from headroom.compressors._folds import Fold

__all__ = ["bundled"]

_MODULE = re.compile(
    r" *(?P<path>\S{1,300})(?: \+ \d+ modules?)?(?: \([\w-]+\))? [\d.]+ (?:bytes|[KMG]iB)(?: \{[^}]*\})?"
    r"(?P<tags>(?: \[[^\[\]]+\])+)(?: \d+ related \w+)?\s*\Z"
)
_PLAIN_TAGS = re.compile(
    r"(?: \[(?:built|code generated|cached|not cacheable|optional|dependent|no exports|orphan)\])+\s*\Z"
)
_PACKAGE = re.compile(r".*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/!]+)")
_DETAIL = re.compile(
    r" +(?:\[(?:no |all |only some |used )?exports\b.*\]|\[inactive\] .*|\[module\b.*\]|(?:cjs|harmony|amd|esm|entry|import\(\)|require"
    r"|module decorator|new URL|loader|webpack|css|url\(\)|asset|context|single|side effect|from origin)\b.*|\+ \d+ (?:hidden )?\w+"
    r"|\| .*|\? .*)\Z"
)
_MESSAGE = re.compile(r"(?P<level>ERROR|WARNING) in (?P<place>\S.{0,300})\Z")
_SEARCHED = re.compile(
    r" +(?:Parsed request is a |using description file: |Field '\w+' doesn't contain |No description file|no extension\Z"
    r"|\.\w+\Z|resolve as |looking for modules in |single file module|as directory\Z|existing directory|root path "
    r"|\S+ (?:doesn't exist|is not a (?:file|directory)))"
)
_IMPORTED = " @ "
"""Begins a line that says by whom a module is imported."""
_FEWEST = 3
_TALLEST = 200


@dataclass(slots=True)
class _Run:
    """Modules whose lines from `first` on follow one another; `last` is the last line of them."""

    first: int
    last: int
    packages: Counter[str] = field(default_factory=Counter)
    own: bool = False

    def fold(self) -> Fold:
        """What the mark says: whose details are left out, and modules by package."""
        said = []
        if self.packages:
            said.append("modules built: " + ", ".join(f"{n} × {name}" for name, n in self.packages.items()))
        if self.own:
            said.insert(0, "exports and importers of the module above")
        return Fold(self.first, self.last, "; ".join(said))


def bundled(source: Sequence[str], pins: AbstractSet[int], taken: bytearray) -> Iterator[Fold]:
    """Folds for modules, for messages that were said above, and for searches in vain."""
    yield from _modules(source, pins, taken)
    yield from _messages(source, pins, taken)
    yield from _searches(source, pins, taken)


def _modules(source: Sequence[str], pins: AbstractSet[int], taken: bytearray) -> Iterator[Fold]:
    run: _Run | None = None
    i = 0
    while i < len(source):
        line = source[i]
        m = _MODULE.match(line) if line[-1:] in "]ts" and "[" in line else None
        if m is None:
            i += 1
            continue
        end = i + 1
        while end < len(source) and _DETAIL.match(source[end]):
            end += 1
        package = _PACKAGE.match(m["path"])
        first = i if package else i + 1
        free = _PLAIN_TAGS.match(m["tags"]) and pins.isdisjoint(range(first, end)) and 1 not in taken[first:end]
        if run is not None and (not free or run.last + 1 != first):
            yield run.fold()
            run = None
        if free and first < end:
            run = run or _Run(first, end - 1)
            run.last = end - 1
            if package:
                run.packages[package[1]] += 1
            else:
                run.own = True
        i = end
    if run is not None:
        yield run.fold()


@dataclass(frozen=True, slots=True)
class _Message:
    """Lines `first` to `last` say `said` of `place`."""

    first: int
    last: int
    place: str
    said: tuple[str, ...]


def _messages(source: Sequence[str], pins: AbstractSet[int], taken: bytearray) -> Iterator[Fold]:
    """Messages whose words stand above, with their places; neighbours share a fold."""
    seen: dict[tuple[str, ...], _Message] = {}
    run: list[_Message] = []
    for message in _said(source):
        example = seen.setdefault(message.said, message)
        lines = range(message.first, message.last + 1)
        if example is message or not pins.isdisjoint(lines) or 1 in taken[lines.start : lines.stop]:
            continue
        if run and (run[-1].last + 1 != message.first or run[-1].said != message.said):
            yield _together(run, seen[run[0].said])
            run = []
        run.append(message)
    if run:
        yield _together(run, seen[run[0].said])


def _said(source: Sequence[str]) -> Iterator[_Message]:
    for i, line in enumerate(source):
        m = _MESSAGE.match(line) if line[:1] in ("E", "W") else None
        if m is None:
            continue
        end = i + 1
        while end < min(len(source), i + _TALLEST) and source[end].strip():
            end += 1
        words = [line for line in source[i + 1 : end] if not line.startswith(_IMPORTED)]
        if words:  # the blank line behind goes with them
            yield _Message(i, min(end, len(source) - 1), m["place"], (m["level"], *words))


def _together(run: Sequence[_Message], example: _Message) -> Fold:
    as_in = "" if run[0].first == example.last + 1 else f" as in {example.place}"
    return Fold(run[0].first, run[-1].last, f"the same{as_in}: {', '.join([m.place for m in run])}")


def _searches(source: Sequence[str], pins: AbstractSet[int], taken: bytearray) -> Iterator[Fold]:
    """Where a module was looked for."""
    first = -1
    for i in range(len(source) + 1):
        inside = (
            i < len(source) and source[i][:1] == " " and i not in pins and not taken[i] and _SEARCHED.match(source[i])
        )
        if inside and first < 0:
            first = i
        elif not inside and first >= 0:
            if i - first >= _FEWEST:
                yield Fold(first, i - 1, "where it was looked for and is not")
            first = -1
