"""What a compressor is. One class per kind of content, holding `score` and `compress`.

A compressor sees a text, a `Hint` and `Limits`: no store, no provider, no environment, no message. It may raise; the
engine then keeps the original and counts the fault. Above stand the router and the engine, below only `messages`,
`lines` and `relevance`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from headroom.messages import Effort, Hint

__all__ = ["Compressor", "Effort", "Elision", "Limits", "Rendition", "Room", "Unit"]

Unit: TypeAlias = Literal["lines", "rows", "chars", "values"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many tokens, by `count`, the visible text and its note may have together.

    Whoever asks about one text again, with another number, passes the same `memo`: a compressor keeps there what its first
    answer has cost.
    """

    tokens: int
    count: Callable[[str], int]
    memo: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a compressor may do with one text.

    `first_line` is the number that the text's first line has in the original block (1-based); coordinates in the
    visible text count from it. `keep` matches what must stay byte-exact: a line that it matches is always shown. `room`
    is a wish: a compressor that can fills it with what matters most, others do what the effort says. At `until`, of
    `time.monotonic`, slow work is to end; where there is none of it, this says nothing.
    """

    effort: Effort = Effort.LOSSLESS
    first_line: int = 1
    keep: re.Pattern[str] | None = None
    room: Room | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elision:
    """What is not visible: `ranges` are 1-based, inclusive and ascending, in the source's own coordinates.

    `unit` is "lines" of the original text, "rows" of a JSON array or table (0-based row numbers, as in the source),
    "chars" (0-based offsets, end exclusive), or "values" of a nested document, which have no coordinates but their paths
    and no ranges. `count` is how many units are left out. `summary` says what they look like.
    """

    ranges: tuple[tuple[int, int], ...]
    count: int
    unit: Unit = "lines"
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A compressor's answer. `text` is the visible body without the header line, which the engine adds.

    `note` is what a reader must know to read the body ("path once per file"): short, it is paid for on every turn.
    `lossless` is true when the original can be rebuilt from `text` and `note` alone. An answer whose `text` is the input
    itself means "nothing to gain". `warnings` are for users: what could not be done as they asked.
    """

    text: str
    note: str = ""
    elisions: tuple[Elision, ...] = ()
    lossless: bool = True
    warnings: tuple[str, ...] = ()


class Compressor(Protocol):
    """One kind of content. Instances hold no state and may be shared between threads."""

    @property
    def name(self) -> str:
        """The class's name, as users see it: "LogCompressor"."""

    @property
    def kind(self) -> str:
        """The kind of content: "log", "json", "search", …"""

    def score(self, text: str, hint: Hint) -> float:
        """How sure it is that `text` is of its kind: 0.0 (not at all) to 1.0 (certain).

        Must be cheap: look at a bounded sample of the text (`lines.sample`), never at all of it.
        """

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """Shorten `text` within `limits`. Pure and deterministic; time and memory linear in the text."""
