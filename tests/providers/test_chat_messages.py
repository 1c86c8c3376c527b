"""What OpenAI's chat cannot take: pictures of tools follow in a message of the user, after the whole round."""

from __future__ import annotations

from nodebuilder.providers.chat_messages import (
    SEEN_BELOW,
    picture_count,
    pictures_by_link,
    without_pictures_in_tools,
)

PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
LINK = {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}
ASKED = {"role": "user", "content": "draw"}
CALLED = {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}, {"id": "2"}]}


def answered(id_: str, *content: object) -> dict[str, object]:
    return {"role": "tool", "tool_call_id": id_, "content": list(content)}


def test_pictures_follow_after_all_tool_messages_of_the_round() -> None:
    one = answered("1", {"type": "text", "text": "drawn"}, PICTURE)
    two = answered("2", {"type": "text", "text": "rain"})
    sent = without_pictures_in_tools([ASKED, CALLED, one, two, {"role": "assistant", "content": "x"}, one])
    assert [message["role"] for message in sent] == [
        "user",
        "assistant",
        "tool",
        "tool",
        "user",
        "assistant",
        "tool",
        "user",
    ]
    assert sent[2]["content"] == f"drawn\n{SEEN_BELOW}"
    assert sent[3]["content"] == "rain"
    assert sent[4]["content"] == [{"type": "text", "text": "Result of the tool call 1:"}, PICTURE]
    assert sent[7]["content"] == sent[4]["content"]
    assert one["content"] == [{"type": "text", "text": "drawn"}, PICTURE]


def test_messages_without_pictures_stay_as_they_are() -> None:
    plain = [
        ASKED,
        CALLED,
        {"role": "tool", "tool_call_id": "1", "content": "rain"},
        {"role": "user", "content": [PICTURE]},
    ]
    assert without_pictures_in_tools(plain) == plain


def test_pictures_are_counted_and_links_found() -> None:
    messages = [
        {"role": "user", "content": [PICTURE, LINK, {"type": "image_url", "image_url": "https://c.example"}]},
        ASKED,
    ]
    assert picture_count(messages) == 3
    assert pictures_by_link(messages) == ["https://a.example/b.png", "https://c.example"]
