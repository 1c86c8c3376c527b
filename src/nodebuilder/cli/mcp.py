"""`nodebuilder mcp`: what is published, for the host that began this program; stdout carries the protocol alone."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path
from typing import Annotated

import typer

from nodebuilder.cli.console import log_to_stderr
from nodebuilder.cli.flow_file import read_workflow
from nodebuilder.cli.options import DataDir, NodesDir, Sandbox
from nodebuilder.house import House, open_house
from nodebuilder.house.hosting import Hosting
from nodebuilder.interop.mcp.stdio import forward_stdio, serve_stdio
from nodebuilder.settings import Settings, load_settings
from nodebuilder.storage.lock import ServerLock
from nodebuilder.workflow.model import Workflow

app = typer.Typer()
Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE", help="Workflows to be tools beside those that are saved and published."),
]
Tools = Annotated[
    list[str] | None,
    typer.Option("--tool", metavar="TYPE", help="Publish this type of tool node, too; may be repeated."),
]


@app.command()
def mcp(
    files: Files = None,
    tools: Tools = None,
    data_dir: DataDir = None,
    nodes_dir: NodesDir = None,
    sandbox: Sandbox = False,
) -> None:
    """Serve what is published to Claude and other MCP hosts.

    It speaks the protocol on standard input and output, as hosts expect of a program that they start. When a server has
    the data folder, everything is passed on to that server.
    """
    settings = load_settings(data_dir=data_dir, nodes_dir=nodes_dir, sandbox=sandbox or None)
    if tools:
        settings = settings.model_copy(update={"published_tools": (*settings.published_tools, *tools)})
    log_to_stderr("warning")
    url = "" if files or tools else ServerLock(settings.data_dir).server_url()
    workflows = {workflow_id(path): read_workflow(path, settings) for path in files or []}
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_forward(url, settings) if url else _serve(settings, workflows))


def workflow_id(path: Path) -> str:
    """Return the name under which a host knows the workflow of a file: `sunset` for `sunset.flow.json`."""
    return path.name.removesuffix(".json").removesuffix(".flow")


async def _forward(url: str, settings: Settings) -> None:
    _end_on_terminate()
    await forward_stdio(f"{url}/mcp", settings.token.get_secret_value() if settings.token else "")


async def _serve(settings: Settings, workflows: dict[str, Workflow]) -> None:
    _end_on_terminate()
    house: House
    async with open_house(settings, exclusive=False) as house:
        await serve_stdio(Hosting(house, workflows))


def _end_on_terminate() -> None:
    task = asyncio.current_task()
    with contextlib.suppress(NotImplementedError):  # Windows has no such handlers
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel if task else lambda: None)
