"""One engine for an asynchronous application: work is done in threads, the event loop goes on.

The conversation grows turn by turn. What was shown in an earlier turn stays what it was, byte for byte, so the prefix
that a provider has cached stays valid.
"""

from __future__ import annotations

import asyncio
import tempfile
from typing import Any

from headroom import Headroom


def log(turn: int) -> str:
    """What a tool prints in this turn."""
    lines = [
        f"2026-03-01 10:{turn:02d}:{n % 60:02d} INFO worker-{n % 4} job {turn * 1000 + n} done" for n in range(400)
    ]
    lines[123] = f"2026-03-01 10:{turn:02d}:03 WARN worker-3 job {turn * 1000 + 123} retried: disk quota exceeded"
    return "\n".join(lines)


async def main(headroom: Headroom) -> None:
    """Three turns of one agent."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Watch the workers."}]
    sent: list[dict[str, Any]] = []
    for turn in range(1, 4):
        call = {"id": f"call_{turn}", "type": "function", "function": {"name": "read_log", "arguments": "{}"}}
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": f"call_{turn}", "content": log(turn)})
        result = await headroom.acompress(messages, model="gpt-4o")
        stable = result.messages[: len(sent)] == sent
        sent = result.messages
        print(
            f"turn {turn}: {result.tokens_before:,} → {result.tokens_after:,} tokens, prefix as sent before: {stable}"
        )
    wanted = [headroom.aretrieve(str(block.id), grep="WARN") for block in result.changed]
    for found in await asyncio.gather(*wanted):
        print(found)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Headroom(store=f"sqlite:///{folder}/headroom.db") as engine:
        asyncio.run(main(engine))
