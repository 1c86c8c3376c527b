"""`nodebuilder test` as it is called: what it prints, what it leaves behind, and its exit codes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from tests.interop.litegraph.old import EIGHT
from tests.source import ROOT
from tests.terminal import COMMAND, Terminal

KEY = "sk-CANARY-8888888888-88888"


def compared(actual: Any, expected: Any, **more: Any) -> dict[str, Any]:
    def given(value: Any) -> dict[str, Any]:
        return {"type": "input", "values": {"type": "any", "default": json.dumps(value)}}

    return {
        "format": "nodebuilder/1",
        "name": "compared",
        "nodes": {"a": given(actual), "b": given(expected), "same": {"type": "assert"}},
        "links": ["a.value -> same.actual", "b.value -> same.expected"],
        **more,
    }


PLAIN = {"format": "nodebuilder/1", "nodes": {"a": {"type": "text"}}}


def test_all_that_pass_and_what_has_no_assert(terminal: Terminal) -> None:
    terminal.write("flows/a.flow.json", compared(1, 1))
    terminal.write("flows/b.flow.json", compared("x", "x"))
    terminal.write("flows/c.flow.json", PLAIN)
    terminal.write("flows/d.json", {"some": "data"})
    said = terminal.say("test", "flows")
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[0].startswith("PASSED flows/a.flow.json ")
    assert lines[1].startswith("PASSED flows/b.flow.json ")
    assert lines[2] == "SKIPPED flows/c.flow.json (it has no Assert node)"
    assert lines[-2:] == ["1 skipped", "2 passed, 0 failed"]
    assert not terminal.data.exists()


def test_the_current_folder_is_the_default(terminal: Terminal) -> None:
    terminal.write("a.flow.json", compared(1, 1))
    assert terminal.say("test").out.splitlines()[-1] == "1 passed, 0 failed"


def test_a_failure_is_told_with_node_difference_and_count(terminal: Terminal) -> None:
    terminal.write("a.flow.json", compared("one\ntwo\nthree", "one\n2\nthree"))
    terminal.write("b.flow.json", compared(1, 1))
    terminal.write("c.flow.json", "{")
    terminal.write("d.flow.json", compared([1, 2], "[1, 3]"))
    said = terminal.say("test", ".", "--jobs", 1)
    assert said.code == 1
    assert said.out.splitlines()[-1] == "1 passed, 3 failed"
    assert "same (Assert): Assertion Failed: 'one\\n2\\nthree' was expected, but 'one\\ntwo\\nthree' came." in said.out
    assert "\n    -2\n    +two\n" in said.out
    assert '    expected: "[1, 3]"  (text)' not in said.out, "a list is too long to stand beside a text"
    assert "--- expected (text)" in said.out
    assert [line.split(" ")[0] for line in said.out.splitlines()[:4]] == ["FAILED", "PASSED", "FAILED", "FAILED"]


def test_a_workflow_without_an_assert_fails_when_it_is_named(terminal: Terminal) -> None:
    said = terminal.say("test", terminal.write("c.flow.json", PLAIN))
    assert said.code == 1
    assert "The workflow has no Assert node" in said.out
    assert said.out.splitlines()[-1] == "0 passed, 1 failed"


def test_nothing_to_test_is_neither_success_nor_failure(terminal: Terminal) -> None:
    said = terminal.say("test")
    assert said.code == 2
    assert "There is nothing to test" in said.err
    terminal.write("c.flow.json", PLAIN)
    said = terminal.say("test")
    assert (said.code, said.out.splitlines()[-1]) == (2, "0 passed, 0 failed")


def test_bad_use_is_refused(terminal: Terminal) -> None:
    said = terminal.say("test", "no-such-folder")
    assert said.code == 2
    assert "There is no file or folder no-such-folder." in said.err
    assert terminal.say("test", "--jobs", "0").code == 2


def test_a_named_file_that_is_no_workflow_fails(terminal: Terminal) -> None:
    said = terminal.say("test", terminal.write("d.json", {"some": "data"}))
    assert said.code == 1
    assert "This is no workflow" in said.out


def test_the_eight_older_workflows_pass_from_their_folder(terminal: Terminal) -> None:
    for name, document in EIGHT.items():
        terminal.write(f"old/{name}.json", document)
    said = terminal.run("test", "old")
    assert said.code == 0, said.out + said.err
    assert said.out.splitlines()[-1] == "8 passed, 0 failed"


def test_the_examples_pass_in_the_sandbox(terminal: Terminal) -> None:
    said = terminal.run("test", ROOT / "examples", "--sandbox", environment={"OPENAI_API_KEY": KEY})
    assert said.code == 0, said.out + said.err
    assert said.out.splitlines()[-1].endswith(" passed, 0 failed")
    assert not terminal.data.exists()


def test_the_report_as_json_is_all_that_stands_on_stdout(terminal: Terminal) -> None:
    terminal.write("a.flow.json", compared(1, 2))
    terminal.write("b.flow.json", compared(1, 1))
    said = terminal.say("test", "--json")
    assert said.code == 1
    report = said.json
    assert (report["passed"], report["failed"], report["skipped"], report["cost_usd"]) == (1, 1, 0, 0)
    first, second = report["tests"]
    assert (first["file"], first["name"], first["outcome"], first["asserts"]) == (
        "a.flow.json",
        "compared",
        "failed",
        0,
    )
    assert first["faults"][0]["difference"] == ["expected: 2", "came:     1"]
    assert first["faults"][0]["details"] == {"expected": 2, "actual": 1}
    assert second["outcome"] == "passed"


def test_the_junit_report_is_written_also_when_tests_fail(terminal: Terminal) -> None:
    terminal.write("a.flow.json", compared("a\u0000\u001bb", 1))
    said = terminal.say("test", "--junit", "out/report.xml")
    assert said.code == 1
    suite = ET.parse(terminal.folder / "out" / "report.xml").getroot()[0]  # noqa: S314 - our own report
    assert suite.get("failures") == "1"
    assert "came:" in (suite[0][0].text or "")


def test_a_report_that_cannot_be_written_is_an_error(terminal: Terminal) -> None:
    terminal.write("a.flow.json", compared(1, 1))
    said = terminal.say("test", "--junit", terminal.folder)
    assert said.code != 0
    assert "cannot be written" in said.err


def test_keys_are_found_used_and_never_shown(terminal: Terminal) -> None:
    """A workflow that shows the key by mistake, in what it expects: the key is known, so it is blanked out."""
    terminal.monkeypatch.setenv("OPENAI_API_KEY", KEY)
    terminal.write("a.flow.json", compared(KEY, "x"))
    said = terminal.say("test", "--junit", "report.xml")
    assert said.code == 1
    assert KEY not in said.out + said.err + (terminal.folder / "report.xml").read_text()
    assert '"***"' in said.out


def test_what_runs_make_is_kept_where_it_is_asked_for(terminal: Terminal) -> None:
    terminal.write("a.flow.json", compared(1, 1))
    assert terminal.say("test", "--data-dir", terminal.data).code == 0
    assert "compared" in terminal.say("runs", "list", "--data-dir", terminal.data).out


def test_time_and_money_have_caps(terminal: Terminal) -> None:
    slow = compared(1, 1)
    slow["nodes"]["hold"] = {"type": "wait", "values": {"wait_time_seconds": 500}}
    slow["links"] = ["a.value -> hold.trigger", "hold.output -> same.actual", "b.value -> same.expected"]
    said = terminal.say("test", terminal.write("slow.flow.json", slow), "--timeout", "0.05")
    assert "The workflow took longer than 0.05 seconds and was stopped." in said.out
    paid = compared(1, 1)
    paid["nodes"]["image"] = {"type": "gpt_image"}
    paid["links"].append("a.value -> image.prompt")
    terminal.monkeypatch.setenv("OPENAI_API_KEY", KEY)
    terminal.monkeypatch.setenv("NODEBUILDER_OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    said = terminal.say("test", terminal.write("paid.flow.json", paid), "--max-cost-usd", "0.001")
    assert said.code == 1
    assert "The cap of $0.001 per session would be broken" in said.out


def test_what_is_mended_in_an_older_file_is_told_aside_and_not_when_quiet(terminal: Terminal) -> None:
    document = json.loads(json.dumps(EIGHT["test_1"]))
    document["graph_data"]["links"].append([99, 1, 0, 77, 0, "*"])
    terminal.write("old.json", document)
    said = terminal.say("test")
    assert "old.json: Mended: Link 99" in said.err
    assert said.out.splitlines()[-1] == "1 passed, 0 failed"
    assert terminal.say("test", "--quiet").err == ""


def test_calls_that_wait_for_a_person_do_not_hang_a_test(terminal: Terminal) -> None:
    asking = {
        "format": "nodebuilder/1",
        "nodes": {
            "question": {"type": "text", "values": {"value": "How much is 6 * 7?"}},
            "llm": {"type": "llm"},
            "calc": {"type": "calculator_tool", "ask": True},
            "same": {"type": "assert"},
        },
        "links": [
            *("question.text_out -> llm.prompt", "calc.output -> llm.tools[0]", "llm.tool_calls[0] -> calc.tool_call"),
            *("llm.response -> same.actual", "llm.response -> same.expected"),
        ],
    }
    path = terminal.write("asking.flow.json", asking)
    for approve in ("none", "all"):
        said = terminal.say("test", path, "--sandbox", "--approve", approve)
        assert said.out.splitlines()[-1] == "1 passed, 0 failed", said.out


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_ctrl_c_ends_it_at_once(terminal: Terminal) -> None:
    slow = compared(1, 1)
    slow["nodes"]["hold"] = {"type": "wait", "values": {"wait_time_seconds": 500}}
    slow["links"] = ["a.value -> hold.trigger", "hold.output -> same.actual", "b.value -> same.expected"]
    terminal.write("a.flow.json", compared(1, 1))
    terminal.write("b.flow.json", slow)
    command = [str(COMMAND), "test", "--jobs", "1"]
    with subprocess.Popen(command, cwd=terminal.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline().startswith(b"PASSED")
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr
        assert b"Traceback" not in process.stderr.read()


MEETING = """
import asyncio
from nodebuilder import node

here, all_here = [], asyncio.Event()

@node("meet")
async def meet(value: str) -> str:
    here.append(value)
    if len(here) == 3:
        all_here.set()
    await all_here.wait()
    return value
"""


def test_several_run_at_a_time(terminal: Terminal) -> None:
    """Three workflows wait for one another, so they pass only when all three are under way."""
    terminal.write("nodes/meet.py", MEETING)
    for name in "abc":
        meeting = compared("x", "x")
        meeting["nodes"]["meet"] = {"type": "meet"}
        meeting["links"] = ["a.value -> meet.value", "meet.output -> same.actual", "b.value -> same.expected"]
        terminal.write(f"{name}.flow.json", meeting)
    said = terminal.run("test", "--jobs", 3, "--nodes", "nodes", "--timeout", 60)
    assert said.out.splitlines()[-1] == "3 passed, 0 failed"


def test_a_workflow_may_call_one_that_lies_beside_it(terminal: Terminal) -> None:
    double = {
        "format": "nodebuilder/1",
        "nodes": {
            "n": {"type": "input", "values": {"type": "number", "required": True}},
            "sum": {"type": "add"},
            "out": {"type": "output"},
        },
        "links": ["n.value -> sum.a", "n.value -> sum.b", "sum.result -> out.value"],
    }
    calling = compared(21, 42)
    calling["nodes"]["call"] = {"type": "call_workflow", "values": {"workflow": "double"}}
    calling["links"] = ["a.value -> call.input", "call.output -> same.actual", "b.value -> same.expected"]
    terminal.write("double.flow.json", double)
    terminal.write("calling.flow.json", calling)
    said = terminal.say("test")
    assert said.out.splitlines()[-1] == "1 passed, 0 failed", said.out


def test_names_and_values_tell_a_terminal_nothing_and_need_be_no_text(terminal: Terminal) -> None:
    terminal.write("a\x1b[31m.flow.json", compared("\x1b]0;x\x07\ud800", "b"))
    said = terminal.say("test", ".", "--junit", "out.xml")
    assert said.code == 1, said.err
    assert said.out.splitlines()[-1] == "0 passed, 1 failed"
    assert "\x1b" not in said.out
    assert "\x07" not in said.out
