"""`nodebuilder serve`: the editor, on an address of this machine."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from collections.abc import Mapping
from typing import Annotated

import typer

from nodebuilder import __version__
from nodebuilder.cli.console import log_to_stderr, stdout
from nodebuilder.cli.options import DataDir, NodesDir
from nodebuilder.server.serve import Ready, run_server
from nodebuilder.settings import Settings, load_settings

app = typer.Typer()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; by default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; by default 8000, 0 for any free one.")] = None,
    data_dir: DataDir = None,
    sandbox: Annotated[
        bool | None, typer.Option("--sandbox/--no-sandbox", help="Without a key, use the built-in offline provider.")
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the browser, where there is one.")
    ] = False,
    nodes_dir: NodesDir = None,
    token: Annotated[
        str | None, typer.Option(help="Token that callers must present; better set NODEBUILDER_TOKEN.")
    ] = None,
) -> None:
    """Open the editor in a browser.

    Serves until Ctrl+C, on this machine only unless --host says otherwise, which takes a token.
    """
    settings = load_settings(host=host, port=port, data_dir=data_dir, sandbox=sandbox, nodes_dir=nodes_dir, token=token)
    log_to_stderr(settings.log_level)

    def ready(server: Ready) -> None:
        for line in greeting(settings, server):
            stdout.print(line, markup=False)
        if open_browser and has_browser(os.environ, sys.platform):
            threading.Thread(target=webbrowser.open, args=(server.launch_url,), daemon=True).start()

    run_server(settings, ready)


def greeting(settings: Settings, server: Ready) -> list[str]:
    """Return what is said when the server answers; the address stands alone on its line, so that it can be clicked."""
    lines = [f"AI Node Builder {__version__} is ready:", "", f"    {server.launch_url}", ""]
    if server.launch_url != server.url:
        lines.append("This address signs one browser in, once; others ask for the token.")
    if settings.sandbox:
        lines.append("The sandbox is on: without a key, pictures are drawn offline and cost nothing.")
    return [*lines, f"Data: {settings.data_dir}", "Stop with Ctrl+C."]


def has_browser(environment: Mapping[str, str], platform: str) -> bool:
    """Say whether this session has a browser with a window; one that would run inside the terminal does not count."""
    if environment.get("SSH_CONNECTION"):
        return False
    if platform in ("win32", "darwin"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "BROWSER"))
