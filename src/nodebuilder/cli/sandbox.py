"""`nodebuilder sandbox`: the offline provider alone, for other programs that speak OpenAI's API."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Annotated, Final

import typer

from nodebuilder.cli.console import stdout
from nodebuilder.providers.sandbox.serving import serve_sandbox

app = typer.Typer()
KEY: Final = "sandbox"


@app.command()
def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on, on this machine only; 0 for any free one.")
    ] = 8001,
    key: Annotated[str, typer.Option(help="The key that callers must send.")] = KEY,
) -> None:
    """Serve the offline provider alone, like OpenAI's API.

    It draws by itself, needs no network and costs nothing. Serves until Ctrl+C.
    """
    asyncio.run(_serve(port, key))


async def _serve(port: int, key: str) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # on Windows, Ctrl+C ends the wait by itself
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, stopped.set)
    async with serve_sandbox(key, port) as url:
        for line in ("The sandbox is ready. Tell your program:", "", f"    OPENAI_BASE_URL={url}"):
            stdout.print(line, markup=False)
        stdout.print(f"    OPENAI_API_KEY={key}\n\nStop with Ctrl+C.", markup=False)
        await stopped.wait()
