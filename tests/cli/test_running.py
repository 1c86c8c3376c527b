from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.cli.running import refuse, result_of, run_to_the_end
from nodebuilder.errors import Problem, StorageError, WorkflowError
from nodebuilder.house import House
from nodebuilder.house.runs import Listener
from nodebuilder.settings import Settings, load_settings
from nodebuilder.workflow.read import load


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", key_file=tmp_path / "secret.key")


def test_an_error_before_the_run_is_exit_code_two(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    async def begin(_house: House, _listener: Listener) -> str:
        raise StorageError("The disk is gone.", "Plug it in.", code="disk_gone")

    assert run_to_the_end(settings, begin, as_json=False, quiet=False) == 2
    assert capsys.readouterr().err.splitlines() == ["The disk is gone.", "Plug it in."]


def test_a_run_that_is_over_is_told_once_even_if_it_cannot_be_kept(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async def full() -> None:
        raise StorageError("The disk is full.", "Free some space.", code="disk_full")

    async def begin(house: House, listener: Listener) -> str:
        house.store.history.events.close = full  # type: ignore[method-assign] - a full disk, not another log
        workflow = load('{"format": "nodebuilder/1", "nodes": {"a": {"type": "text"}}}')
        return await house.runs.start(workflow, listener=listener)

    assert run_to_the_end(settings, begin, as_json=True, quiet=True) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["status"] == "succeeded"
    assert told.err.splitlines() == ["The disk is full.", "Free some space."]


def test_a_data_folder_that_cannot_be_used_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    async def begin(_house: House, _listener: Listener) -> str:
        raise AssertionError("it must not come so far")

    settings = load_settings(data_dir=blocked / "data", key_file=tmp_path / "secret.key")
    assert run_to_the_end(settings, begin, as_json=True, quiet=False) == 2
    assert '"status": "not_runnable"' in capsys.readouterr().out


def test_warnings_are_problems_but_no_errors(capsys: pytest.CaptureFixture[str]) -> None:
    problems = (Problem("a", "A.", "Do a.", severity="warning"), Problem("b", "B.", "Do b.", node="n"))
    refuse(WorkflowError("B.", "Do b.", problems=problems), as_json=False)
    assert capsys.readouterr().err.splitlines() == ["warning: A.", "  Do a.", "error: n: B.", "  Do b."]


def test_the_result_has_the_documented_keys_and_no_others() -> None:
    names = ("run_id", "status", "outputs", "displayed", "errors", "waiting", "cost_usd", "firings")
    told: dict[str, Any] = {name: name for name in ("kind", "seq", "at", *names, "seconds")}
    assert tuple(result_of(told)) == names
