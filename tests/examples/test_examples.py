"""Every example runs, headless and offline."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nodebuilder.providers.prices import image_models, retirement
from nodebuilder.registry import load_registry
from nodebuilder.workflow.check import check
from nodebuilder.workflow.read import load
from nodebuilder.workflow.write import lay_out, to_json
from tests.source import ROOT
from tests.terminal import Terminal

FOLDER = ROOT / "examples"
EXAMPLES = sorted(FOLDER.glob("*.flow.json"))
OUTSIDE = {"mcp_tools", "workflow_tool"}
"""Nodes that need something outside a file: a server for tools, a workflow that is saved."""


@pytest.fixture
def result(request: pytest.FixtureRequest, terminal: Terminal) -> Any:
    said = terminal.say("run", FOLDER / f"{request.param}.flow.json", "--sandbox", "--json")
    assert said.code == 0, said.err
    return said.json


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_has_no_problems_and_is_laid_out_as_the_program_writes_it(path: Path) -> None:
    workflow = load(path.read_bytes())
    assert check(workflow, load_registry()) == []
    assert lay_out(to_json(workflow)) == path.read_text()
    assert set(workflow.layout) == set(workflow.nodes)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_runs_to_its_end_without_an_error(path: Path, terminal: Terminal) -> None:
    said = terminal.say("run", path, "--sandbox", "--json")
    assert (said.code, said.json["status"], said.json["errors"]) == (0, "succeeded", [])


def test_every_example_is_listed_once_with_what_it_shows() -> None:
    rows = re.findall(r"^\| \[(\S+)\]\((\S+)\) \| \S.*\|$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert sorted(rows) == [(path.name, path.name) for path in EXAMPLES]


def test_every_family_of_nodes_has_a_place_in_an_example() -> None:
    kinds = {node.type for path in EXAMPLES for node in load(path.read_bytes()).nodes.values()}
    missing = {kind.type: kind.definition.category for kind in load_registry() if kind.type not in kinds}
    assert missing.keys() <= OUTSIDE, f"these nodes stand in no example: {missing}"


@pytest.mark.parametrize("result", ["text-to-image"], indirect=True)
def test_text_to_image_makes_a_picture_of_the_asked_size(result: Any, terminal: Terminal) -> None:
    assert list(result["outputs"]) == ["prompt", "image", "show"]
    url = result["outputs"]["image"]["image_url"]
    assert result["displayed"] == [{"node": "show", "title": "Display Output", "content_type": "image", "data": url}]
    with Image.open(terminal.data / "servable" / url.rpartition("/")[2]) as picture:
        assert (picture.format, picture.size) == ("PNG", (1024, 1024))


def test_the_first_example_uses_a_current_model() -> None:
    model = json.loads((FOLDER / "text-to-image.flow.json").read_text())["nodes"]["image"]["values"]["model"]
    assert model in {known.name for known in image_models()}
    assert retirement(model) is None


@pytest.mark.parametrize("result", ["illustrated-chat"], indirect=True)
def test_illustrated_chat_draws_what_is_asked_for_and_shows_its_link(result: Any, terminal: Terminal) -> None:
    drawn = result["outputs"]["draw"]["output"]["result"]
    assert drawn["prompt_used"] == "a sunset over mountains"
    with Image.open(terminal.data / "servable" / drawn["filename"]) as picture:
        assert picture.size == (1024, 1024)
    (answer,) = result["displayed"]
    assert answer["node"] == "answer"
    assert f"]({drawn['servable_url']})" in answer["data"]


def test_illustrated_chat_is_wired_by_both_links_and_talks_without_its_tool_too(terminal: Terminal) -> None:
    path = FOLDER / "illustrated-chat.flow.json"
    links = json.loads(path.read_text())["links"]
    assert {"draw.output -> llm.tools[0]", "llm.tool_calls[0] -> draw.tool_call"} <= set(links)
    said = terminal.say("run", path, "--sandbox", "--json", "--set", "chat.message=Good morning").json
    assert set(said["outputs"]["draw"]["output"]) == {"name", "description", "input_schema"}
    assert said["displayed"][0]["data"]


def test_illustrated_chat_answers_other_programs_as_well(terminal: Terminal) -> None:
    path = FOLDER / "illustrated-chat.flow.json"
    said = terminal.say("run", path, "--sandbox", "--json", "--input", "prompt=Generate an image of a red fox").json
    link = said["outputs"]["draw"]["output"]["result"]["servable_url"]
    assert said["results"]["response"] == f"Here it is: a red fox.\n\n![a red fox]({link})"


@pytest.mark.parametrize("result", ["research-assistant"], indirect=True)
def test_the_research_assistant_answers_from_what_its_tools_found(result: Any) -> None:
    outputs = result["outputs"]
    assert outputs["calculator"]["output"]["result"] == 1234 * 5678
    assert outputs["weather"]["output"]["result"]["city"].startswith("Lisbon")
    assert outputs["analysis"]["output"]["result"]["sentiment"] == "positive"
    assert "input_schema" in outputs["web"]["output"], "nobody asked for a page"
    assert list(result["results"]) == ["response"]
    assert all(found in result["results"]["response"] for found in ("7006652", "Lisbon", "positive"))


def test_the_research_assistant_takes_a_question_and_is_published_by_name(terminal: Terminal) -> None:
    path = FOLDER / "research-assistant.flow.json"
    workflow = load(path.read_bytes())
    assert workflow.publish == ("model", "tool")
    said = terminal.say("run", path, "--sandbox", "--json", "--input", "prompt=How much is 6 * 7?").json
    assert said["outputs"]["calculator"]["output"]["result"] == 42
    assert "input_schema" in said["outputs"]["weather"]["output"]
    assert "42" in said["results"]["response"]


@pytest.mark.parametrize("result", ["upright-and-wide"], indirect=True)
def test_upright_and_wide_makes_two_pictures(result: Any, terminal: Terminal) -> None:
    names = [result["outputs"][node]["filename"] for node in ("upright", "wide")]
    sizes = []
    for name in names:
        with Image.open(terminal.data / "servable" / name) as picture:
            sizes.append(picture.size)
    assert sizes == [(1024, 1536), (1536, 1024)]
    assert result["outputs"]["name"] == {"value_out": names[1]}


@pytest.mark.parametrize("result", ["edit-a-picture"], indirect=True)
def test_edit_a_picture_keeps_both_pictures(result: Any, terminal: Terminal) -> None:
    drawn, edited = (result["outputs"][node]["filename"] for node in ("image", "edit"))
    folder = terminal.data / "servable"
    with Image.open(folder / drawn) as before, Image.open(folder / edited) as after:
        assert before.size == after.size == (1024, 1024)
        assert before.tobytes() != after.tobytes()
    assert result["displayed"][0]["data"] == result["outputs"]["edit"]["image_url"]


@pytest.mark.parametrize("result", ["tool-by-hand"], indirect=True)
def test_a_tool_called_by_hand_answers_with_the_id_of_the_call(result: Any) -> None:
    answer = result["outputs"]["draw"]["output"]
    assert answer["id"] == "img_1"
    assert answer["result"]["success"] is True
    assert result["firings"] == 3


@pytest.mark.parametrize("result", ["text-and-picture"], indirect=True)
def test_text_and_picture_are_parted(result: Any) -> None:
    shown = {told["node"]: told["data"] for told in result["displayed"]}
    assert shown == {
        "words": "Here is your lion: \n\nShall I draw another one?",
        "picture": "https://example.org/lion.png",
    }


@pytest.mark.parametrize("result", ["dictionary"], indirect=True)
def test_a_dictionary_is_shown_as_json(result: Any) -> None:
    (shown,) = result["displayed"]
    assert json.loads(shown["data"])["weather"] == {"mean": 7.5, "rain": True}


@pytest.mark.parametrize("result", ["numbers"], indirect=True)
def test_a_number_stays_a_number(result: Any) -> None:
    assert result["displayed"][0]["data"] == 12.5


def test_the_chat_model_answers_in_the_terminal_as_well(terminal: Terminal) -> None:
    said = terminal.say("run", FOLDER / "openai-chat.flow.json", "--sandbox", "--json", "--input", "prompt=hello")
    assert said.code == 0, said.err
    assert list(said.json["results"]) == ["response"]
    assert "hello" in said.json["results"]["response"]


@pytest.mark.parametrize("result", ["openai-image"], indirect=True)
def test_the_picture_model_gives_a_picture(result: Any, terminal: Terminal) -> None:
    assert (terminal.data / "servable" / result["results"]["image"]).is_file()
    assert result["results"]["response"].endswith(result["results"]["image"])


@pytest.mark.parametrize("result", ["math-and-decisions"], indirect=True)
def test_a_sum_within_the_budget_takes_the_first_way(result: Any) -> None:
    assert [(told["node"], told["data"]) for told in result["displayed"]] == [("yes", 785.5)]


def test_a_sum_over_the_budget_takes_the_other_way(terminal: Terminal) -> None:
    path = FOLDER / "math-and-decisions.flow.json"
    said = terminal.say("run", path, "--sandbox", "--json", "--set", "flight.value=500").json
    assert [(told["node"], told["data"]) for told in said["displayed"]] == [("no", 865.5)]


@pytest.mark.parametrize("result", ["texts-and-lists"], indirect=True)
def test_texts_are_joined_listed_and_taken_as_they_come(result: Any) -> None:
    words, items = result["displayed"]
    assert words["data"] == "bread and salt and oil"
    assert json.loads(items["data"]) == ["bread", "salt", "oil"]
    assert result["outputs"]["came"] == {"value_out": "oil"}
    assert result["firings"] == 12


@pytest.mark.parametrize("result", ["dictionary-entries"], indirect=True)
def test_an_entry_is_set_and_got_and_a_missing_one_is_dealt_with(result: Any) -> None:
    shown = {told["node"]: told["data"] for told in result["displayed"]}
    assert shown == {"show": 37, "instead": 'The dictionary has no key "mail".'}
    assert result["outputs"]["person"]["dictionary_out"]["age"] == 36


@pytest.mark.parametrize("result", ["tested-loop"], indirect=True)
def test_the_loop_passes_its_test_and_is_counted(result: Any) -> None:
    assert [(told["node"], told["data"]) for told in result["displayed"]] == [("show", 160)]
    assert result["outputs"]["rounds"] == {"count": 4}
    assert result["outputs"]["said"] == {"value_out": 4}


def test_a_loop_that_does_something_else_fails_its_test(terminal: Terminal) -> None:
    path = FOLDER / "tested-loop.flow.json"
    said = terminal.say("run", path, "--sandbox", "--json", "--set", "ten.value=11")
    assert said.code == 1
    (error,) = said.json["errors"]
    assert (error["node"], error["message"]) == ("same", "Assertion Failed: 160.0 was expected, but 176.0 came.")


@pytest.mark.parametrize("result", ["test-nodes"], indirect=True)
def test_the_test_nodes_show_what_nodes_can_do(result: Any) -> None:
    shown = {told["node"]: told["data"] for told in result["displayed"]}
    assert shown.pop("panel").startswith("Display test ")
    assert shown == {"first": "pre-one", "joined": "skip, one"}
    assert result["outputs"]["same"] == {"on_success": 10}


@pytest.mark.parametrize("result", ["webhook"], indirect=True)
def test_the_webhook_takes_the_order_that_is_written_on_it(result: Any) -> None:
    assert result["results"] == {"reply": 'Thank you, we have got this: {"order": 17, "item": "a red bicycle"}'}


def test_the_webhook_takes_another_order_by_hand(terminal: Terminal) -> None:
    said = terminal.say("run", FOLDER / "webhook.flow.json", "--json", "--set", "order.payload=<b>two</b>").json
    assert said["results"] == {"reply": "Thank you, we have got this: <b>two</b>"}
    assert said["displayed"][0]["data"] == said["results"]["reply"]


@pytest.mark.parametrize("result", ["events"], indirect=True)
def test_what_is_asked_by_an_event_is_answered_by_another_run(result: Any, terminal: Terminal) -> None:
    assert result["results"] == {"greeting": "Hello, Ada"}
    assert result["outputs"]["same"] == {"on_success": "Hello, Ada"}
    assert result["outputs"]["news"] == {"sent_count": 1}
    assert not {"on_greet", "on_greeted", "book"} & set(result["outputs"])
    runs = terminal.say("runs", "list", "--json").json
    assert [run["status"] for run in runs] == ["succeeded"] * 3
