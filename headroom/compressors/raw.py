"""Anything else: the compressor that always answers and changes nothing."""

from __future__ import annotations

from headroom.compressors._api import Limits, Rendition
from headroom.messages import Hint


class Raw:
    """Scores lowest, so that there is always a winner."""

    name = "Raw"
    kind = "raw"

    def score(self, text: str, hint: Hint) -> float:
        """Always 0.1."""
        return 0.1

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The text itself."""
        return Rendition(text=text)
