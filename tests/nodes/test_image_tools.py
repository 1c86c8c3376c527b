from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.nodes.seeds import seed
from tests.standin import StandIn
from tests.workbench import Bench, open_bench

KEY = "sk-canary-0123456789abcdefghijklmn"


@pytest.fixture
async def paying(tmp_path: Path, openai: StandIn) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, openai_base_url=openai.url) as bench:
        await bench.store.secrets.set("openai", KEY)
        yield bench


async def call(bench: Bench, tool_call: Any, **values: Any):  # noqa: ANN201
    nodes = {
        "call": ("dictionary_input", {"json_input": json.dumps(tool_call)}),
        "tool": ("gpt_image_tool", {"model": "gpt-image-1", **values}),
        "show": ("display_output", {}),
    }
    return await bench.run(nodes, "call.dictionary_out -> tool.tool_call", "tool.output -> show.data")


async def test_without_a_call_it_describes_itself(bench: Bench) -> None:
    end = await bench.run({"tool": ("gpt_image_tool", {}), "show": ("display_output", {})}, "tool.output -> show.data")
    assert end.status == "succeeded"
    definition = end.outputs["tool"]["output"]
    assert definition["name"] == "generate_image"
    assert definition["input_schema"]["required"] == ["prompt"]
    assert list(definition["input_schema"]["properties"]) == ["prompt"]


async def test_a_call_makes_a_picture_and_answers_with_its_link(paying: Bench, openai: StandIn) -> None:
    end = await call(paying, {"id": "img_1", "arguments": {"prompt": "A lion"}}, size="1536x1024", quality="low")
    assert end.status == "succeeded"
    answer = end.outputs["tool"]["output"]
    filename = answer["result"]["filename"]
    assert (paying.servable / filename).is_file()
    assert answer == {
        "id": "img_1",
        "result": {
            "success": True,
            "message": f"Image generated successfully: {filename}",
            "servable_url": f"http://localhost:8000/servable/{filename}",
            "filename": filename,
            "size": "1536x1024",
            "quality": "low",
            "prompt_used": "A lion",
            "instructions": answer["result"]["instructions"],
        },
    }
    assert answer["result"]["servable_url"] in answer["result"]["instructions"]
    assert openai.requests[0].body["size"] == "1536x1024"
    assert openai.count == 1


async def test_the_result_has_the_documented_keys(paying: Bench) -> None:
    document = seed("gpt-image-tool-node.md")
    if document is None:
        pytest.skip("the document is not beside the repository")
    end = await call(paying, {"arguments": {"prompt": "A lion"}})
    documented = document.json("Result Format")
    answer = end.outputs["tool"]["output"]
    assert answer["id"] == documented["id"]
    assert list(answer["result"]) == list(documented["result"])


async def test_the_model_cannot_change_size_or_quality(paying: Bench, openai: StandIn) -> None:
    await call(paying, {"arguments": {"prompt": "x", "size": "1024x1536", "quality": "low"}}, quality="medium")
    assert (openai.requests[0].body["size"], openai.requests[0].body["quality"]) == ("1024x1024", "medium")


@pytest.mark.parametrize(
    ("tool_call", "message", "identity"),
    [
        ({"id": "1", "arguments": {"prompt": " "}}, "Image generation prompt is required", "1"),
        ({"id": "1", "arguments": {}}, "Image generation prompt is required", "1"),
        ({"arguments": {}}, "Image generation prompt is required", "image_error"),
        ({"id": "1"}, "Invalid tool call format", "1"),
        ({"prompt": "x"}, "Invalid tool call format", "image_error"),
        ({"id": "1", "arguments": [1]}, "Invalid tool call format", "1"),
        ({"id": "1", "arguments": {"prompt": 5}}, "Invalid tool call format", "1"),
    ],
)
async def test_a_call_that_cannot_be_made_is_answered_in_the_documented_words(
    paying: Bench, openai: StandIn, tool_call: Any, message: str, identity: str
) -> None:
    end = await call(paying, tool_call)
    answer = end.outputs["tool"]["output"]
    assert answer["id"] == identity
    assert answer["error"].startswith(message)
    assert [error.message for error in end.errors] == [answer["error"]]
    assert end.status == "failed"
    assert openai.count == 0


async def test_without_a_key_it_says_so(bench: Bench) -> None:
    end = await call(bench, {"id": "1", "arguments": {"prompt": "x"}})
    assert end.outputs["tool"]["output"] == {"id": "1", "error": "OpenAI API key is required"}


@pytest.mark.parametrize(
    ("fault", "message"),
    [("empty", "No image data received"), ("nob64", "No image data received"), ("500", "Image generation error")],
)
async def test_a_failure_of_the_provider_is_the_tools_answer(
    paying: Bench, openai: StandIn, fault: str, message: str
) -> None:
    openai.faults.append(fault)
    end = await call(paying, {"arguments": {"prompt": "x"}})
    answer = end.outputs["tool"]["output"]
    assert answer["id"] == "image_exception"
    assert answer["error"].startswith(message)
    assert "API" not in answer["error"].removeprefix(message)[:20]
    assert KEY not in repr(paying.events)
    assert openai.count == 1
    assert paying.told("node_failed")[0].charged in ("yes", "unknown")
