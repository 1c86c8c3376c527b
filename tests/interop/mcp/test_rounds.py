"""Questions to the host while a run waits: in one call of the older protocol, in several of the newer one."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from mcp import MCPError
from mcp_types import (
    CallToolResult,
    CreateMessageResult,
    ElicitResult,
    InputRequiredResult,
    ListRootsResult,
    Root,
    TextContent,
)

from tests.interop.mcp.conftest import FIXTURES, Hosted, until


async def named(_context: Any, params: Any) -> ElicitResult:
    asked = params.requested_schema["properties"]
    return ElicitResult(action="accept", content={key: f"my {key}" for key in asked})


async def spoken(_context: Any, _params: Any) -> CreateMessageResult:
    return CreateMessageResult(role="assistant", content=TextContent(text="Paris"), model="m")


async def rooted(_context: Any) -> ListRootsResult:
    return ListRootsResult(roots=[Root(uri="file:///here")])


EVERYTHING = {
    "elicitation_callback": named,
    "sampling_callback": spoken,
    "list_roots_callback": rooted,
}


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("test_input_required_result_elicitation", "my name"),
        ("test_input_required_result_sampling", "Paris"),
        ("test_input_required_result_list_roots", "file:///here"),
        ("test_input_required_result_multi_round", "my color"),
    ],
)
async def test_the_host_is_asked_and_the_run_goes_on(hosted: Hosted, mode: str, tool: str, said: str) -> None:
    async with hosted.client(mode, **EVERYTHING) as client:
        result = await client.call_tool(tool, {})
    assert said in result.content[0].text
    assert len(await hosted.runs()) == 1
    assert not hosted.house.runs.running()


async def test_several_questions_are_asked_at_once(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode, **EVERYTHING) as client:
        result = await client.call_tool("test_input_required_result_multiple_inputs", {})
    assert all(word in result.content[0].text for word in ("my name", "Paris", "file:///here"))


async def test_a_prompt_may_ask_too(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode, **EVERYTHING) as client:
        prompt = await client.get_prompt("test_input_required_result_prompt")
    assert "my context" in prompt.messages[0].content.text


async def test_a_host_that_cannot_be_asked_is_told_what_it_lacks(hosted: Hosted) -> None:
    async with hosted.client("auto") as client:
        with pytest.raises(MCPError) as refused:
            await client.call_tool("test_missing_capability", {})
    assert refused.value.code == -32021
    assert refused.value.error.data == {"requiredCapabilities": {"sampling": {}}}
    async with hosted.client("legacy") as client:
        result = await client.call_tool("test_missing_capability", {})
    assert result.is_error
    assert "sampling" in result.content[0].text


async def test_only_what_the_host_offers_is_asked(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode, sampling_callback=spoken) as client:
        result = await client.call_tool("test_input_required_result_capabilities", {})
    assert "Paris" in result.content[0].text
    assert "user_name" not in result.content[0].text


async def raw(client: Any, **more: Any) -> CallToolResult | InputRequiredResult:
    name = "test_input_required_result_elicitation"
    return await client.session.call_tool(name, {}, allow_input_required=True, **more)


ANSWER = {"user_name": ElicitResult(action="accept", content={"name": "Ada"})}


async def test_a_state_is_good_once_and_for_its_call_alone(hosted: Hosted) -> None:
    async with hosted.client("auto", elicitation_callback=named) as client:
        asked = await raw(client)
        assert isinstance(asked, InputRequiredResult)
        done = await raw(client, input_responses=ANSWER, request_state=asked.request_state)
        assert isinstance(done, CallToolResult)
        assert "Ada" in done.content[0].text
        for state in (asked.request_state, "forged"):
            with pytest.raises(MCPError) as refused:
                await raw(client, input_responses=ANSWER, request_state=state)
            assert refused.value.code == -32602
    assert len(await hosted.runs()) == 1


async def test_answers_may_come_with_the_first_call(hosted: Hosted) -> None:
    async with hosted.client("auto", elicitation_callback=named) as client:
        done = await raw(client, input_responses=ANSWER)
    assert "Ada" in done.content[0].text


async def test_what_is_missing_is_asked_again_and_the_run_waits_meanwhile(hosted: Hosted) -> None:
    async with hosted.client("auto", elicitation_callback=named) as client:
        asked = await raw(client)
        wrong = {"somebody": ANSWER["user_name"]}
        again = await raw(client, input_responses=wrong, request_state=asked.request_state)
        assert isinstance(again, InputRequiredResult)
        assert set(again.input_requests or {}) == {"user_name"}
        assert len(hosted.house.runs.running()) == 1
        await hosted.host.rounds.close()
        await until(lambda: not hosted.house.runs.running())


async def test_a_host_that_declines_is_an_answer(hosted: Hosted, mode: str) -> None:
    async def declined(_context: Any, _params: Any) -> ElicitResult:
        return ElicitResult(action="decline")

    async with hosted.client(mode, elicitation_callback=declined) as client:
        result = await client.call_tool("test_input_required_result_elicitation", {})
    assert "decline" in result.content[0].text


async def test_two_calls_of_one_tool_do_not_mix_their_answers(hosted: Hosted, mode: str) -> None:
    count = 0

    async def counted(_context: Any, _params: Any) -> ElicitResult:
        nonlocal count
        count += 1
        return ElicitResult(action="accept", content={"name": f"number {count}"})

    async with hosted.client(mode, elicitation_callback=counted) as client:
        calls = [client.call_tool("test_input_required_result_elicitation", {}) for _ in range(5)]
        said = {result.content[0].text for result in await asyncio.gather(*calls)}
    assert len(said) == 5


async def test_a_question_that_the_protocol_does_not_know_is_the_nodes_mistake(hosted: Hosted, mode: str) -> None:
    document = json.loads((FIXTURES / "workflows" / "test_missing_capability.flow.json").read_text())
    document["nodes"]["ask"]["values"]["requests"] = '{"x": {"method": "sampling/dance"}}'
    await hosted.save("dance", document)
    async with hosted.client(mode, **EVERYTHING) as client:
        result = await client.call_tool("dance", {})
    assert result.is_error
    assert "cannot be asked this" in result.content[0].text
