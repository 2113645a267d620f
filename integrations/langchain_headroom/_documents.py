"""Documents: what several of them hold is kept once, the rest is compressed for the query. Citations still resolve.

Each document that stays carries in `metadata["headroom"]` which spans of its text are shown as they are (`spans`, and
`source_spans` where the splitter has left a `start_index`), the ids that give the rest back, and what of other documents
was merged into it. Order, ids and all other metadata stay; the input is not touched.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from langchain_core.documents import Document

from headroom import markers
from headroom.engine import Headroom
from headroom.exceptions import BudgetError, ConfigError
from headroom.lines import BAR, FOLD
from headroom.result import TextResult
from langchain_headroom import _chunks
from langchain_headroom._chunks import Kept, Span
from langchain_headroom._engine import FAULTS, METADATA, Settings
from langchain_headroom._messages import report_on

_NUMBERED = re.compile(rf"(\d{{1,12}}){BAR}")
_FOLDED = re.compile(rf"{FOLD} lines (?:.*[^\d])?(\d{{1,12}})\Z")


def compress_documents(
    engine: Headroom, documents: Sequence[Document], settings: Settings, *, dedupe: bool = True
) -> list[Document]:
    """The documents as the model should read them, in order. Never empty unless the input is; never fails the caller.

    Raises:
        ConfigError: a setting cannot be used. BudgetError: the budget that was set cannot be met by a document.
    """
    try:
        fresh = [n for n, d in enumerate(documents) if METADATA not in d.metadata]  # the others were here before
        texts = [documents[n].page_content for n in fresh]
        if dedupe and sum(map(len, texts)) > _chunks.MAX_CHARS:
            FAULTS.note("documents that are too long to be compared: only copies were merged")
        kept = _chunks.dedupe(texts) if dedupe else [Kept(((0, len(text)),)) for text in texts]
        by_number = dict(zip(fresh, kept, strict=True))
        out: list[Document] = []
        for n, document in enumerate(documents):
            of = by_number.get(n)
            if of is None:
                out.append(document)
            elif of.spans:
                out.append(_compress(engine, document, of, [documents[i] for i in fresh], settings))
    except (ConfigError, BudgetError):
        raise
    except Exception as error:  # noqa: BLE001  # fail towards the original: logged, and counted
        FAULTS.unforeseen(error, engine)
        return list(documents)
    return out


def _compress(
    engine: Headroom, document: Document, kept: Kept, others: Sequence[Document], settings: Settings
) -> Document:
    text, offsets = _joined(document.page_content, kept.spans)
    result = engine.compress_text(text, **settings.for_text())
    for warning in result.warnings:
        FAULTS.note(warning)
    shown = [(a, b) for span in _shown(result) for a, b in _in_chunk(span, offsets)]
    report = report_on([result.block], [document.page_content], [result.text])
    if result.block.action == "unchanged":
        report |= {"action": "deduplicated" if text != document.page_content else "unchanged", "ids": []}
    report["spans"] = [list(span) for span in shown]
    start = document.metadata.get("start_index")
    if isinstance(start, int) and start >= 0:
        report["source_spans"] = [[start + a, start + b] for a, b in shown]
    if kept.merged:
        report["merged"] = _merged(kept, others)
    return document.model_copy(
        update={"page_content": result.text, "metadata": {**document.metadata, METADATA: report}}
    )


def _merged(kept: Kept, others: Sequence[Document]) -> list[dict[str, Any]]:
    """Which spans of which other documents stand in this one and nowhere else."""
    spans: defaultdict[int, list[list[int]]] = defaultdict(list)
    for each in kept.merged:
        spans[each.chunk].append(list(each.span))
    return [{"id": others[n].id, "metadata": dict(others[n].metadata), "spans": spans[n]} for n in sorted(spans)]


def _joined(text: str, spans: Sequence[Span]) -> tuple[str, list[tuple[int, int, int]]]:
    """The spans as one text, with a mark where something between them is left out; and (start there, start here, length)."""
    parts: list[str] = []
    offsets: list[tuple[int, int, int]] = []
    at = 0
    for i, (a, b) in enumerate(spans):
        if i:
            between = text[spans[i - 1][1] : a]
            mark = f"\n{FOLD}\n" if "\n" in between else f" {FOLD} "
            parts.append(mark)
            at += len(mark)
        parts.append(text[a:b])
        offsets.append((at, a, b - a))
        at += b - a
    return "".join(parts), offsets


def _in_chunk(span: Span, offsets: Sequence[tuple[int, int, int]]) -> list[Span]:
    """A span of the joined text as spans of the document's own."""
    found: list[Span] = []
    for there, here, length in offsets:
        a, b = max(span[0], there), min(span[1], there + length)
        if a < b:
            found.append((a - there + here, b - there + here))
    return found


def _shown(result: TextResult) -> list[Span]:
    """The spans of the original that the visible text shows, each compared with the original character by character."""
    original = result.original
    if result.block.action == "unchanged" or result.block.lossless:
        return [(0, len(original))] if original else []
    lines = original.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        places[line].append(i)
    visible = result.text.split("\n")
    found: list[Span] = []
    at = 0
    for line in visible[1:] if markers.head(result.text) else visible:
        folded = _FOLDED.match(line)
        numbered = _NUMBERED.match(line)
        if folded:
            at = int(folded[1])
        elif numbered and int(numbered[1]) <= len(lines):
            i = int(numbered[1]) - 1
            found += _pieces(line[numbered.end() :], lines[i], starts[i])
            at = i + 1
        elif line in places:
            same = places[line]
            j = bisect_left(same, at)
            if j < len(same):
                found.append((starts[same[j]], starts[same[j]] + len(line)))
                at = same[j] + 1
    return _united(found, original)


def _pieces(shown: str, line: str, start: int) -> list[Span]:
    """The spans of a line of which only some sentences are shown."""
    if shown == line:
        return [(start, start + len(line))]
    found: list[Span] = []
    at = 0
    for piece in shown.split(FOLD):
        wanted = piece.strip()
        here = line.find(wanted, at) if wanted else -1
        if here >= 0:
            at = here + len(wanted)
            found.append((start + here, start + at))
    return found


def _united(spans: Sequence[Span], text: str) -> list[Span]:
    """Spans with nothing but blanks between them are one."""
    out: list[Span] = []
    for a, b in spans:
        if a == b:
            continue
        if out and not text[out[-1][1] : a].strip():
            out[-1] = (out[-1][0], b)
        else:
            out.append((a, b))
    return out
