from __future__ import annotations

from headroom.proxy import _metrics
from headroom.proxy._metrics import Metrics
from headroom.proxy._shorten import Shortened


def test_figures_are_told_in_both_forms() -> None:
    metrics = Metrics()
    done = Shortened(body=b"", actions={"compressed": 2}, reasons={"r": 3}, chars_before=10, chars_after=4, seconds=0.1)
    metrics.shortened(done)
    metrics.shortened(Shortened(body=b"", skipped="the store failed: /home/me/store.db", fault=True))
    metrics.shortened(Shortened(body=b"", skipped="bypassed"))
    metrics.requests.labels("chat", "200").inc()
    found = metrics.as_json()
    assert found["blocks"] == {"compressed": 2}
    assert found["unchanged"] == {"r": 3}
    assert (found["faults"], found["untouched"]) == ({"the store failed": 1}, {"bypassed": 1})
    assert found["chars"] == {"before": 10, "after": 4}
    assert found["requests"] == {"chat 200": 1}
    assert found["shorten_seconds_count"] == 3
    assert b'headroom_blocks_total{action="compressed"} 2.0' in metrics.exposition()


def test_the_number_of_reasons_is_bounded() -> None:
    metrics = Metrics()
    for n in range(_metrics._MOST_REASONS * 2):
        metrics.shortened(Shortened(body=b"", reasons={f"tool {n}": 1}))
    unchanged = metrics.as_json()["unchanged"]
    assert len(unchanged) == _metrics._MOST_REASONS + 1
    assert unchanged["other"] == _metrics._MOST_REASONS
