"""One request: which texts go out in place of those that came in, what that saves, and where LiteLLM is told.

It maps LiteLLM's rows (dicts, or objects of earlier responses among them) to the engine and back. Rows that do not change
are the caller's own objects; what changes is a copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from headroom import markers, tokens
from headroom.engine import Headroom
from headroom.policy import MIN_CHARS
from headroom.result import BlockReport
from litellm_headroom._engine import FAULTS, Settings
from litellm_headroom._shapes import get, plain

KEY = "headroom"
BYPASS_HEADER = "x-headroom-bypass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """What one request does not carry. Token figures are estimates, of the texts that changed."""

    blocks: int
    tokens_before: int
    tokens_after: int
    tokens_saved: int
    chars_before: int
    chars_after: int
    lossless: bool
    ids: list[str]
    estimated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`rows` to send, None where nothing changed; `hidden` says that something can only be read with `headroom_retrieve`."""

    rows: list[Any] | None = None
    savings: Savings | None = None
    hidden: bool = False


def compress(
    engine: Headroom, settings: Settings, rows: Any, *, elide: bool | None = None, wire: str | None = None
) -> Outcome:
    """The rows of a conversation as the model should see them. `elide` stands over the settings; None leaves them."""
    if not worth_a_look(rows):
        return Outcome()
    seen = [row if isinstance(row, Mapping) else plain(row) for row in rows]
    arguments = settings.arguments()
    if elide is not None:
        arguments["elide"] = elide
    if wire is not None:
        arguments["shape"] = wire
    result = engine.compress(seen, **arguments)
    for warning in result.warnings:
        FAULTS.note(warning)
    hidden = any(_is_hidden(block, result.messages) for block in result.blocks)
    if not result.changed:
        return Outcome(hidden=hidden)
    new = [old if after is before else after for old, before, after in zip(rows, seen, result.messages, strict=True)]
    return Outcome(rows=new, savings=_savings(result.changed, seen, result.messages), hidden=hidden)


def worth_a_look(rows: Any) -> bool:
    """Whether a conversation may hold a text that is long enough to be shortened, or was shortened before."""
    return isinstance(rows, (list, tuple)) and any(map(_has_long_text, rows))


def _has_long_text(row: Any) -> bool:
    """Whether a row may hold a text that is long enough to be shortened, or was: lists of parts may."""
    for name in ("content", "output", "parts"):
        found = get(row, name)
        if isinstance(found, (list, tuple)):
            return True
        if isinstance(found, str) and (len(found) >= MIN_CHARS or markers.head(found) is not None):
            return True
    return False


def _is_hidden(block: BlockReport, rows: Sequence[Any]) -> bool:
    """Whether a text shows less than its original; one that an earlier call has shortened says so in its first line."""
    if block.action != "unchanged":
        return not block.lossless
    head = markers.head(_at(rows, block)) if block.role == "tool" else None
    return head is not None and bool(head.selectors)


def _savings(changed: Sequence[BlockReport], before: Sequence[Any], after: Sequence[Any]) -> Savings:
    old = sum(_estimate(_at(before, block)) for block in changed)
    new = sum(_estimate(_at(after, block)) for block in changed)
    return Savings(
        blocks=len(changed),
        tokens_before=old,
        tokens_after=min(new, old),
        tokens_saved=max(0, old - new),
        chars_before=sum(block.chars_before for block in changed),
        chars_after=sum(block.chars_after for block in changed),
        lossless=all(block.lossless for block in changed),
        ids=[block.id for block in changed if block.id is not None],
    )


def _at(rows: Sequence[Any], block: BlockReport) -> str:
    found: Any = rows
    for key in block.path:
        found = found[key]
    return str(found)


_ESTIMATES: dict[tuple[int, int], int] = {}
_MOST_ESTIMATES = 8192


def _estimate(text: str) -> int:
    """Tokens of a text, remembered without it: a history comes by again with every request."""
    key = hash(text), len(text)
    found = _ESTIMATES.get(key)
    if found is None:
        if len(_ESTIMATES) >= _MOST_ESTIMATES:
            _ESTIMATES.clear()
        found = _ESTIMATES[key] = tokens.estimate(text)
    return found


def with_savings(metadata: Any, savings: Savings) -> dict[str, Any]:
    """LiteLLM's metadata with what it carries into logging payloads and spend records; the given dict stays as it is."""
    known: dict[str, Any] = metadata if isinstance(metadata, dict) else {}
    spend = known.get("spend_logs_metadata")
    counted = {name: getattr(savings, name) for name in ("tokens_before", "tokens_after", "tokens_saved")}
    return {
        **known,
        "spend_logs_metadata": {**(spend if isinstance(spend, dict) else {}), KEY: asdict(savings)},
        "compression_savings": {**counted, "source": KEY},
    }


def is_bypassed(kwargs: Mapping[str, Any]) -> bool:
    """Whether the caller wants this request as it is: `metadata={"headroom": False}`, or the header on a LiteLLM proxy."""
    for name in ("metadata", "litellm_metadata"):
        metadata = kwargs.get(name)
        if isinstance(metadata, Mapping) and metadata.get(KEY) is False:
            return True
    headers = get(kwargs.get("proxy_server_request"), "headers")
    if not isinstance(headers, Mapping):
        return False
    return any(str(k).lower() == BYPASS_HEADER and str(v).lower() in ("1", "true", "yes") for k, v in headers.items())
