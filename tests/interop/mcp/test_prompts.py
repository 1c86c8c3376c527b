"""Prompts: workflows whose results are messages."""

from __future__ import annotations

from typing import Any

import pytest
from mcp import MCPError
from mcp_types import PromptReference, ResourceTemplateReference

from tests.interop.mcp.conftest import Hosted

SAID = '{"role": "assistant", "content": "{a} {b}"}'
ASKED = {
    "format": "nodebuilder/1",
    "name": "A talk",
    "description": "Begins a talk.",
    "publish": ["prompt"],
    "nodes": {
        "count": {"type": "input", "values": {"name": "count", "type": "number", "default": "3"}},
        "loud": {"type": "input", "values": {"name": "loud", "type": "boolean", "default": "false"}},
        "said": {
            "type": "fill_in",
            "values": {"template": '{"role": "assistant", "content": "{a} {b}"}', "as_object": True},
        },
        "out": {"type": "output", "values": {"name": "answer"}},
    },
    "links": ["count.value -> said.a", "loud.value -> said.b", "said.output -> out.value"],
    "layout": {},
}


async def test_prompts_are_listed_with_their_arguments(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode) as client:
        prompts = {prompt.name: prompt for prompt in (await client.list_prompts()).prompts}
    arguments = prompts["test_prompt_with_arguments"].arguments or []
    assert [(each.name, each.required, each.description) for each in arguments] == [
        ("arg1", True, "First test argument"),
        ("arg2", True, "Second test argument"),
    ]
    assert "test_simple_text" not in prompts


async def test_results_become_messages_in_order(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode) as client:
        prompt = await client.get_prompt("test_prompt_with_image")
    assert [(message.role, message.content.type) for message in prompt.messages] == [
        ("user", "image"),
        ("user", "text"),
    ]
    assert prompt.messages[0].content.mime_type == "image/png"


async def test_a_resource_in_a_prompt_stands_as_it_is(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode) as client:
        prompt = await client.get_prompt("test_prompt_with_embedded_resource", {"resourceUri": "test://x"})
    assert prompt.messages[0].content.resource.uri == "test://x"


async def test_arguments_are_texts_and_become_what_the_inputs_take(hosted: Hosted, mode: str) -> None:
    await hosted.save("talk", ASKED)
    async with hosted.client(mode) as client:
        prompt = await client.get_prompt("talk", {"count": "7", "loud": "true"})
        assert [(message.role, message.content.text) for message in prompt.messages] == [("assistant", "7 true")]
        assert prompt.description == "Begins a talk."
        with pytest.raises(MCPError) as refused:
            await client.get_prompt("talk", {"count": "many"})
    assert refused.value.code == -32602
    assert "count" in refused.value.message


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("no-such", {}), ("test_prompt_with_arguments", {"arg1": "x"}), ("test_prompt_with_arguments", {"no": "x"})],
)
async def test_wrong_requests_are_errors_of_the_protocol(
    hosted: Hosted, mode: str, name: str, arguments: dict[str, str]
) -> None:
    async with hosted.client(mode) as client:
        with pytest.raises(MCPError) as refused:
            await client.get_prompt(name, arguments)
    assert refused.value.code == -32602
    assert not await hosted.runs()


async def test_a_failed_run_is_told_with_its_remedy(hosted: Hosted, mode: str) -> None:
    nodes: dict[str, Any] = {"fails": {"type": "fails"}, "out": {"type": "output"}}
    await hosted.save("bad", {**ASKED, "nodes": nodes, "links": ["fails.output -> out.value"]})
    async with hosted.client(mode) as client:
        with pytest.raises(MCPError) as refused:
            await client.get_prompt("bad")
    assert "Nothing helps" in refused.value.message


async def test_what_a_parameter_can_be_is_suggested(hosted: Hosted, mode: str) -> None:
    await hosted.save("talk", ASKED)
    async with hosted.client(mode) as client:
        talk = PromptReference(name="talk")
        assert (await client.complete(talk, {"name": "loud", "value": "t"})).completion.values == ["true"]
        assert (await client.complete(talk, {"name": "count", "value": ""})).completion.values == ["3"]
        assert (await client.complete(talk, {"name": "other", "value": ""})).completion.values == []
        data = ResourceTemplateReference(uri="test://template/{id}/data")
        assert (await client.complete(data, {"name": "id", "value": ""})).completion.values == []
