"""What all parts of this package share: the settings of a call, and the list of faults.

Nothing here compresses, and nothing here knows of messages or documents.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from re import Pattern
from typing import Any

from headroom.engine import Headroom
from headroom.faults import Faults

log = logging.getLogger("langchain_headroom")

METADATA = "headroom"
"""Key under which the report stands: `message.response_metadata["headroom"]`, `document.metadata["headroom"]`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of one call of the engine; None means "as the engine has it"."""

    profile: str | None = None
    tools: Mapping[str, str] | None = None
    roles: Sequence[str] | None = None
    keep: Sequence[str | Pattern[str]] | None = None
    elide: bool | None = None
    query: str | None = None
    model: str | None = None
    budget: int | None = None
    deadline: float | None = None

    def check(self, engine: Headroom) -> Settings:
        """These settings, once the engine has found that they can be used. Raises ConfigError. Opens no store."""
        engine.compress([], bypass=True, **asdict(self))
        return self

    def for_messages(self) -> dict[str, Any]:
        """Arguments of `Headroom.compress`."""
        return {f: getattr(self, f) for f in self.__dataclass_fields__}

    def for_text(self) -> dict[str, Any]:
        """Arguments of `Headroom.compress_text`."""
        return {f: v for f, v in self.for_messages().items() if f not in ("roles", "deadline")}

    def for_texts(self) -> dict[str, Any]:
        """Arguments of `Headroom.compress_texts`, but for the query."""
        return {f: v for f, v in self.for_messages().items() if f not in ("roles", "tools", "query")}


FAULTS = Faults(log)


def faults() -> dict[str, int]:
    """Faults of this process that left something as it was, by reason. Empty when all went well."""
    return FAULTS.counts()
