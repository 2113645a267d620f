"""The tools over MCP: stdio for clients that start us, streamable HTTP for those that connect. Official SDK, 1.x and 2.x.

The low-level server of the SDK is used, because the schemas are written by hand: generated ones cost a session about
twice the tokens. Below stand `tools` and the SDK; above, the command line.

Over HTTP every request needs the per-install token, a `Host` that is allowed and, from a browser, an `Origin` that is:
the answers hold what the user's tools printed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

import uvicorn
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings

from headroom import _token
from headroom._version import __version__
from headroom.mcp.tools import Answer, Tool, Tools, UnknownToolError

__all__ = ["PATH", "http_app", "http_manager", "log_to_stderr", "make_server", "serve_http", "serve_stdio"]

PATH = "/mcp"
_NAME = "headroom"
_MAX_BODY = 64_000_000  # a text to be shortened comes in one request
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[_Scope, _Receive, _Send], Awaitable[None]]


def make_server(tools: Tools) -> Server[Any]:
    """The protocol's side of the tools, for any transport. Each call works in a thread; the event loop goes on."""
    described = [_described(tool) for tool in tools.tools]

    async def call(name: str, arguments: dict[str, Any] | None) -> types.CallToolResult:
        return _result(await asyncio.to_thread(tools.call, name, arguments))

    return _server_of(described, call)


class OneLine(logging.Formatter):
    """What the SDK logs, for a person: who speaks and what, without the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        why = f": {record.exc_info[1]!r}" if record.exc_info and record.exc_info[1] else ""
        return " ".join(f"headroom: {record.getMessage()}{why}".split())


def log_to_stderr() -> None:
    """Let the SDK's warnings be seen, one line each; for a process that does nothing but serve."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    logging.getLogger("mcp").addHandler(handler)


def serve_stdio(tools: Tools) -> None:
    """Serve the client that started us until it closes our stdin."""
    server = make_server(tools)

    async def serve() -> None:
        async with stdio_server() as (receiving, sending):
            await server.run(receiving, sending, server.create_initialization_options())

    asyncio.run(serve())


def http_app(manager: StreamableHTTPSessionManager, token: str | None) -> App:
    """The ASGI application: `PATH` for those who show the token; None asks for none.

    The manager's `run()` must be entered while it serves.
    """

    async def app(scope: _Scope, receive: _Receive, send: _Send) -> None:
        headers = {name.lower(): value for name, value in scope.get("headers", ())}
        shown = headers.get(b"authorization", b"").decode("latin-1")
        if scope["type"] != "http" or scope["path"] != PATH:
            await _refuse(send, 404, f"nothing here; the MCP server is at {PATH}")
        elif token is not None and not _token.matches(shown, token):
            await _refuse(
                send, 401, "send 'Authorization: Bearer …' with the token in the file that `headroom mcp --http` names"
            )
        else:
            await manager.handle_request(scope, receive, send)

    return app


def http_manager(tools: Tools, hosts: Sequence[str] = ()) -> StreamableHTTPSessionManager:
    """Sessions over HTTP. `hosts` are allowed in `Host` and `Origin` besides loopback, with any port."""
    allowed = [*_LOOPBACK, *hosts]
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[*allowed, *(f"{host}:*" for host in allowed)],
        allowed_origins=[
            f"{scheme}://{host}{port}" for scheme in ("http", "https") for host in allowed for port in ("", ":*")
        ],
    )
    return StreamableHTTPSessionManager(
        app=make_server(tools), security_settings=security, max_request_body_size=_MAX_BODY
    )


def serve_http(tools: Tools, sock: socket.socket, *, token: str | None, hosts: Sequence[str] = ()) -> None:
    """Serve on a bound socket until SIGINT or SIGTERM; requests under way are finished."""
    manager = http_manager(tools, hosts)
    config = uvicorn.Config(
        http_app(manager, token), log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=5
    )

    async def serve() -> None:
        async with manager.run():
            await uvicorn.Server(config).serve(sockets=[sock])

    asyncio.run(serve())


async def _refuse(send: _Send, status: int, why: str) -> None:
    body = why.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


# ------------------------------------------------------------------------------------------------------- to the protocol


def _described(tool: Tool) -> types.Tool:
    return types.Tool.model_validate(
        {
            "name": tool.name,
            "title": tool.title,
            "description": tool.description,
            "inputSchema": dict(tool.input_schema),
            "outputSchema": None if tool.output_schema is None else dict(tool.output_schema),
            "annotations": {
                "readOnlyHint": tool.read_only,
                "destructiveHint": False,
                "idempotentHint": True,
                "openWorldHint": False,
            },
        }
    )


def _result(answer: Answer) -> types.CallToolResult:
    return types.CallToolResult.model_validate(
        {
            "content": [{"type": "text", "text": _valid(answer.text)}],
            "structuredContent": None if answer.structured is None else dict(answer.structured),
            "isError": answer.is_error,
            "_meta": {"headroom": dict(answer.about)} if answer.about else None,
        }
    )


def _valid(text: str) -> str:
    """The text as the protocol's JSON can carry it: UTF-8 has no lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


_Call = Callable[[str, "dict[str, Any] | None"], Awaitable[types.CallToolResult]]

try:
    from mcp.shared.exceptions import MCPError
except ImportError:  # SDK 1.x: handlers are put into a table, by the type of the request
    from mcp.shared.exceptions import McpError  # type: ignore[attr-defined,unused-ignore]

    def _server_of(described: list[types.Tool], call: _Call) -> Server[Any]:
        server: Any = Server(_NAME, version=__version__)
        server_result: Any = types.ServerResult  # type: ignore[attr-defined,unused-ignore]

        async def on_list(_request: Any) -> Any:
            return server_result(types.ListToolsResult(tools=described))

        async def on_call(request: Any) -> Any:
            with _protocol_errors(lambda code, text: McpError(types.ErrorData(code=code, message=text))):
                return server_result(await call(request.params.name, request.params.arguments))

        server.request_handlers[types.ListToolsRequest] = on_list
        server.request_handlers[types.CallToolRequest] = on_call
        return server  # type: ignore[no-any-return]

else:

    def _server_of(described: list[types.Tool], call: _Call) -> Server[Any]:
        async def on_list(_context: Any, _params: Any) -> types.ListToolsResult:
            return types.ListToolsResult(tools=described)

        async def on_call(_context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
            with _protocol_errors(lambda code, text: MCPError(code=code, message=text)):
                return await call(params.name, params.arguments)

        return Server(_NAME, version=__version__, on_list_tools=on_list, on_call_tool=on_call)


@contextlib.contextmanager
def _protocol_errors(make: Callable[[int, str], Exception]) -> Any:
    try:
        yield
    except UnknownToolError as error:
        raise make(types.INVALID_PARAMS, str(error)) from error
