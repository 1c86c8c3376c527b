from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.interop.openai.chat import ChatBody, read_chat
from nodebuilder.interop.openai.door import (
    answer_of,
    as_text,
    check_filled,
    feeders,
    inputs_of,
    picture_urls,
    rest_of,
    with_pictures,
)
from nodebuilder.interop.openai.errors import Refused
from nodebuilder.values import Asset
from nodebuilder.workflow.doors import Parameter, Result, Type

IMAGE = {"type": "image_url", "image_url": {"url": "https://x/cat.png", "detail": "low"}}
TALK: list[dict[str, Any]] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "hello"},
    {"role": "assistant", "content": "hi"},
    {"role": "user", "content": [{"type": "text", "text": "What is"}, IMAGE, {"type": "text", "text": "this?"}]},
    {"role": "assistant", "content": None, "tool_calls": []},
    {"role": "tool", "tool_call_id": "c", "content": "a cat"},
]
TOOL = {"type": "function", "function": {"name": "look"}}


def parameter(name: str, kind: Type = "text", *, required: bool = False) -> Parameter:
    return Parameter(name, name, kind, "", "", required)


def said(**more: Any) -> ChatBody:
    return read_chat({"model": "m", "messages": TALK, **more})


def test_a_request_fills_the_inputs_that_are_there() -> None:
    names = ("prompt", "system_prompt", "image", "temperature", "max_tokens", "colour")
    given = inputs_of(said(temperature=0.5), [parameter(name) for name in names], [])
    assert given == {
        "prompt": "What is\nthis?",
        "system_prompt": "Be brief.",
        "image": "https://x/cat.png",
        "temperature": 0.5,
    }


def test_all_that_was_said_goes_to_messages_also_what_tools_answered() -> None:
    assert inputs_of(said(), [parameter("messages", "list")], [])["messages"] == TALK


def test_tools_and_form_of_answer_go_in_where_there_is_an_input() -> None:
    doors = [parameter("tools", "list"), parameter("response_format", "dictionary")]
    given = inputs_of(said(tools=[TOOL], response_format={"type": "json_object"}), doors, [Result("c", "tool_calls")])
    assert given == {"tools": [TOOL], "response_format": {"type": "json_object"}}
    assert inputs_of(said(), doors, []) == {}


def test_an_input_for_tools_that_must_be_given_is_given_none() -> None:
    doors = [parameter("tools", "list", required=True), parameter("response_format", "dictionary", required=True)]
    assert inputs_of(said(), doors, []) == {"tools": [], "response_format": {}}


@pytest.mark.parametrize(
    ("doors", "results"),
    [([], [Result("c", "tool_calls")]), ([parameter("tools", "list")], [Result("r", "response")])],
)
def test_tools_without_both_doors_are_refused_with_the_remedy(doors: list[Parameter], results: list[Result]) -> None:
    with pytest.raises(Refused) as refused:
        inputs_of(said(tools=[TOOL]), doors, results)
    assert refused.value.param == "tools"
    assert "tool_choice" in refused.value.remedy
    assert inputs_of(said(tools=[TOOL], tool_choice="none"), doors, results) == {}


def test_what_a_request_does_not_fill_is_named() -> None:
    check_filled({"prompt": "x"}, [parameter("prompt", required=True), parameter("colour")])
    with pytest.raises(Refused, match='"colour"'):
        check_filled({"prompt": "x"}, [parameter("colour", required=True)])


def test_pictures_are_found_and_replaced_where_they_stand() -> None:
    assert list(picture_urls(TALK)) == ["https://x/cat.png"]
    changed = with_pictures(TALK, {"https://x/cat.png": "https://y/1.png"})
    assert list(picture_urls(changed)) == ["https://y/1.png"]
    assert changed[3]["content"][1]["image_url"]["detail"] == "low"
    assert [message for message in changed if message["role"] != "user"] == [
        message for message in TALK if message["role"] != "user"
    ]
    assert with_pictures(TALK, {}) == TALK


def test_the_answer_is_response_or_else_the_first() -> None:
    first, second, calls = Result("a", "text"), Result("b", "response"), Result("c", "tool_calls")
    outputs = {"text": "one", "response": "two", "tool_calls": [{"id": "1", "name": "f", "arguments": {}}]}
    text, called = answer_of(outputs, [first, second, calls])
    assert text == "two"
    assert called[0]["function"] == {"name": "f", "arguments": "{}"}
    assert answer_of(outputs, [calls, first]) == ("one", called)
    assert answer_of({}, [first]) == (None, [])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        (None, ""),
        (7, "7"),
        ({"é": [1]}, '{"é": [1]}'),
        (Asset("c.png", "http://h/servable/c.png", "image/png", 1), "http://h/servable/c.png"),
    ],
)
def test_any_result_can_be_an_answer(value: object, text: str) -> None:
    assert as_text(value) == text


@given(st.text(max_size=8), st.text(max_size=8))
def test_the_pieces_of_a_stream_end_with_the_answer(streamed: str, final: str) -> None:
    whole = streamed + rest_of(streamed, final)
    assert whole.rstrip().endswith(final.rstrip())


def test_nothing_is_said_twice_in_a_stream() -> None:
    assert rest_of("hello", "hello") == ""
    assert rest_of("hel", "hello") == "lo"
    assert rest_of("I look. \n\nA cat.", "A cat.") == ""
    assert rest_of("I look.", "A cat.") == "\n\nA cat."


def test_the_text_that_streams_is_that_of_the_nodes_before_the_answer() -> None:
    feeds = {"response": ["show"], "show": ["llm", "show"], "llm": ["prompt"]}
    found = feeders(
        [Result("x", "other"), Result("response", "response")], lambda n: feeds.get(n, ()), {"show"}.__contains__
    )
    assert found == {"llm"}
    assert feeders([], lambda _: (), lambda _: False) == frozenset()
