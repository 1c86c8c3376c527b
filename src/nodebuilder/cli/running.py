"""Running a workflow from the terminal: events to stderr, the result to stdout, Ctrl+C as cancel."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlsplit

from nodebuilder.cli import pictures
from nodebuilder.cli.approving import Approve, Approver
from nodebuilder.cli.check import described
from nodebuilder.cli.console import log_to_stderr, print_json, show_error, stderr
from nodebuilder.cli.loading import load
from nodebuilder.cli.progress import Progress
from nodebuilder.cli.set_off import set_off_line
from nodebuilder.errors import NodeBuilderError, Problem, WorkflowError
from nodebuilder.events import RunFinished
from nodebuilder.house import House, Sandbox, open_house
from nodebuilder.house.calls import outcome
from nodebuilder.house.feed import encode
from nodebuilder.house.fired import Cause
from nodebuilder.house.published import Published
from nodebuilder.house.runs import Listener
from nodebuilder.settings import Settings
from nodebuilder.values import JSON, to_json
from nodebuilder.workflow.read import load as read_document

Begin = Callable[[House, Listener], Awaitable[str]]
"""Starts a run in the house, with someone who hears its events, and gives its id."""

SUCCEEDED: Final = 0
FAILED: Final = 1
NOT_RUNNABLE: Final = 2
INTERRUPTED: Final = 130
_RESULT: Final = ("run_id", "status", "outputs", "displayed", "errors", "waiting", "cost_usd", "firings")


def run_to_the_end(settings: Settings, begin: Begin, *, as_json: bool, quiet: bool, approve: Approve = "ask") -> int:
    """Open the house, begin a run, show it until it ends, and return the exit code."""
    log_to_stderr("error" if quiet else "warning")
    ended: list[RunFinished] = []
    try:
        return asyncio.run(_run(settings, begin, ended, as_json=as_json, quiet=quiet, approve=approve))
    except NodeBuilderError as error:
        if os.environ.get("NODEBUILDER_DEBUG"):
            raise
        if ended:  # the run is over and told; what failed is keeping it
            show_error(error)
            return _exit_code(ended[-1])
        refuse(error, as_json=as_json)
        return NOT_RUNNABLE
    except (KeyboardInterrupt, asyncio.CancelledError):
        return INTERRUPTED


async def _run(
    settings: Settings, begin: Begin, ended: list[RunFinished], *, as_json: bool, quiet: bool, approve: Approve
) -> int:
    task = asyncio.current_task()
    with contextlib.suppress(NotImplementedError):  # Windows has no such handlers
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel if task else lambda: None)
    async with (
        _sandbox(settings) as sandbox,
        open_house(
            settings, exclusive=False, sandbox=sandbox, closing_seconds=settings.image_deadline_seconds
        ) as house,
    ):
        clean = house.store.redactor
        progress = Progress(stderr, settings.log_level, quiet, draw=_drawing(settings), clean=clean.text)
        with progress:
            set_off = _tell_set_off(house, quiet=quiet)
            approver = Approver(house, approve, stderr, hear=progress.tell, aside=progress.aside)
            run_id = await begin(house, approver.tell)
            finished, interrupted = await _until_ended(house, run_id)
        set_off_failed = any(each.status != "succeeded" for each in set_off)
        if finished is not None:
            ended.append(finished)
            results = await _results(house, finished)
            if as_json:
                print_json(result_of(clean.value(finished.as_json()), results))
            elif not quiet:
                for name, value in (results or {}).items():
                    stderr.print(f"{name}: {shown(value)}", markup=False, highlight=False)
        if interrupted is not None:
            stderr.print("A paid call that was already sent is waited for. Ctrl+C again ends at once.")
            raise interrupted
    return FAILED if set_off_failed else _exit_code(finished)


def _tell_set_off(house: House, *, quiet: bool) -> list[RunFinished]:
    """Tell how runs end that the events of this run set off, and return the list of those that have ended."""
    ended: list[RunFinished] = []

    def tell(cause: Cause, event: RunFinished) -> None:
        ended.append(event)
        if not quiet or event.status != "succeeded":
            line = set_off_line(cause, event, house.store.redactor.text)
            stderr.print(line, markup=False, highlight=False)

    house.fired.watchers.append(tell)
    return ended


def _exit_code(finished: RunFinished | None) -> int:
    return SUCCEEDED if finished is not None and finished.status == "succeeded" else FAILED


@contextlib.asynccontextmanager
async def _sandbox(settings: Settings) -> AsyncGenerator[Sandbox | None]:
    """Serve a sandbox of this run's own while it lasts, if the settings want one."""
    if not settings.sandbox:
        yield None
        return
    key = secrets.token_urlsafe(32)
    async with load("nodebuilder.providers.sandbox.serving").serve_sandbox(key) as url:
        yield Sandbox(url, key)


async def _until_ended(house: House, run_id: str) -> tuple[RunFinished | None, asyncio.CancelledError | None]:
    """Wait for the end of the run, and of those that its events set off; a wait that is cancelled cancels the run."""
    try:
        finished = await house.runs.wait(run_id)
        await house.fired.settled()
    except asyncio.CancelledError as interrupted:
        await house.runs.cancel(run_id)
        return await house.runs.wait(run_id), interrupted
    return finished, None


async def _results(house: House, finished: RunFinished) -> dict[str, Any] | None:
    """Return what the Output nodes of a run gave, by name; None when it has no such nodes, or they cannot be read."""
    try:
        document = (await house.store.history.detail(finished.run_id)).document
        target = Published.of(read_document(document, house.settings), "")
    except NodeBuilderError:
        return None
    outputs = dict(outcome(target, finished).outputs)
    return house.store.redactor.value(to_json(outputs)) if target.results else None


def shown(value: JSON) -> str:
    """Return a result as one line shows it: texts as they are, all else as JSON."""
    return value if isinstance(value, str) else encode(value)


def result_of(told: dict[str, Any], results: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what `--json` prints of a run's last event, or of a run from the history."""
    told = {key: told[key] for key in _RESULT}
    return told if results is None else {**told, "results": results}


def refuse(error: NodeBuilderError, *, as_json: bool) -> None:
    """Say why nothing was run: all problems on stderr, and with `--json` the object on stdout."""
    problems = error.problems if isinstance(error, WorkflowError) else ()
    problems = problems or (Problem(error.code, error.message, error.remedy),)
    if as_json:
        print_json(_refused(problems))
    elif len(problems) == 1 and problems[0].node is None:
        show_error(error)
    else:
        for problem in problems:
            stderr.print(described(problem))


def _refused(problems: tuple[Problem, ...]) -> dict[str, Any]:
    errors = [
        {"node": problem.node, "message": problem.message, "remedy": problem.remedy, "code": problem.code}
        for problem in problems
        if problem.severity == "error"
    ]
    nothing: dict[str, Any] = {"outputs": {}, "displayed": [], "errors": errors, "waiting": []}
    head = {"run_id": None, "status": "not_runnable", **nothing, "cost_usd": None, "firings": 0}
    return {**head, "problems": [problem.as_json() for problem in problems]}


def _drawing(settings: Settings) -> Callable[[str], None]:
    """Return what draws the picture behind a link of ours into the terminal, if it can."""
    how = pictures.protocol(os.environ) if stderr.is_terminal else None
    folder = settings.data_dir / "servable"

    def draw(url: str) -> None:
        before, _, name = urlsplit(url).path.rpartition("/servable/")
        if how is not None and not before and name and "/" not in name and "\\" not in name:
            sys.stderr.write(pictures.drawn(folder / name, how))
            sys.stderr.flush()

    return draw
