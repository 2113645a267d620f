from __future__ import annotations

import asyncio
import json
from pathlib import Path

from headroom.proxy._figures import Figures, ended
from headroom.proxy._metrics import Metrics


def counted(folder: Path, pid: int, route: str, under_way: int = 0) -> Metrics:
    """What another worker has left in the folder."""
    metrics = Metrics()
    metrics.requests.labels(route, "200").inc(3)
    metrics.chars.labels("before").inc(100)
    metrics.seconds.observe(0.002)
    metrics.in_flight.set(under_way)
    (folder / f"{pid}.json").write_text(json.dumps(metrics.snapshot()))
    return metrics


def test_a_worker_tells_the_sum_in_both_forms(tmp_path: Path) -> None:
    metrics = Metrics()
    metrics.requests.labels("chat", "200").inc()
    metrics.in_flight.set(1)
    counted(tmp_path, 1, "chat", under_way=2)
    counted(tmp_path, 2, "messages")
    figures = Figures(metrics, tmp_path)
    figures.save()  # its own is not counted twice
    found = figures.as_json()
    assert found["workers"] == 3
    assert found["requests"] == {"chat 200": 4, "messages 200": 3}
    assert (found["chars"], found["in_flight"], found["shorten_seconds_count"]) == ({"before": 200}, 3, 2)
    text = figures.exposition().decode()
    assert 'headroom_requests_total{route="messages",status="200"} 3.0' in text
    assert 'headroom_shorten_seconds_bucket{le="0.003"} 2.0' in text
    assert text.count("# TYPE headroom_requests_total counter") == 1


def test_what_an_ended_worker_counted_stays_and_nothing_of_it_is_under_way(tmp_path: Path) -> None:
    figures = Figures(Metrics(), tmp_path)
    for _ in range(2):  # both had the same number
        counted(tmp_path, 1, "chat", under_way=5)
        ended(tmp_path, 1)
    ended(tmp_path, 2)  # which has never counted anything
    found = figures.as_json()
    assert (found["workers"], found["requests"], found["in_flight"]) == (1, {"chat 200": 6}, 0)


def test_what_cannot_be_written_or_read_is_counted(tmp_path: Path) -> None:
    metrics = Metrics()
    (tmp_path / "1.json").write_text("[")
    assert Figures(metrics, tmp_path).as_json()["faults"] == {"figures could not be read": 1}
    Figures(metrics, tmp_path / "gone").save()
    assert metrics.as_json()["faults"]["figures could not be written down"] == 1


async def test_figures_are_written_down_again_and_again_as_they_change(tmp_path: Path) -> None:
    metrics = Metrics()
    figures = Figures(metrics, tmp_path)
    seen: list[float] = []
    written = asyncio.Event()

    class Told(Figures):
        def save(self) -> None:
            super().save()
            (file,) = tmp_path.glob("*.json")
            seen.append(sum(row[3] for row in json.loads(file.read_text()) if row[0] == "headroom_requests"))
            metrics.requests.labels("chat", "200").inc()
            loop.call_soon_threadsafe(written.set)

    loop = asyncio.get_running_loop()
    keeping = asyncio.create_task(Told(metrics, tmp_path).keep())
    await written.wait()
    keeping.cancel()
    figures.save()
    assert seen == [0]
    assert figures.as_json()["requests"] == {"chat 200": 1}  # its own file, by its number


async def test_a_worker_without_others_writes_nothing() -> None:
    figures = Figures(Metrics(), None)
    await figures.keep()
    figures.save()
    assert figures.as_json()["workers"] == 1
