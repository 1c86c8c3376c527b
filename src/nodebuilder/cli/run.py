"""`nodebuilder run`: a workflow from a file, run to its end."""

from __future__ import annotations

from typing import Annotated

import typer

from nodebuilder.cli.approving import Approve
from nodebuilder.cli.check import described
from nodebuilder.cli.console import stderr
from nodebuilder.cli.flow_file import assigned, given_inputs, neighbours, read_workflow
from nodebuilder.cli.options import AsJson, DataDir, FlowFile, NodesDir, Quiet, Sandbox
from nodebuilder.cli.running import Begin, run_to_the_end
from nodebuilder.house import House
from nodebuilder.house.neighbours import beside
from nodebuilder.house.runs import Listener
from nodebuilder.settings import Settings, load_settings
from nodebuilder.values import JSON
from nodebuilder.workflow.model import Workflow, with_values

app = typer.Typer()
Assignments = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NODE.WIDGET=VALUE", help="Set a widget for this run; may be repeated."),
]
Inputs = Annotated[
    list[str] | None,
    typer.Option("--input", metavar="NAME=VALUE", help="Give an input of the workflow its value; may be repeated."),
]


@app.command()
def run(
    file: FlowFile,
    assignments: Assignments = None,
    inputs: Inputs = None,
    start: Annotated[str | None, typer.Option(metavar="ID", help="Start at this node only.")] = None,
    sandbox: Sandbox = False,
    data_dir: DataDir = None,
    nodes_dir: NodesDir = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    approve: Annotated[
        Approve,
        typer.Option(help="Calls of tools that wait for a person: ask here, allow all, or refuse all."),
    ] = "ask",
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with this run instead; what was paid is not paid again.")
    ] = None,
) -> None:
    """Run a workflow and show what happens.

    The exit code is 0 when the run succeeded, 1 when it failed, 2 when it could not be started.
    """
    if resume and (assignments or inputs or start):
        raise typer.BadParameter("--resume goes on with the run as it was begun: leave out --set, --input and --start.")
    settings = load_settings(data_dir=data_dir, nodes_dir=nodes_dir, sandbox=sandbox or None)
    begin = (
        _resuming(resume, file, settings, quiet=quiet)
        if resume
        else _starting(file, settings, assignments or [], inputs or [], start, quiet=quiet)
    )
    raise typer.Exit(run_to_the_end(settings, begin, as_json=as_json, quiet=quiet, approve=approve))


def _starting(
    file: FlowFile, settings: Settings, assignments: list[str], inputs: list[str], start: str | None, *, quiet: bool
) -> Begin:
    async def begin(house: House, listener: Listener) -> str:
        workflow = read_workflow(file, settings, registry=house.registry, quiet=quiet)
        values = assigned(assignments, workflow, house.registry)
        values = await house.calls.joined(workflow, values, given_inputs(inputs, workflow))
        if not quiet:
            await _warn(house, workflow, values)
        with beside(neighbours(file, settings)):
            return await house.runs.start(workflow, start=start, values=values, listener=listener)

    return begin


def _resuming(run_id: str, file: FlowFile, settings: Settings, *, quiet: bool) -> Begin:
    async def begin(house: House, listener: Listener) -> str:
        if not quiet:
            stderr.print(f"Going on with run {run_id} as it was begun; {file.name} is not read again.", markup=False)
        with beside(neighbours(file, settings)):
            return await house.runs.resume(run_id, listener=listener)

    return begin


async def _warn(house: House, workflow: Workflow, values: dict[str, dict[str, JSON]]) -> None:
    """Show what the check warns of; errors are shown when the run is refused."""
    shown = {node: dict(widgets) for node, widgets in values.items()}
    for node, widgets in shown.items():
        kind = house.registry.get(workflow.nodes[node].type)
        for name in kind.secrets if kind else ():
            widgets.pop(name, None)
    checked = await house.check(with_values(workflow, shown))
    for problem in checked.problems:
        if problem.severity == "warning":
            stderr.print(described(problem))
