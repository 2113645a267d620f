"""The example runs as a user would run it, and the README names it and the package's names."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("litellm", reason="the extra is not installed: headroom-context[litellm]")


import litellm_headroom
from litellm_headroom import _loop
from litellm_headroom._requests import BYPASS_HEADER
from tests.integrations.litellm import conversations as c
from tests.integrations.litellm.untyped import litellm
from tests.integrations.litellm.upstream import Upstream

ROOT = Path(__file__).parents[3]
README = (ROOT / "integrations" / "litellm_headroom" / "README.md").read_text(encoding="utf-8")


@pytest.mark.skipif(not _loop.AVAILABLE, reason="this version of litellm answers no tool call in a callback")
def test_the_example_runs_and_says_what_it_should(tmp_path: Path) -> None:
    path = os.pathsep.join([str(ROOT), str(ROOT / "integrations")])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(ROOT / "examples" / "litellm_agent.py")],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stderr
    assert " of 1,501 lines" in done.stdout
    assert "The agent answers: It was: job 1234 done in 88 ms" in done.stdout


def test_the_readme_speaks_of_what_there_is() -> None:
    for name in litellm_headroom.__all__:
        assert name in README
    for example in ("litellm_agent.py", "litellm_proxy.yaml"):
        assert f"../../examples/{example}" in README
        assert (ROOT / "examples" / example).exists()
    imported = re.findall(r"^from litellm_headroom import (.+)", README, re.MULTILINE)
    assert {name for line in imported for name in line.split(", ")} <= set(litellm_headroom.__all__)
    assert BYPASS_HEADER in README


async def test_the_code_of_the_readme_runs(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_API_BASE", f"{upstream.url}/v1")
    router = litellm.Router(model_list=[{"model_name": "my-model", "litellm_params": {"model": "openai/gpt-4o"}}])
    known = {"messages": c.chat(), "tools": [c.CHAT_TOOL], "router": router}
    for block in re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        await asyncio.to_thread(exec, block, known)
    assert isinstance(litellm.callbacks[0], litellm_headroom.HeadroomCallback)
    assert len(upstream.bodies) == 4
    assert not [record for record in caplog.records if record.name == "litellm_headroom"]
