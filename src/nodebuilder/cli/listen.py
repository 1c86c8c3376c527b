"""`nodebuilder listen`: workflows in files wait for the world, without the editor, until Ctrl+C."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from nodebuilder.cli.console import log_to_stderr, stdout
from nodebuilder.cli.flow_file import read_workflow
from nodebuilder.cli.options import DataDir, NodesDir
from nodebuilder.cli.set_off import one_line, set_off_line
from nodebuilder.errors import NodeBuilderError, WorkflowError
from nodebuilder.events import RunFinished
from nodebuilder.house import House
from nodebuilder.house.fired import GIVEN, Cause
from nodebuilder.registry import Registry, load_registry
from nodebuilder.server.serve import Ready, run_server
from nodebuilder.settings import Settings, load_settings
from nodebuilder.workflow.model import Workflow

app = typer.Typer()
Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Workflows, also of the earlier system.")]


@app.command()
def listen(
    files: Files,
    host: Annotated[str | None, typer.Option(help="Address to listen on; by default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; by default 8000, 0 for any free one.")] = None,
    data_dir: DataDir = None,
    sandbox: Annotated[
        bool | None, typer.Option("--sandbox/--no-sandbox", help="Without a key, use the built-in offline provider.")
    ] = None,
    nodes_dir: NodesDir = None,
    token: Annotated[
        str | None, typer.Option(help="Token that callers must present; better set NODEBUILDER_TOKEN.")
    ] = None,
) -> None:
    """Let workflows wait for webhooks, schedules and events.

    Only the workflows in these files listen, until Ctrl+C; they are not saved. Where each of their nodes listens is
    printed, and a line for each run. On this machine only, unless --host says otherwise, which takes a token.
    """
    settings = load_settings(host=host, port=port, data_dir=data_dir, sandbox=sandbox, nodes_dir=nodes_dir, token=token)
    log_to_stderr(settings.log_level)
    registry = load_registry(settings.nodes_dir)
    listener = FileListener([(path, _read(path, settings, registry)) for path in files])
    run_server(settings, listener.greet, listener.open)


def _read(path: Path, settings: Settings, registry: Registry) -> Workflow:
    try:
        return read_workflow(path, settings, registry=registry)
    except WorkflowError as error:
        raise _of_file(path, error) from error


def _of_file(path: Path, error: NodeBuilderError) -> WorkflowError:
    """Return the error with its file in it: there may be several."""
    problems = error.problems if isinstance(error, WorkflowError) else ()
    named = error.message if str(path) in error.message else f"{path}: {error.message}"
    return WorkflowError(named, error.remedy, code=error.code, problems=problems)


class FileListener:
    """The workflows of files, listening in the house of a server."""

    def __init__(self, workflows: list[tuple[Path, Workflow]]) -> None:
        self._workflows = workflows
        self._shared = len({path.name for path, _ in workflows}) < len(workflows)
        self._names: dict[str, str] = {}
        self._lines: list[str] = []
        self._clean: Any = str
        self._settings: Settings | None = None

    async def open(self, house: House) -> None:
        """Listen for all files, or for none.

        Raises:
            WorkflowError: one cannot listen; the message names its file.
        """
        self._clean, self._settings = house.store.redactor.text, house.settings
        for path, workflow in self._workflows:
            try:
                name = path.name.removesuffix(".json").removesuffix(".flow")
                given = await house.listening.give(name, workflow)
            except NodeBuilderError as error:
                raise _of_file(path, error) from error
            self._names[given] = str(path) if self._shared else path.name
        house.fired.watchers.append(self._tell)
        for told in await house.listening.list():
            for node in told["nodes"]:
                line = f"{self._names[told['workflow_id']]}  {node['node']}: {where(node)}"
                self._lines.append(one_line(line))

    def greet(self, server: Ready) -> None:
        """Say where all listen, when requests are answered."""
        stdout.print(f"{len(self._names)} listening at {server.url}", markup=False, highlight=False)
        for line in self._lines:
            stdout.print(self._clean(line), markup=False, highlight=False, soft_wrap=True)
        if self._settings is not None and self._settings.sandbox:
            stdout.print("The sandbox is on: without a key, it answers, and costs nothing.", markup=False)
        stdout.print("Stop with Ctrl+C.", markup=False)

    def _tell(self, cause: Cause, event: RunFinished) -> None:
        name = self._names.get(cause.line) or cause.line.removeprefix(GIVEN)
        line = f"{datetime.now():%H:%M:%S}  {name}  {set_off_line(cause, event, self._clean)}"  # noqa: DTZ005 - for a person here
        stdout.print(line, markup=False, highlight=False, soft_wrap=True)


def where(node: Mapping[str, Any]) -> str:
    """Return where or when a node listens, in words."""
    if node.get("url"):
        return f"{node.get('method') or 'POST'} {node['url']}"
    if "next_at" in node:
        at = node["next_at"]
        due = "never" if at is None else f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M:%S %z}"
        return f"{node.get('cron') or node.get('every') or 'schedule'}, next {due}"
    if node.get("listen_id"):
        return f'event "{node["listen_id"]}"'
    return "messages of the editor" if node.get("always") else str(node["type"])
