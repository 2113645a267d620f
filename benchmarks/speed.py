#!/usr/bin/env python3
"""How fast compression is, next to counting the tokens of the same text once: benchmarks/speed.py [--json] [--corpus DIR]

Machines differ and are shared, so the figure to read is the ratio: time of Headroom divided by the time in which tiktoken
(o200k_base) encodes the same text, both measured in turn within each round; the median over the rounds is shown. Below 1
compressing costs less than counting.

Rows are texts that are generated here (the same on every machine) and, where the shared corpus is present, its
conversations by kind. "compressor" is the bare compressor that the router picks; "compress()" is everything a caller waits
for, with the original committed to an SQLite store that has not seen the text before.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import headroom
from headroom import policy, result
from headroom.compressors import BUILTIN
from headroom.compressors._api import Limits
from headroom.compressors._router import ContentRouter
from headroom.messages import NO_HINT
from headroom.tokens import Counter

WORDS = "alpha bravo delta fetch gate house index joint kernel ledger metric node order parse queue route shard".split()
COUNTER = Counter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Sizes are in characters, speeds in million characters per second; a ratio is time over the time of tokenising."""

    name: str
    compressor: str
    texts: int
    chars: int
    tokens_saved: float
    tokenise_speed: float
    compressor_speed: float | None
    compressor_ratio: float | None
    compress_speed: float
    compress_ratio: float
    median_ratio: float
    """The median over single texts or conversations, each of which has its median over the rounds."""
    worst_ratio: float
    """The largest of them."""


# ------------------------------------------------------------------------------------------------- generated texts


def log(rng: random.Random, size: int) -> str:
    """A service's log: a dozen templates, a rare error."""
    shapes = [f"{rng.choice(WORDS)} {rng.choice(WORDS)} {{}} finished in {{}} ms for user {{}}" for _ in range(12)]

    def line(i: int) -> str:
        level = "ERROR" if rng.random() < 0.001 else rng.choice(("INFO", "INFO", "DEBUG", "WARN"))
        stamp = f"2026-03-01 {i // 3600 % 24:02}:{i // 60 % 60:02}:{i % 60:02},{rng.randrange(1000):03}"
        body = rng.choice(shapes).format(rng.randrange(10**6), rng.randrange(900), rng.randrange(10**4))
        return f"{stamp} {level} [worker-{rng.randrange(8)}] app.{rng.choice(WORDS)}: {body}"

    return _until(line, size)


def test_run(rng: random.Random, size: int) -> str:
    """A verbose test run, all but a few passing."""

    def line(i: int) -> str:
        verdict = "FAILED" if rng.random() < 0.001 else "PASSED"
        return f"tests/test_{rng.choice(WORDS)}.py::test_{rng.choice(WORDS)}_{i} {verdict} [{i % 100:3}%]"

    return f"{_until(line, size)}\n======= 3 failed, 997 passed in 12.34s ======="


def json_rows(rng: random.Random, size: int) -> str:
    """An array of flat records."""
    return "[" + _until(lambda i: _record(rng, i), size, ",\n") + "]"


def json_lines(rng: random.Random, size: int) -> str:
    """One record a line."""
    return _until(lambda i: _record(rng, i), size)


def search(rng: random.Random, size: int) -> str:
    """Hits of a recursive grep."""

    def line(i: int) -> str:
        path = f"src/{WORDS[i // 40 % 17]}/{WORDS[i // 8 % 17]}_{i // 8}.py"
        return f"{path}:{i % 8 * 17 + 3}:    {rng.choice(WORDS)} = {rng.choice(WORDS)}({rng.randrange(99)})"

    return _until(line, size)


def listing(rng: random.Random, size: int) -> str:
    """Paths, as `find` prints them."""
    return _until(lambda i: f"./{WORDS[i // 90 % 17]}/{WORDS[i // 30 % 17]}/{rng.choice(WORDS)}_{i}.py", size)


def table(rng: random.Random, size: int) -> str:
    """Padded columns."""
    head = f"{'NAME':<24}{'READY':<8}{'STATUS':<12}{'AGE':<6}\n"
    return head + _until(lambda i: f"{rng.choice(WORDS) + '-' + str(i):<24}{'1/1':<8}{'Running':<12}{i % 90}d", size)


def diff(rng: random.Random, size: int) -> str:
    """Hunks of a unified diff."""

    def hunk(i: int) -> str:
        lines = [f"{rng.choice('   +-')}    {rng.choice(WORDS)} = {rng.choice(WORDS)}" for _ in range(14)]
        old = 14 - sum(line[0] == "+" for line in lines)
        new = 14 - sum(line[0] == "-" for line in lines)
        name = f"{rng.choice(WORDS)}_{i}.py"
        head = f"diff --git a/{name} b/{name}\n--- a/{name}\n+++ b/{name}\n@@ -{i + 1},{old} +{i + 1},{new} @@\n"
        return head + "\n".join(lines)

    return _until(hunk, size)


def blob(rng: random.Random, size: int) -> str:
    """Base64 in one line."""
    return "data:image/png;base64," + base64.b64encode(rng.randbytes(size * 3 // 4)).decode()


def prose(rng: random.Random, size: int) -> str:
    """Sentences."""
    return _until(lambda _: " ".join(rng.choice(WORDS) for _ in range(11)).capitalize() + ".", size, " ")


GENERATORS = (log, test_run, json_rows, json_lines, search, listing, table, diff, blob, prose)


def _record(rng: random.Random, i: int) -> str:
    record = {
        "id": i,
        "name": f"{rng.choice(WORDS)} {rng.choice(WORDS)}",
        "status": rng.choice(("active", "active", "idle")),
        "score": round(rng.random() * 100, 2),
        "owner": {"team": rng.choice(WORDS), "mail": None},
    }
    return json.dumps(record)


def _until(line: Callable[[int], str], size: int, between: str = "\n") -> str:
    lines, length = [], 0
    for i in count():
        lines.append(line(i))
        length += len(lines[-1]) + len(between)
        if length >= size:
            break
    return between.join(lines)


# --------------------------------------------------------------------------------------------------------- measuring


class Bench:
    """Measures in rounds; a store of its own for each round, so that no text is known already."""

    def __init__(self, folder: Path, profile: str, rounds: int, *, memory: bool) -> None:
        self._path = folder / "store.db"
        self._profile = profile
        self._rounds = rounds
        self._memory = memory
        self._namespaces = count()

    def text(self, name: str, text: str) -> Row:
        """One generated text, as the result of a tool of which nothing is known."""
        messages = [
            {"role": "user", "content": "What does it say?"},
            {"role": "assistant", "content": None, "tool_calls": [_call()]},
            {"role": "tool", "tool_call_id": "c", "content": text},
        ]
        router = ContentRouter(BUILTIN)

        def limits(kind: str) -> Limits:
            return Limits(effort=policy.effort(policy.check_profile(self._profile), kind))

        chosen = router.compress(text, NO_HINT, limits)
        bare = next(c for c in BUILTIN if c.name == chosen.name)
        return self._row(name, chosen.name, [messages], lambda: bare.compress(text, NO_HINT, limits(bare.kind)))

    def conversations(self, name: str, conversations: Sequence[Any]) -> Row:
        """All conversations of a kind; the bare compressors are not measured."""
        return self._row(name, "", conversations, None)

    def _row(self, name: str, compressor: str, cases: Sequence[Any], bare: Callable[[], object] | None) -> Row:
        tokenise, compress, alone = [], [], []
        before = after = 0
        for _ in range(self._rounds):
            store = self._store()
            rounds = [self._once(case, store) for case in cases]
            tokenise.append([r[0] for r in rounds])
            compress.append([r[1] for r in rounds])
            before, after = sum(r[2] for r in rounds), sum(r[3] for r in rounds)
            if bare is not None:
                alone.append(_seconds(bare)[0])
            store.close()
        chars = sum(len(text) for case in cases for text in result.texts(case))
        base = [sum(times) for times in tokenise]
        whole = [sum(times) for times in compress]
        single = [median(compress[r][i] / tokenise[r][i] for r in range(self._rounds)) for i in range(len(cases))]
        return Row(
            name=name,
            compressor=compressor,
            texts=len(cases),
            chars=chars,
            tokens_saved=1 - after / before,
            tokenise_speed=chars / median(base) / 1e6,
            compressor_speed=chars / median(alone) / 1e6 if alone else None,
            compressor_ratio=median(a / b for a, b in zip(alone, base, strict=True)) if alone else None,
            compress_speed=chars / median(whole) / 1e6,
            compress_ratio=median(w / b for w, b in zip(whole, base, strict=True)),
            median_ratio=median(single),
            worst_ratio=max(single),
        )

    def _once(self, messages: Any, store: headroom.CCRStore | headroom.MemoryStore) -> tuple[float, float, int, int]:
        """Seconds of tokenising and of compressing, tokens before and after."""
        texts = list(result.texts(messages))
        tokenise, before = _seconds(lambda: sum(map(COUNTER.count, texts)))
        compress, done = _seconds(lambda: headroom.compress(messages, profile=self._profile, store=store))
        after = sum(map(COUNTER.count, result.texts(done.messages)))
        return tokenise, compress, before, after

    def _store(self) -> headroom.CCRStore | headroom.MemoryStore:
        if self._memory:
            return headroom.MemoryStore()
        store = headroom.CCRStore.from_path(self._path, namespace=f"round-{next(self._namespaces)}")
        list(store.ls(1))  # opens the file, which a process does once
        return store


def _seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


def _call() -> dict[str, Any]:
    return {"id": "c", "type": "function", "function": {"name": "run", "arguments": "{}"}}


def corpus(folder: Path) -> Iterator[tuple[str, list[Any]]]:
    """Kind -> conversations."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield path.name.partition(".")[0], [json.loads(line)["messages"] for line in lines]


# ---------------------------------------------------------------------------------------------------------- printing


def markdown(rows: Sequence[Row]) -> str:
    """The rows as a table."""
    head = "text | compressor | texts | chars | saved | tokenise MB/s | compressor MB/s | ratio | compress() MB/s | ratio | median | worst"
    lines = [f"| {head} |", "|" + "---|" * 12]
    for row in rows:
        alone = (
            "– | –" if row.compressor_speed is None else f"{row.compressor_speed:.1f} | {row.compressor_ratio or 0:.2f}"
        )
        lines.append(
            f"| {row.name} | {row.compressor} | {row.texts} | {row.chars:,} | {row.tokens_saved:.0%} "
            f"| {row.tokenise_speed:.1f} | {alone} | {row.compress_speed:.1f} | {row.compress_ratio:.2f} "
            f"| {row.median_ratio:.2f} | {row.worst_ratio:.2f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="folder of the shared corpus; left out when it is absent")
    parser.add_argument("--profile", default="safe", choices=("safe", "balanced", "aggressive"))
    parser.add_argument("--size", type=int, default=200_000, help="characters per generated text")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", action="store_true", help="keep originals in memory: shows what durability costs")
    parser.add_argument("--json", action="store_true", help="for machines")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="headroom-speed-") as folder:
        bench = Bench(Path(folder), options.profile, options.rounds, memory=options.memory)
        bench.text("warm-up", log(random.Random(0), 20_000))
        rows = [bench.text(make.__name__, make(random.Random(7), options.size)) for make in GENERATORS]
        if options.corpus and options.corpus.is_dir():
            kinds = list(corpus(options.corpus))
            rows += [bench.conversations(f"corpus/{kind}", cases) for kind, cases in kinds]
            rows.append(bench.conversations("corpus", [case for _, cases in kinds for case in cases]))
    print(json.dumps([asdict(row) for row in rows], indent=1) if options.json else markdown(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
