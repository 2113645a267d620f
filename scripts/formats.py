#!/usr/bin/env python3
"""What the engine makes of each format in tests/data/formats; `--write` records it as the `.out` that the tests expect.

`NAME.in` is what a tool printed, `NAME.json` says how it was called (`command`, `query`, `profile`). Read each `.out` as
the model would before it is recorded.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from headroom import Headroom, MemoryStore, TextResult

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "data" / "formats"


def cases() -> list[Path]:
    """The inputs, by name."""
    return sorted(FOLDER.glob("*.in"))


def compressed(case: Path) -> TextResult:
    """What a user of the library gets for one input; `balanced` unless the case says otherwise."""
    with case.open(encoding="utf-8", newline="") as file:
        text = file.read()
    given = {"profile": "balanced", **json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))}
    return Headroom(store=MemoryStore()).compress_text(text, **given)


def stale() -> Iterator[tuple[Path, str]]:
    """Cases of which the recorded output is not what comes out, with what does."""
    for case in cases():
        out = case.with_suffix(".out")
        made = compressed(case).text
        recorded = None
        if out.exists():
            with out.open(encoding="utf-8", newline="") as file:
                recorded = file.read()
        if made != recorded:
            yield case, made


def main() -> int:
    """Print a line per case; with `--write` record what changed."""
    if sys.argv[1:] == ["--write"]:
        for case, made in stale():
            with case.with_suffix(".out").open("w", encoding="utf-8", newline="") as file:
                file.write(made)
            print(f"{case.stem}: written")
        return 0
    for case in cases():
        result = compressed(case)
        saved = 100 * result.tokens_saved / max(1, result.tokens_before)
        print(
            f"{case.stem:22} {result.block.compressor or '-':20} {result.tokens_before:6,} tokens, {saved:3.0f} % saved"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
