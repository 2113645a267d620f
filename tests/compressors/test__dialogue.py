"""Turns of speakers: what is said around counts."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._dialogue import heard, is_dialogue
from headroom.compressors._passages import take_apart


@pytest.mark.parametrize(
    "form", ["{}: ", "**{}:** ", "[{}] ", "[00:12:05] {}: ", "00:12 {}: ", "<{}> ", "Dr. {} (North, X): "]
)
def test_speakers_are_recognised(form: str) -> None:
    lines = [form.format(("Anna", "Ben")[n % 2]) + f"I have seen {n} herons today." for n in range(20)]
    for joint in ("\n", "\n\n"):
        text = joint.join(lines)
        assert is_dialogue(text, take_apart(text, sentences=True))


@pytest.mark.parametrize(
    "line", ["The herons came back in March.", "- Herons: many of them", "http://example.org/herons", "12: herons"]
)
def test_other_lines_are_no_turns(line: str) -> None:
    text = "\n\n".join([line] * 30)
    assert not is_dialogue(text, take_apart(text, sentences=True))


def test_what_is_said_near_counts_more_than_what_is_far() -> None:
    scores = heard([100] * 200, {"heron": {50: 1, 52: 1}, "oak": {150: 1}}, {"heron": 2.0, "oak": 1.0}, 3.0)
    assert scores[51] > scores[60] > scores[100]
    assert scores[50] > scores[51]
    assert max(range(200), key=scores.__getitem__) in {50, 52}


@given(
    st.lists(st.integers(1, 4_000), min_size=1, max_size=30).flatmap(
        lambda lengths: st.tuples(st.just(lengths), st.sets(st.integers(0, len(lengths) - 1), min_size=1))
    )
)
def test_a_term_is_forgotten_with_the_characters_between(case: tuple[list[int], set[int]]) -> None:
    lengths, said = case
    expected = []
    for i in range(len(lengths)):
        before = sum(exp(-sum(lengths[k + 1 : i + 1]) / 1_800) for k in said if k <= i)
        behind = sum(exp(-sum(lengths[i + 1 : k + 1]) / 1_800) for k in said if k > i)
        near = before + behind
        expected.append(near / (near + 3.0) + 0.12 * (i in said))
    assert heard(lengths, {"heron": dict.fromkeys(said, 1)}, {"heron": 2.0}, 2.0) == pytest.approx(expected)


def test_fields_of_records_are_no_speakers() -> None:
    hit = "Node: a{n}\nText: The ferry leaves quay {n} every morning at twenty past six.\nScore: 0.{n}\n"
    text = "\n".join(hit.format(n=n) for n in range(10, 40))
    assert not is_dialogue(text, take_apart(text, sentences=True))
