from __future__ import annotations

import pytest

pytest.importorskip("llama_index.core", reason="needs the extra: pip install 'headroom-context[llamaindex]'")

import asyncio
import copy
import logging
import pickle
import random
from pathlib import Path
from typing import Any, ClassVar

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import TokenTextSplitter
from llama_index.core.schema import ImageNode, MetadataMode, NodeWithScore, TextNode

import headroom
from headroom import Headroom
from llama_index.postprocessor.headroom import HeadroomPostprocessEvent, HeadroomPostprocessor
from llama_index.postprocessor.headroom._engines import faults
from llama_index.postprocessor.headroom._postprocessor import dispatcher
from tests.integrations.llamaindex.documents import chunks, report, retrieved, sentences

LOG = "\n".join(f"10:00:{n % 60:02d} INFO worker-{n % 4} job {n} done" for n in range(400))
LOG += "\n10:09:00 WARN worker-2 job 77 waits for the boiler"


def said(node: NodeWithScore) -> dict[str, Any]:
    found: dict[str, Any] = node.node.metadata["headroom"]
    return found


def text_of(nodes: list[NodeWithScore]) -> str:
    return "\n".join(n.node.get_content(MetadataMode.NONE) for n in nodes)


@pytest.mark.parametrize("seed", range(5))
def test_overlapping_and_duplicate_chunks_say_every_sentence_once(engine: Headroom, seed: int) -> None:
    document = report(seed)
    nodes = chunks(document)
    assert len(nodes) > 10
    random.Random(seed).shuffle(nodes)
    out = HeadroomPostprocessor(store=engine).postprocess_nodes(retrieved([*nodes, *nodes[:4]]))
    shown = text_of(out)
    assert [s for s in sentences(document) if shown.count(s) != 1] == []


def test_chunks_of_words_lose_no_sentence(engine: Headroom) -> None:
    document = report(1)
    nodes = TokenTextSplitter(chunk_size=150, chunk_overlap=60).get_nodes_from_documents([Document(text=document)])
    whole = [s for s in sentences(document) if any(s in n.get_content() for n in nodes)]
    shown = text_of(HeadroomPostprocessor(store=engine).postprocess_nodes(retrieved(nodes)))
    assert [s for s in whole if shown.count(s) != 1] == []


@pytest.mark.parametrize("profile", ["safe", "balanced", "aggressive"])
def test_citations_resolve_to_the_source(engine: Headroom, profile: str) -> None:
    document = report(2, 400)
    nodes = chunks(document, size=1500, overlap=300)
    post = HeadroomPostprocessor(store=engine, profile=profile)
    out = post.postprocess_nodes(retrieved(nodes), query_str="Which turbine lost pressure in hall 7?")
    spans = 0
    for node in out:
        before = next(n for n in nodes if n.node_id == node.node.node_id).get_content()
        shown = node.node.get_content(MetadataMode.NONE)
        assert (said(node)["chars_before"], said(node)["chars_after"]) == (len(before), len(shown))
        for (a, b), (start, end) in zip(said(node)["kept"], said(node)["source"]["kept"], strict=True):
            assert before[a:b] == document[start:end]
            assert all(line in shown for line in before[a:b].split("\n\n"))
            spans += 1
    assert any("id" in said(n) for n in out) == (profile != "safe")
    assert spans > len(out) or profile == "safe"


def test_ids_scores_order_and_relationships_stay(engine: Headroom) -> None:
    given = retrieved(chunks(report(3)))
    out = HeadroomPostprocessor(store=engine).postprocess_nodes(given)
    assert [(n.node.node_id, n.score, n.node.relationships) for n in out] == [
        (n.node.node_id, n.score, n.node.relationships) for n in given
    ]
    assert [n.node.ref_doc_id for n in out] == ["doc"] * len(out)


def test_the_nodes_of_the_docstore_are_never_touched(engine: Headroom) -> None:
    given = retrieved([*chunks(report(4)), TextNode(text=LOG, metadata={"file": "app.log"})])
    before = [n.model_dump_json() for n in given]
    out = HeadroomPostprocessor(store=engine, profile="balanced").postprocess_nodes(given, query_str="boiler")
    assert "headroom" in out[0].node.metadata
    assert [n.model_dump_json() for n in given] == before


def test_provenance_is_hidden_from_prompt_and_embedding(engine: Headroom) -> None:
    node = TextNode(text=LOG, metadata={"file": "app.log"})
    (out,) = HeadroomPostprocessor(store=engine).postprocess_nodes(retrieved([node]))
    for mode in (MetadataMode.LLM, MetadataMode.EMBED):
        assert out.node.get_metadata_str(mode) == "file: app.log"


def test_a_log_is_shortened_and_comes_back(engine: Headroom) -> None:
    post = HeadroomPostprocessor(store=engine)
    (out,) = post.postprocess_nodes(retrieved([TextNode(text=LOG)]), query_str="Why does job 77 wait?")
    assert "waits for the boiler" in out.get_content()
    assert len(out.get_content()) < len(LOG) / 5
    assert post.headroom.retrieve(said(out)["id"]) == LOG


def test_short_nodes_are_shortened_together_and_come_back(engine: Headroom) -> None:
    filler = (
        "Its floor is wet when it rains for days, and then a sign is put up that nobody who comes by can miss. " * 5
    )
    given = [TextNode(text=f"Hall {n} was built in {1900 + n}. {filler}{n}") for n in range(12)]
    post = HeadroomPostprocessor(store=engine, profile="balanced", dedupe=False)
    out = post.postprocess_nodes(retrieved(given), query_str="When was hall 7 built?")
    assert "Hall 7 was built in 1907." in out[7].get_content()
    assert sum(said(n)["chars_after"] for n in out) < 0.6 * sum(said(n)["chars_before"] for n in out)
    for before, after in zip(given, out, strict=True):
        assert all(before.text[a:b] in text_of([after]) for a, b in said(after)["kept"])
        assert "id" not in said(after) or engine.retrieve(said(after)["id"]) == before.text


def test_a_budget_is_met_and_what_it_has_no_room_for_is_named(engine: Headroom) -> None:
    texts = [
        f"Mill {n} stands on the Orla. " + " ".join(f"It ground {n * k} sacks in {1900 + k}." for k in range(20))
        for n in range(9)
    ]
    nodes = [NodeWithScore(node=TextNode(text=text, id_=str(n)), score=1 - n / 10) for n, text in enumerate(texts)]
    shorter = HeadroomPostprocessor(store=engine, budget=200, model="gpt-4o")
    out = shorter.postprocess_nodes(nodes, query_str="How many sacks did mill 7 grind in 1915?")
    assert "sacks in 1915" in text_of(out)
    assert headroom.tokens.counter_for("gpt-4o").count(text_of(out)) <= 200
    gone = {m["node_id"]: m["id"] for m in said(out[0])["merged"]}
    assert gone.keys() == {str(n) for n in range(9)} - {n.node.node_id for n in out}
    assert all(shorter.headroom.retrieve(id_) == texts[int(n)] for n, id_ in gone.items())
    assert HeadroomPostprocessor.from_dict(shorter.to_dict()).budget == 200
    with pytest.raises(ValueError, match="budget"):
        HeadroomPostprocessor(store=engine, budget=0)


def test_what_was_merged_is_told(engine: Headroom) -> None:
    first = TextNode(text=LOG, id_="a", metadata={"file": "a.log"})
    second = TextNode(text=LOG, id_="b", metadata={"file": "b.log"})
    (out,) = HeadroomPostprocessor(store=engine).postprocess_nodes(retrieved([first, second]))
    (merged,) = said(out)["merged"]
    assert (merged["node_id"], merged["score"], merged["metadata"]) == ("b", 0.999, {"file": "b.log"})


def test_what_was_trimmed_says_where_it_stands(engine: Headroom) -> None:
    nodes = chunks(report(5))
    out = HeadroomPostprocessor(store=engine).postprocess_nodes(retrieved(nodes[:2]))
    (elsewhere,) = said(out[1])["elsewhere"]
    start, end = elsewhere["span"]
    assert elsewhere["node_id"] == nodes[0].node_id
    assert nodes[1].get_content()[start:end].strip() in nodes[0].get_content()


def test_a_second_pass_changes_nothing(engine: Headroom) -> None:
    post = HeadroomPostprocessor(store=engine, profile="balanced")
    once = post.postprocess_nodes(retrieved([*chunks(report(6)), TextNode(text=LOG)]), query_str="boiler")
    twice = post.postprocess_nodes(once, query_str="boiler")
    assert [n.model_dump() for n in twice] == [n.model_dump() for n in once]


def test_images_and_empty_lists_pass(engine: Headroom) -> None:
    post = HeadroomPostprocessor(store=engine)
    picture = NodeWithScore(node=ImageNode(image="aGk=", text=LOG), score=0.5)
    empty = NodeWithScore(node=TextNode(text=""), score=0.4)
    assert post.postprocess_nodes([picture, empty]) == [picture, empty]
    assert post.postprocess_nodes([]) == []


async def test_async_is_the_same_and_leaves_the_event_loop_free(engine: Headroom) -> None:
    nodes = retrieved(chunks(report(7, 300)))
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    ticking = asyncio.create_task(tick())
    out = await HeadroomPostprocessor(store=engine).apostprocess_nodes(nodes, query_str="boiler")
    ticking.cancel()
    assert ticks
    again = HeadroomPostprocessor(store=engine).postprocess_nodes(nodes, query_str="boiler")
    assert [n.model_dump() for n in out] == [n.model_dump() for n in again]


def test_it_serialises(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/originals.db"
    post = HeadroomPostprocessor(store=url, profile="balanced", keep=["boiler"], dedupe=False)
    for other in (HeadroomPostprocessor.from_dict(post.to_dict()), pickle.loads(pickle.dumps(post))):
        assert other.to_dict() == post.to_dict()
        assert other.headroom is post.headroom
    assert copy.deepcopy(post).headroom is post.headroom
    post.headroom.close()


def test_a_password_is_not_serialised() -> None:
    assert HeadroomPostprocessor(store="postgresql://me:secret@host/db").to_dict()["store_url"] is None


def test_a_wrong_setting_is_told_at_once() -> None:
    with pytest.raises(headroom.ConfigError, match="profile='fast'"):
        HeadroomPostprocessor(profile="fast")


def test_a_store_that_cannot_be_opened_leaves_the_texts_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    post = HeadroomPostprocessor(store=f"sqlite:///{tmp_path}/file/x.db")
    node, before = TextNode(text=LOG), sum(faults.counts().values())
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            (out,) = post.postprocess_nodes(retrieved([node]))
            assert out.get_content() == LOG
    assert sum(faults.counts().values()) == before + 3
    assert len([r for r in caplog.records if "the store failed" in r.message]) == 1


class Broken(Headroom):
    def compress_texts(self, *args: Any, **options: Any) -> Any:
        raise RuntimeError("out of order")


def test_an_unforeseen_fault_leaves_the_nodes_as_they_were() -> None:
    given = retrieved(chunks(report(8)))
    assert HeadroomPostprocessor(store=Broken()).postprocess_nodes(given) == given


class Seen(BaseEventHandler):
    events: ClassVar[list[Any]] = []

    def handle(self, event: Any, **kwargs: Any) -> None:
        if isinstance(event, HeadroomPostprocessEvent):
            self.events.append(event)


def test_it_emits_an_event_with_numbers_only(engine: Headroom) -> None:
    seen = Seen()
    dispatcher.add_event_handler(seen)
    nodes = retrieved([*chunks(report(9))[:3], TextNode(text=LOG), TextNode(text=LOG)])
    out = HeadroomPostprocessor(store=engine).postprocess_nodes(nodes)
    dispatcher.event_handlers.remove(seen)
    (event,) = seen.events
    assert (event.nodes_before, event.nodes_after, event.trimmed, event.compressed) == (5, 4, 2, 1)
    assert event.chars_after == len(text_of(out)) - 3
    assert event.faults == ()


def test_a_query_engine_reads_less(engine: Headroom) -> None:
    nodes = chunks(report(10))
    index = VectorStoreIndex(nodes, embed_model=MockEmbedding(embed_dim=4))
    post = HeadroomPostprocessor(store=engine)
    asked = index.as_query_engine(llm=MockLLM(), similarity_top_k=len(nodes), node_postprocessors=[post])
    answer = asked.query("Which pump leaked oil?")
    shown = text_of(answer.source_nodes)
    assert [s for s in sentences(report(10)) if shown.count(s) != 1] == []
    assert all("headroom" not in n.metadata for n in index.docstore.docs.values())
