"""One question: who is asked, who answers, and what becomes of those who find nothing or raise."""

from __future__ import annotations

from headroom.compressors._api import Limits, Rendition
from headroom.compressors._claims import Claims
from headroom.compressors._question import Question
from headroom.messages import NO_HINT, Hint

TEXT = "a berth\n" * 9


class Shorter:
    """As sure as it is told; makes one word of any text, or nothing."""

    def __init__(self, kind: str, score: float, *, gains: bool = True) -> None:
        self.kind = kind
        self.name = kind.title()
        self._score = score
        self._gains = gains
        self.asked = 0

    def score(self, text: str, hint: Hint) -> float:
        self.asked += 1
        return self._score

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        if self._gains:
            return Rendition(text=self.kind)
        return Rendition(text=text, warnings=(f"{self.name} found nothing",))


class Broken(Shorter):
    """Claims a text and then raises."""

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        raise ValueError("no text")


def question(*compressors: Shorter, known: dict[str, Claims] | None = None) -> Question:
    return Question(TEXT, NO_HINT, lambda _kind: Limits(), compressors, {} if known is None else known)


def test_the_surest_answers() -> None:
    answer = question(Shorter("boats", 0.5), Shorter("ships", 0.8)).answer()
    assert (answer.name, answer.kind, answer.rendition.text) == ("Ships", "ships", "ships")


def test_who_is_certain_ends_the_questioning_and_the_others_are_asked_when_he_finds_nothing() -> None:
    later = Shorter("own", 0.4)
    assert question(Shorter("sure", 0.96), later).answer().kind == "sure"
    assert later.asked == 0
    answer = question(Shorter("sure", 0.96, gains=False), later).answer()
    assert (answer.kind, later.asked) == ("own", 1)
    assert answer.rendition.warnings == ("Sure found nothing",)


def test_a_text_that_is_wholly_of_one_kind_is_of_no_other() -> None:
    """JSON in which nothing is to gain is no table either."""
    answer = question(Shorter("json", 0.97, gains=False), Shorter("table", 0.9)).answer()
    assert (answer.kind, answer.rendition.text) == ("json", TEXT)


def test_who_raises_is_told_of_and_the_next_answers() -> None:
    answer = question(Broken("broken", 0.9), Shorter("ships", 0.8)).answer()
    assert answer.kind == "ships"
    assert answer.faults == ("Broken: ValueError: no text",)


def test_who_hardly_claims_a_text_answers_only_where_he_is_told_to() -> None:
    hardly = Shorter("ships", 0.1)
    assert question(hardly).answer().rendition.text == TEXT
    assert question(hardly).answer(told=True).rendition.text == "ships"


def test_a_text_is_asked_about_once_for_one_hint() -> None:
    ships = Shorter("ships", 0.8)
    known: dict[str, Claims] = {}
    first, again = question(ships, known=known), question(ships, known=known)
    assert ships.asked == 1
    assert (first.first, first.plausible, first.unsure, first.guesses, first.certain) == (
        ships,
        True,
        False,
        False,
        False,
    )
    assert again.tells_no_more_than(first) is False


def test_nobody_is_nobody() -> None:
    answer = question().answer()
    assert (answer.name, answer.kind, answer.rendition.text) == ("Raw", "raw", TEXT)
