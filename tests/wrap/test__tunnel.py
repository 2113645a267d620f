from __future__ import annotations

import asyncio
import base64
import datetime as dt
import ipaddress
import ssl
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from headroom.wrap import _tunnel


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"got " + await reader.readline())
    await writer.drain()
    writer.close()


async def _asks(host: str, port: int, env: Mapping[str, str], *, tls: bool = False) -> bytes:
    reader, writer = await _tunnel.connect(host, port, tls=tls, env=env)
    writer.write(b"hello\n")
    found = await reader.read()
    writer.close()
    await writer.wait_closed()
    return found


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, none))
    return files


async def test_a_plain_connection() -> None:
    async with await asyncio.start_server(_echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await _asks("127.0.0.1", port, {}) == b"got hello\n"


async def test_tls_trusts_whom_the_environment_names_and_nobody_else(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    async with await asyncio.start_server(_echo, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        env = {"NODE_EXTRA_CA_CERTS": str(certificate)}
        assert await _asks("127.0.0.1", port, env, tls=True) == b"got hello\n"
        with pytest.raises(ssl.SSLCertVerificationError):
            await _asks("127.0.0.1", port, {}, tls=True)


async def test_a_web_proxy_is_asked_to_connect_with_its_password() -> None:
    asked: list[bytes] = []

    async def web_proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n")
        await _echo(reader, writer)

    async with await asyncio.start_server(web_proxy, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        env = {"http_proxy": f"http://me:p%40ss@127.0.0.1:{port}"}
        assert await _asks("api.example", 8443, env) == b"got hello\n"
    assert asked[0].startswith(b"CONNECT api.example:8443 HTTP/1.1\r\nHost: api.example:8443\r\n")
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"me:p@ss") in asked[0]


@pytest.mark.parametrize("said", [b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", b""])
async def test_a_web_proxy_that_refuses_is_an_error(said: bytes) -> None:
    async def web_proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(web_proxy, "127.0.0.1", 0) as server:
        env = {"HTTP_PROXY": f"127.0.0.1:{server.sockets[0].getsockname()[1]}"}
        with pytest.raises(OSError, match=r"the web proxy refused: (HTTP/1\.1 407|no answer)"):
            await _asks("api.example", 443, env)


async def test_a_kind_of_web_proxy_that_is_not_spoken_is_named_without_its_password() -> None:
    with pytest.raises(OSError, match=r"socks5://127\.0\.0\.1 is of a kind"):
        await _asks("api.example", 443, {"ALL_PROXY": "socks5://me:secret@127.0.0.1:1080"}, tls=True)


@pytest.mark.parametrize(
    ("env", "tls", "found"),
    [
        ({}, True, None),
        ({"HTTPS_PROXY": "http://p:1"}, True, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1"}, False, None),
        ({"all_proxy": "p:1"}, True, "http://p:1"),
        ({"https_proxy": "http://p:1", "no_proxy": "other, .example"}, True, None),
        ({"https_proxy": "http://p:1", "NO_PROXY": "ample"}, True, "http://p:1"),
        ({"https_proxy": "http://p:1", "NO_PROXY": "*"}, True, None),
        ({"https_proxy": ""}, True, None),
    ],
)
def test_which_web_proxy_the_environment_means(env: dict[str, str], tls: bool, found: str | None) -> None:
    assert _tunnel.web_proxy("api.example", env, tls=tls) == found
