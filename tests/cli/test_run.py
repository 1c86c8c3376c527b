from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

from PIL import Image

from tests.cli.flows import BROKEN, GREETING, NUMBERS, PICTURE
from tests.standin import standin_in_thread
from tests.terminal import COMMAND, Terminal

KEY = "sk-test-abcdefghijklmnop-0123456789"
SLEEPY = """
import asyncio
from nodebuilder import Context, node

@node
async def sleepy(ctx: Context) -> str:
    ctx.log("asleep")
    await asyncio.sleep(300)
    return "awake"
"""
SLEEPY_FROM_100 = """
import asyncio
from nodebuilder import Context, node

@node
async def sleepy(ctx: Context, value: int) -> int:
    if value == 100:
        ctx.log("asleep")
        await asyncio.sleep(300)
    return value
"""


def test_a_picture_is_drawn_offline_and_lies_on_disk(terminal: Terminal) -> None:
    answer = terminal.run(
        "run", terminal.write("p.flow.json", PICTURE), "--sandbox", "--json", "--set", "image.size=1536x1024"
    )
    assert answer.code == 0, answer.err
    result = answer.json
    assert list(result) == [
        "run_id", "status", "outputs", "displayed", "errors", "waiting", "cost_usd", "firings",
    ]  # fmt: skip
    assert (result["status"], result["errors"], result["waiting"], result["firings"]) == ("succeeded", [], [], 3)
    image = result["outputs"]["image"]
    assert set(image) == {"image_url", "filename", "servable_url"}
    assert image["image_url"] == f"http://localhost:8000/servable/{image['filename']}"
    with Image.open(terminal.data / "servable" / image["filename"]) as picture:
        assert (picture.format, picture.size) == ("PNG", (1536, 1024))
    assert result["displayed"][0]["data"] == image["image_url"]
    assert image["image_url"] in answer.err
    assert terminal.say("runs", "list", "--json").json[0]["run_id"] == result["run_id"]


def test_the_outputs_are_the_last_ones_of_every_node_that_fired(terminal: Terminal) -> None:
    said = terminal.say("run", terminal.write("n.flow.json", NUMBERS), "--json", "--set", "amount.value=12.5")
    assert said.code == 0
    assert said.json["outputs"] == {
        "amount": {"number_out": 12.5},
        "note": {"value_out": 12.5},
        "show": {"data_out": 12.5},
    }


def test_without_json_nothing_goes_to_stdout(terminal: Terminal) -> None:
    said = terminal.say("run", terminal.write("n.flow.json", NUMBERS))
    assert (said.code, said.out) == (0, "")
    assert said.err.splitlines()[0] == "Numbers: 3 nodes"
    assert said.err.splitlines()[-1].startswith("succeeded: 3 firings in ")


def test_quiet_says_nothing_of_a_run_that_succeeds(terminal: Terminal) -> None:
    said = terminal.say("run", terminal.write("n.flow.json", NUMBERS), "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_a_workflow_comes_from_stdin(terminal: Terminal) -> None:
    path = terminal.write("n.flow.json", NUMBERS)
    said = terminal.say("run", "-", "--json", stdin=path.read_text())
    assert said.json["status"] == "succeeded"


def test_it_starts_where_it_is_told(terminal: Terminal) -> None:
    said = terminal.say("run", terminal.write("n.flow.json", NUMBERS), "--json", "--start", "show")
    assert set(said.json["outputs"]) == {"amount", "note", "show"}
    wrong = terminal.say("run", "n.flow.json", "--json", "--start", "shw")
    assert wrong.code == 2


def test_without_a_key_the_run_fails_with_the_documented_sentence(terminal: Terminal) -> None:
    said = terminal.say("run", terminal.write("p.flow.json", PICTURE), "--json")
    assert said.code == 1
    (error,) = said.json["errors"]
    assert error["message"] == "OpenAI API key is required for GPT-image-1"
    assert (error["node"], error["code"]) == ("image", "no_key")
    assert error["remedy"]
    assert said.json["outputs"]["image"] == {"image_url": "", "filename": "", "servable_url": ""}


def test_what_cannot_run_is_one_object_with_all_problems_and_exit_code_two(terminal: Terminal) -> None:
    said = terminal.say("run", terminal.write("b.flow.json", BROKEN), "--json")
    assert said.code == 2
    assert (said.json["status"], said.json["run_id"], said.json["outputs"]) == ("not_runnable", None, {})
    assert {problem["code"] for problem in said.json["problems"]} == {"bad_option", "missing_input", "unknown_type"}
    assert [error["code"] for error in said.json["errors"]] == [problem["code"] for problem in said.json["problems"]]
    assert terminal.say("runs", "list", "--json").json == []


def test_what_cannot_run_is_said_on_stderr_without_json(terminal: Terminal) -> None:
    said = terminal.say("run", terminal.write("b.flow.json", BROKEN))
    assert (said.code, said.out) == (2, "")
    assert 'error: image.quality: Widget "quality" has no option "best".' in said.err


def test_a_file_that_cannot_be_read_is_exit_code_two(terminal: Terminal) -> None:
    said = terminal.say("run", "missing.flow.json", "--json")
    assert said.code == 2
    assert said.json["errors"][0]["code"] == "unreadable_file"
    plain = terminal.say("run", "missing.flow.json")
    assert len(plain.err.splitlines()) == 2


def test_a_mistyped_assignment_is_exit_code_two(terminal: Terminal) -> None:
    said = terminal.say("run", terminal.write("n.flow.json", NUMBERS), "--set", "amount.valu=3")
    assert (said.code, said.err.splitlines()) == (2, ['Node "amount" has no widget "valu".', 'Did you mean "value"?'])


def test_a_key_that_is_given_is_used_once_and_kept_nowhere(terminal: Terminal) -> None:
    path = terminal.write("p.flow.json", PICTURE)
    with standin_in_thread() as openai:
        terminal.monkeypatch.setenv("NODEBUILDER_OPENAI_BASE_URL", openai.url)
        said = terminal.say("run", path, "--json", "--set", f"image.api_key={KEY}")
        assert said.code == 0, said.err
        assert [request.headers["authorization"] for request in openai.requests] == [f"Bearer {KEY}"]
        openai.faults.append("401")
        refused = terminal.say("run", path, "--json", "--set", f"image.api_key={KEY}")
    assert refused.code == 1
    assert refused.json["errors"][0]["message"].startswith("GPT-image-1 generation error")
    for text in (said.out, said.err, refused.out, refused.err):
        assert KEY not in text
    for file in [file for file in terminal.folder.rglob("*") if file.is_file()]:
        assert KEY.encode() not in file.read_bytes(), file


def test_a_real_call_says_what_it_cost(terminal: Terminal) -> None:
    terminal.monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with standin_in_thread() as openai:
        terminal.monkeypatch.setenv("NODEBUILDER_OPENAI_BASE_URL", openai.url)
        said = terminal.say("run", terminal.write("p.flow.json", PICTURE), "--json")
        assert openai.count == 1
    assert said.json["cost_usd"] > 0
    assert f"${said.json['cost_usd']:.4f}".rstrip("0") in said.err


def test_a_warning_of_the_check_is_said_before_the_run(terminal: Terminal) -> None:
    path = terminal.write("n.flow.json", {**NUMBERS, "format": "nodebuilder/9"})
    said = terminal.say("run", path)
    assert said.code == 0
    assert said.err.startswith("warning: ")


def test_a_node_of_ones_own_runs(terminal: Terminal) -> None:
    terminal.write(
        "nodes/shout.py",
        'from nodebuilder import node\n\n@node\nasync def shout(text: str) -> str: return text.upper() + "!"\n',
    )
    document = {
        "format": "nodebuilder/1",
        "nodes": {"words": {"type": "text", "values": {"value": "hello"}}, "loud": {"type": "shout"}},
        "links": ["words.text_out -> loud.text"],
    }
    said = terminal.say("run", terminal.write("s.flow.json", document), "--nodes", "nodes", "--json")
    assert said.json["outputs"]["loud"] == {"output": "HELLO!"}


def start_and_interrupt(terminal: Terminal, *signals: signal.Signals) -> tuple[int, str, str]:
    terminal.write("nodes/sleepy.py", SLEEPY)
    document = {"format": "nodebuilder/1", "nodes": {"bed": {"type": "sleepy"}}}
    return interrupted(terminal, terminal.write("s.flow.json", document), *signals)


def interrupted(terminal: Terminal, path: Path, *signals: signal.Signals) -> tuple[int, str, str]:
    """Run a file until something in it says that it is asleep, then send it signals."""
    running = subprocess.Popen(
        [COMMAND, "run", path, "--nodes", terminal.folder / "nodes", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert running.stderr is not None
    seen = ""
    while "asleep" not in seen:
        line = running.stderr.readline()
        assert line, f"it ended early: {seen}"
        seen += line
    for each in signals:
        running.send_signal(each)
    out, err = running.communicate(timeout=60)
    return running.returncode, out, seen + err


def test_ctrl_c_cancels_the_run_and_says_so(terminal: Terminal) -> None:
    code, out, err = start_and_interrupt(terminal, signal.SIGINT)
    assert code == 130
    assert '"status": "cancelled"' in out
    assert "Traceback" not in err
    assert [run["status"] for run in terminal.say("runs", "list", "--json").json] == ["cancelled"]


def test_ctrl_c_ends_a_long_loop_and_tells_how_far_it_was(terminal: Terminal) -> None:
    terminal.write("nodes/sleepy.py", SLEEPY_FROM_100)
    items = {"type": "list", "default": json.dumps(list(range(100_000)))}
    nodes = {"n": {"type": "input", "values": items}, "each": {"type": "for_each"}, "bed": {"type": "sleepy"}}
    links = ["n.value -> each.items", "each.item -> bed.value", "bed.output -> each.result"]
    path = terminal.write("s.flow.json", {"format": "nodebuilder/1", "nodes": nodes, "links": links})
    code, out, err = interrupted(terminal, path, signal.SIGINT)
    assert code == 130
    assert '"status": "cancelled"' in out
    lines = err.splitlines()
    assert "bed  done 100 times" in lines
    assert "each  The loop was stopped; 100 of 100000 items were done: 0-99." in lines
    assert len(lines) < 40


def test_being_told_to_end_cancels_the_run_as_well(terminal: Terminal) -> None:
    code, out, _ = start_and_interrupt(terminal, signal.SIGTERM)
    assert code == 130
    assert '"status": "cancelled"' in out


def test_resuming_goes_on_with_the_run_as_it_was_begun(terminal: Terminal) -> None:
    path = terminal.write("p.flow.json", PICTURE)
    failed = terminal.say("run", path, "--json").json
    assert failed["status"] == "failed"
    terminal.monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with standin_in_thread() as openai:
        terminal.monkeypatch.setenv("NODEBUILDER_OPENAI_BASE_URL", openai.url)
        said = terminal.say("run", path, "--json", "--resume", failed["run_id"])
        assert (said.code, openai.count) == (0, 1)
    assert said.json["run_id"] != failed["run_id"]


def test_resuming_leaves_no_room_for_other_values(terminal: Terminal) -> None:
    said = terminal.say("run", terminal.write("n.flow.json", NUMBERS), "--resume", "x", "--start", "amount")
    assert said.code == 2
    unknown = terminal.say("run", "n.flow.json", "--json", "--resume", "nobody")
    assert unknown.code == 2
    assert unknown.json["errors"][0]["code"] == "not_found"


def test_a_data_folder_can_be_named(terminal: Terminal, tmp_path: Path) -> None:
    said = terminal.say("run", terminal.write("n.flow.json", NUMBERS), "--data-dir", tmp_path / "elsewhere")
    assert said.code == 0
    assert (tmp_path / "elsewhere").is_dir()
    assert not terminal.data.exists()


def test_inputs_are_given_by_name_and_results_come_back_by_name(terminal: Terminal) -> None:
    path = terminal.write("g.flow.json", GREETING)
    said = terminal.say("run", path, "--json", "--input", "name=7=x", "--input", "years=7", "--input", 'tags=["a"]')
    assert said.code == 0, said.err
    assert said.json["results"] == {"greeting": "7=x", "age": 7, "tags": ["a"]}
    shown = terminal.say("run", path, "--input", "name=Grace [bold]")
    assert shown.err.splitlines()[-3:] == ["greeting: Grace [bold]", "age: 36", "tags: []"]


def test_a_default_that_is_set_counts_as_given(terminal: Terminal) -> None:
    said = terminal.say("run", terminal.write("g.flow.json", GREETING), "--json", "--set", "name.default=Ada")
    assert said.json["results"]["greeting"] == "Ada"


def test_an_unknown_missing_or_wrong_input_starts_nothing(terminal: Terminal) -> None:
    path = terminal.write("g.flow.json", GREETING)
    unknown = terminal.say("run", path, "--input", "nam=Ada")
    assert unknown.code == 2
    assert 'no input "nam"' in unknown.err
    assert "Its inputs: name, years, tags." in unknown.err
    missing = terminal.say("run", path, "--json")
    assert (missing.code, missing.json["status"]) == (2, "not_runnable")
    assert missing.json["errors"][0]["message"] == 'Input "name" is missing.'
    wrong = terminal.say("run", path, "--input", "name=x", "--input", "years=many")
    assert wrong.code == 2
    assert 'Input "years" wants a finite number, but got "many".' in " ".join(wrong.err.split())
    unreadable = terminal.say("run", path, "--input", "name")
    assert unreadable.code == 2
    assert terminal.say("runs", "list", "--json").json == []


def test_the_sandbox_says_for_whom_it_answers(terminal: Terminal) -> None:
    talk = {
        "format": "nodebuilder/1",
        "nodes": {"ask": {"type": "text", "values": {"value": "Hello"}}, "llm": {"type": "llm"}},
        "links": ["ask.text_out -> llm.prompt"],
    }
    file = terminal.write("t.flow.json", talk)
    said = terminal.run("run", file, "--sandbox", "--set", "llm.provider=anthropic", "--set", "llm.model=claude-9")
    assert said.code == 0, said.err
    assert "There is no key for anthropic, so the sandbox answers in its place." in said.err
