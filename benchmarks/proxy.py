"""What the proxy adds: latency, throughput, memory, time to be ready. Everything in one run, interleaved, on loopback.

    python benchmarks/proxy.py [--requests 200] [--seconds 5] [--workers 1]

A provider that answers at once stands behind three ways: straight; through `headroom proxy`; and through a bare
pass-through of Starlette and httpx that does nothing else. Requests take turns over the ways, so a busy machine hits all of
them alike. Latency is wall time, one request at a time, on kept connections.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

ANSWER = json.dumps({"choices": [{"message": {"role": "assistant", "content": "ok"}}], "usage": {"total_tokens": 1}})
ORIGIN = f"""
import asyncio
ANSWER = {ANSWER!r}.encode()
HEAD = b"HTTP/1.1 200 OK\\r\\ncontent-type: application/json\\r\\ncontent-length: %d\\r\\n\\r\\n" % len(ANSWER)
async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            size = int(head.lower().split(b"content-length:")[1].split(b"\\r\\n")[0])
            await reader.readexactly(size)
            writer.write(HEAD + ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(__import__("sys").argv[1]), backlog=256)
    await server.serve_forever()
asyncio.run(main())
"""
BARE = """
import sys, httpx, uvicorn
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route
client = httpx.AsyncClient(limits=httpx.Limits(max_connections=None), timeout=None)
async def relay(request):
    headers = [(k, v) for k, v in request.headers.raw if k not in (b"host", b"connection")]
    sent = client.build_request("POST", sys.argv[2] + request.url.path, headers=headers, content=await request.body())
    answer = await client.send(sent, stream=True)
    return StreamingResponse(answer.aiter_raw(), answer.status_code, dict(answer.headers), background=None)
app = Starlette(routes=[Route("/{path:path}", relay, methods=["POST"])])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False, loop="asyncio", http="h11")
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port


def body(text: str, number: int) -> bytes:
    """A chat request with one tool result, different each time."""
    call = {"id": "c1", "type": "function", "function": {"name": "read_log", "arguments": "{}"}}
    tool = {"type": "function", "function": {"name": "read_log", "parameters": {"type": "object"}}}
    messages = [
        {"role": "user", "content": f"Question {number}: why was a job not done?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": text},
    ]
    return json.dumps({"model": "gpt-4o", "messages": messages, "tools": [tool]}).encode()


def small(number: int) -> bytes:
    """A short question and a short result."""
    return body(f"done {number}", number)


def fresh(number: int) -> bytes:
    """A tool's output of 200 kB that nobody has seen before."""
    rows = [
        f"2026-03-0{number % 9 + 1}T{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}.{n * 7 % 1000:03d} "
        f"{'INFO' if n % 97 else 'WARN'} worker-{n % 13} request {number}-{n} took {n * 31 % 900} ms status {200 + n % 5}"
        for n in range(2_500)
    ]
    return body("\n".join(rows), number)


@asynccontextmanager
async def started(*command: str) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A process of its own."""
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(command, env={**os.environ, "HEADROOM_HOME": home}, stderr=subprocess.DEVNULL)  # noqa: ASYNC220, S603, TID251
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


async def ready(port: int, path: str = "/") -> float:
    """Seconds until something answers."""
    began = time.perf_counter()
    async with httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(f"http://127.0.0.1:{port}{path}", timeout=10)
                return time.perf_counter() - began
            except httpx.TransportError:
                await asyncio.sleep(0.01)


def memory(process: subprocess.Popen[bytes]) -> float:
    """Resident megabytes."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def cpu(process: subprocess.Popen[bytes]) -> float:
    """Seconds of processor time so far: what a busy machine does not change."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def latency(ports: dict[str, int], make: object, count: int) -> dict[str, list[float]]:
    """Milliseconds of each request, by the way that it went."""
    found: dict[str, list[float]] = {name: [] for name in ports}
    async with httpx.AsyncClient(timeout=60) as client:
        for number in range(count + 10):
            data = make(number)  # type: ignore[operator]
            for name, port in ports.items():
                began = time.perf_counter()
                answer = await client.post(f"http://127.0.0.1:{port}/v1/chat/completions", content=data)
                took = (time.perf_counter() - began) * 1000
                answer.raise_for_status()
                if number >= 10:  # the first ones open connections
                    found[name].append(took)
    return found


async def throughput(port: int, seconds: float, clients: int = 16) -> float:
    """Small requests a second with so many clients."""
    done, ends = 0, 0.0

    async def one(number: int) -> None:
        nonlocal done
        while time.perf_counter() < ends:
            answer = await client.post(f"http://127.0.0.1:{port}/v1/chat/completions", content=small(number))
            answer.raise_for_status()
            done += 1

    async with httpx.AsyncClient(timeout=60) as client:
        began = time.perf_counter()
        ends = began + seconds
        await asyncio.gather(*(one(n) for n in range(clients)))
    return done / (time.perf_counter() - began)


def added(found: dict[str, list[float]], name: str) -> str:
    """What a way adds to the same request sent straight."""
    more = sorted(a - b for a, b in zip(found[name], found["straight"], strict=True))
    return f"p50 {statistics.median(more):6.2f} ms   p99 {more[int(len(more) * 0.99) - 1]:6.2f} ms"


async def main(args: Sequence[str]) -> None:
    """Run it all and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=5)
    given = parser.parse_args(args)
    ports = {"straight": free_port(), "bare": free_port(), "headroom": free_port()}
    url = f"http://127.0.0.1:{ports['straight']}"
    proxy = (sys.executable, "-m", "headroom", "proxy", "--port", str(ports["headroom"]), "--openai-upstream", url)
    async with (
        started(sys.executable, "-c", textwrap.dedent(ORIGIN), str(ports["straight"])),
        started(sys.executable, "-c", textwrap.dedent(BARE), str(ports["bare"]), url) as plain,
    ):
        async with httpx.AsyncClient() as client:  # noqa: F841  # imports and certificates are loaded now
            await ready(ports["bare"])
        async with started(*proxy, "--log", "none", "--idle-after", "0") as process:
            waited = await ready(ports["headroom"], "/readyz")
            print(f"ready after          {waited:6.2f} s, {cpu(process):.2f} s of processor time")
            print(f"memory, idle         {memory(process):6.0f} MB")
            for title, make, count in (
                ("small request", small, given.requests),
                ("fresh 200 kB", fresh, given.requests // 4),
            ):
                before = cpu(process), cpu(plain)
                found = await latency(ports, make, count)
                ours, bare = ((cpu(p) - b) / (count + 10) * 1000 for p, b in zip((process, plain), before, strict=True))
                print(f"{title:20} straight p50 {statistics.median(found['straight']):6.2f} ms")
                print(f"  headroom adds      {added(found, 'headroom')}   processor {ours:6.2f} ms")
                print(f"  bare adds          {added(found, 'bare')}   processor {bare:6.2f} ms")
            print(f"memory, after that   {memory(process):6.0f} MB")
            rates: dict[str, list[float]] = {"bare": [], "headroom": []}
            for _ in range(3):
                for name, seen in rates.items():
                    seen.append(await throughput(ports[name], given.seconds / 3))
            bare, ours = (statistics.median(seen) for seen in rates.values())
            print(f"16 clients           headroom {ours:6.0f}/s   bare {bare:6.0f}/s   ratio {ours / bare:.2f}")
            print(f"memory, under load   {memory(process):6.0f} MB")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
