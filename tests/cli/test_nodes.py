from __future__ import annotations

from nodebuilder.documentation import built_in
from tests.terminal import Terminal


def test_as_json_it_prints_the_definitions_and_nothing_else(terminal: Terminal) -> None:
    answer = terminal.run("nodes", "--json")
    assert answer.code == 0
    assert answer.json == [kind.definition.as_json() for kind in built_in()]


def test_a_node_is_listed_with_all_that_the_contract_names(terminal: Terminal) -> None:
    image = next(node for node in terminal.say("nodes", "--json").json if node["type"] == "gpt_image")
    assert image["title"] == "GPT Image"
    assert image["category"] == "AI"
    (prompt,) = image["inputs"]
    assert {"name", "type", "required", "array", "pull", "do_not_wait"} <= prompt.keys()
    assert [output["name"] for output in image["outputs"]] == ["image_url", "filename", "servable_url"]
    size = next(widget for widget in image["widgets"] if widget["name"] == "size")
    assert (size["kind"], size["default"]) == ("combo", "1024x1024")
    assert size["options"] == ["1024x1024", "1024x1536", "1536x1024"]


def test_as_text_there_is_one_line_for_each_node(terminal: Terminal) -> None:
    lines = terminal.say("nodes").out.splitlines()
    assert len(lines) == len(built_in())
    assert any(line.startswith("text\tText\tInput\t") for line in lines)


def test_three_lines_in_a_folder_are_a_node(terminal: Terminal) -> None:
    terminal.write(
        "nodes/shout.py",
        'from nodebuilder import node\n@node\nasync def shout(text: str) -> str: return text.upper() + "!"\n',
    )
    found = {node["type"]: node for node in terminal.say("nodes", "--json", "--nodes", "nodes").json}
    assert found["shout"]["inputs"][0]["type"] == "TEXT"
    terminal.monkeypatch.setenv("NODEBUILDER_NODES_DIR", "nodes")
    assert "shout" in terminal.say("nodes").out


def test_a_wrong_node_is_said_with_file_and_line(terminal: Terminal) -> None:
    terminal.write(
        "nodes/shout.py", "from nodebuilder import node\n\n@node\nasync def shout(text) -> str: return text\n"
    )
    said = terminal.say("nodes", "--nodes", "nodes")
    assert said.code == 2
    assert "shout.py:3" in said.err.splitlines()[0]
    assert len(said.err.splitlines()) == 2
