"""The `input` of OpenAI's Responses API, as Codex, the Agents SDK and LiteLLM send it: a list of items, or one string.

A tool's result is an item of its own (`function_call_output` and its kin) that answers a call item by `call_id`. With
`previous_response_id` the call may stand in an earlier request; then only the output itself tells what it holds.
Reasoning, encrypted content, compactions, screenshots and the items of tools that the provider runs are no blocks, or
fixed ones. Instructions, tools and all other parameters of the request are no part of the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from headroom.exceptions import MessageFormatError
from headroom.messages import Block, Conversation, Message, Path, Role
from headroom.wire import _api
from headroom.wire._api import CITED, Call, Origin, Seen, get, parts, string

__all__ = ["is_sign", "name", "parse", "render"]

name: Final = "openai_responses"

_OUTPUTS = frozenset(
    {
        *("function_call_output", "custom_tool_call_output", "local_shell_call_output", "shell_call_output"),
        *("apply_patch_call_output", "computer_call_output"),
    }
)
_ITEMS = _OUTPUTS | {
    *("function_call", "custom_tool_call", "local_shell_call", "shell_call", "apply_patch_call", "computer_call"),
    *("reasoning", "item_reference", "compaction", "file_search_call", "web_search_call", "image_generation_call"),
    *("code_interpreter_call", "mcp_call", "mcp_list_tools", "mcp_approval_request", "mcp_approval_response"),
    *("tool_search_call", "tool_search_output"),
}
_PARTS = frozenset({"input_text", "output_text", "input_image", "input_file"})
_TEXTS = frozenset({"text", "input_text", "output_text"})
_BY_PROVIDER = "the provider ran this tool and wrote this item"


def is_sign(item: Any) -> bool:
    """Whether only this format writes such an item. `{"type": "message"}` alone is none: Anthropic's answers have it."""
    if string(get(item, "role")) is None:
        return get(item, "type") in _ITEMS if string(get(item, "type")) else False
    return any(string(get(p, "type")) in _PARTS for p in parts(get(item, "content")))


def parse(messages: Any) -> Conversation:
    """Read an `input`; `render` is the inverse. A string is the text of one user message, at the path `()`.

    Raises:
        MessageFormatError: no string, and no list or tuple of items that have a string `role`, `type` or `id`.
    """
    if isinstance(messages, str):
        block = Block(text=messages, role="user")
        return Conversation(messages=(Message(role="user", blocks=(block,)),), wire=name)
    return _api.read(_checked(messages), name, _blocks, _role)


def render(messages: Any, changed: Mapping[Path, str]) -> Any:
    """Put `changed` texts back: a new list, or a string where there was one."""
    if isinstance(messages, str):
        return changed.get((), messages)
    return _api.render(messages, changed)


def _checked(items: Any) -> Sequence[Any]:
    """`items` itself. Objects of the SDK may stand among them, since `input += response.output` is how agents go on."""
    for i, item in enumerate(_api.listed(items)):
        if all(string(get(item, key)) is None for key in ("role", "type", "id")):
            raise MessageFormatError(
                f"input[{i}] is {_api.described(item)}, no item of OpenAI's Responses API: it has no string 'role' or 'type'"
            )
    return items  # type: ignore[no-any-return]  # listed() has looked


def _role(item: Any) -> str:
    role = string(get(item, "role"))
    return role or ("tool" if get(item, "type") in _OUTPUTS else "assistant")


def _blocks(item: Any, index: int, role: Role, seen: Seen) -> Iterator[Block]:
    kind = string(get(item, "type")) or "message"
    if kind in _OUTPUTS:
        if isinstance(item, Mapping):
            yield from _output(item, kind, (index, "output"), seen)
    elif kind == "message":
        if isinstance(item, Mapping):
            yield from _texts(item.get("content"), (index, "content"), Origin(role))
    elif kind == "mcp_call":
        yield from _mcp(item, index)
    else:
        _remember(item, kind, seen)


def _texts(content: Any, path: Path, origin: Origin) -> Iterator[Block]:
    """The texts of a string, or of a list with strings and text parts; an `output_text` with annotations is fixed."""
    if isinstance(content, str):
        yield origin.block(content, path)
    for j, part in enumerate(parts(content)):
        text = part.get("text") if isinstance(part, Mapping) and string(part.get("type")) in _TEXTS else part
        if isinstance(text, str):
            at = (*path, j) if isinstance(part, str) else (*path, j, "text")
            yield origin.block(text, at, CITED if get(part, "annotations") else None)


def _output(item: Mapping[str, Any], kind: str, path: Path, seen: Seen) -> Iterator[Block]:
    call_id = string(item.get("call_id")) or string(item.get("id"))
    output = item.get("output")
    if kind != "shell_call_output":
        yield from _texts(output, path, Origin("tool", seen.hint(call_id), call_id))
        return
    for j, ran in enumerate(parts(output)):  # one entry for each command of the call
        hint = seen.hint(_nth(call_id, j) if _nth(call_id, j) in seen.calls else call_id)
        for stream in ("stdout", "stderr"):
            text = get(ran, stream)
            if isinstance(ran, Mapping) and isinstance(text, str):
                yield Origin("tool", hint, call_id).block(text, (*path, j, stream))


def _mcp(item: Any, index: int) -> Iterator[Block]:
    """The call and the result of a remote tool are one item, which the provider has written."""
    if isinstance(item, Mapping) and isinstance(item.get("output"), str):
        call = Call(string(item.get("name")), item.get("arguments"))
        hint = Seen(calls={"": call}).hint("")
        yield Origin("tool", hint, string(item.get("id"))).block(item["output"], (index, "output"), _BY_PROVIDER)


def _remember(item: Any, kind: str, seen: Seen) -> None:
    """A call item: what was called, with which arguments."""
    call_id = string(get(item, "call_id")) or string(get(item, "id"))
    if call_id is None:
        return
    action = get(item, "action")
    if kind == "function_call":
        seen.calls[call_id] = Call(string(get(item, "name")), get(item, "arguments"))
    elif kind == "custom_tool_call":
        seen.calls[call_id] = Call(string(get(item, "name")), {"input": get(item, "input")})
    elif kind == "local_shell_call":
        seen.calls[call_id] = Call("local_shell", {"command": get(action, "command")})
    elif kind == "shell_call":
        seen.calls[call_id] = Call("shell")
        for j, command in enumerate(parts(get(action, "commands"))):
            seen.calls[_nth(call_id, j)] = Call("shell", {"command": command})
    elif kind == "apply_patch_call":
        operation = get(item, "operation")
        seen.calls[call_id] = Call("apply_patch", {"path": get(operation, "path"), "diff": get(operation, "diff")})


def _nth(call_id: str | None, index: int) -> str:
    """A key for one of the commands of a call; no real id holds a NUL."""
    return f"{call_id}\0{index}"
