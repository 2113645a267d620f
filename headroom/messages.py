"""The values that flow through the engine: what a conversation says, without any provider's spelling.

A `Conversation` holds `Message`s, a message holds `Block`s, a block is one text together with what its sender knows
about it (`Hint`). `wire` makes them out of provider JSON and puts changed texts back; nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]
Path: TypeAlias = tuple["int | str", ...]
"""Where a block's text lies in the provider's JSON, e.g. `(3, "content", 0, "text")`."""


class Effort(IntEnum):
    """How far a compressor may go. `policy` chooses it from the profile and the compressor's kind."""

    LOSSLESS = 0
    """Re-encode only: everything in the text can be read off the visible text."""
    LIGHT = 1
    """Fold what repeats; what is rare stays, whatever its level. The `safe` profile's elision."""
    MEDIUM = 2
    """Also leave out what carries little. The `balanced` profile."""
    STRONG = 3
    """Leave out all but the evidence. The `aggressive` profile."""


NO_ARGUMENTS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What the sender of a block knows about it. Any field may be absent.

    `tool` is the tool's name and `arguments` its parsed arguments; `path` the file that was read; `command` the shell
    command that was run; `language` a name like "python"; `query` what the reader is after, in words; `is_error` says
    that the provider marked the result as failed.
    """

    tool: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=lambda: NO_ARGUMENTS)
    path: str | None = None
    command: str | None = None
    language: str | None = None
    query: str | None = None
    is_error: bool = False


NO_HINT = Hint()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One text of a message. `fixed` holds the reason why the wire format forbids to change it, if it does."""

    text: str
    role: Role
    path: Path = ()
    hint: Hint = NO_HINT
    call_id: str | None = None
    fixed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: its role and its blocks, in order. `role` is the role the blocks mostly have."""

    role: Role
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """All messages of a request, in order. `wire` names the format they were parsed from."""

    messages: tuple[Message, ...] = field(default=())
    wire: str = ""
