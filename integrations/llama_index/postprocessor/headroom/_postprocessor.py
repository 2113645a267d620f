"""`HeadroomPostprocessor`: what was retrieved, once and shorter, with the way back to the source.

Two steps. What an earlier node shows already is left out (`_overlaps`); what remains goes through the engine with the
query. The docstore's nodes are never touched: every changed node is a copy with the same id, score and relationships. Its
metadata says under "headroom" what was merged into it and which characters of the source it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from llama_index.core.bridge.pydantic import Field, PrivateAttr, field_serializer
from llama_index.core.instrumentation import get_dispatcher  # type: ignore[attr-defined]  # documented, not in __all__
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import BaseNode, ImageNode, MetadataMode, Node, NodeWithScore, QueryBundle, TextNode

import headroom
from llama_index.postprocessor.headroom import _spans
from llama_index.postprocessor.headroom._engines import Source, check, faults
from llama_index.postprocessor.headroom._events import HeadroomPostprocessEvent
from llama_index.postprocessor.headroom._overlaps import Chunk, Cut, Span, cut

KEY = "headroom"
"""The metadata key of a node's provenance; excluded from prompt and embedding."""
_GAP = "\n⋯\n"
"""Stands where a part was left out that another node shows."""

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
            faults.add(wrong[-1], error)
            out = nodes
        dispatcher.event(_event(nodes, out, wrong))
        return out

    def _shorter(self, nodes: Sequence[NodeWithScore], query: str | None, wrong: list[str]) -> list[NodeWithScore]:
        works = [_Work(node=n, text=n.node.get_content(MetadataMode.NONE)) for n in nodes if _is_text(n.node)]
        if self.dedupe:
            _dedupe(works)
        self._compress([w for w in works if w.kept], query, wrong)
        done = {id(w.node): w for w in works}
        return [done[id(n)].result() if id(n) in done else n for n in nodes if id(n) not in done or done[id(n)].kept]

    def _compress(self, works: Sequence[_Work], query: str | None, wrong: list[str]) -> None:
        """One call for all nodes, each a text of its own: none refers to another, they may end up in different prompts."""
        for work in works:
            work.visible = work.remaining = _GAP.join(work.text[a:b] for a, b in work.kept)
        result = self.headroom.compress(
            [{"role": "user", "content": work.remaining} for work in works],
            roles=("user",),
            query=query,
            profile=self.profile,
            keep=self.keep,
            elide=self.elide,
            deadline=self.deadline,
        )
        wrong.extend(result.warnings)
        for warning in result.warnings:
            faults.add(warning)
        for report in result.changed:
            number = report.path[0]
            assert isinstance(number, int)
            works[number].visible, works[number].report = result.messages[number]["content"], report


@dataclass(slots=True, eq=False)
class _Work:
    """One node on its way. `kept` is what of its `text` no other node shows, joined in `remaining`."""

    node: NodeWithScore
    text: str
    kept: tuple[Span, ...] = ()
    remaining: str = ""
    visible: str = ""
    report: headroom.BlockReport | None = None
    merged: list[dict[str, Any]] = field(default_factory=list)
    elsewhere: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kept = ((0, len(self.text)),)

    def spans(self) -> list[Span]:
        """What of `text` is shown word for word."""
        if self.report is None:
            return list(self.kept)
        out: list[Span] = []
        at = 0
        found = _spans.shown(self.remaining, self.visible)
        for start, end in self.kept:
            shift = start - at
            inside = ((max(a, at), min(b, at + end - start)) for a, b in found)
            out += [(a + shift, b + shift) for a, b in inside if a < b]
            at += end - start + len(_GAP)
        return out

    def provenance(self) -> dict[str, Any]:
        """What the copy's metadata say. Offsets count characters of the node's own text as the docstore has it."""
        node, spans = self.node.node, self.spans()
        said: dict[str, Any] = {
            "chars_before": len(self.text),
            "chars_after": len(self.visible),
            "kept": [list(span) for span in spans],
            "lossless": self.report is None or self.report.lossless,
        }
        if self.report is not None:
            said["id"] = self.report.id
        start = _start(node, self.text)
        if start is not None:
            said["source"] = {"ref_doc_id": node.ref_doc_id, "kept": [[a + start, b + start] for a, b in spans]}
        if self.elsewhere:
            said["elsewhere"] = self.elsewhere
        if self.merged:
            said["merged"] = self.merged
        return said

    def result(self) -> NodeWithScore:
        """A copy of the node with the text that remains, and its provenance."""
        old = self.node.node
        if KEY in old.metadata:
            return self.node
        new = old.model_copy()
        new.metadata = {**old.metadata, KEY: self.provenance()}
        new.excluded_llm_metadata_keys = [*old.excluded_llm_metadata_keys, KEY]
        new.excluded_embed_metadata_keys = [*old.excluded_embed_metadata_keys, KEY]
        new.relationships = dict(old.relationships)
        if self.visible != self.text:
            _set_text(new, self.visible)
        return NodeWithScore(node=new, score=self.node.score)


def _is_text(node: BaseNode) -> bool:
    """Whether the text is all that the node has for the model, and is the docstore's own."""
    if KEY in node.metadata or isinstance(node, ImageNode):
        return False
    if isinstance(node, Node):
        return not (node.image_resource or node.audio_resource or node.video_resource) and bool(node.get_content())
    return isinstance(node, TextNode) and bool(node.text)


def _set_text(node: BaseNode, text: str) -> None:
    if isinstance(node, Node) and node.text_resource is not None:
        node.text_resource = node.text_resource.model_copy(update={"text": text})
    else:
        node.set_content(text)


def _start(node: BaseNode, text: str) -> int | None:
    """Where in its document the node's text begins, if it says so and its length agrees."""
    start, end = getattr(node, "start_char_idx", None), getattr(node, "end_char_idx", None)
    agrees = isinstance(start, int) and isinstance(end, int) and end - start == len(text)
    return start if agrees and node.ref_doc_id is not None else None


def _dedupe(works: Sequence[_Work]) -> None:
    cuts = cut([_chunk(work) for work in works])
    hosts: dict[int, int] = {}
    for number, (work, made) in enumerate(zip(works, cuts, strict=True)):
        work.kept = made.kept
        node_ids = {n: works[n].node.node.node_id for _, n in made.elsewhere}
        work.elsewhere = [{"node_id": node_ids[n], "span": list(span)} for span, n in made.elsewhere]
        if not made.kept:
            host = _host(made)
            hosts[number] = hosts.get(host, host)
            works[hosts[number]].merged.append(_merged(work))


def _host(made: Cut) -> int:
    """The earlier chunk that shows most of one that is gone."""
    return max(made.elsewhere, key=lambda e: (e[0][1] - e[0][0], -e[1]))[1]


def _merged(work: _Work) -> dict[str, Any]:
    node = work.node.node
    said = {"node_id": node.node_id, "ref_doc_id": node.ref_doc_id, "score": work.node.score}
    return {**said, "metadata": dict(node.metadata), "elsewhere": work.elsewhere}


def _chunk(work: _Work) -> Chunk:
    node = work.node.node
    return Chunk(
        text=work.text,
        source=node.ref_doc_id,
        start=_start(node, work.text),
        label=node.get_metadata_str(MetadataMode.LLM),
    )


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
