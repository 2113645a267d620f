"""Headroom for the scorer of prose at fixed budgets: `text.py QUESTIONS --adapter benchmarks.text_adapter:aggressive`."""

from __future__ import annotations

import headroom

_ENGINE = headroom.Headroom(store=headroom.MemoryStore(), profile="aggressive")


def aggressive(paragraphs: list[str], query: str, budget: int) -> str:
    """The paragraphs as one text of at most `budget` tokens, marker included; "" where that cannot be."""
    try:
        return _ENGINE.compress_text("\n\n".join(paragraphs), query=query, budget=budget, model="gpt-4o").text
    except headroom.BudgetError:
        return ""
