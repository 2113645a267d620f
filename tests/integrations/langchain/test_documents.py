"""Retrieved documents: each text once, order and metadata kept, citations resolve."""

from __future__ import annotations

import copy
import random
import re
from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")

from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document

from headroom import Headroom, MemoryStore
from headroom.tokens import counter_for
from langchain_headroom import HeadroomCompressor

ENGINE = Headroom(store=MemoryStore())
PAGE = "\n\n".join(
    f"Section {n} is about machine {n}. It was built in {1900 + n} and it needs {n * 3} litres of oil in a year. "
    f"Whoever runs machine {n} writes down {n * 17 % 89} figures a day."
    for n in range(60)
)


def split(text: str, source: str, size: int = 500, overlap: int = 120) -> list[Document]:
    splitters = pytest.importorskip("langchain_text_splitters")
    splitter = splitters.RecursiveCharacterTextSplitter(chunk_size=size, chunk_overlap=overlap, add_start_index=True)
    chunks = splitter.create_documents([text], [{"source": source}])
    return [d.model_copy(update={"id": f"{source}-{n}"}) for n, d in enumerate(chunks)]


def sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.!?])\s+", text) if s]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["safe", "balanced"]), st.integers(2, 40), st.integers(150, 1200))
def test_no_sentence_twice_none_lost_and_every_span_equals_the_source(
    seed: int, profile: str, count: int, size: int
) -> None:
    rng = random.Random(seed)
    documents = split(PAGE, "manual", size, size // 4)
    documents = rng.choices(documents, k=count)
    given = copy.deepcopy(documents)
    out = HeadroomCompressor(engine=ENGINE, profile=profile).compress_documents(documents, "oil of machine 17")
    assert documents == given
    everything = " \0 ".join(" ".join(d.page_content.split()) for d in out)
    shown: list[str] = []
    for document in out:
        report = document.metadata["headroom"]
        source = next(d for d in given if d.id == document.id)
        for (a, b), (x, y) in zip(report["spans"], report["source_spans"], strict=True):
            assert PAGE[x:y] == source.page_content[a:b]
            shown.append(PAGE[x:y])
    for sentence in sentences(PAGE):
        wanted = any(sentence in d.page_content for d in given)
        assert everything.count(sentence) <= 1
        if profile == "safe":
            assert everything.count(sentence) == wanted
            assert any(sentence in span for span in shown) == wanted
    originals = {d.id: d.page_content for d in given}
    merged = [m for d in out for m in d.metadata["headroom"].get("merged", ())]
    assert {d.id for d in out} | {m["id"] for m in merged} == set(originals)


def test_a_long_page_is_compressed_for_the_query_and_its_spans_are_its_text() -> None:
    document = Document(PAGE, metadata={"source": "manual", "start_index": 1000})
    (out,) = HeadroomCompressor(engine=ENGINE, profile="balanced").compress_documents([document], "oil of machine 17")
    report = out.metadata["headroom"]
    kept = [PAGE[a:b] for a, b in report["spans"]]
    assert "it needs 51 litres of oil in a year" in " ".join(kept)
    assert sum(map(len, kept)) < len(PAGE) / 2
    assert all(span in out.page_content or "\n\n" in span for span in kept)
    assert report["source_spans"] == [[1000 + a, 1000 + b] for a, b in report["spans"]]
    assert ENGINE.retrieve(report["ids"][0]) == PAGE
    visible = [s for s in sentences(PAGE) if s in out.page_content]
    assert visible
    assert all(any(s in span for span in kept) for s in visible)


def test_sentences_that_are_left_out_of_one_long_line_leave_true_spans() -> None:
    line = PAGE.replace("\n\n", " ")
    (out,) = HeadroomCompressor(engine=ENGINE, profile="balanced").compress_documents(
        [Document(line)], "oil machine 17"
    )
    report = out.metadata["headroom"]
    assert report["ids"]
    assert report["spans"]
    visible = [s for s in sentences(line) if s in out.page_content]
    assert visible
    assert all(any(s in line[a:b] for a, b in report["spans"]) for s in visible)


def test_short_documents_are_shortened_together_and_come_back() -> None:
    filler = (
        "Its floor is wet when it rains for days, and then a sign is put up that nobody who comes by can miss. " * 5
    )
    given = [Document(f"Hall {n} was built in {1900 + n}. {filler}{n}", id=str(n)) for n in range(12)]
    out = HeadroomCompressor(engine=ENGINE, profile="balanced", dedupe=False).compress_documents(
        given, "When was hall 7 built?"
    )
    assert [d.id for d in out] == [d.id for d in given]
    assert "Hall 7 was built in 1907." in out[7].page_content
    assert sum(len(d.page_content) for d in out) < 0.6 * sum(len(d.page_content) for d in given)
    for before, after in zip(given, out, strict=True):
        report = after.metadata["headroom"]
        assert all(before.page_content[a:b] in after.page_content for a, b in report["spans"])
        assert all(ENGINE.retrieve(found) == before.page_content for found in report["ids"])


def test_documents_for_which_a_budget_has_no_room_are_named_and_come_back() -> None:
    engine = Headroom(store=MemoryStore())
    texts = [
        f"Mill {n} stands on the Orla. " + " ".join(f"It ground {n * k} sacks in {1900 + k}." for k in range(20))
        for n in range(9)
    ]
    documents = [Document(page_content=text, id=str(n)) for n, text in enumerate(texts)]
    shorter = HeadroomCompressor(engine=engine, budget=200, model="gpt-4o")
    out = shorter.compress_documents(documents, "How many sacks did mill 7 grind in 1915?")
    assert any("sacks in 1915" in d.page_content for d in out)
    assert sum(counter_for("gpt-4o").count(d.page_content) for d in out) <= 200
    gone = {d["id"]: d["ids"] for d in out[0].metadata["headroom"]["left_out"]}
    assert gone.keys() == {str(n) for n in range(9)} - {d.id for d in out}
    assert all(engine.retrieve(id_) == texts[int(n)] for n, (id_,) in gone.items())
    assert all(documents[n].page_content == text for n, text in enumerate(texts))


def test_a_duplicate_is_merged_and_named() -> None:
    documents = [
        Document("The refund window is 14 days.", id="a", metadata={"source": "x", "score": 0.9}),
        Document("Other things are said here.", id="b"),
        Document("The  refund window is 14 days.", id="c", metadata={"source": "y", "score": 0.7}),
    ]
    out = HeadroomCompressor(engine=ENGINE).compress_documents(documents, "refund")
    assert [d.id for d in out] == ["a", "b"]
    assert out[0].metadata["score"] == 0.9
    (merged,) = out[0].metadata["headroom"]["merged"]
    assert merged == {"id": "c", "metadata": {"source": "y", "score": 0.7}, "spans": [[0, 30]]}
    kept = HeadroomCompressor(engine=ENGINE, dedupe=False).compress_documents(documents, "refund")
    assert [d.id for d in kept] == ["a", "b", "c"]


def test_scores_in_pairs_stay_with_their_documents() -> None:
    same = Document("The refund window is 14 days.", id="a")
    pairs = [(Document("Other things are said."), 0.5), (same, 0.4), (same, 0.3)]
    out = HeadroomCompressor(engine=ENGINE).invoke(pairs)
    assert [score for _, score in out] == [0.5, 0.4]
    assert out[1][0].metadata["headroom"]["merged"] == [{"id": "a", "metadata": {}, "spans": [[0, 29]], "score": 0.3}]
    assert pairs[1][0].metadata == {}


def test_twice_is_once() -> None:
    compressor = HeadroomCompressor(engine=ENGINE, profile="balanced")
    once = compressor.compress_documents(split(PAGE, "manual"), "oil of machine 17")
    assert compressor.compress_documents(once, "oil of machine 17") == once


async def test_none_and_empty_documents_are_no_problem() -> None:
    compressor = HeadroomCompressor(engine=ENGINE)
    assert compressor.compress_documents([], "x") == []
    assert [d.page_content for d in await compressor.acompress_documents([Document("")], "x")] == [""]
    assert [d.page_content for d in await compressor.atransform_documents([Document("a")])] == ["a"]


async def test_it_drops_into_the_compression_retriever_and_the_pipeline() -> None:
    retrievers = pytest.importorskip("langchain_classic.retrievers")
    from langchain_core.retrievers import BaseRetriever

    class Fixed(BaseRetriever):
        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
            return split(PAGE, "manual")[:6]

    compressor = HeadroomCompressor(engine=ENGINE)
    retriever = retrievers.ContextualCompressionRetriever(base_compressor=compressor, base_retriever=Fixed())
    found = retriever.invoke("oil of machine 17")
    assert found == await retriever.ainvoke("oil of machine 17")
    assert all(d.metadata["headroom"]["spans"] for d in found)
    from langchain_classic.retrievers.document_compressors import DocumentCompressorPipeline

    pipeline = DocumentCompressorPipeline(transformers=[compressor])
    assert pipeline.compress_documents(split(PAGE, "manual")[:6], "oil of machine 17") == found
    assert (Fixed() | compressor).invoke("oil")[0].page_content == found[0].page_content
