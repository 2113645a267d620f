"""`HeadroomToolSpec`: the tool with which an agent reads what a shortened text does not show."""

from __future__ import annotations

from typing import Any

from llama_index.core.bridge.pydantic import BaseModel, Field
from llama_index.core.tools.tool_spec.base import BaseToolSpec
from llama_index.core.tools.types import ToolMetadata

import headroom
from llama_index.postprocessor.headroom._engines import Source

NAME = "headroom_retrieve"
_MAX_TOKENS = 2_000
_DESCRIPTION = (
    "Read more of a text that was shortened. Its first line, [headroom hr_... ], names the id. Ask for the part that you"
    " need; '0 matches' means that the whole original does not hold it."
)


class RetrieveArguments(BaseModel):
    """What the model may ask for."""

    id: str = Field(description="hr_ and hex digits, from the first line of the shortened text.")
    lines: str | None = Field(default=None, description="Line numbers: '120-180,400,900-'.")
    grep: str | None = Field(default=None, description="A regex; lines that match.")
    query: str | None = Field(default=None, description="Words; the lines or rows about them.")
    fields: list[str] | None = Field(default=None, description="JSON paths: ['orders[3].status'].")
    rows: str | None = Field(default=None, description="Elements of a JSON array: '0-20'.")
    max_tokens: int | None = Field(default=None, description=f"How much at most; {_MAX_TOKENS:,} if not given.")


class HeadroomToolSpec(BaseToolSpec):
    """`HeadroomToolSpec().to_tool_list()` is the tool `headroom_retrieve`, sync and async.

    An id that is not known, or a slice that cannot be read, is an exception with the remedy in its message; agents turn it
    into a tool output with `is_error`.

    Args:
        store: where the originals are: a `headroom.Headroom`, a store, a SQLAlchemy URL, or None for the embedded store.
    """

    spec_functions = [(NAME, f"a{NAME}")]  # noqa: RUF012  # as the base class declares it

    def __init__(self, store: Any = None) -> None:
        self._source = Source(store)

    @property
    def headroom(self) -> headroom.Headroom:
        """The engine that the slices come from."""
        return self._source.engine

    def get_metadata_from_fn_name(self, fn_name: str, spec_functions: Any = None) -> ToolMetadata | None:
        """What the model is told: always the same, so that a provider's cached prefix stays valid."""
        return (
            ToolMetadata(name=NAME, description=_DESCRIPTION, fn_schema=RetrieveArguments) if fn_name == NAME else None
        )

    def headroom_retrieve(self, id: str, max_tokens: int | None = None, **wanted: Any) -> str:
        """A slice of an original. Arguments are those of `RetrieveArguments`, errors those of `Headroom.retrieve`."""
        return self.headroom.retrieve(id, max_tokens=max_tokens or _MAX_TOKENS, **wanted).text

    async def aheadroom_retrieve(self, id: str, max_tokens: int | None = None, **wanted: Any) -> str:
        """The same in a worker thread."""
        return (await self.headroom.aretrieve(id, max_tokens=max_tokens or _MAX_TOKENS, **wanted)).text
