from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nodebuilder.events import RunFinished
from nodebuilder.workflow.model import Link, Node, Workflow
from tests.nodes.llm_bench import KEY, LlmBench, open_llm_bench
from tests.standin_chat import Call, Turn

ADD = {"calc": ("add_tool", {})}
TWO_LINKS = ("calc.output -> llm.tools[0]", "llm.tool_calls[0] -> calc.tool_call")
SUM = Turn(calls=[Call("call_1", "add", '{"a": 1, "b": 2}')])


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[LlmBench]:
    async with open_llm_bench(tmp_path) as bench:
        yield bench


async def test_it_answers_a_prompt_and_shows_the_text_as_it_comes(talk: LlmBench) -> None:
    talk.openai.chat.script = [Turn("A lion is a large cat that lives in Africa.")]
    end = await talk.run(prompt="What is a lion?", llm={"model": "gpt-4o"})
    assert end.status == "succeeded"
    assert end.outputs["llm"]["response"] == "A lion is a large cat that lives in Africa."
    assert "".join(event.text for event in talk.bench.told("text_streamed")) == end.outputs["llm"]["response"]
    assert end.outputs["llm"]["usage"] == {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    assert end.outputs["llm"]["cost_usd"] == end.cost_usd == pytest.approx(100 * 2.5e-6 + 20 * 1e-5)
    request = talk.openai.chat.requests[0]
    assert request["messages"] == [{"role": "user", "content": "What is a lion?"}]
    assert (request["model"], request["temperature"], request["max_tokens"], request["top_p"]) == ("gpt-4o", 0, 1000, 1)
    assert "tools" not in request


@pytest.mark.parametrize("links", [(), TWO_LINKS], ids=["one link", "two links"])
async def test_it_calls_the_tool_and_is_told_the_result(talk: LlmBench, links: tuple[str, ...]) -> None:
    talk.openai.chat.script = [SUM, Turn("It is 3.")]
    end = await talk.run(ADD, *links, prompt="1 + 2?")
    assert end.status == "succeeded", end.errors
    assert end.outputs["llm"]["response"] == "It is 3."
    assert talk.made == [("add", {"a": 1, "b": 2})]
    assert [tool["function"]["name"] for tool in talk.openai.chat.requests[0]["tools"]] == ["add"]
    assistant, tool = talk.told[-2:]
    assert assistant["tool_calls"][0]["function"] == {"name": "add", "arguments": '{"a": 1, "b": 2}'}
    assert (tool["role"], tool["tool_call_id"], json.loads(tool["content"])) == ("tool", "call_1", {"sum": 3})
    fired = [event.node for event in talk.bench.told("node_fired")]
    assert fired.count("calc") == 2, "once to describe itself, once to be called"
    assert fired.count("llm") == 1
    assert end.waiting == ()


async def test_the_call_is_seen_on_its_way_there_and_back(talk: LlmBench) -> None:
    talk.openai.chat.script = [SUM, Turn("3")]
    await talk.run(ADD)
    sent = [(event.node, event.outputs) for event in talk.bench.told("output_sent")]
    assert ("llm", {"tool_calls": [{"id": "call_1", "name": "add", "arguments": {"a": 1, "b": 2}}]}) in sent
    assert ("calc", {"output": {"id": "call_1", "result": {"sum": 3.0}}}) in sent


async def test_a_log_node_may_stand_between_on_both_ways(talk: LlmBench) -> None:
    talk.openai.chat.script = [SUM, Turn("3")]
    links = ("calc.output -> back.value_in", "back.value_out -> llm.tools[0]", "llm.tool_calls[0] -> there.value_in")
    nodes = {**ADD, "there": ("log", {}), "back": ("log", {})}
    end = await talk.run(nodes, *links, "there.value_out -> calc.tool_call")
    assert (end.status, end.outputs["llm"]["response"]) == ("succeeded", "3"), (end.errors, end.waiting)
    assert talk.made == [("add", {"a": 1, "b": 2})]


async def test_calls_go_by_name_whatever_slot_they_are_linked_at(talk: LlmBench) -> None:
    talk.openai.chat.script = [
        Turn(calls=[Call("a", "look_up", '{"word": "x"}'), Call("b", "add", '{"a": 1, "b": 1}')]),
        Turn("Both."),
    ]
    nodes = {**ADD, "words": ("look_up_tool", {})}
    end = await talk.run(
        nodes,
        "calc.output -> llm.tools[0]",
        "words.output -> llm.tools[5]",
        "llm.tool_calls[0] -> words.tool_call",
        "llm.tool_calls[1] -> calc.tool_call",
    )
    assert end.outputs["llm"]["response"] == "Both."
    assert sorted(name for name, _ in talk.made) == ["add", "look_up"]


async def test_an_uncalled_tool_gets_nothing(talk: LlmBench) -> None:
    talk.openai.chat.script = [SUM, Turn("3")]
    await talk.run({**ADD, "words": ("look_up_tool", {})})
    assert [event.node for event in talk.bench.told("node_fired")].count("words") == 1


async def test_several_calls_of_one_tool_run_side_by_side_and_are_told_in_order(talk: LlmBench) -> None:
    calls = [Call(f"c{number}", "look_up", json.dumps({"word": f"w{number}"})) for number in range(6)]
    talk.openai.chat.script = [Turn(calls=calls), Turn("Done.")]
    end = await talk.run({"words": ("look_up_tool", {"delay": 0.05})})
    assert end.status == "succeeded"
    assert [json.loads(answer)["meaning"] for answer in talk.answers()] == [f"w{number} in en" for number in range(6)]
    kinds = [(event.kind, event.firing) for event in talk.bench.events if getattr(event, "node", "") == "words"]
    began = [place for place, (kind, _) in enumerate(kinds) if kind == "node_fired"]
    ended = [place for place, (kind, _) in enumerate(kinds) if kind == "node_finished"]
    assert began[6] < ended[2], "the last call begins before the first ends"


async def test_no_more_calls_of_one_node_run_at_once_than_the_setting_says(tmp_path: Path) -> None:
    async with open_llm_bench(tmp_path, max_calls_at_once=2) as talk:
        calls = [Call(f"c{number}", "look_up", json.dumps({"word": f"w{number}"})) for number in range(5)]
        talk.openai.chat.script = [Turn(calls=calls), Turn("Done.")]
        await talk.run({"words": ("look_up_tool", {"delay": 0.02})})
        under_way, most = 0, 0
        for event in talk.bench.events:
            if getattr(event, "node", "") == "words" and event.kind in ("node_fired", "node_finished"):
                under_way += 1 if event.kind == "node_fired" else -1
                most = max(most, under_way)
        assert most == 2


async def test_rounds_follow_one_another(talk: LlmBench) -> None:
    script = [Turn(calls=[Call("same_id", "add", json.dumps({"a": n, "b": 1}))]) for n in range(5)]
    talk.openai.chat.script = [*script, Turn("Counted.")]
    end = await talk.run(ADD)
    assert end.outputs["llm"]["response"] == "Counted."
    ids = [message["tool_call_id"] for message in talk.told if message["role"] == "tool"]
    assert len(set(ids)) == 5, "an id that comes again is made another"


async def test_several_models_share_a_tool(talk: LlmBench) -> None:
    def respond(request: dict[str, object]) -> Turn:
        messages = request["messages"]
        assert isinstance(messages, list)
        if messages[-1]["role"] == "tool":
            return Turn(str(json.loads(messages[-1]["content"])["sum"]))
        return Turn(calls=[Call("call_1", "add", f'{{"a": {messages[0]["content"]}, "b": 0}}')])

    talk.openai.chat.respond = respond
    nodes = {
        "one": ("text", {"value": "11"}), "two": ("text", {"value": "22"}),
        "first": ("llm", {}), "second": ("llm", {}), "calc": ("add_tool", {}),
    }  # fmt: skip
    links = ("one.text_out -> first.prompt", "two.text_out -> second.prompt", "calc.output -> first.tools[0]")
    for wired in ((), ("first.tool_calls[0] -> calc.tool_call", "second.tool_calls[0] -> calc.tool_call")):
        end = await talk.bench.run(nodes, *links, "calc.output -> second.tools[0]", *wired)
        assert end.status == "succeeded", end.errors
        assert (end.outputs["first"]["response"], end.outputs["second"]["response"]) == ("11", "22")
        fired = [event.node for event in talk.bench.told("node_fired")]
        assert (fired.count("first"), fired.count("second")) == (1, 1)


async def test_a_model_is_the_tool_of_another(talk: LlmBench) -> None:
    def respond(request: dict[str, object]) -> Turn:
        messages, tools = request["messages"], request.get("tools") or []
        assert isinstance(messages, list)
        assert isinstance(tools, list)
        inner = tools[0]["function"]["name"] == "add"
        if messages[-1]["role"] == "tool":
            return Turn(("inner: " if inner else "outer: ") + messages[-1]["content"])
        call = Call("x", "add", '{"a": 2, "b": 2}') if inner else Call("x", "ask_assistant", '{"prompt": "2 + 2?"}')
        return Turn(calls=[call])

    talk.openai.chat.respond = respond
    end = await talk.run(
        {"helper": ("llm_tool", {}), "calc": ("add_tool", {})},
        "helper.output -> llm.tools[0]",
        "calc.output -> helper.tools[0]",
    )
    assert end.status == "succeeded", end.errors
    assert "inner" in end.outputs["llm"]["response"]
    assert "4" in end.outputs["llm"]["response"]
    assert talk.made == [("add", {"a": 2, "b": 2})]


async def test_a_node_may_hold_several_tools_and_two_of_one_name_get_different_ones(talk: LlmBench) -> None:
    talk.openai.chat.script = [
        Turn(calls=[Call("a", "right", "{}"), Call("b", "right_2", "{}"), Call("c", "left", "{}")]),
        Turn("ok"),
    ]
    end = await talk.run({"first": ("two_tools", {}), "second": ("two_tools", {})})
    assert end.status == "succeeded"
    names = [tool["function"]["name"] for tool in talk.openai.chat.requests[0]["tools"]]
    assert names == ["left", "right", "left_2", "right_2"]
    assert [name for name, _ in talk.made] == ["right", "right", "left"] or sorted(talk.made) == [
        ("left", {}),
        ("right", {}),
        ("right", {}),
    ]


async def test_definitions_from_elsewhere_are_handed_out_and_the_turn_ends(talk: LlmBench) -> None:
    talk.openai.chat.script = [Turn("Let me see.", calls=[Call("c1", "open_door", '{"number": 3}')])]
    nodes = {
        "outside": ("input", {"name": "tools", "type": "list", "default": json.dumps([
            {"type": "function", "function": {"name": "open_door", "parameters": {
                "type": "object", "properties": {"number": {"type": "integer"}}}}}])}),
        "out": ("output", {"name": "tool_calls"}),
    }  # fmt: skip
    end = await talk.run(nodes, "outside.value -> llm.tools[0]", "llm.tool_calls[0] -> out.value")
    assert end.status == "succeeded", end.errors
    assert end.outputs["out"]["value"] == [{"id": "c1", "name": "open_door", "arguments": {"number": 3}}]
    assert end.outputs["llm"]["response"] == "Let me see."
    assert len(talk.openai.chat.requests) == 1


async def test_each_prompt_is_a_turn_and_earlier_ones_are_remembered_in_the_run(talk: LlmBench) -> None:
    nodes = {"one": ("text", {"value": "First"}), "llm": ("llm", {}), "again": ("llm", {})}
    end = await talk.bench.run(nodes, "one.text_out -> llm.prompt", "llm.response -> again.prompt")
    assert end.outputs["again"]["response"] == "You said: You said: First"
    assert [len(request["messages"]) for request in talk.openai.chat.requests] == [1, 1]


async def test_intermediate_words_are_sent_when_wished(talk: LlmBench) -> None:
    talk.openai.chat.script = [Turn("Let me count.", calls=SUM.calls), Turn("It is 3.")]
    await talk.run(ADD, llm={"output_intermediate_messages": True})
    said = [event.outputs["response"] for event in talk.bench.told("output_sent") if "response" in event.outputs]
    assert said == ["Let me count.", "It is 3."]


async def test_a_picture_goes_with_the_prompt(talk: LlmBench) -> None:
    nodes = {
        "draw": ("gpt_image", {"model": "gpt-image-1"}), "p": ("text", {"value": "a cat"}),
        "ask": ("text", {"value": "What is it?"}), "llm": ("llm", {}),
    }  # fmt: skip
    links = ("p.text_out -> draw.prompt", "ask.text_out -> llm.prompt", "draw.image_url -> llm.image")
    end = await talk.bench.run(nodes, *links)
    assert end.status == "succeeded", end.errors
    text, picture = talk.told[0]["content"]
    assert text == {"type": "text", "text": "What is it?"}
    assert picture["image_url"]["url"].startswith("data:image/png;base64,")


async def test_a_picture_elsewhere_is_refused_unless_its_host_is_allowed(tmp_path: Path) -> None:
    nodes = {
        "where": ("text", {"value": "https://pictures.example/cat.png"}),
        "ask": ("text", {"value": "?"}), "llm": ("llm", {}),
    }  # fmt: skip
    links = ("ask.text_out -> llm.prompt", "where.text_out -> llm.image")
    async with open_llm_bench(tmp_path / "a") as talk:
        end = await talk.bench.run(nodes, *links)
        assert (end.status, end.errors[0].code) == ("failed", "picture_elsewhere")
        assert talk.openai.chat.requests == []
    async with open_llm_bench(tmp_path / "b", image_hosts=("*.example",)) as talk:
        end = await talk.bench.run(nodes, *links)
        assert end.status == "succeeded"
        assert talk.told[0]["content"][1]["image_url"]["url"] == "https://pictures.example/cat.png"


async def test_a_model_that_sees_is_shown_small_pictures_of_results(talk: LlmBench) -> None:
    talk.openai.chat.script = [Turn(calls=[Call("c", "generate_image", '{"prompt": "a cat"}')]), Turn("Nice.")]
    end = await talk.run({"draw": ("gpt_image_tool", {"model": "gpt-image-1"})})
    assert end.status == "succeeded", end.errors
    everything = json.dumps(talk.told)
    assert "/servable/gpt_image_" in everything
    assert everything.count("data:image/webp;base64,") == 1
    assert len(everything) < 100_000
    assert not any("base64" in str(event.as_json()) for event in talk.bench.told("output_sent"))


@pytest.mark.parametrize(
    ("widgets", "code"),
    [
        ({"provider": ""}, "no_provider"),
        ({"model": " "}, "no_model"),
        ({"provider": "gpt-4o"}, "model_as_provider"),
        ({"provider": "anthropic"}, "no_key"),
    ],
)
async def test_what_is_missing_is_said_before_anything_is_sent(talk: LlmBench, widgets: dict, code: str) -> None:
    end = await talk.run(llm=widgets)
    assert (end.status, end.errors[0].code) == ("failed", code)
    assert talk.openai.count == 0


async def test_an_empty_prompt_asks_nothing(talk: LlmBench) -> None:
    end = await talk.run(prompt="  ")
    assert (end.status, end.errors[0].code, talk.openai.count) == ("failed", "no_prompt", 0)


async def test_the_key_is_nowhere(talk: LlmBench) -> None:
    talk.openai.chat.script = [SUM, Turn("3")]
    await talk.run(ADD)
    assert talk.openai.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in "".join(str(event) for event in talk.bench.events)


async def test_a_key_that_the_model_repeats_is_not_kept_with_the_receipt(talk: LlmBench) -> None:
    talk.openai.chat.script = [Turn(f"Your key is {KEY}.")]
    end = await talk.run()
    assert end.status == "succeeded"
    kept = [path.read_bytes() for path in (talk.bench.settings.data_dir / "receipts").rglob("*") if path.is_file()]
    assert any(b"Your key is ***." in raw for raw in kept)
    assert not any(KEY.encode() in raw for raw in kept)


async def until_asked(talk: LlmBench) -> str:
    for _ in range(2000):
        if asked := talk.bench.told("approval_asked"):
            return asked[-1].call_id
        await asyncio.sleep(0.005)
    raise AssertionError("nobody was asked")


@pytest.mark.parametrize("approved", [True, False])
async def test_a_person_is_asked_before_the_tool_runs(talk: LlmBench, approved: bool) -> None:
    talk.openai.chat.script = [SUM, Turn("Fine.")]
    nodes = {
        "ask": Node("ask", "text", values={"value": "?"}), "llm": Node("llm", "llm", values={"tool_timeout": 1}),
        "calc": Node("calc", "add_tool", ask=True),
    }  # fmt: skip
    texts = ("ask.text_out -> llm.prompt", "calc.output -> llm.tools[0]")
    links = tuple(link for text in texts if (link := Link.parse(text)))
    talk.bench.events.clear()
    handle = talk.bench.runner.start(Workflow(nodes=nodes, links=links), on_event=talk.bench.events.append)
    call_id = await until_asked(talk)
    asked = talk.bench.told("approval_asked")[0]
    assert (asked.node, asked.name, asked.arguments) == ("calc", "add", {"a": 1, "b": 2})
    await asyncio.sleep(1.2)  # longer than the tool may take: the person's time does not count
    assert not handle.done
    assert not handle.decide("another", approved=True)
    assert handle.decide(call_id, approved=approved, reason="too dear")
    assert not handle.decide(call_id, approved=True), "one answer counts"
    end: RunFinished = await handle.result()
    assert end.status == "succeeded", end.errors
    answer = talk.answers()[0]
    assert ("too dear" in answer) is not approved
    assert ("sum" in answer) is approved


async def test_a_run_can_be_cancelled_while_a_person_is_asked(talk: LlmBench) -> None:
    talk.openai.chat.script = [SUM]
    nodes = {"ask": Node("ask", "text"), "llm": Node("llm", "llm"), "calc": Node("calc", "add_tool", ask=True)}
    texts = ("ask.text_out -> llm.prompt", "calc.output -> llm.tools[0]")
    links = tuple(link for text in texts if (link := Link.parse(text)))
    talk.bench.events.clear()
    handle = talk.bench.runner.start(Workflow(nodes=nodes, links=links), on_event=talk.bench.events.append)
    await until_asked(talk)
    handle.cancel()
    assert (await handle.result()).status == "cancelled"
