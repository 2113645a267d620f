"""Documents: what several of them hold is kept once, the rest is compressed for the query. Citations still resolve.

Each document that stays carries in `metadata["headroom"]` which spans of its text are shown (`spans`, and `source_spans`
where the splitter has left a `start_index`), the ids that give the rest back, and what of other documents was merged into
it; the first names those for which a budget had no room. Order, ids and all other metadata stay; the input is not touched. The work is done by `headroom.chunks`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from langchain_core.documents import Document

from headroom.chunks import MAX_CHARS, Chunk, Passage, Span, shorten
from headroom.engine import Headroom
from headroom.exceptions import BudgetError, ConfigError
from langchain_headroom._engine import FAULTS, METADATA, Settings
from langchain_headroom._messages import report_on


def compress_documents(
    engine: Headroom, documents: Sequence[Document], settings: Settings, *, dedupe: bool = True
) -> list[Document]:
    """The documents as the model should read them, in order. Never empty unless the input is; never fails the caller.

    Raises:
        ConfigError: a setting cannot be used. BudgetError: the budget that was set cannot be met.
    """
    fresh = [n for n, d in enumerate(documents) if METADATA not in d.metadata]  # the others were here before
    try:
        chunks = [_chunk(documents[n]) for n in fresh]
        if dedupe and sum(len(chunk.text) for chunk in chunks) > MAX_CHARS:
            FAULTS.note("documents that are too long to be compared: only copies were merged")
        passages = shorten(engine, chunks, query=settings.query, dedupe=dedupe, options=settings.for_texts())
        merged = _merged(passages, [documents[n] for n in fresh])
        out: dict[int, Document] = dict(enumerate(documents))
        for i, (n, passage) in enumerate(zip(fresh, passages, strict=True)):
            if passage.text is None:
                del out[n]
            else:
                out[n] = _with_text(documents[n], passage, merged[i])
        _name_left_out(out, fresh, passages, documents)
    except (ConfigError, BudgetError):
        raise
    except Exception as error:  # noqa: BLE001  # fail towards the original: logged, and counted
        FAULTS.unforeseen(error, engine)
        return list(documents)
    for warning in dict.fromkeys(w for p in passages if p.result is not None for w in p.result.warnings):
        FAULTS.note(warning)
    return list(out.values())


def _chunk(document: Document) -> Chunk:
    source = document.metadata.get("source")
    return Chunk(text=document.page_content, source=source if isinstance(source, str) else None)


def _with_text(document: Document, passage: Passage, merged: Sequence[dict[str, Any]]) -> Document:
    assert passage.text is not None
    assert passage.result is not None
    report = report_on([passage.result.block], [document.page_content], [passage.text])
    if passage.result.id is None:
        report |= {"action": "deduplicated" if passage.text != document.page_content else "unchanged", "ids": []}
    report["spans"] = [list(span) for span in passage.spans]
    start = document.metadata.get("start_index")
    if isinstance(start, int) and start >= 0:
        report["source_spans"] = [[start + a, start + b] for a, b in passage.spans]
    if merged:
        report["merged"] = list(merged)
    return document.model_copy(
        update={"page_content": passage.text, "metadata": {**document.metadata, METADATA: report}}
    )


def _name_left_out(
    out: dict[int, Document], fresh: Sequence[int], passages: Sequence[Passage], documents: Sequence[Document]
) -> None:
    """Say in the first document that was shortened which ones a budget had no room for, and what gives them back."""
    left_out = [
        {"id": documents[n].id, "metadata": dict(documents[n].metadata), "ids": [passage.result.id]}
        for n, passage in zip(fresh, passages, strict=True)
        if passage.text is None and passage.result is not None
    ]
    first = next((n for n in fresh if n in out), None)
    if left_out and first is not None:
        document = out[first]
        report = {**document.metadata[METADATA], "left_out": left_out}
        out[first] = document.model_copy(update={"metadata": {**document.metadata, METADATA: report}})


def _merged(passages: Sequence[Passage], documents: Sequence[Document]) -> defaultdict[int, list[dict[str, Any]]]:
    """For each document, which spans of which others stand in it and nowhere else."""
    spans: defaultdict[int, defaultdict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for n, passage in enumerate(passages):
        for span, holder in passage.elsewhere:
            spans[holder][n].append(span)
    out: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for holder, those in spans.items():
        for n in sorted(those):
            said = {"id": documents[n].id, "metadata": dict(documents[n].metadata)}
            out[holder].append({**said, "spans": [list(span) for span in those[n]]})
    return out
