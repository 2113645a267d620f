"""CacheAligner: what breaks the prefix that a provider has cached, what that costs, and how to stop it.

A provider reads a request from its beginning - tools, system prompt, messages - and charges little for what it has read
before. The first byte that differs ends that. `compare` takes two consecutive requests of a conversation and says where
they part, why, and what it costs. `align` makes a request stable: tools in one order and one spelling, what changes from
request to request at the end.

Pure functions over the JSON of whole requests (the body that is sent, not only its messages). Nothing here is done
unasked: a door calls it when its user wants that. Below stand `_breaks`, `_stable`, `_prompt` (the parts of a request),
`_volatile` (what changes by its nature) and `prices`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from headroom import tokens
from headroom._breaks import ADVICE, Break, Cause, Prompt, breaks, out_of_reach
from headroom._prompt import shape_of
from headroom._stable import Aligned, Change, align
from headroom.prices import CachePrice, cache_price

__all__ = ["ADVICE", "Aligned", "Break", "Cause", "Change", "Comparison", "align", "compare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two consecutive requests: the later one measured by the earlier one.

    `breaks` are in the order of the prompt; the first one ends the cached prefix, the others would if it were mended. Of
    the `tokens` of the earlier request `kept` can be read from the cache, `lost` are written again. `extra` is what that
    costs more, in tokens at the price of plain input. All token figures are estimates. Where the provider has cached
    nothing (too short, or no breakpoint was set) nothing is lost, and `cached` is False.
    """

    shape: str
    breaks: tuple[Break, ...]
    tokens: int
    kept: int
    lost: int
    extra: float
    cached: bool
    price: CachePrice

    @property
    def stable(self) -> bool:
        """Whether the later request begins with all of the earlier one, and finds what was cached of it."""
        return not self.breaks

    def __str__(self) -> str:
        """In one line, without content."""
        if self.stable:
            return f"stable: {self.kept:,} tokens can be read from the cache"
        if not self.cached:
            return f"{self.breaks[0]}; nothing was cached, so nothing is lost"
        return (
            f"{self.breaks[0]}; {self.lost:,} of {self.tokens:,} tokens are written again,"
            f" which costs as much as {self.extra:,.0f} tokens of plain input"
        )


def compare(
    before: Mapping[str, Any], after: Mapping[str, Any], *, shape: str | None = None, model: str | None = None
) -> Comparison:
    """Where two consecutive requests of one conversation part, why, and what it costs.

    Args:
        before: the body of a request to OpenAI (chat or responses), Anthropic or Gemini, parsed.
        after: that of the next one.
        shape: the name of their wire format; found out by default.
        model: whose tokens and prices count; by default what the later request names.

    Raises:
        MessageFormatError: a body is of no format that Headroom reads.
    """
    shape = shape or shape_of(after)
    model = model or (after["model"] if isinstance(after.get("model"), str) else None)
    earlier, later = Prompt(before, shape), Prompt(after, shape)
    found = tuple(breaks(earlier, later))
    if not found and shape == "anthropic_messages" and "cache_control" not in after:
        missed = out_of_reach(earlier, later)
        found = () if missed is None else (missed,)
    price = cache_price(model, shape)
    factor = tokens.counter_for(model).factor
    prompt = earlier.text
    in_all = round(tokens.estimate(prompt) * factor)
    kept = in_all
    if found:
        same = prompt.encode("utf-8", "surrogatepass")[: found[0].offset].decode("utf-8", "ignore")
        kept = min(in_all, round(tokens.estimate(same) * factor))
    lifetimes = set(_lifetimes(before)) if shape == "anthropic_messages" else {"5m"}
    cached = in_all >= price.minimum and bool(lifetimes)
    lost = in_all - kept if cached else 0
    write = price.write_hour if "1h" in lifetimes else price.write
    return Comparison(
        shape=shape,
        breaks=found,
        tokens=in_all,
        kept=kept,
        lost=lost,
        extra=round(lost * (write - price.read), 1),
        cached=cached,
        price=price,
    )


def _lifetimes(request: Mapping[str, Any]) -> Iterator[str]:
    """The lifetime of each breakpoint that a request to Anthropic sets."""
    stack: list[Any] = [request]
    while stack:
        value = stack.pop()
        if isinstance(value, Mapping):
            control = value.get("cache_control")
            if isinstance(control, Mapping):
                yield "1h" if control.get("ttl") == "1h" else "5m"
            stack.extend(v for k, v in value.items() if k not in {"input", "input_schema"})
        elif isinstance(value, (list, tuple)):
            stack.extend(value)
