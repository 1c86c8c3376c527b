"""Workflows as items of pytest: found where `--flows` says, run in one house that the whole session shares."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import pytest

from nodebuilder.cli.discovery import Found, is_workflow
from nodebuilder.cli.trying import try_file
from nodebuilder.cli.verdicts import Verdict, account
from nodebuilder.errors import NodeBuilderError
from nodebuilder.house import House
from nodebuilder.house.trial_house import open_trial_house
from nodebuilder.house.trials import SECONDS, Trials
from nodebuilder.settings import Settings, load_settings

Result = TypeVar("Result")


class Flows:
    """What the session knows of workflows: where they are, and the house in which they run."""

    def __init__(self, config: pytest.Config) -> None:
        self._paths = [Path(config.invocation_params.dir, text).resolve() for text in config.getoption("flows") or ()]
        self._others = _others(config, self._paths)
        try:
            self.settings = load_settings(
                data_dir=config.getoption("flows_data_dir"),
                nodes_dir=config.getoption("flows_nodes"),
                sandbox=config.getoption("flows_sandbox") or None,
            )
        except NodeBuilderError as error:
            raise pytest.UsageError(f"{error.message} {error.remedy}") from error
        self._seconds: float = config.getoption("flows_timeout") or SECONDS
        self._most: float | None = config.getoption("flows_max_cost_usd")
        self._keep = config.getoption("flows_data_dir") is not None
        self._home: _Home | None = None

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave out what is no workflow where only workflows were asked for."""
        if collection_path.is_dir() or collection_path.suffix == ".json" or not self._within(collection_path):
            return None
        return None if any(collection_path.is_relative_to(other) for other in self._others) else True

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Take in a workflow."""
        named = file_path in self._paths
        if not named and not (self._within(file_path) and is_workflow(file_path, self.settings)):
            return None
        file = FlowFile.from_parent(parent, path=file_path)
        file.flow = Found(file_path, named=named)
        file.flows = self
        return file

    def pytest_unconfigure(self) -> None:
        """Close the house."""
        if self._home is not None:
            self._home.close()

    def run(self, flow: Found, mended: list[str]) -> Verdict:
        """Run a workflow as a test; `mended` gets what was mended in an older file."""
        if self._home is None:
            self._home = _Home(self.settings, keep=self._keep)
            self._trials = Trials(
                self._home.house,
                seconds=self._seconds,
                max_cost_usd=self._most,
            )
        return self._home.do(try_file(flow, self._home.house, self._trials, mended=mended.append))

    def clean(self, text: str) -> str:
        """Return a text without the keys that are known."""
        return self._home.house.store.redactor.text(text) if self._home is not None else text

    def _within(self, path: Path) -> bool:
        return any(path.is_relative_to(each) for each in self._paths)


def _others(config: pytest.Config, flows: Iterable[Path]) -> list[Path]:
    """Add the paths of the workflows to those that are collected, and return the others, for all other tests.

    When only `--flows` names paths, it alone says what is collected.
    """
    named = list(config.args) if config.args_source is pytest.Config.ArgsSource.ARGS else []
    config.args[:] = [*named, *sorted({str(path) for path in flows})]
    return [Path(config.invocation_params.dir, text.partition("::")[0]).resolve() for text in named]


class FlowFile(pytest.File):
    """A file with a workflow in it."""

    flow: Found
    flows: Flows

    def collect(self) -> Iterable[pytest.Item]:
        """Return the one test that the workflow is."""
        item = FlowItem.from_parent(self, name="workflow")
        item.flow, item.flows = self.flow, self.flows
        return [item]


class FlowFailed(Exception):
    """A workflow failed as a test."""


class FlowItem(pytest.Item):
    """A workflow as a test."""

    flow: Found
    flows: Flows

    def runtest(self) -> None:
        """Run the workflow; it passes when it succeeds and at least one Assert node fired, none failing."""
        mended: list[str] = []
        verdict = self.flows.run(self.flow, mended)
        if mended:
            self.add_report_section("call", "mended", "\n".join(mended))
        if verdict.trial.cost_usd:
            self.user_properties.append(("cost_usd", verdict.trial.cost_usd))
        if verdict.trial.outcome == "skipped":
            pytest.skip(verdict.trial.reason)
        if verdict.trial.outcome == "failed":
            raise FlowFailed(self.flows.clean("\n".join(account(verdict.trial))))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what went wrong in the workflow, not where in this program that was found."""
        if isinstance(excinfo.value, FlowFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return how the test is called."""
        return self.path, None, f"workflow {self.path.name}"


class _Home:
    """A house on a loop in a thread of its own, so that no test's loop is disturbed."""

    def __init__(self, settings: Settings, *, keep: bool) -> None:
        self.house: House
        self._settings = settings
        self._keep = keep
        self._open: Future[None] = Future()
        self._thread = threading.Thread(target=self._live, name="nodebuilder", daemon=True)
        self._thread.start()
        self._open.result()

    def do(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in the house and wait for it."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """Close the house."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _live(self) -> None:
        try:
            asyncio.run(self._stay())
        except BaseException as error:
            if self._open.done():
                raise
            self._open.set_exception(error)

    async def _stay(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with open_trial_house(self._settings, keep=self._keep) as house:
            self.house = house
            self._open.set_result(None)
            await self._over.wait()
