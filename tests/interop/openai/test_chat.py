from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from nodebuilder.interop.openai.chat import Head, calls_of, chunk, completion, last_chunks, read_chat, usage_of
from nodebuilder.interop.openai.errors import Refused
from tests.workflow.documents import anything

HELLO = [{"role": "user", "content": "hello"}]
CALL = {"id": "c1", "type": "function", "function": {"name": "draw", "arguments": '{"what": "a cat"}'}}
HEAD = Head("chatcmpl-1", 7, "echo")


def body(**more: Any) -> dict[str, Any]:
    return {"model": "echo", "messages": HELLO, **more}


def test_a_request_is_read() -> None:
    read = read_chat(body(stream=True, stream_options={"include_usage": True}, temperature=0, seed=None))
    assert (read.model, read.messages, read.stream, read.include_usage) == ("echo", tuple(HELLO), True, True)
    assert (read.tools, read.response_format, read.sampling) == ((), None, {"temperature": 0})


def test_wishes_that_mean_nothing_are_taken() -> None:
    assert read_chat(body(n=1, logit_bias={}, user="me", metadata=None, tools=None, response_format={"type": "text"}))


@given(anything)
def test_whatever_comes_is_read_or_refused(value: object) -> None:
    for sent in (value, body(messages=value), body(tools=value), body(messages=[value]), body(response_format=value)):
        assert outcome(sent) in ("echo", 400)


def outcome(sent: object) -> str | int:
    try:
        return read_chat(sent).model
    except Refused as refused:
        return refused.status


@pytest.mark.parametrize(
    "value",
    [
        CALL,
        [CALL],
        {"id": "c1", "name": "draw", "arguments": {"what": "a cat"}},
        [{"id": "c1", "name": "draw", "arguments": '{"what": "a cat"}'}],
    ],
)
def test_calls_of_either_form_become_those_of_openai(value: object) -> None:
    assert calls_of(value) == [CALL]


@pytest.mark.parametrize("value", [None, [], {}, "draw", [None, {"id": "c1"}], 5])
def test_what_is_no_call_is_left_out(value: object) -> None:
    assert calls_of(value) == []


def test_a_call_without_an_id_gets_one() -> None:
    assert [call["id"] for call in calls_of([{"name": "a"}, {"name": "b"}])] == ["call_1", "call_2"]
    assert calls_of({"name": "a"})[0]["function"]["arguments"] == "{}"


def test_a_whole_answer_says_why_it_ended() -> None:
    told = completion(HEAD, "hi", [], {"total_tokens": 1})
    assert (told["choices"][0]["finish_reason"], told["choices"][0]["message"]["content"]) == ("stop", "hi")
    called = completion(HEAD, "", [CALL], {})["choices"][0]
    assert (called["finish_reason"], called["message"]["content"]) == ("tool_calls", None)
    assert called["message"]["tool_calls"] == [CALL]


def test_a_streamed_answer_ends_with_calls_reason_and_usage() -> None:
    calls, reason, usage = last_chunks(HEAD, [CALL], {"total_tokens": 1})
    assert calls["choices"][0]["delta"]["tool_calls"] == [{"index": 0, **CALL}]
    assert (reason["choices"][0]["finish_reason"], reason["choices"][0]["delta"]) == ("tool_calls", {})
    assert (usage["choices"], usage["usage"]) == ([], {"total_tokens": 1})
    assert [each["choices"][0]["finish_reason"] for each in last_chunks(HEAD, [], None)] == ["stop"]
    assert chunk(HEAD, {"content": "x"})["object"] == "chat.completion.chunk"


def test_the_tokens_of_all_calls_are_added() -> None:
    parts = [
        {"prompt_tokens": 3, "completion_tokens": 4},
        {"input_tokens": 5, "output_tokens": 6},
        {"total_tokens": -1},
    ]
    assert usage_of(parts, 0.25) == {
        "prompt_tokens": 8,
        "completion_tokens": 10,
        "total_tokens": 18,
        "cost_usd": 0.25,
    }
    assert usage_of([], None)["cost_usd"] is None
