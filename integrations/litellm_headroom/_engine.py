"""What all parts of this package share: the settings of a call, and the list of faults.

Nothing here compresses, and nothing here knows of LiteLLM or of the shape of a request.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from re import Pattern
from typing import Any

from headroom.engine import Headroom
from headroom.faults import Faults

log = logging.getLogger("litellm_headroom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of one call of the engine; None means "as the engine has it"."""

    profile: str | None = None
    tools: Mapping[str, str] | None = None
    keep: Sequence[str | Pattern[str]] | None = None
    elide: bool | None = None
    deadline: float | None = None

    def check(self, engine: Headroom | None) -> None:
        """Raises ConfigError where a setting cannot be used. Opens no store."""
        given = {name: value for name, value in self.arguments().items() if value is not None}
        if given:
            (engine or Headroom()).compress([], bypass=True, **given)

    def arguments(self) -> dict[str, Any]:
        """Arguments of `Headroom.compress`."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


FAULTS = Faults(log)


def faults() -> dict[str, int]:
    """Faults of this process that left something as it was, by reason. Empty when all went well."""
    return FAULTS.counts()
