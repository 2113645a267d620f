"""`headroom_retrieve`: the tool with which a model gets back what a compressed text does not show.

Name, description and schema are the same bytes every time, so that the tool never breaks a provider's cached prefix.
"""

from __future__ import annotations

import asyncio
from typing import Any, Optional

from langchain_core.tools import BaseTool, StructuredTool, ToolException
from pydantic import BaseModel, Field

from headroom.api import engine_of
from headroom.engine import Headroom
from headroom.exceptions import HeadroomError
from headroom.markers import TOOL_NAME
from headroom.result import Retrieved
from headroom.store._api import Store
from langchain_headroom._engine import FAULTS

__all__ = ["RetrieveArguments", "headroom_retrieve_tool"]

MAX_TOKENS = 2000
"""Of a slice, unless the model asks for another size: a whole original may be longer than the model's window."""

DESCRIPTION = (
    "Get back parts of a text that was shortened. A shortened text starts with a line '[headroom hr_… · …]'; pass the id"
    " that stands there. Choose one of: lines, grep, query; for JSON: rows, fields. The answer says how much there is of"
    " what was asked for, and how to get the next part. '0 matches in all N lines' means that it is not in the text."
)


class RetrieveArguments(BaseModel):
    """What the model may ask for."""

    id: str = Field(description="The id in the first line of the shortened text, such as hr_9f2c41d07ab3.")
    lines: Optional[str] = Field(default=None, description="Line numbers, such as '120-180,400,900-'.")  # noqa: UP045
    grep: Optional[str] = Field(default=None, description="A Python regular expression; matching lines.")  # noqa: UP045
    query: Optional[str] = Field(default=None, description="Words; the lines or rows that hold them, best first.")  # noqa: UP045
    fields: Optional[list[str]] = Field(default=None, description="JSON paths, such as 'orders[3].status'.")  # noqa: UP045
    rows: Optional[str] = Field(default=None, description="Rows of a JSON array from 0, such as '0-20,57'.")  # noqa: UP045
    max_tokens: int = Field(default=MAX_TOKENS, description="Size of the answer, at least 64.")


def headroom_retrieve_tool(store: Store | str | None = None, *, engine: Headroom | None = None) -> BaseTool:
    """A tool for `bind_tools`, `ToolNode`, or `create_agent` among its tools.

    `store` is a store, its URL, or None for the embedded one; an `engine` may be given in its place. An unknown or expired
    id, a slice that cannot be read and arguments of the wrong type become messages with `status="error"`. The artifact of a
    result tells `id`, `shown`, `matched`, `total`, `unit`, `next` and `complete`.

    Raises:
        ConfigError: both were given.
    """
    source = engine_of(engine, store)

    def retrieve(id: str, max_tokens: int = MAX_TOKENS, **selected: Any) -> tuple[str, dict[str, Any]]:
        try:
            found = source.retrieve(id, max_tokens=max_tokens, **selected)
        except HeadroomError as error:
            raise ToolException(str(error)) from error
        except Exception as error:
            FAULTS.unforeseen(error, source)
            raise ToolException(f"the slice could not be cut: {type(error).__name__}: {error}") from error
        return found.text, _artifact(id, found)

    async def aretrieve(id: str, max_tokens: int = MAX_TOKENS, **selected: Any) -> tuple[str, dict[str, Any]]:
        return await asyncio.to_thread(retrieve, id, max_tokens, **selected)

    return StructuredTool(
        name=TOOL_NAME,
        description=DESCRIPTION,
        args_schema=RetrieveArguments,
        func=retrieve,
        coroutine=aretrieve,
        response_format="content_and_artifact",
        handle_tool_error=True,
        handle_validation_error=True,
        metadata={"headroom": "retrieve"},
    )


def _artifact(id: str, found: Retrieved) -> dict[str, Any]:
    return {
        "id": id,
        "shown": found.shown,
        "matched": found.matched,
        "total": found.total,
        "unit": found.unit,
        "next": found.next,
        "complete": found.complete,
    }
