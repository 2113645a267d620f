"""Eight processes write and read one store for 30 seconds; afterwards everything they were told was saved must be there.

    python benchmarks/store_soak.py [--url URL] [--processes 8] [--seconds 30]

Prints what was saved and how fast; exits with 1 when a process failed or a text is missing. Without a URL, a fresh
SQLite file in a temporary folder is used.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from pathlib import Path

from headroom.store._api import Entry, Event, content_id
from headroom.store.sql import CCRStore


def work(url: str, number: int, seconds: float) -> tuple[list[str], list[float]]:
    """Save and read until the time is up; returns the ids that `save` had returned for, and the seconds each took."""
    rng, store = random.Random(number), CCRStore.from_url(url)
    saved: list[str] = []
    times: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        shared = rng.random() < 0.2  # some texts are saved by several processes
        seed = f"everybody {len(saved) // 50}" if shared else f"worker {number} text {len(saved)}"
        text = "\n".join(
            f"{seed} line {i} value {i * 7919 % 1000}" for i in range(200 if shared else rng.randrange(2000))
        )
        name = content_id(text)
        start = time.perf_counter()
        store.save(
            [Entry(key=name, id=name, original=text, visible=text[:500], kind="log")],
            [Event(name="compress", blocks=1)],
        )
        times.append(time.perf_counter() - start)
        saved.append(name)
        seen = rng.choice(saved)
        assert content_id(store.get(seen)) == seen
        assert store.projections([seen])[seen].id == seen
    store.close()
    return saved, times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url")
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{Path(folder) / 'store.db'}"
        with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
            results = pool.starmap(work, [(url, number, options.seconds) for number in range(options.processes)])
        store = CCRStore.from_url(url)
        ids = {name for saved, _ in results for name in saved}
        lost = [name for name in ids if content_id(store.get(name)) != name]
        size = sum(stored.stored_bytes for stored in store.ls())
        store.close()
    times = sorted(t for _, taken in results for t in taken)
    print(f"{len(times):,} saves of {len(ids):,} texts by {options.processes} processes in {options.seconds:g} s")
    print(f"{size / 2**20:.1f} MiB stored; {len(lost)} lost")
    print(
        f"save: median {times[len(times) // 2] * 1e3:.1f} ms, 99 % within {times[len(times) * 99 // 100] * 1e3:.1f} ms"
    )
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
