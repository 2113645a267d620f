"""Chunks of one query: each sentence once, spans that resolve, the original by its id."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import ConfigError, Headroom, MemoryStore
from headroom.chunks import Chunk, shorten

QUERY = "Which boiler lost pressure?"
FOX = "The quick brown fox jumps over the lazy dog. "
SEA = "She sells sea shells by the sea shore. "
OWL = "The owl and the pussycat went to sea in a boat. "


def report(seed: int, sentences: int = 120) -> str:
    rng = random.Random(seed)
    parts = "pump valve boiler turbine sensor relay".split()
    acts = "was inspected by two people,lost pressure twice,was painted in grey,ran hot all day".split(",")
    said = [
        f"On day {n} the {rng.choice(parts)} of hall {rng.randrange(90)} {rng.choice(acts)}." for n in range(sentences)
    ]
    return "\n\n".join(" ".join(said[n : n + 6]) for n in range(0, sentences, 6))


def cut(text: str, size: int, overlap: int) -> list[Chunk]:
    chunks = []
    at = 0
    while at < len(text):
        end = text.rfind(" ", at + 1, at + size) if at + size < len(text) else len(text)
        chunks.append(Chunk(text=text[at:end], source="report"))
        at = len(text) if end == len(text) else max(at + 1, text.find(" ", end - overlap) + 1)
    return chunks


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(300, 1500), st.sampled_from(["safe", "balanced", "aggressive"]))
def test_every_span_is_the_chunks_own_and_can_be_read(seed: int, size: int, profile: str) -> None:
    text = report(seed)
    chunks = cut(text, size, size // 4)
    random.Random(seed).shuffle(chunks)
    engine = Headroom(store=MemoryStore(), profile=profile)
    passages = shorten(engine, [*chunks, *chunks[:2]], query=QUERY)
    assert [p.text for p in passages[-2:]] == [None, None]
    for chunk, passage in zip(chunks, passages, strict=False):
        if passage.text is None:
            continue
        lines = [line for a, b in passage.spans for line in chunk.text[a:b].split("\n") if line]
        assert all(line in passage.text for line in lines)
        assert passage.result is not None
        assert passage.result.id is None or engine.retrieve(passage.result.id) == passage.result.original
    shown = "\0".join(p.text or "" for p in passages)
    for sentence in text.replace("\n\n", " ").split(". "):
        assert shown.count(f"{sentence.rstrip('.')}.") <= 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(100, 900))
def test_without_leave_to_elide_every_sentence_is_in_one_span(seed: int, size: int) -> None:
    text = report(seed, 40)
    chunks = cut(text, size, size // 3)
    random.Random(seed).shuffle(chunks)
    passages = shorten(Headroom(store=MemoryStore()), chunks, query=QUERY)
    spans = [c.text[a:b] for c, p in zip(chunks, passages, strict=True) for a, b in p.spans]
    for sentence in text.replace("\n\n", " ").split(". "):
        whole = f"{sentence.rstrip('.')}."
        assert sum(span.count(whole) for span in spans) == any(whole in c.text for c in chunks)


def test_what_the_neighbour_shows_needs_no_mark_and_what_another_shows_does() -> None:
    engine = Headroom(store=MemoryStore())
    chunks = [Chunk(text=FOX + SEA, source="d"), Chunk(text=SEA + OWL, source="d")]
    assert [p.text for p in shorten(engine, chunks)] == [FOX + SEA, OWL.strip()]
    apart = [chunks[0], Chunk(text="Nothing of that is said here.", source="e"), chunks[1]]
    assert [p.text for p in shorten(engine, apart)][2] == f"⋯ {OWL.strip()}"


def test_a_gap_within_a_chunk_is_marked_and_is_no_span() -> None:
    chunks = [Chunk(text=SEA, source="d"), Chunk(text=FOX + SEA + OWL, source="d")]
    passage = shorten(Headroom(store=MemoryStore()), chunks)[1]
    assert passage.text == f"{FOX.strip()} ⋯ {OWL.strip()}"
    assert [chunks[1].text[a:b] for a, b in passage.spans] == [FOX.strip(), OWL.strip()]
    assert [(chunks[1].text[a:b], n) for (a, b), n in passage.elsewhere] == [(SEA.strip(), 0)]


def test_without_dedupe_every_chunk_stands_for_itself() -> None:
    chunks = [Chunk(text=FOX), Chunk(text=FOX)]
    assert [p.text for p in shorten(Headroom(store=MemoryStore()), chunks, dedupe=False)] == [FOX, FOX]


def test_what_a_budget_has_no_room_for_is_no_text_and_comes_back_by_id() -> None:
    engine = Headroom(store=MemoryStore(), profile="balanced")
    texts = [f"Mill {n} stands on the Orla. " + f"Its wheel turned {n * 7 + 3} times a minute. " * 9 for n in range(8)]
    chunks = [Chunk(text=text, source=str(n)) for n, text in enumerate(texts)]
    passages = shorten(engine, chunks, query="How often did the wheel of mill 5 turn?", options={"budget": 150})
    assert any(p.text for p in passages)
    gone = [(n, p) for n, p in enumerate(passages) if p.text is None]
    assert gone
    for n, passage in gone:
        assert passage.spans == ()
        if not passage.elsewhere:
            assert passage.result is not None
            assert engine.retrieve(str(passage.result.id)) == texts[n]


def test_wrong_options_are_told_and_no_chunks_are_no_passages() -> None:
    engine = Headroom(store=MemoryStore())
    assert shorten(engine, []) == []
    with pytest.raises(ConfigError, match="profile='fast'"):
        shorten(engine, [Chunk(text=FOX)], options={"profile": "fast"})
