"""Where a talk goes: the provider's own address, or one that a person named and to which the key is bound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from nodebuilder.errors import ProviderError
from nodebuilder.providers.chat import ChatRequest
from nodebuilder.providers.targets import OPENAI_URL, Target, openai_target, shown_name, usable
from nodebuilder.providers.urls import Url, UrlPolicy, read_url
from nodebuilder.settings import Settings
from nodebuilder.values import Secret

OWN_URL: Final = {"openai": OPENAI_URL, "anthropic": "https://api.anthropic.com"}
"""The addresses of the providers whose wire is recorded."""
LOCAL_URL: Final = {
    "ollama": "http://localhost:11434/v1",
    "ollama_chat": "http://localhost:11434/v1",
    "lm_studio": "http://localhost:1234/v1",
    "llamafile": "http://localhost:8080/v1",
    "hosted_vllm": "http://localhost:8000/v1",
    "vllm": "http://localhost:8000/v1",
    "xinference": "http://localhost:9997/v1",
}
"""The addresses of servers on this machine, which speak OpenAI's API."""
SPEAKS_OWN: Final = frozenset({"anthropic"})
"""Providers whose own API is spoken also at another address; at any other address it is OpenAI's."""
BASE_URL: Final = "the widget base_url"
NO_KEY: Final = "none"
"""Sent where there is no key and a client wants one: so that none is looked for anywhere else."""


@dataclass(frozen=True, slots=True)
class ChatTarget:
    """A target of a talk: `wire` is the API that is spoken there (`openai`, `anthropic`; empty: litellm's business).

    `policy` says which addresses may be connected to (None: any, since the person who set them up vouches for them).
    """

    target: Target
    wire: str
    policy: UrlPolicy | None = None


def chat_target(request: ChatRequest, key: Secret, settings: Settings, sandbox_url: str | None) -> ChatTarget:
    """Return where a request goes with this key.

    Raises:
        ProviderError: there is no key (code `no_key`), it cannot be one (`bad_key`), or it is not bound to the address
            (`key_not_bound`).
        InputError: the address cannot be read (code `bad_url`).
    """
    provider = request.provider
    if key.source == "sandbox":
        return ChatTarget(openai_target(key, settings, sandbox_url), "openai")
    address = request.base_url.strip() or LOCAL_URL.get(provider, "")
    if address:
        return _elsewhere(provider, address, key, settings)
    if not key:
        raise ProviderError(
            f"There is no API key for {provider}.",
            f"Set one with `nodebuilder secrets set {provider}`, or choose a secret in the widget.",
            charged="no",
            code="no_key",
        )
    if provider == "openai":
        return ChatTarget(openai_target(key, settings, sandbox_url), "openai")
    wire = provider if provider in SPEAKS_OWN else ""
    return ChatTarget(Target(OWN_URL[wire] if wire else "", provider.title(), usable(key), BASE_URL), wire)


def _elsewhere(provider: str, address: str, key: Secret, settings: Settings) -> ChatTarget:
    url = read_url(address)
    own = _own(provider, settings)
    if key and not any(url.origin == mine.origin for mine in own) and not is_bound(key, url):
        raise ProviderError(
            f"The key is not sent to {url.authority}: it is not bound to that address.",
            f"If it is meant for it: `nodebuilder secrets bind {key.name or provider} {url.authority}`.",
            charged="no",
            code="key_not_bound",
        )
    wire = provider if provider in SPEAKS_OWN else "openai"
    base = str(replace(url, path="/v1")) if wire == "openai" and url.path == "/" else str(url)
    target = Target(base.rstrip("/"), shown_name(base), usable(key) if key else NO_KEY, BASE_URL)
    vouched = settings.openai_base_url and read_url(settings.openai_base_url).origin == url.origin
    return ChatTarget(target, wire, None if vouched else UrlPolicy(settings.allowed_private_hosts))


def is_bound(key: Secret, url: Url) -> bool:
    """Say whether a key may go to an address: the very host, at the port of its scheme unless one is named."""
    return not key.hosts.isdisjoint({url.authority, url.place})


def _own(provider: str, settings: Settings) -> list[Url]:
    named = settings.openai_base_url if provider == "openai" else None
    return [read_url(text) for text in (OWN_URL.get(provider), named) if text]
