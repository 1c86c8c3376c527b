"""Drawing and editing through litellm: `ImageModel` for OpenAI and whatever speaks its API.

What happened is read off a `Recording` of the wire, not off litellm's exceptions, which lose the code of a refusal and
differ from version to version.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

import httpx

from nodebuilder.context import Keep
from nodebuilder.errors import ProviderError
from nodebuilder.providers.again import CONNECT_AGAIN, Again
from nodebuilder.providers.answers import decode
from nodebuilder.providers.breakage import as_breakage
from nodebuilder.providers.images import ImageAnswer, ImageRequest
from nodebuilder.providers.litellm_library import Library, litellm_library
from nodebuilder.providers.recording import Recording
from nodebuilder.providers.refusals import as_error, read_refusal
from nodebuilder.providers.targets import Target, openai_target
from nodebuilder.settings import Settings
from nodebuilder.values import Secret


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

    async def generate(
        self, request: ImageRequest, key: Secret, *, keep: Keep, delayed: Callable[[float, str], None]
    ) -> bytes:
        """Make the call and return the raw answer (see `ImageModel.generate`)."""
        target = openai_target(key, self._settings, self._sandbox_url)
        library = await litellm_library()
        again = Again(target.name, self._settings.max_rate_limit_wait_seconds, delayed=delayed, sleep=self._sleep)
        while True:
            recording = await self._attempt(library, target, request, keep)
            if recording.accepted and recording.complete:
                return recording.body
            await again.after(self._error(recording, target, request))

    async def _attempt(self, library: Library, target: Target, request: ImageRequest, keep: Keep) -> Recording:
        recording = Recording(self._settings.max_answer_bytes)
        try:
            async with library.wire(recording) as http:
                await self._draw(library, target, request, http)
        except Exception as error:  # noqa: BLE001 - the recording knows better what happened than any library's error
            recording.failure = recording.failure or error
        finally:
            if recording.accepted and recording.received:
                await keep(recording.body)
        return recording

    async def _draw(self, library: Library, target: Target, request: ImageRequest, http: httpx.AsyncClient) -> None:
        seconds = self._settings.image_deadline_seconds
        asked: dict[str, Any] = {
            "model": f"openai/{request.model.removeprefix('openai/')}",
            "prompt": request.prompt,
            "size": request.size,
            "quality": request.quality,
            "n": request.n,
            "api_key": target.key,
            "api_base": target.url,
            "timeout": seconds + CONNECT_AGAIN[-1],
        }
        async with asyncio.timeout(seconds):
            if request.images:
                await library.edit(**asked, **_edit_fields(request), client=library.carrier(http))
            else:
                client = library.client(api_key=target.key, base_url=target.url, http_client=http)
                await library.draw(**asked, client=client, max_retries=0)

    def _error(self, recording: Recording, target: Target, request: ImageRequest) -> ProviderError:
        if recording.status and not recording.accepted:
            said = read_refusal(recording.status, recording.body, provider=target.name, model=request.model)
            return as_error(said, recording.headers, target.key)
        return as_breakage(recording, target, seconds=self._settings.image_deadline_seconds, awaited="picture")


def _edit_fields(request: ImageRequest) -> dict[str, Any]:
    fields: dict[str, Any] = {"image": [BytesIO(picture.data) for picture in request.images]}
    if request.mask is not None:
        fields["mask"] = BytesIO(request.mask.data)
    if request.input_fidelity:
        fields["input_fidelity"] = request.input_fidelity
    return fields
