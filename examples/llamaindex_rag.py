"""LlamaIndex, retrieval: one more line in a query engine, and what the model reads is there once and shorter.

The model here is LlamaIndex's own fake. Every passage keeps its id and score, and says which characters of the document
it shows, so that citations resolve.
"""

from __future__ import annotations

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import MetadataMode

from headroom import Headroom, MemoryStore
from llama_index.postprocessor.headroom import HeadroomPostprocessor

MANUAL = " ".join(f"Step {n} of the manual tightens bolt {n * 7 % 90} to {n * 13 % 40 + 10} Nm." for n in range(120))
LOG = "\n".join(f"2026-03-01 10:00:{n % 60:02d} INFO pump-{n % 4} cycle {n} done" for n in range(300))
LOG += "\n2026-03-01 10:05:00 WARN pump-2 lost pressure at bolt 21"


def main() -> None:
    """Ask with and without the postprocessor."""
    documents = [Document(text=MANUAL, id_="manual"), Document(text=LOG, id_="log")]
    splitter = SentenceSplitter(chunk_size=256, chunk_overlap=80)
    nodes = splitter.get_nodes_from_documents(documents[:1]) + splitter.get_nodes_from_documents(documents[1:])
    index = VectorStoreIndex(nodes, embed_model=MockEmbedding(embed_dim=8))
    headroom = HeadroomPostprocessor(store=Headroom(store=MemoryStore()))

    plain = index.as_query_engine(llm=MockLLM(max_tokens=64), similarity_top_k=50)
    short = index.as_query_engine(llm=MockLLM(max_tokens=64), similarity_top_k=50, node_postprocessors=[headroom])
    before, after = plain.query("Which pump lost pressure?"), short.query("Which pump lost pressure?")

    sizes = [sum(len(n.get_content()) for n in answer.source_nodes) for answer in (before, after)]
    print(
        f"{len(before.source_nodes)} passages with {sizes[0]:,} characters → {len(after.source_nodes)} with {sizes[1]:,}"
    )
    read = "\n".join(n.node.get_content(MetadataMode.NONE) for n in after.source_nodes)
    print("each step is there once:", all(read.count(f"Step {n} of") == 1 for n in range(120)))
    print("the warning is there:", "lost pressure at bolt 21" in read)
    spans = [span for n in after.source_nodes for span in cited(n.node.metadata["headroom"], n.node.get_content())]
    print(f"{len(spans)} citations resolve:", all(spans))


def cited(said: dict[str, dict[str, list[tuple[int, int]]]], shown: str) -> list[bool]:
    """Whether each span that a passage claims is in its document, and is shown."""
    document = {"manual": MANUAL, "log": LOG}[str(said["source"]["ref_doc_id"])]
    return [document[a:b].split("\n")[0] in shown for a, b in said["source"]["kept"]]


if __name__ == "__main__":
    main()
