"""Which words a model may take away, and which stay whatever it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._fewer_words import Weighed, reads, weigh
from headroom.compressors._terse import may_change, terse
from headroom.text_model import TextModel

pytest.importorskip("onnxruntime", reason="needs the extra ml")
DATA = Path(__file__).parent.parent / "data" / "text_model"
TINY = TextModel(DATA)
SENTENCES = [
    "The ferry is operated by a family of shipwrights and it was never late.",
    "It is not the fastest boat, but a few people really love it in the summer.",
    "An engine from the yard in Sennport has 318 of the horsepower and is cooled by the lake.",
    'The sign says "The boat is full", which is quite true of the summer months.',
    "Read `the manual is here` or https://example.org/the/an/is before you are allowed to steer.",
    "He isn't in the Bank of England, and the rules were changed in the year 1921.",
    "In the north of the island there are at most two of the houses that are open.",
    "The boat of the yard was sold by Anna to Bertram in the spring.",
    "Das ist nicht in der Halle, und die Tür des Hauses ist offen.",
]


def weighed(text: str) -> Weighed:
    return weigh(text, may_change(text, None), TINY)


def without(text: str, keep: re.Pattern[str] | None = None) -> str:
    """The text without every word that may go."""
    words = weigh(text, may_change(text, keep), TINY)
    found = terse(text, keep, words.picked(len(words.words)))
    return text if found is None else found.text


def test_the_least_worth_keeping_come_first() -> None:
    text = "\n\n".join(SENTENCES)
    found = weighed(text)
    assert [worth for worth, _, _ in found.words] == sorted(worth for worth, _, _ in found.words)
    first = {text[a:b].strip().lower() for _, a, b in found.words[: found.unworthy()]}
    assert first <= set("the a an of is are by in and it that which from to on be really quite so there at".split())
    assert not found.said


@pytest.mark.parametrize(
    "stays",
    [
        "never late.",
        "not",
        "isn't",
        "few",
        "318 of",
        "Sennport",
        "Bank",
        "at most two",
        "were",
        "by Anna to Bertram",
        "1921.",
    ],
)
def test_what_a_statement_turns_on_stays_even_where_every_word_goes(stays: str) -> None:
    assert stays in without("\n\n".join(SENTENCES))


@pytest.mark.parametrize("span", ['"The boat is full"', "`the manual is here`", "https://example.org/the/an/is"])
def test_quotations_code_and_links_stay_as_they_are(span: str) -> None:
    assert span in without("\n\n".join(SENTENCES))


def test_structure_and_kept_lines_are_not_touched() -> None:
    parts = ["## The rules of the house", "```\nthe code is here\n```", "| the | a |\n|---|---|\n| is | are |"]
    text = "\n\n".join([*SENTENCES, *parts, *SENTENCES])
    shown = without(text, re.compile("fastest"))
    assert all(part in shown for part in parts)
    assert SENTENCES[1] in shown
    assert SENTENCES[0] not in shown


def test_words_next_to_a_sign_of_punctuation_stay() -> None:
    shown = without("In the end, that is, of the day (or of the night), it is the very same thing as the other. " * 4)
    assert all(part in shown for part in ("end,", "is,", "night),", "other."))


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("The boat is in the harbour and was painted with care.", True),
        ("Das Boot ist nicht in der Halle, und der Lack ist frisch.", True),
        ("Le bateau est dans le port et les voiles sont pour la fête.", True),
        ("El barco está en el puerto y las velas son para la fiesta.", True),
        ("La barca è nel porto e le vele sono per la festa della città.", True),
        ("O barco está em terra e as velas do mastro não são para a festa.", True),
        ("De boot ligt in de haven en het zeil is niet van de buurman, maar van een neef.", False),
        ("Veneen omistaja maalasi kannen uudestaan ennen juhannusta eilen illalla.", False),
        ("铁路于一八九二年建成。", False),
        ("המעבורת מופעלת על ידי משפחה של בוני ספינות", False),
        ("", False),
    ],
)
def test_only_languages_whose_negations_are_known_are_read(text: str, known: bool) -> None:
    assert reads(text * 9) is known


def test_negation_stays_in_other_languages() -> None:
    shown = without("Das ist nicht in der Halle, und wir haben es nie in der Nacht ohne Licht gemacht. " * 9)
    assert all(shown.count(word) == 9 for word in ("nicht", "nie", "ohne"))


def test_where_the_model_is_too_slow_small_words_go_and_it_is_said() -> None:
    text = "\n\n".join(SENTENCES)
    found = weigh(text, may_change(text, None), TextModel(DATA, deadline=1e-9))
    assert found.words == []
    assert re.fullmatch(r"the text model did not judge (\d+) of \1 chunks in time", found.said)
    slow, own = terse(text, None, found.picked(0)), terse(text, None)
    assert slow is not None
    assert own is not None
    assert slow.gone == own.gone


def test_no_more_goes_than_a_share_allows() -> None:
    text = "\n\n".join(SENTENCES)
    found = weighed(text)
    for share in (1.0, 0.9, 0.7, 0.0):
        gone = found.picked(found.most(share, len(text))).gone
        assert sum(b - a for a, b in gone) <= (1 - share) * len(text)
    assert found.most(0.0, len(text)) == len(found.words)


@given(
    st.lists(st.sampled_from([*SENTENCES, "", "Not the 7 of 9.", "- an item is 3.5 %", "Anna: of the"]), max_size=30)
)
def test_whatever_goes_is_a_plain_word_of_the_source_and_figures_names_negation_stay(parts: list[str]) -> None:
    text = "\n".join(parts)
    for _, start, end in weighed(text).words:
        word = text[start:end]
        assert re.fullmatch(r"[^\W\d_]+(?:['’-][^\W\d_]+)* ", word), word
        assert not re.match(r"(?:not|never|no|nicht|isn't|were|was|few|two|most)\b|[A-Z](?!n |he |t |n |as )", word), (
            word
        )
        around = text[:start].split()[-1:] + text[end:].split()[:1]
        assert not any(c.isdigit() for near in around for c in near) or "\n" in text[start - 1 : end]
