"""What the proxy counts, in Prometheus' terms, and the same as JSON. Numbers only, of this process; no content, no names.

Reasons are the engine's own words, cut before anything particular, so there are few of them.
"""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from headroom.proxy._shorten import Shortened

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
_MOST_REASONS = 60


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._reasons: set[str] = set()
        self.requests = self._counter("requests", "Requests by route and status", "route", "status")
        self.blocks = self._counter("blocks", "Texts in requests, by what was done with them", "action")
        self.unchanged = self._counter("unchanged", "Why texts stayed as they were", "reason")
        self.untouched = self._counter("untouched", "Why whole requests passed untouched", "reason")
        self.faults = self._counter("faults", "Requests that a fault of ours left untouched", "reason")
        self.chars = self._counter("chars", "Characters in requests", "when")
        self.retrievals = self._counter("retrievals", "Slices given to models", "outcome")
        self.upstream_errors = self._counter("upstream_errors", "Providers that could not be asked", "code")
        self.prefix_breaks = self._counter(
            "prefix_breaks", "What broke cached prefixes, where that is watched", "cause"
        )
        self.in_flight = Gauge("headroom_in_flight", "Requests being answered", registry=self._registry)
        self.seconds = Histogram(
            "headroom_shorten_seconds", "Time to shorten a request", buckets=_SECONDS, registry=self._registry
        )

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"headroom_{name}", about, labels, registry=self._registry)

    def shortened(self, done: Shortened) -> None:
        """Count what became of one body."""
        for action, count in done.actions.items():
            self.blocks.labels(action).inc(count)
        for reason, count in done.reasons.items():
            self.unchanged.labels(self._known(reason)).inc(count)
        if done.skipped:
            reason = self._known(done.skipped.partition(":")[0])
            (self.faults if done.fault else self.untouched).labels(reason).inc()
        self.retrievals.labels("put back").inc(done.put_back)
        self.retrievals.labels("dropped").inc(done.lost)
        self.chars.labels("before").inc(done.chars_before)
        self.chars.labels("after").inc(done.chars_after)
        self.seconds.observe(done.seconds)

    def _known(self, reason: str) -> str:
        """A tool's name may stand in a reason; the number of labels stays bounded all the same."""
        if len(self._reasons) >= _MOST_REASONS and reason not in self._reasons:
            return "other"
        self._reasons.add(reason)
        return reason

    def exposition(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self._registry)

    def as_json(self) -> dict[str, Any]:
        """Name -> value, or name -> {labels: value}."""
        found: dict[str, Any] = {}
        for family in self._registry.collect():
            for sample in family.samples:
                if sample.name.endswith(("_created", "_bucket")):
                    continue
                name = sample.name.removeprefix("headroom_").removesuffix("_total")
                if sample.labels:
                    found.setdefault(name, {})[" ".join(sample.labels.values())] = sample.value
                else:
                    found[name] = sample.value
        return found
