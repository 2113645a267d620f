"""What a caller may choose: what is refused, and one pattern for all that must stay."""

from __future__ import annotations

import re
from typing import Any

import pytest

from headroom._settings import Settings, check_budget, check_roles, keep_pattern
from headroom.exceptions import ConfigError


def kept(keep: list[str | re.Pattern[str]], text: str) -> list[str]:
    pattern = keep_pattern(keep)
    assert pattern is not None
    return [m[0] for m in pattern.finditer(text)]


def test_settings_that_choose_other_bytes_have_other_keys() -> None:
    """And the deadline, which only ends the work, has not."""
    plain = Settings().fingerprint()
    others = [
        Settings(profile="balanced"),
        Settings(elide=False),
        Settings(query="x"),
        Settings(tools={"a": "verbatim"}),
        Settings(keep=re.compile("a")),
        Settings(keep=re.compile("a", re.IGNORECASE)),
        Settings(gate=None),
    ]
    assert len({plain, *(s.fingerprint() for s in others)}) == len(others) + 1
    assert Settings(deadline=1.0).fingerprint() == plain


def test_literal_spans_and_patterns_stand_side_by_side() -> None:
    assert kept(["a.b", re.compile("x+y", re.IGNORECASE)], "a.b axb XXY") == ["a.b", "XXY"]


def test_the_longest_literal_span_wins() -> None:
    assert kept(["id", "id-7"], "id-7 id-8") == ["id-7", "id"]


@pytest.mark.parametrize(
    "pattern",
    [
        re.compile(r"(?i)token-\d+"),
        re.compile(r"(?x) Token - \d+  # with its number", re.IGNORECASE),
        re.compile(r"(?P<word>Token)-\d+"),
        re.compile(r"(T)oken-\d+"),
    ],
)
def test_a_pattern_means_among_others_what_it_means_alone(pattern: re.Pattern[str]) -> None:
    text = "first (one) Token-12 and x"
    assert kept([re.compile(r"\((?P<inner>\w+)\)"), pattern, "x"], text) == ["(one)", "Token-12", "x"]


def test_a_back_reference_is_taken_where_it_means_its_own_group() -> None:
    twice = re.compile(r"(\w)\1")
    assert kept([twice, re.compile("(z)")], "abba z") == ["bb", "z"]
    with pytest.raises(ConfigError, match="by number"):
        keep_pattern([re.compile("(z)"), twice])
    with pytest.raises(ConfigError, match="do not go together"):
        keep_pattern([re.compile("(?P<n>z)"), re.compile("(?P<n>y)")])


@pytest.mark.parametrize("keep", ["one string", [b"bytes"], [re.compile(b"bytes")], [7]])
def test_what_is_no_span_is_refused(keep: Any) -> None:
    with pytest.raises(ConfigError, match="keep="):
        keep_pattern(keep)


def test_nothing_to_keep_is_no_pattern() -> None:
    assert keep_pattern([]) is None
    assert keep_pattern([""]) is None


def test_roles_are_known_ones() -> None:
    assert check_roles("user") == {"user"}
    assert check_roles(["user", "tool"]) == {"user", "tool"}
    with pytest.raises(ConfigError, match="robot"):
        check_roles(["user", "robot"])


@pytest.mark.parametrize("budget", [0, -1, True, 1.5, "7"])
def test_a_budget_is_a_positive_number(budget: Any) -> None:
    with pytest.raises(ConfigError, match="budget="):
        check_budget(budget)
