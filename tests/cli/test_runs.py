from __future__ import annotations

from tests.cli.flows import NUMBERS, PICTURE
from tests.standin import standin_in_thread
from tests.terminal import Terminal

KEY = "sk-test-abcdefghijklmnop-0123456789"


def test_runs_are_listed_newest_first_and_shown(terminal: Terminal) -> None:
    path = terminal.write("n.flow.json", NUMBERS)
    first, second = (terminal.say("run", path, "--json").json["run_id"] for _ in range(2))
    assert [line.split("\t")[0] for line in terminal.say("runs", "list").out.splitlines()] == [second, first]
    assert [run["run_id"] for run in terminal.say("runs", "list", "--limit", "1", "--json").json] == [second]
    shown = terminal.say("runs", "show", first)
    assert shown.out.splitlines()[0] == "Numbers: succeeded, 3 firings"
    assert "amount.number_out: 3" in shown.out
    assert terminal.say("runs", "show", first, "--json").json["outputs"]["show"] == {"data_out": 3}


def test_a_failed_run_is_shown_with_its_errors(terminal: Terminal) -> None:
    run_id = terminal.say("run", terminal.write("p.flow.json", PICTURE), "--json").json["run_id"]
    shown = terminal.say("runs", "show", run_id)
    assert "image failed: OpenAI API key is required for GPT-image-1" in shown.out


def test_receipts_and_their_cost_are_shown(terminal: Terminal) -> None:
    terminal.monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with standin_in_thread() as openai:
        terminal.monkeypatch.setenv("NODEBUILDER_OPENAI_BASE_URL", openai.url)
        run_id = terminal.say("run", terminal.write("p.flow.json", PICTURE), "--json").json["run_id"]
        openai.faults.append("500")
        broken = terminal.say("run", "p.flow.json", "--json").json["run_id"]
    shown = terminal.say("runs", "show", run_id).out
    assert "Receipt of image: done, gpt-image-2.5-flare, $" in shown
    assert "  kept as gpt_image_" in shown
    assert (
        "Receipt of image: unknown, gpt-image-2.5-flare, You may have been charged."
        in terminal.say("runs", "show", broken).out
    )


def test_a_call_that_may_have_been_charged_is_made_again_only_when_said_so(terminal: Terminal) -> None:
    terminal.monkeypatch.setenv("OPENAI_API_KEY", KEY)
    path = terminal.write("p.flow.json", PICTURE)
    with standin_in_thread() as openai:
        terminal.monkeypatch.setenv("NODEBUILDER_OPENAI_BASE_URL", openai.url)
        openai.faults.append("500")
        run_id = terminal.say("run", path, "--json").json["run_id"]
        stopped = terminal.say("runs", "resume", run_id, "--json")
        assert (stopped.code, openai.count) == (1, 1)
        assert stopped.json["errors"][0]["code"] == "maybe_charged"
        again = terminal.say("runs", "resume", run_id, "--call-again", "--json")
        assert (again.code, openai.count) == (0, 2)


def test_a_run_that_succeeded_leaves_nothing_to_go_on_with(terminal: Terminal) -> None:
    run_id = terminal.say("run", terminal.write("n.flow.json", NUMBERS), "--json").json["run_id"]
    said = terminal.say("runs", "resume", run_id)
    assert said.code == 2
    assert said.err.splitlines()[0] == "The run is succeeded: there is nothing to go on with."


def test_an_unknown_run_is_an_error(terminal: Terminal) -> None:
    assert terminal.say("runs", "show", "nobody").code == 1
