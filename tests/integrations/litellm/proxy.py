"""The real LiteLLM proxy, as a process of its own on loopback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from litellm_headroom._loop import version

KEY = "sk-7f0a93c1d25e4b86"
_STARTS_WITHIN = 120.0
# Early proxies look for a file beside their config.yaml, and nowhere else.
_NAMED = "litellm_headroom.callback" if version() >= (1, 95) else "my_callbacks.callback"


@contextmanager
def serving(
    upstream: str, folder: Path, callback: str = "", *, preamble: str = "", config: Path | None = None, **more: Any
) -> Iterator[httpx.Client]:
    """A client of a proxy with the models gpt and claude of `upstream`. `preamble` is Python that runs before it.

    The callback is by default named as the README says for the installed version; `more` are further sections of the
    configuration. A `config` stands in place of all this.
    """
    port = free_port()
    (folder / "my_callbacks.py").write_text("from litellm_headroom import callback\n", encoding="utf-8")
    written = folder / "config.yaml"
    written.write_text(json.dumps(_config(upstream, callback or _NAMED) | more), encoding="utf-8")
    program = f"{preamble}\nimport sys; from litellm.proxy.proxy_cli import run_server; sys.exit(run_server())"
    options = ["--config", str(config or written), "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    settings = {
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_MASTER_KEY": KEY,
        "DISABLE_ADMIN_UI": "True",
        "HEADROOM_HOME": str(folder / "home"),
        "ANTHROPIC_API_BASE": upstream,
        "ANTHROPIC_API_KEY": "none",
        "OPENAI_API_BASE": f"{upstream}/v1",
        "OPENAI_API_KEY": "none",
    }
    with (folder / "output").open("w+", encoding="utf-8") as output:
        command = [sys.executable, "-W", "ignore", "-c", program, *options]
        process = subprocess.Popen(
            command, env={**os.environ, **settings}, cwd=folder, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            headers = {"authorization": f"Bearer {KEY}", "anthropic-version": "2023-06-01"}
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
                _wait(process, client, folder)
                yield client
        finally:
            process.terminate()
            process.wait()


def _config(upstream: str, callback: str) -> dict[str, Any]:
    models = [
        _model("gpt", "openai/gpt-4o", f"{upstream}/v1"),
        _model("claude", "anthropic/claude-sonnet-4-5", upstream),
    ]
    return {"model_list": models, "litellm_settings": {"callbacks": [callback]}}


def _model(name: str, model: str, base: str) -> dict[str, Any]:
    return {"model_name": name, "litellm_params": {"model": model, "api_base": base, "api_key": "none"}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], client: httpx.Client, folder: Path) -> None:
    """Until it answers, or has died, or has had time enough. A process can be waited for only by asking."""
    ends = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < ends and process.poll() is None:
        try:
            if client.get("/health/liveliness").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the proxy does not answer:\n" + (folder / "output").read_text(encoding="utf-8")[-3000:])
