"""The figures of all workers of one proxy: whichever of them is asked gives the sum.

Each worker keeps its own in a file of a folder that the process above them has made, rewritten about once a second while
they change. What a worker that has ended counted stays counted. Numbers only. Above stand the own routes and the server,
below `_metrics`.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from headroom.proxy._metrics import IN_FLIGHT, Metrics, Snapshot

_SECONDS = 1.0
_LIVES, _ENDED = ".json", ".ended"


class Figures:
    """What is counted here and by the workers that share `folder`; None is a worker without others."""

    def __init__(self, metrics: Metrics, folder: Path | None) -> None:
        self._metrics = metrics
        self._folder = folder
        self._saved: Snapshot = []

    def exposition(self) -> bytes:
        """In Prometheus' text format."""
        return self._metrics.exposition(self._others()[0])

    def as_json(self) -> dict[str, Any]:
        """Name -> value, or name -> {labels: value}; `workers` is how many there are."""
        others, alive = self._others()
        return {"workers": alive + 1, **self._metrics.as_json(others)}

    async def keep(self) -> None:
        """Save them as they change, until cancelled."""
        while self._folder is not None:
            await asyncio.to_thread(self.save)
            await asyncio.sleep(_SECONDS)

    def save(self) -> None:
        """Write down for the others what has changed."""
        found = self._metrics.snapshot()
        if self._folder is None or found == self._saved:
            return
        file = self._folder / f"{os.getpid()}{_LIVES}"
        try:
            file.with_suffix(".tmp").write_text(json.dumps(found), encoding="utf-8")
            file.with_suffix(".tmp").replace(file)
        except OSError:
            self._metrics.faults.labels("figures could not be written down").inc()
        else:
            self._saved = found

    def _others(self) -> tuple[list[Snapshot], int]:
        """What the others have counted, and how many of them are alive. Of those that ended, nothing is under way."""
        found: list[Snapshot] = []
        alive = 0
        for path in sorted(self._folder.glob("*")) if self._folder is not None else ():
            if path.name == f"{os.getpid()}{_LIVES}" or path.suffix not in {_LIVES, _ENDED}:
                continue
            try:
                rows = json.loads(path.read_bytes())
            except (OSError, ValueError):
                self._metrics.faults.labels("figures could not be read").inc()
                continue
            alive += path.suffix == _LIVES
            found.append(rows if path.suffix == _LIVES else [row for row in rows if row[0] != IN_FLIGHT])
        return found, alive


def ended(folder: Path, pid: int) -> None:
    """Keep what a worker has counted that is no more: another one may be given its number."""
    file = folder / f"{pid}{_LIVES}"
    if file.exists():
        file.replace(folder / f"{pid}-{sum(1 for _ in folder.iterdir())}{_ENDED}")
