"""Answers from pieces: whatever order and labels they come with; what is cut off is never taken for whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import ProviderError
from nodebuilder.providers.chat import ChatAnswer, RequestedCall
from nodebuilder.providers.chat_assembly import Assembly, from_raw, to_raw


def delta(finish: str | None = None, **said: Any) -> bytes:
    return json.dumps({"choices": [{"delta": said, "finish_reason": finish}]}).encode()


def call(arguments: Any = None, **more: Any) -> dict[str, Any]:
    function = {name: more.pop(name) for name in ("name",) if name in more}
    return {**more, "function": function | ({} if arguments is None else {"arguments": arguments})}


def assembled(*events: bytes, unbroken: bool = True) -> ChatAnswer:
    assembly = Assembly("m")
    for event in events:
        assembly.take(event)
    return assembly.answer(unbroken=unbroken)


def test_texts_are_joined() -> None:
    answer = assembled(delta(content="a"), delta(content=None), delta(content="b"), delta("stop"), b"[DONE]")
    assert answer == ChatAnswer("ab", (), "stop", None, "m", complete=True)


@pytest.mark.parametrize(
    "pieces",
    [
        [call('{"a":', index=0, id="1", name="f"), call(" 1}", index=0)],
        [call('{"a":', index=0), call(" 1}", index=0, id="1", name="f")],
        [call('{"a":', index=0, id="1", name="f"), call(" 1}", index=0, id="1", name="f")],
        [call('{"a":', id="1", name="f"), call(" 1}")],
        [call('{"a":', id="1", name="f"), call(" 1}", id="1")],
        [call(None, index=0, id="1", name="f"), call('{"a": 1}', index=0)],
        [call({"a": 1}, index=0, id="1", name="f")],
    ],
)
def test_a_call_is_put_together_whatever_its_pieces_are_labelled(pieces: list[dict[str, Any]]) -> None:
    (found,) = assembled(*(delta(tool_calls=[piece]) for piece in pieces), delta("tool_calls")).calls
    assert (found.id, found.name, json.loads(found.arguments)) == ("1", "f", {"a": 1})


@pytest.mark.parametrize(
    "pieces",
    [
        [call('{"a":', index=0, id="1", name="f"), call('{"b":', index=1, id="2", name="g"), call("1}", index=0),
         call("2}", index=1)],
        [call('{"a":1}', index=0, id="1", name="f"), call('{"b":2}', index=0, id="2", name="g")],
        [call('{"a":1}', id="1", name="f"), call('{"b":', id="2", name="g"), call("2}")],
        [call('{"a":1}', name="f", id="1"), call('{"b":2}', id="2", name="g")],
    ],
)  # fmt: skip
def test_calls_are_kept_apart(pieces: list[dict[str, Any]]) -> None:
    calls = assembled(*(delta(tool_calls=[piece]) for piece in pieces), delta("tool_calls")).calls
    assert [(each.id, each.name, each.arguments) for each in calls] == [("1", "f", '{"a":1}'), ("2", "g", '{"b":2}')]


def test_what_the_model_got_wrong_is_kept_as_it_is() -> None:
    wrong = ["not json", "", "{'a': 1}", "[1]"]
    pieces = [call(text, index=index, id=7, name="f") for index, text in enumerate(wrong)]
    answer = assembled(delta(tool_calls=pieces), delta("tool_calls"))
    assert [each.arguments for each in answer.calls] == wrong
    assert {each.id for each in answer.calls} == {"7"}


@pytest.mark.parametrize("finish", ["length", "content_filter", None])
def test_a_call_that_was_cut_is_dropped(finish: str | None) -> None:
    whole, cut = call('{"a":1}', index=0, id="1", name="f"), call('{"b":', index=1, id="2", name="g")
    answer = assembled(delta(content="so far", tool_calls=[whole, cut]), delta(finish))
    assert (answer.text, [each.id for each in answer.calls], answer.complete) == ("so far", ["1"], False)


@pytest.mark.parametrize(
    ("events", "unbroken", "complete"),
    [
        ([delta("stop")], True, True),
        ([b"[DONE]"], True, True),
        ([delta("end_turn")], True, True),
        ([], True, False),
        ([delta("stop"), b"[DONE]"], False, False),
        ([b'{"error": {"message": "ill"}}', delta("stop")], True, False),
    ],
)
def test_an_answer_is_complete_when_it_says_so_or_ends_in_order(
    events: list[bytes], unbroken: bool, complete: bool
) -> None:
    assert assembled(delta(content="x"), *events, unbroken=unbroken).complete is complete


def test_halves_of_a_character_in_two_pieces_become_one() -> None:
    answer = assembled(
        b'{"choices":[{"delta":{"content":"\\ud83d"}}]}', b'{"choices":[{"delta":{"content":"\\udc4b"}}]}'
    )
    assert from_raw(to_raw(answer)).text == "👋"


def test_a_half_alone_is_replaced() -> None:
    assert from_raw(to_raw(assembled(b'{"choices":[{"delta":{"content":"a\\ud83d"}}]}'))).text == "a�"


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": -1, "completion_tokens": 1},
        {"prompt_tokens": 1},
        {"prompt_tokens": 10**30, "completion_tokens": 1},
        {"prompt_tokens": True, "completion_tokens": 1},
        {"prompt_tokens": 1.5, "completion_tokens": 1},
        [],
        "many",
    ],
)
def test_a_usage_that_cannot_be_is_unknown(usage: Any) -> None:
    assert assembled(json.dumps({"usage": usage}).encode()).usage is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["choices", "delta", "message", "tool_calls", "function", "arguments", "index", "id", "name",
                         "content", "finish_reason", "usage", "error", "model", "text"]), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(st.lists(anything, max_size=4), st.booleans())
def test_nothing_that_a_server_sends_breaks_it_and_all_can_be_kept(chunks: list[Any], unbroken: bool) -> None:
    answer = assembled(*(json.dumps(chunk).encode() for chunk in chunks), unbroken=unbroken)
    again = from_raw(to_raw(answer))
    assert (again.finish_reason, again.usage, again.complete) == (answer.finish_reason, answer.usage, answer.complete)
    assert len(again.calls) == len(answer.calls)


@given(st.binary(max_size=50))
def test_bytes_that_are_no_event_are_passed_over(data: bytes) -> None:
    assert not assembled(data).calls


def test_a_kept_answer_reads_as_it_was() -> None:
    answer = ChatAnswer(
        "text", (RequestedCall("1", "f", "{"),), "stop", {"prompt_tokens": 1}, "m", complete=False, trouble="Cut."
    )
    assert from_raw(to_raw(answer)) == answer


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"text": "x"}', b'{"data": []}', b"\xff"])
def test_other_bytes_are_no_answer(raw: bytes) -> None:
    with pytest.raises(ProviderError) as caught:
        from_raw(raw)
    assert (caught.value.code, caught.value.charged) == ("unreadable_answer", "yes")
