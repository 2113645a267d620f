"""Shorten the tool results of an OpenAI chat conversation before it is sent.

No key and no network: the last line of `main` is where an application would call its provider with `result.messages`.
"""

from __future__ import annotations

import json
import tempfile
from typing import Any

from headroom import Headroom

ORDERS = [
    {"id": n, "status": "shipped", "currency": "EUR", "total_cents": 500 + n * 7919 % 19000, "channel": "web"}
    for n in range(1, 201)
]
ORDERS[170] |= {"status": "refund_failed"}

CONVERSATION: list[dict[str, Any]] = [
    {"role": "system", "content": "You are a helpful shop assistant."},
    {"role": "user", "content": "Which order needs attention?"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "list_orders", "arguments": "{}"}}],
    },
    {"role": "tool", "tool_call_id": "call_1", "content": json.dumps(ORDERS)},
]


def main(headroom: Headroom) -> None:
    """Same messages, same order, same roles and ids; only the tool result is shorter."""
    result = headroom.compress(CONVERSATION, model="gpt-4o")
    print(f"{result.tokens_before:,} → {result.tokens_after:,} tokens, exact for gpt-4o: {not result.estimated}")
    for before, after in zip(CONVERSATION, result.messages, strict=True):
        print(f"{before['role']:<10} {'unchanged' if before == after else 'shortened'}")
    (block,) = result.changed
    print(f"{block.compressor}:", "nothing left out" if block.lossless else f"left out {dict(block.elided)}")
    print("refund_failed is visible:", "refund_failed" in result.messages[-1]["content"])
    print(headroom.retrieve(str(block.id), rows="169-171", fields=["id", "status"]))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Headroom(store=f"sqlite:///{folder}/headroom.db") as engine:
        main(engine)
