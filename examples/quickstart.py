"""Shorten a real server log, see what is left, fetch a folded detail back.

The log is that of a PostgreSQL server under load, with a few faults among the routine. What is kept goes to a temporary
folder here; without `store=` it goes to `~/.headroom`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from headroom import Headroom

LOG = Path(__file__).parent / "data" / "postgresql.log"


def show(lines: Iterable[str], title: str = "") -> None:
    """Print lines; long ones lose their middle to fit a page. Only here: the model reads whole lines."""
    if title:
        print(f"\n{title}\n")
    for line in lines:
        print(f"    {line}" if len(line) <= 112 else f"    {line[:64]} … {line[-45:]}")


def conversation(output: str) -> list[dict[str, object]]:
    """What an agent sends to its model: the question, the tool call, the tool's output."""
    function = {"name": "bash", "arguments": '{"command": "tail -n 2000 postgresql.log"}'}
    return [
        {"role": "user", "content": "Some checkouts failed. What happened in the database?"},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": "1", "content": output},
    ]


def main(headroom: Headroom) -> None:
    """Compress, read, fetch a detail, prove an absence, get everything back."""
    output = LOG.read_text(encoding="utf-8")
    result = headroom.compress(conversation(output), model="gpt-4o")
    visible = str(result.messages[-1]["content"]).splitlines()
    (block,) = result.changed
    handle = str(block.id)

    lines = output.splitlines()
    print(f"The tool printed {len(lines):,} lines. The conversation has {result.tokens_before:,} tokens:\n")
    show([*lines[:3], "…"])

    show(visible[:7], f"The model reads this instead. The conversation has {result.tokens_after:,} tokens:")
    show(["…", *(line for line in visible if "ERROR" in line or "FATAL" in line), "…"])

    wanted = "SKU-' .. 31;"
    found = headroom.retrieve(handle, lines="1-560", grep=wanted, max_tokens=300)
    show(
        found.splitlines(),
        f'A detail that was folded: retrieve("{handle}", lines="1-560", grep="{wanted}", max_tokens=300)',
    )

    found = headroom.retrieve(handle, grep="out of memory")
    show(found.splitlines(), f'What is not there at all: retrieve("{handle}", grep="out of memory")')

    print(f"\nThe whole original, exactly: retrieve(id) == output is {headroom.retrieve(handle) == output}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Headroom(store=f"sqlite:///{folder}/headroom.db") as engine:
        main(engine)
