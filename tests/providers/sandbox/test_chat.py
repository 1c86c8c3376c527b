"""The simulated chat: same answer to the same request, the right tool with sensible arguments, and the result told."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.providers.chat_messages import without_pictures_in_tools
from nodebuilder.providers.sandbox.chat import reply
from nodebuilder.registry import load_registry
from tests.standin import png


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
    assert "![a cat](http://localhost:8000/servable/gpt_image_12345678.png)" in said.text


def test_after_a_tool_the_result_is_told() -> None:
    assert "temperature 21" in after('{"result": {"temperature": 21}}').text
    assert "it broke" in after("it broke").text
    assert after("7006652.0", '{"result": 2.50}').text == "The tools say:\n\n- 7006652\n- 2.5"


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


def shown(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def test_pictures_that_were_sent_are_counted_and_measured() -> None:
    data = f"data:image/png;base64,{base64.b64encode(png(40, 30)).decode()}"
    parts = [{"type": "text", "text": "what is this"}, *map(shown, (data, "data:,", "https://a.example/b.png"))]
    said = reply({"messages": [{"role": "user", "content": parts}]}).text
    assert "3 pictures (40 × 30 pixels, PNG; which cannot be read; only its address)" in said


def test_the_pictures_of_a_tool_are_no_new_request() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "generate_image", "arguments": "{}"}}
    result = '{"servable_url": "/servable/a_12345678.png", "name": "a_12345678.png"}'
    messages = without_pictures_in_tools(
        [
            {"role": "user", "content": "Draw a picture of a cat"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": [{"type": "text", "text": result}, shown("data:,")]},
        ]
    )
    assert messages[-1]["role"] == "user"
    said = reply({"messages": messages, "tools": ALL})
    assert (said.calls, said.text) == ((), "Here it is: a cat.\n\n![a cat](/servable/a_12345678.png)")


def test_what_a_tool_could_not_do_is_said() -> None:
    assert "did not work: no such city" in after('{"error": "no such city"}').text


def test_after_a_tool_the_answer_still_has_the_form_that_was_asked_for() -> None:
    schema = {"type": "object", "properties": {"degrees": {"type": "integer"}}, "required": ["degrees"]}
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    messages = [{"role": "user", "content": "weather?"}, {"role": "tool", "tool_call_id": "1", "content": "21 degrees"}]
    assert json.loads(reply({"messages": messages, "response_format": form}).text) == {"degrees": 21}


OURS = [kind.tool for each in load_registry() if (kind := getattr(each, "definition", each)).tool]


@pytest.mark.parametrize(
    ("asked", "calls"),
    [
        ("Generate an image of a sunset over mountains", {"generate_image": {"prompt": "a sunset over mountains"}}),
        ("draw a fox in the snow", {"generate_image": {"prompt": "a fox in the snow"}}),
        ("What is 12 * 7?", {"calculator": {"operation": "multiply", "a": 12, "b": 7}}),
        ("what is 9 minus 4", {"calculator": {"operation": "subtract", "a": 9, "b": 4}}),
        ("12 - 7", {"calculator": {"operation": "subtract", "a": 12, "b": 7}}),
        ("How is the weather in Berlin?", {"get_weather": {"city": "Berlin"}}),
        ("Analyze this text: 'It is good!'", {"analyze_text": {"text": "It is good!"}}),
        ("Fetch https://example.com/data.json.", {"http_request": {"url": "https://example.com/data.json"}}),
        (
            "edit the image cat_12345678.png: make it blue",
            {"edit_image": {"prompt": "make it blue", "image": "cat_12345678.png"}},
        ),
        (
            "What's the weather in Paris and what is 3*4?",
            {"calculator": {"operation": "multiply", "a": 3, "b": 4}, "get_weather": {"city": "Paris"}},
        ),
        ("Write a poem about mountains", {}),
        ("hello", {}),
    ],
)
def test_it_uses_the_tools_of_this_program_as_they_are_meant(asked: str, calls: dict[str, Any]) -> None:
    tools = [
        {
            "type": "function",
            "function": {"name": each["name"], "description": each["description"], "parameters": each["input_schema"]},
        }
        for each in OURS
    ]
    assert {call.name: json.loads(call.arguments) for call in ask(asked, tools=tools).calls} == calls


@given(asked=st.text(max_size=200))
def test_no_request_whatever_breaks_the_talk(asked: str) -> None:
    for tools in ([], ALL):
        said = ask(asked, tools=tools)
        assert said.text or said.calls


EDIT = tool("edit_image", "Edit a picture by words.", prompt={"type": "string"}, image={"type": "string"})
EDIT["function"]["parameters"]["required"] = ["prompt", "image"]
LION = "http://localhost:8000/servable/gpt_image_12345678.png"


@pytest.mark.parametrize(
    "earlier",
    [
        {"role": "assistant", "content": f"Here it is: a lion.\n\n![a lion]({LION})"},
        {"role": "tool", "tool_call_id": "1", "content": json.dumps({"servable_url": LION, "success": True})},
    ],
)
@pytest.mark.parametrize("asked", ["Let it snow in the picture", "Now give it a golden crown", "Change the picture"])
def test_a_change_is_of_the_last_picture_of_the_conversation(earlier: dict[str, Any], asked: str) -> None:
    messages = [{"role": "user", "content": "Draw a lion"}, earlier, {"role": "user", "content": asked}]
    (call,) = reply({"messages": messages, "tools": [IMAGE, EDIT]}).calls
    assert call.name == "edit_image"
    assert json.loads(call.arguments) == {"prompt": asked, "image": "gpt_image_12345678.png"}


def test_a_new_picture_is_drawn_although_there_is_one_already() -> None:
    shown = {"role": "assistant", "content": f"![a lion]({LION})"}
    messages = [shown, {"role": "user", "content": "Now draw a picture of a dog"}]
    assert [call.name for call in reply({"messages": messages, "tools": [IMAGE, EDIT]}).calls] == ["generate_image"]
