"""MCP servers for tests: real programs over stdio, or over HTTP on loopback."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from nodebuilder.storage.mcp_servers import McpServer

HERE = Path(__file__).parent


def command(name: str, program: str, *arguments: str, **variables: str) -> McpServer:
    """A server that is started: `sdk` or `raw`; `variables` hold names of secrets."""
    return McpServer(
        name,
        command=sys.executable,
        arguments=(str(HERE / f"{program}.py"), *arguments),
        variables=variables,
        folder=str(HERE),
    )


@asynccontextmanager
async def over_http(*arguments: str, port: int = 0, **environment: str) -> AsyncIterator[str]:
    """Run the SDK's server over HTTP and give its URL."""
    port = port or free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "sdk.py"), "http", str(port), *arguments, env={**os.environ, **environment}
    )
    try:
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            break
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
