"""Asking compressors: in which order, and who is not asked any more."""

from __future__ import annotations

import pytest

from headroom.compressors import BUILTIN
from headroom.compressors._api import Limits, Rendition
from headroom.compressors._claims import Claims, likely_first
from headroom.messages import NO_HINT, Hint


class Says:
    """Says one score of every text."""

    name = "Says"

    def __init__(self, kind: str, score: float) -> None:
        self.kind = kind
        self._score = score

    def score(self, text: str, hint: Hint) -> float:
        return self._score

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        return Rendition(text=text)


class Raises(Says):
    """Cannot say."""

    name = "Raises"

    def score(self, text: str, hint: Hint) -> float:
        raise ValueError("no score")


def test_the_best_score_stands_first_and_ties_stay_in_order() -> None:
    claims = Claims.on("x", NO_HINT, [Says("a", 0.1), Says("b", 0.7), Says("c", 0.7)])
    assert [(score, compressor.kind) for score, compressor in claims.ranking] == [(0.7, "b"), (0.7, "c"), (0.1, "a")]
    assert not claims.unasked


def test_who_is_certain_ends_the_questioning() -> None:
    late = Says("late", 1.0)
    claims = Claims.on("x", NO_HINT, [Says("a", 0.9), Says("sure", 0.95), late])
    assert [compressor.kind for _, compressor in claims.ranking] == ["sure", "a"]
    assert list(claims.unasked) == [late]


def test_who_raises_is_reported_and_stops_nobody() -> None:
    claims = Claims.on("x", NO_HINT, [Raises("r", 0), Says("a", 0.5)])
    assert [compressor.kind for _, compressor in claims.ranking] == ["a"]
    assert claims.faults == ("Raises.score: ValueError: no score",)


@pytest.mark.parametrize(
    ("hint", "kind"),
    [
        (Hint(command="tail -n 50 /var/log/syslog"), "log"),
        (Hint(path="build.log"), "log"),
        (Hint(command="rg -n def src"), "search"),
        (Hint(command="git diff HEAD"), "diff"),
        (Hint(command="cd a && pytest -q"), "test"),
        (Hint(command="ls -la"), "listing"),
        (Hint(tool="search_knowledge_base"), "prose"),
    ],
)
def test_those_are_asked_first_of_whose_kind_the_hint_speaks(hint: Hint, kind: str) -> None:
    assert likely_first(BUILTIN, hint)[0].kind == kind


def test_without_a_hint_the_order_is_that_of_the_list() -> None:
    assert likely_first(BUILTIN, NO_HINT) == BUILTIN
