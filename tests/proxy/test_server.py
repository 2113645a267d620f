"""The command as its own process: signals, workers, the token, the port."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headroom.exceptions import ConfigError
from headroom.proxy import server
from headroom.proxy.settings import ProxySettings
from tests.proxy.rig import PATHS, chat, exchange, log_text, request, running_origin, split, streamed, whole


@contextlib.contextmanager
def command(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`headroom proxy` on a free port, and the port once it is ready."""
    arguments = [sys.executable, "-m", "headroom", "proxy", "--port", "0", "--log", str(home / "log"), *options]
    environment = {**os.environ, "HEADROOM_HOME": str(home)}
    with subprocess.Popen(arguments, env=environment, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"listening on http://127\.0\.0\.1:(\d+)", line)
        assert found is not None, line
        try:
            assert json.loads(split(exchange(int(found[1]), request("GET", "/readyz")))[2])["status"] == "ok"
            yield process, int(found[1])
        finally:
            process.terminate()
            process.wait(30)


def test_the_command_serves_and_reads_originals_with_the_installations_token(tmp_path: Path) -> None:
    with running_origin(whole({"ok": True})) as origin, command(tmp_path, "--openai-upstream", origin.url) as (_, port):
        exchange(port, request("POST", PATHS["chat"][0], json.dumps(chat(log_text())).encode()))
        found = re.search(rb"hr_[0-9a-f]{12}", origin.received[-1].body)
        assert found is not None
        path = f"/v1/retrieve/{found[0].decode()}"
        token = (tmp_path / "token").read_text().strip()
        assert (tmp_path / "token").stat().st_mode & 0o077 == 0
        assert split(exchange(port, request("GET", path)))[0] == 401
        status, _, body = split(exchange(port, request("GET", path, b"", f"Authorization: Bearer {token}")))
        assert (status, json.loads(body)["original_content"]) == (200, log_text())


def test_requests_that_have_begun_finish_after_sigterm(tmp_path: Path) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()
    events = [b'data: {"choices": []}\n\n', b"data: [DONE]\n\n"]
    head, first, last, end = streamed(*events)
    pieces = [head, first, begun.release, lambda: go_on.wait(20), last, end]
    with running_origin(pieces) as origin, contextlib.ExitStack() as stack:
        process, port = stack.enter_context(command(tmp_path, "--openai-upstream", origin.url))
        clients = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20)) for _ in range(8)]
        for number, client in enumerate(clients):
            client.sendall(request("POST", PATHS["chat"][0], json.dumps(chat(log_text(number), stream=True)).encode()))
        for _ in clients:
            assert begun.acquire(timeout=20)
        process.send_signal(signal.SIGTERM)
        refused = False
        while not refused:  # the port is closed at once
            try:
                socket.create_connection(("127.0.0.1", port), timeout=20).close()
            except OSError:
                refused = True
        assert process.poll() is None
        go_on.set()
        for client in clients:
            assert split(b"".join(iter(lambda client=client: client.recv(65536), b"")))[2] == b"".join(events)  # type: ignore[misc]
        process.wait(30)


def test_workers_share_a_port_and_send_the_same_and_one_that_dies_is_replaced(tmp_path: Path) -> None:
    with running_origin(whole({"ok": True})) as origin:  # noqa: SIM117
        with command(tmp_path, "--openai-upstream", origin.url, "--workers", "2") as (process, port):
            raw = request("POST", PATHS["chat"][0], json.dumps(chat(log_text())).encode())
            for _ in range(12):
                exchange(port, raw)
            assert len({received.body for received in origin.received}) == 1
            while _asked(port) != (2, 12) or _written(tmp_path) != 12:  # whichever is asked, all are counted
                pass
            children = _children(process.pid)
            os.kill(children[0], signal.SIGKILL)
            while len(_children(process.pid)) < 2 or children[0] in _children(process.pid):
                pass
            assert split(exchange(port, raw))[0] == 200
            while _asked(port) != (2, 13):
                pass
            process.terminate()
            assert process.wait(30) in {0, -signal.SIGTERM}


def _asked(port: int) -> tuple[int, float]:
    """The number of workers, and of requests that they have passed on."""
    found = json.loads(split(exchange(port, request("GET", "/stats")))[2])
    return found["workers"], found.get("requests", {}).get("chat_completions 200", 0)


def _written(home: Path) -> float:
    """The number of requests that are counted even if all workers are killed."""
    rows = [row for file in home.glob("workers-*/*.json") for row in json.loads(file.read_text())]
    counts: list[float] = [value for _, _, labels, value in rows if ["route", "chat_completions"] in labels]
    return sum(counts)


def _children(pid: int) -> list[int]:
    """The workers below a process; the helper that Python starts for spawned processes is none."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    found = []
    for child in text.split():
        with contextlib.suppress(OSError):
            if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text():
                found.append(int(child))
    return found


def test_workers_end_with_the_process_above_them_however_that_ends(tmp_path: Path) -> None:
    with command(tmp_path, "--workers", "2") as (process, port):
        process.kill()
        process.wait(30)
        free = False
        while not free:  # until nobody holds the port any more
            with contextlib.suppress(ConfigError), server.listen("127.0.0.1", port):
                free = True


DIES = """
import os
from headroom.proxy import server
from headroom.proxy.settings import ProxySettings

class Dies:
    def __reduce__(self):
        return os._exit, (3,)

with server.listen("127.0.0.1", 0) as sock:
    server.serve_many(server.Served(ProxySettings(keep=Dies(), log=None), 1), sock, 2)
"""


def test_workers_that_cannot_start_are_given_up(tmp_path: Path) -> None:
    environment = {**os.environ, "HEADROOM_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", DIES], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "HeadroomError: workers end as soon as they have started" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_opened_is_an_error_before_any_worker_starts() -> None:
    served = server.Served(ProxySettings(log="/dev/null/log"), 1)
    with server.listen("127.0.0.1", 0) as sock, pytest.raises(ConfigError, match="cannot be opened"):
        server.serve_many(served, sock, 2)


def test_a_port_that_is_taken_is_an_error_in_one_line() -> None:
    with server.listen("127.0.0.1", 0) as sock:
        assert sock.proto == socket.IPPROTO_TCP
        with pytest.raises(ConfigError, match=r"cannot listen on 127\.0\.0\.1 port"):
            server.listen("127.0.0.1", sock.getsockname()[1])


def test_what_the_server_says_becomes_a_line_of_the_log(tmp_path: Path) -> None:
    import logging

    handler = server._Lines(str(tmp_path / "log"))
    fault: Any = ZeroDivisionError("content")
    handler.emit(logging.LogRecord("uvicorn.error", 40, "", 0, "It failed\n", None, (type(fault), fault, None)))
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert json.loads(line).items() >= {"event": "server", "message": "It failed", "fault": "ZeroDivisionError"}.items()
    handler._log.close()
