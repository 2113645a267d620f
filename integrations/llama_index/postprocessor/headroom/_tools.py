"""`compressed_tool`: any LlamaIndex tool, with results that are shortened once, when they are made.

Agents have no hook for tool results, so the tool itself is wrapped. What the model reads (`blocks`) gets shorter; what the
program reads (`raw_output`) stays. The text that was chosen goes into the history and never changes again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from llama_index.core.base.llms.types import TextBlock
from llama_index.core.tools import FunctionTool
from llama_index.core.tools.types import AsyncBaseTool, BaseTool, ToolMetadata, ToolOutput, adapt_to_async_tool

from llama_index.postprocessor.headroom._engines import Source, check, faults
from llama_index.postprocessor.headroom._tool_spec import NAME


def compressed_tool(
    tool: BaseTool | Callable[..., Any],
    *,
    store: Any = None,
    profile: str = "safe",
    elide: bool = True,
    keep: Sequence[str] = (),
    query: str | None = None,
) -> AsyncBaseTool:
    """The same tool with shorter results: name, description and schema stay, and so does `raw_output`.

    Errors, results that go to the user (`return_direct`), images and the results of `headroom_retrieve` stay as they are.

    Args:
        tool: any tool, or a function to make one from. One that takes a workflow's `Context` still gets it.
        store: a `headroom.Headroom`, a store, a SQLAlchemy URL, or None for the embedded store.
        profile: "safe", "balanced" or "aggressive".
        elide: False allows lossless re-encoding only: for agents without `headroom_retrieve`.
        keep: spans that must stay exact.
        query: what the results are read for, where that is known beforehand.

    Raises:
        headroom.ConfigError: for a setting that cannot be used.
    """
    check(profile=profile, keep=keep)
    made = tool if isinstance(tool, BaseTool) else FunctionTool.from_defaults(tool)
    if made.metadata.name == NAME or isinstance(made, (CompressedTool, CompressedFunctionTool)):
        return made if isinstance(made, AsyncBaseTool) else adapt_to_async_tool(made)
    press = _Press(Source(store), {"profile": profile, "elide": elide, "keep": list(keep), "query": query})
    if isinstance(made, FunctionTool):
        return CompressedFunctionTool(made, press)
    return CompressedTool(adapt_to_async_tool(made), press)


class CompressedTool(AsyncBaseTool):
    """A tool with shorter results."""

    def __init__(self, tool: AsyncBaseTool, press: _Press) -> None:
        self.tool = tool
        self._press = press

    @property
    def metadata(self) -> ToolMetadata:
        """Those of the tool itself."""
        return self.tool.metadata

    def call(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Call the tool and shorten its result."""
        return self._press.shorten(self.metadata, _arguments(args, kwargs), self.tool.call(*args, **kwargs))

    async def acall(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """The same; the event loop goes on while the result is shortened."""
        output = await self.tool.acall(*args, **kwargs)
        return await self._press.ashorten(self.metadata, _arguments(args, kwargs), output)


class CompressedFunctionTool(FunctionTool):
    """A function tool with shorter results. It is a `FunctionTool` because agents give their `Context` to no other."""

    def __init__(self, tool: FunctionTool, press: _Press) -> None:
        self.__dict__.update(tool.__dict__)  # the function, its signature, its metadata: all that a FunctionTool is
        self.tool = tool
        self._press = press

    def __call__(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Call the tool and shorten its result."""
        return self.call(*args, **kwargs)

    def call(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Call the tool and shorten its result."""
        return self._press.shorten(self.metadata, _arguments(args, kwargs), self.tool.call(*args, **kwargs))

    async def acall(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """The same; the event loop goes on while the result is shortened."""
        output = await self.tool.acall(*args, **kwargs)
        return await self._press.ashorten(self.metadata, _arguments(args, kwargs), output)


class _Press:
    """Maps a tool's output to the messages that a provider would see, and what the engine makes of them back."""

    def __init__(self, source: Source, settings: Mapping[str, Any]) -> None:
        self._source = source
        self._settings = settings

    def shorten(self, metadata: ToolMetadata, arguments: Mapping[str, Any], output: ToolOutput) -> ToolOutput:
        """`output`, or a copy of it with shorter texts."""
        try:
            texts = _texts(metadata, output)
            if not texts:
                return output
            result = self._source.engine.compress(_messages(metadata.name, arguments, texts), **self._settings)
            return _back(output, result)
        except Exception as error:  # noqa: BLE001  # the tool has done its work: its result goes on as it is
            faults.unforeseen(error)
            return output

    async def ashorten(self, metadata: ToolMetadata, arguments: Mapping[str, Any], output: ToolOutput) -> ToolOutput:
        """The same in a worker thread."""
        try:
            texts = _texts(metadata, output)
            if not texts:
                return output
            result = await self._source.engine.acompress(_messages(metadata.name, arguments, texts), **self._settings)
            return _back(output, result)
        except Exception as error:  # noqa: BLE001  # as above
            faults.unforeseen(error)
            return output


def _texts(metadata: ToolMetadata, output: Any) -> list[str]:
    """The texts of an output that may change, in the order of its blocks."""
    if not isinstance(output, ToolOutput) or output.is_error or metadata.return_direct:
        return []
    texts = [block.text for block in output.blocks if isinstance(block, TextBlock)]
    return [_json(output.raw_output, texts[0])] if len(texts) == 1 else texts


def _json(raw: Any, text: str) -> str:
    """LlamaIndex writes the values that a tool returns as Python does. As JSON they say the same and are better known."""
    if not isinstance(raw, (dict, list)) or text != str(raw):
        return text
    try:
        written = json.dumps(raw, ensure_ascii=False, allow_nan=False)
        return written if json.loads(written) == raw else text
    except (TypeError, ValueError, RecursionError):
        return text


def _messages(name: str | None, arguments: Mapping[str, Any], texts: Sequence[str]) -> list[dict[str, Any]]:
    call = {"name": name or "tool", "arguments": json.dumps(arguments)}
    return [
        {"role": "assistant", "content": None, "tool_calls": [{"id": "call", "type": "function", "function": call}]},
        {"role": "tool", "tool_call_id": "call", "content": [{"type": "text", "text": text} for text in texts]},
    ]


def _back(output: ToolOutput, result: Any) -> ToolOutput:
    for warning in result.warnings:
        faults.note(warning)
    changed = {report.path[2]: result.messages[1]["content"][report.path[2]]["text"] for report in result.changed}
    if not changed:
        return output
    blocks: list[Any] = []
    number = 0
    for block in output.blocks:
        if isinstance(block, TextBlock):
            blocks.append(block.model_copy(update={"text": changed[number]}) if number in changed else block)
            number += 1
        else:
            blocks.append(block)
    return output.model_copy(update={"blocks": blocks})


def _arguments(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """What the model has passed, as far as it is JSON; a workflow's `Context` is not."""
    said: dict[str, Any] = {"input": args[0]} if args else {}
    said |= kwargs
    return {name: value for name, value in said.items() if _is_json(value)}


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True
