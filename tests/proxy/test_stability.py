"""A conversation of 40 steps in each wire shape: what was sent once is sent again, byte for byte, whoever sends it."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from headroom import policy
from headroom.messages import Effort
from tests.proxy.rig import PATHS, Origin, exchange, log_text, request, running_proxy

STEPS = 40


def text_of(step: int) -> str:
    """What a tool printed: logs, JSON, the same log again, source, short texts."""
    kinds = (
        log_text(step, lines=120),
        json.dumps([{"id": n, "state": "ok", "owner": f"team-{n % 3}", "step": step} for n in range(60)], indent=1),
        log_text(step - 2, lines=120),
        "\n".join(f"def f{n}(x):\n    return x + {n * step}" for n in range(40)),
        f"done {step}",
    )
    return kinds[step % len(kinds)]


def messages_of(body: dict[str, Any]) -> list[Any]:
    found: list[Any] = body.get("messages") or body.get("input") or body["contents"]
    return found


@pytest.mark.parametrize("kind", PATHS)
def test_no_prefix_breaks_over_restarts_workers_and_a_new_policy(
    kind: str, origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, make = PATHS[kind]
    before: bytes = b""
    shortened = 0
    for life in range(4):  # four times two workers, on one store
        if life == 2:  # an upgrade that would do more than before
            more = {"log": Effort.STRONG, "json": Effort.STRONG}
            monkeypatch.setattr(policy, "_EFFORTS", {**policy._EFFORTS, "safe": more})
        with ExitStack() as stack:
            workers = [stack.enter_context(running_proxy(origin, tmp_path)) for _ in range(2)]
            for step in range(life * STEPS // 4, (life + 1) * STEPS // 4):
                body = json.dumps(make(*(text_of(n) for n in range(step + 1)))).encode()
                raw = request("POST", path, body, "Authorization: Bearer k")
                sent = []
                for worker in workers:
                    exchange(worker.port, raw)
                    sent.append(origin.received[-1].body)
                assert sent[0] == sent[1]
                now = [json.dumps(message) for message in messages_of(json.loads(sent[0]))]
                then = [json.dumps(message) for message in messages_of(json.loads(before))] if before else []
                assert now[: len(then)] == then
                before = sent[0]
                shortened += len(body) - len(before)
    assert shortened > 0
