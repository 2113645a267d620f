from __future__ import annotations

import pytest

pytest.importorskip("llama_index.core", reason="needs the extra: pip install 'headroom-context[llamaindex]'")

from hypothesis import example, given, settings
from hypothesis import strategies as st

from llama_index.postprocessor.headroom._overlaps import Chunk, cut

FOX = "The quick brown fox jumps over the lazy dog. "
SEA = "She sells sea shells by the sea shore. "
OWL = "The owl and the pussycat went to sea in a boat. "
TEXT = FOX + SEA + OWL


def kept(*chunks: Chunk) -> list[list[str]]:
    return [[c.text[a:b] for a, b in made.kept] for c, made in zip(chunks, cut(chunks), strict=True)]


def at(start: int, end: int, source: str | None = "doc") -> Chunk:
    return Chunk(text=TEXT[start:end], source=source, start=start)


def test_what_does_not_overlap_stays_whole() -> None:
    assert kept(at(0, 45), at(45, 84)) == [[FOX], [SEA]]


def test_the_overlap_of_neighbours_is_shown_once_whichever_comes_first() -> None:
    assert kept(at(0, 84), at(45, 131)) == [[FOX + SEA], [OWL.strip()]]
    assert kept(at(45, 131), at(0, 84)) == [[TEXT[45:131]], [FOX.strip()]]


def test_an_overlap_is_found_without_offsets() -> None:
    first, second = Chunk(text=FOX + SEA), Chunk(text=SEA + OWL)
    assert kept(first, second) == [[FOX + SEA], [OWL]]
    assert kept(second, first) == [[SEA + OWL], [FOX.strip()]]


def test_a_sentence_that_one_chunk_has_in_part_stands_in_the_one_that_has_it_whole() -> None:
    assert kept(at(0, 60), at(20, 131)) == [[FOX.strip()], [SEA + OWL.strip()]]
    assert kept(at(60, 131), at(0, 100)) == [[OWL.strip()], [FOX + SEA.strip()]]


def test_a_piece_of_a_sentence_that_is_all_a_chunk_has_stays() -> None:
    assert kept(at(50, 80), at(0, 131)) == [[TEXT[50:80]], [TEXT.strip()]]


def test_a_chunk_in_the_middle_of_another_leaves_both_sides() -> None:
    assert kept(at(45, 84), at(0, 131)) == [[SEA], [FOX.strip(), OWL.strip()]]


def test_a_twin_is_gone_and_says_where_it_stands() -> None:
    twins = [Chunk(text=FOX, source="a"), Chunk(text=FOX.replace(" ", "  "), source="a")]
    _, second = cut(twins)
    assert (second.kept, second.elsewhere) == ((), (((0, len(twins[1].text)), 0),))


def test_short_texts_of_different_documents_are_facts_about_different_things() -> None:
    pump = Chunk(text="Price: 10 EUR. In stock: 4.", source="pump", label="title: pump")
    valve = Chunk(text="Price: 10 EUR. In stock: 4.", source="valve", label="title: valve")
    assert kept(pump, valve) == [[pump.text], [valve.text]]


def test_long_texts_of_different_documents_are_copies() -> None:
    text = TEXT * 2
    assert kept(Chunk(text=text, source="a", label="a"), Chunk(text=text, source="b", label="b"))[1] == []


def test_offsets_that_lie_are_not_believed() -> None:
    assert kept(at(0, 45), Chunk(text=OWL, source="doc", start=0)) == [[FOX], [OWL]]


def test_an_abbreviation_ends_no_sentence() -> None:
    text = "It was signed by Dr. Smith of the harbour office on Monday. Nobody else came."
    first, second = Chunk(text=text[:20], source="d", start=0), Chunk(text=text, source="d", start=0)
    assert kept(first, second)[1] == [text]


def test_text_that_repeats_itself_takes_no_time_to_speak_of() -> None:
    assert len(cut([Chunk(text="a" * 200_000 + end) for end in ("b", "c", "d")])) == 3


@given(
    lengths=st.lists(st.integers(5, 60), min_size=1, max_size=30),
    windows=st.lists(st.tuples(st.integers(0, 29), st.integers(1, 8)), min_size=1, max_size=12),
    offsets=st.booleans(),
)
@settings(max_examples=500, deadline=None)
def test_no_sentence_is_shown_twice_and_none_is_lost(
    lengths: list[int], windows: list[tuple[int, int]], offsets: bool
) -> None:
    said = [f"S{n} {'word ' * (length // 5)}number {n} ends here." for n, length in enumerate(lengths)]
    text = " ".join(said)
    starts = [text.index(s) for s in said]
    chunks = []
    for first, count in windows:
        a = first % len(said)
        b = min(len(said), a + count)
        start = starts[a] if offsets else None
        chunks.append(Chunk(text=" ".join(said[a:b]), source="doc", start=start))
    shown = [c.text[a:b] for c, made in zip(chunks, cut(chunks), strict=True) for a, b in made.kept]
    for one in said:
        wanted = any(one in c.text for c in chunks)
        assert sum(piece.count(one) for piece in shown) == wanted


WINDOWS = st.lists(st.tuples(st.integers(0, 1500), st.integers(30, 500)), min_size=1, max_size=10)


def counts(count: int, windows: list[tuple[int, int]], *, offsets: bool, words: bool) -> list[tuple[int, bool]]:
    """For each sentence: how often it is shown, and whether a chunk has it whole."""
    said = [f"S{n} says that the number {n * 7919 % 1000} of hall {n} is fine." for n in range(count)]
    text = " ".join(said)
    chunks = []
    for first, length in windows:
        a = first % len(text)
        b = min(len(text), a + length)
        if words:
            a, b = text.rfind(" ", 0, a) + 1, b if text.find(" ", b) < 0 else text.find(" ", b)
        chunks.append(Chunk(text=text[a:b], source="doc", start=a if offsets else None))
    shown = [c.text[a:b] for c, made in zip(chunks, cut(chunks), strict=True) for a, b in made.kept]
    return [(sum(piece.count(one) for piece in shown), any(one in c.text for c in chunks)) for one in said]


@given(count=st.integers(1, 20), windows=WINDOWS, offsets=st.booleans())
@settings(max_examples=500, deadline=None)
def test_chunks_of_words_show_every_sentence_that_one_of_them_has_once(
    count: int, windows: list[tuple[int, int]], offsets: bool
) -> None:
    assert all(times == whole for times, whole in counts(count, windows, offsets=offsets, words=True))


@example(count=4, windows=[(0, 160), (136, 30)], offsets=False)  # cut within a word that then looks like an initial
@given(count=st.integers(1, 20), windows=WINDOWS, offsets=st.booleans())
@settings(max_examples=500, deadline=None)
def test_chunks_that_end_anywhere_lose_no_sentence_that_one_of_them_has(
    count: int, windows: list[tuple[int, int]], offsets: bool
) -> None:
    assert all(times >= whole for times, whole in counts(count, windows, offsets=offsets, words=False))
