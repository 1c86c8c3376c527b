"""Talking with a language model: what is asked of it, and what comes back.

As with pictures there are two steps: `ChatModel.answer` makes one request and returns bytes that can be kept beside the
receipt, `ChatModel.decode` reads them. The bytes are ours (the answer as it was put together from a stream), the same
for every provider, so that a kept answer can be read again in any later version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from nodebuilder.context import Keep
from nodebuilder.values import Secret

Message = Mapping[str, Any]
"""A message in OpenAI's form: `role`, `content` (text, or a list of text and image_url parts), `tool_calls`, …"""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is said to the model: `messages` and `tools` in OpenAI's form, whoever the provider is.

    Messages of tools may hold image parts; where a provider takes none there, they are sent in another way.
    `base_url` is the address of another server that speaks the provider's API (empty: the provider's own).
    """

    provider: str
    model: str
    messages: tuple[Message, ...]
    tools: tuple[Mapping[str, Any], ...] = ()
    temperature: float | None = None
    max_tokens: int | None = None
    top_p: float | None = None
    response_format: Mapping[str, Any] | None = None
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class RequestedCall:
    """A call of a tool that the model asks for, exactly as it gave it: `arguments` is text that may be no JSON."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """What the model said. Not `complete`: it was cut off (by the connection, a limit or a filter); `text` is partial.

    `finish_reason` is the provider's word (`stop`, `tool_calls`, `length`, `content_filter`; empty: it said none).
    `usage` counts tokens as OpenAI does, None when the provider did not say. `calls` are whole ones only.
    `trouble` is the sentence that says why the answer is not complete.
    """

    text: str
    calls: tuple[RequestedCall, ...]
    finish_reason: str
    usage: Mapping[str, Any] | None
    model: str
    complete: bool
    trouble: str = ""


class ChatModel(Protocol):
    """The ability to talk."""

    async def answer(
        self,
        request: ChatRequest,
        key: Secret,
        *,
        keep: Keep,
        delayed: Callable[[float, str], None],
        stream: Callable[[str], None],
    ) -> bytes:
        """Make the call, exactly one request, and return what `decode` reads, also when the answer was cut off.

        `keep` gets the same bytes before they are returned. `stream` gets the text piece by piece while it comes.
        `delayed` is told of each wait after a rate limit (seconds and reason); the wait can be cancelled.

        Raises:
            ProviderError: refused, broken, or answered with nothing usable; `charged` says whether it may have cost
                money.
        """
        ...

    def decode(self, raw: bytes) -> ChatAnswer:
        """Return the answer in the bytes that `answer` returned or kept.

        Raises:
            ProviderError: the bytes are none of those (code `unreadable_answer`).
        """
        ...

    def sees(self, request: ChatRequest) -> bool | None:
        """Say whether the model takes pictures; None when nobody knows."""
        ...

    def cost(self, request: ChatRequest, usage: Mapping[str, Any] | None) -> float | None:
        """Return what an answer cost in US dollars by its `usage`; None when usage or price is not known."""
        ...

    def estimate(self, request: ChatRequest) -> float | None:
        """Return the most an answer may cost in US dollars; None when the price is not known."""
        ...
