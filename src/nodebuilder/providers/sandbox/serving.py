"""Serving the sandbox by itself on loopback, for `nodebuilder sandbox` and for runs without a server."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Generator
from typing import Final

import uvicorn

from nodebuilder.errors import SettingsError
from nodebuilder.providers.sandbox.app import sandbox_app

HOST: Final = "127.0.0.1"


class _Server(uvicorn.Server):
    """A server inside another program: signals are that program's business."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@contextlib.asynccontextmanager
async def serve_sandbox(key: str, port: int = 0) -> AsyncGenerator[str]:
    """Serve the sandbox while the block lasts and give its base URL; port 0 is any free one.

    Raises:
        SettingsError: the port is taken.
    """
    with _listening(port) as listener:
        config = uvicorn.Config(
            sandbox_app(key), log_config=None, lifespan="off", access_log=False, timeout_graceful_shutdown=1
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await server.ready.wait()
        try:
            yield f"http://{HOST}:{listener.getsockname()[1]}/v1"
        finally:
            server.should_exit = True
            await serving


@contextlib.contextmanager
def _listening(port: int) -> Generator[socket.socket]:
    """Take a port of this computer."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except OSError as error:
            raise SettingsError(
                f"Port {port} of {HOST} cannot be used: {error.strerror}.",
                "Choose another port, or 0 for any free one.",
            ) from error
        yield listener
