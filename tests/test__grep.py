"""The search for a regex in bounded time gives the answer of Python's own engine."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom._grep import LinePattern
from headroom.exceptions import SliceError

atoms = st.sampled_from(
    ["a", "b", "-", ".", r"\d", r"\w", r"\W", "[ab]", "[^a]", "[]a-]", r"\b", "^", "$", r"\.", r"\x61", "{", "é"]
)


def patterns(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.sampled_from(["({})", "(?:{})", "(?i:{})", "(?P<n{}>)"]).flatmap(
        lambda g: inner.map(lambda p: g.format(p) if "P<" not in g else f"(?:{p})")
    )
    quantifier = st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}", "*?", "+?"])
    return st.one_of(
        st.tuples(group, quantifier).map("".join),
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map("|".join),
    )


regexes = st.tuples(st.sampled_from(["", "(?i)"]), st.recursive(atoms, patterns, max_leaves=6)).map("".join)
lines = st.text(alphabet="abAB1- .{é_\r\ud800", max_size=10)


@settings(max_examples=500, deadline=None)
@given(pattern=regexes, line=lines, at=st.integers(0, 4))
def test_the_automaton_and_pythons_engine_agree(pattern: str, line: str, at: int) -> None:
    try:
        expected = re.compile(pattern)
    except re.error:
        with pytest.raises(SliceError, match="no Python regular expression"):
            LinePattern(pattern)
        return
    stop = len(line) - line.endswith("\r")
    found = LinePattern(pattern)
    at = min(at, stop)
    by_automaton = found._automaton.end(line, at, stop)
    assert (by_automaton >= 0) == (expected.search(line, at, stop) is not None)
    assert (found.end(line, at) >= 0) == (by_automaton >= 0)


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(a|aa)+$", "a*a*a*a*a*b", "(?:a?){30}a{30}b", "(.*)*x", ".*.*.*.*y"]
)
def test_patterns_that_explode_elsewhere_end_here(pattern: str) -> None:
    search = LinePattern(pattern)
    assert search.end("a" * 20_000) == (20_000 if pattern == "(a|aa)+$" else -1)


def test_a_long_line_is_searched_in_linear_time_and_the_end_of_its_match_is_found() -> None:
    line = "foo" * 300_000 + "-bar"
    assert LinePattern(r"foo.*b\w+r").end(line) == len(line)
    assert LinePattern(r"bar").end(line) == len(line)
    assert LinePattern(r"foo").end(line, 7) == 12


@pytest.mark.parametrize("pattern", ["a(?=b)", "(?<!a)b", r"(a)\1", "(?P<x>a)(?P=x)", "(?x) a", "(" * 60 + ")" * 60])
def test_what_cannot_be_bounded_is_refused_with_a_remedy(pattern: str) -> None:
    with pytest.raises(SliceError, match="write a plain regex"):
        LinePattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [("(", "no Python regular"), ("a{2,1}", "no Python"), ("x" * 1001, "1,000"), ("(a{1,99}){1,99}", "too large")],
)
def test_what_is_wrong_or_too_large_is_an_error(pattern: str, message: str) -> None:
    with pytest.raises(SliceError, match=message):
        LinePattern(pattern)


def test_a_pattern_with_exponentially_many_states_ends_in_an_error() -> None:
    line = "".join(random.Random(1).choices("ab", k=400_000))
    with pytest.raises(SliceError, match="too long on this text"):
        LinePattern("(a|b)*a(a|b){60}c").end(line)


def test_anchors_words_and_the_end_of_crlf_lines() -> None:
    assert LinePattern("end$").end("the end\r") == 7
    assert LinePattern(r"^the\b").end("the end") == 3
    assert LinePattern("^end").end("the end", 4) == -1
    assert LinePattern(r"\bend").end("theend", 3) == -1
    assert LinePattern("").end("") == 0
    assert LinePattern("(?P<name>a|b)+c").end("xabac") == 5
