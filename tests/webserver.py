"""A raw HTTP server on loopback that counts connections and answers as it is told, byte for byte.

async with WebServer() as server:
    server.say("/", b"HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\nhi")
    ... f"http://localhost:{server.port}/" ...
    assert server.connections == 1
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Heard:
    """A request as it came over the wire."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Said = bytes | Callable[[Heard], AsyncIterator[bytes]]


def http(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """Return an answer as bytes; `content_type` becomes `content-type`."""
    lines = {"content-length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode("latin-1") + body


class WebServer:
    """The server: `requests` is what it heard, `connections` how often somebody connected at all."""

    def __init__(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Heard] = []
        self.connections = 0
        self.port = 0
        self.names: list[str | None] = []
        self._said: dict[str, Said] = {}
        self._host = host
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        if tls is not None:
            tls.sni_callback = lambda _, name, __: self.names.append(name)

    @property
    def place(self) -> str:
        return f"{self._host}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.place}"

    def say(self, path: str, answer: Said) -> None:
        """Answer requests for `path` with these bytes, or with what the function yields."""
        self._said[path] = answer

    async def __aenter__(self) -> WebServer:
        self._server = await asyncio.start_server(self._connection, self._host, 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._answer(await self._hear(reader), writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._open.discard(task)
            with contextlib.suppress(ConnectionError):
                writer.close()

    async def _hear(self, reader: asyncio.StreamReader) -> Heard:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, path, _ = first.split(" ")
        heard = Heard(method, path, headers, body)
        self.requests.append(heard)
        return heard

    async def _answer(self, heard: Heard, writer: asyncio.StreamWriter) -> None:
        said = self._said.get(heard.path.partition("?")[0], http(404, b"nothing here"))
        if isinstance(said, bytes):
            writer.write(said)
            await writer.drain()
            return
        async for chunk in said(heard):
            writer.write(chunk)
            await writer.drain()


def certificate(folder: Path, *names: str, days: int = 1) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the TLS of a server whose certificate is for `names`, and that of a client who trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=3))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = signed.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "tests.pem").write_bytes(pem + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "tests.pem")
    client = ssl.create_default_context(cadata=pem.decode())
    return server, client
