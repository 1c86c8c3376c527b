"""What of our messages a provider cannot take, said in a way that it can; pure functions over messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from nodebuilder.providers.chat import Message

RESULT_OF: Final = "Result of the tool call"
"""How the message begins in which pictures of tools follow."""
SEEN_BELOW: Final = "(The picture follows in the next message of the user.)"


def without_pictures_in_tools(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Return messages for OpenAI's chat, where tools answer in text only.

    The pictures of a round of tools follow in one message of the user, after all tool messages of that round, each
    named by the call that it answers.
    """
    sent: list[dict[str, Any]] = []
    pictures: list[dict[str, Any]] = []
    for message in messages:
        if message.get("role") != "tool":
            _show(sent, pictures)
            sent.append(dict(message))
            continue
        parts = _parts(message)
        texts = [str(part.get("text") or "") for part in parts if part.get("type") == "text"]
        shown = [dict(part) for part in parts if part.get("type") == "image_url"]
        if shown:
            texts.append(SEEN_BELOW)
            named = {"type": "text", "text": f"{RESULT_OF} {message.get('tool_call_id')}:"}
            pictures += [named, *shown]
        sent.append({**message, "content": "\n".join(texts)})
    _show(sent, pictures)
    return sent


def pictures_by_link(messages: Iterable[Message]) -> list[str]:
    """Return the addresses of the pictures that are not in the messages themselves."""
    urls = [_url(part) for message in messages for part in _parts(message) if part.get("type") == "image_url"]
    return [url for url in urls if not url.startswith("data:")]


def picture_count(messages: Iterable[Message]) -> int:
    """Return how many pictures the messages hold."""
    return sum(part.get("type") == "image_url" for message in messages for part in _parts(message))


def _show(sent: list[dict[str, Any]], pictures: list[dict[str, Any]]) -> None:
    if pictures:
        sent.append({"role": "user", "content": list(pictures)})
        pictures.clear()


def _parts(message: Message) -> Sequence[Mapping[str, Any]]:
    content: object = message.get("content")
    if isinstance(content, str):
        return ({"type": "text", "text": content},)
    if not isinstance(content, list):
        return ()
    return [cast("Mapping[str, Any]", part) for part in cast("list[object]", content) if isinstance(part, Mapping)]


def _url(part: Mapping[str, Any]) -> str:
    image: object = part.get("image_url")
    return str(cast("Mapping[str, Any]", image).get("url") if isinstance(image, Mapping) else image)
