"""Starts an agent with the proxy in between, waits for it, and leaves nothing behind.

    agent ── forwarder (a thread of this process) ── proxy (a process of its own) ── provider
                        └───────── when the proxy is gone ─────────┘

A proxy that runs on the given port already is used and left running. Otherwise one is started on a free port, in a
session of its own, so that Ctrl-C in the terminal does not reach it; it ends with this process, however that ends. The
agent has the terminal to itself: its standard streams are ours, signals go to it, its exit code is ours. When no proxy
can be started, the agent starts as it would have without us, and one line says why.

Below stand `agents`, `forwarder`, `journal`; above, the command line.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from headroom.exceptions import ConfigError
from headroom.wrap import edits
from headroom.wrap.agents import DEFAULTS, Agent, Launch, Provider, Route, Routing
from headroom.wrap.borrowed import borrowed, is_alive, put_back
from headroom.wrap.forwarder import Address, Counts, Forwarder, Upstream
from headroom.wrap.journal import Journal

__all__ = ["Options", "clean_up", "described", "environment", "files_of", "listens", "program_of", "ready", "run"]

_READY_SECONDS = 30.0
_END_SECONDS = 5.0
_LISTENING = re.compile(r"listening on http://(127\.0\.0\.1):(\d+)")
_RUNS = "runs"
_TRUSTED = frozenset({0})  # root can do everything anyway
_LOOPBACK = "127.0.0.1,localhost,::1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`port` is where a proxy may run already; `proxy_args` go to one that is started; `say` takes lines for the user;
    `start` runs the agent and gives its exit code.
    """

    home: Path
    env: Mapping[str, str]
    port: int
    proxy_args: tuple[str, ...] = ()
    say: Callable[[str], None]
    start: Callable[[Sequence[str], Mapping[str, str]], int] | None = None


def run(agent: Agent, args: Sequence[str], options: Options) -> int:
    """Run the agent with these arguments; returns its exit code, 128 + n where signal n ended it.

    Raises:
        ConfigError: the agent is not installed, or what it needs cannot be written.
    """
    program = program_of(agent, options.env)
    clean_up(options.home)
    with ExitStack() as stack:
        routing = agent.routing(options.env)
        if routing.why:
            options.say(f"{agent.name}: {routing.why}")
        address, counts = None, Counts()
        if routing.routes:
            address = stack.enter_context(_proxy(routing, options))
        addresses: dict[Provider, str] = {}
        if address is not None:
            ports = stack.enter_context(_forwarding(address, routing.routes, options.env, counts))
            addresses = {
                r.provider: f"http://127.0.0.1:{p}{r.suffix}" for r, p in zip(routing.routes, ports, strict=True)
            }
        launch = Launch()
        if addresses or not routing.routes:
            folder = options.home / _RUNS / str(os.getpid())
            launch = agent.launch(options.env, addresses, folder)
            stack.enter_context(files_of(launch, folder))
        stack.enter_context(borrowed(agent, options.env, Journal(options.home), options.say))
        start = options.start or _child
        code = start([program, *launch.args, *args], environment(options.env, launch))
        if counts.straight:
            why = "; ".join(f"{what} ({n}×)" if n > 1 else what for what, n in counts.faults.items())
            requests = "1 request" if counts.straight == 1 else f"{counts.straight} requests"
            options.say(f"{requests} went straight to the provider, unshortened: {why}")
    return code


def program_of(agent: Agent, env: Mapping[str, str]) -> str:
    """The agent's program. Raises ConfigError where it is not on the PATH."""
    for name in agent.programs:
        found = shutil.which(name, path=env.get("PATH"))
        if found:
            return found
    raise ConfigError(f"{' or '.join(agent.programs)}: no such program on the PATH; is {agent.name} installed?")


# ----------------------------------------------------------------------------------------------------------- the proxy


def ready(port: int) -> dict[str, Any] | None:
    """What a Headroom proxy on this port of loopback says about itself; None where none answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            found = json.loads(answer.read(100_000))
        except (OSError, ValueError, http.client.HTTPException):
            return None
    is_ours = answer.status == 200 and isinstance(found, dict) and {"status", "version"} <= found.keys()
    return found if is_ours else None


def listens(port: int) -> bool:
    """Whether anything takes connections on this port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


@contextmanager
def _proxy(routing: Routing, options: Options) -> Iterator[Address | None]:
    """A proxy for these routes: the one that runs, or one that ends with us. None: there is none to be had."""
    if _may_share(routing.routes, options) and ready(options.port) is not None:
        yield "127.0.0.1", options.port
        return
    args = [f"--{route.provider}-upstream={_not_ourselves(route, options.port)}" for route in routing.routes]
    command = [sys.executable, "-m", "headroom.wrap._child", "proxy", "--port=0", "--drain=5", "--log=none"]
    # All of it is one user's: what is kept can be read by the other commands, and outlives a key that is replaced.
    command.append("--namespace=default")
    process = subprocess.Popen(  # noqa: S603  # our own program
        [*command, *args, *options.proxy_args],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=dict(options.env),
        text=True,
        errors="replace",
        start_new_session=True,
    )
    assert process.stdin is not None
    try:
        address, said = _listening(process)
        if address is None:
            options.say(f"no proxy, so the agent starts without one: {said or 'it did not get ready in time'}")
        yield address
    finally:
        process.stdin.close()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stderr is not None
        process.stderr.close()


def _owner_is_trusted(port: int) -> bool:
    """Whether what listens on this port is ours or the system's: another user's server would be given our keys.

    Only Linux says who listens; elsewhere nobody is suspected.
    """
    owners = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            rows = [line.split() for line in Path(table).read_text(encoding="ascii").splitlines()[1:]]
            owners |= {int(row[7]) for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port}
    return not owners or owners <= {*_TRUSTED, os.getuid()}


def _may_share(routes: Sequence[Route], options: Options) -> bool:
    """Whether a proxy with default settings would do the same, and the one on the port can be trusted."""
    if not _owner_is_trusted(options.port):
        return False
    usual = all(_not_ourselves(route, options.port) == DEFAULTS[route.provider] for route in routes)
    return usual and not options.proxy_args


def _not_ourselves(route: Route, port: int) -> str:
    """The provider's address; where the user's own setting leads to our proxy, the one behind it."""
    if route.upstream.rstrip("/") in (f"http://127.0.0.1:{port}", f"http://localhost:{port}"):
        return DEFAULTS[route.provider]
    return route.upstream


def _listening(process: subprocess.Popen[str]) -> tuple[Address | None, str]:
    """Wait until the proxy answers; its address, or what it said last."""
    lines: deque[str] = deque(maxlen=20)
    found: list[int] = []
    news = threading.Event()

    def read() -> None:
        assert process.stderr is not None
        with contextlib.suppress(ValueError):  # closed while we read: the run is over
            for line in process.stderr:
                lines.append(line.strip())
                match = _LISTENING.search(line)
                if match:
                    found.append(int(match[2]))
                    news.set()
        news.set()

    threading.Thread(target=read, daemon=True).start()
    until = time.monotonic() + _READY_SECONDS
    news.wait(_READY_SECONDS)
    while found and process.poll() is None and time.monotonic() < until:
        if ready(found[0]) is not None:
            return ("127.0.0.1", found[0]), ""
    return None, lines[-1].removeprefix("headroom: ") if lines else ""


@contextmanager
def _forwarding(
    proxy: Address, routes: Sequence[Route], env: Mapping[str, str], counts: Counts
) -> Iterator[tuple[int, ...]]:
    """The forwarder in a thread of its own; gives the ports, one per route."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def wait(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    upstreams = [Upstream.at(route.upstream) for route in routes]
    serving = Forwarder(proxy, env, counts)

    async def listen() -> tuple[int, ...]:
        return tuple([await serving.listen(upstream) for upstream in upstreams])

    try:
        yield wait(listen())
    finally:
        wait(serving.close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


# ----------------------------------------------------------------------------------------------------------- the agent


def environment(env: Mapping[str, str], launch: Launch) -> dict[str, str]:
    """What the agent's process finds in its environment."""
    changed = {**env, **launch.env}
    if any(name.lower() in ("http_proxy", "all_proxy") and value for name, value in env.items()):
        for name in ("NO_PROXY", "no_proxy"):  # a web proxy cannot reach our loopback
            changed[name] = ",".join(filter(None, (env.get(name), _LOOPBACK)))
    return changed


def _child(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a program in our place, as far as terminal, signals and exit code go."""
    process: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def passed_on(number: int, _frame: FrameType | None) -> None:
        if process is None:
            early.append(number)
        elif process.poll() is None:
            process.send_signal(number)

    def ignored(_number: int, _frame: FrameType | None) -> None:
        """The terminal sends these to the agent as well; what becomes of it is for the agent to say."""

    # Functions, not SIG_IGN, which the agent would inherit.
    handlers = {"SIGINT": ignored, "SIGQUIT": ignored, "SIGTERM": passed_on, "SIGHUP": passed_on}
    known = {getattr(signal, name): handler for name, handler in handlers.items() if hasattr(signal, name)}
    before = {number: signal.signal(number, handler) for number, handler in known.items()}
    try:
        process = subprocess.Popen(list(command), env=dict(env))  # noqa: S603  # the program that the user named
        for number in early:
            process.send_signal(number)
        code = process.wait()
    except OSError as error:
        raise ConfigError(f"{command[0]} cannot be started: {error.strerror}") from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


@contextmanager
def files_of(launch: Launch, folder: Path) -> Iterator[None]:
    """The files of a run, in its folder, while it lasts; `clean_up` removes what a killed run left."""
    try:
        for name, text in launch.files.items():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # other runs are under way
            folder.parent.rmdir()


def clean_up(home: Path) -> None:
    """Remove what runs that were killed have left: files of theirs, and settings that they had borrowed.

    Raises:
        ConfigError: a file cannot be put back.
    """
    put_back(Journal(home))
    for folder in (home / _RUNS).glob("*"):
        if not is_alive(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        (home / _RUNS).rmdir()


# ---------------------------------------------------------------------------------------------------------- in words


def described(agent: Agent, args: Sequence[str], options: Options) -> str:
    """What `run` would do, for a person. Starts nothing and writes nothing."""
    routing = agent.routing(options.env)
    lines = [
        f"start      {' '.join([program_of(agent, options.env), '…', *args] if args else [program_of(agent, options.env)])}"
    ]
    if routing.why:
        lines.append(f"note       {routing.why}")
    if routing.routes:
        runs = _may_share(routing.routes, options) and ready(options.port) is not None
        lines.append(f"proxy      {f'the one on port {options.port}' if runs else 'one of its own, for this run'}")
        lines += [f"provider   {r.provider}: {_not_ourselves(r, options.port)}{r.suffix}" for r in routing.routes]
    addresses: dict[Provider, str] = {r.provider: f"http://127.0.0.1:PORT{r.suffix}" for r in routing.routes}
    launch = agent.launch(options.env, addresses, options.home / _RUNS / "PID")
    lines += [f"variable   {name}={value}" for name, value in launch.env.items()]
    lines += [f"arguments  {' '.join(launch.args)}"] if launch.args else []
    lines += [f"file       {options.home / _RUNS / 'PID' / name}: {text}" for name, text in launch.files.items()]
    text = "".join(f"{line}\n" for line in lines)
    return text + "".join(edits.difference(planned) for planned in agent.borrow(options.env))
