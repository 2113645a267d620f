"""The built-in compressors."""

from __future__ import annotations

from headroom.compressors import BUILTIN, builtin
from headroom.text_model import TextModel


def test_without_a_model_they_are_the_built_in_ones() -> None:
    assert builtin(None) is BUILTIN


def test_with_a_model_prose_alone_has_another_compressor() -> None:
    """In the same place; it is opened when it is first asked."""
    changed = builtin(TextModel("somewhere"))
    assert [c.name for c in changed] == [c.name for c in BUILTIN]
    assert [c.kind for c, before in zip(changed, BUILTIN, strict=True) if c is not before] == ["prose"]
