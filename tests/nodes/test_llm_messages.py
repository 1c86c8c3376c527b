"""What is said to a model: the order of messages, the display panel, the marks, and what is not said twice."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import InputError
from nodebuilder.nodes.llm_messages import (
    CHAT,
    LOOK_AT_IT,
    ROLES,
    Message,
    Prompt,
    assemble,
    checked,
    from_display,
    text_of,
)

ME = "llm-1"


def entry(data: Any, node: str | None = None, title: str = "User", kind: str = "text") -> dict[str, Any]:
    return {"node_id": node, "node_title": title, "content_type": kind, "data": data, "timestamp": ""}


PANEL = [
    entry("Hello"),
    entry("Chat: Hi there", "display", "Display Output"),
    entry("a log of another node", "log", "Log"),
    entry("my own words", ME, "LLM"),
    entry("/servable/cat.png", "display", "Display Output", "image"),
    entry("Hello again", "in", "DisplayInputEventNode 2"),
    entry("What now?"),
]


def said(only: Literal["user_and_self", "all"], prompt: str = "What now?") -> list[tuple[str, str]]:
    return [(each["role"], each["content"]) for each in from_display(PANEL, only=only, node=ME, prompt=prompt)]


def test_user_and_self_keeps_the_person_marked_answers_and_its_own() -> None:
    assert said("user_and_self") == [
        ("user", "Hello"), ("assistant", "Hi there"), ("assistant", "my own words"), ("user", "Hello again"),
    ]  # fmt: skip


def test_all_keeps_everything_as_it_stands() -> None:
    assert said("all") == [
        ("user", "Hello"), ("assistant", "Chat: Hi there"), ("assistant", "a log of another node"),
        ("assistant", "my own words"), ("assistant", "/servable/cat.png"), ("user", "Hello again"),
    ]  # fmt: skip


def test_only_the_newest_entry_of_the_person_that_is_the_prompt_is_left_out() -> None:
    panel = [entry("Again?"), entry("Again?", ME, "LLM"), entry("Again?"), entry("Other")]
    found = from_display(panel, only="all", node=ME, prompt="Again?")
    assert [(each["role"], each["content"]) for each in found] == [
        ("user", "Again?"), ("assistant", "Again?"), ("user", "Other"),
    ]  # fmt: skip
    assert len(from_display(panel, only="all", node=ME, prompt="again?")) == 4, "letter for letter"


@pytest.mark.parametrize("data", [7, None, {"a": 1}, ["x"], 1.5, True])
@pytest.mark.parametrize("only", ["all", "user_and_self"])
def test_an_entry_that_is_no_text_ends_nothing(data: Any, only: Literal["all", "user_and_self"]) -> None:
    found = from_display([entry(data), entry(data, ME, "LLM"), {}], only=only, node=ME, prompt="x")
    assert all(isinstance(each["content"], str) for each in found)


ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from(["Hello", "Chat: x", "", "Chat: "]) | st.text(max_size=5) | st.integers(),
        st.sampled_from([None, ME, "other"]),
        st.sampled_from(["User", "LLM", "DisplayInputEventNode", "user"]),
    ),
    max_size=8,
)


@given(ENTRIES, st.sampled_from(["Hello", "", "x"]))
def test_of_user_and_self_nothing_is_there_that_all_does_not_have(panel: list[dict[str, Any]], prompt: str) -> None:
    everything = from_display(panel, only="all", node=ME, prompt=prompt)
    some = from_display(panel, only="user_and_self", node=ME, prompt=prompt)
    users = [each for each in panel if each["node_title"] in ("User", "DisplayInputEventNode")]
    same = sum(each["data"] == prompt for each in users)
    assert len(everything) == len(panel) - min(same, 1)
    assert sum(each["role"] == "user" for each in some) == len(users) - min(same, 1)
    left = iter((each["role"], each["content"].removeprefix(CHAT)) for each in everything)
    assert all((each["role"], each["content"].removeprefix(CHAT)) in left for each in some), "in the same order"


USER: Message = {"role": "user", "content": "earlier"}
DONE: Message = {"role": "assistant", "content": "done"}


def test_all_is_said_in_order_and_the_prompt_last() -> None:
    made = assemble(
        system_prompt="Be kind.",
        shown=[{"role": "user", "content": "shown"}],
        history=[USER, DONE],
        given=[{"role": "user", "content": "given"}, DONE],
        prompt=Prompt("now"),
    )
    assert [each["content"] for each in made] == ["Be kind.", "shown", "earlier", "done", "given", "done", "now"]
    assert made[0]["role"] == "system"
    assert made[-1] == {"role": "user", "content": "now"}


@pytest.mark.parametrize("system_prompt", ["", "  \n"])
def test_an_empty_system_prompt_is_not_said(system_prompt: str) -> None:
    assert assemble(system_prompt=system_prompt, prompt=Prompt("x")) == [{"role": "user", "content": "x"}]


@pytest.mark.parametrize("last", ["now", " now\n", [{"type": "text", "text": "now"}]])
def test_a_conversation_that_ends_with_the_prompt_is_not_given_it_again(last: Any) -> None:
    given_messages = [USER, DONE, {"role": "user", "content": last}]
    assert assemble(given=given_messages, prompt=Prompt("now")) == given_messages
    assert len(assemble(given=given_messages, prompt=Prompt("else"))) == 4


def test_nothing_to_say_is_nothing() -> None:
    assert assemble(prompt=Prompt("  ")) == []
    assert assemble(given=[USER], prompt=Prompt()) == [USER]


@given(
    st.lists(st.sampled_from([USER, DONE]), max_size=4), st.lists(st.sampled_from([USER, DONE]), max_size=4), st.text()
)
def test_messages_are_put_together_and_never_changed(shown: list[Message], history: list[Message], text: str) -> None:
    before = repr((shown, history))
    made = assemble(system_prompt=text, shown=shown, history=history, prompt=Prompt(text))
    blank = not text.strip()
    assert len(made) == len(shown) + len(history) + (0 if blank else 2)
    assert repr((shown, history)) == before


def test_a_prompt_with_pictures_has_parts_the_text_first() -> None:
    message = Prompt("What is it?", ("https://a.example/x.png", "data:image/png;base64,AA==")).as_message()
    assert [part["type"] for part in message["content"]] == ["text", "image_url", "image_url"]
    assert message["content"][1]["image_url"] == {"url": "https://a.example/x.png"}
    assert Prompt("  ", ("x",)).as_message()["content"][0]["text"] == LOOK_AT_IT
    assert bool(Prompt("", ("x",)))


def test_the_text_of_a_message_is_found_in_every_form() -> None:
    assert text_of("a") == "a"
    assert text_of([{"type": "text", "text": "a"}, {"type": "image_url"}, {"type": "text", "text": "b"}, 7]) == "a\nb"
    assert text_of(None) == text_of(7) == text_of([]) == ""


JSON = st.recursive(
    st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(st.lists(JSON | st.fixed_dictionaries({"role": st.sampled_from(sorted(ROLES)), "content": JSON}), max_size=4))
def test_a_conversation_from_outside_is_read_or_refused_by_its_number(messages: list[Any]) -> None:
    before = repr(messages)
    wrong = [number for number, each in enumerate(messages, 1) if not isinstance(each, dict) or "role" not in each]
    wrong = [number for number, each in enumerate(messages, 1) if number in wrong or each["role"] not in list(ROLES)]
    if wrong:
        with pytest.raises(InputError, match=f"^Message {wrong[0]} of the conversation") as caught:
            checked(messages)
        assert (caught.value.code, caught.value.socket) == ("bad_messages", "messages")
    else:
        found = checked(messages)
        assert len(found) == len(messages)
        assert all(each["role"] in ROLES and isinstance(each["content"], str | list) for each in found)
        assemble(given=found, prompt=Prompt("x"))
    assert repr(messages) == before


def test_an_assistant_that_only_called_tools_needs_no_content() -> None:
    message = {"role": "assistant", "content": None, "tool_calls": [{"id": "c"}]}
    assert checked([message]) == [message]
