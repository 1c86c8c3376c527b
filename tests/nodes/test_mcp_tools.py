"""MCP Tools through the real runner, against real servers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.events import RunFinished
from nodebuilder.nodes.mcp_tools import mcp_tools
from nodebuilder.storage.mcp_servers import McpServer, McpServers
from nodebuilder.values import Asset, to_json
from nodebuilder.workflow.check import check
from nodebuilder.workflow.model import Node, Workflow
from tests.mcpservers import command
from tests.workbench import Bench


async def set_up(bench: Bench, *servers: McpServer) -> None:
    for server in servers:
        await McpServers(bench.store.preferences).set(server)


async def described(bench: Bench, **values: str) -> RunFinished:
    nodes = {"mcp": ("mcp_tools", values), "show": ("display_output", {})}
    return await bench.run(nodes, "mcp.output -> show.data")


async def called(bench: Bench, call: Any, **values: str) -> dict[str, Any]:
    """Call through links; return what came out."""
    nodes = {
        "call": ("dictionary_input", {"json_input": json.dumps(call)}),
        "mcp": ("mcp_tools", values),
        "show": ("display_output", {}),
    }
    await bench.run(nodes, "call.dictionary_out -> mcp.tool_call", "mcp.output -> show.data")
    return sent(bench)


def sent(bench: Bench) -> Any:
    return to_json(next(event.outputs["output"] for event in bench.told("output_sent") if event.node == "mcp"))


async def test_without_a_call_it_gives_all_definitions(bench: Bench) -> None:
    await set_up(bench, command("raw", "raw"))
    finished = await described(bench, server="raw")
    assert finished.status == "succeeded"
    assert [tool["name"] for tool in sent(bench)] == ["one", "two"]
    assert sent(bench)[0]["input_schema"]["$defs"] == {"x": {"$anchor": "here"}}


@pytest.mark.parametrize("tools", ["two", " two ,", "two\n\ntwo\n"])
async def test_or_those_of_the_tools_that_were_named(bench: Bench, tools: str) -> None:
    await set_up(bench, command("raw", "raw"))
    await described(bench, server="raw", tools=tools)
    assert [tool["name"] for tool in sent(bench)] == ["two"]


async def test_a_tool_that_the_server_does_not_have_is_told_with_the_nearest(bench: Bench) -> None:
    await set_up(bench, command("raw", "raw"))
    finished = await described(bench, server="raw", tools="one, tow")
    (error,) = finished.errors
    assert (error.code, error.message) == ("no_such_tool", "The MCP server raw has no tool tow.")
    assert error.remedy.startswith("Did you mean two?")


@pytest.mark.parametrize("name", ["", "nobody"])
async def test_a_server_that_nobody_set_up_is_an_error_with_a_remedy(bench: Bench, name: str) -> None:
    finished = await described(bench, server=name)
    (error,) = finished.errors
    assert error.code == "no_mcp_server"
    assert "nodebuilder mcp-servers add" in error.remedy


async def test_a_call_gives_text_data_and_files_but_no_base64(bench: Bench) -> None:
    await set_up(bench, command("sdk", "sdk"))
    answer = await called(bench, {"id": "c1", "name": "everything", "arguments": {}}, server="sdk")
    result = answer["result"]
    assert answer["id"] == "c1"
    assert result["structured"] == {"id": 7}
    assert result["text"].startswith("Here it is.\n[A file (image/png) that cannot be read")
    assert "test://note:\na note" in result["text"]
    assert result["links"] == [
        {"uri": "https://example.com/report", "name": "report", "description": "All of it", "size": 12}
    ]
    picture, sound, dot = result["files"]
    assert (picture["media_type"], picture["width"], picture["height"]) == ("image/png", 1, 1)
    assert sound["media_type"] == "audio/wav"
    for asset in (picture, sound, dot):
        assert (bench.servable / asset["filename"]).stat().st_size == asset["size"]
    assert picture["filename"].startswith("mcp_sdk_")
    assert "iVBOR" not in json.dumps([event.as_json() for event in bench.events])
    assert [event.url for event in bench.told("preview_shown")] == [picture["url"], dot["url"]]


async def test_data_that_are_also_given_as_text_come_once(bench: Bench) -> None:
    await set_up(bench, command("sdk", "sdk"))
    answer = await called(bench, {"id": "c1", "name": "add", "arguments": {"a": 2, "b": 3}}, server="sdk")
    assert answer == {"id": "c1", "result": {"structured": {"sum": 5}}}


async def test_a_text_alone_is_the_result_itself_and_a_name_may_be_left_out(bench: Bench) -> None:
    await set_up(bench, command("sdk", "sdk"))
    answer = await called(bench, {"arguments": {"text": "hello"}}, server="sdk", tools="echo")
    assert answer == {"id": "mcp_result", "result": "hello"}


async def test_progress_of_the_server_is_progress_of_the_node(bench: Bench) -> None:
    await set_up(bench, command("sdk", "sdk"))
    await called(bench, {"name": "slow", "arguments": {"seconds": 0}}, server="sdk")
    assert [(event.fraction, event.message) for event in bench.told("node_progressed")] == [(0.25, "a quarter")]


async def test_a_tool_that_fails_answers_with_its_own_words(bench: Bench) -> None:
    await set_up(bench, command("raw", "raw"))
    assert await called(bench, {"id": "c1", "name": "bad", "arguments": {}}, server="raw") == {
        "id": "c1",
        "error": "called bad",
    }


@pytest.mark.parametrize(
    ("call", "tools", "says"),
    [
        ({"id": "c", "name": "bad", "arguments": {}}, "one", "bad is not among the tools that may be called here."),
        ({"id": "c", "arguments": {}}, "", "The call names no tool."),
        ({"id": "c", "name": "one", "arguments": "{"}, "", "Invalid tool call format"),
        ({"id": "c", "name": "refuse", "arguments": {}}, "", "The MCP server raw refused: Unknown tool: refuse."),
    ],
)
async def test_a_call_that_cannot_be_made_is_answered(bench: Bench, call: Any, tools: str, says: str) -> None:
    await set_up(bench, command("raw", "raw"))
    answer = await called(bench, call, server="raw", tools=tools)
    assert answer["id"] == "c"
    assert answer["error"].startswith(says)


async def test_a_server_that_breaks_in_a_call_is_told_to_the_model(bench: Bench) -> None:
    await set_up(bench, command("sdk", "sdk"))
    answer = await called(bench, {"id": "c1", "name": "crash", "arguments": {}}, server="sdk")
    assert "went away while crash was called" in answer["error"]
    assert "may have run" in answer["error"]


HOSTILE = "; touch {mark}; $(touch {mark}) `touch {mark}`"


async def test_a_strangers_file_starts_and_contacts_nobody(bench: Bench, tmp_path: Path) -> None:
    """With a positive control: the command of the same words does write the mark once the person sets it up."""
    mark = tmp_path / "mark"
    program = f"from pathlib import Path; Path({str(mark)!r}).write_text('x')"
    server = McpServer("evil", command="python3", arguments=("-c", program))
    values = {
        "server": HOSTILE.format(mark=mark),
        "tools": f"touch {mark}",
        "command": "python3",
        "arguments": ["-c", program],
        "url": f"stdio://touch {mark}",
    }
    workflow = Workflow(nodes={"mcp": Node("mcp", "mcp_tools", values=values)}, links=())
    check(workflow, bench.registry)
    finished = await described(bench, **{name: str(value) for name, value in values.items()})
    assert finished.errors
    assert not mark.exists()
    await set_up(bench, server)
    check(Workflow(nodes={"mcp": Node("mcp", "mcp_tools", values={"server": "evil"})}, links=()), bench.registry)
    assert not mark.exists()
    await described(bench, server="evil")
    assert mark.exists()


def test_its_sockets_are_those_of_a_tool() -> None:
    definition = mcp_tools.definition
    call = definition.input("tool_call")
    assert call is not None
    assert (call.do_not_wait, call.many) == (True, True)
    assert [output.name for output in definition.outputs] == ["output"]
    assert [widget.name for widget in definition.widgets] == ["server", "tools"]


def test_an_asset_is_no_base64() -> None:
    assert "data" not in Asset("a.png", "http://x/a.png", "image/png", 3).as_json()
