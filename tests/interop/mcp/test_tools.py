"""Tools as hosts meet them: listed with their schemas, called through the runner, answered in every form."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest
from mcp import MCPError

from nodebuilder.storage.formats import sniff
from tests.interop.mcp.conftest import Hosted, until

SLOW = {
    "format": "nodebuilder/1",
    "name": "Slow",
    "publish": ["tool"],
    "nodes": {
        "ask": {"type": "ask_host", "values": {"requests": '{"x": {"method": "roots/list", "params": {}}}'}},
        "out": {"type": "output", "values": {"name": "text"}},
    },
    "links": ["ask.output -> out.value"],
    "layout": {},
}
EMPTY = {"format": "nodebuilder/1", "name": "Nothing", "publish": ["tool"], "nodes": {"t": {"type": "text"}}}


async def test_published_types_and_workflows_are_listed_and_no_others(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert {"generate_image", "test_x_mcp_header", "test_sampling"} <= set(tools)
    assert not {"static-text", "test_simple_prompt", "json_schema_2020_12_tool", "no_such_type"} & set(tools)
    assert tools["test_sampling"].input_schema["required"] == ["prompt"]
    assert tools["test_sampling"].output_schema is not None
    assert "text" in tools["test_sampling"].output_schema["properties"]
    assert tools["generate_image"].title == "GPT Image Tool"
    assert tools["test_x_mcp_header"].input_schema["properties"]["region"]["x-mcp-header"] == "Region"


async def test_a_picture_comes_as_preview_link_and_words_and_never_twice(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode) as client:
        result = await client.call_tool("generate_image", {"prompt": "A lion at dawn"})
    text, image, link = result.content
    assert (text.type, image.type, link.type) == ("text", "image", "resource_link")
    assert len(image.data) <= 500_000
    assert sniff(base64.b64decode(image.data)).media_type == image.mime_type
    kept = (await hosted.house.store.assets.list()).files
    assert [record.asset.url for record in kept] == [link.uri]
    assert link.size == kept[0].asset.size
    assert result.structured_content["servable_url"] == link.uri
    assert image.data[:200] not in json.dumps(result.structured_content) + text.text
    assert not result.is_error


async def test_a_call_is_a_run_like_any_other(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode) as client:
        result = await client.call_tool("generate_image", {"prompt": "A lion at dawn"})
    (run,) = await hosted.runs()
    assert result.meta is not None
    assert result.meta["nodebuilder/run_id"] == run["run_id"]
    detail = await hosted.house.runs.detail(run["run_id"])
    assert [receipt["state"] for receipt in detail["receipts"]] == ["done"]


@pytest.mark.parametrize("arguments", [{}, {"prompt": ""}, {"prompt": 7}, {"prompt": ["a"]}])
async def test_wrong_arguments_are_answered_by_a_sentence(hosted: Hosted, mode: str, arguments: dict[str, Any]) -> None:
    async with hosted.client(mode) as client:
        result = await client.call_tool("generate_image", arguments)
    assert result.is_error
    assert "prompt" in result.content[0].text.lower()
    assert not (await hosted.house.store.assets.list()).files


@pytest.mark.parametrize("arguments", [{}, {"prompt": 7}, {"prompt": "x", "promt": "y"}])
async def test_wrong_inputs_of_a_workflow_are_answered_before_anything_runs(
    hosted: Hosted, mode: str, arguments: dict[str, Any]
) -> None:
    async with hosted.client(mode) as client:
        result = await client.call_tool("test_sampling", arguments)
    assert result.is_error
    assert "prom" in result.content[0].text
    assert not await hosted.runs()


async def test_a_failed_run_says_cause_and_remedy(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode) as client:
        result = await client.call_tool("test_error_handling", {})
    assert result.is_error
    assert "intentionally returns an error" in result.content[0].text
    assert "Nothing helps" in result.content[0].text


async def test_the_caps_of_the_person_hold(hosted: Hosted, mode: str) -> None:
    await hosted.house.change({"max_run_seconds": 0.05})
    async with hosted.client(mode) as client:
        result = await client.call_tool("test_tool_with_progress", {})
    assert result.is_error
    assert "NODEBUILDER_MAX_RUN_SECONDS" in result.content[0].text


async def test_an_unknown_tool_is_an_error_of_the_protocol(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode) as client:
        with pytest.raises(MCPError) as refused:
            await client.call_tool("no-such-tool", {})
    assert refused.value.code == -32602


async def test_results_are_named_and_in_the_order_of_the_outputs(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode) as client:
        result = await client.call_tool("test_multiple_content_types", {})
    assert [block.type for block in result.content] == ["text", "image", "resource_link", "resource"]
    assert set(result.structured_content) == {"words", "picture", "data"}
    assert result.structured_content["words"] == "Multiple content types test:"
    assert result.structured_content["picture"]["media_type"] == "image/png"


async def test_a_workflow_without_outputs_says_so(hosted: Hosted, mode: str) -> None:
    await hosted.save("nothing", EMPTY)
    async with hosted.client(mode) as client:
        result = await client.call_tool("nothing", {})
    assert "Output node" in result.content[0].text
    assert not result.is_error


async def test_progress_only_grows_and_ends_at_the_total(hosted: Hosted, mode: str) -> None:
    heard: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with hosted.client(mode) as client:
        await client.call_tool("test_tool_with_progress", {}, progress_callback=hear)
    assert heard == [(0.0, 100.0, "0% done"), (50.0, 100.0, "50% done"), (100.0, 100.0, "100% done")]


@pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning")
async def test_the_log_is_told_to_those_who_want_it(hosted: Hosted) -> None:
    heard: list[Any] = []

    async def hear(params: Any) -> None:
        heard.append(params)

    async with hosted.client("legacy", logging_callback=hear) as client:
        await client.call_tool("test_tool_with_logging", {})
        await client.set_logging_level("error")
        await client.call_tool("test_tool_with_logging", {})
    assert [line.data for line in heard] == [
        "Tool execution started",
        "Tool processing data",
        "Tool execution completed",
    ]
    assert {line.level for line in heard} == {"info"}


async def test_giving_up_a_call_ends_its_run(hosted: Hosted) -> None:
    await hosted.save("slow", SLOW)
    asked = asyncio.Event()

    async def never(_context: Any) -> Any:
        asked.set()
        await asyncio.Event().wait()

    async with hosted.client("legacy", list_roots_callback=never) as client:
        call = asyncio.create_task(client.call_tool("slow", {}))
        await asyncio.wait_for(asked.wait(), 10)
        assert len(hosted.house.runs.running()) == 1
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        await until(lambda: not hosted.house.runs.running())
    assert [run["status"] for run in await hosted.runs()] == ["cancelled"]


async def test_a_key_in_a_result_is_hidden(hosted: Hosted, mode: str) -> None:
    key = "sk-CANARY-7777777777-77777"
    await hosted.house.store.secrets.set("openai", key)
    leak = {
        **EMPTY,
        "nodes": {"t": {"type": "text", "values": {"value": f"it is {key}"}}, "out": {"type": "output"}},
        "links": ["t.text_out -> out.value"],
    }
    await hosted.save("leak", leak)
    async with hosted.client(mode) as client:
        result = await client.call_tool("leak", {})
    assert key not in result.model_dump_json()
