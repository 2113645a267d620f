"""Several runs of one agent that borrow the same setting, each a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headroom.wrap.borrowed import is_alive
from headroom.wrap.journal import Journal
from tests.wrap.conftest import Wrapped

PROC = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for a process in /proc")


@pytest.fixture
def begin(wrapped: Wrapped) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts a run, whose agent waits; none outlives its test."""
    runs: list[subprocess.Popen[str]] = []

    def begun() -> subprocess.Popen[str]:
        runs.append(wrapped.start("wrap", "cursor", "wait"))
        assert runs[-1].stdout is not None
        assert runs[-1].stdout.readline() == "waiting\n"
        return runs[-1]

    yield begun
    for running in runs:
        if running.poll() is None:
            ended(running)


def ended(running: subprocess.Popen[str], number: int = signal.SIGTERM) -> list[str]:
    """End a run, and its agent with it; what it said after its first line, which is that it cannot be led anywhere."""
    (agent,) = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    running.send_signal(number)
    if number == signal.SIGKILL:
        running.wait(20)
        os.kill(int(agent), signal.SIGTERM)
    return running.communicate(timeout=20)[1].splitlines()[1:]


@pytest.fixture
def file(wrapped: Wrapped) -> Path:
    found = Path(wrapped.env["HOME"]) / ".cursor" / "mcp.json"
    found.parent.mkdir()
    found.write_text('{"mcpServers": {"mine": {}}}')
    return found


@PROC
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("first_ends_first", [True, False])
def test_a_setting_stays_until_the_last_run_that_uses_it_has_ended(
    begin: Callable[[], subprocess.Popen[str]], home: Path, file: Path, number: int, first_ends_first: bool
) -> None:
    before = file.read_bytes()
    runs = [begin(), begin()]
    if not first_ends_first:
        runs.reverse()
    ended(runs[0], number)
    third = begin()  # which takes back what killed runs have left, but not what is in use
    assert ended(third) == []
    assert b'"headroom"' in file.read_bytes()
    assert ended(runs[1]) == []
    assert file.read_bytes() == before
    assert Journal(home).entries() == []


@PROC
def test_runs_that_begin_and_end_in_the_same_moment_leave_the_file_as_it_was(wrapped: Wrapped, file: Path) -> None:
    before = file.read_bytes()
    runs = [wrapped.start("wrap", "cursor", "show", str(file)) for _ in range(4)]
    for running in runs:
        shown, said = running.communicate(timeout=60)
        assert (running.returncode, len(said.splitlines())) == (0, 1)
        assert '"headroom"' in shown
    assert file.read_bytes() == before


@PROC
def test_what_the_user_has_there_himself_is_not_taken_back(
    begin: Callable[[], subprocess.Popen[str]], wrapped: Wrapped, home: Path, file: Path
) -> None:
    assert wrapped.run("wrap", "cursor", "--persist").returncode == 0
    lasting = file.read_bytes()
    assert ended(begin()) == []
    assert file.read_bytes() == lasting
    assert [entry.owner for entry in Journal(home).entries()] == ["wrap:cursor"]


def test_a_process_is_alive_until_it_has_ended() -> None:
    assert is_alive(str(os.getpid()))
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert not is_alive(str(process.pid))
    assert not is_alive("doctor")
