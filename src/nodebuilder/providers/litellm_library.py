"""litellm, imported on first use in a thread (seconds of work), and a client whose every call is one request."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

import httpx

from nodebuilder.errors import ProviderError
from nodebuilder.providers.chat_prices import chat_model
from nodebuilder.providers.pinned import SafeTransport
from nodebuilder.providers.recording import Recording, RecordingTransport
from nodebuilder.providers.urls import UrlPolicy

LITELLM_LOGGERS: Final = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy")


@dataclass(frozen=True, slots=True)
class Library:
    """What is used of litellm: `draw`, `edit` and `talk` make calls, `client` is OpenAI's.

    `carrier` makes a handler (for whom litellm speaks itself) that sends through one given client and never makes
    another. `providers` are the names of all that litellm knows.
    """

    draw: Callable[..., Awaitable[object]]
    edit: Callable[..., Awaitable[object]]
    talk: Callable[..., Awaitable[object]]
    client: Callable[..., Any]
    carrier: Callable[[httpx.AsyncClient], object]
    tls: ssl.SSLContext
    providers: frozenset[str]

    @contextlib.asynccontextmanager
    async def wire(self, recording: Recording, policy: UrlPolicy | None = None) -> AsyncGenerator[httpx.AsyncClient]:
        """Give an HTTP client that makes one request and writes it down; no proxies, no redirects.

        With a `policy` it connects to no address that the policy forbids.
        """
        plain = httpx.AsyncHTTPTransport(verify=self.tls, trust_env=False)
        transport = RecordingTransport(SafeTransport(policy, tls=self.tls) if policy else plain, recording)
        async with httpx.AsyncClient(transport=transport, trust_env=False, follow_redirects=False) as http:
            yield http


async def litellm_library() -> Library:
    """Return litellm, imported in a thread the first time.

    Raises:
        ProviderError: it is not installed (code `litellm_missing`).
    """
    return await asyncio.to_thread(_library)


def warm_up() -> None:
    """Import litellm and read its prices (blocks for seconds), so that the first call need not wait for it."""
    chat_model("openai", "")
    with contextlib.suppress(ProviderError):  # the first call says what is missing
        _library()


def missing_litellm() -> ProviderError:
    """Return the error of an installation without litellm."""
    return ProviderError(
        "Requires `litellm` library for OpenAI integration, and it is not available.",
        "Install with: `pip install litellm`",
        charged="no",
        code="litellm_missing",
    )


@cache
def _library() -> Library:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    with contextlib.suppress(ImportError):  # openai uses it if it is loaded, also when a thread is not done with that
        importlib.import_module("httpx2")
    try:
        import litellm
        from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler
        from openai import AsyncOpenAI
    except ImportError as error:
        raise missing_litellm() from error
    litellm.suppress_debug_info = True
    for name in LITELLM_LOGGERS:  # their own handlers write past the filter that keeps keys out of logs
        logging.getLogger(name).handlers.clear()

    class OneRequest(AsyncOpenAI):
        """A client whose retries cannot be switched on, as litellm tries for pictures."""

        max_retries = cast("int", property(lambda _: 0, lambda _, __: None))

    class Carrier(AsyncHTTPHandler):
        """A handler with one client, where litellm would make another to send a failed request again."""

        def __init__(self, http: httpx.AsyncClient) -> None:
            self._http = http
            super().__init__()

        def create_client(self, *_: Any, **__: Any) -> httpx.AsyncClient:
            return self._http

    return Library(
        draw=cast("Callable[..., Awaitable[object]]", litellm.aimage_generation),
        edit=cast("Callable[..., Awaitable[object]]", litellm.aimage_edit),
        talk=cast("Callable[..., Awaitable[object]]", litellm.acompletion),
        client=OneRequest,
        carrier=Carrier,
        tls=httpx.create_ssl_context(trust_env=False),
        providers=frozenset(str(getattr(each, "value", each)) for each in cast("list[object]", litellm.provider_list)),
    )
