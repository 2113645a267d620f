"""Chunks: no sentence is shown twice, none is lost, and what is left out stands where it is said to stand."""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from headroom.overlaps import MAX_CHARS, Chunk, Kept, dedupe

FOX = "The quick brown fox jumps over the lazy dog. "
SEA = "She sells sea shells by the sea shore. "
OWL = "The owl and the pussycat went to sea in a boat. "
TEXT = FOX + SEA + OWL


def of_one(*texts: str, source: str | None = "doc") -> list[Chunk]:
    return [Chunk(text=text, source=source) for text in texts]


def shown(chunks: Sequence[Chunk]) -> list[str]:
    """What a reader sees of each chunk, on one line."""
    kept = dedupe(chunks)
    return [" ".join(" ⋯ ".join(c.text[a:b] for a, b in k.spans).split()) for c, k in zip(chunks, kept, strict=True)]


# --------------------------------------------------------------------------------------------------------- properties


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
    text = document(40, seed)
    if wrapped:
        text = textwrap.fill(text, 70)
    chunks = cut(text, size, size * percent // 100)
    if order != "in order":
        random.Random(seed).shuffle(chunks)
    if order == "with duplicates":
        chunks += chunks[::2]
    everything = " \0 ".join(shown(of_one(*chunks, source="doc" if seed % 2 else None)))
    flat = [" ".join(chunk.split()) for chunk in chunks]
    for sentence in sentences(text):
        if any(sentence in chunk for chunk in flat):
            assert everything.count(sentence) == 1, sentence


@settings(max_examples=300, deadline=None)
@given(
    lengths=st.lists(st.integers(5, 60), min_size=1, max_size=30),
    windows=st.lists(st.tuples(st.integers(0, 29), st.integers(1, 8)), min_size=1, max_size=12),
)
def test_chunks_of_whole_sentences_show_each_once(lengths: list[int], windows: list[tuple[int, int]]) -> None:
    said = [f"S{n} {'word ' * (length // 5)}number {n} ends here." for n, length in enumerate(lengths)]
    chunks = of_one(*(" ".join(said[a % len(said) :][:count]) for a, count in windows))
    shows = shown(chunks)
    for one in said:
        assert sum(text.count(one) for text in shows) == any(one in c.text for c in chunks)


@example(count=4, windows=[(0, 160), (136, 30)])  # cut within a word that then looks like an initial
@given(
    count=st.integers(1, 20),
    windows=st.lists(st.tuples(st.integers(0, 1500), st.integers(30, 500)), min_size=1, max_size=10),
)
@settings(max_examples=300, deadline=None)
def test_chunks_that_end_anywhere_lose_no_sentence_that_one_of_them_has(
    count: int, windows: list[tuple[int, int]]
) -> None:
    said = [f"S{n} says that the number {n * 7919 % 1000} of hall {n} is fine." for n in range(count)]
    text = " ".join(said)
    chunks = of_one(*(text[a % len(text) :][:length] for a, length in windows))
    shows = shown(chunks)
    for one in said:
        assert any(one in text for text in shows) == any(one in c.text for c in chunks)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.builds(
            Chunk,
            text=st.text(st.sampled_from("ab. \nA'“–"), max_size=60) | st.text(max_size=20),
            source=st.sampled_from(["x", "y", None]),
            label=st.sampled_from(["", "z"]),
        ),
        max_size=8,
    )
)
def test_any_chunks_are_accounted_for_character_by_character(chunks: list[Chunk]) -> None:
    kept = dedupe(chunks)
    assert len(kept) == len(chunks)
    assert any(k.spans for k in kept) or not chunks
    for chunk, k in zip(chunks, kept, strict=True):
        whole = sorted({*k.spans, *(span for span, _ in k.elsewhere)})
        assert all(0 <= a <= b <= len(chunk.text) for a, b in whole)
        assert all(a[1] <= b[0] and not chunk.text[a[1] : b[0]].strip() for a, b in pairwise(whole))
        if chunk.text.strip():
            assert not chunk.text[: whole[0][0]].strip()
            assert not chunk.text[whole[-1][1] :].strip()
        assert all(kept[n].spans for _, n in k.elsewhere)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**6), st.integers(100, 500))
def test_what_is_left_out_stands_where_it_is_said_to(seed: int, size: int) -> None:
    chunks = of_one(*cut(document(30, seed), size, size // 3))
    random.Random(seed).shuffle(chunks)
    kept = dedupe(chunks)
    for chunk, k in zip(chunks, kept, strict=True):
        for (a, b), holder in k.elsewhere:
            there = [" ".join(chunks[holder].text[x:y].split()) for x, y in kept[holder].spans]
            assert any(" ".join(chunk.text[a:b].split()) in text for text in there)


# ----------------------------------------------------------------------------------------------------------- examples


def test_what_does_not_overlap_stays_whole() -> None:
    assert dedupe(of_one(FOX, SEA)) == [Kept(spans=((0, len(FOX)),)), Kept(spans=((0, len(SEA)),))]


def test_the_overlap_of_neighbours_is_shown_once_whichever_comes_first() -> None:
    assert shown(of_one(FOX + SEA, SEA + OWL)) == [(FOX + SEA).strip(), OWL.strip()]
    assert shown(of_one(SEA + OWL, FOX + SEA)) == [(SEA + OWL).strip(), FOX.strip()]


def test_a_sentence_that_is_cut_at_a_chunks_end_is_shown_where_it_is_whole() -> None:
    chunks = of_one("One fact stands here. The quick brown", "The quick brown fox jumps over it. Then it sleeps.")
    assert shown(chunks) == ["One fact stands here.", "The quick brown fox jumps over it. Then it sleeps."]
    assert shown(of_one(TEXT[:60], TEXT[20:])) == [FOX.strip(), (SEA + OWL).strip()]
    assert shown(of_one(TEXT[60:], TEXT[:100])) == [OWL.strip(), (FOX + SEA).strip()]


def test_a_piece_of_a_sentence_that_is_all_a_chunk_has_stays() -> None:
    assert shown(of_one(TEXT[50:80], TEXT)) == [TEXT[50:80], TEXT.strip()]


def test_a_chunk_in_the_middle_of_another_leaves_both_sides() -> None:
    assert shown(of_one(SEA, TEXT)) == [SEA.strip(), f"{FOX.strip()} ⋯ {OWL.strip()}"]


def test_what_is_left_out_is_named() -> None:
    first, second = dedupe(of_one(FOX + SEA, SEA + OWL))
    assert first.elsewhere == ()
    assert second.elsewhere == (((0, len(SEA) - 1), 0),)


def test_a_copy_is_named_where_its_parts_stand() -> None:
    chunks = of_one(FOX + SEA, SEA + OWL, (SEA + OWL).replace(" ", "  "))
    third = dedupe(chunks)[2]
    assert third.spans == ()
    assert [(" ".join(chunks[2].text[a:b].split()), n) for (a, b), n in third.elsewhere] == [
        (SEA.strip(), 0),
        (OWL.strip(), 1),
    ]


def test_a_short_sentence_that_recurs_elsewhere_stays() -> None:
    chunks = of_one(
        "May I park here? Yes. The gate is open at night.", "May I smoke here? Yes. The roof is open by day."
    )
    assert shown(chunks) == [c.text for c in chunks]


def test_short_texts_of_different_documents_are_facts_about_different_things() -> None:
    price = "Price: 10 EUR. In stock: 4."
    pump, valve = (Chunk(text=price, source=name, label=f"title: {name}") for name in ("pump", "valve"))
    assert shown([pump, valve]) == [price, price]
    assert shown([Chunk(text=price, source="pump"), Chunk(text=price, source="valve")]) == [
        price,
        "",
    ]  # no label: copies


def test_a_sentence_that_two_documents_share_stays_in_both() -> None:
    one = Chunk(text=f"The pump is blue. {FOX}It weighs four kilograms and a half without its lid.", source="pump")
    two = Chunk(text=f"The valve is red. {FOX}It weighs one kilogram and a half with all its screws.", source="valve")
    assert shown([one, two]) == [one.text, two.text]


def test_versions_of_a_text_keep_what_differs() -> None:
    text = (
        f"The plan of this year. {FOX}Refunds are given within {{}} days of the order. {SEA}Nobody may change it. {OWL}"
    )
    chunks = [Chunk(text=text.format(days), source=f"plan-{days}.md", label=str(days)) for days in (14, 30)]
    assert shown(chunks)[1] == "Refunds are given within 30 days of the order."


def test_the_same_answer_to_another_question_stays() -> None:
    answer = "Refunds are not possible later than fourteen days after delivery."
    chunks = of_one(f"Can I return a pump? {answer}", f"Can I return a valve? {answer}")
    assert shown(chunks) == [c.text for c in chunks]


def test_long_texts_of_different_documents_are_copies() -> None:
    text = TEXT * 2
    assert shown([Chunk(text=text, source="a", label="a"), Chunk(text=text, source="b", label="b")])[1] == ""


def test_an_abbreviation_ends_no_sentence() -> None:
    text = "It was signed by Dr. Smith of the harbour office on Monday. Nobody else came."
    assert shown(of_one(text[:20], text)) == ["", text]


def test_typographic_quotes_and_blanks_make_no_difference() -> None:
    chunks = of_one(
        "She said: “We’ll see – tomorrow, or the day after.”", 'She  said: "We\'ll see - tomorrow,\nor the day after."'
    )
    assert shown(chunks)[1] == ""


def test_text_without_blanks_between_words_is_compared_too() -> None:
    first = "申请退款的期限为十四天。逾期不予受理，特殊情况除外。"
    assert shown(of_one(first, "逾期不予受理，特殊情况除外。请联系客服部门办理手续。"))[1] == "请联系客服部门办理手续。"


def test_rows_and_log_lines_stand_for_themselves() -> None:
    rows = [f"{n},pump {n},{n * 37 % 101}" for n in range(30)]
    chunks = of_one("\n".join(rows[:18]), "\n".join(rows[12:]))
    assert " ".join(shown(chunks)) == " ".join(rows)


def test_running_text_is_not_cut_at_its_line_ends() -> None:
    chunks = of_one(
        "The report was written by John\nSmith at noon on the day.", "It was written by John\nSmith at one."
    )
    assert shown(chunks) == [" ".join(c.text.split()) for c in chunks]


def test_a_heading_stays_with_the_text_below_it() -> None:
    above, heading, text = "One is said here.", "What stands below", "The text below it is this."
    first, second = f"{above}\n\n{heading}", f"{above}\n\n{heading}\n\n{text}"
    assert shown(of_one(first, f"{heading}\n\n{text}")) == [above, f"{heading} {text}"]
    assert shown(of_one(first, second, f"{heading}\n\n{text} More.")) == [above, f"{heading} {text}", "More."]
    assert shown(of_one(f"{text} More.", second)) == ["More.", f"{above} {heading} {text}"]


def test_indentation_of_code_stays() -> None:
    head = "def total(rows):\n    result = sum(row.price for row in rows)\n    return result"
    chunks = of_one(head, head.split("\n", 1)[1] + "\n\n    def other(rows):\n        return len(rows)")
    spans = dedupe(chunks)[1].spans
    assert chunks[1].text[spans[0][0] :].startswith("    def other")


def test_of_too_much_text_only_copies_are_found() -> None:
    long = "A sentence that is said in both of them, word for word. " * (MAX_CHARS // 100)
    kept = dedupe(of_one(long, long + "End.", long))
    assert [bool(k.spans) for k in kept] == [True, True, False]


def test_text_that_repeats_itself_is_linear_work() -> None:
    for unit in ("a", "a b c d e ", "All is well with pump 7 today. ", "Yes. ", "x\n", "|\n", ". "):
        text = unit * (100_000 // len(unit))
        kept = dedupe(of_one(text, f"{text}f", "zzz"))
        assert [bool(k.spans) for k in kept].count(True) >= 2
