from __future__ import annotations

from tests.cli.flows import BROKEN, NUMBERS, PICTURE
from tests.terminal import Terminal


def test_a_workflow_that_can_run_is_passed(terminal: Terminal) -> None:
    said = terminal.say("check", terminal.write("n.flow.json", NUMBERS))
    assert (said.code, said.out) == (0, "Nothing is wrong.\n")


def test_a_paid_workflow_says_what_it_may_cost(terminal: Terminal) -> None:
    said = terminal.say("check", terminal.write("p.flow.json", PICTURE))
    assert said.code == 0
    assert "Up to 1 paid call: about $0.0" in said.out


def test_all_problems_are_said_at_once_with_place_and_remedy(terminal: Terminal) -> None:
    said = terminal.say("check", terminal.write("b.flow.json", BROKEN))
    assert said.code == 2
    assert 'error: image.quality: Widget "quality" has no option "best".' in said.out
    assert "error: image.prompt: " in said.out
    assert 'Did you mean "text"?' in said.out
    assert said.out.splitlines()[-1].startswith("Up to 1 paid call")
    assert "3 errors, 0 warnings" in said.out  # no link joins anything, so nothing merely lies about


def test_as_json_the_problems_are_those_of_the_api(terminal: Terminal) -> None:
    said = terminal.say("check", terminal.write("b.flow.json", BROKEN), "--json")
    assert said.code == 2
    first = said.json["problems"][0]
    assert set(first) == {"code", "severity", "node", "socket", "widget", "message", "remedy"}
    assert said.json["estimate"]["paid_calls"] == 1


def test_a_warning_does_not_fail(terminal: Terminal) -> None:
    document = {**NUMBERS, "format": "nodebuilder/9"}
    said = terminal.say("check", terminal.write("n.flow.json", document))
    assert said.code == 0
    assert "warning: " in said.out


def test_what_is_no_workflow_is_a_problem_too(terminal: Terminal) -> None:
    said = terminal.say("check", terminal.write("n.flow.json", "{"), "--json")
    assert said.code == 2
    assert [problem["code"] for problem in said.json["problems"]] == ["not_json"]
    missing = terminal.say("check", "missing.flow.json")
    assert missing.code == 2
    assert "missing.flow.json cannot be read" in missing.out
