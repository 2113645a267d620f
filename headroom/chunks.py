"""Retrieved chunks: what several of them say is kept once, the rest is shortened for the query. Citations still resolve.

What every framework's component for retrieval does with the texts; the component itself only reads its documents and writes
the provenance into their metadata. `overlaps` finds what stands twice, the engine shortens what remains, `spans` tells
which characters of each chunk can still be read. Knows no framework. Above stand the integrations, below the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom import overlaps, spans
from headroom.overlaps import MAX_CHARS, Chunk, Kept, Span

if TYPE_CHECKING:  # the engine is given; whoever only imports a component should not wait for it
    from headroom.engine import Headroom
    from headroom.result import TextResult

__all__ = ["MAX_CHARS", "Chunk", "Passage", "Span", "shorten"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What became of a chunk.

    `text` is what the model should read, None where all of the chunk stands in others, or where a budget has no room for
    any of it; then `result` has the id that gives it back. `spans` are the ascending spans of
    the chunk's own text that can be read in it. `elsewhere` names the spans that another chunk shows, and that chunk's
    index. `result` is the engine's; its `original` is the chunk without what stands elsewhere.
    """

    text: str | None
    spans: tuple[Span, ...] = ()
    elsewhere: tuple[tuple[Span, int], ...] = ()
    result: TextResult | None = None


def shorten(
    engine: Headroom,
    chunks: Sequence[Chunk],
    *,
    query: str | None = None,
    dedupe: bool = True,
    options: Mapping[str, Any] | None = None,
) -> list[Passage]:
    """One passage per chunk, in order; at least one has text, unless there is no chunk.

    `options` are those of `Headroom.compress_texts`. Of more than `MAX_CHARS` characters in all, only copies are found.

    Raises:
        ConfigError: an option cannot be used. BudgetError: the budget cannot be met.
    """
    kept = overlaps.dedupe(chunks) if dedupe else [Kept(spans=((0, len(c.text)),)) for c in chunks]
    shown = [n for n, k in enumerate(kept) if k.spans]
    joined = {n: _remaining(chunks[n].text, kept[n], *_neighbours(shown, i)) for i, n in enumerate(shown)}
    results = engine.compress_texts([joined[n][0] for n in shown], query=query, **(options or {}))
    by_chunk = dict(zip(shown, results, strict=True))
    passages: list[Passage] = []
    for n, k in enumerate(kept):
        result = by_chunk.get(n)
        if result is None:
            passages.append(Passage(text=None, elsewhere=k.elsewhere))
            continue
        found = spans.back(result.spans, joined[n][1], k.spans) if result.text else []
        readable = tuple(spans.united(chunks[n].text, found)) if result.id else k.spans
        text = result.text if result.text or not result.id else None
        passages.append(Passage(text=text, spans=readable, elsewhere=k.elsewhere, result=result))
    return passages


def _neighbours(shown: Sequence[int], i: int) -> tuple[int, int]:
    """The chunks that are shown before and after the one at place `i`; -1 where there is none."""
    return (shown[i - 1] if i else -1), (shown[i + 1] if i + 1 < len(shown) else -1)


def _remaining(text: str, kept: Kept, previous: int, following: int) -> tuple[str, list[Span]]:
    """What no other chunk shows, and where its spans stand in it. What a neighbour shows on this side needs no mark: the
    reader has just read it, or comes to it next."""
    first, last = kept.spans[0], kept.spans[-1]
    before = {n for span, n in kept.elsewhere if span[1] <= first[0]}
    behind = {n for span, n in kept.elsewhere if span[0] >= last[1]}
    return spans.join(text, kept.spans, before=not before <= {previous}, behind=not behind <= {following})
