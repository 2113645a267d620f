"""Documents of our own, and how to cut and retrieve them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import llama_index.core
import nltk  # type: ignore[import-untyped]
from llama_index.core import Document
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import BaseNode, NodeWithScore

# LlamaIndex brings the data of its sentence splitter; early versions would download it all the same.
nltk.data.path.append(str(Path(llama_index.core.__file__).parent / "_static" / "nltk_cache"))

TOPICS = "pump valve boiler turbine sensor relay filter gasket rotor bearing compressor condenser".split()
ACTS = (
    "was inspected,was replaced,leaked oil,ran too hot,passed its test,was shut down,lost pressure,needed paint".split(
        ","
    )
)


def sentence(rng: random.Random, number: int) -> str:
    """A sentence that no other document part repeats."""
    return (
        f"On day {number} the {rng.choice(TOPICS)} in hall {rng.randrange(90)} {rng.choice(ACTS)}"
        f" and shift {rng.randrange(9)} wrote {rng.randrange(10_000)} into the book."
    )


def report(seed: int, sentences: int = 80) -> str:
    """Paragraphs of unique sentences."""
    rng = random.Random(seed)
    said = [sentence(rng, seed * 10_000 + n) for n in range(sentences)]
    return "\n\n".join(" ".join(said[n : n + 5]) for n in range(0, sentences, 5))


def sentences(text: str) -> list[str]:
    """What `report` was made of."""
    return [s if s.endswith(".") else f"{s}." for s in text.replace("\n\n", " ").split(". ")]


def chunks(text: str, id: str = "doc", *, size: int = 200, overlap: int = 80) -> list[BaseNode]:
    """The document in LlamaIndex's own chunks, with overlap."""
    return SentenceSplitter(chunk_size=size, chunk_overlap=overlap).get_nodes_from_documents(
        [Document(text=text, id_=id)]
    )


def retrieved(nodes: Sequence[BaseNode]) -> list[NodeWithScore]:
    """As a retriever returns them: with falling scores."""
    return [NodeWithScore(node=node, score=1 - n / 1000) for n, node in enumerate(nodes)]
