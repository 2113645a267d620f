"""What is done with one block, step by step, and what is made of it: the marker, the store's entry, the events, the report.

Above stand the pass and what fits and compacts; below markers, tokens and the store's values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from headroom import markers, tokens
from headroom.compressors._api import Elision, Rendition
from headroom.markers import Marker
from headroom.messages import Block, Path
from headroom.policy import Verdict
from headroom.result import Action, BlockReport
from headroom.store._api import Entry, Event, content_id

OWN = "Headroom has produced this text"
"""Why a text that the engine itself made stays as it is."""
REPEAT = "repeat"
"""The kind of a block that is shown as a reference."""


@dataclass(slots=True, kw_only=True)
class Decision:
    """A block and what is done with it. Filled in step by step while the pass runs."""

    block: Block
    verdict: Verdict
    key: str | None = None
    context: int = 0  # tokens that are shown before the block, by the length of the texts
    text: str = ""
    action: Action = "unchanged"
    reason: str = ""
    id: str | None = None
    kind: str = ""
    compressor: str = ""
    lossless: bool = True
    elisions: tuple[Elision, ...] = ()
    marker: Marker | None = None
    body: str = ""
    weight_before: int | None = None  # tokens, by the estimate that decisions use
    weight_after: int = 0
    decided: bool = False  # by the ledger, or because the engine itself has produced this text

    @property
    def exact(self) -> bool:
        """Whether the model sees the text of the tool exactly as it is."""
        return self.action == "unchanged" and not (self.decided and self.reason == OWN)

    def leave(self, reason: str) -> None:
        """Back to the original text."""
        self.text, self.action, self.reason = self.block.text, "unchanged", reason
        self.id, self.marker, self.body, self.elisions, self.lossless = None, None, "", (), True

    def show(self, marker: Marker, body: str, action: Action) -> None:
        """Take a marker and what stands below it as the visible text."""
        self.marker, self.body, self.id, self.action, self.reason = marker, body, marker.id, action, ""
        self.text = visible(marker, body)

    def shorten_marker(self) -> None:
        """Let the marker say what is gone by one figure, and name the selector that fits any text."""
        if self.marker is not None and self.action == "compressed":
            summary, selectors = self.marker.summary.partition(", ")[0], self.marker.selectors[-1:]
            self.show(replace(self.marker, summary=summary, selectors=selectors), self.body, self.action)

    def smaller(self, candidate: str) -> bool:
        """Whether `candidate` has fewer tokens than the original."""
        text = self.block.text
        counts = tokens.compare(text, candidate)
        if counts is None:
            return False
        self.weight_before, self.weight_after = counts
        return True

    def report(self) -> BlockReport:
        """The same for users."""
        marker = None if self.action == "unchanged" else self.marker or markers.head(self.text)
        return BlockReport(
            path=self.block.path,
            role=self.block.role,
            tool=self.block.hint.tool,
            action=self.action,
            reason=self.reason,
            kind=self.kind,
            compressor=self.compressor,
            lossless=self.lossless,
            id=self.id,
            chars_before=len(self.block.text),
            chars_after=len(self.text),
            elided=markers.left_out(marker) if marker is not None else {},
        )


def visible(marker: Marker, body: str) -> str:
    """What the model reads: the marker's line, and the body below it where there is one."""
    head = markers.render(marker)
    return f"{head}\n{body}" if body else head


def marker_of(text: str, rendition: Rendition) -> Marker:
    """The marker of a rendition: what is gone, how to read the rest, how to get more."""
    gone: dict[str, int] = {}
    for elision in rendition.elisions:
        gone[elision.unit] = gone.get(elision.unit, 0) + elision.count
    if rendition.lossless:
        return Marker(id=content_id(text), summary="lossless", note=rendition.note)
    total = lines_of(text)
    said = [f"{max(0, total - gone['lines']):,} of {total:,} lines"] if "lines" in gone else []
    said += [f"{counted(count, unit[:-1])} folded" for unit, count in gone.items() if unit != "lines"]
    # Retrieval knows the rows of JSON only, and the lines of JSON tell nothing.
    is_json = _ROWS.match(text) if "rows" in gone else _RECORDS.match(text) if "lines" not in gone else None
    selectors = ("rows", "fields", "query") if is_json else ("lines", "grep", "query")
    return Marker(id=content_id(text), summary=", ".join(said) or "shortened", note=rendition.note, selectors=selectors)


_ROWS = re.compile(r"[\ufeff\s]{0,200}[\[{]")
_RECORDS = re.compile(r"[\ufeff\s]{0,200}(?:\[\s*)?\{\s*\"")


def lines_of(text: str) -> int:
    """Lines as retrieval counts them: what stands after a last line end is no line."""
    return text.count("\n") + (not text.endswith("\n"))


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def entry_of(decision: Decision) -> Entry:
    if decision.action == "unchanged":
        return Entry(key=decision.key, reason=decision.reason, kind=decision.kind, compressor=decision.compressor)
    return Entry(
        key=decision.key,
        id=decision.id,
        original=decision.block.text,
        visible=decision.text,
        kind=decision.kind,
        compressor=decision.compressor,
        lossless=decision.lossless,
    )


def events_of(decisions: Sequence[Decision]) -> list[Event]:
    """One event per kind of content. Token figures are the estimates that decisions use."""
    by_kind: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.action != "unchanged":
            by_kind.setdefault(decision.kind, []).append(decision)
    return [
        Event(
            name="compress",
            kind=kind,
            blocks=len(group),
            chars_before=sum(len(d.block.text) for d in group),
            chars_after=sum(len(d.text) for d in group),
            tokens_before=sum(d.weight_before or 0 for d in group),
            tokens_after=sum(d.weight_after for d in group),
        )
        for kind, group in by_kind.items()
    ]


def changed(decisions: Sequence[Decision]) -> dict[Path, str]:
    """The texts to put back into the provider's messages."""
    return {d.block.path: d.text for d in decisions if d.action != "unchanged"}
