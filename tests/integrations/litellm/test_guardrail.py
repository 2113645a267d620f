"""LiteLLM's own guardrail named `headroom` is a client of a compression server: Headroom's proxy is one, without a plug-in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("litellm", reason="the extra is not installed: headroom-context[litellm]")
pytest.importorskip(
    "litellm.proxy.guardrails.guardrail_hooks.headroom", reason="this version of litellm has no such guardrail"
)
pytest.importorskip("headroom.proxy.app", reason="the extra is not installed: headroom-context[proxy]")

import httpx

from tests.integrations.litellm import conversations as c
from tests.integrations.litellm.proxy import free_port, serving
from tests.integrations.litellm.upstream import DETAIL, Said, Turn, Upstream

ROOT = Path(__file__).parents[3]


@contextmanager
def headroom_proxy(home: Path) -> Iterator[str]:
    port = free_port()
    path = os.pathsep.join([str(ROOT), str(ROOT / "integrations")])
    process = subprocess.Popen(
        [sys.executable, "-m", "headroom", "proxy", "--port", str(port), "--log", "none"],
        env={**os.environ, "HEADROOM_HOME": str(home), "PYTHONPATH": path},
    )
    try:
        ends = time.monotonic() + 60
        while time.monotonic() < ends and process.poll() is None:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/readyz").is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def script(turn: Turn) -> Said:
    """As the guardrail's tool wants it: a hash and a query."""
    found = re.search(r"\[headroom hr_([0-9a-f]+) ", turn.results[0])
    if found and len(turn.results) == 2:
        return Said(calls=(("headroom_retrieve", {"hash": found[1], "query": "job 1234"}),))
    detail = re.search(r"job 1234 done in \d+ ms", turn.results[-1])
    return Said(f"It was: {detail[0]}" if detail else "I cannot tell.")


def test_the_guardrail_shortens_what_is_old_and_gets_back_what_is_asked_for(upstream: Upstream, tmp_path: Path) -> None:
    upstream.play = script
    home = tmp_path / "home"
    again = {"id": "c2", "type": "function", "function": {"name": "run_report", "arguments": "{}"}}
    rows = [
        *c.chat(),
        {"role": "user", "content": "And now?"},
        {"role": "assistant", "content": None, "tool_calls": [again]},
        {"role": "tool", "tool_call_id": "c2", "content": "Nothing new."},
    ]
    with headroom_proxy(home) as server:
        token = (home / "token").read_text(encoding="ascii").strip()
        settings = {
            "guardrail": "headroom",
            "mode": "pre_call",
            "api_base": server,
            "api_key": token,
            "default_on": True,
        }
        guardrails = [{"guardrail_name": "headroom", "litellm_params": settings}]
        with serving(upstream.url, tmp_path, guardrails=guardrails, litellm_settings={}) as client:
            body = {"model": "gpt", "messages": rows, "tools": [c.CHAT_TOOL]}
            answer = client.post("/v1/chat/completions", json=body)
    first, second = upstream.bodies
    assert [call for call, _ in c.results(first)] == ["c1", "c2"]
    assert DETAIL not in c.results(first)[0][1]
    assert DETAIL in c.results(second)[2][1]
    assert answer.json()["choices"][0]["message"]["content"] == f"It was: {DETAIL}"
