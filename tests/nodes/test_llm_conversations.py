"""Conversations from outside, forms of answers, memory of a run, and a model that is the tool of another."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.node import node
from tests.nodes.llm_bench import MADE, LlmBench, open_llm_bench
from tests.standin_chat import Call, Turn


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[LlmBench]:
    async with open_llm_bench(tmp_path) as bench:
        yield bench


@node("relay_in_turn")
async def relay_in_turn(a: str, b: str) -> AsyncIterator[str]:
    """Give two texts, one after the other."""
    yield a
    yield b


def given(value: Any, kind: str = "list") -> tuple[str, dict[str, Any]]:
    return "input", {"name": "given", "type": kind, "default": json.dumps(value)}


EARLIER = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hi"},
    {"role": "assistant", "content": "Yes?"},
]


async def test_a_conversation_from_outside_is_said_before_the_prompt(talk: LlmBench) -> None:
    end = await talk.run({"c": given(EARLIER)}, "c.value -> llm.messages", prompt="And now?")
    assert end.status == "succeeded", end.errors
    assert talk.told == [*EARLIER, {"role": "user", "content": "And now?"}]


async def test_a_conversation_needs_no_prompt(talk: LlmBench) -> None:
    messages = [*EARLIER, {"role": "user", "content": "And now?"}]
    end = await talk.bench.run({"c": given(messages), "llm": ("llm", {})}, "c.value -> llm.messages")
    assert (end.status, talk.told) == ("succeeded", messages), end.errors


@pytest.mark.parametrize("messages", [[{"role": "wizard", "content": "x"}], ["x"], [{"content": "x"}], [None]])
async def test_what_is_no_conversation_is_refused_before_anything_is_sent(talk: LlmBench, messages: list[Any]) -> None:
    end = await talk.run({"c": given(messages)}, "c.value -> llm.messages")
    assert (end.status, end.errors[0].code, talk.openai.count) == ("failed", "bad_messages", 0)


async def test_the_form_of_the_answer_is_handed_on(talk: LlmBench) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object", "properties": {}}}}
    talk.openai.chat.script = [Turn('{"ok": true}')]
    end = await talk.run({"f": given(form, "dictionary")}, "f.value -> llm.response_format")
    assert (end.status, end.outputs["llm"]["response"]) == ("succeeded", '{"ok": true}'), end.errors
    assert talk.openai.chat.requests[0]["response_format"] == form


@pytest.mark.parametrize("remembers", [True, False])
async def test_memory_lasts_as_long_as_the_run(talk: LlmBench, remembers: bool) -> None:
    talk.openai.chat.script = [Turn("One."), Turn("Two.")]
    nodes = {
        "first": ("text", {"value": "First"}), "second": ("text", {"value": "Second"}),
        "llm": ("llm", {"use_runtime_memory": remembers}), "any": ("relay_in_turn", {}),
    }  # fmt: skip
    talk.bench.registry.add(relay_in_turn)
    for _ in range(2):
        talk.openai.chat.script = [Turn("One."), Turn("Two.")]
        end = await talk.bench.run(
            nodes, "first.text_out -> any.a", "second.text_out -> any.b", "any.output -> llm.prompt"
        )
        assert end.status == "succeeded", end.errors
        said = [message["content"] for message in talk.told]
        assert said == (["First", "One.", "Second"] if remembers else ["Second"])


# ---- a model as a tool ----


def asks(prompt: Any) -> Turn:
    return Turn(calls=[Call("c", "ask_assistant", json.dumps({"prompt": prompt}))])


async def test_an_assistant_is_asked_with_its_own_words_and_settings(talk: LlmBench) -> None:
    talk.openai.chat.script = [asks("What is 2 + 2?"), Turn("Four."), Turn("It says four.")]
    helper = {"system_prompt": "You are a mathematician.", "model": "gpt-4o-mini", "max_tokens": 50}
    end = await talk.run({"helper": ("llm_tool", helper)})
    assert (end.status, end.outputs["llm"]["response"]) == ("succeeded", "It says four."), end.errors
    inner = talk.openai.chat.requests[1]
    assert (inner["model"], inner["max_tokens"], "tools" in inner) == ("gpt-4o-mini", 50, False)
    assert [message["role"] for message in inner["messages"]] == ["system", "user"]
    assert json.loads(talk.answers()[0]) == {"answer": "Four."}
    assert end.cost_usd == pytest.approx(2 * (100 * 2.5e-6 + 20 * 1e-5) + 100 * 1.5e-7 + 20 * 6e-7)


async def test_two_questions_to_one_assistant_do_not_mix(talk: LlmBench) -> None:
    def respond(request: dict[str, Any]) -> Turn:
        messages = request["messages"]
        if messages[0]["content"] == "Hello":
            if messages[-1]["role"] == "tool":
                return Turn("Both.")
            texts = ("red", "blue", "green")
            return Turn(
                calls=[Call(f"c{n}", "ask_assistant", json.dumps({"prompt": text})) for n, text in enumerate(texts)]
            )
        if messages[-1]["role"] == "tool":
            return Turn(messages[0]["content"] + ": " + messages[-1]["content"])
        return Turn(calls=[Call("same", "look_up", json.dumps({"word": messages[0]["content"]}))])

    talk.openai.chat.respond = respond
    tools = {"helper": ("llm_tool", {}), "words": ("look_up_tool", {"delay": 0.02})}
    end = await talk.run(tools, "helper.output -> llm.tools[0]", "words.output -> helper.tools[0]")
    assert end.status == "succeeded", end.errors
    answers = [json.loads(answer)["answer"] for answer in talk.answers()]
    assert answers == [f'{word}: {{"meaning":"{word} in en"}}' for word in ("red", "blue", "green")]


@pytest.mark.parametrize("arguments", [{}, {"prompt": ""}, {"prompt": "  "}, {"prompt": 7}, {"question": "x"}])
async def test_a_question_that_is_none_reaches_no_assistant(talk: LlmBench, arguments: dict[str, Any]) -> None:
    talk.openai.chat.script = [Turn(calls=[Call("c", "ask_assistant", json.dumps(arguments))]), Turn("I see.")]
    end = await talk.run({"helper": ("llm_tool", {})})
    assert (end.status, len(talk.openai.chat.requests)) == ("succeeded", 2), end.errors
    assert "error" in json.loads(talk.answers()[0])


@pytest.mark.parametrize("fault", ["401", "500", "content_filter", "cut"])
async def test_an_assistant_in_trouble_is_told_to_the_one_who_asked(talk: LlmBench, fault: str) -> None:
    talk.openai.chat.script = [asks("x"), Turn("Well, let me think about it.", fault=fault), Turn("It is ill.")]
    end = await talk.run({"helper": ("llm_tool", {})})
    assert (end.status, end.outputs["llm"]["response"]) == ("succeeded", "It is ill."), end.errors
    assert json.loads(talk.answers()[0])["error"]
    assert any(event.level == "error" for event in talk.bench.told("node_logged") if event.node == "helper")


async def test_an_assistant_spends_the_money_of_the_one_who_asks(talk: LlmBench) -> None:
    talk.openai.chat.respond = lambda request: (
        asks(f"Question {len(talk.openai.chat.requests)}") if request.get("tools") else Turn("Hm.")
    )
    end = await talk.run({"helper": ("llm_tool", {"max_cost_usd": 100})}, llm={"max_cost_usd": 0.03})
    assert (end.status, [error.code for error in end.errors]) == ("failed", ["budget_per_loop"])
    assert end.cost_usd is not None
    assert end.cost_usd <= 0.03


async def test_a_person_may_call_an_assistant_directly(talk: LlmBench) -> None:
    MADE.clear()
    talk.openai.chat.script = [Turn("Four.")]
    nodes = {"call": given({"id": "mine", "arguments": {"prompt": "2 + 2?"}}, "dictionary"), "helper": ("llm_tool", {})}
    end = await talk.bench.run(nodes, "call.value -> helper.tool_call")
    assert end.status == "succeeded", end.errors
    assert end.outputs["helper"]["output"] == {"id": "mine", "result": {"answer": "Four."}}
