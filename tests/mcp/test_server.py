"""The server with the SDK's own client, over both transports. Written for both major versions of the SDK."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import (  # type: ignore[attr-defined,unused-ignore]  # its home differs
    create_mcp_http_client,
    streamable_http_client,
)

from headroom._token import install_token
from headroom.mcp import server
from tests.cli.program import LOG

ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def over_stdio(home: Path, cwd: Path) -> AsyncIterator[ClientSession]:
    env = {**os.environ, "HEADROOM_HOME": str(home), "PYTHONPATH": str(ROOT)}
    program = StdioServerParameters(command=sys.executable, args=["-m", "headroom", "mcp"], env=env, cwd=str(cwd))
    async with stdio_client(program) as streams, ClientSession(streams[0], streams[1]) as session:
        await session.initialize()
        yield session


@pytest.fixture
def address(home: Path, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """The real command on a free port."""
    env = {**os.environ, "HEADROOM_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "headroom", "mcp", "--http", "--port", "0"]
    running = subprocess.Popen(command, env=env, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    line = running.stderr.readline()
    assert "MCP at http://127.0.0.1:" in line, line + running.stderr.read()
    try:
        yield "127.0.0.1", int(line.split("127.0.0.1:")[1].split("/")[0])
    finally:
        running.send_signal(signal.SIGTERM)
        rest = running.stderr.read()
        running.stderr.close()
        assert running.wait(timeout=20) in (0, -signal.SIGTERM), rest
        assert "Traceback" not in rest


@asynccontextmanager
async def over_http(address: tuple[str, int]) -> AsyncIterator[ClientSession]:
    headers = {"authorization": f"Bearer {install_token()}"}
    url = f"http://{address[0]}:{address[1]}/mcp"
    async with (
        create_mcp_http_client(headers=headers) as http_client,
        streamable_http_client(url, http_client=http_client) as streams,
        ClientSession(streams[0], streams[1]) as session,
    ):
        await session.initialize()
        yield session


def _wire(result: Any) -> dict[str, Any]:
    """As the protocol spells it, whatever the SDK calls its attributes."""
    found: dict[str, Any] = result.model_dump(by_alias=True, mode="json", exclude_none=True)
    return found


async def _whole_session(session: ClientSession) -> None:
    listed = {tool["name"]: tool for tool in _wire(await session.list_tools())["tools"]}
    assert list(listed) == ["headroom_compress", "headroom_retrieve", "headroom_stats"]
    for name, tool in listed.items():
        assert tool["annotations"]["readOnlyHint"] is (name != "headroom_compress")
        assert tool["annotations"]["destructiveHint"] is tool["annotations"]["openWorldHint"] is False
        assert tool["inputSchema"]["type"] == "object"
    assert "outputSchema" in listed["headroom_stats"]

    short = _wire(await session.call_tool("headroom_compress", {"text": LOG}))
    assert not short.get("isError")
    kept = short["_meta"]["headroom"]["id"]
    assert short["content"][0]["text"].startswith(f"[headroom {kept} · 12 of 611 lines")
    part = _wire(await session.call_tool("headroom_retrieve", {"id": kept, "grep": "SPRING26"}))
    assert "coupon SPRING26 was used by account 7" in part["content"][0]["text"]
    stats = _wire(await session.call_tool("headroom_stats", {}))["structuredContent"]
    assert (stats["texts_compressed"], stats["retrievals"], stats["originals_kept"]) == (1, 1, 1)

    wrong = _wire(await session.call_tool("headroom_retrieve", {"id": "hr_000000000000"}))
    assert wrong["isError"]
    assert "hr_000000000000" in wrong["content"][0]["text"]
    missing = _wire(await session.call_tool("headroom_retrieve", {}))
    assert (missing["isError"], missing["content"][0]["text"]) == (True, "id is missing")
    with pytest.raises(Exception, match="unknown tool 'nothing'") as raised:  # the SDKs name the class differently
        await session.call_tool("nothing", {})
    assert raised.value.error.code == -32602  # type: ignore[attr-defined]


async def test_a_whole_session_over_stdio(home: Path, tmp_path: Path) -> None:
    async with over_stdio(home, tmp_path) as session:
        await _whole_session(session)


async def test_a_whole_session_over_http(address: tuple[str, int]) -> None:
    async with over_http(address) as session:
        await _whole_session(session)


async def test_over_stdio_files_of_the_folder_it_was_started_in_are_read(home: Path, tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(LOG)
    async with over_stdio(home, tmp_path) as session:
        found = _wire(await session.call_tool("headroom_compress", {"path": "app.log"}))
        assert found["content"][0]["text"].startswith("[headroom hr_")
        outside = _wire(await session.call_tool("headroom_compress", {"path": "/etc/hostname"}))
        assert outside["isError"]


async def test_what_was_stored_in_one_session_is_there_in_the_next(home: Path, tmp_path: Path) -> None:
    async with over_stdio(home, tmp_path) as session:
        short = _wire(await session.call_tool("headroom_compress", {"text": LOG}))
    async with over_stdio(home, tmp_path) as session:
        again = await session.call_tool("headroom_retrieve", {"id": short["_meta"]["headroom"]["id"], "lines": "611"})
    assert "SPRING26" in _wire(again)["content"][0]["text"]


async def test_several_calls_at_once_are_answered_each(address: tuple[str, int]) -> None:
    async with over_http(address) as session:
        texts = [LOG.replace("worker", f"runner{n}") for n in range(6)]
        found = await asyncio.gather(*(session.call_tool("headroom_compress", {"text": text}) for text in texts))
        assert len({_wire(one)["_meta"]["headroom"]["id"] for one in found}) == 6


def test_nothing_but_the_protocol_goes_to_stdout(home: Path, tmp_path: Path) -> None:
    first = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}},
    }
    lines = [json.dumps(first), "this is no JSON", '{"jsonrpc": "2.0", "id": 2, "method": "no/such"}', ""]
    env = {**os.environ, "HEADROOM_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "headroom", "mcp"]
    done = subprocess.run(
        command, input="\n".join(lines), capture_output=True, text=True, env=env, cwd=tmp_path, timeout=60, check=False
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    assert next(a for a in answers if a.get("id") == 1)["result"]["serverInfo"]["name"] == "headroom"


def _status(address: tuple[str, int], path: str = "/mcp", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(*address, timeout=20)
    with contextlib.closing(connection):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        given = {"content-type": "application/json", "accept": "application/json, text/event-stream", **headers}
        connection.request("POST", path, body, {name.replace("_", "-"): value for name, value in given.items()})
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_without_the_token_nothing_is_answered(address: tuple[str, int]) -> None:
    for given in ({}, {"authorization": "Bearer wrong"}):
        status, said = _status(address, **given)
        assert status == 401
        assert b"token" in said
    assert _status(address, path="/", authorization=f"Bearer {install_token()}")[0] == 404


def test_another_host_or_origin_is_refused_even_with_the_token(address: tuple[str, int]) -> None:
    token = f"Bearer {install_token()}"
    assert _status(address, authorization=token, host="evil.example:80")[0] == 421
    assert _status(address, authorization=token, origin="https://evil.example")[0] == 403


def test_a_port_that_is_taken_is_one_line(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "headroom", "mcp", "--http", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=home, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("headroom: cannot listen on 127.0.0.1:")
    assert done.stderr.count("\n") == 1


def test_lone_surrogates_can_be_sent() -> None:
    assert server._valid("a\udc80b") == "a\ufffdb"
    assert server._valid("ünï 🎉") == "ünï 🎉"
