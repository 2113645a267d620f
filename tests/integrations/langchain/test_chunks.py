"""Chunks: no sentence is shown twice, none is lost, and what is shown stands where it says."""

from __future__ import annotations

import random
import re
import textwrap
from itertools import pairwise

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")

from hypothesis import given, settings
from hypothesis import strategies as st

from langchain_headroom._chunks import Kept, dedupe


def visible(texts: list[str], kept: list[Kept]) -> list[str]:
    return [" ".join(" ⋯ ".join(t[a:b] for a, b in k.spans).split()) for t, k in zip(texts, kept, strict=True)]


def sentences(text: str) -> list[str]:
    return [" ".join(s.split()) for s in re.split(r"(?<=[.!?])\s+(?=[A-Z])", text) if s.strip()]


def document(count: int, seed: int) -> str:
    """Sentences of different lengths; each of them once."""
    rng = random.Random(seed)
    words = "the pump line of a plant shows that pressure may fall when valves open too late and nobody looks".split()
    return " ".join(
        f"Number {n} says {' '.join(rng.choices(words, k=rng.randint(1, 18)))}{rng.choice('.!?')}" for n in range(count)
    )


def cut(text: str, size: int, overlap: int) -> list[str]:
    """As splitters do it: at a blank, with overlap."""
    chunks: list[str] = []
    at = 0
    while at < len(text):
        end = text.rfind(" ", at + 1, at + size) if at + size < len(text) else len(text)
        end = end if end > at else min(at + size, len(text))
        chunks.append(text[at:end].strip())
        if end == len(text):
            break
        at = max(at + 1, text.find(" ", max(at + 1, end - overlap), end) + 1 or end)
    return [chunk for chunk in chunks if chunk]


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(60, 700),
    st.integers(0, 60),
    st.sampled_from(["in order", "shuffled", "with duplicates"]),
    st.booleans(),
)
def test_of_overlapping_chunks_no_sentence_is_shown_twice_and_none_is_lost(
    seed: int, size: int, percent: int, order: str, wrapped: bool
) -> None:
    source = document(40, seed)
    if wrapped:
        source = textwrap.fill(source, 70)
    chunks = cut(source, size, size * percent // 100)
    if order != "in order":
        random.Random(seed).shuffle(chunks)
    if order == "with duplicates":
        chunks += chunks[::2]
    shown = visible(chunks, dedupe(chunks))
    everything = " \0 ".join(shown)
    flat = [" ".join(chunk.split()) for chunk in chunks]
    for sentence in sentences(source):
        if any(sentence in chunk for chunk in flat):
            assert everything.count(sentence) == 1, sentence


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(st.sampled_from("ab. \nA'“–"), max_size=60) | st.text(max_size=20), max_size=8))
def test_any_texts_give_ascending_spans_and_something_is_shown(texts: list[str]) -> None:
    kept = dedupe(texts)
    assert len(kept) == len(texts)
    assert any(k.spans for k in kept) or not texts
    for text, k in zip(texts, kept, strict=True):
        flat = [n for span in k.spans for n in span]
        assert flat == sorted(flat)
        assert all(0 <= n <= len(text) for n in flat)
    for number, (text, k) in enumerate(zip(texts, kept, strict=True)):
        elsewhere = [m.span for other in kept for m in other.merged if m.chunk == number]
        whole = sorted([*k.spans, *elsewhere])
        assert all(a[1] <= b[0] and not text[a[1] : b[0]].strip() for a, b in pairwise(whole))
        if text.strip():
            assert not text[: whole[0][0]].strip()
            assert not text[whole[-1][1] :].strip()


def test_a_sentence_that_is_cut_at_a_chunks_end_is_shown_where_it_is_whole() -> None:
    chunks = ["One fact stands here. The quick brown", "The quick brown fox jumps over it. Then it sleeps."]
    assert visible(chunks, dedupe(chunks)) == [
        "One fact stands here.",
        "The quick brown fox jumps over it. Then it sleeps.",
    ]


def test_what_is_left_out_is_named_where_it_stands() -> None:
    chunks = [
        "Alpha is one. The refund window is 14 days for all.",
        "The refund window is 14 days for all. Beta is two.",
    ]
    first, second = dedupe(chunks)
    assert second.spans == ((38, 50),)
    (merged,) = first.merged
    assert (merged.chunk, chunks[1][slice(*merged.span)]) == (1, "The refund window is 14 days for all.")


def test_a_copy_is_named_where_its_parts_stand() -> None:
    shared = "The refund window is 14 days for all."
    chunks = [f"Alpha is one. {shared}", f"{shared} Beta is two.", f"{shared}  Beta is two."]
    first, second, third = dedupe(chunks)
    assert third.spans == ()
    assert [(m.chunk, chunks[m.chunk][slice(*m.span)]) for m in first.merged] == [(1, shared), (2, shared)]
    assert [(m.chunk, chunks[m.chunk][slice(*m.span)]) for m in second.merged] == [(2, "Beta is two.")]


def test_a_short_sentence_that_recurs_elsewhere_stays() -> None:
    chunks = ["May I park here? Yes. The gate is open at night.", "May I smoke here? Yes. The roof is open by day."]
    assert all(k.spans == ((0, len(c)),) for c, k in zip(chunks, dedupe(chunks), strict=True))


def test_versions_of_a_text_keep_what_differs() -> None:
    text = (
        "The plan of the year is this. Refunds are given within {} days of the order. Nobody may change the plan alone."
    )
    shown = visible([text.format(14), text.format(30)], dedupe([text.format(14), text.format(30)]))
    assert shown[1] == "Refunds are given within 30 days of the order."


def test_typographic_quotes_and_blanks_make_no_difference() -> None:
    chunks = [
        "She said: “We’ll see – tomorrow, or the day after.”",
        'She  said: "We\'ll see - tomorrow,\nor the day after."',
    ]
    assert [bool(k.spans) for k in dedupe(chunks)] == [True, False]


def test_text_without_blanks_between_words_is_compared_too() -> None:
    first = "申请退款的期限为十四天。逾期不予受理，特殊情况除外。"
    chunks = [first, "逾期不予受理，特殊情况除外。请联系客服部门办理手续。"]
    assert visible(chunks, dedupe(chunks))[1] == "请联系客服部门办理手续。"


def test_indentation_of_code_stays() -> None:
    head = "def total(rows):\n    result = sum(row.price for row in rows)\n    return result"
    chunks = [head, head.split("\n", 1)[1] + "\n\n    def other(rows):\n        return len(rows)"]
    spans = dedupe(chunks)[1].spans
    assert chunks[1][spans[0][0] :].startswith("    def other")


def test_a_million_words_take_linear_time() -> None:
    text = "a b c d e " * 100_000
    assert [bool(k.spans) for k in dedupe([text, text + "f", "x"])] == [True, True, True]
