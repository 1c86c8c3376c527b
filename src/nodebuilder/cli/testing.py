"""`nodebuilder test`: workflows as tests, several at a time, judged by their Assert nodes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated, Final, Literal

import typer
from rich.text import Text

from nodebuilder.cli.console import log_to_stderr, print_json, stderr, stdout
from nodebuilder.cli.discovery import Found, find
from nodebuilder.cli.junit import write_junit
from nodebuilder.cli.leaving import run_to_its_end
from nodebuilder.cli.options import NodesDir, Quiet
from nodebuilder.cli.set_off import one_line
from nodebuilder.cli.trying import try_file
from nodebuilder.cli.verdicts import STYLES, Verdict, account, count, line
from nodebuilder.house import House
from nodebuilder.house.trial_house import open_trial_house
from nodebuilder.house.trials import SECONDS, Trials
from nodebuilder.settings import Settings, load_settings

app = typer.Typer()
PASSED: Final = 0
FAILED: Final = 1
NOTHING_TESTED: Final = 2


@app.command()
def judge(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH…", help="Workflows, or folders of them; by default the current folder."),
    ] = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Use the built-in offline provider and no key at all.")
    ] = False,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a report in JUnit XML to this file.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="How many workflows run at a time; by default one per core.")
    ] = None,
    max_cost_usd: Annotated[
        float | None, typer.Option(min=0, help="The most that all tests together may spend, in US dollars.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.001, metavar="SECONDS", help="The longest that one workflow may take.")
    ] = SECONDS,
    approve: Annotated[
        Literal["none", "all"], typer.Option(help="Calls of tools that wait for a person: refuse all, or allow all.")
    ] = "none",
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", help="Keep runs and pictures in this folder; by default nothing is kept."),
    ] = None,
    nodes_dir: NodesDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    quiet: Quiet = False,
) -> None:
    """Run workflows as tests, by their Assert nodes.

    A workflow passes when it succeeds and at least one Assert node fired, none failing. The exit code is 0 when all
    passed, 1 when any failed, 2 when there was nothing to test.
    """
    settings = load_settings(data_dir=data_dir, nodes_dir=nodes_dir, sandbox=sandbox or None)
    asked = _Asked(
        settings,
        find(paths or [Path()], settings),
        jobs=jobs or os.cpu_count() or 1,
        max_cost_usd=max_cost_usd,
        seconds=timeout,
        approve=approve == "all",
        keep=data_dir is not None,
        quiet=quiet,
        as_json=as_json,
        junit=junit,
    )
    log_to_stderr("error")
    raise typer.Exit(run_to_its_end(_tested(asked)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command line asks for."""

    settings: Settings
    files: Sequence[Found]
    jobs: int
    max_cost_usd: float | None
    seconds: float
    approve: bool
    keep: bool
    quiet: bool
    as_json: bool
    junit: Path | None


async def _tested(asked: _Asked) -> int:
    """Run all files, report on them and return the exit code."""
    tested = [verdict for verdict in await _test(asked) if verdict.trial.outcome != "skipped"]
    if not tested:
        stderr.print("There is nothing to test: no workflow with an Assert node was found.")
        return NOTHING_TESTED
    return FAILED if count(tested, "failed") else PASSED


async def _test(asked: _Asked) -> list[Verdict]:
    """Run all files and report on them; each is shown as soon as it and all before it are done."""
    began, verdicts = perf_counter(), list[Verdict]()
    async with open_trial_house(
        asked.settings, keep=asked.keep, closing_seconds=asked.settings.image_deadline_seconds
    ) as house:
        trials = Trials(
            house,
            seconds=asked.seconds,
            max_cost_usd=asked.max_cost_usd,
            approve=asked.approve,
        )
        if not asked.quiet:
            files = len(asked.files)
            stderr.print(f"Testing {files} file{'' if files == 1 else 's'}, {asked.jobs} at a time.")
        clean, gate = house.store.redactor, asyncio.Semaphore(asked.jobs)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_verdict(found, house, trials, gate, asked)) for found in asked.files]
            for under_way in tasks:
                verdicts.append(await under_way)
                if not asked.as_json:
                    _show_line(verdicts[-1], clean.text)
        seconds = perf_counter() - began
        if asked.junit is not None:
            write_junit(asked.junit, verdicts, seconds=seconds, clean=clean.text)
        if asked.as_json:
            print_json(clean.value(_told(verdicts, seconds, trials.spent_usd)))
        else:
            _show_end(verdicts, clean.text)
    return verdicts


async def _verdict(found: Found, house: House, trials: Trials, gate: asyncio.Semaphore, asked: _Asked) -> Verdict:
    def mended(sentence: str) -> None:
        if not asked.quiet:
            stderr.print(f"{found.path}: {house.store.redactor.text(sentence)}", markup=False)

    async with gate:
        return await try_file(found, house, trials, mended=mended)


def _show_line(verdict: Verdict, clean: Callable[[str], str]) -> None:
    outcome = verdict.trial.outcome
    stdout.print(Text(outcome.upper(), style=STYLES[outcome]), Text(one_line(clean(line(verdict)))))


def _show_end(verdicts: Sequence[Verdict], clean: Callable[[str], str]) -> None:
    """Show what failed and why, and at last the count."""
    for verdict in verdicts:
        if verdict.trial.outcome == "failed":
            stdout.print(Text(f"\n{one_line(clean(verdict.file))}", style="bold"))
            for said in account(verdict.trial):
                for each in clean(f"  {said}").split("\n"):  # values may hold what is meant for a terminal, or no text
                    stdout.print(Text(one_line(each)))
    skipped = count(verdicts, "skipped")
    stdout.print(f"\n{skipped} skipped" if skipped else "")
    stdout.print(f"{count(verdicts, 'passed')} passed, {count(verdicts, 'failed')} failed")


def _told(verdicts: Sequence[Verdict], seconds: float, spent_usd: float) -> dict[str, object]:
    counts = {outcome: count(verdicts, outcome) for outcome in ("passed", "failed", "skipped")}
    tests = [verdict.as_json() for verdict in verdicts]
    return {**counts, "seconds": round(seconds, 3), "cost_usd": spent_usd, "tests": tests}
