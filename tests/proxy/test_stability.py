"""A conversation of 40 steps in each wire shape: what was sent once is sent again, byte for byte, whoever sends it."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from headroom import policy
from headroom.markers import TOOL_NAME
from headroom.messages import Effort
from tests.proxy.rig import Origin, Pieces, Received, log_text, running_proxy, whole
from tests.proxy.shapes import FIELDS, KINDS, Client, Made, answer, check

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


class Model:
    """A provider that has the log read in every step: now and then it asks for a slice beside that, or before."""

    def __init__(self, kind: str, origin: Origin) -> None:
        self.kind, self.step, self.asked = kind, 0, 0
        origin.answer = self.answer

    def answer(self, received: Received) -> Pieces:
        check(self.kind, received.json)
        shown = re.findall(rb"\[headroom (hr_[0-9a-f]+)", received.body)
        calls: list[Made] = [(f"t{self.step}", "read_log", {"day": self.step})]
        calls.append((f"u{self.step}", "read_log", {"late": self.step}))
        if shown and self.step % 3 == 1:
            self.asked += 1
            arguments = {"id": shown[self.step % len(shown)].decode(), "lines": str(self.step + 1)}
            calls.insert(self.step % 3, (f"r{self.step}", TOOL_NAME, arguments))
        elif shown and self.step % 7 == 2 and f"r{self.step}".encode() not in received.body and self.kind != "gemini":
            calls = [(f"r{self.step}", TOOL_NAME, {"id": shown[0].decode(), "lines": "3"})]
        return whole(answer(self.kind, f"Step {self.step}.", *calls))


@pytest.mark.parametrize("kind", KINDS)
def test_no_prefix_breaks_over_restarts_workers_and_a_new_policy(
    kind: str, origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, client = Model(kind, origin), Client(kind, stream=False)
    before: list[str] = []
    tools: set[str] = set()
    shortened = put_back = 0
    for life in range(4):  # four times two workers, on one store
        if life == 2:  # an upgrade that would do more than before
            more = {"log": Effort.STRONG, "json": Effort.STRONG}
            monkeypatch.setattr(policy, "_EFFORTS", {**policy._EFFORTS, "safe": more})
        with ExitStack() as stack:
            workers = [stack.enter_context(running_proxy(origin, tmp_path)) for _ in range(2)]
            for step in range(life * STEPS // 4, (life + 1) * STEPS // 4):
                model.step = step
                sent = []
                for worker in workers:
                    at = len(origin.received)
                    client.ask(worker)
                    sent.append(origin.received[at].body)
                assert sent[0] == sent[1]
                now = [json.dumps(message) for message in json.loads(sent[0])[FIELDS[kind]]]
                assert now[: len(before)] == before
                before = now
                tools.add(json.dumps(json.loads(sent[0])["tools"]))
                shortened += len(json.dumps(client.body())) - len(sent[0])
                client.go_on(text_of(step), f"nothing on day {step}")
            put_back += sum(line.get("put_back", 0) for line in workers[0].logged)
            assert not any("dropped" in line for line in workers[0].logged)
    assert len(tools) == 1
    assert shortened > 0
    assert model.asked > 20
    assert put_back > 100
