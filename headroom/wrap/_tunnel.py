"""A connection to a provider the way that the agent's own client would take: certificates and proxies of the environment.

Needed only when our proxy is gone; plain sockets and `ssl`, so that it costs nothing until then.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

__all__ = ["connect", "web_proxy"]

_SECONDS = 15.0
_HEAD_LIMIT = 64 * 1024


async def connect(
    host: str, port: int, *, tls: bool, env: Mapping[str, str]
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection.

    Raises:
        OSError, ssl.SSLError, asyncio.TimeoutError: it cannot be had.
    """
    sock = await asyncio.to_thread(_socket, host, port, web_proxy(host, env, tls=tls))
    try:
        context = _context(env) if tls else None
        opened = asyncio.open_connection(sock=sock, ssl=context, server_hostname=host if tls else None)
        return await asyncio.wait_for(opened, _SECONDS)
    except BaseException:
        sock.close()
        raise


def web_proxy(host: str, env: Mapping[str, str], *, tls: bool) -> str | None:
    """The URL of the web proxy that requests to this host go through, by the environment."""
    lower = {name.lower(): value for name, value in env.items() if value}
    kind = "https_proxy" if tls else "http_proxy"
    found = lower.get(kind) or lower.get("all_proxy")
    if not found or _bypassed(host, lower.get("no_proxy", "")):
        return None
    return found if "://" in found else f"http://{found}"


def _bypassed(host: str, listed: str) -> bool:
    """Whether NO_PROXY names the host or a domain above it."""
    names = [name.strip().lower().lstrip("*").lstrip(".") for name in listed.split(",")]
    return "*" in listed.split(",") or any(name and f".{host.lower()}".endswith(f".{name}") for name in names)


def _socket(host: str, port: int, proxy: str | None) -> socket.socket:
    """A connected socket; through a web proxy by CONNECT."""
    if proxy is None:
        return _non_blocking(socket.create_connection((host, port), _SECONDS))
    parts = urlsplit(proxy)
    if parts.scheme != "http" or not parts.hostname:
        raise OSError(f"the web proxy {parts.scheme}://{parts.hostname} is of a kind that is not spoken here")
    sock = socket.create_connection((parts.hostname, parts.port or 80), _SECONDS)
    try:
        _ask_for(sock, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", parts.username, parts.password)
    except BaseException:
        sock.close()
        raise
    return _non_blocking(sock)


def _ask_for(sock: socket.socket, target: str, user: str | None, password: str | None) -> None:
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if user:
        shown = f"{unquote(user)}:{unquote(password or '')}"
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(shown.encode()).decode()}")
    sock.sendall("\r\n".join([*lines, "", ""]).encode())
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _HEAD_LIMIT:
        more = sock.recv(1)  # not a byte of what comes after the head may be taken
        if not more:
            break
        head += more
    status = head.partition(b"\r\n")[0].decode("latin-1")
    if status.split(" ")[1:2] != ["200"]:
        raise OSError(f"the web proxy refused: {status or 'no answer'}")


def _non_blocking(sock: socket.socket) -> socket.socket:
    sock.setblocking(False)
    return sock


def _context(env: Mapping[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    extra = env.get("NODE_EXTRA_CA_CERTS")  # what agents on Node are told of a company's own authority
    if extra:
        context.load_verify_locations(cafile=extra)
    return context
