"""What a wire format is, and what all of them share.

A wire format is a module with a `name` and two inverse verbs: `parse` reads provider JSON into a `Conversation`,
`render` puts changed texts back. Nothing here talks to a provider, decides what may change, or mutates its input.
Whatever a format does not know is no block: it passes through untouched. Above stands the engine, below `messages`.

Blocks depend only on what stands before them in the list, so appending messages never changes an earlier block.
"""

from __future__ import annotations

import copy
import json
import posixpath
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Protocol, TypeAlias
from urllib.parse import unquote

from headroom.exceptions import MessageFormatError
from headroom.messages import NO_ARGUMENTS, NO_HINT, Block, Conversation, Hint, Message, Path, Role

QUESTION_CHARS = 4_000
"""How much of the user's latest words becomes `Hint.query`."""
PATTERN_CHARS = 1_000

SHAPES = "OpenAI chat, OpenAI responses, Anthropic or Gemini messages"
CITED = "citations point into it"

_ROLES: Mapping[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}
# Argument names, lower case and without separators: file_path, filePath and FilePath are one name.
_PATH_NAMES = (
    *("filepath", "path", "filename", "notebookpath", "targetfile", "absolutepath", "abspath", "relativepath"),
    *("relativeworkspacepath", "targetnotebook", "file", "uri", "paths", "filepaths", "files"),
)
_COMMAND_NAMES = ("command", "cmd", "commandline", "shellcommand", "bashcommand", "script")
_PATTERN_NAMES = (
    *("query", "pattern", "q", "search", "regex", "regexp", "keyword", "searchquery", "searchterm"),
    *("queries", "patterns", "keywords"),
)
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "fish"})
# Verbs of editor tools whose `command` argument is no shell command.
_EDITOR_VERBS = frozenset({"view", "create", "str_replace", "insert", "undo_edit", "delete", "rename"})
# Text that an agent's harness puts into the user's turn; it is not what the user asks.
_HARNESS = (
    *("<system-reminder>", "<environment_context>", "<user_instructions>", "<INSTRUCTIONS>", "<turn_aborted>"),
    *("<session_context>", "# AGENTS.md instructions", "This is the Gemini CLI. We are"),
)


class WireFormat(Protocol):
    """The shape of one provider's messages. Modules of this package satisfy it."""

    @property
    def name(self) -> str:
        """The module's name: "openai_chat"."""

    def parse(self, messages: Any) -> Conversation:
        """Read messages. Raises `MessageFormatError` when they have not this format's shape."""

    def render(self, messages: Any, changed: Mapping[Path, str]) -> Any:
        """Put `changed` texts back: a new list; the input is not mutated and shares all that did not change. Where the
        format allows a string instead of a list, a string is given back for one."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call: its name and its arguments, as a mapping or as the JSON text that the provider sent."""

    tool: str | None
    arguments: Any = None


@dataclass(slots=True)
class Seen:
    """What stands before the message at hand: the tool calls by id, and the user's latest words."""

    calls: dict[str, Call] = field(default_factory=dict)
    question: str | None = None

    def hint(self, call_id: str | None, *, tool: str | None = None, is_error: bool = False) -> Hint:
        """What is known of the result of a call; `tool` is the name that the result itself carries, if any."""
        call = self.calls.get(call_id) if call_id is not None else None
        arguments = _arguments(call.arguments) if call else NO_ARGUMENTS
        plain = _plain(arguments)
        path = _path(plain)
        return Hint(
            tool=(call.tool if call else None) or tool,
            arguments=arguments,
            path=path,
            command=_command(plain, path),
            query=_join(self.question, _patterns(plain)),
            is_error=is_error,
        )


ReadBlocks: TypeAlias = Callable[[Any, "int", Role, Seen], Iterator[Block]]
"""Reads the blocks of one message: (message, its index, its role, what stands before) -> blocks in order."""


def read(
    messages: Sequence[Any], wire: str, blocks_of: ReadBlocks, role_of: Callable[[Any], str] = itemgetter("role")
) -> Conversation:
    """Read each of `messages`, of which the shape is known to be right, with `blocks_of`."""
    seen = Seen()
    out: list[Message] = []
    for i, message in enumerate(messages):
        name = role_of(message)
        known = _ROLES.get(name)
        role: Role = known or "system"
        blocks = tuple(blocks_of(message, i, role, seen))
        if known is None:
            blocks = tuple(_fixed(b, f"unknown role {name!r}") for b in blocks)
        elif role == "user":
            seen.question = _question(blocks) or seen.question
        out.append(Message(role=_main_role(blocks, role), blocks=blocks))
    return Conversation(messages=tuple(out), wire=wire)


def checked(messages: Any) -> Sequence[Mapping[str, Any]]:
    """`messages` itself, once it is known to be a list or tuple of mappings with a string role.

    Raises:
        MessageFormatError: it is not.
    """
    for i, message in enumerate(listed(messages)):
        if not isinstance(message, Mapping):
            remedy = "; pass message.model_dump(exclude_none=True)" if hasattr(message, "model_dump") else ""
            raise MessageFormatError(f"messages[{i}] is {described(message)}, not a dict with a 'role'{remedy}")
        if not isinstance(message.get("role"), str):
            raise MessageFormatError(f"messages[{i}] has no string 'role', it is {described(message)}; pass {SHAPES}")
    return messages  # type: ignore[no-any-return]  # listed() has looked


def listed(messages: Any) -> Sequence[Any]:
    """`messages` itself, once it is known to be a list or tuple.

    Raises:
        MessageFormatError: it is not.
    """
    if not isinstance(messages, (list, tuple)):
        raise MessageFormatError(f"messages must be a list of dicts, not {type(messages).__name__}; pass {SHAPES}")
    return messages


def described(thing: Any) -> str:
    """What stands where a message should, in a few words for an error, without content."""
    if not isinstance(thing, Mapping):
        return type(thing).__name__
    return f"a dict with only the fields {', '.join(map(repr, thing))[:200]}"


@dataclass(frozen=True, slots=True)
class Origin:
    """What the blocks of one message, or of one tool result, have in common."""

    role: Role
    hint: Hint = NO_HINT
    call_id: str | None = None

    def block(self, text: str, path: Path, fixed: str | None = None) -> Block:
        """The block of one text."""
        return Block(text=text, role=self.role, path=path, hint=self.hint, call_id=self.call_id, fixed=fixed)


def text_blocks(content: Any, path: Path, origin: Origin, fixed: str | None = None) -> Iterator[Block]:
    """The texts of a `content` field that is a string, or a list with strings and `{"type": "text"}` parts in it."""
    if isinstance(content, str):
        yield origin.block(content, path, fixed)
    else:
        for j, part in enumerate(parts(content)):
            yield from text_part(part, (*path, j), origin, fixed)


def text_part(part: Any, path: Path, origin: Origin, fixed: str | None = None) -> Iterator[Block]:
    """The text of a part that is a string or has `{"type": "text"}`; nothing for every other part."""
    if isinstance(part, str):
        yield origin.block(part, path, fixed)
    elif isinstance(part, Mapping) and part.get("type") == "text":
        text = part.get("text")
        if isinstance(text, str):
            yield origin.block(text, (*path, "text"), fixed or (CITED if part.get("citations") else None))


def parts(content: Any) -> Sequence[Any]:
    """`content` if it is a list of parts, else nothing."""
    return content if isinstance(content, (list, tuple)) else ()


def get(thing: Any, name: str) -> Any:
    """A field of a mapping, or of an SDK's object that stands where a mapping is expected; None where there is none."""
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def string(value: Any) -> str | None:
    """`value` if it is a string."""
    return value if isinstance(value, str) else None


def render(messages: Any, changed: Mapping[Path, str]) -> list[Any]:
    """Put `changed` texts at their paths. Copies the containers along these paths and shares everything else.

    Raises:
        MessageFormatError: there is no text at one of the paths.
    """
    tree: dict[Any, Any] = {}
    for path, text in changed.items():
        if not path:
            raise MessageFormatError("the path () leads to no text")
        node = tree
        for key in path[:-1]:
            node = node.setdefault(key, {})
        node[path[-1]] = text
    out = list(messages)
    for key, sub in tree.items():
        out[key] = _replaced(out, key, sub, (key,))
    return out


def _replaced(parent: Any, key: int | str, change: Any, path: Path) -> Any:
    """`parent[key]` with `change` applied: a new text, or a mapping from keys below it to further changes."""
    try:
        old = parent[key]
    except (KeyError, IndexError, TypeError) as e:
        raise MessageFormatError(f"there is no text at {path!r}: {e!r}") from e
    if isinstance(change, str) != isinstance(old, str):
        raise MessageFormatError(f"there is no text at {path!r}, but {type(old).__name__}")
    if isinstance(change, str):
        return change
    new = copy.copy(old) if isinstance(old, (dict, list)) else dict(old) if isinstance(old, Mapping) else list(old)
    for below, sub in change.items():
        new[below] = _replaced(old, below, sub, (*path, below))
    return tuple(new) if isinstance(old, tuple) else new


def _fixed(block: Block, why: str) -> Block:
    return Block(text=block.text, role=block.role, path=block.path, hint=block.hint, call_id=block.call_id, fixed=why)


def _main_role(blocks: tuple[Block, ...], role: Role) -> Role:
    if len(blocks) < 2:
        return blocks[0].role if blocks else role
    return Counter(b.role for b in blocks).most_common(1)[0][0]


def _question(blocks: tuple[Block, ...]) -> str | None:
    """What the user says in these blocks, shortened in its middle: what is asked stands at either end."""
    texts = [b.text for b in blocks if b.role == "user" and not b.text.lstrip()[:40].startswith(_HARNESS)]
    text = "\n".join(texts).strip() if len(texts) != 1 else texts[0].strip()
    if len(text) > QUESTION_CHARS:
        half = QUESTION_CHARS // 2
        text = f"{text[: half - 1]}\n{text[-half:]}"
    return text or None


def _arguments(raw: Any) -> Mapping[str, Any]:
    """The arguments of a call; none where they are no JSON object."""
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            return NO_ARGUMENTS
    return raw if isinstance(raw, Mapping) else NO_ARGUMENTS


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by their names in lower case and without separators."""
    return {str(k).replace("_", "").replace("-", "").lower(): v for k, v in arguments.items()}


def _strings(value: Any) -> list[str]:
    """The non-empty strings of a string or of a list of strings."""
    if isinstance(value, str):
        return [value] if value else []
    return [v for v in parts(value) if isinstance(v, str) and v]


def _path(plain: Mapping[str, Any]) -> str | None:
    """The file that the call names; None where it names several in one list."""
    for name in filter(plain.__contains__, _PATH_NAMES):
        found = _strings(plain[name])
        if len(found) == 1:
            return unquote(found[0][len("file://") :]) if found[0].startswith("file://") else found[0]
    return None


def _command(plain: Mapping[str, Any], path: str | None) -> str | None:
    """The shell command that the call runs; of an argv list that starts a shell, its script."""
    for name in filter(plain.__contains__, _COMMAND_NAMES):
        words = _strings(plain[name])
        if not words or (path is not None and words[0] in _EDITOR_VERBS):
            continue
        if len(words) == 1:
            return words[0]
        if len(words) > 2 and posixpath.basename(words[0]) in _SHELLS and words[1][0] == "-" and "c" in words[1]:
            return words[2]
        return shlex.join(words)
    return None


def _patterns(plain: Mapping[str, Any]) -> str:
    """What the call itself looks for."""
    return "\n".join([s for name in filter(plain.__contains__, _PATTERN_NAMES) for s in _strings(plain[name])])[
        :PATTERN_CHARS
    ]


def _join(question: str | None, pattern: str) -> str | None:
    return f"{question}\n{pattern}" if question and pattern else question or pattern or None
