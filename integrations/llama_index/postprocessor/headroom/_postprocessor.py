"""`HeadroomPostprocessor`: what was retrieved, once and shorter, with the way back to the source.

What an earlier node shows already is left out, what remains is shortened for the query: `headroom.chunks` does both. The
docstore's nodes are never touched: every changed node is a copy with the same id, score and relationships. Its
metadata says under "headroom" what was merged into it and which characters of the source it shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from llama_index.core.bridge.pydantic import Field, PrivateAttr, field_serializer
from llama_index.core.instrumentation import get_dispatcher  # type: ignore[attr-defined]  # documented, not in __all__
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import BaseNode, ImageNode, MetadataMode, Node, NodeWithScore, QueryBundle, TextNode

import headroom
from headroom.chunks import Chunk, Passage, shorten
from llama_index.postprocessor.headroom._engines import Source, check, faults
from llama_index.postprocessor.headroom._events import HeadroomPostprocessEvent

KEY = "headroom"
"""The metadata key of a node's provenance; excluded from prompt and embedding."""

dispatcher = get_dispatcher(__name__)


class HeadroomPostprocessor(BaseNodePostprocessor):
    """Deduplicates retrieved nodes and compresses them for the query.

    Order, ids, scores and relationships stay; at least one node remains. Images and nodes that were through here before
    pass untouched. Serialises with `to_dict`; an engine or a `Store` object that was passed in is not part of that, nor is
    a URL with a password in it: set HEADROOM_STORE then.

    Args:
        store: a `headroom.Headroom`, a store, a SQLAlchemy URL, or None for the embedded store.

    Raises:
        headroom.ConfigError: for a setting that cannot be used.
    """

    profile: str = Field(default="safe", description="safe, balanced or aggressive: how much may be left out.")
    dedupe: bool = Field(default=True, description="Leave out what an earlier node shows already.")
    elide: bool = Field(
        default=True,
        description="False: only spell shorter what can be read off the result, for models that cannot retrieve.",
    )
    keep: list[str] = Field(default_factory=list, description="Spans of text that must stay exact.")
    budget: int | None = Field(default=None, gt=0, description="Tokens for all nodes; those without room are left out.")
    model: str | None = Field(default=None, description="Whose tokens count for the budget.")
    deadline: float | None = Field(default=None, description="Seconds for one call; the rest stays as it is.")
    store_url: str | None = Field(default=None, description="SQLAlchemy URL of the store of originals.")

    _source: Source = PrivateAttr()

    def __init__(self, *, store: Any = None, **settings: Any) -> None:
        if isinstance(store, str):
            settings["store_url"] = store
            store = None
        super().__init__(**settings)
        check(profile=self.profile, keep=self.keep)
        self._source = Source(store if store is not None else self.store_url)

    @classmethod
    def class_name(cls) -> str:
        """The name under which it is serialised."""
        return "HeadroomPostprocessor"

    @property
    def headroom(self) -> headroom.Headroom:
        """The engine: its `retrieve` gives originals back."""
        return self._source.engine

    @field_serializer("store_url")
    def _without_password(self, url: str | None) -> str | None:
        credentials = (url or "").partition("://")[2].rpartition("@")[0]
        return None if ":" in credentials else url

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        wrong: list[str] = []
        try:
            out = self._shorter(nodes, query_bundle.query_str if query_bundle else None, wrong)
        except Exception as error:  # noqa: BLE001  # the nodes are still good: the user's call goes on with them
            wrong.append(f"{type(error).__name__}: {error}")
            faults.note(wrong[-1], error=error)
            out = nodes
        dispatcher.event(_event(nodes, out, wrong))
        return out

    def _shorter(self, nodes: Sequence[NodeWithScore], query: str | None, wrong: list[str]) -> list[NodeWithScore]:
        texts = [n for n in nodes if _is_text(n.node)]
        passages = shorten(
            self.headroom,
            [_chunk(n.node) for n in texts],
            query=query,
            dedupe=self.dedupe,
            options={name: getattr(self, name) for name in ("profile", "keep", "elide", "deadline", "budget", "model")},
        )
        for warning in dict.fromkeys(w for p in passages if p.result is not None for w in p.result.warnings):
            wrong.append(warning)
            faults.note(warning)
        merged = _merged(texts, passages)
        done = {id(n): (p, merged[i]) for i, (n, p) in enumerate(zip(texts, passages, strict=True))}
        out: list[NodeWithScore] = []
        for node in nodes:
            passage, others = done.get(id(node), (None, ()))
            if passage is None:
                out.append(node)
            elif passage.text is not None:
                said = _provenance(node.node, passage, texts, others)
                out.append(NodeWithScore(node=_copy(node.node, passage.text, said), score=node.score))
        return out


def _is_text(node: BaseNode) -> bool:
    """Whether the text is all that the node has for the model, and is the docstore's own."""
    if KEY in node.metadata or isinstance(node, ImageNode):
        return False
    if isinstance(node, Node):
        return not (node.image_resource or node.audio_resource or node.video_resource) and bool(node.get_content())
    return isinstance(node, TextNode) and bool(node.text)


def _text(node: BaseNode) -> str:
    return node.get_content(MetadataMode.NONE)


def _chunk(node: BaseNode) -> Chunk:
    return Chunk(text=_text(node), source=node.ref_doc_id, label=node.get_metadata_str(MetadataMode.LLM))


def _copy(old: BaseNode, text: str, said: Mapping[str, Any]) -> BaseNode:
    """The node with another text and its provenance; the docstore's own stays as it is."""
    new = old.model_copy()
    new.metadata = {**old.metadata, KEY: said}
    new.excluded_llm_metadata_keys = [*old.excluded_llm_metadata_keys, KEY]
    new.excluded_embed_metadata_keys = [*old.excluded_embed_metadata_keys, KEY]
    new.relationships = dict(old.relationships)
    if isinstance(new, Node) and new.text_resource is not None:
        new.text_resource = new.text_resource.model_copy(update={"text": text})
    elif text != _text(old):
        new.set_content(text)
    return new


def _provenance(
    node: BaseNode, passage: Passage, nodes: Sequence[NodeWithScore], merged: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """What the copy's metadata say. Offsets count characters of the node's own text as the docstore has it."""
    text, result = _text(node), passage.result
    assert result is not None
    said: dict[str, Any] = {
        "chars_before": len(text),
        "chars_after": len(result.text),
        "kept": [list(span) for span in passage.spans],
        "lossless": result.block.lossless,
    }
    if result.id is not None:
        said["id"] = result.id
    start = _start(node, text)
    if start is not None:
        kept = [[a + start, b + start] for a, b in passage.spans]
        said["source"] = {"ref_doc_id": node.ref_doc_id, "kept": kept}
    if passage.elsewhere:
        said["elsewhere"] = _elsewhere(passage, nodes)
    if merged:
        said["merged"] = list(merged)
    return said


def _elsewhere(passage: Passage, nodes: Sequence[NodeWithScore]) -> list[dict[str, Any]]:
    return [{"node_id": nodes[n].node.node_id, "span": list(span)} for span, n in passage.elsewhere]


def _merged(nodes: Sequence[NodeWithScore], passages: Sequence[Passage]) -> defaultdict[int, list[dict[str, Any]]]:
    """For each node, the ones that are gone; the one that shows most of it names it, or the first that is there."""
    first = next((n for n, passage in enumerate(passages) if passage.text is not None), 0)
    out: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for node, passage in zip(nodes, passages, strict=True):
        if passage.text is None:
            elsewhere = max(passage.elsewhere, key=lambda e: (e[0][1] - e[0][0], -e[1]), default=None)
            holder = first if elsewhere is None or passages[elsewhere[1]].text is None else elsewhere[1]
            said = {"node_id": node.node.node_id, "ref_doc_id": node.node.ref_doc_id, "score": node.score}
            if passage.result is not None:
                said["id"] = passage.result.id
            metadata = dict(node.node.metadata)
            out[holder].append({**said, "metadata": metadata, "elsewhere": _elsewhere(passage, nodes)})
    return out


def _start(node: BaseNode, text: str) -> int | None:
    """Where in its document the node's text begins, if it says so and its length agrees."""
    start, end = getattr(node, "start_char_idx", None), getattr(node, "end_char_idx", None)
    agrees = isinstance(start, int) and isinstance(end, int) and end - start == len(text)
    return start if agrees and node.ref_doc_id is not None else None


def _event(
    before: Sequence[NodeWithScore], after: Sequence[NodeWithScore], wrong: Sequence[str]
) -> HeadroomPostprocessEvent:
    said = [n.node.metadata.get(KEY, {}) for n in after] if after is not before else []
    return HeadroomPostprocessEvent(
        nodes_before=len(before),
        nodes_after=len(after),
        trimmed=sum("elsewhere" in s for s in said),
        compressed=sum("id" in s for s in said),
        chars_before=_chars(before),
        chars_after=_chars(after),
        faults=tuple(wrong),
    )


def _chars(nodes: Sequence[NodeWithScore]) -> int:
    return sum(len(n.node.get_content(MetadataMode.NONE)) for n in nodes)
