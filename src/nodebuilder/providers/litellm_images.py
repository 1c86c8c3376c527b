"""Drawing through litellm: `ImageModel` for OpenAI and whatever speaks its API.

litellm is imported on first use, in a thread (seconds of work). What happened is read off a `Recording` of the wire,
not off litellm's exceptions, which lose the code of a refusal and differ from version to version.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast
from urllib.parse import urlsplit

import httpx

from nodebuilder.context import Keep
from nodebuilder.errors import Charged, ProviderError
from nodebuilder.providers.answers import decode
from nodebuilder.providers.images import ImageAnswer, ImageRequest
from nodebuilder.providers.rate_limits import Patience
from nodebuilder.providers.recording import Recording, RecordingTransport
from nodebuilder.providers.refusals import LOOK_BEFORE_AGAIN, as_error, quote, read_refusal
from nodebuilder.settings import Settings
from nodebuilder.values import Secret

OPENAI_URL: Final = "https://api.openai.com/v1"
LITELLM_LOGGERS: Final = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy")
CONNECT_AGAIN: Final = (0.3, 1.0)
"""Waits before a connection that never came about is tried again."""


@dataclass(frozen=True, slots=True)
class _Target:
    url: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class _Library:
    draw: Callable[..., Awaitable[object]]
    client: Callable[..., Any]
    tls: ssl.SSLContext


class LitellmImages:
    """Draws with OpenAI's image models; a sandbox key goes to `sandbox_url` only, and no other key ever does."""

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

    def decode(self, raw: bytes, request: ImageRequest) -> ImageAnswer:
        """Return the picture in a raw answer (see `ImageModel.decode`)."""
        return decode(raw, request, max_pixels=self._settings.max_image_pixels)

    def warm_up(self) -> None:
        """Import litellm (blocks for seconds), so that the first picture need not wait for it."""
        with contextlib.suppress(ProviderError):  # the first picture says what is missing
            _library()

    async def generate(
        self, request: ImageRequest, key: Secret, *, keep: Keep, delayed: Callable[[float, str], None]
    ) -> bytes:
        """Make the call and return the raw answer (see `ImageModel.generate`)."""
        target = self._target(key)
        library = await asyncio.to_thread(_library)
        patience = Patience(self._settings.max_rate_limit_wait_seconds)
        connections = iter(CONNECT_AGAIN)
        while True:
            recording = await self._attempt(library, target, request, keep)
            if recording.accepted and recording.complete:
                return recording.body
            error = self._error(recording, target, request)
            if error.code == "rate_limit" and (seconds := patience.wait(error.retry_after)):
                delayed(seconds, f"{target.name} limits how often it may be asked")
                await self._sleep(seconds)
            elif error.code == "not_reachable" and (seconds := next(connections, None)):
                await self._sleep(seconds)
            else:
                raise error

    def _target(self, key: Secret) -> _Target:
        value = key.reveal().strip()
        if not value or not value.isascii() or not value.isprintable() or " " in value:
            raise ProviderError(
                "The API key is empty or holds characters that no key has.",
                "Copy the key again, without spaces or line breaks.",
                charged="no",
                code="bad_key",
            )
        url = (self._sandbox_url if key.source == "sandbox" else self._settings.openai_base_url or OPENAI_URL) or ""
        if not url or (key.source != "sandbox" and url.rstrip("/") == (self._sandbox_url or "").rstrip("/")):
            raise ProviderError(
                "The sandbox takes sandbox keys only, and sandbox keys work nowhere else.",
                "Start with --sandbox and leave the key empty, or set NODEBUILDER_OPENAI_BASE_URL to another address.",
                charged="no",
                code="wrong_key",
            )
        host = urlsplit(url).netloc.rpartition("@")[2]
        name = "The sandbox" if key.source == "sandbox" else "OpenAI" if host == "api.openai.com" else host
        return _Target(url, name, value)

    async def _attempt(self, library: _Library, target: _Target, request: ImageRequest, keep: Keep) -> Recording:
        recording = Recording(self._settings.max_answer_bytes)
        wire = RecordingTransport(httpx.AsyncHTTPTransport(verify=library.tls, trust_env=False), recording)
        try:
            async with httpx.AsyncClient(transport=wire, trust_env=False, follow_redirects=False) as http:
                await self._draw(library, target, request, http)
        except Exception as error:  # noqa: BLE001 - the recording knows better what happened than any library's error
            recording.failure = recording.failure or error
        finally:
            if recording.accepted and recording.received:
                await keep(recording.body)
        return recording

    async def _draw(self, library: _Library, target: _Target, request: ImageRequest, http: httpx.AsyncClient) -> None:
        seconds = self._settings.image_deadline_seconds
        async with asyncio.timeout(seconds):
            await library.draw(
                model=f"openai/{request.model.removeprefix('openai/')}",
                prompt=request.prompt,
                size=request.size,
                quality=request.quality,
                n=request.n,
                api_key=target.key,
                api_base=target.url,
                client=library.client(api_key=target.key, base_url=target.url, http_client=http),
                timeout=seconds + CONNECT_AGAIN[-1],
                max_retries=0,
            )

    def _error(self, recording: Recording, target: _Target, request: ImageRequest) -> ProviderError:
        if recording.status and not recording.accepted:
            said = read_refusal(recording.status, recording.body, provider=target.name, model=request.model)
            return as_error(said, recording.headers, target.key)
        code, cause, remedy, charged = self._broken(recording, target)
        return ProviderError(cause, remedy, charged=charged, code=code)

    def _broken(self, recording: Recording, target: _Target) -> tuple[str, str, str, Charged]:
        name, got = target.name, f"after {recording.received:,} bytes"
        kept = "It was charged; what arrived is kept with the receipt. Running again is paid again."
        why = quote(str(recording.failure or ""), target.key) or type(recording.failure).__name__
        late = isinstance(recording.failure, TimeoutError)
        limit = f"{self._settings.image_deadline_seconds:g} seconds"
        match recording:
            case Recording(too_large=True):
                return "answer_too_large", f"The answer of {name} was not read further {got}.", kept, "yes"
            case Recording(accepted=True) if late:
                return "timeout", f"{name} had not sent the whole picture within {limit} ({got}).", kept, "yes"
            case Recording(accepted=True):
                return "truncated_answer", f"The answer of {name} was cut off {got}.", kept, "yes"
            case Recording(attempted=False):
                change = "Change the prompt or the address in NODEBUILDER_OPENAI_BASE_URL, and run again."
                return "not_sent", f"The request to {name} could not be made: {why}.", change, "no"
            case Recording(never_sent=True):
                check = "Check the network and the address in NODEBUILDER_OPENAI_BASE_URL, then run again."
                return "not_reachable", f"{name} cannot be reached: {why}.", check, "no"
            case _ if late:
                return "timeout", f"{name} did not answer within {limit}.", LOOK_BEFORE_AGAIN, "unknown"
            case _:
                cause = f"The connection to {name} broke after the request was sent: {why}."
                return "connection_reset", cause, LOOK_BEFORE_AGAIN, "unknown"


def missing_litellm() -> ProviderError:
    """Return the error of an installation without litellm."""
    return ProviderError(
        "Requires `litellm` library for OpenAI integration, and it is not available.",
        "Install with: `pip install litellm`",
        charged="no",
        code="litellm_missing",
    )


@cache
def _library() -> _Library:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    try:
        import litellm
        from openai import AsyncOpenAI
    except ImportError as error:
        raise missing_litellm() from error
    litellm.suppress_debug_info = True
    for name in LITELLM_LOGGERS:  # their own handlers write past the filter that keeps keys out of logs
        logging.getLogger(name).handlers.clear()

    class OneRequest(AsyncOpenAI):
        """A client whose retries cannot be switched on, as litellm tries for pictures."""

        max_retries = cast("int", property(lambda _: 0, lambda _, __: None))

    draw = cast("Callable[..., Awaitable[object]]", litellm.aimage_generation)
    return _Library(draw, OneRequest, httpx.create_ssl_context(trust_env=False))
