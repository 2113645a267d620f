"""The invariants over recorded conversations: `python benchmarks/corpus_invariants.py FOLDER [--profile safe] [--limit N]`.

Reads every `*.jsonl.gz` with a `messages` field, in OpenAI's shape; each is checked as it stands and turned into the other
three shapes.
Prints one line per failure and a count; exits with 1 if there was any. Not a test, because the recordings are not ours.
"""

from __future__ import annotations

import argparse
import copy
import gzip
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from headroom import Headroom, MemoryStore, tokens
from tests import checks, shapes

COUNT = tokens.counter_for(None).count


def conversations(folder: Path) -> Iterator[tuple[str, list[Any]]]:
    """(name, messages) of every recorded conversation."""
    for file in sorted(folder.glob("**/*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            for number, line in enumerate(stream):
                case = json.loads(line)
                if case.get("messages"):
                    name = case.get("id", f"{file.name}:{number}")
                    yield name, case["messages"]
                    for convert in (shapes.anthropic, shapes.responses, shapes.gemini):
                        yield f"{name} ({convert.__name__})", convert(case["messages"])


def check(messages: list[Any], profile: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """The invariants, one by one, on one conversation."""
    engine = Headroom(store=MemoryStore(), profile=profile)
    before = copy.deepcopy(messages)
    result = engine.compress(messages)

    def equal(a: Any, b: Any) -> Callable[[], None]:
        def compare() -> None:
            assert a == b

        return compare

    yield "1 reversible", lambda: checks.reversible(engine, messages, result)
    for cut in sorted({1, len(messages) // 3, len(messages) // 2, 2 * len(messages) // 3, len(messages) - 1} - {0}):
        fresh = Headroom(store=MemoryStore(), profile=profile)
        short = fresh.compress(messages[:cut]).messages
        yield f"2 prefix-stable at {cut}", equal(short, result.messages[:cut])
        yield f"2 prefix-stable at {cut}, by the ledger", equal(fresh.compress(messages).messages, result.messages)
    other = Headroom(store=MemoryStore(), profile=profile)
    yield "3 deterministic", equal(other.compress(messages).messages, result.messages)
    yield "4 idempotent", equal(engine.compress(result.messages).messages, result.messages)
    yield "5 never larger", lambda: checks.never_larger(messages, result, COUNT)
    yield "6 protocol-safe", lambda: checks.protocol_safe(messages, result)
    yield "6 not mutated", equal(messages, before)
    yield "7 bypass", equal(engine.compress(messages, bypass=True).messages, messages)
    yield "8 atomic lines", lambda: checks.atomic_lines(messages, result)
    yield "9 counts", equal(result.tokens_saved, result.tokens_before - result.tokens_after)
    yield "no warnings", equal(result.warnings, ())


def main() -> int:
    """Run, print, and say by the exit code whether all held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", default="safe")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    done = failures = 0
    for name, messages in conversations(options.folder):
        if options.limit is not None and done >= options.limit:
            break
        done += 1
        for what, test in check(messages, options.profile):
            try:
                test()
            except AssertionError as error:
                failures += 1
                print(f"{name}: {what}: {str(error)[:300]}")
    print(f"{done} conversations, profile {options.profile}: {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
