from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from headroom.exceptions import ConfigError
from headroom.wrap import runner
from headroom.wrap.agents import AGENTS, Launch
from tests.wrap.conftest import Wrapped
from tests.wrap.scripted import Scripted
from tests.wrap.stand_in import LOG

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
PROC = pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes in /proc")


def proxies(wrap: subprocess.Popen[str]) -> list[int]:
    """The processes that a running wrap has started as proxies."""
    children = Path(f"/proc/{wrap.pid}/task/{wrap.pid}/children").read_text().split()
    lines = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    return [pid for pid, line in lines.items() if b"headroom.wrap._child" in line]


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_the_agents_request_is_shortened_and_its_key_arrives(wrapped: Wrapped, provider: Scripted, home: Path) -> None:
    done = wrapped.run("wrap", "claude", "ask")
    assert (done.returncode, done.stdout, done.stderr) == (0, "200\n", "")
    first = provider.asked("/messages")[0]
    assert first.headers["authorization"] == "Bearer the-key"
    shown = re.search(rb"\[headroom (hr_[0-9a-f]+) ", first.body)
    assert shown is not None
    assert len(first.body) < 6000
    assert not (home / "runs").exists()
    kept = wrapped.run("retrieve", shown[1].decode())  # as any other command, the MCP server among them
    assert kept.stdout == LOG


@pytest.mark.parametrize("name", ["codex", "gemini", "aider", "opencode", "copilot"])
def test_every_agent_is_led_through_the_proxy(wrapped: Wrapped, provider: Scripted, name: str) -> None:
    done = wrapped.run("wrap", name, "ask")
    assert (done.returncode, done.stdout) == (0, "200\n"), done.stderr
    bodies = [seen.body for seen in provider.seen if seen.method == "POST"]
    assert b"[headroom hr_" in bodies[0]
    assert provider.seen[0].headers["authorization"] == "Bearer the-key"


def test_streams_arguments_and_exit_code_are_the_agents_own(wrapped: Wrapped) -> None:
    assert wrapped.run("wrap", "cursor", "--", "echo", stdin="a\nb").stdout == "a\nb"
    assert wrapped.run("wrap", "cursor", "exit", "41").returncode == 41


@POSIX
def test_signals_go_to_the_agent_and_ctrl_c_is_its_own_affair(wrapped: Wrapped) -> None:
    with wrapped.start("wrap", "cursor", "wait") as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "waiting\n"
        running.send_signal(signal.SIGINT)  # the terminal would send it to the agent as well
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) == 7


@POSIX
def test_the_agent_has_the_terminal_and_its_ctrl_c(wrapped: Wrapped) -> None:
    in_terminal = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    command = [sys.executable, "-c", in_terminal, *wrapped.command("wrap", "cursor", "terminal")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=wrapped.env, cwd=wrapped.folder, stdin=pipe, stdout=pipe) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        while b"on a terminal: True" not in (line := running.stdout.readline()):
            assert line, "it ended before"
        running.stdin.write(b"\x03")
        running.stdin.flush()
        assert b"interrupted" in running.stdout.read()
        assert running.wait(timeout=30) == 5


@POSIX
def test_an_agent_that_a_signal_ended_gives_the_shells_code() -> None:
    assert runner._child([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], {}) == 137


@PROC
def test_when_the_proxy_dies_the_next_request_goes_straight(wrapped: Wrapped, provider: Scripted) -> None:
    with wrapped.start("wrap", "claude", "ask-twice") as running:
        assert running.stdout is not None
        assert running.stdin is not None
        assert running.stderr is not None
        assert [running.stdout.readline() for _ in range(2)] == ["200\n", "asked\n"]
        (proxy,) = proxies(running)
        os.kill(proxy, signal.SIGKILL)
        until(lambda: gone(proxy))
        running.stdin.write("\n")
        running.stdin.flush()
        assert running.stdout.readline() == "200\n"
        assert running.wait(timeout=30) == 0
        said = running.stderr.read()
    assert said.startswith("headroom: 1 request went straight to the provider, unshortened: the proxy ")
    first, *_, last = provider.asked("/messages")
    assert b"[headroom hr_" in first.body
    assert b"[headroom hr_" not in last.body
    assert len(last.body) > 20_000


@PROC
def test_when_we_are_killed_the_proxy_ends_and_the_next_run_cleans_up(wrapped: Wrapped, home: Path) -> None:
    user = Path(wrapped.env["HOME"])
    with wrapped.start("wrap", "gemini", "wait") as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "waiting\n"
        agent = [int(p) for p in Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()]
        (proxy,) = proxies(running)
        running.kill()
        running.wait()
        until(lambda: gone(proxy))
        for pid in agent:
            if pid != proxy:
                os.kill(pid, signal.SIGTERM)
    assert (home / "runs" / str(running.pid) / "gemini-defaults.json").exists()
    assert wrapped.run("unwrap", "gemini").stderr == "headroom: nothing to undo\n"
    assert not (home / "runs").exists()
    assert not (user / ".gemini").exists()


@PROC
def test_a_borrowed_setting_comes_back_after_the_run_and_after_a_killed_one(wrapped: Wrapped, home: Path) -> None:
    file = Path(wrapped.env["HOME"]) / ".cursor" / "mcp.json"
    file.parent.mkdir()
    file.write_text('{"mcpServers": {"mine": {}}}')
    shown = wrapped.run("wrap", "cursor", "show", str(file)).stdout
    assert '"headroom"' in shown
    assert file.read_text() == '{"mcpServers": {"mine": {}}}'
    with wrapped.start("wrap", "cursor", "wait") as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "waiting\n"
        (agent,) = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        running.kill()
        running.wait()
        os.kill(int(agent), signal.SIGTERM)
    assert '"headroom"' in file.read_text()
    wrapped.run("unwrap", "cursor")
    assert file.read_text() == '{"mcpServers": {"mine": {}}}'
    assert not list((home / "journal").iterdir())


def test_where_no_proxy_can_be_had_the_agent_starts_without_and_is_told(wrapped: Wrapped, provider: Scripted) -> None:
    done = wrapped.run("wrap", "claude", "--config", "no-such-file.toml", "ask")
    assert (done.returncode, done.stdout) == (0, "200\n")
    assert done.stderr.startswith("headroom: no proxy, so the agent starts without one: ")
    assert "no-such-file.toml" in done.stderr
    assert done.stderr.count("\n") == 1
    assert b"[headroom hr_" not in provider.asked("/messages")[0].body


def test_a_proxy_that_runs_is_used_and_left_running(wrapped: Wrapped, provider: Scripted) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with wrapped.start("proxy", "--port", port, "--anthropic-upstream", provider.url, "--log", "none") as proxy:
        until(lambda: runner.ready(int(port)) is not None)
        usual = {"ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}"}  # what `--persist` writes
        done = wrapped.run("wrap", "--port", port, "claude", "ask", env=usual)
        assert (done.returncode, done.stdout, done.stderr) == (0, "200\n", "")
        assert runner.ready(int(port)) is not None
        proxy.terminate()
        proxy.wait(timeout=30)
    assert b"[headroom hr_" in provider.asked("/messages")[0].body


def test_a_server_that_is_no_proxy_of_ours_is_not_taken_for_one(provider: Scripted) -> None:
    assert runner.ready(provider.port) is None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert runner.ready(port) is None


@PROC
def test_another_users_server_is_never_taken_for_our_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert runner._owner_is_trusted(port)
        uid = os.getuid()
        monkeypatch.setattr(os, "getuid", lambda: uid + 1)
        assert runner._owner_is_trusted(port) is (uid == 0)  # the system's own are trusted
        monkeypatch.setattr(runner, "_TRUSTED", frozenset())
        assert not runner._owner_is_trusted(port)
    assert runner._owner_is_trusted(port)


def test_an_agent_that_is_not_installed_is_one_clear_error() -> None:
    with pytest.raises(ConfigError, match=r"aider: no such program on the PATH; is aider installed\?"):
        runner.program_of(AGENTS["aider"], {"PATH": "/nowhere"})


def test_a_web_proxy_of_the_environment_does_not_stand_before_ours() -> None:
    launch = Launch(env={"A": "b"})
    env = {"HTTP_PROXY": "http://p:1", "no_proxy": "x.example"}
    found = runner.environment(env, launch)
    assert found["no_proxy"] == "x.example,127.0.0.1,localhost,::1"
    assert found["NO_PROXY"] == "127.0.0.1,localhost,::1"
    assert runner.environment({}, launch) == {"A": "b"}
