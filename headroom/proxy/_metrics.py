"""What the proxy counts, in Prometheus' terms, and the same as JSON. Numbers only, no content, no names; of this process,
and with what others have counted where their snapshots are given.

Reasons are the engine's own words, cut before anything particular, so there are few of them.
"""

from __future__ import annotations

from collections import Counter as Sums
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from headroom.proxy._shorten import Shortened

CONTENT_TYPE = CONTENT_TYPE_LATEST
IN_FLIGHT = "headroom_in_flight"
Snapshot: TypeAlias = list[list[Any]]
"""Rows of a family's name, a sample's name, its labels in alphabetical order as pairs, and its value; as JSON has them."""
_CREATED = "_created"
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
        self.in_flight = Gauge(IN_FLIGHT, "Requests being answered", registry=self._registry)
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

    def snapshot(self) -> Snapshot:
        """All figures of this process."""
        return [
            [family.name, sample.name, [list(pair) for pair in sorted(sample.labels.items())], sample.value]
            for family in self._registry.collect()
            for sample in family.samples
            if not sample.name.endswith(_CREATED)
        ]

    def exposition(self, others: Sequence[Snapshot] = ()) -> bytes:
        """In Prometheus' text format."""
        registry = CollectorRegistry()
        registry.register(_Summed(self._registry, others))
        return generate_latest(registry)

    def as_json(self, others: Sequence[Snapshot] = ()) -> dict[str, Any]:
        """Name -> value, or name -> {labels: value}."""
        found: dict[str, Any] = {}
        for family in _Summed(self._registry, others).collect():
            for sample in family.samples:
                if sample.name.endswith((_CREATED, "_bucket")):
                    continue
                name = sample.name.removeprefix("headroom_").removesuffix("_total")
                if sample.labels:
                    found.setdefault(name, {})[" ".join(sample.labels.values())] = sample.value
                else:
                    found[name] = sample.value
        return found


class _Summed(Collector):
    """The figures of a registry, those of the snapshots added to each."""

    def __init__(self, registry: CollectorRegistry, others: Sequence[Snapshot]) -> None:
        self._registry = registry
        self._others = others

    def collect(self) -> Iterator[Metric]:
        """Families as the registry has them; labels that only others have seen come last."""
        sums: Sums[tuple[str, str, tuple[tuple[str, str], ...]]] = Sums()
        for snapshot in self._others:
            for family_name, name, labels, value in snapshot:
                sums[family_name, name, tuple((key, label) for key, label in labels)] += value
        for family in self._registry.collect():
            for at, sample in enumerate(family.samples):
                more = sums.pop((family.name, sample.name, tuple(sorted(sample.labels.items()))), 0)
                family.samples[at] = sample._replace(value=sample.value + more)
            for family_name, name, labels in [key for key in sums if key[0] == family.name]:
                family.add_sample(name, dict(labels), sums[family_name, name, labels])
            yield family
