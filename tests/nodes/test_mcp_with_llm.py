"""A model that calls the tools of MCP servers: scripted model over HTTP, real servers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nodebuilder.events import ApprovalAsked, Event
from nodebuilder.storage.mcp_servers import McpServers
from nodebuilder.workflow.model import Link, Node, Workflow
from tests.mcpservers import command
from tests.nodes.llm_bench import LlmBench, open_llm_bench
from tests.standin_chat import Call, Turn

TWO_LINKS = ("mcp.output -> llm.tools[0]", "llm.tool_calls[0] -> mcp.tool_call")


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[LlmBench]:
    async with open_llm_bench(tmp_path) as bench:
        servers = McpServers(bench.bench.store.preferences)
        await servers.set(command("sdk", "sdk"))
        await servers.set(command("raw", "raw"))
        yield bench


@pytest.mark.parametrize("links", [(), TWO_LINKS], ids=["one link", "two links"])
async def test_a_model_calls_a_tool_of_a_server(talk: LlmBench, links: tuple[str, ...]) -> None:
    talk.openai.chat.script = [Turn(calls=[Call("c1", "add", '{"a": 20, "b": 22}')]), Turn("It is 42.")]
    end = await talk.run({"mcp": ("mcp_tools", {"server": "sdk", "tools": "add, echo"})}, *links)
    assert (end.status, end.outputs["llm"]["response"]) == ("succeeded", "It is 42."), end.errors
    assert [tool["function"]["name"] for tool in talk.openai.chat.requests[0]["tools"]] == ["add", "echo"]
    assert json.loads(talk.told[-1]["content"]) == {"structured": {"sum": 42}}


async def test_calls_at_once_to_two_servers_with_tools_of_one_name_each_reach_theirs(talk: LlmBench) -> None:
    calls = [Call(f"c{n}", "echo", json.dumps({"text": f"say {n}"})) for n in range(5)]
    talk.openai.chat.script = [Turn(calls=[*calls, Call("r", "one", "{}"), Call("r2", "one_2", "{}")]), Turn("Done.")]
    nodes = {
        "mcp": ("mcp_tools", {"server": "sdk"}),
        "raw": ("mcp_tools", {"server": "raw"}),
        "again": ("mcp_tools", {"server": "raw"}),
    }
    end = await talk.run(nodes)
    assert end.status == "succeeded", end.errors
    told = {message["tool_call_id"]: json.loads(message["content"]) for message in talk.told[-7:]}
    assert told == {**{f"c{n}": f"say {n}" for n in range(5)}, "r": "called one", "r2": "called one"}


async def test_pictures_of_a_server_reach_the_model_by_their_address(talk: LlmBench) -> None:
    talk.openai.chat.script = [Turn(calls=[Call("c1", "everything", "{}")]), Turn("A red dot.")]
    end = await talk.run({"mcp": ("mcp_tools", {"server": "sdk"})}, llm={"model": "gpt-4o"})
    assert end.status == "succeeded", end.errors
    tool = next(message for message in talk.told if message["role"] == "tool")
    result, note = tool["content"].splitlines()
    picture = json.loads(result)["files"][0]
    assert picture["servable_url"].endswith(picture["name"])
    assert "follows in the next message" in note
    assert "iVBOR" not in tool["content"]


async def test_wrong_arguments_never_reach_the_server_and_failures_do_not_end_the_run(talk: LlmBench) -> None:
    talk.openai.chat.script = [
        Turn(calls=[Call("c1", "add", '{"a": "twenty"}'), Call("c2", "ad", "{}"), Call("c3", "fail", "{}")]),
        Turn(calls=[Call("c4", "crash", "{}")]),
        Turn(calls=[Call("c5", "echo", '{"text": "back"}')]),
        Turn("Well."),
    ]
    end = await talk.run({"mcp": ("mcp_tools", {"server": "sdk"})})
    assert (end.status, end.outputs["llm"]["response"]) == ("succeeded", "Well."), end.errors
    told = {message["tool_call_id"]: message["content"] for message in talk.told if message["role"] == "tool"}
    assert "Argument a" in told["c1"]
    assert 'Did you mean \\"add\\"' in told["c2"]
    assert "Error executing tool fail" in told["c3"]
    assert "may have run" in told["c4"]
    assert json.loads(told["c5"]) == "back"


async def test_a_server_that_nobody_set_up_ends_the_run_before_the_model_is_asked(talk: LlmBench) -> None:
    end = await talk.run({"mcp": ("mcp_tools", {"server": "nobody"})})
    assert end.status == "failed"
    assert [error.code for error in end.errors] == ["no_mcp_server"]
    assert talk.openai.chat.requests == []


@pytest.mark.parametrize("approved", [True, False])
async def test_a_node_that_asks_lets_no_call_through_without_the_persons_word(talk: LlmBench, approved: bool) -> None:
    talk.openai.chat.script = [Turn(calls=[Call("c1", "echo", '{"text": "hello"}')]), Turn("Well.")]
    nodes = {
        "ask": Node("ask", "text", values={"value": "Hello"}),
        "llm": Node("llm", "llm"),
        "mcp": Node("mcp", "mcp_tools", values={"server": "sdk"}, ask=True),
    }
    links = ("ask.text_out -> llm.prompt", "mcp.output -> llm.tools[0]")
    asked: asyncio.Queue[str] = asyncio.Queue()

    def hear(event: Event) -> None:
        if isinstance(event, ApprovalAsked):
            asked.put_nowait(event.call_id)

    workflow = Workflow(nodes=nodes, links=tuple(link for text in links if (link := Link.parse(text))))
    handle = talk.bench.runner.start(workflow, on_event=hear)
    assert handle.decide(await asked.get(), approved=approved, reason="not today")
    assert (await handle.result()).status == "succeeded"
    answer = talk.told[-1]["content"]
    assert answer == '"hello"' if approved else "not today" in answer
