"""Four workers on one PostgreSQL, under load: what one of them has decided holds for all."""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.proxy.rig import PATHS, anthropic, exchange, log_text, request, running_origin, split, whole
from tests.proxy.test_server import command
from tests.store.conftest import postgres

__all__ = ["postgres"]

TENANTS, STEPS, TIMES = 6, 5, 4


def test_four_workers_on_one_database_send_the_same_and_keep_tenants_apart(postgres: str, tmp_path: Path) -> None:
    path = PATHS["anthropic"][0]

    def body(tenant: int, step: int) -> bytes:
        return json.dumps(anthropic(*(log_text(10 * tenant + n, lines=150) for n in range(step + 1)))).encode()

    options = ("--workers", "4", "--store", postgres)
    with (
        running_origin(whole({"ok": True})) as origin,
        command(tmp_path, "--anthropic-upstream", origin.url, *options) as (_, port),
    ):

        def send(job: tuple[int, int]) -> tuple[int, bytes]:
            tenant, step = job
            status, _, answer = split(
                exchange(port, request("POST", path, body(tenant, step), f"x-api-key: k{tenant}"))
            )
            return status, answer

        jobs = [(tenant, step) for step in range(STEPS) for tenant in range(TENANTS) for _ in range(TIMES)]
        with ThreadPoolExecutor(16) as clients:
            answers = list(clients.map(send, jobs))
        assert answers == [(200, b'{"ok": true}')] * len(jobs)
        seen: dict[tuple[bytes, int], set[bytes]] = defaultdict(set)
        for received in origin.received:
            tenant = next(value for name, value in received.headers if name == b"x-api-key")
            seen[tenant, len(received.json["messages"])].add(received.body)
        assert {len(bodies) for bodies in seen.values()} == {1}
        assert len(seen) == TENANTS * STEPS
        for number in range(TENANTS):
            steps = [json.loads(*seen[f"k{number}".encode(), 1 + 2 * (step + 1)])["messages"] for step in range(STEPS)]
            assert all(later[: len(now)] == now for now, later in itertools.pairwise(steps))
            assert json.dumps(steps[-1]).count("[headroom hr_") == STEPS
        token = (tmp_path / "token").read_text().strip()
        (first,) = seen[b"k0", 3]
        found = re.search(rb"hr_[0-9a-f]{12}", first)
        assert found is not None
        for key, status in (("k0", 200), ("k1", 404)):
            raw = request(
                "GET", f"/v1/retrieve/{found[0].decode()}", b"", f"x-headroom-token: {token}", f"x-api-key: {key}"
            )
            assert {split(exchange(port, raw))[0] for _ in range(8)} == {status}
