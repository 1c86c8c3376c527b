"""Talking through litellm: `ChatModel` for every provider that it knows.

litellm makes the request. Where OpenAI's API is spoken, the answer is read off our own recording of the wire, so that
what a server leaves out or gets wrong is seen as it was; elsewhere it is read off litellm's stream.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

import httpx

from nodebuilder.context import Keep
from nodebuilder.errors import NodeError, ProviderError
from nodebuilder.providers.again import Again
from nodebuilder.providers.chat import ChatAnswer, ChatRequest
from nodebuilder.providers.chat_assembly import from_raw
from nodebuilder.providers.chat_prices import chat_model, cost_of_chat, estimate_chat
from nodebuilder.providers.chat_requests import checked, fields
from nodebuilder.providers.chat_talk import Talk
from nodebuilder.providers.chat_targets import LOCAL_URL, OWN_URL, ChatTarget, chat_target
from nodebuilder.providers.litellm_library import Library, litellm_library
from nodebuilder.providers.urls import read_url
from nodebuilder.settings import Settings
from nodebuilder.values import Secret

_OPTIONS: Final = re.compile(r"stream_options|include_usage")


class LitellmChat:
    """Talks with language models; a sandbox key goes to `sandbox_url` only, and no other key ever does."""

    def __init__(
        self,
        settings: Settings,
        sandbox_url: str | None = None,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._sandbox_url = sandbox_url
        self._sleep = sleep
        self._without_usage: set[str] = set()

    def decode(self, raw: bytes) -> ChatAnswer:
        """Return the answer in kept bytes (see `ChatModel.decode`)."""
        return from_raw(raw)

    def sees(self, request: ChatRequest) -> bool | None:
        """Say whether the model takes pictures, as litellm's map has it; None when nobody knows."""
        info = chat_model(request.provider, request.model)
        return info.sees if info else None

    def cost(self, request: ChatRequest, usage: Any) -> float | None:
        """Return what an answer cost in US dollars; None when usage or price is not known, as at another address."""
        return cost_of_chat(request.provider, request.model, usage) if self._priced(request) else None

    def estimate(self, request: ChatRequest) -> float | None:
        """Return the most an answer may cost in US dollars; None when the price is not known."""
        return estimate_chat(request) if self._priced(request) else None

    async def answer(
        self,
        request: ChatRequest,
        key: Secret,
        *,
        keep: Keep,
        delayed: Callable[[float, str], None],
        stream: Callable[[str], None],
    ) -> bytes:
        """Make the call and return the answer (see `ChatModel.answer`)."""
        goal = chat_target(request, key, self._settings, self._sandbox_url)
        library = await litellm_library()
        checked(request, goal, library.providers)
        seconds = self._settings.max_rate_limit_wait_seconds
        again = Again(goal.target.name, seconds, delayed=delayed, sleep=self._sleep)
        while True:
            talk = Talk(request, goal, self._settings, stream)
            try:
                await self._attempt(library, talk)
            finally:
                if (raw := talk.raw()) is not None:
                    await keep(raw)
            if raw is not None:
                return raw
            error = talk.error()
            if not isinstance(error, ProviderError):
                raise error
            if not self._may_drop_options(error, talk):
                await again.after(error)

    async def _attempt(self, library: Library, talk: Talk) -> None:
        goal, seconds = talk.goal, self._settings.chat_deadline_seconds
        usage = goal.target.url not in self._without_usage
        try:
            async with asyncio.timeout(seconds), library.wire(talk.recording, goal.policy) as http:
                asked = fields(talk.request, goal, usage=usage, seconds=seconds)
                if goal.wire:
                    asked["client"] = _client(library, goal, http)
                await talk.listen(await library.talk(**asked))
        except Exception as error:  # noqa: BLE001 - the talk knows better what happened than any library's error
            talk.failure = error
        finally:
            talk.close()

    def _may_drop_options(self, error: ProviderError, talk: Talk) -> bool:
        """Say whether the server refused only that the usage was asked for; it is not asked there again."""
        url = talk.goal.target.url
        if error.code != "bad_request" or url in self._without_usage or not _OPTIONS.search(error.message):
            return False
        self._without_usage.add(url)
        return True

    def _priced(self, request: ChatRequest) -> bool:
        """Say whether the map's prices are those of the address that the request goes to."""
        if not request.base_url.strip():
            return True  # also through the address in the settings: who reaches OpenAI that way pays OpenAI's prices
        try:
            own = OWN_URL.get(request.provider, "") or LOCAL_URL.get(request.provider, "")
            return bool(own) and read_url(request.base_url.strip()).origin == read_url(own).origin
        except NodeError:
            return False


def _client(library: Library, goal: ChatTarget, http: httpx.AsyncClient) -> object:
    if goal.wire == "openai":
        return library.client(api_key=goal.target.key, base_url=goal.target.url, http_client=http)
    return library.carrier(http)
