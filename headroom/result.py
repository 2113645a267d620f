"""What `compress` answers: the messages, what was done to each block and why, and honest counts.

Values only; the engine fills them. Token counts are made when they are asked for, by the model's own tokenizer where
there is one, and say so where there is none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from headroom import spans
from headroom.messages import Path, Role
from headroom.overlaps import Span
from headroom.retrieval import Slice
from headroom.tokens import Counter

Action: TypeAlias = Literal["compressed", "referenced", "unchanged"]
M = TypeVar("M")

# Keys under which provider JSON keeps what is no text for the model, or is paid for in another way than by tokens of text.
_NOT_TEXT = frozenset(
    "type id tool_use_id tool_call_id call_id role signature data encrypted_content media_type url image_url detail"
    " cache_control index format file_id status fileUri file_uri mimeType mime_type thoughtSignature thought_signature".split()
)


_WHOLE = frozenset({"input", "args", "response"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockReport:
    """One block and what became of it.

    `action` is "compressed" (another spelling or a selection of the text), "referenced" (the text stands earlier in the
    conversation) or "unchanged"; then `reason` says why. `id` retrieves the original of a changed block. `elided` counts
    what is not visible, per unit ("lines", "rows", "chars").
    """

    path: Path
    role: Role
    action: Action
    reason: str = ""
    tool: str | None = None
    kind: str = ""
    compressor: str = ""
    lossless: bool = True
    id: str | None = None
    chars_before: int = 0
    chars_after: int = 0
    elided: Mapping[str, int] = field(default_factory=dict)


class _Counted(ABC):
    """Token counts of what stood before and what stands now; computed once, when first asked for."""

    counter: Counter

    @abstractmethod
    def _before(self) -> Iterator[str]:
        """The texts as they were given."""

    @abstractmethod
    def _after(self) -> Iterator[str]:
        """The texts as they are now."""

    @cached_property
    def _counts(self) -> tuple[int, int]:
        known: dict[str, int] = {}

        def count(texts: Iterator[str]) -> int:
            total = 0
            for text in texts:
                if text not in known:
                    known[text] = self.counter.count(text)
                total += known[text]
            return total

        return count(self._before()), count(self._after())

    @property
    def tokens_before(self) -> int:
        """Tokens of all text given, tool-call arguments included, in the tokenizer of the model."""
        return self._counts[0]

    @property
    def tokens_after(self) -> int:
        """Tokens of the same text as it is now, markers included."""
        return self._counts[1]

    @property
    def tokens_saved(self) -> int:
        """`tokens_before - tokens_after`; never negative."""
        return self.tokens_before - self.tokens_after

    @property
    def savings(self) -> float:
        """Share of the tokens that was saved, 0.0 to 1.0."""
        return self.tokens_saved / self.tokens_before if self.tokens_before else 0.0

    @property
    def estimated(self) -> bool:
        """True where the model is not known or publishes no tokenizer; the counts are estimates then."""
        return self.counter.estimated

    @property
    def tokenizer(self) -> str:
        """Name of the vocabulary that was counted with."""
        return self.counter.name


@dataclass(frozen=True, kw_only=True)
class CompressResult(_Counted, Generic[M]):
    """The conversation as the model should see it.

    `messages` has the shape that was given, message for message. `blocks` reports on every text in it, in order.
    `warnings` says what went wrong on the way, in words: a store that cannot be written, a compressor that failed.
    """

    messages: list[M]
    original: Sequence[M] = field(repr=False)
    blocks: tuple[BlockReport, ...]
    counter: Counter = field(repr=False)
    warnings: tuple[str, ...] = ()

    def _before(self) -> Iterator[str]:
        return texts(self.original)

    def _after(self) -> Iterator[str]:
        return texts(self.messages)

    @property
    def changed(self) -> tuple[BlockReport, ...]:
        """The blocks that are not as they were."""
        return tuple(b for b in self.blocks if b.action != "unchanged")


@dataclass(frozen=True, kw_only=True)
class TextResult(_Counted):
    """One text as the model should see it. `id` retrieves the original; None when nothing was changed."""

    text: str
    original: str = field(repr=False)
    block: BlockReport
    counter: Counter = field(repr=False)
    warnings: tuple[str, ...] = ()
    kept: tuple[Span, ...] | None = field(default=None, repr=False)
    """`spans`, where whoever made the text has told; else they are read off it."""

    @property
    def id(self) -> str | None:
        """What retrieves the original."""
        return self.block.id

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Ascending spans of `original`, in characters, that `text` shows: word for word, or the whole of it where it is
        only spelled in another way."""
        if self.kept is not None:
            return self.kept
        if self.block.action == "compressed" and self.block.lossless:
            return ((0, len(self.original)),)
        return tuple(spans.shown(self.original, self.text))

    def _before(self) -> Iterator[str]:
        yield self.original

    def _after(self) -> Iterator[str]:
        yield self.text


def texts(messages: Sequence[Any]) -> Iterator[str]:
    """Every text in provider messages that a model is billed for by its tokens. Iterative: depth is no danger.

    What a tool was given and what it answered is text whatever its keys are called.
    """
    stack: list[tuple[Any, bool]] = [(messages, False)]
    while stack:
        value, whole = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            plain = value.get("type") == "text"  # a document's source has its text under "data"
            stack.extend(
                (v, whole or k in _WHOLE)
                for k, v in reversed(list(value.items()))
                if whole or k not in _NOT_TEXT or (plain and k == "data")
            )
        elif isinstance(value, (list, tuple)):
            stack.extend((v, whole) for v in reversed(value))


class Retrieved(str):
    """A slice of an original: the text itself, with what is known about it.

    `shown` of `matched` units are in the text, of `total` in the original; `next` holds the arguments for the next part,
    None when there is none; `complete` says that nothing that was asked for is missing.
    """

    __slots__ = ("complete", "matched", "next", "shown", "total", "unit")

    matched: int
    total: int
    shown: int
    unit: str
    next: str | None
    complete: bool

    @classmethod
    def whole(cls, text: str) -> Retrieved:
        """All of an original, exactly: no line of ours is in it."""
        return cls.of(Slice(text=text, matched=1, total=1, shown=1, unit="values", next=None, complete=True))

    @classmethod
    def of(cls, found: Slice) -> Retrieved:
        """What `retrieval.cut` found."""
        self = cls(found.text)
        self.matched, self.total, self.shown = found.matched, found.total, found.shown
        self.unit, self.next, self.complete = found.unit, found.next, found.complete
        return self

    @property
    def text(self) -> str:
        """The same as a plain `str`."""
        return str.__str__(self)
