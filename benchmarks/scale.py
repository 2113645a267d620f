"""Whether time and memory stay in proportion for big and hostile input: python -m benchmarks.scale [--profile P] [--megabytes N] [--only NAME …]

Each case runs in a process of its own, with an in-memory store: `compress_text` on one text, or `compress` on a million
tiny messages. The ratio is its time over the time in which tiktoken (o200k_base) encodes the same text, 32,768 characters
at a time; the peak is memory beyond what the process had with the text in hand, in multiples of the text.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import headroom
from benchmarks import speed
from headroom.tokens import Counter

MEGABYTE = 1_000_000
TEXTS: dict[str, Callable[[int], str]] = {
    "log": lambda size: speed.log(random.Random(1), size),
    "JSON array": lambda size: speed.json_rows(random.Random(1), size),
    "JSON Lines": lambda size: speed.json_lines(random.Random(1), size),
    "search hits": lambda size: speed.search(random.Random(1), size),
    "listing": lambda size: speed.listing(random.Random(1), size),
    "test run": lambda size: speed.test_run(random.Random(1), size),
    "table": lambda size: speed.table(random.Random(1), size),
    "diff": lambda size: speed.diff(random.Random(1), size),
    "prose": lambda size: speed.prose(random.Random(1), size),
    "one line: letters": lambda size: "a" * size,
    "one line: digits": lambda size: "0123456789" * (size // 10),
    "one line: spaces": lambda size: " " * size,
    "one line: base64": lambda size: speed.blob(random.Random(1), size),
    "one line: brackets": lambda size: "[" * size,
    "page with one long text": lambda size: "\n".join(
        [*(f'uid=1_{n} link "{n}"' for n in range(20)), 'uid=1_20 "', *["a line of it"] * (size // 13), '"']
    ),
    "empty lines": lambda size: "\n" * size,
    "NUL bytes": lambda size: "\0" * size,
}
SMALLER = {"one line", "empty lines", "NUL bytes"}
"""Cases that are made with a fifth of the size."""
MESSAGES = "tiny messages"


def measure(name: str, profile: str, size: int) -> dict[str, Any]:
    """One case, in this process."""
    engine = headroom.Headroom(store=headroom.MemoryStore(), profile=profile)
    engine.compress_text("warm up " * 400)
    Counter().count("warm up")
    if name == MESSAGES:
        given = [{"role": "tool" if i % 2 else "user", "content": f"message {i}"} for i in range(size // 50)]
        texts = [message["content"] for message in given]
        work: Callable[[], object] = lambda: engine.compress(given)  # noqa: E731 - two spellings of one name
    else:
        text = TEXTS[name](size)
        texts = [text]
        work = lambda: engine.compress_text(text)  # noqa: E731
    chars = sum(map(len, texts))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    work()
    took = time.perf_counter() - start
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    start = time.perf_counter()
    for text in texts:
        Counter().count(text[: 10 * MEGABYTE])
    tokenise = (time.perf_counter() - start) * max(1.0, chars / 10 / MEGABYTE if name != MESSAGES else 1.0)
    return {"name": name, "profile": profile, "chars": chars, "s": took, "ratio": took / tokenise, "peak": peak / chars}


def main(arguments: list[str] | None = None) -> int:
    """Measure each case in a process of its own and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", action="append", choices=("safe", "balanced", "aggressive"))
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--only", action="append", choices=(*TEXTS, MESSAGES))
    parser.add_argument("--one", action="store_true", help="measure the one case of --only here and print JSON")
    options = parser.parse_args(arguments)
    profiles = options.profile or ["safe", "balanced", "aggressive"]
    if options.one:
        print(json.dumps(measure(options.only[0], profiles[0], options.megabytes * MEGABYTE)))
        return 0
    print("| text | profile | chars | seconds | time / tokenising | peak memory / text |\n|---|---|---|---|---|---|")
    for name in options.only or (*TEXTS, MESSAGES):
        size = options.megabytes // 5 if name.partition(":")[0] in SMALLER else options.megabytes
        for profile in profiles:
            command = [
                *(sys.executable, "-m", "benchmarks.scale"),
                "--one",
                "--only",
                name,
                "--profile",
                profile,
                "--megabytes",
                str(max(1, size)),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # this file
            if done.returncode:
                print(f"| {name} | {profile} | failed: {done.stderr.strip().splitlines()[-1:]} | | | |", flush=True)
                continue
            row = json.loads(done.stdout)
            print(
                f"| {name} | {profile} | {row['chars']:,} | {row['s']:.1f} | {row['ratio']:.2f} | {row['peak']:.1f}x |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
