"""`pytest --flows DIR`, in a pytest of its own: what is collected, what a failure shows, what is left alone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import pytest

from tests.cli.test_testing import PLAIN, compared
from tests.interop.litegraph.old import EIGHT
from tests.source import ROOT

pytest_plugins = ["pytester"]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    for name in [name for name in os.environ if name.startswith("NODEBUILDER_") or name.endswith("_API_KEY")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NODEBUILDER_KEY_FILE", str(pytester.path / "secret.key"))
    monkeypatch.setenv("NODEBUILDER_DATA_DIR", str(pytester.path / "data"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    pytester.makepyfile(test_other="def test_other():\n    pass\n")
    return pytester


def write(project: pytest.Pytester, name: str, document: Mapping[str, Any]) -> None:
    path = project.path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document))


def test_the_workflows_of_a_folder_are_tests_with_their_paths_as_ids(project: pytest.Pytester) -> None:
    write(project, "flows/a.flow.json", compared(1, 1))
    write(project, "flows/old.json", EIGHT["test_1"])
    write(project, "flows/plain.flow.json", PLAIN)
    write(project, "flows/data.json", {"a": 1})
    (project.path / "flows" / "test_within.py").write_text("def test_within():\n    pass\n")
    ran = project.runpytest_subprocess("--flows", "flows", "-v", "-p", "no:xdist")
    ran.assert_outcomes(passed=2, skipped=1)
    ran.stdout.fnmatch_lines(
        ["flows/a.flow.json::workflow PASSED*", "flows/old.json::workflow PASSED*", "flows/plain.flow.json::*SKIPPED*"]
    )
    assert not (project.path / "data").exists()


def test_a_failure_shows_the_difference_and_no_traceback(project: pytest.Pytester) -> None:
    write(project, "flows/a.flow.json", compared("one\ntwo", "one\n2"))
    write(project, "flows/broken.flow.json", {"format": "other"})
    ran = project.runpytest_subprocess("--flows", "flows")
    ran.assert_outcomes(failed=2)
    ran.stdout.fnmatch_lines(["*workflow a.flow.json*", "same (Assert): Assertion Failed: *", "  -2", "  +two"])
    ran.stdout.fnmatch_lines(["*This is no workflow*"])
    assert "Traceback" not in ran.stdout.str()
    assert "flow_items.py" not in ran.stdout.str()


def test_a_file_that_is_named_must_have_an_assert(project: pytest.Pytester) -> None:
    write(project, "flows/plain.flow.json", PLAIN)
    ran = project.runpytest_subprocess("--flows", "flows/plain.flow.json")
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["*The workflow has no Assert node*"])


def test_other_tests_run_beside_them_when_their_paths_are_given_too(project: pytest.Pytester) -> None:
    write(project, "flows/a.flow.json", compared(1, 1))
    project.runpytest_subprocess("test_other.py", "--flows", "flows").assert_outcomes(passed=2)
    project.runpytest_subprocess(".", "--flows", "flows").assert_outcomes(passed=2)
    project.runpytest_subprocess("-n", "2", ".", "--flows", "flows").assert_outcomes(passed=2)


def test_the_processes_of_xdist_find_the_same_tests(project: pytest.Pytester) -> None:
    write(project, "flows/a.flow.json", compared(1, 1))
    write(project, "flows/b.flow.json", compared(1, 2))
    project.makeini("[pytest]\ntestpaths = .\n")
    project.runpytest_subprocess("-n", "2", "--flows", "flows").assert_outcomes(passed=1, failed=1)


def test_one_can_be_chosen_by_its_name(project: pytest.Pytester) -> None:
    for name in ("a", "b"):
        write(project, f"flows/{name}.flow.json", compared(1, 1))
    project.runpytest_subprocess("--flows", "flows", "-k", "a.flow").assert_outcomes(passed=1, deselected=1)


def test_nothing_changes_without_the_option(project: pytest.Pytester) -> None:
    write(project, "a.flow.json", compared(1, 2))
    project.makeconftest(
        "import sys\n\ndef pytest_sessionfinish():\n"
        "    heavy = {'sqlalchemy', 'typer', 'litellm', 'fastapi', 'PIL', 'nodebuilder.house', 'nodebuilder.engine'}\n"
        "    print('HEAVY', sorted(heavy & set(sys.modules)))\n"
    )
    ran = project.runpytest_subprocess("-s", "-p", "no:schemathesis")
    ran.assert_outcomes(passed=1)
    ran.stdout.fnmatch_lines(["*HEAVY []*"])


def test_caps_and_folders_are_options(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = compared(1, 1)
    slow["nodes"]["hold"] = {"type": "wait", "values": {"wait_time_seconds": 500}}
    slow["links"] = ["a.value -> hold.trigger", "hold.output -> same.actual", "b.value -> same.expected"]
    write(project, "flows/slow.flow.json", slow)
    paid = compared(1, 1)
    paid["nodes"]["image"] = {"type": "gpt_image"}
    paid["links"].append("a.value -> image.prompt")
    write(project, "flows/paid.flow.json", paid)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-CANARY-8888888888-88888")
    monkeypatch.setenv("NODEBUILDER_OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    options = ("--flows-timeout", "2", "--flows-max-cost-usd", "0.001", "--flows-data-dir", "kept")
    ran = project.runpytest_subprocess("--flows", "flows", *options)
    ran.assert_outcomes(failed=2)
    ran.stdout.fnmatch_lines(["*The cap of $0.001 per session would be broken*", "*took longer than 2 seconds*"])
    assert (project.path / "kept" / "nodebuilder.db").is_file()
    assert "CANARY" not in ran.stdout.str()


def test_what_cannot_be_used_is_said_at_the_start(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = project.runpytest_subprocess("--flows", "no-such-folder")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    monkeypatch.setenv("NODEBUILDER_PORT", "many")
    ran = project.runpytest_subprocess("--flows", ".")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["*NODEBUILDER_PORT cannot be used*"])


def test_the_examples_of_this_project_can_be_run_so(project: pytest.Pytester) -> None:
    ran = project.runpytest_subprocess("--flows", str(ROOT / "examples"), "--flows-sandbox", "-p", "no:cacheprovider")
    assert ran.ret == 0
    assert ran.parseoutcomes()["passed"] >= 2
