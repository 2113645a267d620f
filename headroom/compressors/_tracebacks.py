"""The middle of long tracebacks: the frames between where a test failed and where the error arose.

The first frame, the innermost frame and every line of an assertion stay; the mark names the places in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from headroom.compressors._folds import Fold

_RULER = re.compile(r"(?:_ ){2,}_?\s*\Z")
_TITLE = re.compile(r"_{3,} \S.* _{3,}\s*\Z|=+ .* =+\s*\Z|-{3,} .* -{3,}\s*\Z")
_PLACE = re.compile(r"([^\s:][^:\n]{0,200}:\d+): ?")
_FAILURE = re.compile(r"E(?: |\Z)|\S.{0,400}(?: FAILED|: error:)|\s*--- FAIL")
_STACK = re.compile(
    r"""[ \t]{0,8}(?:at\ \S                                # Java, JavaScript, C#
      | File\ ".*",\ line\ \d+,\ in\                     # Python
      | \d+:\ +(?:0x[0-9a-f]+\ -\ .*|[\w<][\w:<>&*{}\[\]()\ ,;#.$'=+-]*)\Z        # Rust, with a place on the next line
      | from\ \S+:\d+:in\                                # Ruby
      | \#\d+\ +(?:0x[0-9a-f]+\ |\S+\(\d+\):\ |\[internal|\{main\}|\S+\ \()   # gdb, sanitizers, PHP
      | \(\S+\ \d[\w.-]*\)\ \S+:\d+:\                    # Elixir
      | \S.*\ called\ at\ \S+\ line\ \d+                 # Perl
      | \d+\ +\S+\ +0x[0-9a-f]{8,}\ \S                   # Swift, macOS
    ) | (?:created\ by\ )?[\w.-]+(?:/[\w.-]+)*\.[\w.()*\[\]{}]+(?:\(.*\)|\ in\ goroutine\ \d+)\Z  # Go, likewise
    """,
    re.VERBOSE,
)
_LIBRARY = re.compile(
    r"/rustc/|/\.cargo/registry/|(?:site|dist)-packages|node_modules|\(?node:|/usr/(?:local/)?lib|/python3\.\d+/|/pkg/mod/"
    r"|/usr/local/go/|/src/runtime/|/gems/|/vendor/|\[internal|<frozen |\b(?:core|std|alloc|test)::"
    r"|\bat (?:java|javax|jdk|sun|kotlin|scala|org\.(?:junit|springframework|apache|gradle|hibernate|eclipse)|System|Microsoft)\."
)
"""Frames of what a program is built on."""
_SIGNS = {
    " ": ("   at ", " called at ", "goroutine ", "stack backtrace:", ".ex:"),
    "\t": ("\tat ", "\tfrom "),
    '"': ('  File "',),
    "#": ("#1 ",),
    "x": (" 0x0000",),
}
"""Without one of these a text has no stack that `_STACK` knows; by a character, which is looked for in no time."""
_FIRSTS = frozenset("aFf#(0123456789")
"""What a frame begins with, but for those of Perl, that say where something was called, and of Go, which end in brackets."""
_PLACE_BELOW = ("    ", "\t/", "\t")
"""What an excerpt or a place below its frame begins with."""
_IN = re.compile(r"[^\s:][^:\n]{0,200}:\d+: in \S")
_OF_NODE = re.compile(
    r"\s+(?:at )?(?:async )?(?:\S[^()\n]{0,120} \(node:[\w/-]+(?::\d+){1,2}\)|node:[\w/-]+(?::\d+){1,2})"
)
"""A frame of node itself: its loader, its runner of tests, its timers."""
_RUST_FRAME = re.compile(r" +\d+: \S")
_IN_RUST = re.compile(r" +at /rustc/[0-9a-f]+/")
"""Where a frame of Rust's own library stands."""
_NODES = 3
"""Fewer of them stay."""
_LONGEST = 400
_KEEP = 3
_FEW = 2 * _KEEP + 2
"""Frames of which none is left out."""
_OWN = 8
_NAMED = 6


def frames(text: str, lines: Sequence[str]) -> int:
    """How many of the lines of a text name a frame of a stack."""
    if not _may_hold(text):
        return 0
    return sum(map(is_frame, lines))


def _may_hold(text: str) -> bool:
    return any(char in text and any(map(text.__contains__, signs)) for char, signs in _SIGNS.items())


def is_frame(line: str) -> bool:
    """Whether the line names a frame of a stack."""
    if len(line) > _LONGEST or not (
        line.lstrip(" \t")[:1] in _FIRSTS or line[-1:] == ")" or " called at " in line or "goroutine" in line
    ):
        return False
    return _STACK.match(line) is not None


def middle_frames(source: Sequence[str], pins: set[int], taken: bytearray) -> Iterator[Fold]:
    """Folds for pytest's long tracebacks and for stacks of one line, or of line and excerpt, per frame."""
    text = "\n".join(source)
    if "_ _ " in text:
        yield from _long_form(source, pins, taken)
    yield from _stacks(text, source, pins, taken)


def frames_of_node(source: Sequence[str], pins: set[int], taken: bytearray) -> Iterator[Fold]:
    """Folds for runs of frames of node itself, which stand below those of every program and are of no interest to it."""
    inner = ["node:" in line and _OF_NODE.fullmatch(line) is not None for line in source]
    for first, last in _runs(inner, pins, taken):
        if last - first + 1 >= _NODES:
            yield Fold(first, last, f"{last - first + 1} frames of node")


def frames_of_rust(source: Sequence[str], pins: set[int], taken: bytearray) -> Iterator[Fold]:
    """Likewise for frames of Rust's own library, of which the place stands on a line of its own."""
    inner = [_IN_RUST.match(line) is not None for line in source]
    for i in range(1, len(source)):
        if inner[i] and _RUST_FRAME.match(source[i - 1]):
            inner[i - 1] = True
    for first, last in _runs(inner, pins, taken):
        if _RUST_FRAME.match(source[first]):
            yield Fold(first, last, f"{sum(map(_is_rust_frame, source[first : last + 1]))} frames of Rust's library")


def _is_rust_frame(line: str) -> bool:
    return _RUST_FRAME.match(line) is not None


def _runs(inner: Sequence[bool], pins: set[int], taken: bytearray) -> Iterator[tuple[int, int]]:
    """First and last numbers of the lines, one behind the other, that are `inner` and may go."""
    first = -1
    for i, is_inner in enumerate([*inner, False]):
        goes = is_inner and not taken[i] and i not in pins
        if goes and first < 0:
            first = i
        elif not goes and first >= 0:
            yield first, i - 1
            first = -1


def _long_form(source: Sequence[str], pins: set[int], taken: bytearray) -> Iterator[Fold]:
    """Pytest's `--tb=long`: frames are separated by rulers."""
    rulers: list[int] = []
    for i in range(len(source) + 1):
        line = source[i] if i < len(source) else "=== end ==="
        head = line[:1]
        if head == "_" and _RULER.match(line):
            rulers.append(i)
        elif head in ("_", "=", "-") and head and _TITLE.match(line):
            yield from _between(source, rulers, pins, taken)
            rulers = []


def _between(source: Sequence[str], rulers: Sequence[int], pins: set[int], taken: bytearray) -> Iterator[Fold]:
    """Frames between rulers, but for those that hold a failure, a pinned or a folded line, and for the one after."""
    start = -1
    previous_ends = False
    for a, b in pairwise(rulers):
        ends = any(taken[i] or i in pins or _FAILURE.match(source[i]) for i in range(a, b))
        ends = ends or not any(_PLACE.match(source[i]) for i in range(a, b))
        if ends or previous_ends:
            if start >= 0:
                yield _fold(source, start, a - 1)
            start = -1
        elif start < 0:
            start = a
        previous_ends = ends
    if start >= 0:
        yield _fold(source, start, rulers[-1] - 1)


def _fold(source: Sequence[str], first: int, last: int) -> Fold:
    places = [m[1] for i in range(first, last + 1) if (m := _PLACE.match(source[i]))]
    noun = "frame" if len(places) == 1 else "frames"
    return Fold(first, last, f"{len(places)} {noun}: {_listed(places)}" if places else "frames")


def _listed(places: Sequence[str]) -> str:
    more = f", … {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    return ", ".join(places[:_NAMED]) + more


def _stacks(text: str, source: Sequence[str], pins: set[int], taken: bytearray) -> Iterator[Fold]:
    """Stacks of many frames: the first and the last three stay."""
    heads = [
        i
        for i, line in enumerate(source)
        if (is_frame(line) or (" in " in line and _IN.match(line))) and not taken[i] and i not in pins
    ]
    if len(heads) <= _FEW:
        return
    places = [i for i in heads if _IN.match(source[i])]
    if len(places) < len(heads) and not _may_hold(text):
        heads = places
    stack: list[int] = []
    for i in heads:
        if stack and not _goes_on(source, stack[-1], i, pins, taken):
            yield from _middle(source, stack)
            stack = []
        stack.append(i)
    yield from _middle(source, stack)


def _goes_on(source: Sequence[str], head: int, following: int, pins: set[int], taken: bytearray) -> bool:
    """Whether a frame follows upon the one before, with no more than its excerpt and place between."""
    return following - head <= 3 and all(
        source[i].startswith(_PLACE_BELOW) and not taken[i] and i not in pins for i in range(head + 1, following)
    )


def _middle(source: Sequence[str], heads: Sequence[int]) -> Iterator[Fold]:
    """What lies between the first and the last frames; of libraries' frames those of the program itself stand out."""
    if len(heads) <= _FEW:
        return
    inner = heads[_KEEP:-_KEEP]
    ends = [*inner[1:], heads[-_KEEP]]
    own = [not any(_LIBRARY.search(source[i]) for i in range(a, b)) for a, b in zip(inner, ends, strict=True)]
    if sum(own) > _OWN or all(own):
        own = [False] * len(own)
    at = 0
    for is_own, run in groupby(own):
        count = len(list(run))
        if not is_own:
            yield Fold(inner[at], ends[at + count - 1] - 1, f"{count} frame{'s' if count > 1 else ''}")
        at += count
