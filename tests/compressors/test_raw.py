"""Raw: always answers, never changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors.raw import Raw
from headroom.messages import NO_HINT


@given(st.text())
def test_raw_returns_the_text_itself(text: str) -> None:
    """At any effort, with the lowest score."""
    assert Raw().compress(text, NO_HINT, Limits(effort=Effort.STRONG)).text is text
    assert Raw().score(text, NO_HINT) == 0.1
