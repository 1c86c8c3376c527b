"""`nodebuilder check`: all that is wrong with a workflow, and what a run may cost."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.text import Text

from nodebuilder.cli.console import print_json, stdout
from nodebuilder.cli.flow_file import read_workflow
from nodebuilder.cli.options import AsJson, FlowFile, NodesDir
from nodebuilder.engine.estimate import Estimate, estimate
from nodebuilder.errors import Problem, WorkflowError
from nodebuilder.registry import load_registry
from nodebuilder.settings import load_settings
from nodebuilder.workflow.check import blocks_run
from nodebuilder.workflow.check import check as problems_of

app = typer.Typer()
NOT_RUNNABLE = 2


@app.command()
def check(file: FlowFile, as_json: AsJson = False, nodes_dir: NodesDir = None) -> None:
    """Say all that is wrong with a workflow, without running it.

    The exit code is 0 when it can run, and 2 when it cannot.
    """
    settings = load_settings(nodes_dir=nodes_dir)
    registry = load_registry(settings.nodes_dir)
    cost: Estimate | None = None
    try:
        workflow = read_workflow(file, settings, registry=registry)
    except WorkflowError as error:
        found = error.problems or (Problem(error.code, error.message, error.remedy),)
    else:
        found = problems_of(workflow, registry)
        cost = estimate(workflow, registry.get)
    if as_json:
        print_json({"problems": [problem.as_json() for problem in found], "estimate": cost.as_json() if cost else None})
    else:
        _show(found, cost)
    if blocks_run(found):
        raise typer.Exit(NOT_RUNNABLE)


def _show(found: Sequence[Problem], cost: Estimate | None) -> None:
    for problem in found:
        stdout.print(described(problem))
    errors = sum(problem.severity == "error" for problem in found)
    warnings = len(found) - errors
    stdout.print(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}" if found else "Nothing is wrong.")
    if cost is not None and cost.paid_calls:
        stdout.print(f"{'Up to ' * (not cost.repeated)}{_count(cost.paid_calls, 'paid call')}{_again(cost)}.")


def described(problem: Problem) -> Text:
    """Return a problem as two lines: where and why, and what to do."""
    error = problem.severity == "error"
    place = ".".join(part for part in (problem.node, problem.socket or problem.widget) if part)
    text = Text(f"{problem.severity}: ", style="bold red" if error else "yellow")
    text.append(f"{place}: " if place else "", style="bold")
    text.append(f"{problem.message}\n  {problem.remedy}", style="none")
    return text


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _again(cost: Estimate) -> str:
    """Return the price, and how many of the calls a loop makes again and again."""
    if not cost.repeated:
        return f": {_price(cost)}"
    return f", {cost.repeated} of them in each round of a loop: {_price(cost)} if each is made once"


def _price(cost: Estimate) -> str:
    if cost.unknown:
        return "the price is not known"
    return f"about ${cost.low_usd:.3f} to ${cost.high_usd:.3f} with a key"
