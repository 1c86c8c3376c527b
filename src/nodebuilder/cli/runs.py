"""`nodebuilder runs`: what ran, and going on with what was cut off."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from nodebuilder.cli.console import print_json, print_table, stdout
from nodebuilder.cli.data_folder import ask, when
from nodebuilder.cli.options import AsJson, DataDir, NodesDir, Quiet, Sandbox
from nodebuilder.cli.progress import CHARGED, money
from nodebuilder.cli.running import run_to_the_end
from nodebuilder.house import House
from nodebuilder.house.runs import Listener
from nodebuilder.settings import load_settings
from nodebuilder.storage.history import RunDetail, RunSummary
from nodebuilder.storage.store import Store

app = typer.Typer(no_args_is_help=True, help="See earlier runs, and go on with one that was cut off.")
RunId = Annotated[str, typer.Argument(metavar="RUN", help="The id of a run, as `runs list` shows it.")]


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """List runs, newest first."""

    async def newest(store: Store) -> list[RunSummary]:
        return await store.history.list(limit=limit)

    found = ask(newest, data_dir)
    if as_json:
        print_json([run.as_json() for run in found])
        return
    rows = [
        (run.run_id, run.status, run.name or "-", when(run.started_at), _cost(run.cost_usd), str(run.firings))
        for run in found
    ]
    print_table(("Run", "Status", "Workflow", "Began", "Cost", "Firings"), rows)


def _cost(usd: float | None) -> str:
    return "-" if usd is None else money(usd)


@app.command()
def show(run_id: RunId, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Show what a run sent, displayed and cost, and its receipts."""

    async def detail(store: Store) -> RunDetail:
        return await store.history.detail(run_id)

    told = ask(detail, data_dir).as_json()
    if as_json:
        print_json(told)
    else:
        _show(told)


def _show(told: dict[str, Any]) -> None:
    cost = f", {money(told['cost_usd'])}" if told["receipts"] and told["cost_usd"] is not None else ""
    lines = [f"{told['name'] or 'Workflow'}: {told['status']}, {told['firings']} firings{cost}"]
    lines.append(f"Began {when(told['started_at'])}, ended {when(told['finished_at'])}")
    for node, outputs in told["outputs"].items():
        lines += [f"{node}.{socket}: {_short(value)}" for socket, value in outputs.items()]
    for error in told["errors"]:
        lines += [f"{error['node']} failed: {error['message']}", f"  {error['remedy']}"]
    for waiting in told["waiting"]:
        lines.append(f"{waiting['node']} still waited for {', '.join(waiting['inputs'])}")
    for receipt in told["receipts"]:
        charged = CHARGED[receipt["charged"]] if receipt["state"] != "done" else money(receipt["cost_usd"])
        lines.append(f"Receipt of {receipt['node']}: {receipt['state']}, {receipt['model']}, {charged}")
        lines += [f"  kept as {receipt['asset']}"] if receipt["asset"] else []
    for line in lines:
        stdout.print(line, markup=False)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:199]}…"


@app.command()
def resume(
    run_id: RunId,
    call_again: Annotated[
        bool, typer.Option("--call-again", help="Make calls again that may have been charged.")
    ] = False,
    sandbox: Sandbox = False,
    data_dir: DataDir = None,
    nodes_dir: NodesDir = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Go on with a run that did not succeed, as a new run; calls that were answered are not made again."""
    settings = load_settings(data_dir=data_dir, nodes_dir=nodes_dir, sandbox=sandbox or None)

    async def begin(house: House, listener: Listener) -> str:
        return await house.runs.resume(run_id, retry_unknown=call_again, listener=listener)

    raise typer.Exit(run_to_the_end(settings, begin, as_json=as_json, quiet=quiet))
