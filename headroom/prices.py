"""What providers charge for cached input, as ratios to their own price of plain input tokens.

A prompt of which the beginning equals that of an earlier one is cheaper: what is read from the provider's cache costs a
fraction, what is written to it costs as much as plain input or more. `cache_price` knows the ratios; nothing here knows
amounts of money, which change more often. Stands beside `tokens` and imports nothing.

Sources, read in November 2026: platform.claude.com/docs/en/build-with-claude/prompt-caching,
developers.openai.com/api/docs/guides/prompt-caching, ai.google.dev/gemini-api/docs/caching and
docs.cloud.google.com (context cache overview). Where a model is not known, its provider's usual ratios answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

__all__ = ["CachePrice", "cache_price"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePrice:
    """Ratios to the price of one plain input token.

    `read` is paid for a token that comes from the cache, `write` for one that is put there, `write_hour` for one that is
    to stay for an hour. A prompt of fewer than `minimum` tokens is not cached; what is cached is kept for `seconds` after
    its last use, `seconds_hour` where an hour was paid for.
    """

    read: float
    write: float
    write_hour: float
    minimum: int
    seconds: int = 300
    seconds_hour: int = 3600


_ANTHROPIC = CachePrice(read=0.1, write=1.25, write_hour=2.0, minimum=1024)
_OPENAI = CachePrice(read=0.1, write=1.0, write_hour=1.0, minimum=1024)
_GEMINI = CachePrice(read=0.1, write=1.0, write_hour=1.0, minimum=4096)

# The first pattern that is found in the model's name answers.
_MODELS: tuple[tuple[re.Pattern[str], CachePrice], ...] = tuple(
    (re.compile(pattern), price)
    for pattern, price in (
        (r"(?:opus|haiku)-4[-.]5|opus-4[-.]6", replace(_ANTHROPIC, minimum=4096)),
        (r"opus-4[-.]7|haiku", replace(_ANTHROPIC, minimum=2048)),
        (r"(?:opus|fable|mythos)-5", replace(_ANTHROPIC, minimum=512)),
        (r"claude|opus|sonnet", _ANTHROPIC),
        (r"gpt-(?:5\.[6-9]|5\.\d\d|[6-9])", replace(_OPENAI, write=1.25, write_hour=1.25, seconds=1800)),
        (r"gpt-5|codex", _OPENAI),
        (r"gpt-4\.1|\bo3\b(?!-mini)|\bo4-mini", replace(_OPENAI, read=0.25)),
        (r"gpt-4o|chatgpt-4o|\bo1\b|\bo3-mini", replace(_OPENAI, read=0.5)),
        (r"gpt|\bo\d", _OPENAI),
        (r"gemini-2\.5", replace(_GEMINI, minimum=2048)),
        (r"gemini-(?:1|2\.0)", replace(_GEMINI, read=0.25)),
        (r"gemini", _GEMINI),
    )
)
_SHAPES = {"anthropic_messages": _ANTHROPIC, "gemini": _GEMINI}


def cache_price(model: str | None, shape: str = "") -> CachePrice:
    """The ratios for a model, by its name with or without a vendor's prefix, else for the wire format's provider."""
    name = (model or "").lower()
    for pattern, price in _MODELS:
        if pattern.search(name):
            return price
    return _SHAPES.get(shape, _OPENAI)
