"""Running the proxy: one process, or several that share a socket. Below stand uvicorn and the application.

A worker is an ordinary process of its own; workers share nothing but the socket and the store. SIGTERM ends the listening
at once, lets requests that have begun finish, and then ends the process.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType

import uvicorn

from headroom import config
from headroom.exceptions import ConfigError, HeadroomError
from headroom.proxy import _figures
from headroom.proxy._log import JsonLog
from headroom.proxy._tunnel import Tunnel
from headroom.proxy.app import Proxy
from headroom.proxy.settings import ProxySettings

_BACKLOG = 2048
_KEEP_ALIVE = 75
_STARTED_SECONDS = 10.0
_TRIES = 3
"""Starts in a row, for each worker, that may end within `_STARTED_SECONDS`. Then clients are refused, and know it."""
_SWITCH_SECONDS = 0.001
"""How long a thread that shortens may keep the event loop waiting; Python's default is five times as much."""


@dataclass(frozen=True, slots=True)
class Served:
    """What a worker is given; can be sent to another process. `drain` is how long requests may take to finish; `figures`
    is a folder for what several workers count.
    """

    settings: ProxySettings
    drain: int
    figures: Path | None = None


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.

    Raises:
        ConfigError: it cannot be had.
    """
    sock: socket.socket | None = None
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        # The protocol is named, because asyncio switches Nagle's algorithm off (40 ms a request) only where it is.
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(_BACKLOG)
        return sock
    except OSError as e:
        if sock is not None:
            sock.close()
        raise ConfigError(f"cannot listen on {host} port {port}: {e.strerror or e}") from e


def serve(served: Served, sock: socket.socket) -> None:
    """Answer requests until a signal ends it, or the process above that would pass one on has gone."""
    above = multiprocessing.parent_process()
    if above is not None:
        threading.Thread(target=_end_with, args=(above.sentinel,), daemon=True).start()
    sys.setswitchinterval(_SWITCH_SECONDS)
    log = logging.getLogger("uvicorn")
    log.addHandler(_Lines(served.settings.log))
    log.propagate = False
    server = uvicorn.Config(
        Proxy(served.settings, served.figures),
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        lifespan="on",
        loop="asyncio",
        ws=Tunnel,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=served.drain,
    )
    uvicorn.Server(server).run(sockets=[sock])


def _end_with(sentinel: int) -> None:
    """A worker that is left alone would hold the port, and nobody could start a new proxy there."""
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


def serve_many(served: Served, sock: socket.socket, workers: int) -> None:
    """The same with several processes; one that dies is replaced, and meanwhile connections wait.

    Raises:
        ConfigError: the log cannot be opened.
        HeadroomError: workers end again and again as soon as they have started.
    """
    JsonLog(served.settings.log).close()
    with tempfile.TemporaryDirectory(prefix="workers-", dir=config.home()) as folder:
        _supervise(replace(served, figures=Path(folder)), Path(folder), sock, workers)


def _supervise(served: Served, figures: Path, sock: socket.socket, workers: int) -> None:
    stop = threading.Event()

    def ended(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        for process in processes:
            process.terminate()

    context = multiprocessing.get_context("spawn")
    processes: list[SpawnProcess] = []
    began: dict[SpawnProcess, float] = {}
    failed = 0
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, ended)
    while not stop.is_set():
        while len(processes) < workers and not stop.is_set():
            process = context.Process(target=serve, args=(served, sock))
            process.start()
            processes.append(process)
            began[process] = time.monotonic()
        wait([process.sentinel for process in processes], timeout=1)
        gone = [process for process in processes if not process.is_alive()]
        for process in gone:
            process.join()
            processes.remove(process)
            _figures.ended(figures, process.pid or 0)
            failed = failed + 1 if time.monotonic() < began.pop(process) + _STARTED_SECONDS else 0
            if failed >= _TRIES * workers:
                stop.set()
        if gone:
            stop.wait(1)  # a worker that cannot start is not started a thousand times
    for process in processes:
        process.terminate()  # one that was being started when the signal came
        process.join()
    if failed >= _TRIES * workers:
        raise HeadroomError("workers end as soon as they have started; what they said of it stands above")


class _Lines(logging.Handler):
    """The server's warnings as lines of our log."""

    def __init__(self, target: str | None) -> None:
        super().__init__(logging.WARNING)
        self._log = JsonLog(target)

    def emit(self, record: logging.LogRecord) -> None:
        fault = type(record.exc_info[1]).__name__ if record.exc_info and record.exc_info[1] else ""
        self._log.write("server", message=record.getMessage().strip(), fault=fault)
