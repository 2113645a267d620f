"""Where two requests part: the places, their causes, what to do about each.

A part of `cache_aligner`, which adds the price. Below stand `_prompt`, which cuts requests into parts, and `_volatile`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from headroom._prompt import NO_TEXT, Part, Section, parts_of, rendered, same_value, tool_name
from headroom._volatile import masked
from headroom.messages import Path

Cause: TypeAlias = Literal[
    "time",
    "date",
    "id",
    "number",
    "whitespace",
    "key order",
    "text changed",
    "tool order",
    "tool added",
    "tool removed",
    "tool changed",
    "messages dropped",
    "messages inserted",
    "breakpoint out of reach",
    "parameter",
]

ADVICE: Mapping[Cause, str] = {
    "time": "state the time at the end of the conversation, or let the model ask a tool for it",
    "date": "state the date at the end of the conversation; where it is, all is written anew after midnight",
    "id": "leave the id out of the prompt, or put it at the end",
    "number": "put the number at the end of the conversation, or leave it out",
    "whitespace": "write the text in one way",
    "key order": "write JSON with its keys in one order, e.g. sorted",
    "text changed": "leave what was sent as it was; say what is new in a new message",
    "tool order": "send the tools in one order, e.g. sorted by name",
    "tool added": "send all tools from the first request on",
    "tool removed": "leave the tool in the list; forbid its use in words or by tool_choice",
    "tool changed": "leave a tool's description and schema as they were",
    "messages dropped": "drop old messages rarely, and many at once: each time all that follows is written anew",
    "messages inserted": "append messages at the end",
    "breakpoint out of reach": "set a breakpoint every 20 content blocks or more often: Anthropic looks back no further",
    "parameter": "keep it the same throughout a conversation",
}
_BILLING = "x-anthropic-billing-header"
_BILLING_ADVICE = "set CLAUDE_CODE_ATTRIBUTION_HEADER=0: Claude Code's first line differs from prompt to prompt"
_EXCERPT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One place at which two requests part.

    `path` leads to it in the later request, or in the earlier one where the later has nothing there; `line` counts from 1
    in the text at that path, 0 where it is no text. `offset` is in bytes of UTF-8: how much of the prompt, spelled as
    compact JSON in the order in which the provider reads it, stands before. `count` says how many tools or messages it is
    about. `advice` says what to do, without content. `was` and `now` are excerpts of content: keep them out of logs.
    """

    cause: Cause
    section: Section
    path: Path
    offset: int
    line: int = 0
    count: int = 1
    was: str = ""
    now: str = ""
    advice: str

    def __str__(self) -> str:
        """In one line, without content."""
        where = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in self.path).lstrip(".")
        line = f", line {self.line}" if self.line else ""
        many = f" ({self.count})" if self.count > 1 else ""
        return f"{self.cause}{many} at {where}{line}, after {self.offset:,} bytes: {self.advice}"


class Prompt:
    """The parts of a request, in the order of the prompt, and each as text."""

    def __init__(self, request: Mapping[str, Any], shape: str) -> None:
        self.parts = list(parts_of(request, shape))
        self.texts = [rendered(part) for part in self.parts]

    @property
    def text(self) -> str:
        """All of the prompt."""
        return "\n".join(self.texts)

    def of(self, section: Section) -> list[int]:
        """The indices of the parts of one section."""
        return [i for i, part in enumerate(self.parts) if part.section == section]

    def offset(self, index: int, within: str = "") -> int:
        """Bytes that stand before a part, and before what follows `within` in it."""
        return sum(_bytes(text) + 1 for text in self.texts[:index]) + _bytes(within)


def breaks(earlier: Prompt, later: Prompt) -> list[Break]:
    """All breaks, in the order of the prompt."""
    found = [*_tools(earlier, later)]
    for section in ("parameter", "system"):
        found += _pairwise(earlier, later, earlier.of(section), later.of(section))
    found += _messages(earlier, later)
    return sorted(found, key=lambda each: each.offset)


def _common(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many items from the start are the same; by halves, so that long texts are compared and not walked through."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def out_of_reach(earlier: Prompt, later: Prompt) -> Break | None:
    """Whether no breakpoint of a request to Anthropic finds what the one before has cached of its messages.

    From each breakpoint the provider looks back over 20 content blocks for an earlier one. A turn of more blocks than
    that, or one without a breakpoint, is written anew although nothing in it has changed.
    """
    cached, asked = list(_breakpoints(earlier)), list(_breakpoints(later))
    if not cached or any(0 <= ours[0] - theirs[0] <= _REACH for ours in asked for theirs in cached):
        return None
    path = asked[0][1] if asked else ("messages",)
    elsewhere = any("cache_control" in part.value for part in earlier.parts if _holds_breakpoint(part))
    offset = earlier.offset(_start(earlier)) if elsewhere else 0
    return _break("breakpoint out of reach", "message", path, offset)


_REACH = 20


def _holds_breakpoint(part: Part) -> bool:
    return part.section in {"tool", "system"} and isinstance(part.value, Mapping)


def _breakpoints(prompt: Prompt) -> Iterator[tuple[int, Path]]:
    """The breakpoints in messages: how many content blocks stand before, and the path."""
    number = 0
    for index in prompt.of("message"):
        part = prompt.parts[index]
        content = part.value.get("content") if isinstance(part.value, Mapping) else None
        for j, block in enumerate(content if isinstance(content, (list, tuple)) else (content,)):
            number += 1
            if isinstance(block, Mapping) and "cache_control" in block:
                yield number, (*part.path, "content", j)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _pairwise(earlier: Prompt, later: Prompt, mine: Sequence[int], theirs: Sequence[int]) -> Iterator[Break]:
    """Part by part; what only one of them has at the end is a break as well."""
    for a, b in zip(mine, theirs, strict=False):
        if earlier.texts[a] != later.texts[b]:
            yield _changed(earlier, a, later, b)
    if len(mine) == len(theirs):
        return
    longer, at = (earlier, mine[len(theirs)]) if len(mine) > len(theirs) else (later, theirs[len(mine)])
    part = longer.parts[at]
    end = earlier.offset(at if longer is earlier else mine[-1] + 1 if mine else _start(earlier))
    excerpt = _excerpt(longer.texts[at], 0)
    was, now = (excerpt, "") if longer is earlier else ("", excerpt)
    cause: Cause = "tool changed" if part.section == "tool" else "text changed"
    yield _break(cause, part.section, part.path, end, was=was, now=now)


def _start(prompt: Prompt) -> int:
    """Where a system prompt would stand that a request does not have: before its messages."""
    return next((i for i, part in enumerate(prompt.parts) if part.section == "message"), len(prompt.parts))


def _changed(earlier: Prompt, a: int, later: Prompt, b: int) -> Break:
    """The same part in two spellings."""
    was, now = earlier.parts[a], later.parts[b]
    offset = earlier.offset(a, earlier.texts[a][: _common(earlier.texts[a], later.texts[b])])
    if was.section == "parameter":
        return _break("parameter", "parameter", now.path, offset)
    path, old, new = _leaf(was.value, now.value, now.path)
    cause = "key order" if same_value(was.value, now.value) else _why(old, new)
    if cause is None:
        cause = "tool changed" if was.section == "tool" else "text changed"
    old, new = (each if isinstance(each, str) else _json(each) for each in (old, new))
    at = _common(old, new)
    line = new.count("\n", 0, at) + 1 if "\n" in new else 0
    advice = _BILLING_ADVICE if _line(old, at).startswith(_BILLING) else None
    return _break(
        cause, was.section, path, offset, line=line, was=_excerpt(old, at), now=_excerpt(new, at), advice=advice
    )


def _break(
    cause: Cause,
    section: Section,
    path: Path,
    offset: int,
    *,
    line: int = 0,
    count: int = 1,
    was: str = "",
    now: str = "",
    advice: str | None = None,
) -> Break:
    return Break(
        cause=cause,
        section=section,
        path=path,
        offset=offset,
        line=line,
        count=count,
        was=was,
        now=now,
        advice=advice or ADVICE[cause],
    )


def _leaf(was: Any, now: Any, path: Path) -> tuple[Path, Any, Any]:
    """The first place at which two values differ, as deep as both have it."""
    while True:
        below = next(_differing(was, now), None)
        if below is None:
            return path, was, now
        key, was, now = below
        path = (*path, key)


def _differing(was: Any, now: Any) -> Iterator[tuple[int | str, Any, Any]]:
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in [k for k in now if k in was and k not in NO_TEXT]:
            if _unlike(was[key], now[key]):
                yield key, was[key], now[key]
    elif isinstance(was, (list, tuple)) and isinstance(now, (list, tuple)):
        for i, (one, other) in enumerate(zip(was, now, strict=False)):
            if _unlike(one, other):
                yield i, one, other


def _unlike(one: Any, other: Any) -> bool:
    """Whether two values differ; those that are nested too deeply to tell are taken for the same."""
    try:
        return bool(one != other)
    except RecursionError:
        return False


def _why(was: Any, now: Any) -> Cause | None:
    """Why two texts differ, where it is no change of what they say."""
    if not isinstance(was, str) or not isinstance(now, str):
        return None
    if "".join(was.split()) == "".join(now.split()):
        return "whitespace"
    (bare, mine), (other, theirs) = masked(was), masked(now)
    if bare == other:
        return next((one[0] for one, two in zip(mine, theirs, strict=False) if one != two), None)
    if was[:1] in "{[" and now[:1] in "{[":
        try:
            return "key order" if same_value(json.loads(was), json.loads(now)) else None
        except (ValueError, RecursionError):
            return None
    return None


def _tools(earlier: Prompt, later: Prompt) -> Iterator[Break]:
    """Tools are compared by name: an order that changes is one break."""
    mine, theirs = earlier.of("tool"), later.of("tool")
    old, new = ([tool_name(p.parts[i].value) for i in at] for p, at in ((earlier, mine), (later, theirs)))
    if old == new:
        yield from _pairwise(earlier, later, mine, theirs)
        return
    at = _common(old, new)
    offset = earlier.offset(mine[at] if at < len(mine) else mine[-1] + 1 if mine else _first_tool(later))
    path = later.parts[theirs[at]].path if at < len(theirs) else earlier.parts[mine[at]].path
    was, now = (names[at] if at < len(names) else "" for names in (old, new))
    added, removed = Counter(new) - Counter(old), Counter(old) - Counter(new)
    cause: Cause = "tool removed" if removed else "tool added" if added else "tool order"
    count = removed.total() or added.total() or sum(a != b for a, b in zip(old, new, strict=True))
    yield _break(cause, "tool", path, offset, count=count, was=was, now=now)


def _first_tool(later: Prompt) -> int:
    """Where tools come that the earlier request did not have."""
    return later.of("tool")[0]


def _messages(earlier: Prompt, later: Prompt) -> Iterator[Break]:
    """Messages are appended; where some in the middle are gone or new, that is one break for all that follow."""
    mine, theirs = earlier.of("message"), later.of("message")
    old, new = [earlier.texts[i] for i in mine], [later.texts[i] for i in theirs]
    at = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
    if at is None:  # appended, or taken back: a prefix either way
        return
    rest, fresh = old[at:], new[at:]
    gone = next((k for k in range(1, len(rest)) if fresh[: len(rest) - k] == rest[k : k + len(fresh)]), 0)
    more = next((k for k in range(1, len(fresh)) if fresh[k : k + len(rest)] == rest), 0)
    if gone or more:
        cause: Cause = "messages dropped" if gone else "messages inserted"
        path = later.parts[theirs[at]].path
        yield _break(cause, "message", path, earlier.offset(mine[at]), count=gone or more)
        return
    yield from (
        _changed(earlier, a, later, b) for a, b in zip(mine, theirs, strict=False) if _differ(earlier, a, later, b)
    )


def _differ(earlier: Prompt, a: int, later: Prompt, b: int) -> bool:
    return earlier.texts[a] != later.texts[b]


def _line(text: str, at: int) -> str:
    """The line that a place is in."""
    end = text.find("\n", at)
    return text[text.rfind("\n", 0, at) + 1 : len(text) if end < 0 else end]


def _excerpt(text: str, at: int) -> str:
    """The same, shortened around the place."""
    line = _line(text, at)
    start = max(0, at - text.rfind("\n", 0, at) - 1 - _EXCERPT // 2)
    return line[start : start + _EXCERPT]


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (RecursionError, ValueError):
        return ""
