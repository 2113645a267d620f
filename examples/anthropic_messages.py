"""Shorten the tool results of an Anthropic conversation; keep one word exact, one tool verbatim.

`cache_control`, ids and every other field stay as they are. Blocks that are short, or that nobody may change, stay too:
the report says why.
"""

from __future__ import annotations

import tempfile
from typing import Any

from headroom import Headroom

BUILD = "\n".join(f"[{n}/240] CC src/module_{n}.c -> build/module_{n}.o" for n in range(1, 241))
BUILD += "\nsrc/module_77.c:31:9: warning: unused variable 'limit' [-Wunused-variable]\nBuild finished in 12.4 s"
NOTES = "\n".join(f"note {n}: nothing new" for n in range(60))

CONVERSATION: list[dict[str, Any]] = [
    {"role": "user", "content": "Build it and read my notes."},
    {
        "role": "assistant",
        "content": [
            {"type": "tool_use", "id": "toolu_1", "name": "bash", "input": {"command": "make -j8"}},
            {"type": "tool_use", "id": "toolu_2", "name": "notes", "input": {}},
        ],
    },
    {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": BUILD}]},
            {"type": "tool_result", "tool_use_id": "toolu_2", "content": NOTES, "cache_control": {"type": "ephemeral"}},
        ],
    },
]


def main(headroom: Headroom) -> None:
    """Print what was done to each text, and why not to the others."""
    result = headroom.compress(
        CONVERSATION, model="claude-sonnet-4-5", tools={"notes": "verbatim"}, keep=["module_200.c"]
    )
    print(f"{result.tokens_before:,} → {result.tokens_after:,} tokens, an estimate: {result.estimated}")
    for block in result.blocks:
        print(f"{block.tool or block.role:<6} {block.action}: {block.reason or block.compressor}")
    print(result.messages[2]["content"][0]["content"][0]["text"])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Headroom(store=f"sqlite:///{folder}/headroom.db") as engine:
        main(engine)
