"""What the postprocessor tells LlamaIndex's instrumentation: numbers, never content."""

from __future__ import annotations

from llama_index.core.instrumentation.events import BaseEvent


class HeadroomPostprocessEvent(BaseEvent):
    """One call of `HeadroomPostprocessor`. Sizes are in characters of the nodes' texts, without metadata."""

    nodes_before: int
    """Nodes that were retrieved."""
    nodes_after: int
    """Nodes that remain; the others were shown by these already."""
    trimmed: int
    """Nodes of which a part stands in another node and was left out."""
    compressed: int
    """Nodes that the engine has shortened."""
    chars_before: int
    chars_after: int
    faults: tuple[str, ...] = ()
    """What went wrong, in words; the nodes are as they were then."""

    @classmethod
    def class_name(cls) -> str:
        """The name under which handlers see it."""
        return "HeadroomPostprocessEvent"
