from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import headroom

ROOT = Path(__file__).resolve().parents[2]
CHILD = [sys.executable, "-m", "headroom.wrap._child"]


def test_it_runs_the_headroom_command() -> None:
    command = [*CHILD, "--version"]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.read() == f"headroom {headroom.__version__}\n"
        assert running.wait(timeout=20) == 0


def test_it_ends_when_its_starter_closes_the_pipe() -> None:
    program = "import sys, threading; sys.argv = ['x']; from headroom.wrap import _child; import runpy\n"
    program += "runpy.run_module = lambda *a, **k: (print('up', flush=True), threading.Event().wait())\n_child.main()"
    running = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    with running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stdout.readline() == "up\n"
        assert running.poll() is None
        running.stdin.close()
        assert running.wait(timeout=20) != 0
