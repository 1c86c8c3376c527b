"""Files of the earlier system in the terminal: imported, checked and run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.interop.litegraph.old import graph, node
from tests.terminal import Terminal

KEY = "sk-CANARY-0123456789-abcdefghij"


def old() -> dict[str, Any]:
    """A number that is logged and shown, with one link into nothing."""
    entries = [node(1, "NumberNode", ["3"]), node(2, "LogNode", ["LOG"]), node(3, "DisplayOutputNode", ["text"])]
    data = graph(entries, ("1.number_out > 2.value_in", "2.value_out > 3.data"), 1)
    data["graph_data"]["links"].append([9, 1, 0, 77, 0, "NUMBER"])
    return data


def keyed() -> dict[str, Any]:
    return graph([node(1, "GPTImageNode", [KEY], title="Lion"), node(2, "LLMNode", ["anthropic", "c", KEY])], ())


def test_a_file_is_imported_to_stdout_or_into_another_file(terminal: Terminal) -> None:
    path = terminal.write("numbers.json", old())
    said = terminal.say("import", path)
    assert said.code == 0
    assert said.json["name"] == "numbers"
    assert said.json["links"] == ["number.number_out -> log.value_in", "log.value_out -> display_output.data"]
    assert said.err.splitlines() == [
        'Mended: "value" of node "number" holds "3"; it is read as 3.',
        'Mended: Link 9 of node "number" ends at a node that is not there; it was left out.',
    ]
    new = terminal.folder / "numbers.flow.json"
    again = terminal.say("import", path, "-o", new)
    assert (again.code, again.out) == (0, "")
    assert json.loads(new.read_text()) == said.json
    assert terminal.say("check", new).code == 0
    assert terminal.say("import", "-", stdin=path.read_text()).json["nodes"] == said.json["nodes"]


def test_an_older_file_is_checked_and_run_as_it_is(terminal: Terminal) -> None:
    path = terminal.write("numbers.json", old())
    checked = terminal.say("check", path)
    assert (checked.code, checked.out) == (0, "Nothing is wrong.\n")
    assert "Mended: Link 9" in checked.err
    ran = terminal.say("run", path, "--json", "--data-dir", terminal.data)
    assert ran.code == 0, ran.err
    assert [shown["data"] for shown in ran.json["displayed"]] == [3]
    assert "Mended: Link 9" in ran.err
    quiet = terminal.say("run", path, "--json", "--quiet", "--data-dir", terminal.data)
    assert (quiet.code, quiet.err) == (0, "")
    assert json.loads(path.read_text()) == old()


def test_keys_are_left_out_and_the_secrets_to_set_are_named(terminal: Terminal) -> None:
    path = terminal.write("keyed.json", keyed())
    new = terminal.folder / "keyed.flow.json"
    said = terminal.say("import", path, "-o", new)
    assert said.code == 0
    assert said.err.splitlines()[:2] == [
        'Left out: the key in "api_key" of node "lion"; set the secret openai with `nodebuilder secrets set openai`.',
        'Left out: the key in "api_key" of node "llm"; set the secret anthropic with '
        "`nodebuilder secrets set anthropic`.",
    ]
    for command in (["check", path], ["import", path], ["run", path, "--sandbox", "--data-dir", terminal.data]):
        answer = terminal.say(*command)
        assert KEY not in answer.out + answer.err
    assert KEY not in new.read_text()
    assert not [found for found in terminal.data.rglob("*") if found.is_file() and KEY.encode() in found.read_bytes()]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"3": {"class_type": "KSampler", "inputs": {}}}', "This is a file of ComfyUI"),
        ('[{"id": "a", "type": "tab"}]', "This is a file of Node-RED"),
        ('{"context": [], "graph_hash": null}', "This is no workflow, but what a display panel showed."),
        ("[" * 5000, "nested deeper"),
        ('{"nodes": [{"id": NaN}]}', "NaN"),
    ],
)
def test_what_is_no_such_file_is_refused_in_two_lines(terminal: Terminal, text: str, sentence: str) -> None:
    path = terminal.write("other.json", text)
    for command in ("import", "run"):
        said = terminal.say(command, path)
        assert said.code == 2
        assert sentence in said.err
        assert len(said.err.splitlines()) == 2
    checked = terminal.say("check", path)
    assert checked.code == 2
    assert sentence in checked.out


def test_a_workflow_of_today_is_not_imported(terminal: Terminal) -> None:
    path = terminal.write("new.flow.json", {"format": "nodebuilder/1", "nodes": {}})
    said = terminal.say("import", path)
    assert said.code == 2
    assert "Open it as it is." in said.err


def test_the_older_file_is_never_written_over(terminal: Terminal) -> None:
    path = terminal.write("numbers.json", old())
    assert terminal.say("import", path, "-o", path).code == 1
    assert json.loads(path.read_text()) == old()
    assert terminal.say("import", path, "-o", terminal.folder / "no" / "folder.json").code == 1
