"""Search lines for a Python regex in bounded time, whatever the pattern and whatever the text.

Python's own engine backtracks: `(a+)+b` on a line of 40 "a" runs for days, and nothing can interrupt it. So it is used
only where its worst case is small for the line at hand; all else runs on an automaton that reads each character once
and gives the same answer. Look-around and back-references have no such automaton and are refused with a clear error.

Only whether and where a line matches is asked, so groups and lazy quantifiers mean nothing here. Used by `retrieval`.
"""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from headroom.exceptions import SliceError

_MAX_PATTERN = 1_000
_MAX_DEPTH = 40
_MAX_NODES = 5_000
_MAX_STATES = 2_000
_MAX_WORK = 5_000_000
"""Visits of automaton nodes, some seconds: only patterns with exponentially many states get there."""
_SMALL_COST = 4_000_000
"""Steps of Python's engine on one line, a few milliseconds."""
_SMALL_FACTOR = 64
_SMALL_SECONDS = 1.0
"""How long all lines together may take with Python's engine; the answer is the same after that."""

_QUANTIFIER = re.compile(r"([*+?])|\{(?!\})(\d*)(?:(,)(\d*))?\}")
_GLOBAL_FLAGS = re.compile(r"\(\?([aimsu]+)\)")
_GROUP = re.compile(r"\((?:\?(?:([ais]*):|P<\w+>)|(?!\?))")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]+\}|0[0-7]{0,2}|[^1-9])", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One character that `pattern` matches."""

    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Assert:
    """One of `^`, `$`, `b` and `B`."""

    kind: str


@dataclass(frozen=True, slots=True)
class _Cat:
    items: Sequence[_Node]


@dataclass(frozen=True, slots=True)
class _Alt:
    items: Sequence[_Node]


@dataclass(frozen=True, slots=True)
class _Rep:
    item: _Node
    low: int
    high: int | None


_Node: TypeAlias = "_Leaf | _Assert | _Cat | _Alt | _Rep"


class LinePattern:
    """A regex that tells where a line first matches.

    Raises:
        SliceError: the pattern is no Python regex, or uses what cannot be searched in bounded time.
    """

    def __init__(self, pattern: str) -> None:
        if len(pattern) > _MAX_PATTERN:
            raise SliceError(f"grep: the pattern has {len(pattern):,} characters; {_MAX_PATTERN:,} are allowed")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._re = re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as e:
            raise SliceError(
                f"grep={pattern!r} is no Python regular expression: {e}; escape characters that are meant literally, e.g. \\("
            ) from e
        tree = _Parser(pattern).parse()
        self._length_power, self._factor = _cost(tree)
        self._automaton = _Automaton(tree)
        self._seconds = 0.0

    def end(self, line: str, at: int = 0) -> int:
        """Where a first match at or after `at` ends, -1 for none. A CR that ends the line is not searched."""
        stop = len(line) - line.endswith("\r")
        if at > stop:
            return -1
        cost = self._factor * (stop - at + 1) ** self._length_power
        linear = self._length_power == 1 and self._factor <= _SMALL_FACTOR
        if not linear and (cost > _SMALL_COST or self._seconds > _SMALL_SECONDS):
            return self._automaton.end(line, at, stop)
        if linear or cost < _SMALL_COST / 100:
            found = self._re.search(line, at, stop)
        else:
            start = time.perf_counter()
            found = self._re.search(line, at, stop)
            self._seconds += time.perf_counter() - start
        return found.end() if found else -1


def _cost(node: _Node) -> tuple[int, float]:
    """Bound of a backtracking search: (power of the line's length, factor). Infinite where it may be exponential."""
    power, factor, _ = _choices(node)
    return power + 1, factor


def _choices(node: _Node) -> tuple[int, float, bool]:
    """(unbounded repeats, number of ways to choose, whether there is any choice at all)"""
    if isinstance(node, (_Leaf, _Assert)):
        return 0, 1.0, False
    if isinstance(node, _Rep):
        power, factor, choice = _choices(node.item)
        if choice and node.high != 1:
            return 0, float("inf"), True
        if node.high is None:
            return power + 1, factor, True
        return power, factor * (node.high - node.low + 1), choice or node.high != node.low
    power, factor, choice = 0, 1.0, isinstance(node, _Alt)
    for item in node.items:
        p, f, c = _choices(item)
        power, factor, choice = power + p, factor * f, choice or c
    return power, factor * (len(node.items) if isinstance(node, _Alt) else 1), choice


class _Parser:
    """Reads the regular part of Python's syntax. The pattern is known to compile."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0

    def parse(self) -> _Node:
        flags = ""
        while m := _GLOBAL_FLAGS.match(self.pattern, self.at):
            flags += m[1]
            self.at = m.end()
        return self._alternatives(flags)

    def _alternatives(self, flags: str) -> _Node:
        branches: list[_Node] = []
        items: list[_Node] = []
        while self.at < len(self.pattern) and self.pattern[self.at] != ")":
            if self.pattern[self.at] == "|":
                self.at += 1
                branches.append(_Cat(items))
                items = []
            else:
                items.append(self._repeated(flags))
        return _Alt([*branches, _Cat(items)]) if branches else _Cat(items)

    def _repeated(self, flags: str) -> _Node:
        item = self._atom(flags)
        m = _QUANTIFIER.match(self.pattern, self.at)
        if m is None:
            return item
        self.at = m.end()
        if self.pattern[self.at : self.at + 1] == "+":
            raise self._refused("possessive quantifiers")
        self.at += self.pattern[self.at : self.at + 1] == "?"
        if m[1]:
            return _Rep(item, int(m[1] == "+"), 1 if m[1] == "?" else None)
        low = int(m[2] or 0)
        return _Rep(item, low, (int(m[4]) if m[4] else None) if m[3] else low)

    def _atom(self, flags: str) -> _Node:
        char = self.pattern[self.at]
        if char == "(":
            return self._group(flags)
        if char in "^$":
            self.at += 1
            return _Assert(char)
        if char == "\\":
            return self._escape(flags)
        m = _CLASS.match(self.pattern, self.at) if char == "[" else None
        source = m[0] if m else char if char == "." else re.escape(char)
        self.at = m.end() if m else self.at + 1
        return _leaf(source, flags)

    def _group(self, flags: str) -> _Node:
        m = _GROUP.match(self.pattern, self.at)
        if m is None:
            raise self._refused("look-around, back-references and special groups")
        if self.depth == _MAX_DEPTH:
            raise self._refused("groups nested so deeply")
        self.depth += 1
        self.at = m.end()
        inner = self._alternatives(flags + (m[1] or ""))
        self.depth -= 1
        self.at += 1
        return inner

    def _escape(self, flags: str) -> _Node:
        m = _ESCAPE.match(self.pattern, self.at)
        if m is None:
            raise self._refused("look-around and back-references")
        self.at = m.end()
        kind = {"b": "b", "B": "B", "A": "^", "Z": "$"}.get(m[0][1:])
        return _Assert(kind) if kind else _leaf(m[0], flags)

    def _refused(self, what: str) -> SliceError:
        return SliceError(
            f"grep={self.pattern!r}: {what} are not supported, as their search may never end; write a plain regex, "
            "and filter further by a second call"
        )


def _leaf(source: str, flags: str) -> _Leaf:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kept = "".join(sorted(set(flags) & set("ais")))
        return _Leaf(re.compile(f"(?{kept}){source}" if kept else source))


_ACCEPT: Final = -1


class _State(dict[str, "_State | None"]):
    """Positions in the automaton after some characters; maps the next character to a state, or None for a match."""

    __slots__ = ("nodes", "previous")

    def __init__(self, nodes: frozenset[int], previous: str) -> None:
        super().__init__()
        self.nodes = nodes
        self.previous = previous


class _Automaton:
    """Thompson's construction, made deterministic while it runs."""

    def __init__(self, tree: _Node) -> None:
        self._takes: dict[int, tuple[re.Pattern[str], int]] = {}
        self._asserts: dict[int, tuple[str, int]] = {}
        self._splits: dict[int, list[int]] = {}
        self._size = 0
        self._start = self._build(tree, _ACCEPT)
        self._states: dict[tuple[frozenset[int], str], _State] = {}
        self._work = 0

    def end(self, line: str, at: int, stop: int) -> int:
        """Where the first match at or after `at` that is complete before `stop` ends, -1 for none."""
        state = self._state(frozenset(), _kind(line[at - 1]) if at else "start")
        for i in range(at, stop):
            char = line[i]
            if char in state:
                following = state[char]
            else:
                following = self._step(state, char)
            if following is None:
                return i
            state = following
        return stop if _ACCEPT in self._closure(state, "end") else -1

    def _new(self) -> int:
        self._size += 1
        if self._size > _MAX_NODES:
            raise SliceError("grep: the pattern is too large; use smaller counts in {m,n}")
        return self._size

    def _build(self, node: _Node, then: int) -> int:
        """Nodes for `node` that lead to `then`; returns where they start."""
        if isinstance(node, _Leaf):
            at = self._new()
            self._takes[at] = (node.pattern, then)
        elif isinstance(node, _Assert):
            at = self._new()
            self._asserts[at] = (node.kind, then)
        elif isinstance(node, _Cat):
            at = then
            for item in reversed(node.items):
                at = self._build(item, at)
        elif isinstance(node, _Alt):
            at = self._new()
            self._splits[at] = [self._build(item, then) for item in node.items]
        else:
            at = self._repeat(node, then)
        return at

    def _repeat(self, node: _Rep, then: int) -> int:
        at = then
        if node.high is None:
            at = self._new()
            self._splits[at] = [then]
            self._splits[at].append(self._build(node.item, at))
        else:
            for _ in range(node.high - node.low):
                option = self._new()
                self._splits[option] = [self._build(node.item, at), then]
                at = option
        for _ in range(node.low):
            self._new()
            at = self._build(node.item, at)
        return at

    def _state(self, nodes: frozenset[int], previous: str) -> _State:
        key = (nodes, previous)
        if key not in self._states:
            if len(self._states) >= _MAX_STATES:
                self._states.clear()
            self._states[key] = _State(nodes, previous)
        return self._states[key]

    def _step(self, state: _State, char: str) -> _State | None:
        """Work out one transition and remember it."""
        reached = self._closure(state, _kind(char))
        following = None
        if _ACCEPT not in reached:
            takes = (self._takes[n] for n in reached if n in self._takes)
            nodes = frozenset(then for pattern, then in takes if pattern.fullmatch(char))
            following = self._state(nodes, _kind(char))
        state[char] = following
        return following

    def _closure(self, state: _State, upcoming: str) -> set[int]:
        """All nodes that are reached without taking a character. A match may start anywhere, so here as well."""
        todo = [self._start, *state.nodes]
        seen: set[int] = set()
        while todo:
            node = todo.pop()
            if node in seen:
                continue
            seen.add(node)
            if node in self._splits:
                todo += self._splits[node]
            elif node in self._asserts:
                kind, then = self._asserts[node]
                if _HOLDS[kind](state.previous, upcoming):
                    todo.append(then)
        self._work += len(seen)
        if self._work > _MAX_WORK:
            raise SliceError("grep: the pattern takes too long on this text; use a simpler one, or limit it with lines")
        return seen


def _kind(char: str) -> str:
    return "word" if char.isalnum() or char == "_" else "other"


_HOLDS: dict[str, Callable[[str, str], bool]] = {
    "^": lambda before, _: before == "start",
    "$": lambda _, after: after == "end",
    "b": lambda before, after: (before == "word") != (after == "word"),
    "B": lambda before, after: (before == "word") == (after == "word"),
}
