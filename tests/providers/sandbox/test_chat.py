"""The simulated chat: same answer to the same request, the right tool with sensible arguments, and the result told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.providers.sandbox.chat import reply


def tool(name: str, description: str, **properties: dict[str, Any]) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": list(properties)[:1]}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


IMAGE = tool("generate_image", "Generate high-quality images from text descriptions.", prompt={"type": "string"})
WEATHER = tool(
    "get_weather",
    "Current weather of a city.",
    city={"type": "string"},
    units={"type": "string", "enum": ["celsius", "fahrenheit"]},
)
SUM = tool("calculate", "Calculate an expression.", expression={"type": "string"})
ALL = [IMAGE, WEATHER, SUM]


def ask(text: str, **more: Any) -> Any:
    return reply({"model": "sandbox-chat", "messages": [{"role": "user", "content": text}], **more})


@pytest.mark.parametrize(
    ("asked", "name", "arguments"),
    [
        ("Generate an image of a sunset over mountains", "generate_image", {"prompt": "a sunset over mountains"}),
        ("Please draw me a picture of two cats!", "generate_image", {"prompt": "two cats"}),
        ("Sketch me a robot", "generate_image", {"prompt": "a robot"}),
        ("What is the weather in New York in celsius?", "get_weather", {"city": "New York", "units": "celsius"}),
        ("Will it rain?", "get_weather", {"city": "Paris"}),
        ("How much is 12 * 7?", "calculate", {"expression": "12 * 7"}),
        ("calculate (3 + 4) * 2", "calculate", {"expression": "(3 + 4) * 2"}),
    ],
)
def test_the_right_tool_is_called_with_sensible_arguments(asked: str, name: str, arguments: dict[str, Any]) -> None:
    said = ask(asked, tools=ALL)
    assert [call.name for call in said.calls] == [name]
    assert json.loads(said.calls[0].arguments) == arguments


def test_no_tool_is_called_when_none_fits_or_none_may_be() -> None:
    assert ask("Tell me a joke", tools=ALL).calls == ()
    assert ask("Draw a picture of a cat", tools=ALL, tool_choice="none").calls == ()
    assert ask("Draw a picture of a cat").calls == ()


def test_a_tool_can_be_demanded() -> None:
    named = {"type": "function", "function": {"name": "calculate"}}
    assert [call.name for call in ask("hello", tools=ALL, tool_choice="required").calls] == ["generate_image"]
    assert [call.name for call in ask("hello", tools=ALL, tool_choice=named).calls] == ["calculate"]


def test_arguments_keep_to_their_schema() -> None:
    odd = tool(
        "analyse_data",
        "Analyse data.",
        values={"type": "array", "items": {"type": "number"}},
        method={"type": "string", "enum": ["mean", "median"]},
        digits={"type": ["integer", "null"]},
    )
    odd["function"]["parameters"]["required"] = ["values", "method", "digits", "deep", "flag"]
    properties = odd["function"]["parameters"]["properties"]
    properties["deep"] = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
    properties["flag"] = {"type": "boolean"}
    arguments = json.loads(ask("analyse the median of 3, 5 and 8", tools=[odd]).calls[0].arguments)
    assert arguments["values"] == [3, 5, 8]
    assert arguments["method"] == "median"
    assert arguments["flag"] is True
    assert isinstance(arguments["deep"]["query"], str)


def after(*results: str) -> Any:
    call = {"id": "call_1", "type": "function", "function": {"name": "generate_image", "arguments": "{}"}}
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "Draw a picture of a cat"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        *({"role": "tool", "tool_call_id": "call_1", "content": result} for result in results),
    ]
    return reply({"messages": messages, "tools": ALL})


def test_after_a_tool_the_link_is_given_and_no_tool_is_called_again() -> None:
    said = after(json.dumps({"result": {"servable_url": "http://localhost:8000/servable/gpt_image_12345678.png"}}))
    assert said.calls == ()
    assert "![picture](http://localhost:8000/servable/gpt_image_12345678.png)" in said.text


def test_after_a_tool_the_result_is_told() -> None:
    assert "temperature 21" in after('{"result": {"temperature": 21}}').text
    assert "it broke" in after("it broke").text


def test_a_new_request_after_a_tool_calls_it_again() -> None:
    history: list[dict[str, Any]] = [
        {"role": "user", "content": "Draw a picture of a cat"},
        {"role": "tool", "tool_call_id": "1", "content": "done"},
        {"role": "assistant", "content": "Here."},
        {"role": "user", "content": "Now draw a picture of a dog"},
    ]
    said = reply({"messages": history, "tools": ALL})
    assert json.loads(said.calls[0].arguments) == {"prompt": "a dog"}


def test_the_same_request_gets_the_same_answer_and_another_another() -> None:
    assert ask("Why is the sky blue?") == ask("Why is the sky blue?")
    assert ask("Why is the sky blue?") != ask("Why is grass green?")
    assert "sandbox" in ask("Why is the sky blue?").text


@pytest.mark.parametrize(
    ("asked", "words"),
    [("What is 6 * 7", "42"), ("1 / 0", "sandbox"), ("Write a poem about rivers", "river"), ("", "Hello")],
)
def test_plain_questions_get_plain_answers(asked: str, words: str) -> None:
    assert words in ask(asked).text


def test_structured_output_fits_its_schema() -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "warm": {"type": "boolean"}},
        "required": ["city", "warm"],
    }
    said = ask(
        "A city in Italy", response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    )
    assert json.loads(said.text) == {"city": "Italy", "warm": True}
    assert isinstance(json.loads(ask("hi", response_format={"type": "json_object"}).text), dict)


def test_pictures_that_were_sent_are_counted() -> None:
    parts = [{"type": "text", "text": "what is this"}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    assert "1 picture" in reply({"messages": [{"role": "user", "content": parts}]}).text


@given(asked=st.text(max_size=200))
def test_no_request_whatever_breaks_the_talk(asked: str) -> None:
    for tools in ([], ALL):
        said = ask(asked, tools=tools)
        assert said.text or said.calls
