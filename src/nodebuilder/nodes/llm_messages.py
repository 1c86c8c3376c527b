"""What is said to a language model: messages put together from prompt, pictures, history and the display panel.

All functions are pure. A message has OpenAI's form: `role`, and `content` as text or as a list of parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from nodebuilder.errors import InputError
from nodebuilder.values import as_mapping, as_sequence

Message = dict[str, Any]
ContextFilter = Literal["user_and_self", "all"]

ROLES: Final = frozenset({"system", "developer", "user", "assistant", "tool"})
CHAT: Final = "Chat: "
"""How an answer begins that is to be known as one when it comes back from the display panel."""
LOOK_AT_IT: Final = "Please look at this picture and describe what it shows."


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the person says now: a text, and addresses of pictures (https or data URLs)."""

    text: str = ""
    pictures: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.pictures)

    def as_message(self) -> Message:
        """Return the message of the person."""
        if not self.pictures:
            return {"role": "user", "content": self.text}
        text = text_part(self.text.strip() or LOOK_AT_IT)
        return {"role": "user", "content": [text, *map(picture_part, self.pictures)]}


def text_part(text: str) -> dict[str, Any]:
    """Return a text as a part of a message."""
    return {"type": "text", "text": text}


def picture_part(url: str) -> dict[str, Any]:
    """Return a picture as a part of a message."""
    return {"type": "image_url", "image_url": {"url": url}}


def assemble(
    *,
    system_prompt: str = "",
    shown: Sequence[Message] = (),
    history: Sequence[Message] = (),
    given: Sequence[Message] = (),
    prompt: Prompt,
) -> list[Message]:
    """Return the messages that a turn begins with.

    Args:
        system_prompt: Said before all else, when it is not empty.
        shown: What was said on the display panel (see `from_display`).
        history: What was said earlier in this run.
        given: A whole conversation that came from outside.
        prompt: What the person says now; not said again when `given` ends with it.
    """
    said: list[Message] = [{"role": "system", "content": system_prompt}] if system_prompt.strip() else []
    said += [*shown, *history, *given]
    if prompt and not (given and _last_user_text(given) == prompt.text.strip()):
        said.append(prompt.as_message())
    return said


def _last_user_text(messages: Sequence[Message]) -> str | None:
    for message in reversed(messages):
        if message["role"] == "user":
            return text_of(message.get("content")).strip()
    return None


def text_of(content: Any) -> str:
    """Return the text of a message's content, whichever form it has."""
    if isinstance(content, str):
        return content
    parts = map(as_mapping, as_sequence(content) or ())
    return "\n".join(str(part.get("text", "")) for part in parts if part and part.get("type") == "text")


def from_display(entries: Sequence[Mapping[str, Any]], *, only: ContextFilter, node: str, prompt: str) -> list[Message]:
    """Return what stands on the display panel as messages.

    What the person wrote is theirs. With `user_and_self`, answers (marked by `Chat: `) and what the node itself shows
    are the model's, and all else is left out; with `all`, everything is the model's. The newest entry of the person
    that says the same as `prompt` is left out: it is said now.
    """
    entries = _without_newest(entries, prompt)
    found = (_message(entry, only=only, node=node) for entry in entries)
    return [message for message in found if message is not None]


def _without_newest(entries: Sequence[Mapping[str, Any]], prompt: str) -> Sequence[Mapping[str, Any]]:
    for index in range(len(entries) - 1, -1, -1):
        if _is_user(entries[index]) and entries[index].get("data") == prompt:
            return [*entries[:index], *entries[index + 1 :]]
    return entries


def _is_user(entry: Mapping[str, Any]) -> bool:
    title = str(entry.get("node_title", ""))
    return title == "User" or "DisplayInputEventNode" in title


def _message(entry: Mapping[str, Any], *, only: ContextFilter, node: str) -> Message | None:
    data = entry.get("data")
    text = data if isinstance(data, str) else "" if data is None else str(data)
    if _is_user(entry):
        return {"role": "user", "content": text}
    if only == "all":
        return {"role": "assistant", "content": text}
    if text.startswith(CHAT):
        return {"role": "assistant", "content": text.removeprefix(CHAT)}
    return {"role": "assistant", "content": text} if entry.get("node_id") == node else None


def checked(messages: Sequence[Any]) -> list[Message]:
    """Return a conversation from outside, each message with a role and a content.

    Raises:
        InputError: one is no message; the sentence says which (code `bad_messages`).
    """
    found: list[Message] = []
    for number, value in enumerate(messages, 1):
        message = as_mapping(value)
        if message is None or message.get("role") not in ROLES:
            raise InputError(
                f"Message {number} of the conversation has no role.",
                "Send a list of objects with role (system, user, assistant or tool) and content.",
                code="bad_messages",
                socket="messages",
            )
        if not isinstance(message.get("content"), str | list) and not message.get("tool_calls"):
            message["content"] = ""
        found.append(message)
    return found
