"""From our request to what litellm is called with; nothing in it comes from the environment or from globals."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from typing import Any, Final

from nodebuilder.errors import ProviderError
from nodebuilder.providers.chat import ChatRequest
from nodebuilder.providers.chat_messages import pictures_by_link, without_pictures_in_tools
from nodebuilder.providers.chat_targets import ChatTarget
from nodebuilder.providers.targets import shown_name

PICTURES_IN_TOOLS: Final = frozenset({"anthropic"})
"""Providers whose messages of tools may hold pictures."""
FETCHES_ITSELF: Final = frozenset({"openai"})
"""APIs where the provider gets a picture by its address; elsewhere litellm would, from this machine."""
ALWAYS: Final = ["tools", "tool_choice", "response_format"]
"""Never dropped silently, as settings that a model does not have are."""


def checked(request: ChatRequest, goal: ChatTarget, providers: Collection[str]) -> None:
    """Check what can be checked before anything is sent.

    Raises:
        ProviderError: nobody knows the provider (code `unknown_provider`), there is nothing to say (`no_messages`), or
            a picture is not in the messages but elsewhere (`picture_by_link`).
    """
    if not goal.wire and request.provider not in providers:
        raise ProviderError(
            f"There is no provider called {request.provider[:60]!r}.",
            "Choose openai, anthropic, gemini, mistral, groq, openrouter, ollama or another one that litellm knows; "
            "for any other server that speaks OpenAI's API choose openai and set base_url.",
            charged="no",
            code="unknown_provider",
        )
    if not request.messages:
        raise ProviderError(
            "There is nothing to say to the model.", "Give it a prompt.", charged="no", code="no_messages"
        )
    if goal.wire not in FETCHES_ITSELF and pictures_by_link(request.messages):
        raise ProviderError(
            f"{goal.target.name} is given pictures themselves, not their addresses.",
            "Give a picture of this canvas, or one as data URL.",
            charged="no",
            code="picture_by_link",
        )


def fields(request: ChatRequest, goal: ChatTarget, *, usage: bool, seconds: float) -> dict[str, Any]:
    """Return the arguments of `litellm.acompletion`.

    OpenAI itself answers some models in its Responses API only, which litellm then speaks by itself; nobody else does.
    """
    provider = goal.wire or request.provider
    messages = deepcopy(list(request.messages))  # litellm writes into what it is given
    if provider not in PICTURES_IN_TOOLS:
        messages = without_pictures_in_tools(messages)
    wanted: dict[str, Any] = {
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "top_p": request.top_p,
        "tools": [dict(tool) for tool in request.tools] or None,
        "response_format": dict(request.response_format) if request.response_format else None,
        "stream_options": {"include_usage": True} if usage else None,
        "api_base": goal.target.url or None,
    }
    return {
        "model": f"{provider}/{request.model.removeprefix(f'{request.provider}/')}",
        "messages": messages,
        "stream": True,
        "api_key": goal.target.key,
        "timeout": seconds + 1,
        "max_retries": 0,
        "num_retries": 0,
        "drop_params": True,
        "_skip_responses_api_bridge": goal.wire == "openai" and shown_name(goal.target.url) != "OpenAI",
        "allowed_openai_params": [name for name in ALWAYS if wanted.get(name)],
        **{name: value for name, value in wanted.items() if value is not None},
    }
